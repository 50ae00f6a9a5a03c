"""Which changes after a signature are permitted: signing an empty field, and keeping the proof.

pyHanko compares revisions; its standard policy also lets pass what a writer may happen to touch:
the title in /Info and in XMP, the catalog's /Version, /MarkInfo and /Extensions, the form's
/NeedAppearances, a field's flags, any new signature field, whatever lies in a security store. Each
of these changes what somebody sees, hears or finds, so each rule here is made narrower: what is
left is a seal in the field made for it, a security store of certificates, revocation lists and
OCSP responses, and an archive time-stamp in a field that shows and does nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any, Final

from cryptography import x509
from cryptography.x509 import ocsp
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import HistoricalResolver
from pyhanko.sign.diff_analysis import (
    CatalogModificationRule,
    DocInfoRule,
    DSSCompareRule,
    FormUpdatingRule,
    ModificationLevel,
    ObjectStreamRule,
    SigFieldCreationRule,
    SigFieldModificationRule,
    StandardDiffPolicy,
    SuspiciousModification,
    XrefStreamRule,
)
from pyhanko.sign.diff_analysis.commons import compare_dicts
from pyhanko.sign.diff_analysis.rules_api import WhitelistRule

Node = Any
"""A pyHanko object or one of its updates, known only when looked at."""

_CATALOG: Final = frozenset({"/AcroForm", "/DSS", "/Extensions"})
_EXTENSIONS: Final = frozenset({"/ADBE", "/ESIC", "/ISO_"})
"""The developers whose extensions name what is permitted: PAdES, ISO 32000 and its amendments."""

_INFORMATION: Final = frozenset({"/ModDate", "/Producer"})
"""What a program that adds a time-stamp says of itself; no viewer shows it with the page."""

_TIMESTAMP_FIELD: Final = frozenset(
    {"/Type", "/Subtype", "/FT", "/T", "/F", "/Ff", "/P", "/Rect", "/V"}
)
"""What the field of an archive time-stamp may hold: no appearance, no action, no children."""

_TIMESTAMP: Final = frozenset(
    {"/Type", "/Filter", "/SubFilter", "/Contents", "/ByteRange", "/V", "/M", "/Prop_Build"}
)
"""What the dictionary of an archive time-stamp may hold: no name, no reason, no place."""

_SIGNED: Final = frozenset({"/V", "/AP"})
"""What changes in a field when it is signed."""

_PARSERS: Final[dict[str, Callable[[bytes], object]]] = {
    "/Certs": x509.load_der_x509_certificate,
    "/CRLs": x509.load_der_x509_crl,
    "/OCSPs": ocsp.load_der_ocsp_response,
    "/Cert": x509.load_der_x509_certificate,
    "/CRL": x509.load_der_x509_crl,
    "/OCSP": ocsp.load_der_ocsp_response,
}
"""What a security store and the sets in it for single signatures (/VRI) hold, ISO 32000-2
12.8.4.3 and 12.8.4.4."""

_STORED: Final = frozenset({"/Length", "/Filter", "/DecodeParms"})
"""The entries of a stream in it; others could point out of the file."""


class _Catalog(CatalogModificationRule):
    """The catalog stays where it is and as it is, but for the form, the store and extensions."""

    def __init__(self) -> None:
        super().__init__(_CATALOG)  # type: ignore[no-untyped-call] # pyHanko's has no types

    def apply_qualified(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Node]:
        if old.root_ref != new.root_ref:
            raise SuspiciousModification("the catalog is another object")
        before = _held(old.root, "/Extensions")
        after = _held(new.root, "/Extensions")
        compare_dicts(before, after, _EXTENSIONS - before.keys())
        yield from super().apply_qualified(old, new)


class _Information(DocInfoRule):
    """Title, author and dates of the document stay; who touched it last may be said."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Node]:
        compare_dicts(_information(old), _information(new), _INFORMATION)
        yield from super().apply(old, new)


class _Store(DSSCompareRule):
    """A security store holds what it is for and nothing else: each object is read."""

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Node]:
        yield from super().apply(old, new)
        store = _held(new.root, "/DSS")
        sets = [store, *(item.get_object() for item in _held(store, "/VRI").values())]
        for lists in sets:
            for kind, parse in _PARSERS.items():
                for stream in _held(lists, kind, generic.ArrayObject):
                    _check_stored(kind, stream.get_object(), parse)
            if "/TS" in lists:
                raise SuspiciousModification("the store holds a time-stamp of its own")


