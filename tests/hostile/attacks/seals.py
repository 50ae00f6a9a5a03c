"""The picture of a seal exchanged, moved, hidden or shown again after the seal was set."""

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import OPEN, Update, dictionary, node

OTHER_SEAL = b"1 0 0 rg 0 0 119 119 re f"


@variant("modified")
def seal_picture_replaced(sealed: Sealed) -> bytes:
    """Show another seal than the one set, through a new appearance."""
    update = Update.of(sealed.pdf)
    update.field()["/AP"] = dictionary(N=update.drawing(OTHER_SEAL))
    return update.done()


@variant("modified")
def seal_picture_overwritten(sealed: Sealed) -> bytes:
    """Show another seal by writing the old picture anew under its own number."""
    update = Update.of(sealed.pdf)
    picture = update.field_reference().get_object()["/AP"]["/N"]
    picture._data, picture._encoded_data = OTHER_SEAL, None
    picture.pop("/Filter", None)
    update.writer.update_container(picture)
    return update.done()


@variant("modified")
def seal_picture_under_the_pointer(sealed: Sealed) -> bytes:
    """Show another seal as soon as the pointer is over it (/R, /D)."""
    update = Update.of(sealed.pdf)
    field = update.field()
    honest = field["/AP"].raw_get("/N")
    field["/AP"] = dictionary(N=honest, R=update.drawing(OTHER_SEAL))
    return update.done()


@variant("modified")
def seal_picture_by_state(sealed: Sealed) -> bytes:
    """Give the seal two states and choose the dishonest one."""
    update = Update.of(sealed.pdf)
    field = update.field()
    field["/AP"] = dictionary(
        N=dictionary(On=update.drawing(OTHER_SEAL), Off=field["/AP"].raw_get("/N"))
    )
    field["/AS"] = node("/On")
    return update.done()


@variant("modified")
def seal_moved(sealed: Sealed) -> bytes:
    """Set the seal under another paragraph."""
    update = Update.of(sealed.pdf)
    update.field()["/Rect"] = node([10, 10, 129, 129])
    return update.done()


@variant("modified")
def seal_spread(sealed: Sealed) -> bytes:
    """Cover the page with the seal."""
    update = Update.of(sealed.pdf)
    update.field()["/Rect"] = node([0, 0, 595, 842])
    return update.done()


@variant("modified")
def seal_moved_to_another_page(sealed: Sealed) -> bytes:
    """Set the seal on a page that was issued without one."""
    update = Update.of(sealed.pdf)
    reference = update.field_reference()
    update.field()["/P"] = update.page_reference(0)
    update.annotate(reference, 0)
    return update.done()


@variant("modified")
def seal_hidden(sealed: Sealed) -> bytes:
    """Hide the seal, so that the paper looks like a draft."""
    update = Update.of(sealed.pdf)
    update.field()["/F"] = node(2)
    return update.done()


@variant("modified")
def seal_not_printed(sealed: Sealed) -> bytes:
    """Show the seal on the screen and leave it out of the print."""
    update = Update.of(sealed.pdf)
    update.field()["/F"] = node(0)
    return update.done()


@variant("modified")
def seal_made_a_layer(sealed: Sealed) -> bytes:
    """Make the seal depend on a layer that can be turned off."""
    update = Update.of(sealed.pdf)
    update.field()["/OC"] = update.add(dictionary(Type="/OCG", Name="seal"))
    return update.done()


@variant("modified", "stranger")
def seal_shown_twice(sealed: Sealed) -> bytes:
    """Show the honest signature in a second place, where it was never set."""
    update = Update.of(sealed.pdf)
    honest = update.field_reference().get_object()
    copy = dictionary(**{str(key)[1:]: honest.raw_get(key) for key in honest})
    copy["/T"] = node("Again")
    copy["/Rect"] = node([10, 10, 129, 129])
    reference = update.add(copy)
    update.form()["/Fields"].append(reference)
    update.annotate(reference)
    return update.done()


@variant("modified", "stranger", "unreadable")
def seal_given_a_second_widget(sealed: Sealed) -> bytes:
    """Show the seal in a second place by a further widget of the same field."""
    update = Update.of(sealed.pdf)
    field = update.field()
    widget = dictionary(
        Type="/Annot",
        Subtype="/Widget",
        Rect=[10, 10, 129, 129],
        AP=dictionary(N=field["/AP"].raw_get("/N")),
        Parent=update.field_reference(),
    )
    reference = update.add(widget)
    field["/Kids"] = node([reference])
    update.annotate(reference)
    return update.done()


@variant("modified")
def seal_copied_as_a_picture(sealed: Sealed) -> bytes:
    """Print the seal's picture under another paragraph, as part of the page."""
    update = Update.of(sealed.pdf)
    picture = update.field_reference().get_object()["/AP"].raw_get("/N")
    page = update.page(0)
    page["/Resources"] = dictionary(
        Font=page["/Resources"].raw_get("/Font"), XObject=dictionary(Seal=picture)
    )
    drawing = update.stream(b"q 1 0 0 1 300 300 cm /Seal Do Q")
    page["/Contents"] = node([page.raw_get("/Contents"), drawing])
    return update.done()


@variant("modified", "removed", "unsigned")
def seal_taken_back(sealed: Sealed) -> bytes:
    """Empty the field, so that the document looks never sealed."""
    update = Update.of(sealed.pdf)
    del update.field()["/V"]
    return update.done()


@variant("modified", kinds=("open",))
def picture_in_a_field_not_yet_signed(sealed: Sealed) -> bytes:
    """Paint a joint issuer's seal into its field before that body has set it."""
    update = Update.of(sealed.pdf)
    update.field(OPEN)["/AP"] = dictionary(N=update.drawing(OTHER_SEAL))
    return update.done()


@variant("modified", kinds=("open",))
def field_not_yet_signed_moved(sealed: Sealed) -> bytes:
    """Let a joint issuer seal in another place than the one left for it."""
    update = Update.of(sealed.pdf)
    update.field(OPEN)["/Rect"] = node([80, 690, 199, 809])
    return update.done()


@variant("modified", "removed", kinds=("open",))
def field_not_yet_signed_removed(sealed: Sealed) -> bytes:
    """Make a joint document complete by taking away the places of those who did not seal."""
    update = Update.of(sealed.pdf)
    update.form()["/Fields"] = node([update.field_reference()])
    return update.done()


@variant("modified", kinds=("open",))
def field_not_yet_signed_relabelled(sealed: Sealed) -> bytes:
    """Let another body seal where the issuer left a place for the city."""
    update = Update.of(sealed.pdf)
    update.field(OPEN)["/TU"] = node("肥西县人民政府办公室")
    return update.done()
