"""The journey: out to city and county, back up to the province, into three archives, proven."""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tools.demo import judges, national
from tools.demo.report import Report
from tools.demo.stage import (
    CITY,
    COUNTY,
    OFFICES,
    PROVINCE,
    Office,
    Stage,
    StepFailed,
    side_by_side,
)

WAIT_SECONDS = 30
"""Relaying three hops takes under a second; this covers a loaded machine."""


def prepare(stage: Stage, report: Report) -> None:
    """UKEYs, nodes, profiles."""
    report.part("准备：证书、UKEY、节点")
    with report.step("建立试点证书系统，发放 UKEY（SoftHSM）") as said:
        stage.make_tokens_and_pki()
        national.make_token(stage)
        said.append("省、市、县各一只，签名和加密双证书；省里另有一只国密 SM2")
    with report.step("登记省、市、县三个交换节点，签发通讯录"):
        stage.make_nodes()
    with report.step("启动三个节点进程") as said:
        stage.start_nodes()
        said.extend(f"{node} :{port}" for node, port in stage.ports.items())
    with report.step("三个单位首次使用，建立加密档案库"):
        stage.make_profiles()
        national.make_profile(stage)


def downward(stage: Stage, report: Report, source: Path) -> str:
    """The province drafts, checks, seals and sends; city and county receive and sign for it."""
    report.part("下行：省 → 市 → 县")
    with report.step("校核行文规则") as said:
        findings = stage.yidao(PROVINCE, "check-rules", source)
        blocks = [f for f in findings if f.get("severity") == "block"]
        said.append(f"{len(findings)} 项提醒" if findings else "没有问题")
        if blocks:
            raise StepFailed(f"blocked: {blocks}")
    with report.step("按 GB/T 9704-2012 排版") as said:
        draft = stage.out / "草稿.pdf"
        typeset = stage.yidao(PROVINCE, "typeset", source, "-o", draft)[-1]
        said.append(f"{typeset['pages']} 页")
        matters = typeset["warnings"]
        if matters:
            raise StepFailed(f"typeset: {matters}")
    with report.step("省政府办公厅盖章并发送") as said:
        recipients = ("--to", CITY.body, "--to", COUNTY.body)
        sent = stage.yidao(PROVINCE, "send", source, *recipients)[0]
        said.append(f"{sent['dispatch']['number']}，{sent['dispatch']['recipients']} 个收文单位")
    dispatch = str(sent["dispatch"]["dispatch"])
    receive(stage, report, (CITY, COUNTY), dispatch)
    with report.step("省政府办公厅查看回执") as said:
        tracking = until(
            lambda: stage.yidao(PROVINCE, "track", dispatch)[0],
            lambda found: found["row"]["state"] == "signed",
        )
        said.append("、".join(f"{c['name']} 已签收" for c in tracking["consignments"]))
    finish(stage, report, PROVINCE, dispatch, "下行通知")
    return dispatch


def upward(stage: Stage, report: Report, source: Path) -> str:
    """The city reports; the province signs for it."""
    report.part("上行：市 → 省")
    with report.step("合肥市政府办公室盖章上报") as said:
        sent = stage.yidao(CITY, "send", source)[0]
        said.append(str(sent["dispatch"]["number"]))
    dispatch = str(sent["dispatch"]["dispatch"])
    receive(stage, report, (PROVINCE,), dispatch)
    with report.step("合肥市政府办公室查看回执"):
        until(
            lambda: stage.yidao(CITY, "track", dispatch)[0],
            lambda found: found["row"]["state"] == "signed",
        )
    finish(stage, report, CITY, dispatch, "上行报告")
    return dispatch


def receive(stage: Stage, report: Report, offices: Sequence[Office], dispatch: str) -> None:
    """Each office, at its own desk: synchronise, verify, sign for, save and file."""
    names = "、".join(office.short for office in offices)

    def take(office: Office) -> Any:  # noqa: ANN401 - JSON
        row = until(
            lambda: arrived(stage.yidao(office, "inbox", "--sync"), dispatch),
            lambda found: found is not None,
        )
        if row["verdict"] != "green":
            raise StepFailed(f"verdict {row['verdict']}: {row['error']}")
        return row

    with report.step(f"{names}查收并验证") as said:
        rows = side_by_side(take, offices)
        said.append("签章有效，时间可信，内容未改动")

    def keep(pair: tuple[Office, Any]) -> str:
        office, row = pair
        stage.yidao(office, "sign-for", row["id"])
        stage.yidao(office, "save", row["id"], "-o", stage.out / office.folder)
        return str(stage.yidao(office, "archive", "add", row["id"])[0]["archive_code"])

    with report.step(f"{names}用 UKEY 签收、归档") as said:
        said += [
            f"档号 {code}" for code in side_by_side(keep, list(zip(offices, rows, strict=True)))
        ]


