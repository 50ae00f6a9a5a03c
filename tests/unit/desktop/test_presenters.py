"""What screens show, as plain values: forms, acts by state, sentences."""

from dataclasses import replace
from datetime import UTC, date, datetime

import msgspec
import pytest

from desktop.presenters import inbox, outgoing
from desktop.presenters.archive import snippet
from desktop.presenters.compose import ComposeState, sent_words
from desktop.presenters.form import (
    Form,
    adopted,
    document_of,
    filled,
    form_of,
    split_names,
    with_kind,
    with_picture,
)
from desktop.presenters.shell import token_words
from desktop.presenters.states import short_when, when
from desktop.services.rows import (
    ActResult,
    FiledRow,
    FindingRow,
    IncomingDetail,
    IncomingRow,
    IncomingState,
    OutgoingRow,
    OutgoingState,
)
from formats.document.intake.take_in import NO_ISSUER
from formats.document.model import (
    Attachment,
    Attendance,
    Block,
    Document,
    DocumentNumber,
    Image,
    Signer,
    Table,
)
from signing.tokens.base import PinState, TokenInfo

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DOCUMENT = Document(
    kind="notice",
    direction="down",
    issuers=("安徽省人民政府办公厅",),
    number=DocumentNumber(mark="皖政办", year=2026, serial=12),
    urgency="urgent",
    sensitivity="internal",
    title="关于开展试点工作的通知",
    main_recipients=("合肥市人民政府办公室", "肥西县人民政府办公室"),
    body=(
        Block(text="现就有关事项通知如下："),
        Block(level=1, text="一、总体要求"),
        Block(level=2, text="（一）统一标准。"),
        Block(table=Table(header=("单位", "时限"), rows=(("合肥市", "3日"),))),
    ),
    attachments=(Attachment(title="分工", body=(Block(text="按分工落实。"),)),),
    issue_date=date(2026, 11, 23),
    note="此件公开发布",
    contact="张三，0551-1234",
    cc=("省委各部门",),
    printer="安徽省人民政府办公厅秘书处",
    print_date=date(2026, 11, 23),
)
SENT = OutgoingRow(
    dispatch="d", title="甲", kind="notice", number="皖政办〔2026〕12号", urgency=None,
    sensitivity="public", state="sent", sealed_at=NOON, sent_at=NOON, recipients=5, delivered=4,
    signed=2, returned=1, filed=False, error="",
)  # fmt: skip
RECEIVED = IncomingRow(
    id="c", dispatch="d", sender="340000.bgt", sender_name="安徽省人民政府办公厅", title="甲",
    kind="notice", number="皖政办〔2026〕12号", urgency="extra_urgent", sensitivity="public",
    role="main", copies=1, state="pending", verdict="green", received=NOON, acted=None, files=(),
    error="",
)  # fmt: skip


def test_a_document_comes_back_from_its_form() -> None:
    assert DOCUMENT == document_of(form_of(DOCUMENT), DOCUMENT)


def test_a_form_comes_back_from_its_document() -> None:
    form = form_of(DOCUMENT)
    assert form == form_of(document_of(form, DOCUMENT))


def test_the_form_changes_only_what_it_shows() -> None:
    changed = document_of(replace(form_of(DOCUMENT), title=" 新标题 "), DOCUMENT)

    assert msgspec.structs.replace(DOCUMENT, title="新标题") == changed


@pytest.mark.parametrize("part", [{"mark": ""}, {"year": 0}, {"serial": 0}])
def test_half_a_number_is_none(part: dict[str, object]) -> None:
    form = replace(form_of(DOCUMENT), **part)  # type: ignore[arg-type]  # fields by name
    assert document_of(form, DOCUMENT).number is None


def test_an_empty_form_is_an_unfinished_document() -> None:
    empty = document_of(Form(), DOCUMENT)

    assert ("", (), (), None) == (empty.title, empty.body, empty.main_recipients, empty.note)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ()),
        ("甲、乙", ("甲", "乙")),
        ("甲， 乙；丙\n丁,戊;己", ("甲", "乙", "丙", "丁", "戊", "己")),
        ("、甲、、", ("甲",)),
    ],
)
def test_names_are_split_as_offices_list_them(typed: str, names: tuple[str, ...]) -> None:
    assert names == split_names(typed)


