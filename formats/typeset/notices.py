"""What the typesetter tells of its work: what is missing, what was changed and why."""

from collections.abc import Iterable, Sequence
from typing import Final

from formats.document.model import Block as Paragraph
from formats.i18n import mark
from formats.typeset.display import Item, Notice, Remedy, Run
from formats.typeset.fonts import FontSet
from formats.typeset.tables import is_cramped

EMPTY: Final = Notice("T01", mark("公文没有正文。"), matters=True)
FIRST_PAGE_BARE: Final = Notice(
    "T02", mark("首页没有显示正文（GB/T 9704 7.3.3），请缩短标题或主送机关。"), matters=True
)
CLOSING_ALONE: Final = Notice(
    "T06",
    mark("署名、日期和印章所在页没有正文（GB/T 9704 7.3.5.5），请调整正文。"),
    matters=True,
)
RECIPIENTS_MOVED: Final = mark("主送机关过多，已移至版记（GB/T 9704 7.3.2）。")
CLOSER: Final = mark("第 {page} 页收紧行距，使印章与正文同处一页。")
WIDER: Final = mark("第 {page} 页加大行距，使印章与正文同处一页。")
CARRIED: Final = mark("第 {page} 页末移出 {amount} 行，使印章与正文同处一页。")
TRACKED: Final = mark("正文字距调整 {amount} 磅，使印章与正文同处一页。")
LAST_TRACKED: Final = mark("末段字距调整 {amount} 磅，使印章与正文同处一页。")
BROKEN: Final = mark("正文末行分作两行，使印章与正文同处一页。")
MISSING: Final = mark("字体中没有这些字：{chars}，已用“〓”代替，请更换。")
FALLBACK: Final = mark("这些字由后备字体补足：{chars}")
CRAMPED: Final = mark("有 {count} 个表格列数较多，字号和列宽已缩小；设为横排表格会更清楚。")

_SHOWN: Final = 20
"""Characters named in one notice."""

_REMEDIES: Final = {
    "closer": ("T04", CLOSER),
    "wider": ("T07", WIDER),
    "carry": ("T05", CARRIED),
    "tracking": ("T08", TRACKED),
    "tracking of the last paragraph": ("T12", LAST_TRACKED),
    "recipients": ("T03", RECIPIENTS_MOVED),
    "split": ("T09", BROKEN),
}


def told(remedy: Remedy) -> Notice:
    """A remedy in words."""
    name = remedy.code
    if name == "pitch":
        name = "closer" if remedy.amount < 0 else "wider"
    elif name == "tracking" and remedy.page:
        name = "tracking of the last paragraph"
    code, message = _REMEDIES[name]
    whole = int(remedy.amount) if remedy.amount == int(remedy.amount) else remedy.amount
    return Notice(code, message, matters=False, values=(("page", remedy.page), ("amount", whole)))


def glyph_notices(pages: Iterable[Sequence[Item]]) -> list[Notice]:
    """Which characters no font has, and which came from a fallback."""
    glyphs = {
        id(glyph): glyph
        for items in pages
        for item in items
        if isinstance(item, Run)
        for glyph in item.glyphs
    }
    missing = sorted({glyph.char for glyph in glyphs.values() if glyph.missing})
    fallback = sorted(
        {glyph.char for glyph in glyphs.values() if not glyph.missing and not glyph.font.own}
    )
    notices = []
    if missing:
        chars = "".join(missing[:_SHOWN])
        notices.append(Notice("T10", MISSING, matters=True, values=(("chars", chars),)))
    if fallback:
        chars = "".join(fallback[:_SHOWN])
        notices.append(Notice("T11", FALLBACK, matters=False, values=(("chars", chars),)))
    return notices


def table_notices(paragraphs: Iterable[Paragraph], fonts: FontSet) -> list[Notice]:
    """Whether tables would be easier to read in landscape."""
    count = sum(block.table is not None and is_cramped(block.table, fonts) for block in paragraphs)
    return [Notice("T14", CRAMPED, matters=False, values=(("count", count),))] if count else []
