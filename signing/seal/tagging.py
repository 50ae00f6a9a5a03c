"""Seals in the structure tree of a tagged PDF, so that a screen reader comes to them in place.

Each signature field becomes a Form element that refers to it (ISO 32000-1 14.8.4.5), behind the
date where our own typesetting says so, else at the end. Fields are made before the certification
and tagged in the same revision: nothing of the tree changes afterwards. A file without tags, or
with a tree of a kind that would have to be rebuilt, is sealed as it is.
"""

from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import enumerate_sig_fields

from signing.seal.strict import entry

Node = Any
"""A pyHanko object, known only when looked at."""

_PRIVATE: Final = ("/PieceInfo", "/Yidao", "/Private")


def tag_fields(writer: IncrementalPdfFileWriter) -> None:
    """Give every visible signature field an element; call once, when all have been made."""
    tree = entry(writer.root, "/StructTreeRoot")
    parents = entry(tree, "/ParentTree")
    if "/Nums" not in parents or "/K" not in tree:
        return
    parent, place = _place(writer.root, tree)
    if parent is None:
        return
    key = _next_key(tree, parents["/Nums"])
    named = sorted((str(name), field) for name, _, field in enumerate_sig_fields(writer))
    fields = [field for _, field in named if _untagged(field.get_object())]
    for offset, field in enumerate(fields):
        element = writer.add_object(_element(parent, field))
        _kids(parent.get_object()).insert(place + offset, element)
        parents["/Nums"] += [generic.NumberObject(key + offset), element]
        widget = field.get_object()
        widget[pdf_name("/StructParent")] = generic.NumberObject(key + offset)
        writer.update_container(widget)
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + len(fields))
    for changed in (tree, parents, parent.get_object()):
        writer.update_container(changed)


def _untagged(widget: Node) -> bool:
    """Whether it is a widget on a page that has no element yet; a foreign file may bring others."""
    return "/P" in widget and "/StructParent" not in widget


def _place(root: Node, tree: Node) -> tuple[Node, int]:
    """The element that the seals go in, and their place among its kids; None where there is none.

    What the file says about itself is tried, never trusted.
    """
    node = root
    for key in _PRIVATE:
        node = entry(node, key)
    if "/SealAfter" in node:
        after = node.raw_get("/SealAfter")
        parent = after.get_object().raw_get("/P")
        kids = _kids(parent.get_object())
        if after in kids:
            return parent, kids.index(after) + 1
    top = tree.raw_get("/K")
    if isinstance(tree["/K"], generic.ArrayObject) and tree["/K"]:
        top = tree["/K"].raw_get(0)
    if not isinstance(top, generic.IndirectObject):
        return None, 0
    return top, len(_kids(top.get_object()))


def _kids(element: Node) -> Node:
    """The kids of an element as an array of its own."""
    held = element.raw_get("/K") if "/K" in element else generic.ArrayObject()
    if isinstance(held, generic.IndirectObject) and isinstance(
        held.get_object(), generic.ArrayObject
    ):
        held = generic.ArrayObject(held.get_object())
    if not isinstance(held, generic.ArrayObject):
        held = generic.ArrayObject([held])
    element[pdf_name("/K")] = held
    return held


def _next_key(tree: Node, nums: Node) -> int:
    used = [int(number) for number in list(nums)[0::2]]
    return max([int(tree.get("/ParentTreeNextKey", 0)), *(number + 1 for number in used)])


def _element(parent: Node, field: Node) -> generic.DictionaryObject:
    """A Form element whose one kid is the widget."""
    page = field.get_object().raw_get("/P")
    reference = generic.DictionaryObject(
        {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Pg"): page, pdf_name("/Obj"): field}
    )
    return generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/StructElem"),
            pdf_name("/S"): pdf_name("/Form"),
            pdf_name("/P"): parent,
            pdf_name("/K"): reference,
        }
    )
