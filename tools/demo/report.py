"""What the demo did: printed as it happens, and written to `report.json` at the end."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console


@dataclass
class Report:
    """Steps with name, seconds and ok; documents; evidence."""

    console: Console
    steps: list[dict[str, Any]] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    evidence: list[dict[str, Any]] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def part(self, title: str) -> None:
        """A heading."""
        self.console.print(f"\n[bold red]▌[/] [bold]{title}[/]")

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """One step; what is appended to the list stands behind its time."""
        begun = time.monotonic()
        said: list[str] = []
        ok = False
        try:
            with self.console.status(name):
                yield said
            ok = True
        finally:
            seconds = time.monotonic() - begun
            self.steps.append({"name": name, "seconds": round(seconds, 3), "ok": ok})
            mark = "[green]✔[/]" if ok else "[red]✘[/]"
            tail = f"  [dim]{'；'.join(said)}[/]" if said else ""
            self.console.print(f"  {mark} {name} [cyan]{seconds:5.2f} s[/]{tail}", highlight=False)

    def write(self, path: Path, *, ok: bool) -> None:
        """Write `report.json`."""
        path.write_text(
            json.dumps(
                {
                    "ok": ok,
                    "seconds": round(time.monotonic() - self.started, 2),
                    "steps": self.steps,
                    "documents": self.documents,
                    "evidence": self.evidence,
                },
                ensure_ascii=False,
                indent=1,
            )
            + "\n",
            "utf-8",
        )
