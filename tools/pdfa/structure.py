"""Clause 6.7: logical structure, where the file claims to have one.

Level B does not ask for it; a tree that is there must still be true.
"""

from typing import Final

from tools.pdfa.contents import Walk
from tools.pdfa.opened import Node, Opened, is_array, is_dictionary, is_text, words
from tools.pdfa.report import Report

_STANDARD: Final = words(
    "Document Part Art Sect Div BlockQuote Caption TOC TOCI Index NonStruct Private P "
    "H H1 H2 H3 H4 H5 H6 L LI Lbl LBody Table TR TH TD THead TBody TFoot Span Quote "
    "Note Reference BibEntry Code Link Annot Ruby RB RT RP Warichu WT WP Figure "
    "Formula Form"
)
"""ISO 32000-1 14.8.4."""

_DEEPEST: Final = 200


def check(opened: Opened, walk: Walk, report: Report) -> None:
    """6.7, for a file that is marked."""
    marked = opened.root.get("/MarkInfo")
    tree = opened.root.get("/StructTreeRoot")
    claimed = is_dictionary(marked) and bool(marked.get("/Marked", False))
    if not claimed:
        return
    if not is_dictionary(tree):
        report.add("6.7.2", "a marked file without a structure tree")
        return
    spoken = is_text(opened.root.get("/Lang")) and str(opened.root["/Lang"])
    report.require(spoken, "6.7.4", "no language")
    for painted in walk.painted:
        report.require(not painted.unmarked, "6.7.3", "content outside of all marks", painted.place)
    elements = _elements(tree, report)
    _parents(opened, walk, tree, elements, report)


def _elements(tree: Node, report: Report) -> dict[tuple[int, int], set[int]]:
    """By object, the marked contents of each element of the tree."""
    roles = tree.get("/RoleMap", {})
    found: dict[tuple[int, int], set[int]] = {}
    pending = [(kid, tree, 0) for kid in _kids(tree)]
    while pending:
        element, parent, depth = pending.pop()
        if not is_dictionary(element) or element.get("/Type") in {"/MCR", "/OBJR"}:
            continue
        kind = str(element.get("/S"))
        steps = 0
        while kind[1:] not in _STANDARD and kind in roles and steps < len(_STANDARD):
            kind, steps = str(roles[kind]), steps + 1
        place = Opened.name_of(element)
        report.require(kind[1:] in _STANDARD, "6.7.3.4", f"structure type {kind}", place)
        above = element.get("/P")
        right = is_dictionary(above) and above.objgen == parent.objgen
        report.require(right, "6.7.3.3", "an element that denies its parent", place)
        if kind == "/Figure":
            report.require("/Alt" in element or "/ActualText" in element, "6.7.5", "no Alt", place)
        known = found.setdefault(element.objgen, set())
        for kid in _kids(element):
            if is_dictionary(kid):
                if "/MCID" in kid:
                    known.add(int(kid["/MCID"]))
                elif depth < _DEEPEST:
                    pending.append((kid, element, depth + 1))
            else:
                known.add(int(kid))
    return found


def _kids(element: Node) -> list[Node]:
    held = element.get("/K")
    if held is None:
        return []
    return list(held) if is_array(held) else [held]


def _parents(
    opened: Opened, walk: Walk, tree: Node, elements: dict[tuple[int, int], set[int]],
    report: Report,
) -> None:  # fmt: skip
    """ISO 32000-1 14.7.4.4: from marked content and annotations back to their elements."""
    numbers = _numbers(tree.get("/ParentTree"))
    for painted in walk.painted:
        for holder, content in painted.marked:
            owner: Node = painted.page if holder is None else holder
            listed = numbers.get(int(owner.get("/StructParents", -1)))
            entry = listed[content] if is_array(listed) and content < len(listed) else None
            tied = is_dictionary(entry) and content in elements.get(entry.objgen, set())
            report.require(
                tied, "6.7.3.3", f"marked content {content} of no element", painted.place
            )
    for number, page in enumerate(opened.pages, start=1):
        for annotation in page.get("/Annots", []):
            if "/StructParent" in annotation:
                entry = numbers.get(int(annotation["/StructParent"]))
                tied = is_dictionary(entry) and entry.objgen in elements
                report.require(tied, "6.7.3.3", "an annotation of no element", f"page {number}")


def _numbers(tree: Node) -> dict[int, Node]:
    """A number tree as a mapping."""
    found: dict[int, Node] = {}
    pending, steps = [tree], 0
    while pending and steps < 10_000:  # noqa: PLR2004 - more nodes than any tree has
        node = pending.pop()
        steps += 1
        if not is_dictionary(node):
            continue
        nums = list(node.get("/Nums", []))
        found |= {int(nums[place]): nums[place + 1] for place in range(0, len(nums) - 1, 2)}
        pending += list(node.get("/Kids", []))
    return found
