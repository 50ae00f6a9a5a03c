"""Incremental saving: the pages changed after the seal (ISA, Mladenov et al. 2018)."""

from pyhanko.pdf_utils import generic

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import COVER, Update, dictionary, node

OTHER = b"BT /F1 20 Tf 80 600 Td (other text) Tj ET"


@variant("modified")
def page_text_replaced(sealed: Sealed) -> bytes:
    """Show other words than were issued, by giving the page a new content stream."""
    update = Update.of(sealed.pdf)
    update.page()["/Contents"] = update.stream(OTHER)
    return update.done()


@variant("modified")
def page_stream_overwritten(sealed: Sealed) -> bytes:
    """Show other words by writing the old content stream anew under its own number."""
    update = Update.of(sealed.pdf)
    stream = update.page()["/Contents"]
    stream._data, stream._encoded_data = OTHER, None
    stream.pop("/Filter", None)
    update.writer.update_container(stream)
    return update.done()


@variant("modified")
def page_text_covered(sealed: Sealed) -> bytes:
    """Hide a paragraph by drawing over it in a further content stream."""
    update = Update.of(sealed.pdf)
    page = update.page()
    page["/Contents"] = node([page.raw_get("/Contents"), update.stream(COVER)])
    return update.done()


@variant("modified")
def page_text_emptied(sealed: Sealed) -> bytes:
    """Take the words away altogether."""
    update = Update.of(sealed.pdf)
    del update.page()["/Contents"]
    return update.done()


@variant("modified")
def page_added(sealed: Sealed) -> bytes:
    """Add an annex that nobody issued."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    copy = dict(update.page(0))
    copy.pop("/Annots", None)
    pages["/Kids"].append(update.add(generic.DictionaryObject(copy)))
    pages["/Count"] = node(int(pages["/Count"]) + 1)
    update.writer.update_container(pages)
    return update.done()


@variant("modified")
def page_removed(sealed: Sealed) -> bytes:
    """Withhold a page from the reader."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    pages["/Kids"].pop(0)
    pages["/Count"] = node(int(pages["/Count"]) - 1)
    update.writer.update_container(pages)
    return update.done()


@variant("modified", "unreadable")
def page_count_lowered(sealed: Sealed) -> bytes:
    """Withhold a page by the count alone, the page itself left in the tree."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    pages["/Count"] = node(1)
    update.writer.update_container(pages)
    return update.done()


@variant("modified")
def pages_reordered(sealed: Sealed) -> bytes:
    """Change the sense by the order of the pages."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    pages["/Kids"].reverse()
    update.writer.update_container(pages)
    return update.done()


@variant("modified")
def page_shown_twice(sealed: Sealed) -> bytes:
    """Put the first page in the place of the last as well."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    pages["/Kids"][-1] = pages["/Kids"].raw_get(0)
    update.writer.update_container(pages)
    return update.done()


@variant("modified", "unreadable")
def page_tree_replaced(sealed: Sealed) -> bytes:
    """Bring in a whole page tree of another document."""
    update = Update.of(sealed.pdf)
    page = update.add(
        dictionary(Type="/Page", MediaBox=[0, 0, 595, 842], Contents=update.stream(OTHER))
    )
    tree = update.add(dictionary(Type="/Pages", Kids=[page], Count=1))
    page.get_object()["/Parent"] = tree
    update.root["/Pages"] = tree
    return update.done()


@variant("modified")
def page_tree_node_inserted(sealed: Sealed) -> bytes:
    """Slip a node between tree and page, to hand down resources of the attacker's."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    last = pages["/Kids"].raw_get(-1)
    between = dictionary(Type="/Pages", Kids=[last], Count=1, Resources=dictionary())
    pages["/Kids"][-1] = update.add(between)
    update.writer.update_container(pages)
    return update.done()


@variant("modified")
def page_rotated(sealed: Sealed) -> bytes:
    """Turn the page, so that the seal stands elsewhere to the eye."""
    update = Update.of(sealed.pdf)
    update.page()["/Rotate"] = node(180)
    return update.done()


@variant("modified")
def page_tree_rotated(sealed: Sealed) -> bytes:
    """Turn every page through what the tree hands down."""
    update = Update.of(sealed.pdf)
    pages = update.writer.root["/Pages"]
    pages["/Rotate"] = node(90)
    update.writer.update_container(pages)
    return update.done()


@variant("modified")
def page_cropped(sealed: Sealed) -> bytes:
    """Cut a paragraph off by the crop box."""
    update = Update.of(sealed.pdf)
    update.page()["/CropBox"] = node([0, 0, 595, 400])
    return update.done()


