"""XML written, plainly: elements, attributes, escaped text. Nothing is ever read here."""

import re
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape, quoteattr

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, section 2.2; a certificate's name may."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element: its prefixed name, what is in it, its attributes."""

    name: str
    content: "tuple[Element, ...] | str"
    attributes: tuple[tuple[str, str], ...] = ()


def element(name: str, *content: "Element | str | None", **attributes: str) -> Element:
    """An element of other elements, those that are None left out, or of one text."""
    held = tuple(entry for entry in content if entry is not None)
    texts = [entry for entry in held if isinstance(entry, str)]
    inner = tuple(entry for entry in held if isinstance(entry, Element))
    return Element(name, "".join(texts) if texts else inner, tuple(attributes.items()))


def document(root: Element, namespaces: dict[str, str]) -> bytes:
    """The document in UTF-8; ``namespaces`` by prefix are declared on the root."""
    declared = tuple((f"xmlns:{prefix}", uri) for prefix, uri in namespaces.items())
    whole = Element(root.name, root.content, (*declared, *root.attributes))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', *_lines(whole, "")]
    return ("\n".join(lines) + "\n").encode()


def _lines(entry: Element, indent: str) -> list[str]:
    told = "".join(f" {name}={quoteattr(_clean(value))}" for name, value in entry.attributes)
    if not entry.content:
        return [f"{indent}<{entry.name}{told}/>"]
    if isinstance(entry.content, str):
        return [f"{indent}<{entry.name}{told}>{escape(_clean(entry.content))}</{entry.name}>"]
    inner = [line for child in entry.content for line in _lines(child, indent + "  ")]
    return [f"{indent}<{entry.name}{told}>", *inner, f"{indent}</{entry.name}>"]


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
