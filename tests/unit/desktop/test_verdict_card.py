"""The verdict as a card: what it says, and that no state can be taken for another."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations

import pytest
from msgspec.structs import replace as changed

from desktop.presenters.inbox import actions, state_words
from desktop.presenters.verdict import EDGES, MAY_ACT, PICTURES, WORDS, card_of, fours
from desktop.services.rows import IncomingDetail, VerdictStatus
from formats.ids import sha256
from signing.verdict.reasons import SEVERITY, reason
from signing.verdict.report import EXIT_STATUS, SealReport, SignatureReport, Verdict, verdict_of
from tests.unit.desktop.test_presenters import RECEIVED

NOON = datetime(2026, 11, 24, 4, 0, 7, tzinfo=UTC)
PDF = bytes(9000)
SEAL = SignatureReport(
    field="Seal",
    kind="certification",
    status="green",
    reasons=(),
    body_id="340000.bgt",
    body="安徽省人民政府办公厅",
    serial="4f2a",
    issuer="安徽省签名证书颁发机构",
    time=NOON,
    proven=True,
    authority="安徽省时间戳中心",
    content=sha256(PDF),
    pages=2,
    covers=9000,
)


def verdict(*codes: str, seal: SignatureReport = SEAL) -> Verdict:
    """A verdict for those reasons."""
    values = {"count": 1, "detail": "没有列表"}
    return verdict_of(
        PDF, reasons=[reason(code, **values) for code in codes], signatures=(seal,), now=NOON
    )


CODES: dict[VerdictStatus, str] = {
    "green-b": "time-claimed",
    "blue": "joint",
    "amber": "revocation",
    "red": "digest",
}


@pytest.mark.parametrize("status", SEVERITY)
def test_the_word_the_picture_and_the_consequence_are_the_states_own(
    status: VerdictStatus,
) -> None:
    card = card_of(verdict(*([CODES[status]] if status in CODES else [])))

    assert status == card.status
    assert (WORDS[status], PICTURES[status], MAY_ACT[status]) == (
        card.word, card.picture, card.may_act,
    )  # fmt: skip
    assert card.spoken.startswith(f"{card.word}，{card.may_act}。")


def test_no_two_states_share_a_word_or_a_picture() -> None:
    for one, other in combinations(SEVERITY, 2):
        assert WORDS[one] != WORDS[other]
        assert PICTURES[one] != PICTURES[other]


def test_what_may_not_be_acted_upon_shares_nothing_with_what_may() -> None:
    for good in SEVERITY:
        for bad in SEVERITY:
            if EXIT_STATUS[good] == 0 != EXIT_STATUS[bad]:
                assert MAY_ACT[good] != MAY_ACT[bad]
                assert EDGES[good] != EDGES[bad]
                assert WORDS[good][:2] != WORDS[bad][:2]


@pytest.mark.parametrize("status", SEVERITY)
def test_the_consequence_is_that_of_the_command_line(status: VerdictStatus) -> None:
    assert ("可以办理" == MAY_ACT[status]) == (EXIT_STATUS[status] == 0)


def facts(seal: SignatureReport) -> dict[str, str]:
    return dict(card_of(verdict(seal=seal)).signatures[0].facts)


def test_it_names_who_sealed_and_who_vouches_for_the_time() -> None:
    told = facts(SEAL)

    assert "安徽省人民政府办公厅（340000.bgt）" == told["签发单位"]
    assert "2026-11-24 12:00:07（北京时间）" == told["签发时间"]
    assert "时间戳，由“安徽省时间戳中心”签发" == told["时间由谁证明"]
    assert "2 页，9000 字节" == told["签名覆盖"]


@pytest.mark.parametrize(
    ("algorithm", "words"),
    [("sm2-sm3", "国密"), ("ecdsa-sha256", "国际：ECDSA"), ("rsa-sha256", "国际：RSA")],
)
def test_it_names_suite_and_kind_of_key(algorithm: str, words: str) -> None:
    assert facts(replace_report(SEAL, algorithm=algorithm))["密码算法"].startswith(words)


def test_it_says_how_old_the_word_on_revocation_is() -> None:
    told = facts(replace_report(SEAL, revocation_as_of=NOON))

    assert "2026-11-24 12:00:07（北京时间）" in told["吊销状态"]
    assert "吊销状态" not in facts(SEAL)


ESEAL = SealReport(
    id="ES-1", name="安徽省人民政府办公厅", version=4, maker="安徽省电子印章制章中心",
    since=NOON, until=NOON.replace(year=2029),
)  # fmt: skip


def test_it_names_the_seal_and_who_made_it() -> None:
    told = facts(replace_report(SEAL, eseal=ESEAL))

    assert "安徽省人民政府办公厅（编号 ES-1）" == told["电子印章"]
    assert "安徽省电子印章制章中心" == told["制章机构"]
    assert "2026-11-24 至 2029-11-24" == told["印章有效期"]
    assert "骑缝章" not in told
    assert "签名章" in facts(replace_report(SEAL, eseal=changed(ESEAL, personal=True)))
    assert "每一页都有" == facts(replace_report(SEAL, eseal=changed(ESEAL, riding=True)))["骑缝章"]


def test_a_seal_that_is_only_a_picture_is_called_so() -> None:
    unbound = replace_report(SEAL, status="amber", reasons=(reason("seal-unbound"),))

    assert "没有，所见印章只是图片" == facts(unbound)["电子印章"]
    assert "电子印章" not in facts(SEAL)


def test_what_is_false_is_not_said_to_vouch_for_anything() -> None:
    false = replace_report(SEAL, status="red", reasons=(reason("digest"),))
    card = card_of(verdict("digest", seal=false))

    assert "签名覆盖" not in dict(card.signatures[0].facts)
    assert {"印章担保的页数", "签名级别"}.isdisjoint(dict(card.document))


def test_a_claimed_time_is_called_claimed() -> None:
    told = facts(replace_report(SEAL, proven=False, authority=""))

    assert "无时间戳，为签名人自报" == told["时间由谁证明"]


def test_what_is_not_known_is_left_out() -> None:
    told = facts(replace_report(SEAL, serial="", issuer="", time=None, proven=False, authority=""))

    assert {"证书序列号", "证书签发机构", "签发时间", "时间由谁证明"}.isdisjoint(told)


def replace_report(report: SignatureReport, **values: object) -> SignatureReport:
    """The report with other values."""
    return changed(report, **values)


def test_the_original_is_offered_only_where_something_was_added() -> None:
    assert not card_of(verdict()).added
    assert card_of(verdict(seal=replace_report(SEAL, covers=8000))).added
    assert not card_of(verdict(seal=replace_report(SEAL, covers=8000)), 8000).added
    assert not card_of(
        verdict("digest", seal=replace_report(SEAL, covers=8000, content=None))
    ).added


def test_reasons_keep_their_codes() -> None:
    card = card_of(verdict("digest", "time-claimed"))

    assert [("digest", "不可信"), ("time-claimed", "签名有效，时间未经证明")] == [
        (line.code, line.word) for line in card.reasons
    ]


def test_the_digest_is_shown_in_groups_that_can_be_compared() -> None:
    digits = sha256(PDF).partition(":")[2]

    assert f"SHA256  {fours(digits[:16])} …" == dict(card_of(verdict()).document)["文件摘要"]
    assert "0123 4567 89" == fours("0123456789")


def test_in_the_list_what_is_not_settled_is_told_from_what_is_false() -> None:
    suspect = replace(RECEIVED, state="suspect", verdict="amber")

    assert ("暂不能确认", "warn") == state_words(suspect)
    assert ("未通过验证", "bad") == state_words(replace(suspect, verdict="red"))
    assert ("待签收", "accent") == state_words(replace(suspect, state="pending", verdict="green"))


def test_what_is_not_settled_is_verified_again_and_never_signed_for() -> None:
    offered = actions(IncomingDetail(replace(RECEIVED, state="suspect", verdict="amber"), None, ()))

    assert ["verify"] == [action.id for action in offered if action.primary]
    assert [False] == [action.enabled for action in offered if action.id == "sign-for"]
