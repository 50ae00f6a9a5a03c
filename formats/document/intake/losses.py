"""What a DOCX holds that a 公文 cannot take over: told, never dropped in silence."""

from collections.abc import Mapping
from typing import Final

from formats.document.intake.lines import Notes
from formats.document.intake.package import Package, W
from formats.i18n import mark, tr

_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_CHART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
_SMART: Final = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"

_LOSSES: Final[Mapping[str, str]] = {
    f"{W}footnoteReference": mark("脚注没有导入，请核对。"),
    f"{W}endnoteReference": mark("尾注没有导入，请核对。"),
    f"{W}commentReference": mark("批注没有导入。"),
    f"{W}ins": mark("文档含有修订标记，已按接受全部修订导入，请核对。"),
    f"{W}del": mark("文档含有修订标记，删除的文字没有导入，请核对。"),
    f"{W}moveTo": mark("文档含有移动文字的修订，已按移动后的位置导入，请核对。"),
    f"{W}vanish": mark("文档含有隐藏文字，没有导入，请核对。"),
    f"{W}object": mark("文档中嵌入的对象没有导入，请作为附件文件随文发送。"),
    f"{W}altChunk": mark("文档中嵌入的其他文件没有导入，请核对。"),
    _MATH: mark("文档中的公式没有导入，请改为图片。"),
    _CHART: mark("文档中的图表没有导入，请改为图片。"),
    _SMART: mark("文档中的图示没有导入，请改为图片。"),
}


def note_losses(package: Package, notes: Notes) -> None:
    """A note for each kind of thing that is not taken over."""
    found = {element.tag for element in package.root.iter(*_LOSSES)}
    for name, message in _LOSSES.items():
        if name in found:
            confidence = 1.0 if name.endswith("commentReference") else 0.5
            notes.add("source", tr(message), confidence)
    if any(
        next(table.iterancestors(f"{W}tc"), None) is not None
        for table in package.root.iter(f"{W}tbl")
    ):
        notes.add("body", tr("表格中套着表格，已合并为文字，请核对。"), 0.5)
    if package.outside:
        notes.add("source", tr("文档中指向外部的链接没有导入。"))
