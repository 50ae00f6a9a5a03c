"""The form changed after the seal: fields laid over the page, switches of the form turned."""

from pyhanko.pdf_utils import generic

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import Node, Update, dictionary, node

OVER = [80, 690, 300, 720]
"""Where the text of the page stands."""


def add_field(update: Update, **entries: object) -> Node:
    """A new field with a widget on the last page; its reference."""
    widget = {"Type": "/Annot", "Subtype": "/Widget", "F": 4, "T": "Extra", **entries}
    reference = update.add(dictionary(**widget))
    update.form()["/Fields"].append(reference)
    update.writer.update_container(update.writer.root["/AcroForm"]["/Fields"])
    update.annotate(reference)
    return reference


@variant("modified")
def text_field_laid_over(sealed: Sealed) -> bytes:
    """Show other words through a new text field over the old ones (form overlay)."""
    update = Update.of(sealed.pdf)
    add_field(update, FT="/Tx", V="other", Rect=OVER, AP=dictionary(N=update.drawing()))
    return update.done()


@variant("modified")
def button_laid_over(sealed: Sealed) -> bytes:
    """Make a part of the page a button that runs a script."""
    update = Update.of(sealed.pdf)
    action = dictionary(S="/JavaScript", JS="app.alert(1)")
    add_field(update, FT="/Btn", Ff=65536, Rect=OVER, A=action)
    return update.done()


@variant("modified")
def choice_laid_over(sealed: Sealed) -> bytes:
    """Show a figure of the attacker's choice in a list over the figure issued."""
    update = Update.of(sealed.pdf)
    add_field(update, FT="/Ch", V="9", Opt=["9"], Rect=OVER, AP=dictionary(N=update.drawing()))
    return update.done()


@variant("modified")
def field_without_widget(sealed: Sealed) -> bytes:
    """Leave a value in the form that programs read and nobody sees."""
    update = Update.of(sealed.pdf)
    reference = update.add(dictionary(FT="/Tx", T="amount", V="9"))
    update.form()["/Fields"].append(reference)
    return update.done()


@variant("modified")
def empty_field_laid_over(sealed: Sealed) -> bytes:
    """Paint over the page through a signature field that nobody signs."""
    update = Update.of(sealed.pdf)
    add_field(update, FT="/Sig", Rect=OVER, AP=dictionary(N=update.drawing()))
    return update.done()


@variant("modified")
def empty_field_added_unseen(sealed: Sealed) -> bytes:
    """Make a field of the attacker's look like one that the issuer left for a joint issuer."""
    update = Update.of(sealed.pdf)
    add_field(update, FT="/Sig", Rect=[0, 0, 0, 0], TU="合肥市人民政府办公室")
    return update.done()


@variant("modified")
def appearances_to_be_made_anew(sealed: Sealed) -> bytes:
    """Have the viewer draw the seals' fields itself (/NeedAppearances)."""
    update = Update.of(sealed.pdf)
    update.form()["/NeedAppearances"] = generic.BooleanObject(value=True)
    return update.done()


@variant("modified")
def default_resources_added(sealed: Sealed) -> bytes:
    """Bring fonts of the attacker's into the form."""
    update = Update.of(sealed.pdf)
    font = update.add(dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Symbol"))
    update.form()["/DR"] = dictionary(Font=dictionary(F1=font))
    return update.done()


@variant("modified")
def default_appearance_added(sealed: Sealed) -> bytes:
    """Have fields drawn in white."""
    update = Update.of(sealed.pdf)
    update.form()["/DA"] = node("/Helv 0 Tf 1 g")
    return update.done()


@variant("modified")
def dynamic_form_added(sealed: Sealed) -> bytes:
    """Bring in an XFA form, which some viewers show instead of the pages."""
    update = Update.of(sealed.pdf)
    update.form()["/XFA"] = update.stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    return update.done()


@variant("modified")
def signature_flags_cleared(sealed: Sealed) -> bytes:
    """Tell viewers that there are no signatures and the file may be rewritten."""
    update = Update.of(sealed.pdf)
    update.form()["/SigFlags"] = node(0)
    return update.done()


@variant("modified", "removed", "unsigned")
def form_removed(sealed: Sealed) -> bytes:
    """Take the form away with every signature in it."""
    update = Update.of(sealed.pdf)
    del update.root["/AcroForm"]
    return update.done()


@variant("modified", "removed", "unsigned")
def fields_emptied(sealed: Sealed) -> bytes:
    """Take every field out of the form, their pictures left on the page."""
    update = Update.of(sealed.pdf)
    update.form()["/Fields"] = node([])
    return update.done()


@variant("modified")
def field_renamed(sealed: Sealed) -> bytes:
    """Give the seal's field another name, so that locks on the old one do not hold."""
    update = Update.of(sealed.pdf)
    update.field()["/T"] = node("Other")
    return update.done()


@variant("modified", "body")
def field_relabelled(sealed: Sealed) -> bytes:
    """Have the seal's field read aloud as another body's."""
    update = Update.of(sealed.pdf)
    update.field()["/TU"] = node("国务院办公厅")
    return update.done()


@variant("modified")
def field_flags_changed(sealed: Sealed) -> bytes:
    """Turn the switches of the seal's field (/Ff)."""
    update = Update.of(sealed.pdf)
    update.field()["/Ff"] = node(1)
    return update.done()


@variant("modified")
def field_given_an_action(sealed: Sealed) -> bytes:
    """Run a script when the page with the seal is opened."""
    update = Update.of(sealed.pdf)
    update.field()["/AA"] = dictionary(PO=dictionary(S="/JavaScript", JS="app.alert(1)"))
    return update.done()
