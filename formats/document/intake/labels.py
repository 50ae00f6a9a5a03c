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

STATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{name: name for name in ELEMENTS if not name.startswith("level")},
        "approvers_more": "approvers",
        "title_more": "title",
        "recipients_more": "main_recipients",
        "head_date": "issue_date",
        "head_issuer": "issuers",
        "head_printer": "issue_date",
        "attachment_note_more": "attachment_note",
        "attendance_more": "attendance",
        "contact_more": "contact",
        "attachment_title_more": "attachment_title",
        "attachment_table": "table",
        "attachment_image": "image",
        "attachment_caption": "caption",
        "seal_image": "left_out",
        "head_image": "left_out",
        "head_table": "table",
        "cc_more": "cc",
        "moved_recipients": "main_recipients",
        "printer_more": "printer",
    }
)
"""Every state of a line, with the element it belongs to."""

GOES_ON: Final[Mapping[str, str]] = MappingProxyType(
    {
        "approvers_more": "approvers",
        "title_more": "title",
        "recipients_more": "main_recipients",
        "attachment_note_more": "attachment_note",
        "attendance_more": "attendance",
        "contact_more": "contact",
        "attachment_title_more": "attachment_title",
        "attachment_caption": "attachment_image",
        "caption": "image",
        "cc_more": "cc",
    }
)
"""States that go on with another, by the one they need above them."""

START: Final = "start"
END: Final = "end"

_HEAD: Final = ("copy_number", "urgency", "issuer_mark", "number", "approvers")
_IMPRINT: Final[dict[str, float]] = {"cc": 0, "printer": 0, "moved_recipients": 0}
_AFTER_HEAD: Final[dict[str, float]] = {
    **dict.fromkeys(_HEAD, -0.3),
    "title": 0, "text": -2.5, "main_recipients": -3, "head_date": -1, "head_printer": -1,
    "head_table": -1, "head_image": -0.5, "attendance": -3,
}  # fmt: skip
_AFTER_TITLE: Final[dict[str, float]] = {
    "main_recipients": 0, "text": 0, "table": -1, "image": -1, "head_date": -1, "number": -2,
    "attendance": -2, "head_printer": -2, "head_issuer": -2, "cc": -5,
    "issue_date": -6, "issuers": -5, "attachment_note": -4, "approvers": -3, END: -4,
}  # fmt: skip
_AFTER_TEXT: Final[dict[str, float]] = {
    "text": 0, "table": 0, "image": 0, "attachment_note": 0, "issuers": 0, "issue_date": -0.5,
    "signers": 0, "attendance": 0, "note": -3, "contact": -1.5, "attachment_label": -1,
    "cc": -1, "printer": -2, "moved_recipients": -2, "seal_image": -3, END: -2,
}  # fmt: skip
_AFTER_NOTE: Final[dict[str, float]] = {
    "issuers": 0, "issue_date": -0.5, "signers": 0, "attendance": 0, "attachment_label": -1,
    "contact": -1, "note": -1, "cc": -1, "printer": -2, "text": -5, "seal_image": -2,
    "attachment_note": -4, "table": -4, END: -1,
}  # fmt: skip
_AFTER_DATE: Final[dict[str, float]] = {
    "note": 0, "contact": 0, "attachment_label": 0, **_IMPRINT, "attachment_note": -1,
    "attendance": -0.5, "issuers": -2, "signers": -2, "seal_image": -1, "attachment_title": -4,
    "attachment_text": -5.5, "text": -6, END: 0,
}  # fmt: skip
_IN_ATTACHMENT: Final[dict[str, float]] = {
    "attachment_text": 0, "attachment_table": 0, "attachment_image": 0, "attachment_label": 0,
    **_IMPRINT, END: 0,
}  # fmt: skip