@variant("modified")
def media_box_moved(sealed: Sealed) -> bytes:
    """Show the other side of the paper, where there are other words."""
    update = Update.of(sealed.pdf)
    update.page()["/MediaBox"] = node([0, 842, 595, 1684])
    return update.done()


@variant("modified")
def user_unit_set(sealed: Sealed) -> bytes:
    """Make the page ten times as big, so that a part of it is seen."""
    update = Update.of(sealed.pdf)
    update.page()["/UserUnit"] = node(10)
    return update.done()


@variant("modified")
def resources_replaced(sealed: Sealed) -> bytes:
    """Let the page's words be set from other resources."""
    update = Update.of(sealed.pdf)
    update.page()["/Resources"] = dictionary(Font=dictionary())
    return update.done()


@variant("modified")
def font_redefined(sealed: Sealed) -> bytes:
    """Turn the letters into signs by redefining the font under its own number."""
    update = Update.of(sealed.pdf)
    fonts = update.page(0)["/Resources"]["/Font"]
    for name in list(fonts):
        fonts[name]["/BaseFont"] = node("/ZapfDingbats")
        update.writer.update_container(fonts[name])
    return update.done()


@variant("modified")
def font_swapped(sealed: Sealed) -> bytes:
    """Turn figures into other figures by a new font under the old name (shadow, replace)."""
    update = Update.of(sealed.pdf)
    fonts = update.page(0)["/Resources"]["/Font"]
    other = dictionary(Type="/Font", Subtype="/Type1", BaseFont="/Symbol")
    fonts["/F1"] = update.add(other)
    update.writer.update_container(fonts)
    return update.done()


@variant("modified")
def text_mapped_to_other_words(sealed: Sealed) -> bytes:
    """Let copied and read-aloud text differ from what is seen, by a ToUnicode map."""
    update = Update.of(sealed.pdf)
    fonts = update.page(0)["/Resources"]["/Font"]
    fonts["/F1"]["/ToUnicode"] = update.stream(b"1 beginbfchar <70> <0058> endbfchar")
    update.writer.update_container(fonts["/F1"])
    return update.done()


@variant("modified")
def page_action_added(sealed: Sealed) -> bytes:
    """Run a script when the page is shown."""
    update = Update.of(sealed.pdf)
    update.page()["/AA"] = dictionary(O=dictionary(S="/JavaScript", JS="app.alert(1)"))
    return update.done()


@variant("modified")
def page_thumbnail_added(sealed: Sealed) -> bytes:
    """Show another page in the overview than the page itself."""
    update = Update.of(sealed.pdf)
    image = update.stream(bytes(3), Width=1, Height=1, ColorSpace="/DeviceRGB", BitsPerComponent=8)
    update.page()["/Thumb"] = image
    return update.done()


@variant("modified")
def page_private_data_added(sealed: Sealed) -> bytes:
    """Leave a drawing program's own picture of the page, which that program shows instead."""
    update = Update.of(sealed.pdf)
    update.page()["/PieceInfo"] = dictionary(Draw=dictionary(Private=update.stream(OTHER)))
    return update.done()


@variant("modified")
def page_turned_by_itself(sealed: Sealed) -> bytes:
    """Have the page give way to the next after a second (/Dur), as in a presentation."""
    update = Update.of(sealed.pdf)
    update.page()["/Dur"] = node(1)
    return update.done()


@variant("modified")
def page_given_a_file(sealed: Sealed) -> bytes:
    """Associate a file of the attacker's with the page (PDF 2.0)."""
    update = Update.of(sealed.pdf)
    held = update.stream(b"other", Type="/EmbeddedFile")
    spec = dictionary(Type="/Filespec", F="a.txt", EF=dictionary(F=held))
    update.page()["/AF"] = node([update.add(spec)])
    return update.done()


@variant("modified")
def page_given_other_colours(sealed: Sealed) -> bytes:
    """Have the print come out in other colours by an intent of the page's own (PDF 2.0)."""
    update = Update.of(sealed.pdf)
    intent = dictionary(Type="/OutputIntent", S="/GTS_PDFX", OutputConditionIdentifier="other")
    update.page()["/OutputIntents"] = node([update.add(intent)])
    return update.done()


@variant("modified")
def page_given_a_group(sealed: Sealed) -> bytes:
    """Blend the page otherwise, so that what lies below shines through."""
    update = Update.of(sealed.pdf)
    update.page()["/Group"] = dictionary(S="/Transparency", CS="/DeviceCMYK", K=True)
    return update.done()
