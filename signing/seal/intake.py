"""May this PDF be sealed? What is checked before a certification vouches for every byte.

A seal says "issued as it stands": so nothing may be in the file that could show another page
tomorrow (scripts, actions, layers, forms, contents from outside), nothing that two readers read
differently (repairs, revisions, bytes around the file), nothing that nobody looked at (foreign
attachments). What our own writer makes passes; a foreign PDF passes when it is as plain.
"""

import re
from collections.abc import Callable, KeysView
from typing import Any, Final

import pikepdf

from formats.errors import TooLarge
from formats.safe.pdf import BadPdf, EncryptedPdf, open_pdf
from signing.errors import SealRefused
from signing.seal.faults import refused

Node = Any
"""A pikepdf object: dictionary, array, name or number, known only when looked at."""

_CATALOG: Final = frozenset(
    {
        "/Type", "/Pages", "/Version", "/Extensions", "/PageLabels", "/PageLayout", "/PageMode",
        "/ViewerPreferences", "/Lang", "/Metadata", "/MarkInfo", "/StructTreeRoot", "/Names",
        "/OutputIntents", "/Outlines", "/Dests", "/AF", "/PieceInfo", "/AcroForm", "/OpenAction",
    }
)  # fmt: skip
"""What a catalog may hold: nothing in it changes what a page shows."""

_NAMES: Final = frozenset({"/Dests", "/EmbeddedFiles"})
_HARMLESS_ACTIONS: Final = frozenset({"/GoTo", "/URI"})
_SCRIPTS: Final = frozenset({"/JavaScript", "/Rendition", "/RichMediaExecute"})
_LAYERS: Final = frozenset({"/OCG", "/OCMD"})
_FIELDS: Final = frozenset({"/Tx", "/Btn", "/Ch"})
_OUR_FILES: Final = frozenset({"/text/xml", "/application/xml"})
_TREE: Final = frozenset({"/Kids", "/Count"})
"""What only a node of the page tree has, ISO 32000-1 7.7.3.2; `signing.seal.strict` counts on it
that none is empty."""

_SEAL_WIDGET: Final = "/Widget"
_TAIL: Final = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")


def check_sealable(pdf: bytes) -> None:
    """Return when the PDF may be sealed. Raises `SealRefused`, which says why not."""
    if not pdf.startswith(b"%PDF-") or not _TAIL.search(pdf[-1024:]):
        raise refused("trailing")
    try:
        with open_pdf(pdf) as opened:
            _check_structure(opened, pdf)
            _check_catalog(opened.Root)
            for item in opened.objects:
                _each(item, _check_dictionary)
            for page in opened.pages:
                _check_annotations(page.obj)
            warnings = opened.get_warnings()  # asking takes them away
            if warnings:
                raise refused("malformed", str(warnings[0]))
    except EncryptedPdf as error:
        raise refused("encrypted") from error
    except TooLarge as error:
        raise refused("too-large", error.detail) from error
    except BadPdf as error:
        raise refused("malformed", error.detail) from error


def unsteady(pdf: bytes) -> str:
    """What in a sealed PDF could change what it shows, in words for people; empty where nothing.

    Another program may have sealed what `check_sealable` would have refused. Attachments and
    further entries of the catalog change no page and may stay.
    """
    try:
        with open_pdf(pdf) as opened:
            _check_moving(opened.Root)
            for item in opened.objects:
                _each(item, _check_steady)
    except SealRefused as error:
        return str(error.values["reason"])
    except (EncryptedPdf, TooLarge, BadPdf) as error:
        return error.sentences()[0]
    return ""


def _check_structure(pdf: pikepdf.Pdf, data: bytes) -> None:
    trailer = pdf.trailer
    if "/Perms" in pdf.Root:  # a sealed file has revisions too; this is the better word for it
        raise refused("signed", "/Perms")
    if "/XRefStm" in trailer:
        raise refused("malformed", "hybrid cross-reference")
    if "/Prev" in trailer and not _is_linearised(pdf, data):
        raise refused("revisions")


def _is_linearised(pdf: pikepdf.Pdf, data: bytes) -> bool:
    """Whether the two cross-references are those of one revision, ISO 32000-1 annex F.

    The file states its own length, so nothing was appended; and the section that is read first
    stands first, which that of a later revision never does.
    """
    start = _TAIL.search(data[-1024:])
    return (
        start is not None
        and pdf.is_linearized
        and data.count(b"startxref") <= 2  # noqa: PLR2004 - one for each section, or for the last
        and int(start[1]) < int(pdf.trailer.Prev)
    )


def _check_moving(root: Node) -> None:
    """What a viewer does of itself when it opens the document."""
    if "/OCProperties" in root:
        raise refused("layers")
    if "/AA" in root:
        raise refused("action", "/AA", entry="/AA")
    # LibreOffice and LaTeX say with which page to open; a place in the document is no action.
    opening = root.get("/OpenAction", pikepdf.Array())
    going = isinstance(opening, pikepdf.Dictionary) and opening.get("/S") == "/GoTo"
    if not isinstance(opening, pikepdf.Array) and not going:
        raise refused("action", "/OpenAction", entry="/OpenAction")
    if "/JavaScript" in root.get("/Names", {}):
        raise refused("javascript")
    form = root.get("/AcroForm", {})
    if "/XFA" in form:
        raise refused("xfa")
    if form.get("/NeedAppearances", False):
        raise refused("form")


