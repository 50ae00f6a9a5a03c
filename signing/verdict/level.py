"""The level that the issuing body's seal reaches, ETSI EN 319 142-1 6.1."""

from pyhanko.pdf_utils.reader import PdfFileReader

from signing.seal.strict import entry
from signing.verdict.report import Level, SignatureReport


def level_of(reader: PdfFileReader, signatures: tuple[SignatureReport, ...]) -> Level:
    """B-T: its time is proven. B-LT: revocation data is in the file too. B-LTA: and stamped."""
    seal = next((s for s in signatures if s.kind == "certification"), None)
    if seal is None or not seal.proven:
        return "B-B"
    if not _has_revocation_data(reader):
        return "B-T"
    stamped = any(s.kind == "timestamp" and s.proven for s in signatures)
    return "B-LTA" if stamped else "B-LT"


def _has_revocation_data(reader: PdfFileReader) -> bool:
    """Whether the document security store (EN 319 142-1 5.4.2) carries a list or an answer."""
    store = entry(reader.root, "/DSS")
    return any(len(store[kind]) > 0 for kind in ("/CRLs", "/OCSPs") if kind in store)
