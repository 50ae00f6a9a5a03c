"""The main job: the demo as the README starts it, on its own document."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's folder, after a run without a display."""
    folder = tmp_path_factory.mktemp("demo")
    environment = {k: v for k, v in os.environ.items() if k not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    done = subprocess.run(
        [sys.executable, "-m", "tools.demo", "--root", str(folder)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return folder


def test_every_step_succeeds_and_is_reported(played: Path) -> None:
    report = json.loads((played / "report.json").read_text("utf-8"))

    assert report["ok"]
    assert all(step["ok"] and step["seconds"] >= 0 for step in report["steps"])
    assert [d["verdict"] for d in report["documents"]] == ["green"] * 3
    assert {e["result"] for e in report["evidence"]} == {"ok"}


def test_what_the_report_names_is_there(played: Path) -> None:
    report = json.loads((played / "report.json").read_text("utf-8"))
    named = [played / entry["file"] for entry in (*report["documents"], *report["evidence"])]

    assert [path for path in named if not path.is_file()] == []
    assert sorted(p.name for p in (played / "nodes").iterdir()) == ["city", "county", "province"]
    bodies = ["city", "county", "province", "province-gm"]
    assert sorted(p.name for p in (played / "bodies").iterdir()) == bodies
    assert list((played / "screenshots").glob("*.png"))


def test_no_process_of_the_demo_is_left_running(played: Path) -> None:
    commands = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                commands.append((folder / "cmdline").read_bytes().decode(errors="replace"))
            except OSError:
                continue  # it ended while we looked

    assert [command for command in commands if str(played) in command] == []
