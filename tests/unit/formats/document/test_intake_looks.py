"""Drafts made over in every manner, and taken in again from our own export: they say the same."""

from collections import Counter
from dataclasses import replace
from functools import cache

import msgspec
import pytest

from formats.document.intake import take_in
from formats.document.model import Block, Document
from formats.write.docx import write_docx
from tests.support.drafts import drafts
from tests.support.drafts.building import docx

DRAFTS = {draft.name: draft for draft in drafts()}
LOOKS = ("word", "wps", "styles", "spaces", "bare")
FIELDS = (
    "kind", "format", "direction", "issuers", "number", "copy_number", "urgency", "approvers",
    "title", "main_recipients", "issue_date", "signers", "attendance", "note", "cc", "printer",
    "print_date", "reply_to",
)  # fmt: skip


@cache
def usual(name: str) -> Document:
    """The draft as its own look gives it."""
    return take_in(docx(DRAFTS[name]), "a.docx").document


def same(first: Document, second: Document) -> float:
    """The share of the fields and paragraphs that agree."""
    pairs = [(getattr(first, name), getattr(second, name)) for name in FIELDS]
    pairs = [(a, b) for a, b in pairs if a or b]
    pairs += zip(_words(first), _words(second), strict=False)
    longer = max(len(_words(first)), len(_words(second))) - min(
        len(_words(first)), len(_words(second))
    )
    return float(sum(a == b for a, b in pairs)) / (len(pairs) + longer)


def _words(document: Document) -> list[object]:
    blocks: list[Block] = [*document.body, *(b for a in document.attachments for b in a.body)]
    return [(b.level, "".join((b.text or "").split()), b.table is not None) for b in blocks]


@pytest.mark.parametrize("look", LOOKS)
def test_a_draft_says_the_same_in_every_manner(look: str) -> None:
    shares = {}
    for name, draft in DRAFTS.items():
        shares[name] = same(
            usual(name), take_in(docx(replace(draft, look=look)), "a.docx").document
        )

    assert sum(shares.values()) / len(shares) >= 0.98, shares
    assert min(shares.values()) >= 0.8, shares


@pytest.mark.parametrize(
    "missing",
    ["issuer_mark", "number", "title", "main_recipients", "issuers", "issue_date",
     "attachment_note", "attachment_label", "attachment_title", "note", "cc", "printer"],
)  # fmt: skip
def test_what_a_draft_lacks_does_not_spoil_the_rest(missing: str) -> None:
    right, count = 0, 0
    for draft in list(DRAFTS.values())[::3]:
        lines = [line for line in draft.lines if line.element != missing]
        if len(lines) == len(draft.lines) or any(
            {"cell", "same", "br"} & set(x.how) for x in lines
        ):
            continue
        less = replace(draft, lines=tuple(lines))
        taken = take_in(docx(less), "a.docx").elements
        wanted = Counter((element, "".join(words.split())[:40]) for element, words in less.elements)
        found = Counter((e.element, "".join(e.text.split())[:40]) for e in taken)
        right += (wanted & found).total()
        count += wanted.total()

    assert right >= 0.95 * count


def test_our_own_export_is_taken_in_again() -> None:
    shares = {}
    for name in DRAFTS:
        again = take_in(write_docx(usual(name)), "b.docx").document
        shares[name] = same(usual(name), again)

    assert sum(shares.values()) / len(shares) >= 0.97, shares
    assert min(shares.values()) >= 0.8, shares


def test_pictures_come_back_from_our_own_export() -> None:
    document = usual("25-images-seal")

    again = take_in(write_docx(document), "b.docx").document

    pictures = [[b.image for b in d.body if b.image is not None] for d in (document, again)]
    assert [p.caption for p in pictures[0]] == [p.caption for p in pictures[1]]
    assert 2 == len(pictures[1])
    assert msgspec.structs.asdict(pictures[0][0])["data"] == pictures[1][0].data
