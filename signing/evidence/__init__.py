"""Evidence: statements signed, receipts and chains verified, bundles exported and checked."""

from signing.evidence.bundle import BundleReport, export_bundle, verify_bundle
from signing.evidence.chain import ChainReport, EventResult, verify_chain
from signing.evidence.receipt import VerifiedReceipt, verify_receipt
from signing.evidence.record import Record, open_record, sign_record

__all__ = [
    "BundleReport",
    "ChainReport",
    "EventResult",
    "Record",
    "VerifiedReceipt",
    "export_bundle",
    "open_record",
    "sign_record",
    "verify_bundle",
    "verify_chain",
    "verify_receipt",
]
