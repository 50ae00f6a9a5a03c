"""The pilot CA's folder: keys (0600), certificates, CRLs and the index of what was issued.

    pilot.json                        index, canonical JSON
    keys/{root,province,neighbour,directory}.key      P-256; gm-… of each: SM2
    certificates/SERIAL.cer           every certificate issued, DER
    anchors/{root,gm-root}.cer        what users trust
    authorities/{…}.cer               each authority's own certificate
    recovery/BODY{,.gm}.key           recovery encryption key of each body
    crls/{root,province,neighbour,gm-root,gm-province,gm-neighbour}.crl

Two hierarchies stand side by side, of P-256 for the suite INTL and of SM2 for GM; a folder made
before the second came in has the first alone until something of GM is issued.

A certificate's file is on disk before the index names it, and the index before it is handed out,
so that no certificate exists that could not be revoked.
"""

import os
from pathlib import Path
from typing import Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec

from formats.canonical import Value, from_bytes, to_bytes
from formats.directory import BodyCertificate, WrapProfile
from formats.effects import Clock, Randomness
from formats.errors import BadInput, Refused
from formats.i18n import mark
from formats.ids import Instant
from signing import suites
from signing.gm.sm2 import Sm2PublicKey
from signing.keys import KeySigner, PrivateKey, load_key, write_private
from signing.pilot.profiles import Authority, authority_of
from signing.suites import SuiteName
from signing.trust import certs

AUTHORITIES: Final[tuple[Authority, ...]] = (
    "root",
    "province",
    "neighbour",
    "gm-root",
    "gm-province",
    "gm-neighbour",
)


class PilotExists(Refused):
    """The folder already holds a pilot CA; a second one would orphan every certificate."""

    code = "pilot.exists"
    happened = mark("目录“{folder}”中已有试点证书系统。")
    safe = mark("已有的证书和密钥没有改动。")
    advice = mark("请另选空目录，或直接使用已有的试点证书系统。")


class PilotMissing(BadInput):
    """The folder holds no pilot CA, or a damaged one."""

    code = "pilot.missing"
    happened = mark("目录“{folder}”中没有可用的试点证书系统。")
    advice = mark("请先执行 yidao-node pki init，或从备份恢复该目录。")


class NotIssued(Refused):
    """The pilot CA did not issue that certificate."""

    code = "pilot.not-issued"
    happened = mark("试点证书系统没有签发过证书“{serial}”。")
    advice = mark("请用 yidao-node pki show 核对证书序列号。")


class Entry(Value, frozen=True, kw_only=True):
    """One certificate issued."""

    serial: str
    """Hexadecimal, in capitals."""
    issuer: Authority
    profile: str
    owner: str
    """``body:340000.bgt``, ``node:340000``, ``role:tsa`` or empty."""
    name: str
    issued: Instant
    expires: Instant
    revoked: Instant | None = None
    reason: str | None = None
    """An RFC 5280 5.3.1 reason, for example ``keyCompromise``."""


class Index(Value, frozen=True, kw_only=True):
    """Everything issued, and the number of each authority's last CRL."""

    version: int = 1
    entries: tuple[Entry, ...] = ()
    crl_numbers: dict[str, int] = {}  # noqa: RUF012 - msgspec copies a default


