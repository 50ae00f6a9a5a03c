"""The composition root of the window: environment, application, unlock, window. No globals."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from desktop.launcher import has_display, prepare_environment
from desktop.profile import load_profile
from formats.errors import YidaoError
from formats.i18n import mark, tr

_log = logging.getLogger(__name__)


class NoDisplay(YidaoError):
    """There is no screen to open a window on."""

    code = "desktop.no-display"
    happened = mark("没有可用的图形显示，无法打开窗口。")
    safe = mark("公文和档案没有改动。")
    advice = mark("请在桌面环境中运行，或使用命令行；用 yidao --help 查看命令。")


def run(profile_folder: Path) -> int:
    """Open the window on a profile and stay until it is closed. Returns the exit status.

    Raises `NoDisplay` and what `load_profile` raises.
    """
    import os  # noqa: PLC0415 - Qt may only be imported after the environment is prepared

    offscreen = os.environ.get("QT_QPA_PLATFORM") in {"offscreen", "minimal"}
    if not offscreen and not has_display():
        raise NoDisplay
    profile = load_profile(profile_folder)
    prepare_environment()

    from PyQt6.QtWidgets import QApplication  # noqa: PLC0415 - loaded when used: start-up stays quick

    from desktop.presenters.tasks import Tasks  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.presenters.unlock import UnlockPresenter  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.views.theme import apply_theme  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.views.unlock import UnlockDialog  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.views.window import Window  # noqa: PLC0415 - loaded when used: start-up stays quick

    app = QApplication(sys.argv[:1])
    app.setApplicationName("yidao")
    app.setApplicationDisplayName(tr("驿道"))
    app.setDesktopFileName("yidao")
    load_qt_chinese(app)
    apply_theme(app)
    tasks = Tasks()
    dialog = UnlockDialog(UnlockPresenter(profile, tasks))
    if not dialog.exec() or dialog.workspace is None:
        tasks.close()
        return 0  # the person turned back
    with dialog.workspace as workspace:
        window = Window(workspace)
        report_defects(window.show_error)
        window.show()
        return int(app.exec())


def report_defects(show: Callable[[YidaoError], None]) -> None:
    """The slot boundary: a defect of ours is shown and logged, and does not end the window.

    Without this, Qt ends the process at the first exception that leaves a slot.
    """
    from desktop.presenters.tasks import Unexpected  # noqa: PLC0415 - Qt is there by now

    showing = False

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        nonlocal showing
        if not isinstance(error, Exception):
            sys.__excepthook__(kind, error, trace)
            return
        _log.error("a defect", exc_info=(kind, error, trace))
        if showing:
            return  # a defect in drawing comes back with every stroke; it is told once
        showing = True
        try:
            show(error if isinstance(error, YidaoError) else Unexpected(kind.__name__))
        finally:
            showing = False

    sys.excepthook = hook


def load_qt_chinese(app: object) -> None:
    """Qt's own words (calendar, file dialog) in Chinese."""
    from PyQt6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator  # noqa: PLC0415 - loaded when used: start-up stays quick

    from formats.i18n import current_language  # noqa: PLC0415 - loaded when used: start-up stays quick

    if current_language() != "zh":
        return
    QLocale.setDefault(QLocale("zh_CN"))
    translator = QTranslator(app)  # type: ignore[arg-type]  # the application is a QObject
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load("qtbase_zh_CN", folder):
        QCoreApplication.installTranslator(translator)
