"""Every honest way to seal a document and to keep it."""

from collections.abc import Callable, Sequence

from formats.effects import system_randomness
from formats.typeset.display import SealSlot
from signing import suites
from signing.keys import KeySigner, generate_key, load_key
from signing.pilot.profiles import (
    PROFILES,
    Authority,
    alternative_names,
    build_certificate,
    subject_name,
)
from signing.seal.apply import countersign_pdf, seal_pdf
from signing.seal.extend import extend_lt, extend_lta
from signing.seal.place import countersign_name, field_name
from signing.signer import Signer
from signing.timestamp import LocalAuthority
from signing.trust import certs
from signing.trust.certs import name_of
from tests.hostile.attacks.sealed import CITY, COUNTY, NAMES, PROVINCE, rich_pdf
from tests.hostile.attacks.update import archive
from tests.support.sealed import Hands, plain_pdf

Act = Callable[[Hands], bytes]

ACTS: dict[str, tuple[Act, str, int]] = {}
"""By name: what makes the document, the status it deserves, how many seals it bears."""

MORE = (
    ("340200.bgs", "芜湖市人民政府办公室"),
    ("340300.bgs", "蚌埠市人民政府办公室"),
    ("340400.bgs", "淮南市人民政府办公室"),
    ("340500.bgs", "马鞍山市人民政府办公室"),
)
"""Bodies beside the three of the test world."""


def act(status: str, seals: int = 1) -> Callable[[Act], Act]:
    """Enter an act under its name."""

    def entered(make: Act) -> Act:
        ACTS[make.__name__] = (make, status, seals)
        return make

    return entered


def issued(hands: Hands, body: str, name: str) -> Signer:
    """A signer of any body, its key in memory: the pilot issues the certificate."""
    pilot, suite = hands.world.pilot, hands.world.suite
    national = suite == "GM"
    authority: Authority = "gm-province" if national else "province"
    key = generate_key("sm2" if national else "p256")
    certificate = build_certificate(
        PROFILES["ukey-sign"],
        subject=subject_name(name, name, "安徽省"),
        public_key=key.public_key(),
        issuer=certs.load(pilot.authority(authority)),
        issuer_key=load_key(pilot.folder / f"keys/{authority}.key"),
        issuer_id=authority,
        serial=pilot.new_serial(),
        now=hands.now,
        names=alternative_names(f"body:{body}"),
    )
    return KeySigner(key, certificate, pilot.chain_of(suite))


def signers(hands: Hands, count: int) -> list[Signer]:
    """That many bodies."""
    own = [hands.world.signer(body) for body in (PROVINCE, CITY, COUNTY)[:count]]
    return own + [issued(hands, body, name) for body, name in MORE[: count - len(own)]]


