"""What the verdict says of the electronic seal, its picture, and of places for others to seal.

The bad ones are made by a rogue client: it holds the body's real key and signs what ours refuses.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from formats.typeset.display import SealSlot
from signing.errors import WrongOwner
from signing.pilot.issue import issue_neighbour
from signing.pilot.seals import issue_seal, seal_maker
from signing.pilot.store import Pilot
from signing.seal import apply
from signing.seal.apply import countersign_pdf, open_fields, seal_pdf
from signing.seal.fields import Act, Layout, certifying
from signing.seal.gbt38540 import SealOrder, SealPicture, make_seal, parse_seal
from signing.seal.image import draw_seal
from signing.seal.picture import appearance_of, svg_of
from signing.signer import Signer
from signing.trust import oids
from signing.trust.store import TrustStore
from signing.verdict.pdf import verify_pdf
from signing.verdict.report import Verdict
from signing.verdict.sandbox import verify_outside
from tests.support.sealed import CITY, COUNTY, NAMES, PROVINCE, Hands, plain_pdf, slot
from tests.unit.signing.seal.test_picture import png


def codes(verdict: Verdict) -> list[str]:
    return [reason.code for reason in verdict.reasons]


def rogue(
    hands: Hands, seal: bytes, shown: bytes | None = None, signer: Signer | None = None
) -> bytes:
    """A PDF sealed with a seal that nobody checked, showing its picture or another's."""
    found = parse_seal(seal)
    picture = parse_seal(shown).picture if shown else found.picture
    chosen = signer or hands.world.signer(PROVINCE)
    act = Act(chosen, found, appearance_of(picture), hands.authority, hands.now)
    layout = Layout((slot(PROVINCE),), 0, ())
    return apply._sign(plain_pdf(), act, partial(certifying, layout, act))


def made(
    hands: Hands,
    *,
    maker: Signer | None = None,
    certificate: bytes | None = None,
    until: datetime | None = None,
) -> bytes:
    """A seal of the province, made with care or without."""
    order = SealOrder(
        id="0A",
        vendor="TEST",
        name=NAMES[PROVINCE],
        kind="body",
        certificates=(certificate or hands.world.signer(PROVINCE).certificate,),
        picture=svg_of(draw_seal(NAMES[PROVINCE], 42)),
        created=hands.now,
        since=hands.now - timedelta(days=20),
        until=until or hands.now + timedelta(days=20),
    )
    return make_seal(order, maker=maker or seal_maker(hands.world.pilot))


def verdict_on(hands: Hands, pdf: bytes) -> Verdict:
    return verify_pdf(pdf, trust=hands.trust, now=hands.now)


def test_report_tells_of_the_seal_and_its_maker(hands: Hands, sealed: bytes) -> None:
    verdict = verdict_on(hands, sealed)

    assert verdict.status == "green"
    assert verdict.seal is not None
    assert verdict.seal.eseal is not None
    eseal = verdict.seal.eseal
    assert (eseal.name, eseal.version, eseal.personal) == (NAMES[PROVINCE], 4, False)
    assert (eseal.maker, eseal.riding) == ("安徽省电子印章制章中心", False)


def test_rogue_with_a_good_seal_is_green_like_everybody(hands: Hands) -> None:
    assert verdict_on(hands, rogue(hands, made(hands))).status == "green"


def test_signature_without_a_seal_is_amber(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oids, "SEAL_ATTRIBUTE", "2.25.999")
    pdf = rogue(hands, made(hands))
    monkeypatch.undo()
    verdict = verdict_on(hands, pdf)

    assert (verdict.status, codes(verdict)) == ("amber", ["seal-unbound"])
    assert verdict.seal is not None
    assert verdict.seal.eseal is None


def test_picture_of_another_seal_is_red(hands: Hands) -> None:
    other = hands.eseal(hands.world.signer(CITY))
    verdict = verdict_on(hands, rogue(hands, made(hands), other))

    assert (verdict.status, codes(verdict)) == ("red", ["seal-picture"])


def by_the_body(hands: Hands) -> bytes:
    return made(hands, maker=hands.world.signer(PROVINCE))


def forged(hands: Hands) -> bytes:
    good = made(hands)
    at = good.index(NAMES[PROVINCE].encode())
    return good[: at + 2] + bytes([good[at + 2] ^ 1]) + good[at + 3 :]


def for_another(hands: Hands) -> bytes:
    return made(hands, certificate=hands.world.signer(CITY).certificate)


def outlived(hands: Hands) -> bytes:
    return made(hands, until=hands.now - timedelta(days=1))


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (by_the_body, "seal-maker"),
        (forged, "seal-maker"),
        (for_another, "seal-certificate"),
        (outlived, "seal-validity"),
    ],
    ids=["own maker", "forged", "another's", "outlived"],
)
def test_seal_that_is_not_good_is_red(
    bad: Callable[[Hands], bytes], code: str, hands: Hands
) -> None:
    verdict = verdict_on(hands, rogue(hands, bad(hands)))

    assert (verdict.status, codes(verdict)) == ("red", [code])


def test_attribute_that_is_no_seal_is_red(hands: Hands) -> None:
    good = parse_seal(made(hands))
    junk = replace(good, der=b"\x30\x03\x02\x01\x01")
    act = Act(hands.world.signer(PROVINCE), junk, appearance_of(good.picture), None, hands.now)
    layout = Layout((slot(PROVINCE),), 0, ())
    pdf = apply._sign(plain_pdf(), act, partial(certifying, layout, act))
    verdict = verdict_on(hands, pdf)

    assert verdict.status == "red"
    assert "seal-maker" in codes(verdict)


