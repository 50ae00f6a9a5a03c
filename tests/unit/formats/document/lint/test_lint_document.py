"""Habits that show in the whole document: levels, title, names, attachments, dates."""

from datetime import date

import pytest

from formats.document.lint import FixOutdated, apply_fix, fix_all, lint
from formats.document.model import Attachment, Block, Document
from tests.unit.formats.document.lint.test_lint_text import document


def codes(found: Document) -> list[str]:
    return [finding.code for finding in lint(found)]


def levels(*texts: tuple[int, str]) -> Document:
    return document(body=tuple(Block(level=level, text=text) for level, text in texts))


def test_levels_in_order_have_no_finding() -> None:
    good = levels(
        (1, "一、总体要求"), (0, "要做好。"), (1, "二、任务"), (2, "（一）甲"), (3, "1.乙"),
        (4, "（1）丙"), (4, "（2）丁"),
        (3, "2.戊"), (2, "（二）己"), (1, "三、保障"), (2, "（一）庚"),
    )  # fmt: skip

    assert [] == codes(good)


def test_numbers_may_go_on_over_the_headings_above_them() -> None:
    good = levels(
        (1, "一、总体要求"), (2, "（一）甲"), (2, "（二）乙"), (1, "二、任务"), (2, "（三）丙"),
        (2, "（四）丁"),
    )  # fmt: skip

    assert [] == codes(good)


@pytest.mark.parametrize(
    "numbers", [("一", "三"), ("一", "一"), ("一", "二", "一"), ("二", "三")], ids=",".join
)
def test_a_number_that_skips_repeats_or_falls_back_is_told(numbers: tuple[str, ...]) -> None:
    found = lint(levels(*((1, f"{number}、要点") for number in numbers)))

    assert ["P42"] == [finding.code for finding in found]
    assert found[0].fix is None


def test_a_level_left_out_is_told_once_under_its_heading() -> None:
    found = lint(
        levels(
            (1, "一、任务"), (3, "1.甲"), (3, "2.乙"), (1, "二、保障"), (3, "1.丙"),
            (1, "三、附则"), (2, "（一）丁"),
        )
    )  # fmt: skip

    assert ["P41", "P41"] == [finding.code for finding in found]
    assert "层次序数越级：“一、”的下一层是“（一）”。" == found[0].message


def test_a_text_of_two_levels_may_have_arabic_numbers_under_the_first() -> None:
    assert [] == codes(
        levels((1, "一、任务"), (3, "1.甲"), (3, "2.乙"), (1, "二、保障"), (3, "1.丙"))
    )


def test_every_article_of_a_regulation_begins_its_list_anew() -> None:
    good = levels(
        (0, "第一条 有下列情形的，不予受理："), (2, "（一）甲；"), (2, "（二）乙。"),
        (0, "第二条 应当提交材料，包括："), (2, "（一）丙；"), (2, "（二）丁。"),
    )  # fmt: skip

    assert [] == codes(good)


def test_numbers_of_an_attachment_are_read_for_themselves() -> None:
    body = tuple(Block(level=1, text=text) for text in ("一、甲", "三、乙"))
    found = lint(document(attachments=(Attachment(title="办法", body=body),)))

    assert [("P42", "附件1第2段")] == [(finding.code, finding.place) for finding in found]


def test_a_first_level_heading_with_a_comma_loses_its_full_stop() -> None:
    mended = fix_all(
        levels(
            (1, "一、统一思想，提高认识。"), (0, "要做好。"), (1, "二、抓好落实。"), (0, "要快。")
        )
    )

    assert ["一、统一思想，提高认识", "二、抓好落实"] == [b.text for b in mended.body[::2]]


def test_a_heading_that_leads_into_a_list_keeps_its_colon() -> None:
    assert [] == codes(
        levels((1, "一、任务如下："), (2, "（一）甲"), (1, "二、期限："), (0, "半年。"))
    )


def test_lists_in_running_text_may_begin_at_one_again() -> None:
    assert [] == codes(
        levels((3, "1.甲"), (3, "2.乙"), (0, "另有如下。"), (3, "1.丙"), (3, "2.丁"))
    )


def test_a_heading_on_its_own_line_loses_its_full_stop() -> None:
    mended = fix_all(
        levels((1, "一、总体要求。"), (0, "要做好。"), (1, "二、任务。"), (0, "要抓紧。"))
    )

    assert ["一、总体要求", "要做好。", "二、任务", "要抓紧。"] == [b.text for b in mended.body]


def test_sentences_that_are_numbered_keep_their_full_stops() -> None:
    assert [] == codes(
        levels((0, "要求如下。"), (1, "一、要早。"), (1, "二、要快。"), (0, "请办理。"))
    )


