"""Export the evidence of a document into one file, and verify such a file: `yidao evidence`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from formats.errors import YidaoError
from formats.evidence.bundle import (
    Bundle,
    BundleDamaged,
    BundleEntry,
    build_bundle,
    read_bundle,
)
from formats.evidence.receipt import Receipt
from formats.evidence.record import Statement, parse_statement
from formats.evidence.sidecar import Sidecar, sidecar_name
from signing.cms import open_attached
from signing.evidence.chain import ChainReport, EventResult, Reason, verify_chain
from signing.evidence.sidecar import sidecar_of, sidecar_of_timestamp
from signing.trust.store import TrustStore

_Derive = Callable[[bytes], Sidecar | None]


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What is to be thought of a bundle."""

    chain: ChainReport
    reasons: tuple[Reason, ...]
    """Faults of the file itself."""
    log_keys: Mapping[str, bytes]
    """The keys it was checked with, by node."""
    log_keys_vouched: bool
    """Whether they were compared with keys known from elsewhere (the directory)."""

    @property
    def ok(self) -> bool:
        """Whether all of it holds."""
        return not self.reasons and self.chain.ok

    @property
    def events(self) -> tuple[EventResult, ...]:
        """The result of each record."""
        return self.chain.events


def export_bundle(
    header_p7m: bytes,
    receipts: Sequence[Receipt],
    *,
    certificates: Iterable[bytes],
    crls: Iterable[bytes],
    log_keys: Mapping[str, bytes],
) -> bytes:
    """The bundle of a dispatch's receipts, in any order given, each once.

    ``certificates`` and ``crls`` (DER) are those of the directory that built the trust; the
    anchors stay out. ``log_keys`` are raw Ed25519 keys by node. Nothing is verified here but what
    names the files needs; raises a `BadInput` for a record that cannot be read.
    """
    unique = {receipt.record: receipt for receipt in receipts}
    told = [(_statement(receipt), receipt) for receipt in unique.values()]
    told.sort(key=lambda pair: (pair[0].seq, pair[0].at, pair[1].record))
    carried = {c for record in unique for c in open_attached(record).certificates}
    return build_bundle(
        Bundle(
            header_p7m=header_p7m,
            entries=tuple(_entry(s.event, receipt) for s, receipt in told),
            certificates=tuple(sorted({*certificates, *carried})),
            crls=tuple(sorted(set(crls))),
            log_keys=dict(log_keys),
            header_sidecar=sidecar_of(header_p7m),
        )
    )


def verify_bundle(
    data: bytes, anchors: Iterable[bytes], *, log_keys: Mapping[str, bytes] | None = None
) -> BundleReport:
    """Judge a bundle by trust anchors alone (DER), offline.

    ``log_keys`` from the directory, where it is at hand, replace those in the bundle. Never raises
    for what the bundle says: every fault is a reason in the report.
    """
    try:
        bundle = read_bundle(data)
        _check_sidecars(bundle)
        trust = TrustStore(anchors, bundle.certificates, bundle.crls)
    except YidaoError as error:
        return BundleReport(
            chain=ChainReport((), ()),
            reasons=((error.code, error.text()),),
            log_keys={},
            log_keys_vouched=False,
        )
    keys = bundle.log_keys if log_keys is None else log_keys
    names = tuple(zip(bundle.file_names(), (e.event for e in bundle.entries), strict=True))
    chain = verify_chain(
        [entry.receipt for entry in bundle.entries],
        trust=trust,
        log_keys=keys,
        header_p7m=bundle.header_p7m,
        names=names,
    )
    return BundleReport(chain, (), keys, log_keys_vouched=log_keys is not None)


def _entry(event: str, receipt: Receipt) -> BundleEntry:
    stamp = receipt.timestamp
    return BundleEntry(
        event,
        receipt,
        sidecar_of(receipt.record),
        None if stamp is None else sidecar_of_timestamp(stamp),
    )


def _check_sidecars(bundle: Bundle) -> None:
    """Each must be what its signature says: who checks with openssl must not be led astray.

    Where the signature itself cannot be read, none belongs beside it; what is wrong with it is for
    the report of the chain to say. Raises `BundleDamaged`.
    """
    pairs: list[tuple[str, Sidecar | None, _Derive, bytes]]
    pairs = [(sidecar_name(0), bundle.header_sidecar, sidecar_of, bundle.header_p7m)]
    for number, entry in enumerate(bundle.entries, 1):
        pairs.append((sidecar_name(number), entry.sidecar, sidecar_of, entry.receipt.record))
        name, stamp = sidecar_name(number, timestamp=True), entry.receipt.timestamp
        pairs.append((name, entry.stamp_sidecar, sidecar_of_timestamp, stamp or b""))
    for name, found, derive, signed in pairs:
        if found != _derived(derive, signed):
            raise BundleDamaged(f"{name} is not of its signature", place=name)


def _derived(derive: _Derive, signed: bytes) -> Sidecar | None:
    try:
        return derive(signed)
    except YidaoError:
        return None


def _statement(receipt: Receipt) -> Statement:
    return parse_statement(open_attached(receipt.record).data)
