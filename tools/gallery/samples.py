"""What the cases are made of: a notice, its text in levels, pictures, tables, names."""

import io
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any, Final

import msgspec

from formats.document.model import Block, Document, DocumentNumber, Table

JOINT: Final = (
    "安徽省教育厅", "安徽省财政厅", "安徽省发展和改革委员会", "安徽省人力资源和社会保障厅",
    "安徽省卫生健康委员会", "安徽省公安厅", "安徽省民政厅",
)  # fmt: skip
PERSONS: Final = ("王建国", "李明", "张伟民", "刘洋", "陈静", "赵磊", "欧阳文德")
SENTENCES: Final = (
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


def text(count: int) -> tuple[Block, ...]:
    """Running text of so many paragraphs."""
    return tuple(Block(text=SENTENCES[n % len(SENTENCES)]) for n in range(count))


def levels() -> tuple[Block, ...]:
    """Text in its four levels."""
    return (
        Block(text=SENTENCES[0]),
        Block(level=1, text="一、总体要求"),
        Block(text=SENTENCES[1]),
        Block(level=2, text="（一）工作目标。到2026年底，全省公文电子交换实现全覆盖。"),
        Block(level=3, text="1.完善标准规范，统一接口和数据格式。"),
        Block(level=4, text="（1）制定接口规范，明确传输、签收和归档要求。"),
        Block(level=1, text="二、保障措施"),
        Block(level=2, text="（一）加强组织领导"),
        Block(text=SENTENCES[4]),
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
        r = min(height // 5, width // 8)
        pen.ellipse(
            (x - r, y - r, x + r, y + r), fill=(255, 255, 255), outline=(40, 60, 110), width=4
        )
    sink = io.BytesIO()
    canvas.save(sink, "PNG")
    return sink.getvalue()


@cache
def photo(width: int, height: int) -> bytes:
    """The same as a camera held sideways gives it: a JPEG that Exif sets upright."""
    from PIL import Image as Canvas  # noqa: PLC0415 - only where a picture is drawn

    exif = Canvas.Exif()
    exif[0x0112] = 6
    lying = Canvas.open(io.BytesIO(picture(width, height))).transpose(Canvas.Transpose.ROTATE_90)
    sink = io.BytesIO()
    lying.save(sink, "JPEG", exif=exif)
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


def budget() -> Table:
    """Figures of all kinds, with a sum."""
    figures = (("5", "1,234.5", "12.25%"), ("12", "80", "0.8%"), ("—", "-6.75", "—"))
    rows = tuple(
        (str(n), JOINT[n % 7], *figures[n % 3], "年中追加" if n == 4 else "")  # noqa: PLR2004 - one of them
        for n in range(1, 9)
    )
    total = ("合计", "", "1,017", "12,345.75", "100%", "")
    return Table(
        header=("序号", "单位", "项目（个）", "金额（万元）", "占比", "备注"), rows=(*rows, total)
    )


def duties(paragraphs: int) -> Table:
    """A cell of text that is higher than a page, beside short ones."""
    long = "".join(f"{n}.{SENTENCES[n % len(SENTENCES)]}" for n in range(1, paragraphs + 1))
    rows = (
        ("综合处", "牵头", "负责统筹协调、督促检查。"),
        ("信息处", "承办", long),
        ("机要处", "配合", "无"),
    )
    return Table(header=("处室", "分工", "职责"), rows=rows)


def dense(columns: int) -> Table:
    """More columns than are comfortable on an upright page."""
    header = ("市", *(f"{month}月完成情况" for month in range(1, columns)))
    rows = tuple(
        (city, *("已完成并报送" if (n + m) % 3 else "正在推进" for m in range(1, columns)))
        for n, city in enumerate(("合肥", "淮北", "亳州", "宿州", "蚌埠"))
    )
    return Table(header=header, rows=rows)


def cities(count: int, names: Sequence[str] = ("合肥", "芜湖", "蚌埠", "淮南")) -> tuple[str, ...]:
    """So many bodies to address."""
    return tuple(f"{names[n % len(names)]}市第{n + 1}区人民政府" for n in range(count))
