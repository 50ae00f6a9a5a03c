"""`send`, `inbox`, `save`, `sign-for`, `return`, `recall`, `remind`, `track`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from desktop.cli.common import (
    JsonOption,
    PinFileOption,
    ProfileOption,
    local,
    print_json,
    progress,
    progress_ends,
    table,
    workspace_at,
)
from desktop.cli.documents import Source, take_in
from formats.i18n import tr

if TYPE_CHECKING:
    from desktop.services.rows import ActResult

QUEUED: Final = 3
"""Exit status: the act is signed and kept, and the node does not have it yet."""

Identifiers = Annotated[
    list[str] | None, typer.Argument(metavar="编号…", help="收文编号，可写多个。")
]
Dispatch = Annotated[str, typer.Argument(metavar="发文编号", help="send 给出的编号。")]
Names = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="单位", help="主送单位，可重复；默认按公文中的主送机关。"),
]


def register(app: typer.Typer) -> None:
    """Put the commands into the tree."""
    app.command("send", help=tr("校核、排版、盖章、封装并发送公文。"))(send)
    app.command("inbox", help=tr("列出收文；--sync 先从节点查收。"))(inbox)
    app.command("save", help=tr("把收到的公文和附件另存到文件夹。"))(save)
    app.command("sign-for", help=tr("签收一份或多份公文。"))(sign_for)
    app.command("return", help=tr("退回公文，须写明原因。"))(return_document)
    app.command("recall", help=tr("撤回尚未签收的公文。"))(recall)
    app.command("remind", help=tr("催办尚未签收的单位。"))(remind)
    app.command("track", help=tr("查看公文的送达和签收情况。"))(track)


def send(
    source: Source,
    *,
    to: Names = None,
    cc: Annotated[
        list[str] | None,
        typer.Option("--cc", metavar="单位", help="抄送单位，可重复；默认按公文中的抄送机关。"),
    ] = None,
    attach: Annotated[
        list[Path] | None,
        typer.Option("--attach", metavar="文件", help="随公文发送的文件，可重复。"),
    ] = None,
    ask: Annotated[
        list[str] | None,
        typer.Option("--countersign", metavar="单位", help="为该单位预留会签位置，可重复。"),
    ] = None,
    riding: Annotated[
        bool, typer.Option("--riding", help="同时加盖骑缝章。", show_default=False)
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Draft, check, typeset, seal, package, send. Exit 3: in the outbox, not at the node yet."""
    document = take_in(source).document
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.drafting import Drafting  # noqa: PLC0415 - loads when used
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loaded when used: start-up stays quick
        from desktop.services.sealing import Sealing  # noqa: PLC0415 - loaded when used: start-up stays quick

        drafting = Drafting(workspace)
        draft = drafting.save(document, main=to or (), cc=cc or ())
        for path in attach or ():
            drafting.attach(draft.id, path)
        sealed = Sealing(workspace).seal(
            draft.id, countersign=ask or (), riding=riding, progress=progress
        )
        result = Outgoing(workspace).send(sealed.dispatch, progress=progress)
        row = Outgoing(workspace).get(sealed.dispatch)
    progress_ends()
    if json:
        print_json({"result": result, "dispatch": row})
    else:
        typer.echo(tr("发文编号：{dispatch}", dispatch=row.dispatch))
    _finish((result,), json=True)
    if not json:
        typer.echo(tr("《{title}》已发送给 {count} 个单位", title=row.title, count=row.recipients))


