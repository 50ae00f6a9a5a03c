"""How a long operation tells where it is and learns that it should stop."""

from collections.abc import Callable

from formats.errors import YidaoError
from formats.i18n import mark

Progress = Callable[[str, float | None], None]
"""Called with a Chinese step and the fraction done (0..1), or ``None`` where it is not known."""

Cancelled = Callable[[], bool]
"""Asked between steps and between chunks of 64 KiB; true ends the operation with `Stopped`."""


class Stopped(YidaoError):
    """The person stopped the operation; everything up to the last finished step is kept."""

    code = "desktop.stopped"
    happened = mark("操作已按要求停止。")
    safe = mark("已完成的步骤保留，未完成的部分没有写入。")
    advice = mark("需要时可重新执行，会从停下的地方继续。")


def silent(_step: str, _fraction: float | None) -> None:
    """A `Progress` that tells nobody."""


def never() -> bool:
    """A `Cancelled` that never asks to stop."""
    return False


def check(cancelled: Cancelled) -> None:
    """Raise `Stopped` when the person has asked to stop."""
    if cancelled():
        raise Stopped