def _check_catalog(root: Node) -> None:
    _check_moving(root)
    if "/AcroForm" in root:
        _check_form(root["/AcroForm"])
    for place, allowed in ((root, _CATALOG), (root.get("/Names", {}), _NAMES)):
        for entry in place.keys():  # noqa: SIM118 - a pikepdf dictionary, not a dict
            if entry not in allowed:
                raise refused("catalog", entry, entry=entry)


def _check_form(form: Node) -> None:
    """A form may only hold empty signature fields, and no appearance of theirs."""
    if "/DR" in form or "/CO" in form:
        raise refused("form")
    for field in form.get("/Fields", []):
        if field.get("/FT") != "/Sig" or "/Kids" in field or "/AP" in field:
            raise refused("form", str(field.get("/T", "")))


Check = Callable[[Node, dict[str, Node]], None]
"""Of a dictionary or stream, and of what it holds."""


def _each(item: Node, check: Check) -> None:
    """Check one indirect object, and the direct ones inside it."""
    pending = [item]
    while pending:
        value = pending.pop()
        if isinstance(value, pikepdf.Array):
            pending += [inner for inner in value if _held_here(inner)]
        elif isinstance(value, (pikepdf.Dictionary, pikepdf.Stream)):
            held = dict(value.items())  # once: every look into an object is a call of the library
            check(value, held)
            pending += [inner for inner in held.values() if _held_here(inner)]


def _held_here(value: Node) -> bool:
    """Whether it is an object of the library, and no indirect one, which has its own turn."""
    return isinstance(value, pikepdf.Object) and not value.is_indirect


def _check_dictionary(value: Node, held: dict[str, Node]) -> None:
    """What may be sealed."""
    kind = _word(held, "/Type")
    if kind == "/Sig" and "/ByteRange" in held:
        raise refused("signed", "/Sig")
    _check_steady(value, held)
    if kind == "/Filespec" or "/EF" in held:
        _check_file(value)


def _check_steady(value: Node, held: dict[str, Node]) -> None:
    """What will look tomorrow as it looks today, everywhere."""
    keys, kind = held.keys(), _word(held, "/Type")
    if kind in _LAYERS or "/OC" in keys:
        raise refused("layers")
    if keys >= _TREE and (kind != "/Pages" or int(held["/Count"]) < 1):
        raise refused("malformed", "a node of the page tree without a page")
    if _word(held, "/FT") in _FIELDS:
        raise refused("form", str(held.get("/T", "")))
    _check_actions(held, kind)
    if isinstance(value, pikepdf.Stream):
        _check_stream(value, keys)


def _word(held: dict[str, Node], key: str) -> str:
    """The name that stands there, or a text that looks like one; empty where neither does."""
    found = held.get(key)
    return str(found) if isinstance(found, (pikepdf.Name, pikepdf.String)) else ""


def _check_actions(held: dict[str, Node], kind: str) -> None:
    """ISO 32000-1 12.6: an action is typed, or stands under /A, /AA or /Next of something else."""
    if "/JS" in held or _word(held, "/S") in _SCRIPTS:
        raise refused("javascript")
    if "/AA" in held:
        raise refused("action", "/AA", entry="/AA")
    acting: list[Node] = [held] if kind == "/Action" else []
    acting += [
        held[key] for key in ("/A", "/Next") if isinstance(held.get(key), pikepdf.Dictionary)
    ]
    for action in acting:
        wanted = action.get("/S")
        if wanted is not None and wanted not in _HARMLESS_ACTIONS:
            raise refused("action", str(wanted), entry=str(wanted))


def _check_stream(value: Node, keys: KeysView[str]) -> None:
    if keys & {"/F", "/FFilter"} or (value.get("/Subtype") == "/Form" and "/Ref" in keys):
        raise refused("external")
    if value.get("/Subtype") == "/PS" or "/OPI" in keys:
        raise refused("external")


def _check_file(value: Node) -> None:
    """Only the structured XML that our writer attaches: named .xml, typed XML, associated."""
    held = value.get("/EF", {})
    stream = held.get("/F", held.get("/UF"))
    name = str(value.get("/UF", value.get("/F", "")))
    ours = (
        isinstance(stream, pikepdf.Stream)
        and str(stream.get("/Subtype")) in _OUR_FILES
        and name.endswith(".xml")
        and "/AFRelationship" in value
    )
    if not ours:
        raise refused("embedded", name)


def _check_annotations(page: Node) -> None:
    """Links may stay; anything that draws over the page may not."""
    for annotation in page.get("/Annots", []):
        subtype = annotation.get("/Subtype")
        signature = subtype == _SEAL_WIDGET and annotation.get("/FT") == "/Sig"
        if (subtype != "/Link" and not signature) or "/AP" in annotation:
            raise refused("annotation", str(subtype), entry=str(subtype))
