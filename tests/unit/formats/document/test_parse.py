"""The one door for document JSON: each fault is its own coded error that names the place."""

import json
from pathlib import Path
from typing import Any

import pytest

from formats.document.errors import (
    BadBlock,
    BadCharacter,
    BadChoice,
    BadDate,
    DuplicateField,
    EmptyField,
    MissingField,
    NotJson,
    TooLong,
    UnknownField,
    WrongType,
)
from formats.document.parse import document_to_json, parse_document
from formats.errors import BadInput, Classified, TooLarge
from formats.limits import MAX_JSON_BYTES

BASE: dict[str, Any] = {
    "kind": "notice",
    "direction": "down",
    "issuers": ["安徽省人民政府办公厅"],
    "title": "关于测试的通知",
}


def source(**changes: object) -> bytes:
    return json.dumps(BASE | changes).encode()


def attached(text: str) -> dict[str, Any]:
    return {"attachments": [{"title": "清单", "body": [{"text": "一"}, {"text": text}]}]}


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (b"", NotJson, "第 1 行第 1 列"),
        (b'{"kind":', NotJson, "第 1 行第 9 列"),
        (b"\xff\xfe{}", NotJson, "不是 UTF-8"),
        (b"[" * 5000, NotJson, "嵌套超过 32 层"),
        (b'{"kind": NaN}', NotJson, "NaN"),
        (b"1" * 5000, NotJson, "数值过大"),
        (b'{"title":"a","title":"b"}', DuplicateField, "标题"),
        (source(x=1), UnknownField, "公文中有不认识的字段“x”"),
        (source(body=[{"text": "a"}, {"text": "b", "z": 1}]), UnknownField, "正文第2段"),
        (
            source(number={"mark": "皖政办", "year": 2026}),
            MissingField,
            "发文字号缺少必需的字段“顺序号”",
        ),
        (b'{"kind":"notice"}', MissingField, "公文缺少必需的字段“行文方向”"),
        (b"[1]", WrongType, "应为对象"),
        (source(title=None), WrongType, "标题"),
        (source(body=[{"level": 5, "text": "a"}]), WrongType, "正文第1段的层级"),
        (source(number={"mark": "x", "year": 2026.5, "serial": 1}), WrongType, "发文字号的年份"),
        (
            source(body=[{"table": {"header": ["a"], "rows": [["a"], [1]]}}]),
            WrongType,
            "正文第1段表格第2行第1格",
        ),
        (source(kind="memo"), BadChoice, "文种的值“memo”"),
        (source(urgency="soon"), BadChoice, "紧急程度"),
        (source(issue_date="2026-02-30"), BadDate, "成文日期"),
        (source(issuers=[]), EmptyField, "发文机关"),
        (source(title="　"), EmptyField, "标题"),
        (source(body=[{"text": "a"}, {"text": " "}]), EmptyField, "正文第2段"),
        (source(cc=["甲", ""]), EmptyField, "抄送机关第2项"),
        (source(title="甲\u202e乙"), BadCharacter, "U+202E"),
        (source(title="甲\n乙"), BadCharacter, "U+000A"),
        (source(title="\ud800"), BadCharacter, "U+D800"),
        (source(**attached("\u200b")), BadCharacter, "附件1第2段"),
        (source(body=[{}]), BadBlock, "没有文字"),
        (
            source(body=[{"text": "a", "table": {"header": ["a"], "rows": []}}]),
            BadBlock,
            "不止一样",
        ),
        (source(body=[{"table": {"header": [], "rows": []}}]), BadBlock, "没有表头"),
        (source(body=[{"level": 1, "table": {"header": ["a"], "rows": []}}]), BadBlock, "没有层级"),
        (source(body=[{"table": {"header": ["a", "b"], "rows": [["c"]]}}]), BadBlock, "表格第1行"),
        (source(title="长" * 201), TooLong, "标题超过允许的长度（上限 200）"),
        (source(body=[{"text": "长" * 20_001}]), TooLong, "正文第1段"),
        (source(body=[{"text": "a"}] * 20_001), TooLong, "正文"),
        (source(cc=["甲"] * 2_001), TooLong, "抄送机关"),
        (source(attachments=[{"title": "a"}] * 51), TooLong, "附件"),
        (source(body=[{"table": {"header": ["a"] * 41, "rows": []}}]), TooLong, "正文第1段的表格"),
        (source(body=[{"table": {"header": ["a"], "rows": [["b"]] * 5_001}}]), TooLong, "表格"),
    ],
)
def test_each_fault_has_its_own_error_that_names_the_place(
    data: bytes, kind: type[BadInput], words: str
) -> None:
    with pytest.raises(kind) as caught:
        parse_document(data)

    assert type(caught.value) is kind
    assert words in caught.value.text()


@pytest.mark.parametrize(
    "data",
    [
        source(classification="秘密"),
        source(classification_period="1年"),
        source(密级="机密"),
        source(body=[{"text": "a", "Classification": "绝密"}]),
        source(deep={"deeper": [{"secrecy": "秘密"}]}),
        source(title="机密★关于测试的通知"),
        source(note="秘密 ★ 1年"),
        source(body=[{"text": "密级：机密"}]),
        source(body=[{"text": "机密"}]),
        source(body=[{"text": "秘 密 10年"}]),
        source(**attached("绝密★长期")),
        source(body=[{"table": {"header": ["a"], "rows": [["秘密★"]]}}]),
        source(x="机密★", kind="nonsense"),
    ],
)
def test_a_classification_anywhere_is_refused_before_all_else(data: bytes) -> None:
    with pytest.raises(Classified) as caught:
        parse_document(data)

    assert "涉密公文不得在本网络起草、传输或存储" in caught.value.text()


@pytest.mark.parametrize(
    "text",
    ["涉及国家秘密的公文，分为绝密、机密、秘密三级。", "密级：公开", "商业秘密保护", "★重点任务"],
)
def test_text_that_only_speaks_of_secrets_is_no_mark(text: str) -> None:
    assert text == parse_document(source(body=[{"text": text}])).body[0].text


def test_a_classification_that_says_none_is_just_an_unknown_field() -> None:
    with pytest.raises(UnknownField):
        parse_document(source(classification=None))


def test_a_source_over_the_size_limit_is_not_even_decoded() -> None:
    with pytest.raises(TooLarge):
        parse_document(b" " * (MAX_JSON_BYTES + 1))


def test_an_unfinished_draft_may_have_an_empty_title() -> None:
    document = parse_document(source(title="", body=[{"text": ""}]), unfinished=True)

    assert "" == document.title


def test_a_byte_order_mark_is_tolerated() -> None:
    assert "关于测试的通知" == parse_document(b"\xef\xbb\xbf" + source()).title


def test_the_examples_are_documents_and_come_back_unchanged(examples: Path) -> None:
    for name in ("notice.json", "report.json"):
        data = (examples / name).read_bytes()

        assert data == document_to_json(parse_document(data))


def test_unclosed_strings_of_quotes_take_no_time() -> None:
    with pytest.raises(NotJson):
        parse_document(b'"' + b'\\"' * 2_000_000)
