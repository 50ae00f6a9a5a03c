"""A joint issuer who does more than to seal in its own place: a trusted key, a dishonest hand."""

from collections.abc import Callable
from unittest.mock import patch

from signing.seal import apply, fields
from tests.hostile.attacks.fields import OVER, add_field
from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import CITY, Sealed, countersign
from tests.hostile.attacks.update import OPEN, SEAL, Node, Update, dictionary, node
from tests.support.attacks import sign_field


def _while_signing(sealed: Sealed, change: Callable[[Update, Node], None]) -> bytes:
    """The city's genuine seal in its own field, with something done in the same revision."""
    honest = fields.show

    def show(writer: Node, field: Node, appearance: Node) -> Node:
        form = honest(writer, field, appearance)
        change(Update(writer), field)
        writer.update_container(field)
        return form

    with patch.object(apply, "show", show):
        return countersign(sealed.hands, sealed.pdf, 1, CITY)


@variant("modified")
def issuer_changes_a_page(sealed: Sealed) -> bytes:
    """Exchange the words while signing."""

    def change(update: Update, _: Node) -> None:
        update.page(0)["/Contents"] = update.stream(b"BT /F1 20 Tf 80 600 Td (other) Tj ET")

    return _while_signing(sealed, change)


@variant("modified")
def issuer_changes_the_title(sealed: Sealed) -> bytes:
    """Exchange the title while signing."""

    def change(update: Update, _: Node) -> None:
        info = update.writer.trailer["/Info"]
        info["/Title"] = node("other title")
        update.writer.update_container(info)

    return _while_signing(sealed, change)


@variant("modified")
def issuer_adds_a_note(sealed: Sealed) -> bytes:
    """Write over the page while signing."""

    def change(update: Update, _: Node) -> None:
        note = dictionary(
            Type="/Annot", Subtype="/Stamp", Rect=OVER, AP=dictionary(N=update.drawing())
        )
        update.annotate(update.add(note))

    return _while_signing(sealed, change)


@variant("modified")
def issuer_adds_a_field(sealed: Sealed) -> bytes:
    """Fill in a field of its own making while signing."""

    def change(update: Update, _: Node) -> None:
        add_field(update, FT="/Tx", V="other", Rect=OVER, AP=dictionary(N=update.drawing()))

    return _while_signing(sealed, change)


@variant("modified")
def issuer_hides_the_first_seal(sealed: Sealed) -> bytes:
    """Make the other body's seal invisible while signing."""

    def change(update: Update, _: Node) -> None:
        update.field(SEAL)["/F"] = node(2)

    return _while_signing(sealed, change)


@variant("modified", "seal-picture")
def issuer_takes_another_place(sealed: Sealed) -> bytes:
    """Set its seal where no place was left for it."""

    def change(_: Update, field: Node) -> None:
        field["/Rect"] = node([10, 10, 129, 129])

    return _while_signing(sealed, change)


@variant("modified")
def issuer_brings_a_script(sealed: Sealed) -> bytes:
    """Bring in a script as the action of its own field."""

    def change(_: Update, field: Node) -> None:
        field["/AA"] = dictionary(PO=dictionary(S="/JavaScript", JS="app.alert(1)"))

    return _while_signing(sealed, change)


@variant("modified", "body")
def issuer_signs_as_another(sealed: Sealed) -> bytes:
    """Relabel its field while signing."""

    def change(_: Update, field: Node) -> None:
        field["/TU"] = node("国务院办公厅")

    return _while_signing(sealed, change)


@variant("modified", "seal-picture")
def issuer_shows_two_pictures(sealed: Sealed) -> bytes:
    """Show another picture under the pointer."""

    def change(update: Update, field: Node) -> None:
        field["/AP"] = dictionary(N=field["/AP"].raw_get("/N"), R=update.drawing())

    return _while_signing(sealed, change)


@variant("modified")
def issuer_brings_a_loose_object(sealed: Sealed) -> bytes:
    """Bring in tomorrow's page under its signature."""

    def change(update: Update, _: Node) -> None:
        update.stream(b"tomorrow's page")

    return _while_signing(sealed, change)


@variant("seal-unbound")
def issuer_signs_without_a_seal(sealed: Sealed) -> bytes:
    """Sign in its own place with a picture that no electronic seal vouches for."""
    return sign_field(sealed.pdf, OPEN, sealed.signer(CITY), existing=True)
