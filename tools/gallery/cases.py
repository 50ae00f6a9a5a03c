"""The cases of the gallery as data: what is set, what it shows, which notices it may have."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Image,
    Signer,
    Table,
)

JOINT: Final = (
    "安徽省教育厅", "安徽省财政厅", "安徽省发展和改革委员会", "安徽省人力资源和社会保障厅",
    "安徽省卫生健康委员会", "安徽省公安厅", "安徽省民政厅",
)  # fmt: skip
PERSONS: Final = ("王建国", "李明", "张伟民", "刘洋", "陈静", "赵磊", "欧阳文德")
_SENTENCES: Final = (
    "为加快推进全省公文电子交换工作，提高机关办文效率，经省政府同意，现就有关事项通知如下。",
    (
        "各级各部门要充分认识公文电子交换的重要意义，切实加强组织领导，明确责任分工，"
        "确保各项任务落到实处。"
    ),
    (
        "到2026年12月31日前，完成省、市、县三级交换节点的部署和联调，覆盖率达到95.5%以上，"
        "做到上下贯通、运转高效。"
    ),
    (
        "要严格执行《党政机关公文处理工作条例》和GB/T 9704—2012，统一格式标准，规范用印管理，"
        "严禁涉密公文在非涉密网络上传输。"
    ),
    (
        "各单位要建立健全值班值守制度，对加急公文随到随办；因工作不力造成积压、延误的，"
        "依规依纪追究责任。"
    ),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name (a file name), a caption, the document."""

    name: str
    caption: str
    document: Document
    notices: frozenset[str] = field(default_factory=frozenset)
    """Codes of notices that matter and are meant to come."""
    sealed: bool = False
    """Whether the picture shows it sealed by a pilot key."""


def text(count: int) -> tuple[Block, ...]:
    """Running text of so many paragraphs."""
    return tuple(Block(text=_SENTENCES[n % len(_SENTENCES)]) for n in range(count))


def levels() -> tuple[Block, ...]:
    """Text in its four levels."""
    return (
        Block(text=_SENTENCES[0]),
        Block(level=1, text="一、总体要求"),
        Block(text=_SENTENCES[1]),
        Block(level=2, text="（一）工作目标。到2026年底，全省公文电子交换实现全覆盖。"),
        Block(level=3, text="1.完善标准规范，统一接口和数据格式。"),
        Block(level=4, text="（1）制定接口规范，明确传输、签收和归档要求。"),
        Block(level=1, text="二、保障措施"),
        Block(level=2, text="（一）加强组织领导"),
        Block(text=_SENTENCES[4]),
    )


def notice(**changes: Any) -> Document:  # noqa: ANN401 - a field's own value
    """A notice of the provincial office with other values for some fields."""
    base = Document(
        kind="notice",
        direction="down",
        issuers=("安徽省人民政府办公厅",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=12),
        title="安徽省人民政府办公厅关于加强公文电子交换工作的通知",
        main_recipients=("各市、县人民政府", "省政府各部门、各直属机构"),
        body=levels(),
        issue_date=date(2026, 11, 23),
        cc=("省委各部门", "省人大常委会办公厅", "省政协办公厅", "省监委", "省法院", "省检察院"),
        printer="安徽省人民政府办公厅秘书处",
        print_date=date(2026, 11, 24),
    )
    return msgspec.structs.replace(base, **changes)