@pytest.mark.parametrize(
    ("code", "title", "kind"),
    [
        ("P50", "关于加强电子政务工作", "notice"),
        ("P51", "关于加强电子政务工作的通知", "report"),
        ("P52", "关于加强电子政务工作，做好收发的通知", "notice"),
        ("P53", "安徽省政府办公厅关于加强工作的通知", "notice"),
    ],
)
def test_a_title_is_told_of_its_fault(code: str, title: str, kind: str) -> None:
    direction = "up" if kind == "report" else "down"

    assert [code] == codes(document(title=title, kind=kind, direction=direction))


@pytest.mark.parametrize(
    "title",
    [
        "安徽省人民政府办公厅关于印发《安徽省公文管理办法》的通知",
        "安徽省人民政府办公厅 安徽省财政厅关于做好“十五五”规划（2026—2030年）编制工作的通知",
        "安徽省人民政府办公厅等八部门关于加强工作的通知（征求意见稿）",
        "转发省财政厅关于加强工作意见的通知",
    ],
)
def test_good_titles_have_no_finding(title: str) -> None:
    assert [] == codes(document(title=title))


def test_a_title_loses_its_end_mark() -> None:
    assert "关于加强工作的通知" == fix_all(document(title="关于加强工作的通知。")).title


def test_names_are_kept_without_label_and_mark() -> None:
    mended = fix_all(
        document(main_recipients=("各市人民政府：",), cc=("抄送：省委各部门", "省军区。"))
    )

    assert ("各市人民政府",) == mended.main_recipients
    assert "省府办" == fix_all(document(printer="省府办。")).printer
    assert ("省委各部门", "省军区") == mended.cc


def test_a_name_that_is_only_a_mark_is_not_mended_away() -> None:
    assert ("：",) == fix_all(document(main_recipients=("：",))).main_recipients


def test_attachments_are_named_alone() -> None:
    names = ("《申报表》", "附件2：任务清单；", "3.名单。")
    mended = fix_all(document(attachments=tuple(Attachment(title=name) for name in names)))

    assert ["申报表", "任务清单", "名单"] == [a.title for a in mended.attachments]


def test_an_attachment_that_the_text_cites_and_nobody_sent_is_told() -> None:
    cited = document("请填写附件2（见附件1）。", attachments=(Attachment(title="申报表"),))

    assert ["P56"] == codes(cited)
    assert ["P56"] == codes(document("名单见附件。"))
    assert [] == codes(document("请填写附件1。", attachments=(Attachment(title="申报表"),)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("见附件1、2和3。", ["P56"]),
        ("印发《办法》（附件3）。", ["P56"]),
        ("详见附件1—2，填写附件2。", []),
        ("印发《办法》（附件2）。", []),
        ("空气洁净度见附件表1，共附件12份。", []),
    ],
)
def test_every_attachment_in_a_list_is_looked_for(text: str, expected: list[str]) -> None:
    two = (Attachment(title="办法"), Attachment(title="名单"))

    assert expected == codes(document(text, attachments=two))


def test_a_print_date_before_the_issue_date_is_told() -> None:
    assert ["P59"] == codes(document(print_date=date(2026, 3, 4)))
    assert [] == codes(document(print_date=date(2026, 3, 5)))


def test_a_note_loses_its_end_mark() -> None:
    assert "此件公开发布" == fix_all(document(note="此件公开发布。")).note


def test_a_note_stands_in_brackets_once() -> None:
    assert "（此件公开发布）" == fix_all(document(note="（（此件公开发布））")).note
    assert [] == codes(document(note="（此件公开发布）"))


def test_a_short_name_of_the_issuer_agrees_with_the_whole_one() -> None:
    title = "合肥市人大常委会关于加强工作的通知"

    assert [] == codes(document(title=title, issuers=("合肥市人民代表大会常务委员会",)))


def test_an_answer_cites_the_number_it_answers() -> None:
    text = "你局《关于立项的请示》（肥政〔2026〕6号）收悉。"

    assert ["P62"] == codes(document(text, reply_to="肥政〔2026〕5号"))
    assert [] == codes(document(text, reply_to="肥政〔2026〕6号"))


def test_the_number_answered_is_written_as_the_standard_has_it() -> None:
    assert "肥政〔2026〕6号" == fix_all(document(reply_to="肥政[2026]06号")).reply_to


def test_one_fix_changes_its_own_spot_alone() -> None:
    twice = document("甲,乙", "丙,丁")
    first, second = lint(twice)
    mended = apply_fix(twice, first)

    assert ["甲，乙", "丙,丁"] == [block.text for block in mended.body]
    assert second == lint(mended)[0]


def test_a_fix_is_refused_once_the_text_has_changed() -> None:
    (found,) = lint(document("甲,乙"))

    with pytest.raises(FixOutdated):
        apply_fix(document("甲,乙，丙"), found)
    with pytest.raises(FixOutdated):
        apply_fix(document(), found)
    assert "document.fix-outdated" == FixOutdated.code


def test_a_finding_without_a_fix_leaves_the_document() -> None:
    cited = document("见附件1。")

    assert cited == apply_fix(cited, lint(cited)[0])