def finish(stage: Stage, report: Report, office: Office, dispatch: str, title: str) -> None:
    """The sender files it, exports the evidence, and outsiders check both."""
    with report.step(f"{office.name}归档并导出存证包") as said:
        bundle = stage.out / f"{title}.gwe"
        exported = stage.yidao(office, "evidence", "export", dispatch, "-o", bundle)[0]
        stage.yidao(office, "archive", "add", dispatch)
        said.append(f"{len(exported['events'])} 条存证")
    with report.step("openssl 核验每一条回执") as said:
        result = judges.check_evidence(stage, bundle)
        said.append(result)
        stage.yidao(office, "evidence", "verify", bundle)
    report.evidence.append({"file": str(bundle.relative_to(stage.root)), "result": "ok"})


def search(stage: Stage, report: Report, words: str) -> None:
    """Any two characters find the document in each archive."""
    report.part("检索与核验")
    with report.step(f"在三个加密档案中检索“{words}”") as said:
        found = side_by_side(lambda o: stage.yidao(o, "archive", "search", words), OFFICES)
        for office, hits in zip(OFFICES, found, strict=True):
            if not hits:
                raise StepFailed(f"{office.name}: “{words}” not found")
            said.append(f"{office.short} {len(hits)} 件")


def judge_files(stage: Stage, report: Report) -> None:
    """Outside judges on every PDF that a recipient saved."""
    with report.step("qpdf、pdfsig、openssl 核验收到的 PDF 和公文包") as said:
        saved = sorted(p for p in stage.out.rglob("*.pdf") if p.parent != stage.out)
        for pdf in saved:
            judges.check_pdf(stage, pdf)
            judges.check_package(stage, pdf.with_suffix(".asice"))
            verdict = stage.yidao(PROVINCE, "verify", pdf)[0]
            pages = stage.run("pdfinfo", pdf).split("Pages:")[1].split()[0]
            report.documents.append(
                {
                    "title": pdf.stem,
                    "file": str(pdf.relative_to(stage.root)),
                    "pages": int(pages),
                    "verdict": verdict["status"],
                }
            )
        said.append(f"{len(saved)} 份，全部一致")
    with report.step("按 GB/T 9704 测量收到的 PDF，按 PDF/A-3b 逐条检查") as said:
        for pdf in saved:
            layout = stage.yidao(PROVINCE, "check-layout", pdf)[0]
            if not layout["measurable"] or layout["findings"]:
                raise StepFailed(f"{pdf.name}: {layout['summary']} {layout['findings']}")
            stage.run(sys.executable, "-m", "tools.pdfa", pdf)
            if "Tagged:          yes" not in stage.run("pdfinfo", pdf):
                raise StepFailed(f"{pdf.name}: not tagged")
        said.append(f"{len(saved)} 份，无一处不符")
    with report.step("节点的文件和日志中找不到公文内容") as said:
        said.append(f"查了 {assert_blind(stage)} 个文件")


def assert_blind(stage: Stage) -> int:
    """No node holds the text that only the sealed document has. Raises `StepFailed`."""
    marker = "现将有关事项通知如下"
    needles = [marker.encode(), marker.encode("utf-16-le"), marker.encode("gb18030")]
    files = [p for p in (stage.root / "nodes").rglob("*") if p.is_file()]
    for file in (*files, *(stage.root / "logs").glob("3*.log")):
        data = file.read_bytes()
        if any(needle in data for needle in needles):
            raise StepFailed(f"{file} holds the text of a document")
    return len(files)


def arrived(rows: list[Any], dispatch: str) -> Any | None:  # noqa: ANN401 - JSON
    """The row of a dispatch, once its content is here."""
    for row in rows:
        if row["dispatch"] == dispatch and row["state"] != "arriving":
            return row
    return None


def until(ask: Callable[[], Any], met: Callable[[Any], bool]) -> Any:  # noqa: ANN401 - JSON
    """Ask until the answer is as wanted. Raises `StepFailed` when it never is."""
    end = time.monotonic() + WAIT_SECONDS
    while True:
        answer = ask()
        if met(answer):
            return answer
        if time.monotonic() > end:
            raise StepFailed(f"it did not happen in {WAIT_SECONDS} s: {answer}")
        time.sleep(0.3)
