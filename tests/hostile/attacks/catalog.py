"""The catalog and the metadata changed after the seal."""

from tests.hostile.attacks.registry import variant
from tests.hostile.attacks.sealed import Sealed
from tests.hostile.attacks.update import Update, dictionary, node

XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" rdf:about="">'
    b"<dc:title><rdf:Alt><rdf:li>other title</rdf:li></rdf:Alt></dc:title>"
    b'</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
)


def _script() -> object:
    return dictionary(S="/JavaScript", JS="app.alert(1)")


@variant("modified")
def title_changed(sealed: Sealed) -> bytes:
    """Give the window another title: a viewer shows it above the sealed page."""
    update = Update.of(sealed.pdf)
    info = update.writer.trailer["/Info"]
    info["/Title"] = node("other title")
    update.writer.update_container(info)
    return update.done()


@variant("modified")
def information_replaced(sealed: Sealed) -> bytes:
    """Claim another author and another day through a new information dictionary."""
    update = Update.of(sealed.pdf)
    info = update.add(dictionary(Title="other", Author="other", CreationDate="D:19990101000000Z"))
    update.writer.trailer[node("/Info")] = info
    update.writer.trailer.flatten()
    update.writer.set_custom_trailer_entry(node("/Info"), info)
    return update.done()


@variant("modified")
def metadata_replaced(sealed: Sealed) -> bytes:
    """Give the document another title in XMP, which archives index."""
    update = Update.of(sealed.pdf)
    update.root["/Metadata"] = update.stream(XMP, Type="/Metadata", Subtype="/XML")
    return update.done()


@variant("modified")
def metadata_overwritten(sealed: Sealed) -> bytes:
    """The same, the old stream written anew under its own number."""
    update = Update.of(sealed.pdf)
    stream = update.writer.root["/Metadata"]
    stream._data, stream._encoded_data = XMP, None
    stream.pop("/Filter", None)
    update.writer.update_container(stream)
    return update.done()


@variant("modified")
def opening_action_added(sealed: Sealed) -> bytes:
    """Run a script when the document is opened."""
    update = Update.of(sealed.pdf)
    update.root["/OpenAction"] = _script()
    return update.done()


@variant("modified")
def opening_place_added(sealed: Sealed) -> bytes:
    """Open the document at the page that suits the attacker."""
    update = Update.of(sealed.pdf)
    update.root["/OpenAction"] = node([update.page_reference(), "/Fit"])
    return update.done()


@variant("modified")
def catalog_actions_added(sealed: Sealed) -> bytes:
    """Run a script before the document is printed."""
    update = Update.of(sealed.pdf)
    update.root["/AA"] = dictionary(WP=_script())
    return update.done()


@variant("modified")
def named_script_added(sealed: Sealed) -> bytes:
    """Run a document script through the name tree."""
    update = Update.of(sealed.pdf)
    names = dict(update.writer.root["/Names"])
    script = update.add(_script())
    update.root["/Names"] = dictionary(
        Dests=names["/Dests"], JavaScript=dictionary(Names=["a", script])
    )
    return update.done()


@variant("modified")
def destination_moved(sealed: Sealed) -> bytes:
    """Let a reference inside the document lead to another page."""
    update = Update.of(sealed.pdf)
    target = node([update.page_reference(), "/Fit"])
    update.root["/Names"] = dictionary(Dests=dictionary(Names=["start", target]))
    return update.done()


@variant("modified")
def outline_changed(sealed: Sealed) -> bytes:
    """Give a chapter another heading in the outline."""
    update = Update.of(sealed.pdf)
    item = update.writer.root["/Outlines"]["/First"]
    item["/Title"] = node("other")
    update.writer.update_container(item)
    return update.done()


@variant("modified")
def outline_replaced(sealed: Sealed) -> bytes:
    """Give the document an outline of the attacker's."""
    update = Update.of(sealed.pdf)
    update.root["/Outlines"] = update.add(dictionary(Type="/Outlines", Count=0))
    return update.done()


@variant("modified")
def layers_added(sealed: Sealed) -> bytes:
    """Bring in layers, to show and hide words later."""
    update = Update.of(sealed.pdf)
    layer = update.add(dictionary(Type="/OCG", Name="layer"))
    update.root["/OCProperties"] = dictionary(OCGs=[layer], D=dictionary(OFF=[layer]))
    return update.done()


@variant("modified")
def version_changed(sealed: Sealed) -> bytes:
    """Declare another version of PDF, whose rules a viewer then applies."""
    update = Update.of(sealed.pdf)
    update.root["/Version"] = node("/2.0")
    return update.done()


@variant("modified")
def marks_changed(sealed: Sealed) -> bytes:
    """Declare an untagged document tagged, so that readers aloud take another path."""
    update = Update.of(sealed.pdf)
    update.root["/MarkInfo"] = dictionary(Marked=True, Suspects=True)
    return update.done()