FOLLOWS: Final[Mapping[str, Mapping[str, float]]] = MappingProxyType(
    {
        START: _AFTER_HEAD | {"text": -3},
        **dict.fromkeys(_HEAD, _AFTER_HEAD),
        "head_image": _AFTER_HEAD,
        "head_table": _AFTER_HEAD,
        "approvers": _AFTER_HEAD | {"approvers_more": 0},
        "approvers_more": _AFTER_HEAD | {"approvers_more": 0},
        "number": _AFTER_HEAD | {"approvers_more": -2, "issuer_mark": -1.5},
        "head_date": _AFTER_TITLE | {"title": 0, "head_printer": 0},
        "head_issuer": _AFTER_TITLE | {"head_issuer": -1, "head_date": 0},
        "head_printer": _AFTER_TITLE | {"title": 0, "head_date": 0},
        "title": _AFTER_TITLE | {"title_more": 0},
        "title_more": _AFTER_TITLE | {"title_more": 0},
        "main_recipients": _AFTER_TEXT | {"recipients_more": 0, "attachment_note": -3},
        "recipients_more": _AFTER_TEXT | {"recipients_more": 0},
        "text": _AFTER_TEXT,
        "table": _AFTER_TEXT,
        "image": _AFTER_TEXT | {"caption": 0},
        "caption": _AFTER_TEXT,
        "attachment_note": _AFTER_NOTE | {"attachment_note_more": 0, "attachment_title": -4},
        "attachment_note_more": _AFTER_NOTE | {"attachment_note_more": 0, "attachment_title": -4},
        "attendance": _AFTER_NOTE | {"attendance": 0, "attendance_more": 0, "text": -1.5,
                                     **_IMPRINT, END: 0},
        "attendance_more": _AFTER_NOTE | {"attendance": 0, "attendance_more": 0, "text": -1.5,
                                          **_IMPRINT, END: 0},
        "issuers": _AFTER_NOTE | {"issuers": -0.3, "issue_date": 0, END: -2, "text": -6,
                                  "attachment_note": -2},
        "signers": _AFTER_NOTE | {"signers": 0, "issue_date": 0, END: -1, "text": -6},
        "seal_image": _AFTER_DATE | {"issuers": 0, "issue_date": 0},
        "issue_date": _AFTER_DATE,
        "note": _AFTER_DATE | {"note": -1, "attachment_note": -2},
        "contact": _AFTER_DATE | {"contact_more": 0, "attachment_note": -2, "issuers": -1,
                                  "issue_date": -1.5},
        "contact_more": _AFTER_DATE | {"contact_more": 0, "issuers": -1, "issue_date": -1.5},
        "attachment_label": {"attachment_title": 0, "attachment_text": -1, "attachment_table": -1,
                             "attachment_image": -1, "attachment_label": -2, **_IMPRINT, END: -1},
        "attachment_title": _IN_ATTACHMENT | {"attachment_title_more": 0},
        "attachment_title_more": _IN_ATTACHMENT | {"attachment_title_more": 0},
        "attachment_text": _IN_ATTACHMENT,
        "attachment_table": _IN_ATTACHMENT,
        "attachment_image": _IN_ATTACHMENT | {"attachment_caption": 0},
        "attachment_caption": _IN_ATTACHMENT,
        "cc": {"cc": -0.5, "cc_more": 0, **_IMPRINT, "attachment_label": 0, "printer_more": -2,
               "attachment_title": -4, "attachment_text": -5.5, END: 0},
        "cc_more": {"cc": -0.5, "cc_more": 0, **_IMPRINT, "attachment_label": 0,
                    "printer_more": -2, "attachment_title": -4, "attachment_text": -5.5, END: 0},
        "moved_recipients": {"cc": 0, "cc_more": -1, "printer": 0, "attachment_label": 0, END: 0},
        "printer_more": {"printer": 0, "attachment_label": -1, END: -1},
        "printer": {"attachment_label": 0, "attachment_title": -4, "attachment_text": -5.5,
                    "cc": -2, "printer": -1, END: 0},
    }
)  # fmt: skip
"""After each state, the states that may come next and the score of it: 0 is the usual way, each
-1 a third as likely. What is not listed cannot be."""
