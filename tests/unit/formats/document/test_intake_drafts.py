"""Drafts as offices send them: how much of them intake gets right, and how sure it is."""

from dataclasses import dataclass
from functools import cache
from typing import get_args

import msgspec
import pytest

from formats.document.intake import Intake, take_in
from formats.document.intake.labels import ELEMENTS
from formats.document.model import Block, Direction, Document, Format, Kind
from tests.support.drafts import Draft, drafts, expected
from tests.support.drafts.building import docx, text


@dataclass(frozen=True)
class Judged:
    """One thing that a person would check on the review page."""

    what: str
    right: bool
    confidence: float | None = None


def judge(draft: Draft, intake: Intake, *, plain: bool = False) -> list[Judged]:
    return [*_elements(draft, intake, plain=plain), *_fields(draft, intake.document, plain=plain)]


def _packed(words: str) -> str:
    return "".join(words.split()).replace("\u3000", "")


def _elements(draft: Draft, intake: Intake, *, plain: bool) -> list[Judged]:
    wanted = [
        (element, _packed(words))
        for element, words in draft.elements
        if not (plain and element in {"image", "caption", "left_out"})
    ]
    left = [(e.element, _packed(e.text), e.confidence) for e in intake.elements]
    if plain:
        left = [x for x in left if x[0] != "left_out"]
    found: list[Judged] = []
    for element, words in wanted:
        at = next((n for n, x in enumerate(left) if _same(x[1], words)), None)
        if at is None:
            parts = [n for n, x in enumerate(left) if x[1] and x[1] in words and x[0] == element]
            found.append(Judged(f"{element}: {words[:30]} missing", bool(parts)))
            for n in reversed(parts):
                del left[n]
            continue
        taken = left.pop(at)
        message = f"{element}: {words[:30]} as {taken[0]}"
        found.append(Judged(message, taken[0] == element, taken[2]))
    found += [Judged(f"surplus {x[0]}: {x[1][:30]}", right=False, confidence=x[2]) for x in left]
    return found


def _same(taken: str, words: str) -> bool:
    return taken == words or (taken.endswith("…") and words.startswith(taken[:-1]))


def _fields(draft: Draft, document: Document, *, plain: bool) -> list[Judged]:
    wanted = expected(draft)
    found: list[Judged] = []
    for name in Document.__struct_fields__:
        if name in {"body", "attachments"}:
            continue
        want, have = getattr(wanted, name), getattr(document, name)
        if want or have or name == "issuers":
            found.append(Judged(f"{name}: {want!r} as {have!r}", want == have))
    found += _blocks("body", wanted.body, document.body, plain=plain)
    for number, attachment in enumerate(wanted.attachments):
        has = number < len(document.attachments)
        taken = document.attachments[number] if has else None
        title = taken.title if taken else None
        found.append(
            Judged(f"attachment: {attachment.title} as {title}", attachment.title == title)
        )
        body = taken.body if taken else ()
        found += _blocks(f"attachment {number}", attachment.body, body, plain=plain)
    found += [
        Judged(f"surplus attachment {a.title}", right=False)
        for a in document.attachments[len(wanted.attachments) :]
    ]
    return found


def _blocks(
    where: str, wanted: tuple[Block, ...], taken: tuple[Block, ...], *, plain: bool
) -> list[Judged]:
    left = [_bare(block, plain=plain) for block in taken]
    found: list[Judged] = []
    for block in wanted:
        if plain and block.image is not None:
            continue
        bare = _bare(block, plain=plain)
        right = bare in left
        if right:
            left.remove(bare)
        found.append(Judged(f"{where}: {str(bare)[:70]}", right))
    return [*found, *(Judged(f"{where} surplus {str(b)[:60]}", right=False) for b in left)]


def _bare(block: Block, *, plain: bool) -> Block:
    if block.image is not None:
        return msgspec.structs.replace(
            block, image=msgspec.structs.replace(block.image, data=b"", width_mm=None)
        )
    if plain and block.table is not None:
        return msgspec.structs.replace(
            block, table=msgspec.structs.replace(block.table, landscape=False)
        )
    if block.text is not None:
        return msgspec.structs.replace(
            block, text=block.text.replace("\u3000", "").replace(" ", "")
        )
    return block


@cache
def judged(*, plain: bool = False) -> dict[str, list[Judged]]:
    """Each draft, taken in once."""
    return {
        draft.name: judge(
            draft,
            take_in(text(draft), "草稿.txt") if plain else take_in(docx(draft), "草稿.docx"),
            plain=plain,
        )
        for draft in drafts()
    }


def share(items: list[Judged]) -> float:
    return sum(item.right for item in items) / len(items)


def report(found: dict[str, list[Judged]]) -> str:
    lines = []
    for name, items in sorted(found.items(), key=lambda pair: share(pair[1])):
        lines.append(f"{share(items):.3f} {name}")
        lines += [f"      {i.what} ({i.confidence})" for i in items if not i.right]
    return "\n".join(lines)


NAMES = [draft.name for draft in drafts()]


def test_there_are_drafts_of_every_kind_and_format() -> None:
    documents = [expected(draft) for draft in drafts()]

    assert set(get_args(Kind)) == {document.kind for document in documents}
    assert set(get_args(Format)) == {document.format for document in documents}
    assert set(get_args(Direction)) == {document.direction for document in documents}
    assert len(documents) >= 60


def test_95_of_100_elements_are_right() -> None:
    found = judged()

    items = [item for draft in found.values() for item in draft]
    assert share(items) >= 0.95, report(found)


@pytest.mark.parametrize("name", NAMES)
def test_no_draft_is_misread(name: str) -> None:
    items = judged()[name]

    assert share(items) >= 0.8, report({name: items})


def test_without_any_look_90_of_100_elements_are_right() -> None:
    found = judged(plain=True)

    items = [item for draft in found.values() for item in draft]
    assert share(items) >= 0.9, report(found)


@pytest.mark.parametrize("plain", [False, True], ids=["docx", "text"])
def test_what_is_wrong_is_never_told_as_sure(*, plain: bool) -> None:
    items = [item for draft in judged(plain=plain).values() for item in draft]

    wrong = [item for item in items if not item.right and item.confidence is not None]
    assert [] == [item.what for item in wrong if (item.confidence or 0) >= 0.95]


def test_most_of_what_is_right_needs_no_second_look() -> None:
    items = [item for draft in judged().values() for item in draft]

    sure = [item.confidence >= 0.7 for item in items if item.right and item.confidence is not None]
    assert sum(sure) / len(sure) >= 0.95


def test_every_line_of_a_draft_is_in_the_review_list() -> None:
    draft = next(d for d in drafts() if d.name == "01-notice-word")

    intake = take_in(docx(draft), "草稿.docx")

    assert len(draft.elements) == len(intake.elements)
    assert sorted(e.line for e in intake.elements) == [e.line for e in intake.elements]
    assert all(e.element in ELEMENTS and 0 < e.confidence <= 1 for e in intake.elements)