def test_a_draft_without_issuer_becomes_the_own_bodys() -> None:
    own = msgspec.structs.replace(DOCUMENT, title="", body=())
    taken = msgspec.structs.replace(DOCUMENT, issuers=(NO_ISSUER,), number=None, issue_date=None)

    assert DOCUMENT == adopted(taken, own)


def test_what_the_own_body_answers_for_is_not_asked_again() -> None:
    taken = msgspec.structs.replace(DOCUMENT, issuers=(NO_ISSUER,))
    whole = adopted(taken, DOCUMENT)

    assert [True, False, False] == [
        filled(taken, whole, field) for field in ("issuers", "number", "kind")
    ]


def test_a_draft_with_an_issuer_keeps_it() -> None:
    own = msgspec.structs.replace(DOCUMENT, issuers=("合肥市人民政府办公室",))
    assert ("安徽省人民政府办公厅",) == adopted(DOCUMENT, own).issuers


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("arriving", []),
        ("pending", ["save", "return", "sign-for"]),
        ("suspect", ["return"]),
        ("unreadable", ["return"]),
        ("signing", ["save"]),
        ("signed", ["save", "file"]),
        ("returning", []),
        ("returned", []),
        ("recalled", []),
        ("filed", ["save"]),
    ],
)
def test_acts_on_what_came_in(state: IncomingState, offered: list[str]) -> None:
    actions = inbox.actions(IncomingDetail(replace(RECEIVED, state=state), None, ()))
    assert offered == [action.id for action in actions if action.enabled]
    assert all(action.why for action in actions if not action.enabled)
    assert sum(action.primary for action in actions if action.enabled) <= 1


@pytest.mark.parametrize(
    ("state", "counts", "offered"),
    [
        ("sealed", (5, 0, 0), ["unseal", "send"]),
        ("outbox", (5, 0, 0), ["retry"]),
        ("failed", (5, 0, 0), ["unseal", "retry"]),
        ("sent", (5, 2, 1), ["recall", "remind"]),
        ("delivered", (5, 0, 0), ["recall", "remind"]),
        ("partly_returned", (5, 4, 1), ["file"]),
        ("signed", (5, 5, 0), ["file"]),
        ("recalled", (5, 0, 0), []),
    ],
)
def test_acts_on_what_was_sent(
    state: OutgoingState, counts: tuple[int, int, int], offered: list[str]
) -> None:
    recipients, signed, returned = counts
    row = replace(SENT, state=state, recipients=recipients, signed=signed, returned=returned)

    assert offered == [action.id for action in outgoing.actions(row)]


def test_what_is_filed_is_not_filed_again() -> None:
    assert () == outgoing.actions(replace(SENT, state="signed", signed=5, returned=0, filed=True))


def test_recall_counts_what_is_still_open() -> None:
    recall = next(action for action in outgoing.actions(SENT) if action.id == "recall")
    assert "撤回 2 份……" == recall.words


def test_how_far_it_has_come_is_one_sentence() -> None:
    strip = outgoing.progress_strip(SENT)
    assert strip is not None
    assert ("warn", "已送达 4/5，已签收 2/5，退回 1。") == (strip.tone, strip.headline)
    assert outgoing.progress_strip(replace(SENT, state="sealed")) is None


def results(*outcomes: str) -> tuple[ActResult, ...]:
    return tuple(
        ActResult(str(n), "甲", outcome, "", "" if outcome == "done" else "签名证书已吊销")  # type: ignore[arg-type]  # outcomes by name
        for n, outcome in enumerate(outcomes)
    )


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        (("done",), "《甲》已办理，节点已有回执。"),
        (("queued",), "1 件已登记，连接恢复后自动上报。"),
        (("done", "queued", "queued"), "1 件已办理；2 件已登记，连接恢复后自动上报。"),
        (("done", "refused"), "1 件已办理；1 件未办理：签名证书已吊销。"),
    ],
)
def test_what_a_batch_came_to(outcomes: tuple[str, ...], words: str) -> None:
    assert words == inbox.results_words(results(*outcomes))


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("done", "《甲》已签章并发送，节点已有回执。"),
        ("queued", "《甲》已签章，在发件箱，连接恢复后自动发送。"),
        ("refused", "签名证书已吊销"),
    ],
)
def test_what_is_said_after_sending(outcome: str, words: str) -> None:
    assert words == sent_words(results(outcome)[0])


