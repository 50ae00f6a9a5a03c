"""Bundles that prove the journey of one document, written and verified offline."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from desktop.services.rows import EvidenceReport
from desktop.services.session import Workspace
from formats.effects import Clock

if TYPE_CHECKING:
    from signing.trust.store import TrustStore


class Evidence:
    """The evidence that one workspace holds."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def bundle(self, identifier: str, *, refresh: bool = True) -> bytes:
        """The bundle of a dispatch or consignment. Raises `NotFound`."""
        raise NotImplementedError

    def export(self, identifier: str, target: Path, *, refresh: bool = True) -> EvidenceReport:
        """Write the bundle of a dispatch or consignment to a file, whole or not at all."""
        raise NotImplementedError


def verify_bundle_file(source: Path, *, trust: TrustStore, clock: Clock) -> EvidenceReport:
    """Check a bundle file: signatures, time stamps, inclusion proofs, checkpoints, order.

    Raises `BadInput` only for a file that is no bundle; every other fault is a reason.
    """
    raise NotImplementedError
