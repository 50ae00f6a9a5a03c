"""``yidao-node``: run and operate an exchange node."""

import hashlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from formats.canonical import to_bytes
from formats.effects import system_clock, system_randomness
from formats.errors import YidaoError
from formats.i18n import tr
from formats.ids import is_node
from formats.system import reason_of
from server.alone import alone
from server.config import RUN_PKI, DataFolder, Settings, load_settings, require_database
from server.enrol import Enrolment, changed, enrol, read_enrolment
from server.errors import DatabaseDamaged, FileTrouble, NotSetUp, Unforeseen
from server.summary import summary, told
from signing.keys import write_private

if TYPE_CHECKING:
    from rich.table import Table

app = typer.Typer(
    help=tr("公文交换节点"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
directory_app = typer.Typer(help=tr("通讯录：生成、导入、查看"), no_args_is_help=True)
app.add_typer(directory_app, name="directory")

Data = Annotated[Path, typer.Option("--data", help=tr("节点的数据目录"))]
AsJson = Annotated[bool, typer.Option("--json", help=tr("输出 JSON"))]


def main() -> None:
    """The console script: coded errors in three sentences, exit status not zero."""
    if sys.argv[1:2] != ["serve"]:  # a node starts in two seconds; the PKI's commands cost more
        from signing.pilot.seal_commands import app as pki_app  # noqa: PLC0415 - see above

        app.add_typer(pki_app, name="pki")
    try:
        app()
    except YidaoError as error:
        _fail(error)
    except _database_errors() as error:
        _fail(DatabaseDamaged(str(error)))
    except OSError as error:
        _fail(FileTrouble(str(error), path=error.filename or ".", reason=reason_of(error)))
    except Exception as error:  # the boundary to the person: coded, and loud when asked
        if os.environ.get("YIDAO_DEBUG"):
            raise
        _fail(Unforeseen(f"{type(error).__name__}: {error}"))


def _database_errors() -> tuple[type[Exception], ...]:
    """What the database raises, when a command loaded it at all; loading costs half a second."""
    loaded = sys.modules.get("sqlalchemy.exc")
    return () if loaded is None else (loaded.DBAPIError,)


def _fail(error: YidaoError) -> None:
    if "--json" in sys.argv:
        happened, safe, advice = error.sentences()
        said = {"code": error.code, "happened": happened, "safe": safe, "advice": advice}
        sys.stdout.buffer.write(msgspec.json.encode({"error": said}) + b"\n")
    else:
        typer.echo(f"{error.text()} [{error.code}]", err=True)
    raise SystemExit(error.exit_status)


def _say(as_json: bool, value: msgspec.Struct, text: str) -> None:
    if as_json:
        sys.stdout.buffer.write(to_bytes(value) + b"\n")
        sys.stdout.buffer.flush()
    else:
        typer.echo(text)


def _table(title: str, *headings: str) -> "Table":
    from rich.table import Table  # noqa: PLC0415 - drawing costs a start a tenth of a second

    return Table(*headings, title=title)


def _show(table: "Table") -> None:
    from rich.console import Console  # noqa: PLC0415 - the same

    Console(highlight=False, soft_wrap=True).print(table, markup=False)


@app.command(help=tr("运行节点，直到收到停止信号。"))
def serve(
    data: Data,
    host: Annotated[str | None, typer.Option("--host", help=tr("监听地址"))] = None,
    port: Annotated[int | None, typer.Option("--port", help=tr("监听端口"))] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help=tr("输出运行日志"))] = False,
) -> None:
    """Run the node until it is told to stop."""
    from server.serve import configure_logging, run  # noqa: PLC0415 - other commands need no server

    configure_logging(verbose=verbose)
    folder = DataFolder(data)
    settings = load_settings(folder)
    host, port = host or settings.host, port or settings.port
    with alone(folder, host, port):
        fresh = not folder.database.exists()
        require_database(folder)
        typer.echo(tr("节点 {node} 启动：{at}", node=settings.node, at=f"https://{host}:{port}"))
        if fresh:
            made = enrol(folder, settings, settings.node, system_randomness)
            typer.echo(_fingerprint(made))
        status = run(folder, host=host, port=port)
    raise SystemExit(status)


