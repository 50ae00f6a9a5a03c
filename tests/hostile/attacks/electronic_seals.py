"""The electronic seal inside the signature exchanged, forged or out of its time (GB/T 38540)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

from pyhanko.sign.fields import MDPPerm

from signing import cms, der
from signing.pilot.seals import seal_maker
from signing.seal import apply, riding
from signing.seal.appearance import add_form
from signing.seal.gbt38540 import ElectronicSeal, SealOrder, make_seal, parse_seal
from signing.seal.picture import Appearance, appearance_of
from signing.seal.riding import strips_of
from signing.signer import Signer
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, NAMES, PROVINCE, Sealed, rich_pdf, slot
from tests.hostile.attacks.update import SEAL, Node
from tests.support.attacks import sign_field, stranger


def _set(
    sealed: Sealed,
    seal: bytes,
    *,
    body: str = PROVINCE,
    shown: Callable[[ElectronicSeal], Appearance] | None = None,
    over_edges: bool = False,
) -> bytes:
    """A document sealed by a body's UKEY with any seal, as a program would that asks nothing."""
    with (
        patch.object(apply, "verify_seal", lambda data, **_: parse_seal(data)),
        patch.object(apply, "check_owner"),
    ):
        if shown is None:
            return _sealed(sealed, seal, sealed.signer(body), over_edges=over_edges)
        other = shown(parse_seal(seal))
        with patch.object(apply, "appearance_of", lambda _: other):
            return _sealed(sealed, seal, sealed.signer(body), over_edges=over_edges)


def _sealed(sealed: Sealed, seal: bytes, signer: Signer, *, over_edges: bool) -> bytes:
    hands = sealed.hands
    return apply.seal_pdf(
        rich_pdf(),
        signer=signer,
        seal=seal,
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
        slots=(replace(slot(), body=""),),
        riding=over_edges,
    )


def _made(sealed: Sealed, maker: Signer, *, since: int = -1, until: int = 300) -> bytes:
    """A seal like the province's own, by any maker, valid for any days from today."""
    honest = parse_seal(sealed.hands.eseal(sealed.signer()))
    now = sealed.hands.now
    order = SealOrder(
        id="0" * 32,
        vendor="yidao",
        name=NAMES[PROVINCE],
        kind="body",
        certificates=(sealed.signer().certificate,),
        picture=honest.picture,
        created=now - timedelta(days=900),
        since=now + timedelta(days=since),
        until=now + timedelta(days=until),
    )
    return make_seal(order, maker=maker)


@variant("seal-certificate")
def seal_of_another_body(sealed: Sealed) -> bytes:
    """Sign with the city's UKEY and show the province's genuine seal."""
    return _set(sealed, sealed.hands.eseal(sealed.signer()), body=CITY)


@variant("seal-maker", "seal-maker-unknown")
def seal_made_by_the_attacker(sealed: Sealed) -> bytes:
    """Have a seal made by nobody in particular."""
    return _set(sealed, _made(sealed, stranger("安徽省电子印章制作中心")))


@variant("seal-maker")
def seal_made_by_a_body(sealed: Sealed) -> bytes:
    """Make a seal with a UKEY, which may sign documents and no seals."""
    return _set(sealed, _made(sealed, sealed.signer(CITY)))


@variant("seal-maker")
def seal_made_by_a_node(sealed: Sealed) -> bytes:
    """Make a seal with the key of an exchange node."""
    return _set(sealed, _made(sealed, sealed.hands.world.nodes["340000"].signer()))


@variant("seal-validity")
def seal_of_a_time_gone_by(sealed: Sealed) -> bytes:
    """Set a seal that has ended."""
    maker = seal_maker(sealed.hands.world.pilot)
    return _set(sealed, _made(sealed, maker, since=-800, until=-1))


@variant("seal-validity")
def seal_of_a_time_to_come(sealed: Sealed) -> bytes:
    """Set a seal that is not valid yet."""
    return _set(sealed, _made(sealed, seal_maker(sealed.hands.world.pilot), since=5))


@variant("seal-picture")
def seal_shown_as_another(sealed: Sealed) -> bytes:
    """Sign with the body's own seal and show the picture of another."""
    other = parse_seal(sealed.hands.eseal(sealed.signer(CITY)))
    return _set(
        sealed,
        sealed.hands.eseal(sealed.signer()),
        shown=lambda _: appearance_of(other.picture),
    )


@variant("seal-picture")
def seal_shown_with_a_line_more(sealed: Sealed) -> bytes:
    """Draw a line of text beside the genuine picture."""
    return _set(
        sealed,
        sealed.hands.eseal(sealed.signer()),
        shown=lambda seal: _with_more(appearance_of(seal.picture)),
    )


def _with_more(appearance: Appearance) -> Appearance:
    return replace(appearance, content=appearance.content + b"0 g 10 10 80 4 re f\n")


@variant("seal-picture")
def seal_shown_as_nothing(sealed: Sealed) -> bytes:
    """Sign with the genuine seal and show none, to deny later that it was sealed."""
    return _set(
        sealed,
        sealed.hands.eseal(sealed.signer()),
        shown=lambda seal: replace(appearance_of(seal.picture), content=b"q Q\n"),
    )


@variant("seal-unbound")
def seal_left_out(sealed: Sealed) -> bytes:
    """Certify with the genuine UKEY and draw a seal without having one."""
    return sign_field(
        rich_pdf(), SEAL, sealed.signer(), box=(300, 300, 420, 420), certify=MDPPerm.FILL_FORMS
    )


@variant("seal-maker", "seal-picture", "cms")
def seal_with_a_flipped_byte(sealed: Sealed) -> bytes:
    """Change the name on a genuine seal."""
    honest = sealed.hands.eseal(sealed.signer())
    name = NAMES[PROVINCE].encode()
    other = "安徽省人民政府办公室".encode()
    return _set(sealed, honest.replace(name, other))


@variant("cms", "seal-unbound")
def seal_given_twice(sealed: Sealed) -> bytes:
    """Carry two seals in one attribute, of which readers take one or the other."""
    city = sealed.hands.eseal(sealed.signer(CITY))

    def twice(kind: str, value: bytes) -> bytes:
        return der.sequence(der.oid(kind), der.encode(der.SET, b"".join(sorted((value, city)))))

    with patch.object(cms, "attribute", twice):
        return _set(sealed, sealed.hands.eseal(sealed.signer()))


@variant("seal-picture")
def riding_seal_left_out_on_a_page(sealed: Sealed) -> bytes:
    """Put the seal over the edges of all pages but the one to be exchanged."""
    honest = strips_of

    with patch.object(riding, "strips_of", lambda pages: honest(pages)[1:]):
        return _set(sealed, sealed.hands.eseal(sealed.signer()), over_edges=True)


@variant("seal-picture")
def riding_seal_of_another_body(sealed: Sealed) -> bytes:
    """Put another body's seal over the edges of the pages."""
    other = appearance_of(parse_seal(sealed.hands.eseal(sealed.signer(CITY))).picture)
    honest = riding.add_strips

    def strips(writer: Node, _: Appearance, __: object) -> None:
        honest(writer, other, add_form(writer, other))

    with patch.object(apply, "add_strips", strips):
        return _set(sealed, sealed.hands.eseal(sealed.signer()), over_edges=True)
