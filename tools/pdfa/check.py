"""All clauses, one file."""

from collections.abc import Callable

from tools.pdfa import embedded, filestructure, fonts, graphics, interactive, metadata, structure
from tools.pdfa.contents import Walk
from tools.pdfa.opened import FAULTS, Opened
from tools.pdfa.report import Finding, Report


def check_pdfa(data: bytes, *, part: int = 3) -> list[Finding]:
    """What keeps the bytes from being PDF/A-3b, by clause; ``[]`` when nothing does.

    ``part`` 2 asks for PDF/A-2b, whose clauses are the same but for attached files.
    """
    report = Report()
    try:
        opened = Opened(data)
    except FAULTS as error:
        report.add("6.1.1", f"not a PDF that can be read: {error}")
        return report.sorted()
    walk = Walk(opened, report)
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("6.1", lambda: filestructure.check(opened, report)),
        ("6.2.3", lambda: graphics.output_intents(opened, report)),
        ("6.2.2", walk.run),
        ("6.2", lambda: graphics.check(opened, walk, report)),
        ("6.2.11", lambda: fonts.check(list(walk.fonts.values()), report)),
        ("6.4", lambda: interactive.check(opened, report)),
        ("6.6", lambda: metadata.check(opened, report, part=part)),
        ("6.7", lambda: structure.check(opened, walk, report)),
        ("6.8", lambda: embedded.check(opened, report)),
    )
    for clause, step in steps:
        try:
            step()
        except UnicodeDecodeError as error:  # pikepdf takes names for UTF-8, as 6.1.8 asks for
            report.add("6.1.8", f"a name that is not UTF-8, seen while checking {clause}: {error}")
        except FAULTS as error:
            # An object of a kind that its place does not allow: ISO 32000-1 is broken, hence 6.1.1.
            report.add("6.1.1", f"malformed, seen while checking {clause}: {error}")
    return report.sorted()
