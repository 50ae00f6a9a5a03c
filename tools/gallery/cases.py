"""The cases of the gallery as data: what is set, what it shows, what may come of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import msgspec

from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Image,
    Signer,
)
from tools.gallery.samples import (
    JOINT,
    PERSONS,
    SENTENCES,
    budget,
    cities,
    dense,
    duties,
    levels,
    notice,
    photo,
    picture,
    table,
    text,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name (a file name), a caption, the document."""

    name: str
    caption: str
    document: Document
    pages: int = 2
    """Sides it takes, without 附件 that are bound apart."""
    remedies: tuple[str, ...] | None = None
    """What the solver does to it, in order, where the case is there to show that."""
    notices: frozenset[str] = field(default_factory=frozenset)
    """Codes of notices that matter and are meant to come."""
    sealed: bool = False
    """Whether the picture shows it sealed by a pilot key."""


def cases() -> tuple[Case, ...]:
    """All cases, in the order of the contact sheet."""
    return (
        *_general(), *_closings(), *_letters(), *_orders(), *_minutes(), *_attachments(),
        *_tables(), *_pictures(), *_solved(), *_hard(),
    )  # fmt: skip


def _general() -> Iterator[Case]:
    yield Case(
        "general-down", "通用格式 下行文", notice(copy_number="000123", urgency="urgent"),
        sealed=True,
    )  # fmt: skip
    yield Case(
        "general-parallel", "通用格式 平行文",
        notice(direction="parallel", kind="letter", title="关于商请支持公文电子交换试点工作的函",
               main_recipients=("江苏省人民政府办公厅",), body=text(3)),
    )  # fmt: skip
    for count in range(1, 8):
        yield Case(
            f"general-up-{count}", f"通用格式 上行文 签发人{count}人",
            notice(
                kind="request", direction="up", approvers=PERSONS[:count],
                issuers=("合肥市人民政府",),
                number=DocumentNumber(mark="合政", year=2026, serial=8),
                title="合肥市人民政府关于开展公文电子交换试点的请示",
                main_recipients=("安徽省人民政府",), body=text(3), contact="张三，0551-62600000",
            ),
            sealed=count == 1,
        )  # fmt: skip
    yield Case(
        "general-note", "附注与特急",
        notice(note="此件公开发布", urgency="extra_urgent", body=text(3)), sealed=True,
    )  # fmt: skip
    yield Case("barcode", "公文二维条码", notice(barcode=True))
    yield Case("cc-long", "抄送换行对齐", notice(cc=(*cities(8), *JOINT)))


