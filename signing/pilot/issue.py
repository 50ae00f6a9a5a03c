"""What the pilot CA does: create itself and issue."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from formats.directory import SUITES
from formats.effects import Clock, Randomness
from formats.ids import is_body, is_node
from signing import suites
from signing.errors import DriverGarbage
from signing.gm.sm2 import Sm2PublicKey
from signing.keys import (
    KeyKind,
    KeySigner,
    PrivateKey,
    generate_key,
    key_to_pem,
    load_key,
    write_private,
)
from signing.pilot.errors import BadBodyId, BadName, BadNodeId
from signing.pilot.profiles import (
    MAX_NAME,
    PROFILES,
    Authority,
    Rank,
    alternative_names,
    authority_of,
    build_certificate,
    province_name,
    subject_name,
)
from signing.pilot.revoking import write_crl
from signing.pilot.store import Entry, Pilot, PilotExists, suite_of_authority
from signing.suites import PublicKey, SuiteName
from signing.tokens.base import TokenKeyKind, TokenWriter, Usage
from signing.trust import certs

PROVINCE: Final = "安徽省"
ORGANISATION: Final = "驿道试点证书系统"
NEIGHBOUR: Final = "江苏省"
_RECOVERY: Final = "（密钥恢复）"
"""Behind a body's name in the certificate of its recovery key."""

_KINDS: Final[dict[SuiteName, KeyKind]] = {"INTL": "p256", "GM": "sm2"}
_NAMED: Final[dict[SuiteName, str]] = {"INTL": "", "GM": "（国密）"}
"""Two names that differ: an issuer is found by its name."""

_ENCRYPT_PROFILES: Final[dict[TokenKeyKind, str]] = {
    "p256": "ukey-encrypt",
    "rsa2048": "ukey-encrypt-rsa",
    "sm2": "ukey-encrypt-sm2",
}
_USAGES: Final[tuple[Usage, ...]] = ("sign", "encrypt")
RANKS: Final[tuple[Rank, ...]] = ("root", "province", "neighbour")


@dataclass(frozen=True, slots=True)
class _Applicant:
    """Who asks for which certificate."""

    profile: str
    subject: x509.Name
    public_key: PublicKey
    owner: str = ""
    hosts: tuple[str, ...] = ()
    within: x509.Name | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate issued with a key file; the certificate file is leaf and chain in PEM."""

    certificate: bytes
    chain: tuple[bytes, ...]
    key_path: Path
    certificate_path: Path

    def signer(self) -> KeySigner:
        """The key with its certificate. Raises `KeyFileBad`."""
        return KeySigner(load_key(self.key_path), self.certificate, self.chain)


@dataclass(frozen=True, slots=True)
class IssuedUkey:
    """The two certificates put on a UKEY, and the body's recovery certificate."""

    sign: bytes
    encrypt: bytes
    recovery: bytes


