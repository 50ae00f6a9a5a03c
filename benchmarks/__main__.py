"""All benchmarks, one after the other; their figures become docs/BENCHMARKS.md.

`python -m benchmarks`. Each module runs in a process of its own and prints one JSON object a line.
The page is written when all have run; one that fails ends it with its status.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

from formats.effects import system_clock

HERE: Final = Path(__file__).parent
PAGE: Final = HERE.parent / "docs" / "BENCHMARKS.md"
SECONDS: Final = 1800
"""For one module; more is a module that hangs."""

Figure = Mapping[str, Any]

HEAD: Final = """# Benchmarks

Written by `make bench` on {day}. {machine}. Each figure stands beside a peer or a limit measured in
the same run, in turns; *ratio* is ours against it, and the goal is for the ratio. A time without
such a neighbour says more of the machine than of the program.

| figure | ours | peer or limit | its value | ratio | goal | met | rounds |
|---|---:|---|---:|---:|---:|:-:|---:|
"""


def main() -> None:
    """Run them and write the page."""
    names = sorted(path.stem for path in HERE.glob("[a-z]*.py"))
    figures = [figure for name in names for figure in run(name)]
    PAGE.write_text(page(figures, system_clock().date(), machine()), encoding="utf-8")


def run(name: str) -> list[Figure]:
    """The figures of one module; they are printed as they come. Ends when it fails."""
    command = [sys.executable, "-m", f"benchmarks.{name}"]
    done = subprocess.run(
        command, cwd=HERE.parent, stdout=subprocess.PIPE, timeout=SECONDS, check=False
    )
    text = done.stdout.decode()
    sys.stdout.write(text)
    sys.stdout.flush()
    if done.returncode:
        raise SystemExit(done.returncode)
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def machine() -> str:
    """The kind of the machine: no name, no path."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{platform.system()} {platform.machine()}, {len(os.sched_getaffinity(0))} processors, "
        f"{memory:.0f} GiB of memory, Python {platform.python_version()}"
    )


def page(figures: Sequence[Figure], day: date, kind: str) -> str:
    """The page of these figures: a table, then each distinct note."""
    rows = [_row(figure) for figure in figures]
    notes = [f"- `{f['name']}`: {f['note']}." for f in figures if f.get("note")]
    head = HEAD.format(day=day.isoformat(), machine=kind)
    return head + "\n".join(rows) + "\n\n" + "\n".join(notes) + "\n"


def _row(figure: Figure) -> str:
    value, unit = figure.get("value"), figure.get("unit", "")
    cells = (
        f"`{figure['name']}`",
        f"{value} {unit}" if value is not None else "-",
        figure.get("peer") or "-",
        _text(figure.get("peer_value")),
        _text(figure.get("ratio")),
        _goal(figure),
        _met(figure),
        _text(figure.get("runs")),
    )
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _text(value: object) -> str:
    return "-" if value is None else str(value)


def _goal(figure: Figure) -> str:
    if figure.get("goal") is None:
        return "-"
    return f"{'≥' if figure.get('better') == 'higher' else '≤'} {figure['goal']}"


def _met(figure: Figure) -> str:
    ratio, goal = figure.get("ratio"), figure.get("goal")
    if ratio is None or goal is None:
        return "-"
    return "yes" if (ratio >= goal if figure.get("better") == "higher" else ratio <= goal) else "no"


if __name__ == "__main__":
    main()
