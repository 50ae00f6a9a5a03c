"""Signatures of others beside the honest seal (sneaky signature attack, 2021)."""

from unittest.mock import patch

from formats.typeset.display import SealSlot
from signing.seal import apply
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, COUNTY, NAMES, PROVINCE, Sealed, rich_pdf
from tests.hostile.attacks.update import OPEN, Update, dictionary, node
from tests.support.attacks import sign_field, stranger

BOX = (300, 300, 420, 420)
_REFUSED = ("stranger", "modified")


@variant(*_REFUSED)
def stranger_signs_visibly(sealed: Sealed) -> bytes:
    """Cover a paragraph with a signature of the attacker's own."""
    return sign_field(sealed.pdf, "Sneaky", stranger(), box=BOX)


@variant(*_REFUSED)
def stranger_signs_unseen(sealed: Sealed) -> bytes:
    """Put a signature on the document that viewers list beside the honest one."""
    return sign_field(sealed.pdf, "Sneaky", stranger())


@variant(*_REFUSED)
def stranger_signs_as_the_issuer(sealed: Sealed) -> bytes:
    """The same with a certificate that bears the issuer's name."""
    return sign_field(sealed.pdf, "Sneaky", stranger(NAMES[PROVINCE]), box=BOX)


@variant(*_REFUSED)
def trusted_body_signs_uninvited(sealed: Sealed) -> bytes:
    """Put a genuine body's seal on a document that was not issued jointly."""
    return sign_field(sealed.pdf, "Extra", sealed.signer(COUNTY), box=BOX)


@variant(*_REFUSED)
def trusted_body_signs_unseen(sealed: Sealed) -> bytes:
    """The same without a picture."""
    return sign_field(sealed.pdf, "Extra", sealed.signer(COUNTY))


@variant(*_REFUSED)
def issuer_signs_again(sealed: Sealed) -> bytes:
    """Have the issuer's own key sign once more, later, for other words."""
    return sign_field(sealed.pdf, "Extra", sealed.signer(PROVINCE), box=BOX)


@variant("path", "untrusted", kinds=("open",))
def stranger_signs_for_a_joint_issuer(sealed: Sealed) -> bytes:
    """Sign in the city's field with a certificate that bears the city's name."""
    return sign_field(sealed.pdf, OPEN, stranger(NAMES[CITY]), existing=True)


@variant("body", kinds=("open",))
def another_body_signs_for_a_joint_issuer(sealed: Sealed) -> bytes:
    """Sign in the city's field with the county's genuine UKEY."""
    return sign_field(sealed.pdf, OPEN, sealed.signer(COUNTY), existing=True)


@variant("body", kinds=("open",))
def issuer_signs_for_a_joint_issuer(sealed: Sealed) -> bytes:
    """Sign in the city's field with the issuer's own UKEY."""
    return sign_field(sealed.pdf, OPEN, sealed.signer(PROVINCE), existing=True)


@variant("usage", kinds=("open",))
def node_signs_for_a_joint_issuer(sealed: Sealed) -> bytes:
    """Sign in the city's field with the key of an exchange node."""
    node_key = sealed.hands.world.nodes["340000"].signer()
    return sign_field(sealed.pdf, OPEN, node_key, existing=True)


@variant("usage", kinds=("open",))
def time_stamp_authority_signs_for_a_joint_issuer(sealed: Sealed) -> bytes:
    """Sign in the city's field with the key of the time-stamp authority."""
    return sign_field(sealed.pdf, OPEN, sealed.hands.world.tsa.signer(), existing=True)


@variant("stranger", "modified", "unreadable")
def stranger_signs_below_the_seal(sealed: Sealed) -> bytes:
    """Hide a signature as a child of the seal's own field."""
    update = Update.of(sign_field(sealed.pdf, "Sneaky", stranger()))
    child = update.field_reference("Sneaky")
    update.field("Sneaky")["/Parent"] = update.field_reference()
    update.field()["/Kids"] = node([child])
    return update.done()


@variant(*_REFUSED)
def stranger_signs_then_paints(sealed: Sealed) -> bytes:
    """Sign in a field of no size and give it a picture afterwards."""
    update = Update.of(sign_field(sealed.pdf, "Sneaky", stranger()))
    field = update.field("Sneaky")
    field["/Rect"] = node([80, 690, 300, 720])
    field["/AP"] = dictionary(N=update.drawing())
    return update.done()


@variant("modified", "stranger", "removed", "coverage")
def seal_exchanged_for_a_stranger(sealed: Sealed) -> bytes:
    """Put a stranger's signature into the seal's own field, its picture left as it was."""
    signed = sign_field(sealed.pdf, "Sneaky", stranger(NAMES[PROVINCE]))
    update = Update.of(signed)
    value = update.field_reference("Sneaky").get_object().raw_get("/V")
    update.field()["/V"] = value
    return update.done()


@variant("path", "untrusted", kinds=("single",))
def whole_document_forged(sealed: Sealed) -> bytes:
    """Seal other words with a certificate that bears the issuer's name."""
    forger = stranger(NAMES[PROVINCE])
    return sealed.forge(forger)


@variant("usage", kinds=("single",))
def sealed_by_a_node(sealed: Sealed) -> bytes:
    """Seal with the genuine key of an exchange node."""
    return sealed.forge(sealed.hands.world.nodes["340000"].signer())


@variant("body", kinds=("single",))
def stamp_of_another_person(sealed: Sealed) -> bytes:
    """Put somebody's 签名章 in the place that was left for a certain person's."""
    return _stamped(sealed, "张三")


@variant("body", kinds=("single",))
def stamp_that_names_a_body(sealed: Sealed) -> bytes:
    """Put a stamp with a body's name in the place that was left for a person's 签名章."""
    return _stamped(sealed, NAMES[COUNTY])


def _stamped(sealed: Sealed, name: str) -> bytes:
    """An order with places for two persons, the second used by a trusted body without a part."""
    hands = sealed.hands
    issuer, other = sealed.signer(), sealed.signer(COUNTY)
    places = tuple(
        SealSlot(2, 60.0 + 90 * number, 180.0, 30.0, person, "personal", 15.0)
        for number, person in enumerate(("罗云峰", "王清宪"))
    )
    first = apply.seal_pdf(
        rich_pdf(),
        signer=issuer,
        seal=hands.eseal(issuer, places[0].body, stamp_mm=(30, 15)),
        trust=hands.trust,
        timestamps=hands.authority,
        clock=lambda: hands.now,
        slots=places,
    )
    with patch.object(apply, "check_owner"):
        return apply.countersign_pdf(
            first,
            OPEN,
            signer=other,
            seal=hands.eseal(other, name, stamp_mm=(30, 15)),
            trust=hands.trust,
            timestamps=hands.authority,
            clock=lambda: hands.now,
        )