def create_pilot(folder: Path, clock: Clock, randomness: Randomness) -> Pilot:
    """A new pilot CA with empty CRLs. Raises `PilotExists`."""
    if (folder / "pilot.json").exists():
        raise PilotExists(folder=str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    pilot = Pilot(folder, clock, randomness)
    for suite in SUITES:
        _create_hierarchy(pilot, suite)
    write_crl(pilot)
    return pilot


def _create_hierarchy(pilot: Pilot, suite: SuiteName) -> None:
    """Root, province, neighbour and directory signer of one suite."""
    kind, word = _KINDS[suite], _NAMED[suite]
    root = authority_of("root", suite)
    anchor = _new_authority(pilot, root, f"电子公文试点根证书{word}", PROVINCE)
    pilot.write_public(f"anchors/{root}.cer", anchor)
    province = generate_key(kind)
    name = subject_name(f"安徽省电子公文试点 CA{word}", ORGANISATION, PROVINCE)
    applicant = _Applicant("ca", name, province.public_key(), "role:ca")
    certificate = _issue(pilot, root, applicant)
    _keep_authority(pilot, authority_of("province", suite), province, certificate)

    neighbour = _new_authority(
        pilot, authority_of("neighbour", suite), f"江苏省电子公文试点根证书{word}", NEIGHBOUR
    )
    # 交叉认证: our root vouches for the neighbour's key, for names of that province only.
    vouched = suites.public_key(neighbour)
    within = province_name(NEIGHBOUR)
    subject = certs.load(neighbour).subject
    _issue(pilot, root, _Applicant("cross", subject, vouched, "role:neighbour", within=within))
    directory = generate_key(kind)
    stem = "gm-directory" if suite == "GM" else "directory"
    write_private(pilot.folder / f"keys/{stem}.key", key_to_pem(directory))
    signer = subject_name(f"安徽省电子公文通讯录{word}", ORGANISATION, PROVINCE)
    applicant = _Applicant("directory", signer, directory.public_key(), "role:directory")
    _issue(pilot, authority_of("province", suite), applicant)


def _require_hierarchy(pilot: Pilot, suite: SuiteName) -> None:
    """A folder made before the suite came in gets its hierarchy with the first certificate."""
    if authority_of("province", suite) not in pilot.authorities:
        _create_hierarchy(pilot, suite)
        for rank in RANKS:
            write_crl(pilot, authority_of(rank, suite))


def check_body(body_id: str, name: str) -> x509.Name:
    """The subject of a body's certificates. Raises `BadBodyId` or `BadName`."""
    if not is_body(body_id):
        raise BadBodyId(body_id, body=body_id)
    if len(name) + len(_RECOVERY) > MAX_NAME:
        raise BadName(name, limit=MAX_NAME - len(_RECOVERY))
    return subject_name(name, name, PROVINCE)


def issue_ukey(
    pilot: Pilot,
    token: TokenWriter,
    body_id: str,
    name: str,
    *,
    kind: TokenKeyKind = "p256",
) -> IssuedUkey:
    """Dual certificates for a UKEY that is logged in: keys made on it, certificates put on it.

    The body's recovery key is made with its first UKEY. Nothing is issued before the token has made
    both keys. Raises `BadBodyId`, `BadName` or a `TokenError`.
    """
    subject = check_body(body_id, name)
    owner = f"body:{body_id}"
    suite: SuiteName = "GM" if kind == "sm2" else "INTL"
    keys = {usage: _made(token, usage, kind) for usage in _USAGES}
    _require_hierarchy(pilot, suite)
    recovery = _recovery(pilot, owner, body_id, name, suite)
    profiles = {"sign": "ukey-sign", "encrypt": _ENCRYPT_PROFILES[kind]}
    issued = {}
    for usage, (key_ref, public_key) in keys.items():
        applicant = _Applicant(profiles[usage], subject, public_key, owner)
        issued[usage] = _issue(pilot, authority_of("province", suite), applicant)
        token.store_certificate(key_ref, issued[usage], usage)
    return IssuedUkey(issued["sign"], issued["encrypt"], recovery)


def _recovery(pilot: Pilot, owner: str, body_id: str, name: str, suite: SuiteName) -> bytes:
    path = pilot.recovery_key(body_id, suite)
    profile = "recovery-sm2" if suite == "GM" else "recovery"
    known = pilot.current(owner, profile)
    if known is not None and path.exists():
        return known
    key = generate_key(_KINDS[suite])
    write_private(path, key_to_pem(key))
    subject = subject_name(f"{name}{_RECOVERY}", name, PROVINCE)
    applicant = _Applicant(profile, subject, key.public_key(), owner)
    return _issue(pilot, authority_of("province", suite), applicant)


def issue_node(
    pilot: Pilot,
    node_id: str,
    folder: Path,
    name: str | None = None,
    *,
    suite: SuiteName = "INTL",
) -> Issued:
    """Key and certificate of an exchange node: ``node.key`` and ``node.pem`` in ``folder``.

    Raises `BadNodeId` or `BadName`.
    """
    if not is_node(node_id):
        raise BadNodeId(node_id, node=node_id)
    common = name or f"电子公文交换节点 {node_id}"
    return _to_files(pilot, "node", folder, common, owner=f"node:{node_id}", suite=suite)


def issue_timestamp_authority(
    pilot: Pilot, folder: Path, name: str | None = None, *, suite: SuiteName = "INTL"
) -> Issued:
    """Key and certificate of a time-stamp authority: ``tsa.key``, ``tsa.pem``; in GM ``tsa-gm``.

    A node may have both: it then stamps each digest in its own suite.
    """
    common = name or f"安徽省电子公文时间戳服务{_NAMED[suite]}"
    stem = "tsa-gm" if suite == "GM" else "tsa"
    return _to_files(pilot, "tsa", folder, common, owner="role:tsa", suite=suite, stem=stem)


def issue_seal_authority(pilot: Pilot, folder: Path, *, suite: SuiteName = "INTL") -> Issued:
    """Key and certificate of the maker of electronic seals: ``seal.key`` and ``seal.pem``."""
    common = f"安徽省电子印章制章中心{_NAMED[suite]}"
    return _to_files(pilot, "seal", folder, common, owner="role:seal", suite=suite)


def issue_tls(
    pilot: Pilot,
    folder: Path,
    hosts: Sequence[str] = ("localhost", "127.0.0.1"),
    name: str | None = None,
) -> Issued:
    """Key and certificate of a TLS server: ``tls.key`` and ``tls.pem``.

    Clients trust it through the pilot's root, which lies beside them as ``tls-ca.pem``.
    """
    issued = _to_files(pilot, "tls", folder, name or hosts[0], hosts=hosts)
    write_private(folder / "tls-ca.pem", certs.to_pem(pilot.root))
    (folder / "tls-ca.pem").chmod(0o644)
    return issued


def issue_neighbour(
    pilot: Pilot, body_id: str, name: str, folder: Path, *, suite: SuiteName = "INTL"
) -> Issued:
    """A signing certificate under the neighbour's root, trusted here through the cross one."""
    if not is_body(body_id):
        raise BadBodyId(body_id, body=body_id)
    _require_hierarchy(pilot, suite)
    subject = subject_name(name, name, NEIGHBOUR)
    key = generate_key(_KINDS[suite])
    applicant = _Applicant("ukey-sign", subject, key.public_key(), f"body:{body_id}")
    certificate = _issue(pilot, authority_of("neighbour", suite), applicant)
    cross = pilot.current("role:neighbour", "cross", suite)
    return _write(folder, body_id, key, certificate, () if cross is None else (cross,))


def _new_authority(pilot: Pilot, authority: Authority, name: str, province: str) -> bytes:
    """A self-signed authority, kept and returned."""
    key = generate_key(_KINDS[suite_of_authority(authority)])
    subject = subject_name(name, ORGANISATION, province)
    applicant = _Applicant("root", subject, key.public_key())
    certificate = _signed(pilot, authority, applicant, None, key)
    _keep_authority(pilot, authority, key, certificate)
    return certificate


def _keep_authority(
    pilot: Pilot, authority: Authority, key: PrivateKey, certificate: bytes
) -> None:
    write_private(pilot.folder / f"keys/{authority}.key", key_to_pem(key))
    pilot.write_public(f"authorities/{authority}.cer", certificate)


def _issue(pilot: Pilot, issuer: Authority, applicant: _Applicant) -> bytes:
    """A certificate under an authority, recorded before it is returned."""
    certificate = certs.load(pilot.authority(issuer))
    return _signed(pilot, issuer, applicant, certificate, pilot.authority_key(issuer))


def _signed(
    pilot: Pilot,
    issuer_id: Authority,
    applicant: _Applicant,
    issuer: x509.Certificate | None,
    issuer_key: PrivateKey,
) -> bytes:
    now = pilot.clock()
    certificate = build_certificate(
        PROFILES[applicant.profile],
        subject=applicant.subject,
        public_key=applicant.public_key,
        issuer=issuer,
        issuer_key=issuer_key,
        issuer_id=issuer_id,
        serial=pilot.new_serial(),
        now=now,
        names=alternative_names(applicant.owner, applicant.hosts),
        within=applicant.within,
    )
    pilot.record(
        certificate,
        Entry(
            serial=certs.serial_of(certificate),
            issuer=issuer_id,
            profile=applicant.profile,
            owner=applicant.owner,
            name=certs.name_of(certificate),
            issued=now,
            expires=certs.validity_of(certificate)[1],
        ),
    )
    return certificate


def _to_files(
    pilot: Pilot,
    profile: str,
    folder: Path,
    common: str,
    *,
    owner: str = "",
    hosts: Sequence[str] = (),
    suite: SuiteName = "INTL",
    stem: str = "",
) -> Issued:
    """A key and certificate of this province in files named ``stem``, else after the profile."""
    _require_hierarchy(pilot, suite)
    key = generate_key(_KINDS[suite])
    subject = subject_name(common, ORGANISATION, PROVINCE)
    applicant = _Applicant(profile, subject, key.public_key(), owner, tuple(hosts))
    certificate = _issue(pilot, authority_of("province", suite), applicant)
    return _write(folder, stem or profile, key, certificate, pilot.chain_of(suite))


def _write(
    folder: Path, stem: str, key: PrivateKey, certificate: bytes, chain: tuple[bytes, ...]
) -> Issued:
    key_path, certificate_path = folder / f"{stem}.key", folder / f"{stem}.pem"
    write_private(key_path, key_to_pem(key))
    write_private(certificate_path, b"".join(map(certs.to_pem, (certificate, *chain))))
    certificate_path.chmod(0o644)
    return Issued(certificate, chain, key_path, certificate_path)


def _made(token: TokenWriter, usage: Usage, kind: TokenKeyKind) -> tuple[str, PublicKey]:
    """A key pair made on the token. Raises `DriverGarbage` for one of another kind."""
    key_ref, spki = token.generate(usage, kind, usage)
    if kind == "sm2":
        return key_ref, Sm2PublicKey.from_spki(spki)
    key = serialization.load_der_public_key(spki)
    wanted = ec.EllipticCurvePublicKey if kind == "p256" else rsa.RSAPublicKey
    if not isinstance(key, wanted):
        raise DriverGarbage(f"another key than {kind}")
    return key_ref, key
