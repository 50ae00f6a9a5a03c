"""Damaged documents before the extension: a coded refusal or an honest extension, nothing else."""

import random  # noqa: TID251 - seeded mutations
from contextlib import suppress

import pytest

from formats.errors import YidaoError
from signing.seal.extend import extend_lt, extend_lta, proven_until
from signing.verdict.pdf import verify_pdf
from tests.support.pki import PilotWorld
from tests.support.sealed import Hands, plain_pdf
from tests.support.years import Years, apart

ROUNDS = 60


@pytest.fixture(scope="module")
def years(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Years:
    return Years.begin(apart(pilot, tmp_path_factory.mktemp("extending")))


@pytest.fixture(scope="module")
def kinds(years: Years) -> dict[str, bytes]:
    """A sealed document, one with its data, one under an archive time-stamp."""
    sealed = Hands(years.world).seal(plain_pdf())
    trust, now = years.trust(), years.today
    return {
        "sealed": sealed,
        "lt": extend_lt(sealed, trust=trust, now=now),
        "lta": extend_lta(sealed, trust=trust, timestamps=years.authority(), now=now),
    }


def damaged(pdf: bytes, chance: random.Random) -> bytes:
    """One of: an octet changed, a stretch cut out, cut short, a stretch twice, words exchanged."""
    at, size = chance.randrange(len(pdf)), chance.randrange(1, 400)
    how = chance.randrange(5)
    if how == 0:
        return pdf[:at] + bytes((pdf[at] ^ 1 << chance.randrange(8),)) + pdf[at + 1 :]
    if how == 1:
        return pdf[:at] + pdf[at + size :]
    if how == 2:
        return pdf[:at]
    if how == 3:
        return pdf[: at + size] + pdf[at:]
    words = [b"/DSS", b"/Certs", b"/CRLs", b"/ByteRange", b"/Contents", b"/Type", b"/V", b"endobj"]
    old, new = chance.sample(words, 2)
    return pdf.replace(old, new, chance.randrange(1, 3))


@pytest.mark.parametrize("kind", ["sealed", "lt", "lta"])
def test_damaged_document_is_refused_by_a_code_or_stays_honest(
    years: Years, kinds: dict[str, bytes], kind: str
) -> None:
    chance = random.Random(kind)  # noqa: S311 - reproducible
    trust, now = years.trust(), years.today
    extended = refused = 0
    for _ in range(ROUNDS):
        pdf = damaged(kinds[kind], chance)
        try:
            done = extend_lta(pdf, trust=trust, timestamps=years.authority(), now=now)
        except YidaoError:
            refused += 1
            continue
        extended += 1
        assert done.startswith(pdf)
        assert verify_pdf(done, trust=trust, now=now).status == "blue"

    assert refused > ROUNDS // 2
    assert extended + refused == ROUNDS


def test_end_of_a_damaged_document_is_told_or_refused_by_a_code(
    years: Years, kinds: dict[str, bytes]
) -> None:
    chance = random.Random("end")  # noqa: S311 - reproducible
    for _ in range(ROUNDS):
        pdf = damaged(kinds["lta"], chance)
        with suppress(YidaoError):
            assert proven_until(pdf, years.trust(), years.today) > years.today


@pytest.mark.parametrize("answer", ["empty", "junk", "huge", "cut", "rejection"])
def test_bad_answer_of_an_authority_is_a_code(
    years: Years, kinds: dict[str, bytes], answer: str
) -> None:
    good = years.authority()

    def source(request: bytes) -> bytes:
        return {
            "empty": b"",
            "junk": b"\x30\x82\xff\xff" + bytes(64),
            "huge": bytes(1 << 20),
            "cut": good(request)[:-5],
            "rejection": good(b"\x30\x00"),
        }[answer]

    with pytest.raises(YidaoError) as caught:
        extend_lta(kinds["lt"], trust=years.trust(), timestamps=source, now=years.today)
    assert caught.value.code in {"timestamp.invalid", "timestamp.refused"}