def places(owners: Sequence[Signer]) -> tuple[SealSlot, ...]:
    """A slot of 42 mm for each, three in a row on the last page."""
    return tuple(
        SealSlot(
            2, 40.0 + 60 * (number % 3), 120.0 + 50 * (number // 3), 42.0, name_of(s.certificate)
        )
        for number, s in enumerate(owners)
    )


def set_by(
    hands: Hands,
    pdf: bytes,
    owners: Sequence[Signer],
    *,
    done: int | None = None,
    stamped: bool = True,
    riding: bool = False,
) -> bytes:
    """The PDF sealed by the first owner and countersigned by the others, or by ``done`` in all."""
    first, *others = owners
    source = hands.authority if stamped else None
    pdf = seal_pdf(
        pdf,
        signer=first,
        seal=hands.eseal(first),
        trust=hands.trust,
        timestamps=source,
        clock=lambda: hands.now,
        slots=places(owners),
        riding=riding,
    )
    for number, signer in enumerate(others[: None if done is None else done - 1], 1):
        pdf = countersign_pdf(
            pdf,
            field_name(number),
            signer=signer,
            seal=hands.eseal(signer),
            trust=hands.trust,
            timestamps=source,
            clock=lambda: hands.now,
        )
    return pdf


def _joint(count: int) -> None:
    def make(hands: Hands) -> bytes:
        return set_by(hands, rich_pdf(), signers(hands, count))

    make.__name__ = f"joint_seals_of_{count}"
    act("green" if count == 1 else "blue", count)(make)


for _count in range(1, 8):
    _joint(_count)


@act("amber", 2)
def joint_seals_not_complete(hands: Hands) -> bytes:
    """Two of three: nothing wrong, something missing."""
    return set_by(hands, rich_pdf(), signers(hands, 3), done=2)


@act("green-b")
def level_b(hands: Hands) -> bytes:
    """Without a time-stamp."""
    return set_by(hands, rich_pdf(), signers(hands, 1), stamped=False)


@act("blue", 2)
def level_b_joint(hands: Hands) -> bytes:
    """Two seals without time-stamps."""
    return set_by(hands, rich_pdf(), signers(hands, 2), stamped=False)


@act("green")
def level_t(hands: Hands) -> bytes:
    """With a time-stamp."""
    return set_by(hands, plain_pdf(), signers(hands, 1))


@act("blue")
def level_lt(hands: Hands) -> bytes:
    """With what it takes to judge it later."""
    return extend_lt(level_t(hands), trust=hands.trust, now=hands.now)


@act("blue")
def level_lta(hands: Hands) -> bytes:
    """The same under an archive time-stamp."""
    return extend_lta(level_t(hands), trust=hands.trust, timestamps=hands.authority, now=hands.now)


@act("blue", 3)
def level_lta_joint(hands: Hands) -> bytes:
    """Three seals under an archive time-stamp."""
    pdf = set_by(hands, rich_pdf(), signers(hands, 3))
    return extend_lta(pdf, trust=hands.trust, timestamps=hands.authority, now=hands.now)


@act("blue")
def level_lta_stamped_again(hands: Hands) -> bytes:
    """Three archive time-stamps, one over the other."""
    pdf = level_lta(hands)
    suite = suites.GM if hands.world.suite == "GM" else suites.INTL
    for number in (2, 3):
        pdf = archive(pdf, hands.authority, f"Archive{number}", suite=suite)
    return pdf


@act("blue")
def level_lta_of_level_b(hands: Hands) -> bytes:
    """An archive time-stamp that proves the time of a seal without one."""
    return extend_lta(level_b(hands), trust=hands.trust, timestamps=hands.authority, now=hands.now)


@act("green")
def second_ukey_of_the_same_body(hands: Hands) -> bytes:
    """A body's other UKEY, with a certificate of its own."""
    return set_by(hands, rich_pdf(), [issued(hands, PROVINCE, NAMES[PROVINCE])])


@act("blue", 2)
def two_ukeys_of_the_same_body(hands: Hands) -> bytes:
    """Both UKEYs of a body on one document, each in a place of its own."""
    second = issued(hands, PROVINCE, NAMES[PROVINCE])
    return set_by(hands, rich_pdf(), [hands.world.signer(PROVINCE), second])


@act("green")
def riding_seal(hands: Hands) -> bytes:
    """A 骑缝章 over the edges of two pages."""
    return set_by(hands, rich_pdf(), signers(hands, 1), riding=True)


@act("green")
def riding_seal_over_many_pages(hands: Hands) -> bytes:
    """A 骑缝章 over thirty pages."""
    return set_by(hands, plain_pdf(30), signers(hands, 1), riding=True)


@act("green")
def personal_stamp(hands: Hands) -> bytes:
    """A 签名章."""
    signer = hands.world.signer(PROVINCE)
    return seal_pdf(
        plain_pdf(),
        signer=signer,
        seal=hands.eseal(signer, "罗云峰", stamp_mm=(30, 15)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
        slots=(SealSlot(2, 150.0, 180.0, 30.0, "罗云峰", "personal", 15.0),),
    )


@act("blue")
def places_left_open_for_countersigning(hands: Hands) -> bytes:
    """会签 places that nobody has used."""
    return _with_countersigners(hands)


@act("blue", 2)
def place_for_countersigning_used(hands: Hands) -> bytes:
    """会签 by the city in the place left for it."""
    pdf = _with_countersigners(hands)
    return countersign_pdf(
        pdf,
        countersign_name(0),
        signer=hands.world.signer(CITY),
        seal=hands.eseal(hands.world.signer(CITY)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
    )


def _with_countersigners(hands: Hands) -> bytes:
    first, second = places(signers(hands, 2))
    return hands.seal(rich_pdf(), slots=(first,), countersigners=(second,))


@act("green")
def large_container(hands: Hands) -> bytes:
    """A time-stamp with more certificates than room was set aside for."""
    tsa = hands.world.tsa
    chain = hands.world.pilot.certificates()
    carrying = KeySigner(load_key(tsa.key_path), tsa.certificate, chain)
    signer = hands.world.signer(PROVINCE)
    return seal_pdf(
        rich_pdf(),
        signer=signer,
        seal=hands.eseal(signer),
        trust=hands.trust,
        timestamps=LocalAuthority(carrying, lambda: hands.now, system_randomness),
        clock=lambda: hands.now,
        slots=places([signer]),
    )