def test_facts_leave_out_what_is_not_there() -> None:
    names = [name for name, _value in inbox.facts(replace(RECEIVED, number="", urgency=None))]
    assert ["发文单位", "文种", "公开属性", "收到时间"] == names


def test_times_are_beijings() -> None:
    assert "2026-11-24 12:00" == when(NOON)
    assert "11-24 12:00" == short_when(NOON)
    assert "" == when(None) == short_when(None)


def test_a_hit_shows_where_it_was_found_else_its_number() -> None:
    row = FiledRow(
        "1", "Z001", "甲", "皖政办〔2026〕12号", "notice", "办公厅", None, "D30", None, ""
    )
    assert "皖政办〔2026〕12号 · 办公厅" == snippet(row)
    assert "…[公文]…" == snippet(replace(row, snippet="…[公文]…"))


@pytest.mark.parametrize(
    ("state", "tone"),
    [("ok", "ok"), ("unknown", "ok"), ("low", "warn"), ("final", "bad"), ("locked", "bad")],
)
def test_the_badge_of_the_ukey(state: PinState, tone: str) -> None:
    assert tone == token_words(ukey(state))[1]


def ukey(state: PinState, *, default_pin: bool | None = None) -> TokenInfo:
    """A UKEY whose PIN stands so."""
    return TokenInfo(
        "id", "340000.bgt", "01", "maker", "model", state, "pkcs11", default_pin=default_pin
    )


def test_the_badge_warns_of_a_first_pin_that_was_never_changed() -> None:
    assert ("UKEY：仍为出厂 PIN", "warn") == token_words(ukey("ok", default_pin=True))
    assert "ok" == token_words(ukey("ok", default_pin=False))[1]


def test_only_a_block_forbids_sealing() -> None:
    warn = FindingRow("R20", "warn", "", "抄送不明", "cc")
    assert not ComposeState(findings=(warn,)).blocked
    assert ComposeState(findings=(warn, replace(warn, severity="block"))).blocked


def test_another_kind_brings_its_usual_format_and_direction() -> None:
    letter = with_kind(Form(), "letter")
    order = with_kind(letter, "order")

    assert ("letter", "parallel", "seal") == (letter.format, letter.direction, letter.signature)
    assert ("order", "down", "personal") == (order.format, order.direction, order.signature)


def test_another_kind_keeps_what_a_person_chose_against_the_usual() -> None:
    form = replace(Form(), format="letter", signature="none")

    changed = with_kind(form, "report")

    assert ("letter", "none") == (changed.format, changed.signature)


def test_the_form_gives_signers_attendance_and_pictures_back() -> None:
    image = Image(data=b"\x89PNG", description="流程图", caption="图1 流程", width_mm=80.0)
    document = msgspec.structs.replace(
        DOCUMENT,
        kind="minutes",
        format="minutes",
        signature="personal",
        signers=(Signer(office="省长", name="王某某"), Signer(office="副省长", name="李某")),
        attendance=Attendance(present=("张三",), observers=("李四", "王五")),
        body=(*DOCUMENT.body, Block(image=image), Block(text="完。")),
        barcode=True,
    )

    assert document == document_of(form_of(document), DOCUMENT)


def test_a_picture_is_added_as_a_line_that_can_be_moved() -> None:
    image = Image(data=b"\x89PNG", description="流程图")

    form = with_picture(replace(Form(), body="第一段。"), image)

    assert "第一段。\n![图1：流程图]" == form.body
    assert (Block(text="第一段。"), Block(image=image)) == document_of(form, DOCUMENT).body
