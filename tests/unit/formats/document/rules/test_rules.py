"""R01 to R26: for each, what it catches and what it lets pass."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from formats.directory import Body, Snapshot
from formats.document.model import Attachment, Block, Document, DocumentNumber
from formats.document.parse import parse_document
from formats.document.rules import (
    RETURN_REASONS,
    RULES,
    Finding,
    RepliedTo,
    RuleContext,
    check,
    check_header,
    check_in,
    check_return,
    may_forward,
    may_recall,
)
from formats.protocol.states import _RANK

TODAY = date(2026, 11, 24)
Found = list[tuple[str, str]]
Make = Callable[..., Document]


@pytest.fixture
def judge(directory: Snapshot, bodies: dict[str, Body]) -> Callable[..., Found]:
    """Code and severity of each finding; bodies are named by their key in the conftest."""

    def run(
        document: Document, sender: str = "province", to: str = "city", **more: object
    ) -> Found:
        context = RuleContext(
            today=TODAY,
            sender=bodies[sender],
            directory=directory,
            recipients=tuple(bodies[name] for name in to.split()) if to else None,
            **more,
        )
        return [(f.code, f.severity) for f in check_in(document, context)]

    return run


@pytest.fixture
def upward(judge: Callable[..., Found]) -> Callable[..., Found]:
    """The same for documents from the city to the province."""

    def run(document: Document, to: str = "province", **more: object) -> Found:
        return judge(document, sender="city", to=to, **more)

    return run


def text(*paragraphs: str) -> tuple[Block, ...]:
    return tuple(Block(text=paragraph) for paragraph in paragraphs)


def test_there_are_twenty_six_rules_in_order() -> None:
    assert [f"R{n:02}" for n in range(1, 27)] == [rule.code for rule in RULES]


@pytest.mark.parametrize("name", ["notice", "report", "request"])
def test_the_plain_documents_break_no_rule(
    name: str, make: Make, judge: Callable[..., Found], upward: Callable[..., Found]
) -> None:
    assert [] == (judge if name == "notice" else upward)(make(name))


def test_the_examples_break_no_rule(
    examples: Path, directory: Snapshot, bodies: dict[str, Body]
) -> None:
    notice = parse_document((examples / "notice.json").read_bytes())
    report = parse_document((examples / "report.json").read_bytes())
    province, city, county = bodies["province"], bodies["city"], bodies["county"]

    assert () == check(
        notice, sender=province, directory=directory, recipients=(city, county), today=TODAY
    )
    assert () == check(
        report, sender=city, directory=directory, recipients=(province,), today=TODAY
    )


def test_without_any_context_only_the_document_speaks(make: Make) -> None:
    assert () == check(make(), today=TODAY)


def test_a_finding_has_code_clause_message_and_field(make: Make) -> None:
    (found,) = check(make(issue_date=None), today=TODAY)

    assert (
        Finding(
            "R18",
            "block",
            "条例第九条（十二）；GB/T 9704-2012 7.3.5.4",
            "缺少成文日期。",
            "issue_date",
        )
        == found
    )


def test_what_blocks_comes_first(make: Make) -> None:
    found = check(make(title="紧急通知", issue_date=None, copy_number="1"), today=TODAY)

    assert sorted(found, key=lambda f: f.severity != "block") == list(found)


# R01 -----------------------------------------------------------------------------------------


def test_r01_a_request_to_two_is_blocked(make: Make, upward: Callable[..., Found]) -> None:
    document = make("request", main_recipients=("安徽省人民政府办公厅", "安徽省水利厅"))

    assert ("R01", "block") in upward(document, to="province water")


def test_r01_a_request_to_a_class_is_blocked(make: Make) -> None:
    document = make("request", main_recipients=("省直各部门",))

    assert "R01" in [f.code for f in check(document, today=TODAY)]


def test_r01_a_request_to_a_peer_is_blocked(make: Make, upward: Callable[..., Found]) -> None:
    document = make("request", main_recipients=("合肥市农业农村局",))

    assert ("R01", "block") in upward(document, to="city_farming")


def test_r01_a_request_copied_to_a_subordinate_is_blocked(
    make: Make, upward: Callable[..., Found]
) -> None:
    document = make("request", cc=("肥西县人民政府办公室",))

    assert [("R01", "block")] == upward(document)


# R02 -----------------------------------------------------------------------------------------


def test_r02_a_report_to_two_is_warned(make: Make, upward: Callable[..., Found]) -> None:
    document = make("report", main_recipients=("安徽省人民政府办公厅", "安徽省水利厅"))

    assert [("R02", "warn")] == upward(document, to="province water")


def test_r02_a_report_copied_to_a_subordinate_is_blocked(
    make: Make, upward: Callable[..., Found]
) -> None:
    assert [("R02", "block")] == upward(make("report", cc=("肥西县人民政府办公室",)))


# R03 -----------------------------------------------------------------------------------------


def test_r03_a_report_without_approver_is_blocked(make: Make, upward: Callable[..., Found]) -> None:
    assert [("R03", "block")] == upward(make("report", approvers=()))


def test_r03_a_joint_report_names_every_approver(make: Make) -> None:
    document = make("report", issuers=("合肥市人民政府办公室", "合肥市水务局"))

    assert "R03" in [f.code for f in check(document, today=TODAY)]


@pytest.mark.parametrize("contact", [None, "联系人：周文静"])
def test_r03_a_request_without_a_telephone_is_blocked(
    contact: str | None, make: Make, upward: Callable[..., Found]
) -> None:
    assert [("R03", "block")] == upward(make("request", contact=contact))


def test_r03_the_telephone_may_stand_in_the_note(make: Make, upward: Callable[..., Found]) -> None:
    document = make("request", contact=None, note="联系人：周文静，电话：63530000")

    assert [] == upward(document)


# R04 -----------------------------------------------------------------------------------------


def test_r04_a_kind_in_a_direction_it_cannot_take_is_blocked(
    make: Make, judge: Callable[..., Found]
) -> None:
    assert ("R04", "block") in judge(make(kind="report"))


def test_r04_passing_over_the_superior_is_blocked_without_a_copy(
    make: Make, judge: Callable[..., Found]
) -> None:
    document = make(
        "report", issuers=("肥西县人民政府办公室",),
        number=DocumentNumber(mark="肥政办", year=2026, serial=1),
    )  # fmt: skip

    assert [("R04", "block")] == judge(document, sender="county", to="province")


def test_r04_passing_over_the_superior_with_a_copy_needs_a_reason(
    make: Make, judge: Callable[..., Found]
) -> None:
    document = make(
        "report", issuers=("肥西县人民政府办公室",), cc=("合肥市人民政府办公室",),
        number=DocumentNumber(mark="肥政办", year=2026, serial=1),
    )  # fmt: skip

    assert [("R04", "warn")] == judge(document, sender="county", to="province")


def test_r04_a_notice_to_a_superior_is_blocked(make: Make, upward: Callable[..., Found]) -> None:
    document = make(
        issuers=("合肥市人民政府办公室",), main_recipients=("安徽省人民政府办公厅",),
        number=DocumentNumber(mark="合政办", year=2026, serial=1),
    )  # fmt: skip

    assert [("R04", "block")] == upward(document)


def test_r04_a_report_to_a_subordinate_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    document = make(
        "report", issuers=("安徽省人民政府办公厅",), main_recipients=("合肥市人民政府办公室",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=1),
    )  # fmt: skip

    assert [("R04", "block")] == judge(document)


def test_r04_a_parallel_letter_to_a_subordinate_is_warned(
    make: Make, judge: Callable[..., Found]
) -> None:
    assert [("R04", "warn")] == judge(make(kind="letter", direction="parallel"))


def test_r04_a_notice_from_the_province_to_a_county_is_fine(
    make: Make, judge: Callable[..., Found]
) -> None:
    assert [] == judge(make(main_recipients=("肥西县人民政府办公室",)), to="county")


# R05 to R09 ----------------------------------------------------------------------------------


def test_r05_a_report_that_asks_is_warned(make: Make, upward: Callable[..., Found]) -> None:
    assert [("R05", "warn")] == upward(make("report", body=text("情况如下。", "妥否，请批示。")))


def test_r05_a_request_may_ask(make: Make, upward: Callable[..., Found]) -> None:
    assert [] == upward(make("request", body=text("妥否，请批示。")))


def test_r06_writing_to_a_person_is_blocked(make: Make, upward: Callable[..., Found]) -> None:
    document = make("report", main_recipients=("王明省长",))

    assert ("R06", "block") in upward(document, to="")


def test_r06_a_matter_the_leader_gave_out_may_go_to_him(make: Make) -> None:
    document = make("report", main_recipients=("王明省长",))
    context = RuleContext(today=TODAY, assigned_by_leader=True)

    assert () == check_in(document, context)


def test_r06_writing_in_a_persons_name_is_blocked(make: Make) -> None:
    document = make("report", issuers=("程远航市长",))

    assert "R06" in [f.code for f in check(document, today=TODAY)]


def test_r07_the_second_superior_gets_a_copy(make: Make, upward: Callable[..., Found]) -> None:
    document = make("report")

    assert [("R07", "warn")] == upward(document, other_superior="安徽省水利厅")
    assert [] == upward(make("report", cc=("安徽省水利厅",)), other_superior="安徽省水利厅")


def test_r07_two_superiors_are_not_both_addressed(make: Make, upward: Callable[..., Found]) -> None:
    document = make("report", main_recipients=("安徽省人民政府办公厅", "安徽省水利厅"))

    found = upward(document, to="province water", other_superior="安徽省水利厅")

    assert ("R07", "warn") in found


def department_report(make: Make) -> Document:
    return make(
        "report", issuers=("合肥市农业农村局",), main_recipients=("安徽省农业农村厅",),
        number=DocumentNumber(mark="合农", year=2026, serial=1),
    )  # fmt: skip


@pytest.mark.parametrize(("consent", "found"), [(False, True), (True, False), (None, False)])
def test_r08_a_department_needs_its_governments_consent(
    consent: bool | None, found: bool, make: Make, judge: Callable[..., Found]
) -> None:
    result = judge(
        department_report(make), sender="city_farming", to="farming", own_consent=consent
    )

    assert found == (("R08", "warn") in result)


def test_r09_a_request_passed_on_without_a_view_is_warned(
    make: Make, upward: Callable[..., Found]
) -> None:
    attachment = Attachment(title="肥西县人民政府关于建桥的请示", body=text("全文。"))
    bare = make("request", attachments=(attachment,), body=text("现将请示报上，请批示。"))
    viewed = make("request", attachments=(attachment,), body=text("我们认为可行。" * 40))

    assert [("R09", "warn")] == upward(bare)
    assert [] == upward(viewed)
    assert [] == upward(bare, own_view=True)


# R10 to R13 ----------------------------------------------------------------------------------


def test_r10_an_important_document_is_copied_upwards(
    make: Make, judge: Callable[..., Found]
) -> None:
    document = make(
        issuers=("合肥市人民政府办公室",), main_recipients=("肥西县人民政府办公室",),
        number=DocumentNumber(mark="合政办", year=2026, serial=1),
    )  # fmt: skip
    copied = make(
        issuers=("合肥市人民政府办公室",), main_recipients=("肥西县人民政府办公室",),
        number=DocumentNumber(mark="合政办", year=2026, serial=1), cc=("安徽省人民政府办公厅",),
    )  # fmt: skip

    assert [("R10", "warn")] == judge(document, sender="city", to="county", important=True)
    assert [] == judge(copied, sender="city", to="county", important=True)
    assert [] == judge(document, sender="city", to="county")


def department_notice(make: Make, **changes: object) -> Document:
    fields = {
        "issuers": ("安徽省农业农村厅",),
        "number": DocumentNumber(mark="皖农", year=2026, serial=1),
        **changes,
    }
    return make(**fields)


@pytest.mark.parametrize("kind", ["notice", "decision", "order"])
def test_r11_a_department_does_not_order_lower_governments(
    kind: str, make: Make, judge: Callable[..., Found]
) -> None:
    assert ("R11", "block") in judge(department_notice(make, kind=kind), sender="farming")


def test_r11_consent_named_in_the_text_lifts_it(make: Make, judge: Callable[..., Found]) -> None:
    document = department_notice(make, body=text("经省政府同意，现通知如下。"))

    assert [] == judge(document, sender="farming")


def test_r11_an_office_may_write_down(make: Make, judge: Callable[..., Found]) -> None:
    assert [] == judge(make())


def test_r12_counterparts_are_fine_and_others_are_warned(
    make: Make, judge: Callable[..., Found]
) -> None:
    right = department_notice(make, main_recipients=("合肥市农业农村局",))
    wrong = department_notice(make, main_recipients=("合肥市水务局",))

    assert [] == judge(right, sender="farming", to="city_farming")
    assert [("R12", "warn")] == judge(wrong, sender="farming", to="city_water")


def test_r13_what_is_not_agreed_does_not_go_down(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R13", "warn")] == judge(make(), countersigned=False)
    assert [] == judge(make(), countersigned=True)


# R14 to R16 ----------------------------------------------------------------------------------


def joint(make: Make, *issuers: str, **changes: object) -> Document:
    fields = {"number": DocumentNumber(mark="皖农", year=2026, serial=1), **changes}
    return make(issuers=issuers, main_recipients=("合肥市农业农村局",), **fields)


def test_r14_bodies_of_one_level_may_write_jointly(make: Make, judge: Callable[..., Found]) -> None:
    document = joint(make, "安徽省农业农村厅", "安徽省水利厅")

    assert [] == judge(document, sender="farming", to="city_farming")


@pytest.mark.parametrize(
    ("issuers", "changes"),
    [
        (("安徽省农业农村厅", "合肥市水务局"), {}),
        (("安徽省农业农村厅", "安徽省农业农村厅"), {}),
        (
            ("安徽省农业农村厅", "安徽省水利厅"),
            {"number": DocumentNumber(mark="皖水", year=2026, serial=1)},
        ),
        (("安徽省农业农村厅", "安徽省水利厅"), {"signature": "none"}),
    ],
    ids=["levels", "twice", "not-the-hosts-number", "no-seals"],
)
def test_r14_a_joint_document_that_is_not_in_order_is_blocked(
    issuers: tuple[str, ...], changes: dict[str, Any], make: Make, judge: Callable[..., Found]
) -> None:
    document = joint(make, *issuers, **changes)

    assert ("R14", "block") in judge(document, sender="farming", to="city_farming")


@pytest.mark.parametrize(
    ("name", "inner"),
    [
        ("安徽省农业农村厅人事处", True),
        ("合肥市水务局综合科", True),
        ("省委机要室", True),
        ("蜀山区三里庵街道办事处", False),
        ("安徽省人民政府办公室", False),
        ("合肥市委政策研究室", False),
    ],
)
def test_r15_inner_sections_do_not_write_outside(name: str, inner: bool, make: Make) -> None:
    found = check(make(issuers=(name,)), today=TODAY)

    assert inner == ("R15" in [f.code for f in found])


def test_r16_another_bodys_name_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R16", "block")] == judge(make(issuers=("安徽省水利厅",)))


def test_r16_another_bodys_mark_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    document = make(number=DocumentNumber(mark="国办发", year=2026, serial=1))

    assert [("R16", "block")] == judge(document)


def test_r16_an_unknown_issuer_is_blocked_where_the_sender_is_not_known(
    make: Make, directory: Snapshot
) -> None:
    found = check(make(issuers=("不存在的机关",)), directory=directory, today=TODAY)

    assert "R16" in [f.code for f in found]


def test_r16_the_office_may_send_for_its_government(
    make: Make, judge: Callable[..., Found]
) -> None:
    assert [] == judge(make(issuers=("安徽省人民政府",)))


# R17 to R19 ----------------------------------------------------------------------------------


def number(serial: int, mark: str = "皖政办", year: int = 2026) -> DocumentNumber:
    return DocumentNumber(mark=mark, year=year, serial=serial)


def test_r17_a_missing_number_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R17", "block")] == judge(make(number=None))


def test_r17_an_announcement_needs_none(make: Make) -> None:
    document = make(kind="announcement", number=None, main_recipients=())

    assert () == check(document, today=TODAY)


@pytest.mark.parametrize("mark", ["皖政办〔2026〕", "第皖政办", "皖政 办", "皖政办号"])
def test_r17_a_mark_with_more_than_the_mark_is_blocked(mark: str, make: Make) -> None:
    found = check(make(number=number(12, mark)), today=TODAY)

    assert [("R17", "block")] == [(f.code, f.severity) for f in found]


def test_r17_a_used_number_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R17", "block")] == judge(make(), known_numbers=frozenset({number(12)}))


def test_r17_a_gap_is_listed(make: Make) -> None:
    context = RuleContext(today=TODAY, known_numbers=frozenset({number(9)}))

    (found,) = check_in(make(), context)

    assert ("R17", "warn") == (found.code, found.severity)
    assert "缺 10、11 号" in found.message


def test_r17_the_next_number_is_fine(make: Make, judge: Callable[..., Found]) -> None:
    known = frozenset({number(n) for n in range(1, 12)} | {number(40, year=2025)})

    assert [] == judge(make(), known_numbers=known)


def test_r17_another_years_number_is_warned(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R17", "warn")] == judge(make(number=number(1, year=2025)))


@pytest.mark.parametrize(
    ("changes", "severity"),
    [
        ({"issue_date": None}, "block"),
        ({"issue_date": date(2026, 11, 25)}, "block"),
        ({"print_date": date(2026, 11, 22)}, "warn"),
    ],
)
def test_r18_the_date_is_checked(
    changes: dict[str, Any], severity: str, make: Make, judge: Callable[..., Found]
) -> None:
    assert [("R18", severity)] == judge(make(**changes))


def test_r18_the_date_is_that_of_the_last_signature(
    make: Make, judge: Callable[..., Found]
) -> None:
    days = (date(2026, 11, 20), date(2026, 11, 23))

    assert [] == judge(make(), signed_on=days)
    assert [("R18", "block")] == judge(make(), signed_on=days[:1])


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"signature": "none"}, [("R19", "block")]),
        ({"signature": "personal"}, [("R19", "block")]),
        ({"signature": "seal", "kind": "order"}, [("R19", "warn")]),
        ({"signature": "none", "kind": "minutes"}, []),
        ({"signature": "personal", "kind": "order"}, []),
        (
            {
                "signature": "none",
                "issuer_mark": "安徽省人民政府公报",
                "main_recipients": ("各市、县人民政府",),
            },
            [("R19", "warn")],
        ),
    ],
)
def test_r19_who_seals_is_settled_by_kind(
    changes: dict[str, Any], found: Found, make: Make, judge: Callable[..., Found]
) -> None:
    assert found == judge(make(**changes))


def test_r19_the_seal_is_the_issuers(make: Make, judge: Callable[..., Found]) -> None:
    assert [] == judge(make(), sealed_as=("安徽省人民政府办公厅",))
    assert [("R19", "block")] == judge(make(), sealed_as=("安徽省水利厅",))


# R20 to R24 ----------------------------------------------------------------------------------


def test_r20_a_name_nobody_knows_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R20", "block")] == judge(make(main_recipients=("合肥办",)), to="")


@pytest.mark.parametrize("name", ["各市、县人民政府", "省政府各部门、各直属机构"])
def test_r20_a_class_name_is_accepted(name: str, make: Make, judge: Callable[..., Found]) -> None:
    assert [] == judge(make(main_recipients=(name,)))


def test_r20_a_short_name_is_accepted(make: Make, upward: Callable[..., Found]) -> None:
    assert [] == upward(make("report", main_recipients=("省政府办公厅",)))


def test_r20_a_class_that_stands_for_nobody_is_blocked(make: Make, bodies: dict[str, Body]) -> None:
    document = make(main_recipients=("各市、县人民政府",))

    found = check(document, sender=bodies["province"], recipients=(), today=TODAY)

    assert ["R20"] == [f.code for f in found]


def test_r20_a_recipient_nobody_named_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R20", "block")] == judge(make(), to="city county")


def test_r20_no_recipient_at_all_is_blocked(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R20", "block")] == judge(make(main_recipients=()), to="")


def test_r20_a_copy_to_someone_outside_is_warned(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R20", "warn")] == judge(make(cc=("省法院",)))
    assert [] == judge(make(cc=("省委各部门",)))


def test_r20_main_and_copy_at_once_is_warned(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R20", "warn")] == judge(make(cc=("合肥市人民政府办公室",)))


def test_r21_an_urgent_title_asks_for_urgency(make: Make, judge: Callable[..., Found]) -> None:
    assert [("R21", "warn")] == judge(make(title="关于防汛的紧急通知"))
    assert [] == judge(make(title="关于防汛的紧急通知", urgency="urgent"))


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({"copy_number": "000012"}, 1),
        ({"copy_number": "12"}, 2),
        ({"copy_number": "000012", "sensitivity": "internal"}, 0),
    ],
)
def test_r22_copy_numbers_are_for_controlled_copies(
    changes: dict[str, Any], count: int, make: Make, judge: Callable[..., Found]
) -> None:
    assert [("R22", "warn")] * count == judge(make(**changes))


@pytest.mark.parametrize(
    ("note", "sensitivity", "found"),
    [
        ("此件公开发布", "internal", [("R23", "block")]),
        ("此件不予公开", "public", [("R23", "block")]),
        ("此件公开发布", "public", []),
        ("此件不公开", "internal", []),
    ],
)
def test_r23_note_and_openness_agree(
    note: str, sensitivity: str, found: Found, make: Make, judge: Callable[..., Found]
) -> None:
    assert found == judge(make(note=note, sensitivity=sensitivity))


def test_r23_forwarding_beyond_the_scope_needs_consent(bodies: dict[str, Body]) -> None:
    county = bodies["county"]
    scope = frozenset({"340100.bgs"})

    (found,) = may_forward(
        sensitivity="internal", target=county, release_scope=scope, issuer_consents=False
    )

    assert "R23" == found.code
    for sensitivity, wider, consents in (
        ("public", scope, False), ("internal", scope, True),
        ("internal", scope | {county.id}, False),
    ):  # fmt: skip
        assert () == may_forward(
            sensitivity=sensitivity,  # type: ignore[arg-type]  # literals of the line above
            target=county,
            release_scope=wider,
            issuer_consents=consents,
        )


def reply(make: Make, **changes: object) -> Document:
    fields = {"kind": "reply", "reply_to": "合政办〔2026〕31号", **changes}
    return make(**fields)


ASKED = RepliedTo(number=number(31, "合政办"), kind="request", issuer="合肥市人民政府办公室")


def test_r24_a_reply_that_answers_is_fine(make: Make, judge: Callable[..., Found]) -> None:
    assert [] == judge(reply(make), replied_to=ASKED)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"reply_to": None}, [("R24", "block")]),
        ({"reply_to": "你单位来文"}, [("R24", "block")]),
        ({"reply_to": "合政办〔2026〕30号"}, [("R24", "block")]),
        ({"kind": "letter", "direction": "down", "title": "关于测试的复函", "reply_to": None},
         [("R24", "warn")]),
    ],
)  # fmt: skip
def test_r24_a_reply_names_what_it_answers(
    changes: dict[str, Any], found: Found, make: Make, judge: Callable[..., Found]
) -> None:
    assert found == judge(reply(make, **changes), replied_to=ASKED)


def test_r24_a_reply_to_a_report_or_to_another_body_is_blocked(
    make: Make, judge: Callable[..., Found]
) -> None:
    report = RepliedTo(number=ASKED.number, kind="report", issuer=ASKED.issuer)
    other = RepliedTo(number=ASKED.number, kind="request", issuer="芜湖市人民政府")

    assert [("R24", "block")] == judge(reply(make), replied_to=report)
    assert [("R24", "block")] == judge(reply(make), replied_to=other)


# R25, R26 ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["accepted", "relayed", "consigned", "delivered", "expired"])
def test_r25_recall_is_possible_before_it_is_signed_for(state: str) -> None:
    assert may_recall(state)


def test_r25_after_signing_for_only_a_new_document_helps() -> None:
    answer = may_recall("signed_for")

    assert not answer.allowed
    assert "撤销或废止" in answer.reason


def test_r25_every_state_of_the_protocol_has_an_answer() -> None:
    for state in _RANK:
        answer = may_recall(state)

        assert answer.allowed != bool(answer.reason)


@pytest.mark.parametrize("code", sorted(RETURN_REASONS))
def test_r26_each_reason_is_enough(code: str) -> None:
    assert () == check_return(code, "缺少附表")


@pytest.mark.parametrize(("code", "words"), [("", "x"), ("because", "x"), ("other", " ")])
def test_r26_a_return_without_a_reason_is_blocked(code: str, words: str) -> None:
    (found,) = check_return(code, words)

    assert ("R26", "block") == (found.code, found.severity)


# the node ------------------------------------------------------------------------------------


def test_a_node_blocks_a_request_to_two(bodies: dict[str, Body], directory: Snapshot) -> None:
    found = check_header(
        kind="request", direction="up", sender=bodies["city"], directory=directory,
        main=(bodies["province"], bodies["water"]),
    )  # fmt: skip

    assert ["R01"] == [f.code for f in found]


def test_a_node_blocks_a_report_sent_downwards(bodies: dict[str, Body]) -> None:
    found = check_header(
        kind="report", direction="down", sender=bodies["province"], main=(bodies["city"],)
    )

    assert [("R04", "block")] == [(f.code, f.severity) for f in found]


def test_a_node_does_not_judge_what_only_the_text_tells(bodies: dict[str, Body]) -> None:
    found = check_header(
        kind="notice", direction="down", sender=bodies["farming"], main=(bodies["city"],)
    )

    assert () == found


def test_a_node_lets_a_good_header_pass(bodies: dict[str, Body], directory: Snapshot) -> None:
    found = check_header(
        kind="notice", direction="down", sender=bodies["province"], directory=directory,
        main=(bodies["city"], bodies["county"]), cc=(bodies["water"],),
    )  # fmt: skip

    assert () == found
