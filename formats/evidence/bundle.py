"""One file with all the evidence of one document (``.gwe``), checkable with stock tools offline.

    README.txt                       how to check it, Chinese and English
    header.p7m                       the signed routing header that every statement names by digest
    01-SubmissionAcceptance.p7m      the signed statement (CMS)
    01-SubmissionAcceptance.tsr      its time-stamp (RFC 3161), where there is one
    01-SubmissionAcceptance.proof    its place in the log (C2SP tlog-proof with the checkpoint)
    …
    attrs/01.der  attrs/01.sig  …    for GM signatures alone: what openssl needs (`.sidecar`)
    certs.pem  crls.pem              what is needed to build and check the paths
    log-keys/340000.pem              the key of each log; compare with the directory
    manifest.sha256                  digests of all of these, for ``sha256sum -c``

This module is the container alone and verifies nothing; `signing.evidence` does. A bundle that is
read is built again and must be the same bytes, so none of them is free.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from formats.errors import BadInput, TooLarge
from formats.evidence.checkpoint import CheckpointInvalid, parse_checkpoint
from formats.evidence.receipt import Receipt, parse_proof, proof_text
from formats.evidence.sidecar import Sidecar, find_sidecar, sidecar_files, sidecar_name
from formats.i18n import mark
from formats.ids import sha256
from formats.limits import MAX_BUNDLE_BYTES, MAX_BUNDLE_MEMBERS, MAX_EVIDENCE_RECORDS
from formats.package.stored import read_zip, write_zip

README: Final = "README.txt"
HEADER: Final = "header.p7m"
CERTIFICATES: Final = "certs.pem"
CRLS: Final = "crls.pem"
MANIFEST: Final = "manifest.sha256"
_LOG_KEYS: Final = "log-keys/"
_RECORD = re.compile(r"([0-9]{2,5})-([A-Za-z]{1,40})\.p7m")
_LOG_KEY = re.compile(r"log-keys/([0-9]{6})\.pem")
_ED25519_SPKI: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410 4
_PEM = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----\n((?:[A-Za-z0-9+/=]{1,64}\n)+)-----END \1-----\n")


class BundleDamaged(BadInput):
    """A bundle that is not in its one form."""

    code = "evidence.bundle-damaged"
    happened = mark("存证包不完整或被改动过（{place}）。")
    safe = mark("没有采信其中任何内容。")
    advice = mark("请向提供存证包的一方索取原件后重新核验。")


@dataclass(frozen=True, slots=True)
class BundleEntry:
    """One record with its proof, and the event that its file name tells."""

    event: str
    receipt: Receipt
    sidecar: Sidecar | None = None
    """Of the record, where it is a GM signature."""
    stamp_sidecar: Sidecar | None = None
    """Of its time-stamp, the same."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What a bundle holds."""

    header_p7m: bytes
    entries: tuple[BundleEntry, ...]
    certificates: tuple[bytes, ...]
    """DER; signers' issuers and time-stamp authorities, no anchor needed."""
    crls: tuple[bytes, ...]
    """DER."""
    log_keys: Mapping[str, bytes]
    """Node to the raw Ed25519 key of its log."""
    header_sidecar: Sidecar | None = None
    """Of the header, where it is a GM signature."""

    def file_names(self) -> tuple[str, ...]:
        """The name of each entry's ``.p7m``, in order."""
        return tuple(_stem(i, e.event) + ".p7m" for i, e in enumerate(self.entries))


def build_bundle(bundle: Bundle) -> bytes:
    """The bundle as a file; the same contents are the same bytes. Raises `TooLarge`."""
    beside = dict(_sidecars(bundle))
    national = any(sidecar is not None for sidecar in beside.values())
    members: dict[str, bytes] = {README: readme_text(national=national), HEADER: bundle.header_p7m}
    for index, entry in enumerate(bundle.entries):
        stem = _stem(index, entry.event)
        members[stem + ".p7m"] = entry.receipt.record
        if entry.receipt.timestamp is not None:
            members[stem + ".tsr"] = entry.receipt.timestamp
        members[stem + ".proof"] = proof_text(entry.receipt).encode()
    for name, sidecar in beside.items():
        members |= sidecar_files(name, sidecar, lambda c: to_pem("CERTIFICATE", [c]))
    members[CERTIFICATES] = to_pem("CERTIFICATE", bundle.certificates)
    members[CRLS] = to_pem("X509 CRL", bundle.crls)
    for node, key in sorted(bundle.log_keys.items()):
        members[f"{_LOG_KEYS}{node}.pem"] = to_pem("PUBLIC KEY", [_ED25519_SPKI + key])
    if len(members) >= MAX_BUNDLE_MEMBERS:
        raise TooLarge(f"{len(members)} files in a bundle", limit=MAX_BUNDLE_MEMBERS)
    members[MANIFEST] = _manifest(members)
    return write_zip(members)