class Pilot:
    """An open pilot CA. Not for two processes at once."""

    def __init__(self, folder: Path, clock: Clock, randomness: Randomness) -> None:
        self.folder = folder
        self.clock = clock
        self.randomness = randomness
        self._index = Index()

    @classmethod
    def open(cls, folder: Path, clock: Clock, randomness: Randomness) -> "Pilot":
        """The pilot CA of a folder. Raises `PilotMissing`."""
        pilot = cls(folder, clock, randomness)
        try:
            pilot._index = from_bytes(Index, (folder / "pilot.json").read_bytes())
        except (OSError, BadInput) as error:
            raise PilotMissing(str(error), folder=str(folder)) from error
        return pilot

    @classmethod
    def create(cls, folder: Path, clock: Clock, randomness: Randomness) -> "Pilot":
        """A new pilot CA. Raises `PilotExists`."""
        from signing.pilot.issue import create_pilot  # noqa: PLC0415 - issuing builds on the store

        return create_pilot(folder, clock, randomness)

    # --- the index ------------------------------------------------------------------------------
    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything issued, oldest first."""
        return self._index.entries

    def new_serial(self) -> int:
        """A serial number of 127 unpredictable bits, never zero; CA/B BR 7.1."""
        return int.from_bytes(self.randomness(16), "big") >> 1 | 1 << 126

    def record(self, certificate: bytes, entry: Entry) -> None:
        """Keep a certificate just signed: its file first, then its line in the index."""
        self.write_public(f"certificates/{entry.serial}.cer", certificate)
        self._save(msgspec.structs.replace(self._index, entries=(*self._index.entries, entry)))

    def replace(self, entry: Entry) -> None:
        """Another state of an entry of the same serial."""
        entries = tuple(entry if e.serial == entry.serial else e for e in self._index.entries)
        self._save(msgspec.structs.replace(self._index, entries=entries))

    def entry(self, serial: str) -> Entry:
        """The entry of that serial. Raises `NotIssued`."""
        for entry in self._index.entries:
            if entry.serial == serial.upper():
                return entry
        raise NotIssued(serial, serial=serial)

    def next_crl_number(self, authority: Authority) -> int:
        """The number of the next CRL, used up even if the CRL is never written."""
        number = self._index.crl_numbers.get(authority, 0) + 1
        numbers = {**self._index.crl_numbers, authority: number}
        self._save(msgspec.structs.replace(self._index, crl_numbers=numbers))
        return number

    def _save(self, index: Index) -> None:
        write_private(self.folder / "pilot.json", to_bytes(index))
        self._index = index

    # --- files ----------------------------------------------------------------------------------
    def write_public(self, name: str, data: bytes) -> None:
        """A file of the folder that anybody may read."""
        write_private(self.folder / name, data)
        (self.folder / name).chmod(0o644)

    def read(self, name: str) -> bytes:
        """A file of the folder. Raises `PilotMissing`."""
        try:
            return (self.folder / name).read_bytes()
        except OSError as error:
            raise PilotMissing(f"{name}: {os.strerror(error.errno or 0)}", folder=name) from error

    def certificate(self, serial: str) -> bytes:
        """DER of a certificate issued."""
        return self.read(f"certificates/{self.entry(serial).serial}.cer")

    def current(self, owner: str, profile: str, suite: SuiteName | None = None) -> bytes | None:
        """The newest certificate of an owner and profile (and suite) that is not revoked."""
        for entry in reversed(self._index.entries):
            if (entry.owner, entry.profile) != (owner, profile) or entry.revoked is not None:
                continue
            if suite in {None, suite_of_authority(entry.issuer)}:
                return self.certificate(entry.serial)
        return None

    # --- what others take from it ---------------------------------------------------------------
    @property
    def root(self) -> bytes:
        """DER of the root of the suite INTL; TLS rests on it too."""
        return self.read("anchors/root.cer")

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """The trust anchors that users are given."""
        roots = (self.folder / f"anchors/{name}.cer" for name in ("root", "gm-root"))
        return tuple(self.read(f"anchors/{path.name}") for path in roots if path.exists())

    @property
    def authorities(self) -> tuple[Authority, ...]:
        """Those that exist in this folder."""
        return tuple(a for a in AUTHORITIES if (self.folder / f"authorities/{a}.cer").exists())

    @property
    def chain(self) -> tuple[bytes, ...]:
        """As `chain_of`, of the suite INTL."""
        return self.chain_of("INTL")

    def chain_of(self, suite: SuiteName) -> tuple[bytes, ...]:
        """The issuers of every certificate of this province, nearest first, root left out."""
        return (self.authority(authority_of("province", suite)),)

    def authority(self, authority: Authority) -> bytes:
        """DER of an authority's own certificate."""
        return self.read(f"authorities/{authority}.cer")

    def authority_signer(self, authority: Authority) -> KeySigner:
        """An authority's key with its certificate. Raises `KeyFileBad`, `KeyPairMismatch`."""
        key = load_key(self.folder / f"keys/{authority}.key")
        return KeySigner(key, self.authority(authority))

    def authority_key(self, authority: Authority) -> PrivateKey:
        """An authority's key, which is its certificate's. Raises as `authority_signer`."""
        key = load_key(self.folder / f"keys/{authority}.key")
        KeySigner(key, self.authority(authority))
        return key

    def directory_signer(self, suite: SuiteName = "INTL") -> KeySigner:
        """Who signs the directory of this province. Raises `PilotMissing`."""
        certificate = self.current("role:directory", "directory", suite)
        if certificate is None:
            raise PilotMissing("directory signer", folder=str(self.folder))
        name = "gm-directory" if suite == "GM" else "directory"
        key = load_key(self.folder / f"keys/{name}.key")
        return KeySigner(key, certificate, self.chain_of(suite))

    def certificates(self) -> tuple[bytes, ...]:
        """For `Snapshot.certificates`: intermediates, the cross-certificate, time-stampers."""
        wanted = {"ca", "cross", "tsa"}
        return tuple(
            self.certificate(entry.serial)
            for entry in self._index.entries
            if entry.profile in wanted and entry.revoked is None
        )

    def crls(self) -> tuple[bytes, ...]:
        """For `Snapshot.revocations`: the current CRL of each authority."""
        return tuple(self.read(f"crls/{authority}.crl") for authority in self.authorities)

    def body_certificates(self, body_id: str) -> tuple[BodyCertificate, ...]:
        """For `Body.certificates`: what is valid now of a body's UKEYs, and its recovery key."""
        found = []
        for entry in self._index.entries:
            if entry.owner != f"body:{body_id}" or entry.revoked is not None:
                continue
            certificate = self.certificate(entry.serial)
            usage = certs.key_usage_of(certificate)
            if usage == "sign":
                found.append(BodyCertificate(usage="sign", certificate=certificate))
            elif usage == "encrypt":
                found.append(
                    BodyCertificate(
                        usage="encrypt", certificate=certificate, wrap=wrap_profile(certificate)
                    )
                )
        return tuple(found)

    def recovery_key(self, body_id: str, suite: SuiteName = "INTL") -> Path:
        """The key file that opens what was encrypted to a body when its UKEY is lost."""
        return self.folder / "recovery" / f"{body_id}{'.gm' if suite == 'GM' else ''}.key"


def suite_of_authority(authority: Authority) -> SuiteName:
    """Whose hierarchy an authority belongs to."""
    return "GM" if authority.startswith("gm-") else "INTL"


def wrap_profile(certificate: bytes) -> WrapProfile:
    """How keys are wrapped to a certificate. RSA UKEYs know OAEP with SHA-1 alone."""
    key = suites.public_key(certificate)
    if isinstance(key, Sm2PublicKey):
        return "sm2"
    return "ecdh-p256" if isinstance(key, ec.EllipticCurvePublicKey) else "oaep-sha1"
