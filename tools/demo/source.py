"""What is sent: the example, a document of the user's own, or a text as attachment of a 通知."""

import json
from dataclasses import dataclass
from pathlib import Path

import msgspec

from formats.document.headings import blocks_of_text
from formats.document.intake import take_in, text_attachment
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


def source_of(document: Path | None, out: Path) -> Source:
    """The document to send. Raises `NoDocument`, `BadInput` or `Classified`."""
    example = (EXAMPLES / "notice.json").read_bytes()
    if document is None:
        return Source(EXAMPLES / "notice.json", "交换")
    try:
        data = document.read_bytes()[: MAX_JSON_BYTES + 1]
    except OSError as error:
        raise NoDocument(str(error), name=document) from error
    if document.suffix.lower() == ".json":
        parsed = parse_document(data)
    elif document.suffix.lower() == ".docx":
        parsed = take_in(data, document.name).document
    else:
        parsed = with_cover(data.decode("utf-8-sig"), parse_document(example))
    path = out / "公文.json"
    path.write_bytes(msgspec.json.format(document_to_json(parsed), indent=1))
    return Source(
        path,
        "电子" if "电子" in json.dumps(parsed.title, ensure_ascii=False) else parsed.title[-4:-2],
    )


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
