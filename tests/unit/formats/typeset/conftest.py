"""One free font set, and documents to set with it."""

from collections.abc import Callable
from datetime import date

import pytest

from formats.document.model import Attachment, Block, Document, DocumentNumber
from formats.typeset.fonts import FontSet, load_fonts

SENTENCE = (
    "各级各部门要充分认识加强公文交换工作的重要意义，到2026年12月31日前完成“一网通办”平台"
    "（含3个子系统、128项接口）的联调，覆盖率达到95.5%以上；严禁涉密公文在非涉密网络上传输！"
)

Notice = Callable[..., Document]


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The free set alone, so that licensed fonts of a machine change no figure."""
    return load_fonts(())


@pytest.fixture(scope="session")
def notice() -> Notice:
    """A notice with so many paragraphs; any field can be given otherwise."""

    def make(paragraphs: int = 3, **fields: object) -> Document:
        values: dict[str, object] = {
            "kind": "notice",
            "direction": "down",
            "issuers": ("安徽省人民政府办公厅",),
            "number": DocumentNumber(mark="皖政办", year=2026, serial=12),
            "copy_number": "000123",
            "urgency": "urgent",
            "title": "安徽省人民政府办公厅关于加强公文电子交换工作的通知",
            "main_recipients": ("各市、县人民政府", "省政府各部门、各直属机构"),
            "body": tuple(Block(text=SENTENCE) for _ in range(paragraphs)),
            "issue_date": date(2026, 11, 23),
            "note": "此件公开发布",
            "cc": ("省委各部门", "省人大常委会办公厅", "省政协办公厅"),
            "printer": "安徽省人民政府办公厅秘书处",
            "print_date": date(2026, 11, 24),
        }
        return Document(**(values | fields))  # type: ignore[arg-type] # a test's own mapping

    return make


@pytest.fixture(scope="session")
def attachment() -> Attachment:
    """A long attachment in four levels."""
    levels = [
        Block(level=1, text="一、发展成绩和形势"),
        Block(level=2, text="（一）网络基础设施"),
        Block(level=3, text="1.建成电子政务外网。"),
        Block(level=4, text="（1）覆盖省、市、县三级。"),
    ]
    body = tuple(block for _ in range(20) for block in (*levels, Block(text=SENTENCE)))
    return Attachment(title="安徽省电子政务“十二五”发展规划", body=body)
