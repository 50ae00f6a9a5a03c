"""What can be wrong with the source of a document, and where.

BadInput
├── BadDocument            a document source that is not one; ``place`` says where
│   ├── NotJson            not JSON, or JSON that two readers would read differently
│   ├── DuplicateField     one field twice
│   ├── UnknownField       a field that the model does not have
│   ├── MissingField       a field that must be there is not
│   ├── WrongType          text where a number belongs, and the like
│   ├── BadChoice          a word that is none of those allowed
│   ├── BadDate            a date that is not in the calendar, or not written 2026-01-31
│   ├── EmptyField         nothing where something must stand
│   ├── BadCharacter       a control, direction-changing or invisible character
│   └── BadBlock           a paragraph or table that is neither, both, or ragged
├── TooLong                (TooLarge) more than a named limit
└── Unreadable             a file that intake cannot take in
    ├── UnknownForm        not JSON, DOCX or text
    ├── BadEncoding        text in neither UTF-8 nor GB 18030
    ├── BadDocx            a DOCX that is damaged
    ├── MacroDocument      a DOCX with macros or embedded programs
    ├── LegacyWord         .doc and .wps, which have no open reader
    └── EmptySource        no text in it
"""

from formats.errors import BadInput, TooLarge
from formats.i18n import mark


class BadDocument(BadInput):
    """A document source that is not one."""

    code = "document.bad"
    happened = mark("公文源文件有误，位置：{place}。")
    safe = mark("没有保存任何内容，原文件没有改动。")
    advice = mark("请按提示改正后重试。")


class NotJson(BadDocument):
    """Not JSON in UTF-8."""

    code = "document.not-json"
    happened = mark("公文源文件不是有效的 JSON（{place}）。")
    advice = mark("请检查文件是否完整、是否以 UTF-8 保存，再重试。")


class DuplicateField(BadDocument):
    """One field twice: which of the two counts would be anybody's guess."""

    code = "document.duplicate-field"
    happened = mark("公文源文件中字段“{field}”重复出现。")
    advice = mark("请只保留一个后重试。")


class UnknownField(BadDocument):
    """A field that the model does not have."""

    code = "document.unknown-field"
    happened = mark("{place}中有不认识的字段“{field}”。")
    advice = mark("请删除该字段，或核对字段名后重试。")


class MissingField(BadDocument):
    """A field that must be there is not."""

    code = "document.missing-field"
    happened = mark("{place}缺少必需的字段“{field}”。")
    advice = mark("请补充后重试。")


class WrongType(BadDocument):
    """A value of another kind than the field takes."""

    code = "document.wrong-type"
    happened = mark("{place}的值不合要求：应为{expected}。")


class BadChoice(BadDocument):
    """A word that is none of those allowed."""

    code = "document.bad-choice"
    happened = mark("{place}的值“{value}”不在允许的范围内。")


class BadDate(BadDocument):
    """A date that is not in the calendar, or not in the form 2026-01-31."""

    code = "document.bad-date"
    happened = mark("{place}不是有效日期，应写成 2026-01-31 的形式。")


class EmptyField(BadDocument):
    """Nothing where something must stand."""

    code = "document.empty-field"
    happened = mark("{place}是空的。")
    advice = mark("请填写或删除该项后重试。")


class BadCharacter(BadDocument):
    """A control, direction-changing or invisible character: what is read is not what is there."""

    code = "document.bad-character"
    happened = mark("{place}含有不可见或控制字符（{character}）。")
    advice = mark("请删除该字符后重试；从网页或聊天软件粘贴的文字常带有这类字符。")


class BadBlock(BadDocument):
    """A block that is neither paragraph nor table, or both, or a table with uneven rows."""

    code = "document.bad-block"
    happened = mark("{place}不是一段文字、一个表格或一张图片：{reason}。")


class TooLong(TooLarge):
    """More characters, paragraphs, rows or names than a named limit."""

    code = "document.too-long"
    happened = mark("{place}超过允许的长度（上限 {limit}）。")
    safe = mark("没有保存任何内容，原文件没有改动。")
    advice = mark("请缩短，或把内容作为附件文件随文发送。")


class Unreadable(BadInput):
    """A file that intake cannot take in."""

    code = "document.unreadable"
    happened = mark("文件“{filename}”无法导入。")
    safe = mark("没有保存任何内容，原文件没有改动。")


class UnknownForm(Unreadable):
    """Neither document JSON nor DOCX nor text."""

    code = "document.unknown-form"
    happened = mark("文件“{filename}”不是可以导入的格式。")
    advice = mark("请使用 .json、.docx 或 .txt 文件。")


class BadEncoding(Unreadable):
    """Text in neither UTF-8 nor GB 18030."""

    code = "document.bad-encoding"
    happened = mark("文件“{filename}”的文字编码无法识别。")
    advice = mark("请把文件另存为 UTF-8 编码的文本后重试。")


class BadDocx(Unreadable):
    """A DOCX whose parts are missing or damaged."""

    code = "document.bad-docx"
    happened = mark("文件“{filename}”不是完好的 Word 文档。")
    advice = mark("请用文字处理软件打开并另存为 .docx 后重试。")


class MacroDocument(Unreadable):
    """A DOCX with macros, controls or embedded programs."""

    code = "document.macros"
    happened = mark("文件“{filename}”含有宏或嵌入的程序，为安全起见不予导入。")
    advice = mark("请另存为不含宏的 .docx 后重试。")


class LegacyWord(Unreadable):
    """.doc, .wps and RTF: old forms without an open, safe reader."""

    code = "document.legacy-word"
    happened = mark("文件“{filename}”是旧版文档格式，不能直接导入。")
    advice = mark("请用文字处理软件打开并另存为 .docx 后重试。")


class EmptySource(Unreadable):
    """No text in it."""

    code = "document.empty-source"
    happened = mark("文件“{filename}”中没有文字。")
    advice = mark("如果是扫描件，请先转换为文字，或作为附件文件随文发送。")
