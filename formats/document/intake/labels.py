"""What a line of a draft can be: the elements by name, and which may follow which.

A draft is read as one sequence of lines. Each line is in one *state*; a state belongs to one
element, of which the review list tells the person. Several states may share an element, such as
the first line of a title and those that go on.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from formats.i18n import mark

ELEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "copy_number": mark("份号"),
        "urgency": mark("紧急程度"),
        "issuer_mark": mark("发文机关标志"),
        "number": mark("发文字号"),
        "approvers": mark("签发人"),
        "title": mark("标题"),
        "main_recipients": mark("主送机关"),
        "text": mark("正文"),
        "level1": mark("一级标题"),
        "level2": mark("二级标题"),
        "level3": mark("三级标题"),
        "level4": mark("四级标题"),
        "table": mark("表格"),
        "image": mark("图片"),
        "caption": mark("图题"),
        "attachment_note": mark("附件说明"),
        "attendance": mark("参会人员"),
        "issuers": mark("发文机关署名"),
        "signers": mark("签名章"),
        "issue_date": mark("成文日期"),
        "note": mark("附注"),
        "contact": mark("联系人"),
        "attachment_label": mark("附件序号"),
        "attachment_title": mark("附件标题"),
        "attachment_text": mark("附件正文"),
        "cc": mark("抄送机关"),
        "printer": mark("印发机关和印发日期"),
        "left_out": mark("未导入"),
    }
)
"""Every element that the review list names, with its Chinese name."""
