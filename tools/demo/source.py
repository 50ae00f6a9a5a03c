"""What is sent: the example, a document of the user's own, or a text as attachment of a 通知."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import msgspec

from formats.document.headings import blocks_of_text
from formats.document.intake import take_in, text_attachment
from formats.document.intake.lines import decode
from formats.document.model import Document
from formats.document.parse import document_to_json, parse_document
from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_JSON_BYTES

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
COVER = """\
　　《{title}》已经省政府同意，现印发给你们，请认真贯彻执行。现将有关事项通知如下。
一、加强组织领导
　　各地、各部门要把规划实施摆上重要位置，明确分管负责人和责任单位，确保各项任务落到实处。
二、细化任务分工
　　按照规划确定的目标和任务，结合实际制定年度计划，逐级分解，定期检查。
三、做好总结评估
　　每年12月底前将实施情况报送省政府办公厅。工作中遇到的重大问题，及时报告。
"""


class NoDocument(BadInput):
    """The file to send cannot be read."""

    code = "demo.no-document"
    happened = mark("无法读取要发送的文件：{name}。")
    advice = mark("请核对 DOCUMENT= 后面的路径；可用文本、DOCX 或公文 JSON。")


@dataclass(frozen=True)
class Source:
    """A document JSON on disk, and two characters that its text holds."""

    path: Path
    words: str


def source_of(document: Path | None, out: Path, today: date) -> Source:
    """The document to send. Raises `NoDocument`, `BadInput` or `Classified`."""
    if document is None:
        return Source(write(example("notice", today), out / "通知.json"), "交换")
    try:
        data = document.read_bytes()[: MAX_JSON_BYTES + 1]
    except OSError as error:
        raise NoDocument(str(error), name=document) from error
    if document.suffix.lower() == ".json":
        parsed = parse_document(data)
    elif document.suffix.lower() == ".docx":
        parsed = completed(take_in(data, document.name).document, example("notice", today))
    else:
        parsed = with_cover(decode(data, document.name), example("notice", today))
    return Source(write(parsed, out / "通知.json"), parsed.title.split("关于")[-1][:2])


def example(name: str, today: date) -> Document:
    """One of our own documents, as if it were written today."""
    document = parse_document((EXAMPLES / f"{name}.json").read_bytes())
    number = document.number and msgspec.structs.replace(document.number, year=today.year)
    return msgspec.structs.replace(document, number=number, issue_date=today, print_date=today)


def completed(draft: Document, model: Document) -> Document:
    """A draft in the provincial office's name; what it does not say is as in the example."""
    return msgspec.structs.replace(
        draft,
        direction="down",
        issuers=model.issuers,
        issuer_mark=None,
        number=model.number,
        main_recipients=model.main_recipients,
        issue_date=model.issue_date,
        print_date=model.print_date,
        printer=draft.printer or model.printer,
    )


def write(document: Document, path: Path) -> Path:
    """A document JSON on disk."""
    path.write_bytes(msgspec.json.format(document_to_json(document), indent=1))
    return path


def with_cover(text: str, example: Document) -> Document:
    """A 通知 in the provincial office's name that carries the text as its attachment."""
    attachment = text_attachment(text)
    title = f"安徽省人民政府办公厅关于印发{attachment.title}的通知"
    return msgspec.structs.replace(
        example,
        title=title,
        body=blocks_of_text(COVER.format(title=attachment.title)),
        attachments=(attachment,),
    )
