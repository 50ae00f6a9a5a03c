"""Clauses 6.3 annotations, 6.4 forms and signatures, 6.5 actions, 6.9 optional content."""

from typing import Final

from asn1crypto import cms

from tools.pdfa.opened import Node, Opened, is_array, is_dictionary
from tools.pdfa.report import Report

_TYPES: Final = frozenset(
    {
        "/Text", "/Link", "/FreeText", "/Line", "/Square", "/Circle", "/Polygon", "/PolyLine",
        "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Stamp", "/Caret", "/Ink",
        "/Popup", "/FileAttachment", "/Widget", "/PrinterMark", "/TrapNet", "/Watermark",
        "/Redact",
    }
)  # fmt: skip
"""ISO 32000-1 Table 169 without 3D, Sound, Screen and Movie."""

_ACTIONS: Final = frozenset(
    {"/GoTo", "/GoToR", "/GoToE", "/Thread", "/URI", "/Named", "/SubmitForm"}
)
_NAMED: Final = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage"})
_INVISIBLE, _HIDDEN, _PRINT, _NO_VIEW, _TOGGLE = 1, 2, 4, 32, 256


def check(opened: Opened, report: Report) -> None:
    """6.3 to 6.5 and 6.9."""
    for number, page in enumerate(opened.pages, start=1):
        report.require("/AA" not in page, "6.5.2", "additional actions", f"page {number}")
        for annotation in page.get("/Annots", []):
            _annotation(annotation, f"page {number}", report)
    report.require("/AA" not in opened.root, "6.5.2", "additional actions in the catalog")
    report.require(not opened.root.get("/NeedsRendering", False), "6.4.2", "NeedsRendering")
    _form(opened, report)
    for value in opened.objects():
        _actions(value, opened.name_of(value), report)
        if value.get("/Type") == "/Sig" or ("/ByteRange" in value and "/Contents" in value):
            _signature(opened, value, report)
    _layers(opened, report)


def _annotation(annotation: Node, place: str, report: Report) -> None:
    kind = str(annotation.get("/Subtype"))
    report.require(kind in _TYPES, "6.3.1", f"annotation of type {kind}", place)
    flags = annotation.get("/F")
    if flags is None:
        report.require(kind == "/Popup", "6.3.2", f"{kind} without flags", place)
    else:
        value = int(flags)
        forbidden = value & (_INVISIBLE | _HIDDEN | _NO_VIEW | _TOGGLE)
        report.require(value & _PRINT and not forbidden, "6.3.2", f"{kind} not printed", place)
    rectangle = [float(edge) for edge in annotation.get("/Rect", [0, 0, 0, 0])]
    empty = rectangle[0] == rectangle[2] and rectangle[1] == rectangle[3]
    appearance = annotation.get("/AP")
    if appearance is None:
        spared = empty or kind in {"/Popup", "/Link"}
        report.require(spared, "6.3.3", f"{kind} without an appearance", place)
        return
    report.require(set(appearance.keys()) == {"/N"}, "6.3.3", "more than a normal one", place)
    normal = appearance.get("/N")
    button = kind == "/Widget" and str(Opened.inherited(annotation, "/FT")) == "/Btn"
    fits = (
        is_dictionary(normal) and not Opened.is_stream(normal)
        if button
        else Opened.is_stream(normal)
    )
    report.require(fits, "6.3.3", f"the normal appearance of a {kind}", place)


def _form(opened: Opened, report: Report) -> None:
    form = opened.root.get("/AcroForm")
    if not is_dictionary(form):
        return
    report.require(not form.get("/NeedAppearances", False), "6.4.1", "NeedAppearances")
    report.require("/XFA" not in form, "6.4.2", "an XFA form")
    pending, seen = list(form.get("/Fields", [])), 0
    while pending and seen < len(opened.pdf.objects) + len(pending):
        field = pending.pop()
        seen += 1
        for key in ("/A", "/AA"):
            report.require(key not in field, "6.4.1", f"{key} in a field", opened.name_of(field))
        pending += list(field.get("/Kids", []))
    for page in opened.pages:
        for widget in page.get("/Annots", []):
            acting = widget.get("/Subtype") == "/Widget" and {"/A", "/AA"} & set(widget.keys())
            report.require(not acting, "6.4.1", "an action in a widget", opened.name_of(widget))


def _actions(value: Node, place: str, report: Report) -> None:
    acting = [value] if value.get("/Type") == "/Action" else []
    if value.get("/Type") == "/StructElem":  # there /A holds attributes
        return
    for key in ("/A", "/Next", "/OpenAction"):
        held = value.get(key)
        acting += [held] if is_dictionary(held) else list(held) if is_array(held) else []
    additional = value.get("/AA")
    if is_dictionary(additional):
        acting += [action for _, action in additional.items()]
    for action in acting:
        kind = action.get("/S") if is_dictionary(action) else None
        if kind is None:
            continue
        report.require(str(kind) in _ACTIONS, "6.5.1", f"action {kind}", place)
        if str(kind) == "/Named":
            name = str(action.get("/N"))
            report.require(name in _NAMED, "6.5.1", f"named action {name}", place)


def _signature(opened: Opened, value: Node, report: Report) -> None:
    """6.4.3: over all of the file (as it was) but itself, by one signer whose certificate is in."""
    place = opened.name_of(value)
    edges = [int(edge) for edge in value.get("/ByteRange", [])]
    whole = len(edges) == 4 and edges[0] == 0 and sum(edges[2:]) <= len(opened.data)  # noqa: PLR2004 - two ranges
    if whole:
        gap = opened.data[edges[1] : edges[2]].strip()
        end = opened.data[: sum(edges[2:])].rstrip()
        whole = gap[:1] == b"<" and gap[-1:] == b">" and end.endswith(b"%%EOF")
    report.require(whole, "6.4.3", "the byte range leaves something out", place)
    try:
        content = cms.ContentInfo.load(bytes(value.get("/Contents", b"")))
        signed = content["content"]
        signers = len(signed["signer_infos"])
        certificates = len(signed["certificates"])
    except (ValueError, TypeError, KeyError):
        report.add("6.4.3", "Contents is no PKCS #7 object", place)
        return
    report.require(signers == 1, "6.4.3", f"{signers} signers", place)
    report.require(certificates, "6.4.3", "no signing certificate", place)


def _layers(opened: Opened, report: Report) -> None:
    layers = opened.root.get("/OCProperties")
    if not is_dictionary(layers):
        return
    settings = [layers.get("/D"), *layers.get("/Configs", [])]
    names: set[str] = set()
    groups = {group.objgen for group in layers.get("/OCGs", [])}
    for setting in settings:
        if not is_dictionary(setting):
            continue
        name = str(setting.get("/Name", ""))
        report.require(name, "6.9", "a configuration without a name")
        report.require(name not in names, "6.9", f"two configurations named {name}")
        names.add(name)
        report.require("/AS" not in setting, "6.9", "automatic states")
        if "/Order" in setting:
            ordered = _groups(setting["/Order"])
            report.require(groups <= ordered, "6.9", "groups missing from the order")


def _groups(order: Node) -> set[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    pending = [order]
    while pending:
        value = pending.pop()
        if is_array(value):
            pending += list(value)
        elif is_dictionary(value):
            found.add(value.objgen)
    return found
