"""A pilot PKI with UKEYs on real SoftHSM tokens, for every room's tests.

SoftHSM reads its configuration when the module is loaded, so one test process has one folder of
tokens; `tests/conftest.py` makes it. Everything here is plain functions, importable by path
through the fixtures.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from formats.directory import Body, EndedSeal, Level, Node, Snapshot, Suite
from formats.effects import system_clock, system_randomness
from signing.pilot import (
    Issued,
    IssuedUkey,
    Pilot,
    issue_node,
    issue_timestamp_authority,
    issue_tls,
    issue_ukey,
)
from signing.pilot.seals import issue_seal, revoked_seals
from signing.tokens.base import (
    Secret,
    Token,
    TokenKeyKind,
    TokenSigner,
    TokenWriter,
    signer_of,
)
from signing.tokens.pkcs11 import Pkcs11Provider, Pkcs11Token, find_softhsm
from signing.tokens.soft import SoftProvider

PIN = "123456"
SO_PIN = "12345678"

BODIES: tuple[tuple[str, str, str, Level, str, str | None], ...] = (
    ("340000.bgt", "安徽省人民政府办公厅", "省政府办公厅", "province", "340000", None),
    ("340100.bgs", "合肥市人民政府办公室", "合肥市政府办", "city", "340100", "340000.bgt"),
    ("340123.bgs", "肥西县人民政府办公室", "肥西县政府办", "county", "340123", "340100.bgs"),
)


MARKS = {"340000.bgt": ("皖政办",), "340100.bgs": ("合政办",), "340123.bgs": ("肥政办",)}
"""机关代字, by body."""


@dataclass(frozen=True)
class SoftHsm:
    """A folder of SoftHSM tokens and the module that serves it."""

    folder: Path
    module: Path
    provider: Pkcs11Provider

    def new_token(self, label: str, pin: str = PIN) -> Pkcs11Token:
        """A fresh token, initialised, not logged in."""
        return self.provider.initialise(label, Secret(SO_PIN), Secret(pin))

    def token_folder(self, token: Token) -> Path:
        """Where SoftHSM keeps a token; moving it away is pulling the UKEY out."""
        serial = token.info().serial
        for folder in self.folder.iterdir():
            if folder.name.replace("-", "").endswith(serial):
                return folder
        raise LookupError(serial)


@dataclass(frozen=True)
class PilotWorld:
    """A pilot PKI with three bodies, three nodes and a time-stamp authority."""

    pilot: Pilot
    softhsm: SoftHsm
    tokens: dict[str, TokenWriter]
    ukeys: dict[str, IssuedUkey]
    nodes: dict[str, Issued]
    tsa: Issued
    tls: Issued
    folder: Path
    suite: Suite = "INTL"

    @property
    def module(self) -> str:
        """The UKEY driver of a profile: SoftHSM knows no SM2, so that GM has tokens in files."""
        return f"soft:{self.folder / 'tokens'}" if self.suite == "GM" else str(self.softhsm.module)

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """The trust anchors, DER."""
        return self.pilot.anchors

    def login(self, body: str) -> TokenWriter:
        """The UKEY of a body, logged in."""
        token = self.tokens[body]
        token.login(Secret(PIN))
        return token

    def signer(self, body: str) -> TokenSigner:
        """The signer of a body's UKEY, logged in."""
        return signer_of(self.login(body), self.pilot.chain_of(self.suite))


def write_softhsm_conf(folder: Path) -> Path:
    """The configuration file of an empty token folder; name it in SOFTHSM2_CONF."""
    tokens = folder / "tokens"
    tokens.mkdir(parents=True, exist_ok=True)
    conf = folder / "softhsm2.conf"
    conf.write_text(
        f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        "slots.removable = false\n"
    )
    return conf


def softhsm_in(folder: Path) -> SoftHsm:
    """The SoftHSM of this process; SOFTHSM2_CONF must already name ``folder``'s file."""
    module = find_softhsm()
    return SoftHsm(folder / "tokens", module, Pkcs11Provider(module))


def build_world(
    folder: Path, softhsm: SoftHsm, *, mark: str = "", suite: Suite = "INTL"
) -> PilotWorld:
    """A whole pilot PKI in ``folder``; takes about a second. In GM everything but TLS is SM2.

    Its UKEYs are labelled with the body's id and ``mark``, so that whoever looks for the UKEYs of
    the session's world by their label does not find another world's.
    """
    pilot = Pilot.create(folder / "pki", system_clock, system_randomness)
    kind: TokenKeyKind = "sm2" if suite == "GM" else "p256"
    soft = SoftProvider(folder / "tokens")
    tokens: dict[str, TokenWriter] = {}
    ukeys: dict[str, IssuedUkey] = {}
    nodes: dict[str, Issued] = {}
    for body, name, _short, _level, node, _parent in BODIES:
        if suite == "GM":
            token: TokenWriter = soft.initialise(body + mark, Secret(PIN), system_randomness)
        else:
            token = softhsm.new_token(body + mark)
        token.login(Secret(PIN))
        ukeys[body] = issue_ukey(pilot, token, body, name, kind=kind)
        token.store_seal(issue_seal(pilot, body, name, [ukeys[body].sign]))
        tokens[body] = token
        nodes[node] = issue_node(pilot, node, folder / "nodes" / node, suite=suite)
    return PilotWorld(
        pilot=pilot,
        softhsm=softhsm,
        tokens=tokens,
        ukeys=ukeys,
        nodes=nodes,
        tsa=issue_timestamp_authority(pilot, folder / "tsa", suite=suite),
        tls=issue_tls(pilot, folder / "tls"),
        folder=folder,
        suite=suite,
    )


def snapshot_of(
    world: PilotWorld,
    *,
    version: int = 1,
    previous: str | None = None,
    urls: dict[str, str] | None = None,
    log_keys: dict[str, bytes] | None = None,
    extra_bodies: Sequence[Body] = (),
    days: int = 7,
    suite: Suite | None = None,
) -> Snapshot:
    """The directory of the world's three bodies and nodes, not yet signed."""
    now = world.pilot.clock().replace(microsecond=0)
    bodies = tuple(
        Body(
            id=body,
            name=name,
            short_name=short,
            level=level,
            node=node,
            parent=parent,
            marks=MARKS.get(body, ()),
            is_office=True,
            certificates=world.pilot.body_certificates(body),
        )
        for body, name, short, level, node, parent in BODIES
    )
    nodes = tuple(
        Node(
            id=node,
            name=f"交换节点 {node}",
            url=(urls or {}).get(node, "https://127.0.0.1:1"),
            certificate=issued.certificate,
            log_key=(log_keys or {}).get(node, bytes(32)),
        )
        for node, issued in world.nodes.items()
    )
    return Snapshot(
        version=version,
        issued=now,
        expires=now + timedelta(days=days),
        suite=suite or world.suite,
        previous=previous,
        nodes=nodes,
        bodies=(*bodies, *extra_bodies),
        certificates=world.pilot.certificates(),
        revocations=world.pilot.crls(),
        ended_seals=tuple(
            EndedSeal(id=seal, since=since) for seal, since in revoked_seals(world.pilot).items()
        ),
    )