@cache
def picture(width: int, height: int) -> bytes:
    """A drawing of three nodes and the road between them, as PNG."""
    from PIL import Image as Canvas  # noqa: PLC0415 - only where a picture is drawn
    from PIL import ImageDraw  # noqa: PLC0415 - only where a picture is drawn

    canvas = Canvas.new("RGB", (width, height), (246, 248, 252))
    pen = ImageDraw.Draw(canvas)
    spots = [(width * (2 * n + 1) // 6, height // 2) for n in range(3)]
    pen.line(spots, fill=(150, 30, 40), width=max(2, height // 60))
    for x, y in spots:
        r = height // 5
        pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=(255, 255, 255), outline=(40, 60, 110), width=4
        )
    sink = io.BytesIO()
    canvas.save(sink, "PNG")
    return sink.getvalue()


def table(rows: int, *, landscape: bool = False) -> Table:
    """A plan of tasks with so many rows."""
    header: tuple[str, ...] = ("序号", "任务", "责任单位", "投资（万元）", "完成时限")
    if landscape:
        header = (*header, *(f"{month}月进度" for month in range(1, 7)))
    made = []
    for n in range(1, rows + 1):
        row = (
            str(n), ("完善交换节点运行监测和告警机制", "开展培训")[n % 2], JOINT[n % 7],
            f"{n * 137 % 2000}.{n % 10}", f"2026年{n % 12 + 1}月底前",
        )  # fmt: skip
        made.append((*row, *("完成" for _ in range(6))) if landscape else row)
    return Table(header=header, rows=tuple(made), landscape=landscape)


def cases() -> tuple[Case, ...]:
    """All cases, in the order of the contact sheet."""
    return (*_general(), *_closings(), *_formats(), *_parts(), *_hard())


def _general() -> Iterator[Case]:
    yield Case(
        "general-down",
        "通用格式 下行文",
        notice(copy_number="000123", urgency="urgent"),
        sealed=True,
    )
    yield Case(
        "general-parallel", "通用格式 平行文",
        notice(direction="parallel", kind="letter", title="关于商请支持公文电子交换试点工作的函",
               main_recipients=("江苏省人民政府办公厅",), body=text(3)),
    )  # fmt: skip
    for count in (1, 2, 3, 7):
        yield Case(
            f"general-up-{count}", f"通用格式 上行文 签发人{count}人",
            notice(
                kind="request", direction="up", approvers=PERSONS[:count],
                issuers=("合肥市人民政府",),
                number=DocumentNumber(mark="合政", year=2026, serial=8),
                title="合肥市人民政府关于开展公文电子交换试点的请示",
                main_recipients=("安徽省人民政府",), body=text(3), contact="张三，0551-62600000",
            ),
        )  # fmt: skip


def _closings() -> Iterator[Case]:
    for count in range(2, 8):
        yield Case(
            f"joint-{count}", f"联合行文 {count}个机关，加盖印章",
            notice(issuers=JOINT[:count], number=DocumentNumber(mark="皖教", year=2026, serial=3),
                   title="关于联合开展公文电子交换试点工作的通知", body=text(4)),
            sealed=count == 3,  # noqa: PLR2004 - one of them is enough
        )  # fmt: skip
    yield Case("seal-none", "不加盖印章", notice(signature="none"))
    yield Case(
        "seal-none-joint", "不加盖印章 联合行文", notice(signature="none", issuers=JOINT[:3])
    )
    signers = tuple(
        Signer(office=o, name=n) for o, n in zip(("省长", "副省长"), PERSONS, strict=False)
    )
    yield Case(
        "stamp-one", "签名章", notice(signature="personal", signers=signers[:1]), sealed=True
    )
    yield Case("stamp-two", "签名章 联合", notice(signature="personal", signers=signers))


def _formats() -> Iterator[Case]:
    letter = notice(
        format="letter", kind="letter", direction="parallel", urgency="urgent",
        title="安徽省人民政府办公厅关于商请支持公文电子交换试点工作的函",
        main_recipients=("江苏省人民政府办公厅",), body=text(4),
    )  # fmt: skip
    yield Case("letter", "信函格式", letter, sealed=True)
    long = msgspec.structs.replace(letter, body=text(14))
    yield Case("letter-long", "信函格式 两页", long)
    yield Case(
        "letter-joint",
        "信函格式 联合行文只用主办机关标志",
        msgspec.structs.replace(letter, issuers=JOINT[:2]),
    )
    yield Case(
        "order", "命令（令）格式",
        notice(
            format="order", kind="order", issuers=("安徽省人民政府",), signature="personal",
            signers=(Signer(office="省长", name="王建国"),), main_recipients=(), cc=(),
            title="安徽省人民政府令", number=DocumentNumber(mark="皖政令", year=2026, serial=318),
            body=(Block(text="《安徽省公文电子交换管理办法》已经2026年11月16日省人民政府第88次常务会议通过，"
                             "现予公布，自2027年1月1日起施行。"),),
        ),
    )  # fmt: skip
    yield Case(
        "minutes", "纪要格式 出席、请假、列席",
        notice(
            format="minutes", kind="minutes", signature="none", main_recipients=(),
            issuer_mark="安徽省人民政府常务会议纪要", title="关于公文电子交换工作的纪要",
            body=levels(),
            attendance=Attendance(
                present=("王建国", "李明", "省教育厅张伟民", "省财政厅刘洋", "省公安厅陈静"),
                absent=("欧阳文德",), observers=("省人大常委会办公厅孙丽", "省政协办公厅周强"),
            ),
        ),
    )  # fmt: skip


def _parts() -> Iterator[Case]:
    plan = Attachment(title="安徽省公文电子交换工作实施方案", body=(*levels(), *text(6)))
    roll = Attachment(title="试点单位名册", body=(Block(table=table(8)),), separate=True)
    yield Case("attachment-one", "附件一个", notice(attachments=(plan,)))
    yield Case("attachment-apart", "附件两个，第二个另行装订", notice(attachments=(plan, roll)))
    yield Case(
        "table-split",
        "表格跨页，表头重复",
        notice(body=(*text(1), Block(table=table(40)), *text(1))),
    )
    sideways = Attachment(title="任务进度表", body=(Block(table=table(45, landscape=True)),))
    yield Case("table-landscape", "横排表格，单双页", notice(attachments=(sideways,)))
    image = Image(data=picture(1400, 500), description="三级节点示意图", caption="图1 三级交换节点")
    yield Case("picture", "图片和图题", notice(body=(*text(2), Block(image=image), *text(1))))
    yield Case("barcode", "公文二维条码", notice(barcode=True))
    many = tuple(
        f"{name}人民政府"
        for name in ["合肥市", "淮北市", "亳州市", "宿州市", "蚌埠市", "阜阳市", "淮南市", "滁州市"]
    )
    yield Case("cc-long", "抄送换行对齐", notice(cc=(*many, *JOINT)))


def _hard() -> Iterator[Case]:
    for count in (7, 12, 15):
        yield Case(
            f"solver-{count}",
            f"印章与正文同页 {count}段",
            notice(body=text(count), issuers=("安徽省人民政府",)),
        )
    yield Case(
        "blank-page",
        "版记前的空白页不编页码",
        notice(body=text(13), cc=tuple(f"第{n}号单位办公室" for n in range(60))),
    )
    names = tuple(
        f"{city}人民政府" for city in ("合肥市", "芜湖市", "蚌埠市", "淮南市") for _ in range(16)
    )
    yield Case("recipients-moved", "主送机关移至版记", notice(main_recipients=names, body=text(2)))
    title = (
        "安徽省人民政府办公厅关于转发省发展改革委、省教育厅、省财政厅等部门"
        "《关于进一步加强和规范全省政务服务数据共享和公文电子交换工作若干意见》的通知"
    )
    yield Case("title-long", "标题四行", notice(title=title))
    yield Case(
        "title-two",
        "标题两行",
        notice(
            title="安徽省人民政府办公厅关于进一步加强和规范公文电子交换工作的实施意见",
            kind="opinion",
        ),
    )
    yield Case(
        "rare",
        "后备字体补字",
        notice(body=(Block(text="任命张䶮、李𬭸同志为㵐水镇、𡎚上村负责人。"), *text(2))),
    )
    yield Case("empty", "没有正文", notice(body=()), frozenset({"T01"}))