def test_seal_that_the_directory_has_ended_is_red_from_then_on(hands: Hands, sealed: bytes) -> None:
    known = verify_pdf(sealed, trust=hands.trust, now=hands.now).seal
    if known is None or known.eseal is None or known.time is None:
        pytest.fail("no seal, or no time")
    for since, status in (
        (known.time, "red"),
        (known.time + timedelta(hours=1), "green"),
    ):
        trust = TrustStore(
            hands.trust.anchors,
            hands.trust.intermediates,
            hands.trust.crls,
            ended_seals={known.eseal.id: since},
        )
        told = verify_pdf(sealed, trust=trust, now=hands.now + timedelta(hours=2))
        assert (told.status, told.has("seal-revoked")) == (status, status == "red")
        assert told == verify_outside(sealed, trust=trust, now=hands.now + timedelta(hours=2))


def test_seal_of_an_unknown_maker_is_amber(hands: Hands, tmp_path: Path) -> None:
    stranger = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    verdict = verdict_on(hands, rogue(hands, made(hands, maker=seal_maker(stranger))))

    assert (verdict.status, codes(verdict)) == ("amber", ["seal-maker-unknown"])


def test_png_seal_is_shown_and_verified(hands: Hands) -> None:
    signer = hands.world.signer(PROVINCE)
    picture = SealPicture("PNG", png("RGB", side=300), 42, 42)
    seal = issue_seal(
        hands.world.pilot, PROVINCE, NAMES[PROVINCE], [signer.certificate], picture=picture
    )

    assert verdict_on(hands, rogue(hands, seal)).status == "green"


@pytest.mark.parametrize("riding", [False, True], ids=["seal", "strips"])
def test_seal_of_the_suite_gm_is_verified_by_the_same_call(riding: bool, hands: Hands) -> None:
    issued = issue_neighbour(
        hands.world.pilot, "320000.gm", "国密试验厅", hands.world.folder / "gm", suite="GM"
    )
    verdict = verdict_on(hands, hands.seal(plain_pdf(), signer=issued.signer(), riding=riding))

    assert verdict.accepted
    assert verdict.seal is not None
    assert verdict.seal.eseal is not None
    assert (verdict.seal.eseal.name, verdict.seal.eseal.riding) == ("国密试验厅", riding)
    assert verdict.seal.eseal.maker == "安徽省电子印章制章中心（国密）"


# --- joint issuers and 会签 -----------------------------------------------------------------------
GUEST = SealSlot(page=1, x_mm=60, y_mm=220, diameter_mm=42, body=NAMES[COUNTY])


def test_place_open_for_countersigning_leaves_the_document_good(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), countersigners=(GUEST,))
    verdict = verdict_on(hands, pdf)

    assert (verdict.status, codes(verdict)) == ("blue", ["countersign-open"])
    assert verdict.accepted


def test_countersigned_document_is_blue_and_says_so(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), countersigners=(GUEST,))
    verdict = verdict_on(hands, hands.countersign(pdf, "Countersign1", COUNTY))

    assert (verdict.status, codes(verdict)) == ("blue", ["countersigned"])


def test_joint_issuer_that_has_not_sealed_is_told_from_an_open_place(hands: Hands) -> None:
    slots = (slot(PROVINCE, 50, 180), slot(CITY, 120, 180))
    pdf = hands.seal(plain_pdf(), slots=slots, countersigners=(GUEST,))
    verdict = verdict_on(hands, pdf)

    assert (verdict.status, codes(verdict)) == ("amber", ["seals-missing", "countersign-open"])


def test_countersigning_place_takes_only_the_body_that_was_asked(hands: Hands) -> None:
    pdf = hands.seal(plain_pdf(), countersigners=(GUEST,))

    with pytest.raises(WrongOwner):
        hands.countersign(pdf, "Countersign1", CITY)


@pytest.mark.parametrize("count", [2, 7])
def test_joint_seals_of_two_to_seven_bodies_are_all_good(count: int, hands: Hands) -> None:
    pilot, folder = hands.world.pilot, hands.world.folder
    names = [f"第{number}试验厅" for number in range(1, count + 1)]
    signers = [
        issue_neighbour(pilot, f"320000.j{n}", name, folder / f"joint{count}-{n}").signer()
        for n, name in enumerate(names)
    ]
    slots = tuple(
        SealSlot(page=2, x_mm=40 + 60 * (n % 3), y_mm=60 + 60 * (n // 3), diameter_mm=42, body=name)
        for n, name in enumerate(names)
    )
    pdf = seal_pdf(
        plain_pdf(), signer=signers[0], seal=hands.eseal(signers[0]), trust=hands.trust,
        timestamps=hands.authority, clock=lambda: hands.now, slots=slots,
    )  # fmt: skip
    for (field, _), signer in zip(open_fields(pdf), signers[1:], strict=True):
        pdf = countersign_pdf(
            pdf, field, signer=signer, seal=hands.eseal(signer), trust=hands.trust,
            timestamps=hands.authority, clock=lambda: hands.now,
        )  # fmt: skip
    verdict = verdict_on(hands, pdf)

    assert (verdict.status, codes(verdict)) == ("blue", ["joint"])
    assert [s.eseal.name for s in verdict.signatures if s.eseal] == names
