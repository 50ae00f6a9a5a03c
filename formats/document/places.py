"""Where in a document a fault lies, as a person says it: 正文第3段, 附件1第2段表格第1行第2格."""

import re
from collections.abc import Mapping
from typing import Final

from formats.i18n import mark, tr

Path = tuple[str | int, ...]
"""The way into the JSON: field names, and positions counted from 0."""

LABELS: Final[Mapping[str, str]] = {
    "kind": mark("文种"),
    "format": mark("公文格式"),
    "direction": mark("行文方向"),
    "issuers": mark("发文机关"),
    "issuer_mark": mark("发文机关标志"),
    "number": mark("发文字号"),
    "copy_number": mark("份号"),
    "urgency": mark("紧急程度"),
    "approvers": mark("签发人"),
    "sensitivity": mark("公开属性"),
    "title": mark("标题"),
    "main_recipients": mark("主送机关"),
    "body": mark("正文"),
    "attachments": mark("附件"),
    "issue_date": mark("成文日期"),
    "signature": mark("署名方式"),
    "signers": mark("签名章"),
    "office": mark("职务"),
    "name": mark("姓名"),
    "attendance": mark("参会人员"),
    "present": mark("出席"),
    "absent": mark("请假"),
    "observers": mark("列席"),
    "note": mark("附注"),
    "contact": mark("联系人"),
    "cc": mark("抄送机关"),
    "printer": mark("印发机关"),
    "print_date": mark("印发日期"),
    "reply_to": mark("来文字号"),
    "mark": mark("机关代字"),
    "year": mark("年份"),
    "serial": mark("顺序号"),
    "level": mark("层级"),
    "text": mark("文字"),
    "table": mark("表格"),
    "header": mark("表头"),
    "rows": mark("表格各行"),
    "landscape": mark("横排"),
    "image": mark("图片"),
    "data": mark("图片数据"),
    "description": mark("图片说明"),
    "caption": mark("图题"),
    "width_mm": mark("图片宽度"),
    "separate": mark("另行装订"),
    "barcode": mark("二维条码"),
}
"""The Chinese name of each field of the model."""


def label(field: str) -> str:
    """The field's name for a person; an unknown field is called what it is called."""
    return tr(LABELS[field]) if field in LABELS else field[:40]


def place(path: Path) -> str:  # noqa: C901, PLR0911 - a table reads best as a match
    """The path in words."""
    match path:
        case ():
            return tr("公文")
        case ("body", int() as n, *rest):
            return tr("正文第{n}段", n=n + 1) + _in_block(tuple(rest))
        case ("attachments", int() as n, "body", int() as m, *rest):
            return tr("附件{n}第{m}段", n=n + 1, m=m + 1) + _in_block(tuple(rest))
        case ("attachments", int() as n, "title"):
            return tr("附件{n}标题", n=n + 1)
        case ("attachments", int() as n, *_):
            return tr("附件{n}", n=n + 1)
        case ("signers", int() as n, str() as field):
            return tr("第{n}个签名章的{field}", n=n + 1, field=label(field))
        case ("attendance", str() as field, int() as n):
            return tr("{field}人员第{n}项", field=label(field), n=n + 1)
        case (str() as field, int() as n, *_):
            return tr("{field}第{n}项", field=label(field), n=n + 1)
        case ("number", str() as field):
            return tr("发文字号的{field}", field=label(field))
        case (str() as field, *_):
            return label(field)
    return tr("公文")


def _in_block(rest: Path) -> str:  # noqa: PLR0911 - a table reads best as a match
    match rest:
        case ("table", "header", int() as n, *_):
            return tr("表格表头第{n}格", n=n + 1)
        case ("table", "rows", int() as n, int() as m, *_):
            return tr("表格第{n}行第{m}格", n=n + 1, m=m + 1)
        case ("table", "rows", int() as n, *_):
            return tr("表格第{n}行", n=n + 1)
        case ("table", *_):
            return tr("的表格")
        case ("image", str() as field, *_):
            return tr("图片的{field}", field=label(field))
        case ("image", *_):
            return tr("的图片")
        case ("level", *_):
            return tr("的层级")
    return ""


_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")


def path_of(text: str) -> Path:
    """The path that msgspec writes as ``$.body[1].text``."""
    return tuple(m[1] if m[1] is not None else int(m[2]) for m in _STEP.finditer(text))