@app.command("enrol", help=tr("建立或修改节点配置，并给出通讯录所需的登记信息。"))
def enrol_command(  # noqa: PLR0917 - typer passes every one by name
    data: Data,
    node: Annotated[str | None, typer.Option("--node", help=tr("节点号，例如 340000"))] = None,
    url: Annotated[
        str | None, typer.Option("--url", help=tr("对外地址，https://主机:端口"))
    ] = None,
    name: Annotated[str, typer.Option("--name", help=tr("节点名称"))] = "",
    host: Annotated[str | None, typer.Option("--host", help=tr("监听地址"))] = None,
    port: Annotated[int | None, typer.Option("--port", help=tr("监听端口"))] = None,
    neighbour: Annotated[
        list[str] | None, typer.Option("--neighbour", help=tr("直接相连的节点，可重复"))
    ] = None,
    retry_first: Annotated[
        float | None, typer.Option("--retry-first", help=tr("首次重试间隔，秒"))
    ] = None,
    retry_last: Annotated[
        float | None, typer.Option("--retry-last", help=tr("最长重试间隔，秒"))
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help=tr("写入登记文件"))] = None,
    as_json: AsJson = False,
) -> None:
    """Make or change the node's settings, and say what the directory must hold of it."""
    folder = DataFolder(data)
    known = (folder / "node.json").exists()
    if not known and node is None:
        raise NotSetUp("--node", what="--node", how=tr("请给出节点号，例如 --node 340000。"))
    settings = load_settings(folder) if known else Settings(node=_node_id(node or ""))
    settings = changed(
        settings,
        node=node,
        url=url.rstrip("/") if url else None,
        host=host,
        port=port,
        neighbours=tuple(neighbour) if neighbour else None,
        retry_first=retry_first,
        retry_last=retry_last,
    )
    made = enrol(
        folder, settings, name or tr("交换节点 {node}", node=settings.node), system_randomness
    )
    if out is not None:
        write_private(out, to_bytes(made))
    _say(as_json, made, _fingerprint(made))


def _node_id(text: str) -> str:
    if not is_node(text):
        raise NotSetUp(text, what=tr("正确的节点号"), how=tr("节点号是六位行政区划代码。"))
    return text


def _fingerprint(made: Enrolment) -> str:
    lines = [
        tr("节点：{node}（{name}）", node=made.node, name=made.name),
        tr("地址：{url}", url=made.url or "-"),
        tr("日志公钥指纹：{digest}", digest=hashlib.sha256(made.log_key).hexdigest()),
    ]
    if made.certificate is not None:
        digest = hashlib.sha256(made.certificate).hexdigest()
        lines.append(tr("节点证书指纹：{digest}", digest=digest))
    else:
        lines.append(tr("尚无节点证书；请把 node.csr 交证书发放单位签发，存为 node.pem。"))
    return "\n".join(lines)


@app.command(help=tr("自检数据库、存证日志和密文；有异常时退出码为 1。"))
def check(
    data: Data,
    quick: Annotated[bool, typer.Option("--quick", help=tr("不读取密文内容"))] = False,
    as_json: AsJson = False,
) -> None:
    """Check the database, the log and the blobs; exit status 1 when something is wrong."""
    from server.checkup import check as run_check  # noqa: PLC0415 - opens the database

    report = run_check(DataFolder(data), read_data=not quick)
    if as_json:
        _say(as_json, report, "")
    else:
        table = _table(tr("节点 {node} 自检", node=report.node), tr("项目"), tr("结果"), tr("说明"))
        for finding in report.findings:
            table.add_row(finding.check, tr("正常") if finding.ok else tr("异常"), finding.detail)
        _show(table)
    raise SystemExit(0 if report.ok else 1)


@app.command(help=tr("备份节点（运行中亦可）；备份含有密钥，请妥善保管。"))
def backup(
    data: Data,
    target: Annotated[Path, typer.Argument(help=tr("备份写入的空目录"))],
    as_json: AsJson = False,
) -> None:
    """Back a node up, running or not. The backup holds its keys: keep it safe."""
    from server.backup import back_up  # noqa: PLC0415 - opens the database

    made = back_up(DataFolder(data), target, system_clock, system_randomness)
    _say(as_json, made, tr("已备份节点 {node}：{count} 份密文。", node=made.node, count=made.blobs))


