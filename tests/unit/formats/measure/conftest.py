"""Good documents of every format, and one font set to set them with."""

from collections.abc import Callable
from datetime import date

import pytest

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Signer,
    Table,
)
from formats.typeset.compose import compose
from formats.typeset.display import Composition
from formats.typeset.fonts import FontSet, load_fonts

SENTENCE = (
    "各级各部门要充分认识加强公文交换工作的重要意义，到2026年12月31日前完成“一网通办”平台"
    "（含3个子系统、128项接口）的联调，覆盖率达到95.5%以上；严禁涉密公文在非涉密网络上传输！"
)
SHORT = "各有关单位要明确责任，确保按时完成。"
HEADED = (
    Block(level=1, text="一、总体要求"),
    Block(text=SENTENCE),
    Block(level=2, text="（一）网络基础设施"),
    Block(text=SENTENCE),
    Block(level=3, text="1.建成电子政务外网。"),
    Block(level=4, text="（1）覆盖省、市、县三级。"),
    *(Block(text=text) for _ in range(5) for text in (SENTENCE, SHORT)),
)
JOINT = ("安徽省财政厅", "安徽省教育厅")


def document(**fields: object) -> Document:
    """A notice that has every element, unless told otherwise."""
    values: dict[str, object] = {
        "kind": "notice",
        "direction": "down",
        "issuers": ("安徽省人民政府办公厅",),
        "number": DocumentNumber(mark="皖政办", year=2026, serial=12),
        "copy_number": "000123",
        "urgency": "urgent",
        "title": "安徽省人民政府办公厅关于加强公文电子交换工作的通知",
        "main_recipients": ("各市、县人民政府", "省政府各部门、各直属机构"),
        "body": HEADED,
        "attachments": (
            Attachment(title="安徽省电子政务“十四五”发展规划", body=HEADED),
            Attachment(title="任务分工表", body=(Block(text=SENTENCE),)),
        ),
        "issue_date": date(2026, 11, 23),
        "note": "此件公开发布",
        "cc": tuple(f"省第{n}号直属机构办公室" for n in range(1, 8)),
        "printer": "安徽省人民政府办公厅秘书处",
        "print_date": date(2026, 11, 24),
    }
    return Document(**(values | fields))  # type: ignore[arg-type] # a test's own mapping


def good_documents() -> dict[str, Document]:
    """One of each kind, by name."""
    return {
        "general": document(),
        "up": document(
            kind="report", direction="up", approvers=("张三", "李四", "王五"), urgency=None
        ),
        "unsealed": document(signature="none"),
        "joint": document(issuers=JOINT, number=DocumentNumber(mark="皖财", year=2026, serial=7)),
        "long title": document(
            title="安徽省人民政府办公厅关于转发省发展改革委等部门安徽省公共资源交易平台整合实施"
            "方案和安徽省政务数据资源管理办法（试行）的通知"
        ),
        "short": document(body=(Block(text=SENTENCE),), attachments=()),
        "bare": document(
            copy_number=None, urgency=None, note=None, cc=(), printer=None, print_date=None,
            attachments=(),
        ),
    }  # fmt: skip


TABLE = Block(
    table=Table(
        header=("序号", "任务", "责任单位"),
        rows=tuple((str(n), f"第{n}项任务", "省政府办公厅") for n in range(1, 13)),
    )
)
WIDE = Block(
    table=Table(
        header=tuple(f"第{n}列" for n in range(1, 11)),
        rows=tuple(tuple(f"内容{n}" for n in range(10)) for _ in range(8)),
        landscape=True,
    )
)
SEVEN = tuple(f"安徽省{n}厅" for n in ("财政", "教育", "科技", "公安", "民政", "司法", "水利"))
PRESIDENT = (Signer(office="省长", name="王小明"),)


def other_documents() -> dict[str, Document]:
    """The three special formats, and what else a document may hold."""
    named: dict[str, object] = {"attachments": (), "note": None}
    return {
        "letter": document(
            **named, kind="letter", format="letter", direction="parallel",
            title="关于商请支持公文电子交换平台建设的函", main_recipients=("安徽省财政厅",),
            cc=tuple(f"省第{n}号直属机构办公室" for n in range(1, 5)),
        ),
        "plain letter": document(
            **named, kind="letter", format="letter", direction="parallel", copy_number=None,
            urgency=None, title="关于商请支持公文电子交换平台建设的函", cc=(),
            main_recipients=("安徽省财政厅",),
        ),
        "order": document(
            **named, kind="order", format="order", issuers=("安徽省人民政府",),
            issuer_mark="安徽省人民政府令", signature="personal", signers=PRESIDENT,
            main_recipients=(), copy_number=None, urgency=None,
            number=DocumentNumber(mark="", year=2026, serial=12),
        ),
        "minutes": document(
            **named, kind="minutes", format="minutes", issuers=("安徽省人民政府",),
            issuer_mark="安徽省人民政府常务会议纪要", signature="none", main_recipients=(),
            attendance=Attendance(
                present=tuple(f"安徽省{n}厅厅长张三" for n in ("财政", "教育", "科技", "公安")),
                absent=("赵六",), observers=("欧阳修",),
            ),
        ),
        "long": document(**named, body=tuple(Block(text=SENTENCE) for _ in range(40))),
        "long names": document(
            attachments=tuple(
                Attachment(title=f"公文电子交换系统建设任务分工表及其实施进度安排和考核办法的第{n}号"
                           "补充说明", body=(Block(text=SENTENCE),))
                for n in "一二"
            )
        ),
        "personal": document(**named, signature="personal", signers=PRESIDENT),
        "seven issuers": document(**named, issuers=SEVEN),
        "a table": document(**named, body=(Block(text="任务分工见下表。"), TABLE, *HEADED)),
        "a landscape table": document(**named, body=(Block(text=SENTENCE), WIDE, *HEADED)),
        "copies over a page": document(
            **named, body=tuple(Block(text=SENTENCE) for _ in range(3)),
            cc=tuple(f"省第{n}号直属机构办公室" for n in range(40)),
        ),
        "recipients moved": document(
            **named, body=(Block(text=SENTENCE),),
            main_recipients=tuple(f"第{n}号市人民政府办公室" for n in range(20)),
        ),
    }  # fmt: skip


Composed = Callable[[str], Composition]


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The free set alone, so that licensed fonts of a machine change no figure."""
    return load_fonts(())


@pytest.fixture(scope="session")
def composed(fonts: FontSet) -> Composed:
    """A good document as placed items, set once."""
    documents = good_documents() | other_documents()
    made: dict[str, Composition] = {}

    def get(name: str) -> Composition:
        if name not in made:
            made[name] = compose(documents[name], fonts)
        return made[name]

    return get
