"""Clause 6.6.2.3.1: values of the common predefined properties are of the types they are given.

The schemas are those of the XMP Specification (September 2005): Dublin Core, XMP Basic, Adobe
PDF, Rights Management. Properties of other schemas are not looked into.
"""

import re
from typing import Final

from lxml import etree

from tools.pdfa.report import Report

_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_XMP: Final = "{http://ns.adobe.com/xap/1.0/}"
_PDF: Final = "{http://ns.adobe.com/pdf/1.3/}"
_RIGHTS: Final = "{http://ns.adobe.com/xap/1.0/rights/}"


def _named(uri: str, text: str) -> frozenset[str]:
    return frozenset(uri + word for word in text.split())


_FORMS: Final = {
    "Bag": _named(_DC, "contributor language publisher relation subject type")
    | _named(_XMP, "Advisory Identifier")
    | _named(_RIGHTS, "Owner"),
    "Seq": _named(_DC, "creator date"),
    "Alt": _named(_DC, "title description rights") | _named(_RIGHTS, "UsageTerms"),
    "": _named(_DC, "coverage format identifier source")
    | _named(_XMP, "BaseURL CreateDate CreatorTool Label MetadataDate ModifyDate Nickname Rating")
    | _named(_PDF, "Keywords PDFVersion Producer")
    | _named(_RIGHTS, "Certificate Marked WebStatement"),
}
"""Properties by the array that holds their values; ``""`` for a plain value."""

_DATES: Final = _named(_XMP, "CreateDate MetadataDate ModifyDate") | _named(_DC, "date")
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?\Z")
_PATTERNS: Final = {
    f"{_XMP}Rating": re.compile(r"[+-]?\d+(\.\d+)?\Z"),
    f"{_RIGHTS}Marked": re.compile(r"(True|False)\Z"),
    **dict.fromkeys(_DATES, _DATE),
}


def check_types(root: etree._Element, report: Report) -> None:
    """Form and notation of every property that this module knows."""
    for description in root.iterfind(f".//{_RDF}RDF/{_RDF}Description"):
        for name, value in description.attrib.items():
            _plain(str(name), str(value), report)
        for child in description:
            if isinstance(child.tag, str):
                _property(child, report)


def _property(element: etree._Element, report: Report) -> None:
    name = str(element.tag)
    arrays = [str(kid.tag).removeprefix(_RDF) for kid in element if isinstance(kid.tag, str)]
    form = arrays[0] if arrays else ""
    wanted = next((form for form, names in _FORMS.items() if name in names), None)
    if wanted is None:
        return
    message = f"{_local(name)} is not {_called(wanted)}"
    report.require(form == wanted and len(arrays) <= 1, "6.6.2.3.1", message)
    values = [item.text or "" for item in element.iter(f"{_RDF}li")] or [element.text or ""]
    if form == wanted:
        for value in values:
            _noted(name, value, report)
    if wanted == "Alt":
        spoken = all(
            item.get("{http://www.w3.org/XML/1998/namespace}lang")
            for item in element.iter(f"{_RDF}li")
        )
        report.require(spoken, "6.6.2.3.1", f"{_local(name)} without a language")


def _plain(name: str, value: str, report: Report) -> None:
    """A property written as an attribute."""
    for wanted in ("Bag", "Seq", "Alt"):
        message = f"{_local(name)} is not {_called(wanted)}"
        report.require(name not in _FORMS[wanted], "6.6.2.3.1", message)
    _noted(name, value, report)


def _noted(name: str, value: str, report: Report) -> None:
    pattern = _PATTERNS.get(name)
    fits = pattern is None or pattern.match(value.strip())
    report.require(fits, "6.6.2.3.1", f"{_local(name)}: a value of another type")


def _called(form: str) -> str:
    return f"a {form}" if form else "a plain value"


def _local(name: str) -> str:
    return name.rpartition("}")[2]