class _NewField(SigFieldCreationRule):
    """A new field carries an archive time-stamp and cannot be seen, clicked or filled in."""

    def __init__(self) -> None:
        super().__init__(allow_new_visible_after_certify=False)  # type: ignore[no-untyped-call] # as above

    def apply(self, context: Node) -> Iterable[Node]:
        yield from super().apply(context)
        for name, spec in context.field_specs.items():
            if spec.old_field_ref is not None:
                continue
            field = spec.new_field
            if not field.keys() <= _TIMESTAMP_FIELD or "/V" not in field:
                raise SuspiciousModification(f"new field {name}: {sorted(field)}")
            stamp = _held(field, "/V")
            if stamp.get("/Type") != "/DocTimeStamp" or not stamp.keys() <= _TIMESTAMP:
                raise SuspiciousModification(f"new field {name} holds {sorted(stamp)}")


class _SignedField(SigFieldModificationRule):
    """A field gets its value and its appearance in the one revision in which it is signed."""

    def __init__(self) -> None:
        super().__init__(
            allow_in_place_appearance_stream_changes=False,
            always_modifiable=frozenset(),
            value_update_keys=_SIGNED,
        )

    def check_form_field(self, fq_name: str, spec: Node, context: Node) -> Iterable[Node]:
        before, after = spec.old_field, spec.new_field
        signed = before is not None and after is not None and "/V" in after and "/V" not in before
        if before is not None and not signed:
            compare_dicts(before, after)
            if spec.new_field_ref in context.new.explicit_refs_in_revision():
                raise SuspiciousModification(f"{fq_name} is written anew")
        if signed and set(_held(after, "/AP")) - {"/N"}:
            raise SuspiciousModification(f"{fq_name} changes its looks under the pointer")
        yield from super().check_form_field(fq_name, spec, context)


class _Form(FormUpdatingRule):
    """The form gains fields; its default resources and appearances play no part."""

    def __init__(self) -> None:
        rules = [_NewField(), _SignedField()]
        super().__init__(rules, frozenset({"/Fields"}))

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Node]:
        if "/DR" in _held(new.root, "/AcroForm"):
            raise SuspiciousModification("the form has default resources")
        yield from super().apply(old, new)


class _Order(WhitelistRule):
    """Lists grow at their end: what lies above what, and which signature is first, stays so.

    This rule explains no change; it refuses some that others explain.
    """

    def apply(self, old: HistoricalResolver, new: HistoricalResolver) -> Iterable[Node]:
        for reference in new.explicit_refs_in_revision():
            if old.is_ref_unassignable(reference):
                continue
            before, after = old(reference), new(reference)
            for first, second in ((before, after), *_lists(before, after)):
                if isinstance(first, generic.ArrayObject) and isinstance(
                    second, generic.ArrayObject
                ):
                    _check_grown(first, second)
        return ()


def _lists(before: Node, after: Node) -> Iterable[tuple[Node, Node]]:
    """The lists of a page and of a form that stand in the object itself."""
    if not isinstance(before, generic.DictionaryObject) or not isinstance(
        after, generic.DictionaryObject
    ):
        return
    for key in ("/Annots", "/Fields"):
        if key in before and key in after:
            yield before.raw_get(key), after.raw_get(key)


def _check_grown(before: generic.ArrayObject, after: generic.ArrayObject) -> None:
    if list(before) != list(after)[: len(before)]:
        raise SuspiciousModification("the order of a list was changed")


def _information(revision: HistoricalResolver) -> Node:
    """The information dictionary as it was then; the trailer's own view follows to today's."""
    reference = revision.trailer_view.get_value_as_reference("/Info", optional=True)
    return generic.DictionaryObject() if reference is None else revision(reference)


def _held(node: Node, key: str, kind: Node = generic.DictionaryObject) -> Node:
    """What a dictionary holds there, references followed; an empty ``kind`` where nothing."""
    held = node[key] if key in node else kind()
    if not isinstance(held, kind):
        raise SuspiciousModification(f"{key} is no {kind.__name__}")
    return held


def _check_stored(kind: str, stream: Node, parse: Callable[[bytes], object]) -> None:
    """Raises `SuspiciousModification` for a stream that is not one DER object of its kind."""
    if not stream.keys() <= _STORED:
        raise SuspiciousModification(f"{kind} of the store: {sorted(stream)}")
    try:
        parse(stream.data)
    except ValueError as error:
        raise SuspiciousModification(f"{kind} of the store: {error}") from error


def _proof(rule: Node) -> Node:
    return rule.as_qualified(ModificationLevel.LTA_UPDATES)


STRICT: Final = StandardDiffPolicy(
    global_rules=[
        _Catalog(),
        _proof(_Information()),
        _proof(XrefStreamRule()),
        _proof(ObjectStreamRule()),
        _proof(_Store()),
        _proof(_Order()),
    ],
    form_rule=_Form(),
    # An object nothing refers to is harmless today; it is also how tomorrow's page is brought in.
    ignore_orphaned_objects=False,
    # Writing an object anew without a change is what a forger does who tries what is noticed.
    ignore_identical_objects=False,
)