@variant("modified")
def structure_tree_added(sealed: Sealed) -> bytes:
    """Let a reader aloud say other words than are seen (/ActualText)."""
    update = Update.of(sealed.pdf)
    element = update.add(dictionary(Type="/StructElem", S="/P", ActualText="other text"))
    update.root["/StructTreeRoot"] = update.add(dictionary(Type="/StructTreeRoot", K=element))
    return update.done()


@variant("modified")
def extensions_forged(sealed: Sealed) -> bytes:
    """Declare an extension by which a program of the attacker's reads the file its own way."""
    update = Update.of(sealed.pdf)
    update.root["/Extensions"] = dictionary(
        EVIL=dictionary(BaseVersion="/1.7", ExtensionLevel=1, URL="https://www.example.org")
    )
    return update.done()


@variant("modified", "extra-bytes")
def extensions_raised(sealed: Sealed) -> bytes:
    """Declare a level of an extension under a name that is known."""
    update = Update.of(sealed.pdf)
    level = dictionary(BaseVersion="/1.7", ExtensionLevel=9999)
    update.root["/Extensions"] = dictionary(ADBE=level, ESIC=level)
    return update.done()


@variant("modified")
def language_changed(sealed: Sealed) -> bytes:
    """Let a reader aloud speak the words in another language."""
    update = Update.of(sealed.pdf)
    update.root["/Lang"] = node("en-US")
    return update.done()


@variant("modified")
def viewer_preferences_changed(sealed: Sealed) -> bytes:
    """Hide the viewer's bar that would show the verdict, and print one page only."""
    update = Update.of(sealed.pdf)
    update.root["/ViewerPreferences"] = dictionary(HideToolbar=True, PrintPageRange=[0, 0])
    return update.done()


@variant("modified")
def page_labels_added(sealed: Sealed) -> bytes:
    """Number the pages so that one seems to be missing, or not to be."""
    update = Update.of(sealed.pdf)
    update.root["/PageLabels"] = dictionary(Nums=[0, dictionary(S="/D", St=7)])
    return update.done()


@variant("modified")
def attachment_added(sealed: Sealed) -> bytes:
    """Let a file travel under the seal that nobody issued."""
    update = Update.of(sealed.pdf)
    held = update.stream(b"<other/>", Type="/EmbeddedFile", Subtype="/text#2Fxml")
    spec = update.add(dictionary(Type="/Filespec", F="a.xml", UF="a.xml", EF=dictionary(F=held)))
    update.root["/AF"] = node([spec])
    return update.done()


@variant("modified")
def portfolio_made(sealed: Sealed) -> bytes:
    """Turn the document into a portfolio, whose cover is shown instead of the page."""
    update = Update.of(sealed.pdf)
    update.root["/Collection"] = dictionary(Type="/Collection", View="/T")
    return update.done()


@variant("modified")
def base_address_set(sealed: Sealed) -> bytes:
    """Let relative links lead to the attacker's host."""
    update = Update.of(sealed.pdf)
    update.root["/URI"] = dictionary(Base="https://www.example.org/dishonest/")
    return update.done()


@variant("modified")
def requirements_added(sealed: Sealed) -> bytes:
    """Demand a feature of the viewer, so that it refuses to show what was issued."""
    update = Update.of(sealed.pdf)
    update.root["/Requirements"] = node([dictionary(Type="/Requirement", S="/EnableJavaScripts")])
    return update.done()


@variant("modified")
def document_parts_added(sealed: Sealed) -> bytes:
    """Divide the document into parts that a printer takes for documents (PDF 2.0)."""
    update = Update.of(sealed.pdf)
    update.root["/DPartRoot"] = update.add(dictionary(Type="/DPartRoot"))
    return update.done()


@variant("modified")
def colours_of_the_print_changed(sealed: Sealed) -> bytes:
    """Have the print come out in other colours."""
    update = Update.of(sealed.pdf)
    intent = dictionary(Type="/OutputIntent", S="/GTS_PDFX", OutputConditionIdentifier="other")
    update.root["/OutputIntents"] = node([update.add(intent)])
    return update.done()


@variant("modified")
def threads_added(sealed: Sealed) -> bytes:
    """Lead the reader through the words in another order (article threads)."""
    update = Update.of(sealed.pdf)
    update.root["/Threads"] = node([update.add(dictionary(Type="/Thread"))])
    return update.done()


@variant("modified")
def catalog_copied(sealed: Sealed) -> bytes:
    """Move the catalog to another number, from where it can be exchanged unnoticed."""
    update = Update.of(sealed.pdf)
    root = update.writer.root
    copy = dictionary(**{str(key)[1:]: root.raw_get(key) for key in root})
    update.writer._root = update.add(copy)
    return update.done()
