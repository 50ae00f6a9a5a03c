"""Run the demo: `python -m tools.demo [--document FILE] [--screenshots DIR] [--no-window]`."""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from rich.console import Console

from desktop.launcher import has_display
from desktop.presenters.states import BEIJING
from formats.effects import system_clock
from formats.errors import YidaoError
from tools.demo import journey, national
from tools.demo.report import Report
from tools.demo.source import Source, example, source_of, write
from tools.demo.stage import PROVINCE, Stage, StepFailed

ROOT = Path(__file__).resolve().parents[2]
README_PICTURES = ("inbox", "journey", "compose", "archive")


def main() -> int:
    """The whole demo; exit status 0 when every step was."""
    parser = argparse.ArgumentParser(prog="make demo")
    parser.add_argument("--document", type=Path, help="text, DOCX or document JSON to send")
    parser.add_argument("--screenshots", type=Path, help="copy the pictures into this folder")
    parser.add_argument("--no-window", action="store_true", help="do not open the window")
    parser.add_argument("--root", type=Path, default=ROOT / "build" / "demo")
    options = parser.parse_args()
    stage = Stage(options.root.resolve())
    stage.root.mkdir(parents=True, exist_ok=True)
    stage.clear()
    report = Report(Console(highlight=False))
    report.console.print("[bold red]驿道[/] [bold]演示：一份盖章公文走完省、市、县三级[/]")
    ok = False
    try:
        today = system_clock().astimezone(BEIJING).date()
        source = source_of(options.document, stage.out, today)
        answer = write(example("report", today), stage.out / "报告.json")
        play(stage, report, source, answer)
        ok = True
    except (StepFailed, YidaoError) as error:
        words = error.text() if isinstance(error, YidaoError) else str(error)
        report.console.print(f"\n[bold red]演示没有完成。[/] {words}", markup=True)
    finally:
        report.write(stage.root / "report.json", ok=ok)
        window = ok and not options.no_window and not options.screenshots and has_display()
        if window:
            open_window(stage, report)
        stage.stop_nodes()
    if ok:
        tell(stage, report)
        if options.screenshots:
            copy_pictures(stage, options.screenshots)
    return 0 if ok else 1


def play(stage: Stage, report: Report, source: Source, answer: Path) -> None:
    """Every part in order."""
    journey.prepare(stage, report)
    journey.downward(stage, report, source.path)
    journey.upward(stage, report, answer)
    journey.search(stage, report, source.words)
    journey.judge_files(stage, report)
    national.seal_and_verify(stage, report)
    if not has_display():
        with report.step("没有图形显示，保存窗口截图") as said:
            pictures(stage)
            said.append(f"{len(list((stage.root / 'screenshots').glob('*.png')))} 张")


def pictures(stage: Stage) -> None:
    """Pictures of the window on the province's data, made off screen."""
    stage.run(
        "env", "QT_QPA_PLATFORM=offscreen", sys.executable, "-m", "tools.demo.pictures",
        stage.profile(PROVINCE), stage.pin_file, stage.root / "screenshots",
        office=PROVINCE,
    )  # fmt: skip


def open_window(stage: Stage, report: Report) -> None:
    """The window on the province's data, until the person closes it."""
    report.console.print(
        f"\n打开窗口（省政府办公厅，PIN {stage.pin_file.read_text()}）……关闭窗口即结束演示。"
    )
    subprocess.run(  # noqa: PLW1510 - however the person left it
        [sys.executable, "-m", "desktop.cli"],  # without an argument it opens the window
        env=stage.environment(PROVINCE) | {"YIDAO_PROFILE": str(stage.profile(PROVINCE))},
    )


def copy_pictures(stage: Stage, target: Path) -> None:
    """Put the pictures where the README shows them."""
    target.mkdir(parents=True, exist_ok=True)
    if has_display():
        pictures(stage)
    for name in README_PICTURES:
        shutil.copy(stage.root / "screenshots" / f"{name}.png", target / f"{name}.png")


def tell(stage: Stage, report: Report) -> None:
    """Where everything is."""
    shown = (
        stage.root.relative_to(Path.cwd()) if stage.root.is_relative_to(Path.cwd()) else stage.root
    )
    seconds = sum(step["seconds"] for step in report.steps)
    report.console.print(f"\n[bold green]全部完成[/]，{len(report.steps)} 步，{seconds:.1f} 秒。")
    for name, words in (
        ("out/", "盖章的 PDF、公文包、存证包"),
        ("screenshots/", "窗口截图"),
        ("nodes/", "三个节点的数据（只有密文）"),
        ("bodies/", "三个单位的设置和加密档案"),
        ("report.json", "每一步的用时和结果"),
    ):
        report.console.print(f"  {shown}/{name:<14} {words}")


if __name__ == "__main__":
    sys.exit(main())
