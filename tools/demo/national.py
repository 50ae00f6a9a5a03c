"""The second suite: the province's office seals with an SM2 UKEY; whoever verifies asks as ever."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

from formats.effects import system_clock, system_randomness
from signing.pilot import Pilot
from signing.trust.certs import to_pem
from tools.demo.report import Report
from tools.demo.stage import COUNTY, PROVINCE, Stage, StepFailed

DESK = replace(PROVINCE, level="province-gm")
"""The same office at a desk of its own: SoftHSM knows no SM2, so that its UKEY is a file."""

TOKEN = "340000.bgt.gm"  # noqa: S105 - a label
_COMMANDS = re.compile(r"^```bash check-gm\n(.*?)^```", re.MULTILINE | re.DOTALL)
_PAGE = Path(__file__).resolve().parents[2] / "docs" / "TRUST.md"


def make_token(stage: Stage) -> None:
    """An SM2 UKEY for the office, with its seal, and the anchor of the hierarchy of SM2."""
    folder, pin = stage.root / "tokens" / "gm", stage.pin_file
    who = ("--dir", stage.pki, "--body", DESK.body, "--name", DESK.name)
    on = ("--token-label", TOKEN, "--soft", folder, "--pin-file", pin)
    stage.node_command("pki", "issue-ukey", *who, *on, "--sm2")
    stage.node_command("pki", "seal", *who, *on)
    anchor = stage.pki / "authorities" / "gm-root.cer"
    shutil.copy(anchor, stage.root / "trust" / "anchors" / "gm-root.cer")


def make_profile(stage: Stage) -> None:
    """The settings of that desk."""
    trust = stage.root / "trust"
    stage.yidao(
        DESK, "init", "--body", DESK.body, "--token", TOKEN,
        "--node", f"https://127.0.0.1:{stage.ports[DESK.node]}",
        "--module", f"soft:{stage.root / 'tokens' / 'gm'}", "--anchors", trust / "anchors",
        "--tls-ca", trust / "tls-ca.pem", "--directory", trust / "directory.p7m",
    )  # fmt: skip


def seal_and_verify(stage: Stage, report: Report) -> None:
    """One document sealed in each suite, kept for decades, verified by one command."""
    report.part("国密与国际两套算法、长期保存")
    draft, sealed, kept = (stage.out / f"{name}.pdf" for name in ("草稿", "国密", "国密长期保存"))
    with report.step("省政府办公厅用 SM2 UKEY 盖章") as said:
        stage.yidao(DESK, "seal", draft, "-o", sealed, "--riding")
        said.append("SM2 签名，SM3 摘要，骑缝章")
    with report.step("再盖一份，附验证资料和存档时间戳（B-LTA）"):
        stage.yidao(DESK, "seal", draft, "-o", kept, "--level", "B-LTA")
    with report.step("县政府办用同一条命令验证两种算法") as said:
        stage.yidao(PROVINCE, "seal", draft, "-o", stage.out / "国际.pdf")
        for name, wanted in (("国密", "green"), ("国密长期保存", "blue"), ("国际", "green")):
            verdict = stage.yidao(COUNTY, "verify", stage.out / f"{name}.pdf")[0]
            if verdict["status"] != wanted:
                raise StepFailed(f"{name}: {verdict['sentence']}")
            said.append(f"{name}：{verdict['sentence'].split('：')[0]}")
    with report.step("openssl 按《法院如何核验》的步骤核验国密签名") as said:
        _judge(stage, sealed)
        said.append("签名、时间戳、证书链一致")


def _judge(stage: Stage, pdf: Path) -> None:
    """The commands of docs/TRUST.md, as they stand there. Raises `StepFailed`."""
    work = stage.root / "logs" / "gm"
    work.mkdir(parents=True, exist_ok=True)
    shutil.copy(pdf, work / "document-gm.pdf")
    pilot = Pilot.open(stage.pki, system_clock, system_randomness)
    for name, certificates in (("root.pem", pilot.anchors), ("certs.pem", pilot.certificates())):
        (work / name).write_bytes(b"".join(map(to_pem, certificates)))
    found = re.search(
        r"^```bash check-gm\n(.*?)^```", _PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    if found is None:
        raise StepFailed(f"{_PAGE.name}: no commands")
    stage.run("env", "-C", work, "bash", "-eu", "-c", found[1])
