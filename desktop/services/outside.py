"""Files that came by another way: a PDF or a package from disk, judged by the trust of this desk.

Nothing of them is kept. Whoever shows a package need not be its addressee here: an office checks
what others bring.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from desktop.files import read_file, write_whole
from desktop.services import opening
from desktop.services.batch_sealing import TargetThere
from desktop.services.session import Workspace
from desktop.services.verdicts import Verdicts
from formats.errors import BadInput
from formats.i18n import tr
from formats.limits import MAX_PACKAGE_BYTES, MAX_PDF_BYTES
from signing.verdict.report import Verdict

_PACKAGE: Final = b"PK\x03\x04"
_MOST_NAMES: Final = 100
"""Names that are tried for a countersigned file; beyond that somebody tidies up first."""


@dataclass(frozen=True, slots=True)
class OutsideFile:
    """A file from disk and what is to be thought of it."""

    path: Path
    pdf: bytes | None
    """The document; ``None`` where none can be shown."""
    verdict: Verdict
    place: bool = False
    """Whether a field is kept open in it for the body of this desk (联合盖章, 会签)."""


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
            verdict = Verdicts(self._workspace).judge(data)
            return OutsideFile(path, pdf, verdict, place=self.may_seal(data, verdict))
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
            verify=workspace.verifiers.verify,
        )
        return OutsideFile(path, _document(data), verdict)

    def countersign(self, path: Path) -> Path:
        """Set the own seal in the field kept open for it, into a new file beside the old one.

        Raises as `countersigned`, or `TargetThere` where every name for it is taken.
        """
        pdf = read_file(path, limit=MAX_PDF_BYTES)
        target = beside(path)
        if target.exists():
            raise TargetThere(str(target), name=target.name)
        write_whole(target, self.countersigned(pdf))
        return target

    def countersigned(self, pdf: bytes) -> bytes:
        """The document with the own seal in the field kept open for it.

        Raises `SealRefused`, `SealMissing`, `SealFault`, what the UKEY raises, or `DiskTrouble`.
        """
        from desktop.services.countersigning import countersigned  # noqa: PLC0415 - loads when used
        from desktop.services.sealing import Hand  # noqa: PLC0415 - loads when used

        workspace = self._workspace
        workspace.require_current_directory()
        hand = Hand(workspace.signer(), workspace.seals(), workspace.trust, workspace.clock)
        return countersigned(pdf, hand, workspace.timestamps).pdf

    def may_seal(self, pdf: bytes, verdict: Verdict) -> bool:
        """Whether nothing is wrong but seals still to come, one of them the own body's."""
        waiting = verdict.has("seals-missing") or verdict.has("countersign-open")
        wrong = {r.code for r in verdict.reasons if r.status in {"red", "amber"}}
        if not waiting or wrong - {"seals-missing"}:
            return False
        from signing.errors import SealRefused  # noqa: PLC0415 - the rare case
        from signing.seal.fields import open_places  # noqa: PLC0415 - the rare case

        own = "".join(self._workspace.body.name.split())
        try:
            return any(own == "".join(p.slot.body.split()) for p in open_places(pdf))
        except SealRefused:
            return False


def beside(path: Path) -> Path:
    """A name in the same folder that is not taken yet; the last one tried where all are."""
    for number in range(1, _MOST_NAMES):
        mark = tr("已会签") if number == 1 else tr("已会签{number}", number=number)
        target = path.with_name(f"{path.stem}（{mark}）{path.suffix}")
        if not target.exists():
            break
    return target


def _document(package: bytes) -> bytes | None:
    from formats.package.archive import read_package  # noqa: PLC0415 - loads when used

    try:
        return read_package(package).document
    except BadInput:  # the verdict says what is wrong with it
        return None
