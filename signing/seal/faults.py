"""Why a PDF may not be sealed, each with a stable word and a Chinese reason."""

from typing import Final

from formats.i18n import mark, tr
from signing.errors import SealRefused

_REASONS: Final = {
    "malformed": mark("文件结构有误，只有靠猜测才能读出。"),
    "encrypted": mark("文件已加密。"),
    "too-large": mark("文件过大，或页数过多。"),
    "revisions": mark("文件经过增量修改，含有不止一个版本。"),
    "trailing": mark("文件首尾有多余内容。"),
    "catalog": mark("文件目录中有不允许的条目（{entry}）。"),
    "action": mark("文件打开或点击时会执行动作（{entry}）。"),
    "javascript": mark("文件中有脚本。"),
    "layers": mark("文件中有可以隐藏的图层。"),
    "form": mark("文件中有可填写的表单。"),
    "xfa": mark("文件中有 XFA 动态表单。"),
    "annotation": mark("文件中有批注或覆盖页面的对象（{entry}）。"),
    "embedded": mark("文件中夹带了不是本系统写入的附件。"),
    "external": mark("文件的内容取自文件之外。"),
    "signed": mark("文件已经盖过章或签过名。"),
    "no-slot": mark("文件中没有预留印章位置，也没有指定位置。"),
    "slot": mark("印章位置不在页面之内。"),
    "seam": mark("文件只有一页，没有骑缝之处。"),
    "no-room": mark("文中没有空位可以预留给“{entry}”会签。"),
    "unverified": mark("文件没有通过验证：{entry}"),
    "not-asked": mark("文件中没有为“{entry}”预留的待盖章位置。"),
    "rotated": mark("印章所在的页面是旋转过的。"),
    "overlap": mark("两个印章的位置相互重叠。"),
    "stamp": mark("签名章上的姓名“{entry}”与文中的签发人“{expected}”不符。"),
    "image": mark("印章的直径与预留位置不符。"),
    "drawing": mark("印章上的名称“{entry}”与 UKEY 的单位不符。"),
    "field": mark("文件中没有名为“{entry}”的待盖章位置。"),
    "not-certified": mark("文件还没有由发文机关盖章，不能加盖联合印章。"),
    "name": mark("印章名称为空或过长。"),
    "eseal-large": mark("电子印章的数据过大，盖章后的文件不再符合 PDF/A；请换用矢量或较小的印模。"),
    "eseal": mark("电子印章的内容不合要求，无法制作。"),
    "glyph": mark("字体中没有“{entry}”字，无法刻制印章。"),
}


def refused(fault: str, detail: str = "", **values: object) -> SealRefused:
    """The coded error for one of the faults above."""
    return SealRefused(fault, detail, reason=tr(_REASONS[fault], language=None, **values))
