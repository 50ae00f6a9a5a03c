"""What is filed, described: facts, text and files of a document as the archive takes them."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

from desktop.archive.values import FileDraft, ItemDraft
from desktop.services.keeping import file_name
from desktop.services.opening import core_facts, facts_of_document
from desktop.services.typesetting import source_of, text_of
from formats.document.model import Document
from formats.errors import BadInput
from formats.ids import sha256
from formats.package.archive import read_package
from formats.package.metadata import CORE, KIND_NAMES
from formats.safe.pdf import open_pdf

PDF: Final = "application/pdf"
XML: Final = "application/xml"
ZIP: Final = "application/zip"
PACKAGE: Final = "application/vnd.etsi.asic-e+zip"
_TAKEN: Final = frozenset({"title", "documentNumber", "issuer", "issueDate", "kind"})
_KINDS: Final = {name: kind for kind, name in KIND_NAMES.items()}


def item_of_exchange(
    *,
    title: str,
    pdf: bytes,
    package: bytes,
    metadata: bytes,
    document: Document | None,
    attached: tuple[FileDraft, ...],
    evidence: bytes,
) -> ItemDraft:
    """A document that was sent or received, with its package and its evidence."""
    draft = ItemDraft(
        title=title,
        text=text_of(document) if document else "",
        files=(
            FileDraft("document", file_name(title, ".pdf"), pdf, PDF),
            *attached,
            FileDraft("metadata", "metadata.xml", metadata, XML),
            FileDraft("package", file_name(title, ".asice"), package, PACKAGE),
            FileDraft("evidence", file_name(title, ".gwe"), evidence, ZIP),
        ),
        digest=sha256(package),
    )
    return described(draft, core_facts(metadata))


def item_of_package(data: bytes, source: Path) -> ItemDraft:
    """A package from disk. Raises a `BadInput`."""
    package = read_package(data)
    document = source_of(package.document)
    draft = ItemDraft(
        title=source.stem,
        text=text_of(document) if document else "",
        files=(
            FileDraft("document", file_name(source.stem, ".pdf"), package.document, PDF),
            *(
                FileDraft("attachment", file.name, file.data, file.media_type)
                for file in package.attachments
            ),
            FileDraft("metadata", "metadata.xml", package.metadata, XML),
            FileDraft("package", source.name, data, PACKAGE),
        ),
        digest=sha256(data),
        sensitivity=package.manifest.sensitivity,
        dispatch=package.manifest.dispatch,
    )
    return described(draft, core_facts(package.metadata))


def item_of_pdf(data: bytes, source: Path) -> ItemDraft:
    """A PDF from disk, named by the document inside, else by its file. Raises a `BadInput`."""
    with open_pdf(data) as opened:
        if not opened.pages:
            raise BadInput("a PDF without pages")
    document = source_of(data)
    draft = ItemDraft(
        title=source.stem,
        text=text_of(document) if document else "",
        files=(FileDraft("document", source.name, data, PDF),),
        digest=sha256(data),
        sensitivity=document.sensitivity if document else "internal",
    )
    return described(draft, facts_of_document(document, "") if document else {})


def described(draft: ItemDraft, facts: dict[str, str]) -> ItemDraft:
    """The draft with the core elements of a ``metadata.xml`` in their places."""
    return replace(
        draft,
        title=facts.get("title") or draft.title,
        number=facts.get("documentNumber", ""),
        issuer=facts.get("issuer", "").replace("、", " "),
        issue_date=_day(facts.get("issueDate", "")),
        kind=_KINDS.get(facts.get("kind", ""), ""),
        metadata={
            CORE[name].chinese: text
            for name, text in facts.items()
            if name in CORE and name not in _TAKEN
        },
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