@app.command(help=tr("核对备份后恢复到空的数据目录。"))
def restore(
    data: Data,
    source: Annotated[Path, typer.Argument(help=tr("备份所在目录"))],
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty data folder, after checking it."""
    from server.backup import restore as put_back  # noqa: PLC0415 - opens the database
    from server.checkup import check as run_check  # noqa: PLC0415 - the same

    made = put_back(
        source,
        DataFolder(data),
        system_randomness,
        lambda draft: run_check(draft, standing=False).ok,
    )
    _say(as_json, made, tr("已恢复节点 {node}（备份于 {made}）。", node=made.node, made=made.made))


@directory_app.command("build", help=tr("由单位名册、节点登记和试点证书系统生成并签名通讯录。"))
def directory_build(  # noqa: PLR0917 - typer passes every one by name
    bodies: Annotated[Path, typer.Option("--bodies", help=tr("单位名册，JSON 或 CSV"))],
    pki: Annotated[Path, typer.Option("--pki", help=tr("试点证书系统的目录"))],
    node: Annotated[list[Path], typer.Option("--node", help=tr("节点登记文件，可重复"))],
    out: Annotated[Path, typer.Option("-o", "--out", help=tr("写入签名的通讯录"))],
    previous: Annotated[Path | None, typer.Option("--previous", help=tr("上一版通讯录"))] = None,
    version: Annotated[int | None, typer.Option("--version", help=tr("版本号"))] = None,
    days: Annotated[int, typer.Option("--days", help=tr("有效天数"), min=1, max=3650)] = 30,
    suite: Annotated[
        str | None, typer.Option("--suite", help=tr("新发公文采用的算法体系：INTL 或 GM"))
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(
            "--accept",
            help=tr(
                "仍采信的另一体系及截止日，如 INTL=2027-06-30；不指定时，单位持有哪种密钥就采信哪种"
            ),
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build the directory from bodies, nodes and the pilot PKI, and sign it."""
    from server.directory import read_directory  # noqa: PLC0415 - other commands need no trust
    from server.directory_build import (  # noqa: PLC0415 - the same
        bodies_cut_off,
        build_snapshot,
        read_bodies,
        read_policy,
        read_suite,
        signing_suite,
    )
    from signing.pilot import Pilot  # noqa: PLC0415 - the same
    from signing.trust.snapshot import sign_snapshot  # noqa: PLC0415 - the same

    pilot = Pilot.open(pki, system_clock, system_randomness)
    before = None
    if previous is not None:
        signed = previous.read_bytes()
        before = read_directory(signed, pilot.anchors, system_clock).snapshot
    new = read_suite(suite if suite is not None else before.suite if before else "INTL")
    snapshot = build_snapshot(
        pilot,
        read_bodies(bodies),
        [read_enrolment(path) for path in node],
        version=version,
        previous=before,
        days=days,
        suite=new,
        policy=read_policy(new, accept) if accept else None,
    )
    silent = bodies_cut_off(snapshot)
    if silent:
        bodies_named = "、".join(silent)
        typer.echo(
            tr("注意：{bodies} 没有仍被采信的签名证书，将不能办理公文。", bodies=bodies_named),
            err=True,
        )
    signer = pilot.directory_signer(signing_suite(snapshot, before))
    signed = sign_snapshot(snapshot, signer, system_clock())
    read_directory(signed, pilot.anchors, system_clock)  # what no one could open is not written
    write_private(out, signed)
    out.chmod(0o644)
    _say(as_json, summary(snapshot), told(summary(snapshot)))


@directory_app.command("import", help=tr("把新版通讯录导入数据目录；运行中的节点会自动采用。"))
def directory_import(
    data: Data,
    source: Annotated[Path, typer.Argument(help=tr("签名的通讯录"))],
    as_json: AsJson = False,
) -> None:
    """Take a newer directory into the data folder; a running node notices by itself."""
    from server.directory import import_directory  # noqa: PLC0415 - other commands need no trust

    folder = DataFolder(data)
    snapshot = import_directory(
        folder.directory, source.read_bytes(), _anchors(folder), system_clock
    )
    _say(as_json, summary(snapshot), told(summary(snapshot)))


@directory_app.command("show", help=tr("查看数据目录中的通讯录。"))
def directory_show(data: Data, as_json: AsJson = False) -> None:
    """Show the directory of a data folder."""
    from server.directory import DirectoryFile  # noqa: PLC0415 - other commands need no trust

    folder = DataFolder(data)
    snapshot = DirectoryFile(folder.directory, _anchors(folder), system_clock).current().snapshot
    if as_json:
        _say(as_json, summary(snapshot), "")
        return
    table = _table(told(summary(snapshot)), tr("标识"), tr("名称"), tr("节点"), tr("证书"))
    for body in snapshot.bodies:
        table.add_row(body.id, body.name, body.node, str(len(body.certificates)))
    _show(table)


def _anchors(folder: DataFolder) -> tuple[bytes, ...]:
    found = tuple(path.read_bytes() for path in sorted((folder / "anchors").glob("*.cer")))
    if not found:
        raise NotSetUp("anchors", what=tr("信任根证书"), how=tr(RUN_PKI, file="anchors/*.cer"))
    return found


if __name__ == "__main__":
    main()
