"""`seal`, `countersign`: the own seal on a PDF, on many, or in the field another body kept open."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    print_json,
    profile_at,
    read_pin,
    show,
)
from formats.i18n import tr

if TYPE_CHECKING:
    from desktop.services.batch_sealing import BatchOptions
    from desktop.services.rows import SealReport
    from desktop.services.sealing import Hand
    from signing.timestamp import TimestampSource
    from signing.verdict.report import Level


def register(app: typer.Typer) -> None:
    """Put the commands into the tree."""
    app.command("seal", help=tr("用 UKEY 给排好版的 PDF 加盖印章，一个或一批。"))(seal)
    app.command("countersign", help=tr("用 UKEY 在发文机关预留的位置盖章：联合行文或会签。"))(
        countersign
    )


class SealLevel(StrEnum):
    """ETSI EN 319 142-1 6.1."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


def seal(
    sources: Annotated[
        list[Path], typer.Argument(metavar="PDF", help="用 yidao typeset 排好的 PDF，可以有多个。")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="输出文件", help="写到哪里（一个文件时）。",
            show_default=False,
        ),
    ] = None,
    out_dir: Annotated[
        Path | None,
        typer.Option(
            "--out-dir", metavar="文件夹", help="逐个盖章，按原文件名写入该文件夹。",
            show_default=False,
        ),
    ] = None,
    *,
    riding: Annotated[
        bool, typer.Option("--riding", help="同时加盖骑缝章。", show_default=False)
    ] = False,
    ask: Annotated[
        list[str] | None,
        typer.Option(
            "--countersign", metavar="单位", help="为该单位预留会签位置，可重复。",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
    no_timestamp: Annotated[
        bool, typer.Option("--no-timestamp", help="不向交换节点取时间戳。", show_default=False)
    ] = False,
    level: Annotated[
        SealLevel | None,
        typer.Option(
            "--level",
            help="签名级别；B-T 及以上必须取得时间戳，B-LT 附带验证资料，B-LTA 再加存档时间戳。",
            show_default=False,
        ),
    ] = None,
) -> None:  # fmt: skip
    """Seal PDFs with the profile's UKEY and time stamps of the first authority that answers."""
    from desktop.files import require_other_file  # noqa: PLC0415 - loads when used
    from desktop.services.batch_sealing import BatchOptions  # noqa: PLC0415 - loads when used
    from desktop.services.sealing import Hand, seal_file  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.stamping import client_of  # noqa: PLC0415 - loaded when used: start-up stays quick
    from desktop.services.ukey import UkeySession  # noqa: PLC0415 - loaded when used: start-up stays quick

    if no_timestamp and level not in {None, SealLevel.B_B}:
        raise typer.BadParameter(tr("这一级别需要时间戳，不能与 --no-timestamp 同用"))
    if ask and out_dir is not None:
        raise typer.BadParameter(tr("会签位置只能逐个文件预留，不能与 --out-dir 同用"))
    if (output is None) == (out_dir is None) or (output is not None and len(sources) > 1):
        raise typer.BadParameter(tr("一个文件用 -o，多个文件用 --out-dir，二者选一"))
    settings = profile_at(profile)
    if output is not None:
        require_other_file(sources[0], output)
    pin = read_pin(pin_file)
    wanted: Level | None = level.value if level is not None else None
    with UkeySession(settings, pin) as ukey:
        hand = Hand(ukey.signer(), ukey.seals(), ukey.trust, ukey.clock)
        timestamps = None if no_timestamp else client_of(settings, ukey.clock)
        if out_dir is not None:
            _seal_many(sources, out_dir, hand, timestamps, BatchOptions(riding, wanted), json=json)
            return
        report = seal_file(
            sources[0], output or sources[0], hand=hand, timestamps=timestamps, riding=riding,
            asked=[ukey.name_of(body) for body in ask or ()], level=wanted,
        )  # fmt: skip
    _show(report, output, json=json)


def _seal_many(
    sources: list[Path],
    folder: Path,
    hand: "Hand",
    timestamps: "TimestampSource | None",
    options: "BatchOptions",
    *,
    json: bool,
) -> None:
    """One line for each as it is done. Raises `Exit` where not all of them were sealed."""
    from desktop.files import disk_errors  # noqa: PLC0415 - loads when used
    from desktop.services.batch_sealing import BatchRow, counts, seal_batch  # noqa: PLC0415 - loads when used

    def told(row: BatchRow) -> None:
        if json:
            print_json(row)
        elif row.report is not None:
            typer.echo(tr("已盖章：{path}", path=row.target))
        else:
            typer.echo(tr("未盖章：{path}：{message}", path=row.source, message=row.message))

    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
    rows = seal_batch(sources, folder, hand=hand, timestamps=timestamps, options=options, told=told)
    done = counts(rows)
    if not json:
        typer.echo(
            tr("共 {all} 个：已盖章 {sealed} 个，未盖章 {rest} 个", all=len(rows),
               sealed=done["sealed"], rest=len(rows) - done["sealed"])
        )  # fmt: skip
    if done["sealed"] < len(rows):
        raise typer.Exit(1)


def countersign(
    source: Annotated[Path, typer.Argument(metavar="PDF", help="发文机关已经盖章的 PDF。")],
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="输出文件", help="写到哪里。", show_default=False
        ),
    ],
    *,
    field: Annotated[
        str | None,
        typer.Option(
            "--field", metavar="名称", help="位置的名称；不写则用为本单位预留的。",
            show_default=False,
        ),
    ] = None,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
    no_timestamp: Annotated[
        bool, typer.Option("--no-timestamp", help="不向交换节点取时间戳。", show_default=False)
    ] = False,
) -> None:  # fmt: skip
    """Seal in the field that the issuing body kept for this one, once the document verifies."""
    from desktop.files import require_other_file  # noqa: PLC0415 - loads when used
    from desktop.services.countersigning import countersign_file  # noqa: PLC0415 - loads when used
    from desktop.services.sealing import Hand  # noqa: PLC0415 - loads when used
    from desktop.services.stamping import client_of  # noqa: PLC0415 - loads when used
    from desktop.services.ukey import UkeySession  # noqa: PLC0415 - loads when used

    settings = profile_at(profile)
    require_other_file(source, output)
    pin = read_pin(pin_file)
    with UkeySession(settings, pin) as ukey:
        report = countersign_file(
            source, output, hand=Hand(ukey.signer(), ukey.seals(), ukey.trust, ukey.clock),
            timestamps=None if no_timestamp else client_of(settings, ukey.clock), field=field,
        )  # fmt: skip
    _show(report, output, json=json)


def _show(report: "SealReport", output: Path | None, *, json: bool) -> None:
    """What was sealed, as one object or in lines."""
    lines = [
        tr("已加盖“{body}”印章，写入 {path}", body=report.signer, path=output),
        tr("带有可信时间戳") if report.stamped else tr("没有时间戳：签章时间以本机时间为准"),
        tr("签名级别：{level}", level=report.level),
    ]
    show(report, lines, as_json=json)