def inbox(
    *,
    sync: Annotated[
        bool, typer.Option("--sync", help="先从节点查收。", show_default=False)
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """List what was received. Exit 1 when something could not be fetched or opened."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services import words  # noqa: PLC0415 - loads when used
        from desktop.services.incoming import Incoming  # noqa: PLC0415 - loaded when used: start-up stays quick

        incoming = Incoming(workspace)
        report = incoming.sync(progress=progress) if sync else None
        rows = incoming.list()
    progress_ends()
    if json:
        for row in rows:
            print_json(row)
    elif rows:
        listed = [
            (
                row.id,
                words.label(words.INCOMING, row.state),
                words.label(words.URGENCY, row.urgency),
                row.number,
                row.title,
                row.sender_name,
                local(row.received),
            )
            for row in rows
        ]
        for line in table(listed):
            typer.echo(line)
    else:
        typer.echo(tr("没有收文。"))
    if report is not None and report.failed:
        for _, reason in report.failed:
            typer.echo(reason, err=True)
        raise typer.Exit(1)


def save(
    identifier: Annotated[str, typer.Argument(metavar="编号", help="收文编号。")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="文件夹", help="写到哪里。")],
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Write the sealed PDF and the files that came with it into a folder."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.incoming import Incoming  # noqa: PLC0415 - loads when used

        written = Incoming(workspace).save(identifier, output)
    for path in written:
        if json:
            print_json({"file": str(path)})
        else:
            typer.echo(str(path))


def sign_for(
    identifiers: Identifiers = None,
    *,
    every: Annotated[
        bool, typer.Option("--all", help="签收全部待签收且验证通过的公文。", show_default=False)
    ] = False,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """签收, with a result for each. Exit 1 when one was refused, 3 when one waits for the node."""
    if not identifiers and not every:
        raise typer.BadParameter(tr("请写明要签收的收文编号，或用 --all。"))
    identifiers = identifiers or []
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.incoming import Incoming  # noqa: PLC0415 - loads when used

        incoming = Incoming(workspace)
        chosen = list(identifiers)
        if every:
            chosen = [row.id for row in incoming.list(("pending",))]
        results = incoming.sign_for(chosen, progress=progress) if chosen else ()
    progress_ends()
    if not results and not json:
        typer.echo(tr("没有待签收的公文。"))
    _finish(results, json=json, done=tr("已签收"), queued=tr("已登记签收，待上报"))


def return_document(
    identifier: Annotated[str, typer.Argument(metavar="编号", help="收文编号。")],
    *,
    reason: Annotated[
        str,
        typer.Option(
            "--reason",
            metavar="原因",
            help="not-ours、rules、form、not-agreed、attachment-missing、seal-invalid、"
            "misdirected、other 之一，或对应的中文。",
        ),
    ],
    note: Annotated[str, typer.Option("--note", metavar="说明", help="给发文单位的说明。")] = "",
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """退回 with a reason of R26."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.incoming import Incoming, parse_reason  # noqa: PLC0415 - loaded when used: start-up stays quick

        result = Incoming(workspace).return_document(
            identifier, reason=parse_reason(reason), note=note
        )
    _finish((result,), json=json, done=tr("已退回"), queued=tr("已登记退回，待上报"))


def recall(
    dispatch: Dispatch,
    *,
    reason: Annotated[str, typer.Option("--reason", metavar="原因", help="为什么撤回。")],
    to: Names = None,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """撤回 what is not signed for; counts only when the node's receipt says so."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.bodies import Bodies  # noqa: PLC0415 - loads when used
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loaded when used: start-up stays quick

        chosen = [Bodies(workspace).get(name).id for name in to or ()]
        results = Outgoing(workspace).recall(dispatch, reason=reason, consignments=chosen)
    _finish(results, json=json, done=tr("已撤回"), queued=tr("撤回申请已登记"))


def remind(
    dispatch: Dispatch,
    *,
    to: Names = None,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """催办 every recipient that has not signed for it, or those named."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services.bodies import Bodies  # noqa: PLC0415 - loads when used
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loaded when used: start-up stays quick

        chosen = [Bodies(workspace).get(name).id for name in to or ()]
        results = Outgoing(workspace).remind(dispatch, consignments=chosen)
    _finish(results, json=json, done=tr("已催办"), queued=tr("催办已登记"))


def track(
    dispatch: Dispatch,
    *,
    json: JsonOption = False,
    profile: ProfileOption = None,
    pin_file: PinFileOption = None,
) -> None:
    """Where each recipient's copy is, and the evidence for it."""
    with workspace_at(profile, pin_file) as workspace:
        from desktop.services import words  # noqa: PLC0415 - loads when used
        from desktop.services.outgoing import Outgoing  # noqa: PLC0415 - loaded when used: start-up stays quick

        found = Outgoing(workspace).track(dispatch)
    if json:
        print_json(found)
        return
    row = found.row
    typer.echo(f"《{row.title}》 {words.label(words.OUTGOING, row.state)}")
    if not found.fresh:
        typer.echo(tr("未能连接交换节点，以下为上次同步的情况。"))
    listed = [
        (one.name, words.label(words.CONSIGNMENT, one.state), local(one.at), one.reason)
        for one in found.consignments
    ]
    for line in table(listed):
        typer.echo(line)


def _finish(
    results: "Sequence[ActResult]", *, json: bool, done: str = "", queued: str = ""
) -> None:
    """Say what became of each; end with the worst exit status."""
    for result in results:
        if json and done:
            print_json(result)
        elif not json and result.outcome == "done":
            typer.echo(f"《{result.title}》{done}")
        elif not json and result.outcome == "queued":
            typer.echo(f"《{result.title}》{queued}")
        if result.outcome != "done" and result.message:
            typer.echo(result.message, err=True)
            typer.echo(tr("错误代码：{code}", code=result.code), err=True)
    outcomes = {result.outcome for result in results}
    if "refused" in outcomes:
        raise typer.Exit(1)
    if "queued" in outcomes:
        raise typer.Exit(QUEUED)
