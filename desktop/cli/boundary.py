"""Where the command line meets the person: no traceback leaves here."""

import io
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final

from formats.errors import YidaoError
from formats.i18n import mark, tr
from formats.system import reason_of

_DEBUG: Final = "YIDAO_DEBUG"
_INTERRUPTED: Final = 130
_USAGE: Final = 2
_FAILED: Final = 1

_INTERNAL: Final = mark(
    "程序内部出错。原有数据没有改动，已保存的公文仍在。请重试；若仍不成功，请把错误代码告诉管理员。"
)
_CANCELLED: Final = mark("操作已取消。已完成的步骤保留。")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `yidao` and end the process with its exit status."""
    sys.excepthook = _last_word
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without Chinese shows it escaped
            stream.reconfigure(errors="backslashreplace")
    sys.exit(run(list(sys.argv[1:] if arguments is None else arguments)))


def run(arguments: list[str]) -> int:
    """Run one command. Returns the exit status; says on stderr why it is not zero."""
    from typer import Abort, Exit  # noqa: PLC0415 - with the commands
    from typer.exceptions import TyperException  # noqa: PLC0415 - loaded when used: start-up stays quick

    status: object = _FAILED
    try:
        status = _command(arguments) if arguments else _window()
        sys.stdout.flush()  # what cannot be printed is told here, and not after the end
        if status == _INTERRUPTED:  # typer makes this number of Ctrl-C, and no word
            _say(tr(_CANCELLED))
    except YidaoError as error:
        tell(error)
        status = error.exit_status
    except Exit as ended:
        status = ended.exit_code
    except TyperException as error:
        if type(error).__name__ == "NoArgsIsHelpError":
            _say(str(error))
        else:
            _say(tr("命令用法有误：{why}", why=_wrong_usage(error)))
            _say(tr("请用 yidao --help 查看用法。"))
        status = _USAGE
    except (KeyboardInterrupt, Abort):
        _say(tr(_CANCELLED))
        status = _INTERRUPTED
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: PTH123, SIM115 - nobody reads any more
    except OSError as error:
        from desktop.errors import NotShown  # noqa: PLC0415 - the rare case
        from desktop.files import coded  # noqa: PLC0415 - the rare case

        status = _FAILED
        if error.filename is None:  # no file: what was printed did not go out
            _shut_stdout()
            tell(NotShown(str(error), reason=reason_of(error)))
        else:
            tell(coded(error, Path(str(error.filename))))
    return status if isinstance(status, int) else 0


def _shut_stdout() -> None:
    """Lead what is still to be printed nowhere: it would fail again when the process ends."""
    nowhere = open(os.devnull, "w")  # noqa: PTH123, SIM115 - it stays until the end
    with suppress(OSError, ValueError):  # a stand-in for standard output has no descriptor
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    sys.stdout = nowhere


def _wrong_usage(error: Exception) -> str:
    """What is wrong with the words typed; typer's own sentence where there is no Chinese one."""
    parameter = getattr(error, "param", None)
    name = getattr(parameter, "metavar", None) or getattr(parameter, "name", None) or ""
    options = " ".join(option for option in getattr(parameter, "opts", ()) if option[:1] == "-")
    option = getattr(error, "option_name", "")
    told = {
        "MissingParameter": tr("缺少 {name}", name=f"{options} {name}".strip()),
        "NoSuchOption": tr("没有选项 {name}", name=option),
        "BadOptionUsage": tr("选项 {name} 后面缺少值，或不应有值", name=option),
    }
    if type(error).__name__ == "BadParameter":
        if parameter is None:  # raised by a command in its own words
            return str(getattr(error, "message", error))
        return tr("{name} 的值不对", name=options or name) + _range_of(parameter)
    if "unexpected extra argument" in str(error):
        extra = str(error).rpartition("(")[2].rstrip(")")
        return tr("多出了参数 {extra}（含空格的文件名请加引号）", extra=extra)
    own = getattr(error, "format_message", None)
    if "No such command" in str(error):
        return tr("没有命令 {name}", name=str(error).rpartition("'")[0].rpartition("'")[2])
    return told.get(type(error).__name__) or (str(own()) if own else str(error))


def _range_of(parameter: object) -> str:
    """What a numeric option takes, in brackets; empty for every other kind."""
    kind = getattr(parameter, "type", None)
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if least is None or most is None:
        return ""
    return tr("（应为 {least} 至 {most} 的整数）", least=least, most=most)


def _command(arguments: list[str]) -> object:
    from desktop.cli.commands import app  # noqa: PLC0415 - not for the window

    return app(args=arguments, prog_name="yidao", standalone_mode=False)


def tell(error: YidaoError) -> None:
    """The three sentences and the code, on stderr."""
    happened, safe, advice = error.sentences()
    _say(happened)
    _say(safe)
    _say(advice)
    _say(tr("错误代码：{code}", code=error.code))
    if os.environ.get(_DEBUG):
        _say(error.detail)


def _window() -> int:
    """The window on the profile of the environment, or of the home folder."""
    from desktop.app import run as run_window  # noqa: PLC0415 - Qt only for the window
    from desktop.cli.common import default_profile  # noqa: PLC0415 - loaded when used: start-up stays quick

    return run_window(default_profile())


def _last_word(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """For what nobody foresaw: a sentence, and the traceback only for a developer."""
    if issubclass(kind, KeyboardInterrupt):
        _say(tr(_CANCELLED))
        return
    _say(tr(_INTERNAL))
    _say(tr("错误代码：{code}", code=f"desktop.internal.{kind.__name__}"))
    if os.environ.get(_DEBUG):
        traceback.print_exception(kind, error, trace)


def _say(text: str) -> None:
    if text:
        print(text, file=sys.stderr)  # noqa: T201 - this is what the person reads
