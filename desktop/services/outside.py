"""Files that came by another way: a PDF or a package from disk, judged by the trust of this desk.

Nothing of them is kept. Whoever shows a package need not be its addressee here: an office checks
what others bring.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.files import read_file
from desktop.services import opening
from desktop.services.session import Workspace
from desktop.services.verdicts import Verdicts
from formats.errors import BadInput
from formats.limits import MAX_PACKAGE_BYTES
from signing.verdict.report import Verdict

_PACKAGE: Final = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class OutsideFile:
    """A file from disk and what is to be thought of it."""

    path: Path
    pdf: bytes | None
    """The document; ``None`` where none can be shown."""
    verdict: Verdict


class Outside:
    """Files judged at an open desk."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def judge(self, path: Path) -> OutsideFile:
        """Read and judge; foreign bytes are read in a process apart.

        Raises `TooLarge` or `DiskTrouble`; whatever the bytes are, there is a verdict.
        """
        data = read_file(path, limit=MAX_PACKAGE_BYTES)
        if not data.startswith(_PACKAGE):
            pdf = data if data.startswith(b"%PDF-") else None
            return OutsideFile(path, pdf, Verdicts(self._workspace).judge(data))
        workspace = self._workspace
        verdict = opening.judge(
            data,
            trust=workspace.trust,
            now=workspace.clock(),
            recipient=None,
            sender=None,
            signed_at=None,
            policy=workspace.profile.settings.policy,
            directory=workspace.snapshot,
        )
        return OutsideFile(path, _document(data), verdict)


def _document(package: bytes) -> bytes | None:
    from formats.package.archive import read_package  # noqa: PLC0415 - loads when used

    try:
        return read_package(package).document
    except BadInput:  # the verdict says what is wrong with it
        return None