def _closings() -> Iterator[Case]:
    for count in range(2, 8):
        yield Case(
            f"joint-{count}", f"联合行文 {count}个机关，加盖印章",
            notice(issuers=JOINT[:count], number=DocumentNumber(mark="皖教", year=2026, serial=3),
                   title="关于联合开展公文电子交换试点工作的通知", body=text(4)),
            sealed=True,
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
    yield Case(
        "stamp-two", "签名章 联合", notice(signature="personal", signers=signers), sealed=True
    )


def _letters() -> Iterator[Case]:
    letter = notice(
        format="letter", kind="letter", direction="parallel", urgency="urgent",
        title="安徽省人民政府办公厅关于商请支持公文电子交换试点工作的函",
        main_recipients=("江苏省人民政府办公厅",), body=text(4),
    )  # fmt: skip
    yield Case("letter", "信函格式", letter, sealed=True)
    replaced = msgspec.structs.replace
    yield Case("letter-short", "信函格式 一页", replaced(letter, body=text(1), cc=()), pages=1)
    yield Case("letter-long", "信函格式 三页", replaced(letter, body=text(14)), pages=3)
    yield Case(
        "letter-joint", "信函格式 联合行文只用主办机关标志",
        replaced(letter, issuers=JOINT[:2]), sealed=True,
    )  # fmt: skip
    yield Case(
        "letter-full",
        "信函格式 份号、紧急程度、条码",
        replaced(letter, copy_number="000123", barcode=True),
    )


def _orders() -> Iterator[Case]:
    order = notice(
        format="order", kind="order", issuers=("安徽省人民政府",), signature="personal",
        signers=(Signer(office="省长", name="王建国"),), main_recipients=(), cc=(),
        title="安徽省人民政府令", number=DocumentNumber(mark="皖政令", year=2026, serial=318),
        body=(Block(text="《安徽省公文电子交换管理办法》已经2026年11月16日省人民政府第88次常务会议通过，"
                         "现予公布，自2027年1月1日起施行。"),),
    )  # fmt: skip
    yield Case("order", "命令（令）格式", order, sealed=True)
    rules = Attachment(title="安徽省公文电子交换管理办法", body=(*levels(), *text(5)))
    yield Case(
        "order-rules",
        "命令（令）格式 所附办法",
        msgspec.structs.replace(order, attachments=(rules,)),
        pages=4,
    )


def _minutes() -> Iterator[Case]:
    minutes = notice(
        format="minutes", kind="minutes", signature="none", main_recipients=(),
        issuer_mark="安徽省人民政府常务会议纪要", title="关于公文电子交换工作的纪要",
        body=levels(),
        attendance=Attendance(
            present=("王建国", "李明", "省教育厅张伟民", "省财政厅刘洋", "省公安厅陈静"),
            absent=("欧阳文德",), observers=("省人大常委会办公厅孙丽", "省政协办公厅周强"),
        ),
    )  # fmt: skip
    yield Case("minutes", "纪要格式 出席、请假、列席", minutes)
    yield Case(
        "minutes-plain", "纪要格式 无出席名单", msgspec.structs.replace(minutes, attendance=None)
    )


def _attachments() -> Iterator[Case]:
    plan = Attachment(title="安徽省公文电子交换工作实施方案", body=(*levels(), *text(6)))
    roll = Attachment(title="试点单位名册", body=(Block(table=table(8)),), separate=True)
    yield Case("attachment-one", "附件一个", notice(attachments=(plan,)), pages=4)
    yield Case(
        "attachment-two", "附件两个，名称换行对齐",
        notice(attachments=(
            msgspec.structs.replace(
                plan, title="安徽省关于进一步加强和规范公文电子交换工作的实施方案（2026—2030年）"),
            msgspec.structs.replace(roll, separate=False))), pages=6)  # fmt: skip
    yield Case(
        "attachment-apart", "附件两个，第二个另行装订", notice(attachments=(plan, roll)), pages=4
    )
    wide = Attachment(
        title="任务进度表", body=(Block(table=table(12, landscape=True)),), separate=True
    )
    yield Case("attachment-apart-turned", "另行装订的横排表格", notice(attachments=(wide,)))


def _tables() -> Iterator[Case]:
    lead = (*text(1), Block(text="表1 重点任务"))
    yield Case(
        "table-split",
        "表格跨页，表头重复",
        notice(body=(*lead, Block(table=table(40)), *text(1))),
        pages=4,
    )
    yield Case(
        "table-figures",
        "数字列小数点对齐",
        notice(body=(*text(1), Block(table=budget()), *text(1))),
    )
    yield Case(
        "table-tall",
        "单元格跨页",
        notice(body=(*text(1), Block(table=duties(36)), *text(1))),
        pages=4,
    )
    yield Case("table-dense", "12栏表格", notice(body=(*text(1), Block(table=dense(12)), *text(1))))
    sideways = Attachment(title="任务进度表", body=(Block(table=table(45, landscape=True)),))
    yield Case("table-landscape", "横排表格，单双页", notice(attachments=(sideways,)), pages=8)
    inside = (*text(2), Block(table=table(8, landscape=True)), *text(2))
    yield Case("table-landscape-inside", "正文中的横排表格", notice(body=inside), pages=4)


def _pictures() -> Iterator[Case]:
    image = Image(data=picture(1400, 500), description="三级节点示意图", caption="图1 三级交换节点")
    yield Case("picture", "图片和图题", notice(body=(*text(2), Block(image=image), *text(1))))
    wide = Image(data=picture(2400, 600), description="示意图", width_mm=156, caption="图1 示意图")
    high = Image(
        data=photo(600, 1500), description="竖放的照片", width_mm=60,
        caption="图2 交换节点机房现场照片，机柜按主备两路电源布置，照片按相机记录的方向自动摆正",
    )  # fmt: skip
    yield Case(
        "picture-two", "通栏图片和竖放照片",
        notice(body=(*text(1), Block(image=wide), Block(image=high), *text(1))), pages=4,
    )  # fmt: skip


def _solved() -> Iterator[Case]:
    sentence = "各地要严格落实责任，确保取得实效。"

    def lines(count: int) -> tuple[Block, ...]:
        return (*(Block(text=sentence) for _ in range(count)), Block(text=sentence * 3))

    for name, caption, (count, pages), remedies in (
        ("carry", "移出两行", (1, 2), ("carry",)),
        ("wider", "加大行距", (7, 2), ("pitch",)),
        ("closer", "收紧行距", (23, 4), ("pitch",)),
        ("closer-two", "两页收紧行距", (46, 4), ("pitch", "pitch")),
    ):
        yield Case(
            f"solver-{name}", f"印章与正文同页 {caption}",
            notice(body=lines(count), issuers=("安徽省人民政府",)),
            pages=pages, remedies=remedies, sealed=True,
        )  # fmt: skip
    short = (Block(text="请认真贯彻执行。"),)
    for name, caption, count, remedies in (
        ("split", "末行分作两行", 27, ("split",)),
        ("recipients", "主送移至版记", 30, ("recipients",)),
    ):
        names = tuple(f"第{n}市人民政府" for n in range(count))
        yield Case(
            f"solver-{name}", f"印章与正文同页 {caption}",
            notice(body=short, main_recipients=names, issuers=("安徽省人民政府",)),
            remedies=remedies, sealed=True,
        )  # fmt: skip


TITLES: Final = (
    "安徽省人民政府令公布办法的通知",
    "安徽省人民政府办公厅关于进一步加强和规范公文电子交换工作的通知",
    "安徽省人民政府办公厅转发省教育厅省财政厅关于进一步加强和规范公文电子交换工作实施意见的通知",
    (
        "安徽省人民政府办公厅关于转发省发展改革委、省教育厅、省财政厅等部门"
        "《关于进一步加强和规范全省政务服务数据共享和公文电子交换工作若干意见》的通知"
    ),
    (
        "安徽省人民政府办公厅关于转发省发展改革委、省教育厅、省财政厅、省人力资源社会保障厅、"
        "省卫生健康委、省公安厅、省民政厅"
        "《关于进一步加强和规范全省政务服务数据共享和公文电子交换工作若干意见（试行）》的通知"
    ),
)
"""Titles of one line to five and more."""


def _hard() -> Iterator[Case]:
    yield Case(
        "blank-page", "版记前的空白页不编页码",
        notice(body=text(10), cc=cities(16)), pages=4,
    )  # fmt: skip
    yield Case(
        "recipients-moved", "主送机关移至版记", notice(main_recipients=cities(64), body=text(2))
    )
    for count, title in enumerate(TITLES, start=1):
        yield Case(f"title-{count}", f"标题长短之{count}", notice(title=title, body=text(3)))
    yield Case(
        "rare", "后备字体补字",
        notice(body=(Block(text="任命张䶮、李𬭸同志为㵐水镇、𡎚上村负责人。"), *text(2))),
    )  # fmt: skip
    yield Case(
        "missing", "字体没有的字",
        notice(body=(Block(text="收到😀请回复。"), *text(2))), notices=frozenset({"T10"}),
    )  # fmt: skip
    mixed = (
        "按照GB/T 9704—2012、《办法》（国办发〔2012〕14号）和ISO 19005-3:2012要求，在Windows 11、"
        "macOS 15等系统上，于2026年12月31日前完成3.5万个终端的“三项检查”。"
    )
    yield Case(
        "mixed", "中西文混排和避头尾",
        notice(body=(Block(text=mixed + SENTENCES[2] * 3), *text(2))),
    )  # fmt: skip
    yield Case("empty", "没有正文", notice(body=()), notices=frozenset({"T01"}))