def read_bundle(data: bytes) -> Bundle:
    """The contents of a bundle in its one form. Raises `BundleDamaged` or another `BadInput`."""
    members = read_zip(data, max_members=MAX_BUNDLE_MEMBERS, max_bytes=MAX_BUNDLE_BYTES)
    for name in (README, HEADER, CERTIFICATES, CRLS, MANIFEST):
        if name not in members:
            raise BundleDamaged(f"no {name}", place=name)
    listed = {name: body for name, body in members.items() if name != MANIFEST}
    if _manifest(listed) != members[MANIFEST]:
        raise BundleDamaged("digests", place=MANIFEST)
    bundle = Bundle(
        header_p7m=members[HEADER],
        entries=tuple(
            _entry(members, name, int(found[1]), found[2])
            for name in members
            if (found := _RECORD.fullmatch(name))
        ),
        certificates=_from_pem("CERTIFICATE", members, CERTIFICATES),
        crls=_from_pem("X509 CRL", members, CRLS),
        log_keys={
            found[1]: _log_key(members, name)
            for name in members
            if (found := _LOG_KEY.fullmatch(name))
        },
        header_sidecar=_sidecar(members, sidecar_name(0)),
    )
    if len(bundle.entries) > MAX_EVIDENCE_RECORDS or build_bundle(bundle) != data:
        raise BundleDamaged("not in the one form", place="ZIP")
    return bundle


def readme_text(*, national: bool = False) -> bytes:
    """The instructions inside every bundle; those of one with GM signatures tell of them too.

    Two texts, because a bundle is only believed in the bytes that it was built with.
    """
    name = "bundle-readme-gm.txt" if national else "bundle-readme.txt"
    return resources.files("formats.evidence").joinpath(name).read_bytes()


def to_pem(label: str, items: Iterable[bytes]) -> bytes:
    """DER items as PEM, RFC 7468."""
    blocks = []
    for item in items:
        text = base64.b64encode(item).decode()
        lines = [text[i : i + 64] for i in range(0, len(text), 64)]
        blocks += [f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]
    return "\n".join(blocks).encode()


def _stem(index: int, event: str) -> str:
    return f"{index + 1:02}-{event}"


def _sidecars(bundle: Bundle) -> Iterable[tuple[str, Sidecar | None]]:
    yield sidecar_name(0), bundle.header_sidecar
    for number, entry in enumerate(bundle.entries, 1):
        yield sidecar_name(number), entry.sidecar
        yield sidecar_name(number, timestamp=True), entry.stamp_sidecar


def _sidecar(members: Mapping[str, bytes], name: str) -> Sidecar | None:
    return find_sidecar(members, name, lambda file: _certificate(members, file))


def _certificate(members: Mapping[str, bytes], name: str) -> bytes:
    items = _from_pem("CERTIFICATE", members, name)
    if len(items) != 1:
        raise BundleDamaged(name, place=name)
    return items[0]


def _manifest(members: Mapping[str, bytes]) -> bytes:
    lines = [f"{sha256(body).removeprefix('sha256:')}  {name}\n" for name, body in members.items()]
    return "".join(lines).encode()


def _entry(members: Mapping[str, bytes], name: str, number: int, event: str) -> BundleEntry:
    stem = name.removesuffix(".p7m")
    try:
        proof = parse_proof(members[stem + ".proof"].decode())
        size = parse_checkpoint(proof.checkpoint).checkpoint.size
    except (KeyError, UnicodeDecodeError, CheckpointInvalid) as error:
        raise BundleDamaged(f"{stem}.proof: {error}", place=stem + ".proof") from error
    return BundleEntry(
        event,
        Receipt(
            record=members[name],
            timestamp=members.get(stem + ".tsr"),
            leaf_index=proof.leaf_index,
            tree_size=size,
            inclusion=proof.inclusion,
            checkpoint=proof.checkpoint,
        ),
        _sidecar(members, sidecar_name(number)),
        _sidecar(members, sidecar_name(number, timestamp=True)),
    )


def _from_pem(label: str, members: Mapping[str, bytes], name: str) -> tuple[bytes, ...]:
    try:
        found: Sequence[tuple[str, str]] = _PEM.findall(members[name].decode("ascii"))
        items = tuple(
            base64.b64decode(body, validate=False) for kind, body in found if kind == label
        )
    except (UnicodeDecodeError, binascii.Error) as error:
        raise BundleDamaged(name, place=name) from error
    if to_pem(label, items) != members[name]:
        raise BundleDamaged(name, place=name)
    return items


def _log_key(members: Mapping[str, bytes], name: str) -> bytes:
    items = _from_pem("PUBLIC KEY", members, name)
    if len(items) != 1 or not items[0].startswith(_ED25519_SPKI) or len(items[0]) != 44:  # noqa: PLR2004 - RFC 8410 4: 12 bytes and the key
        raise BundleDamaged(name, place=name)
    return items[0].removeprefix(_ED25519_SPKI)
