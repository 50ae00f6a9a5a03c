"""Walking everything that is painted: pages, forms, patterns, appearances, glyphs of Type 3 fonts.

Nothing is rendered. Of each operator it is noted which font shows which codes, in which rendering
mode, and which colour spaces, states, images and forms are used; the clauses are judged elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import pikepdf

from tools.pdfa.lexer import tokens_of
from tools.pdfa.opened import FAULTS, Node, Opened, is_array, is_dictionary, is_name, words
from tools.pdfa.report import Report
from tools.pdfa.tokens import check_token

OPERATORS: Final = words(
    "b B b* B* BDC BI BMC BT BX c cm CS cs d d0 d1 Do DP EI EMC ET EX f F f* G g gs h "
    "i ID j J K k l m M MP n q Q re RG rg ri s S SC sc SCN scn sh T* Tc Td TD Tf Tj "
    "TJ TL Tm Tr Ts Tw Tz v w W W* y ' \""
)
"""ISO 32000-1 Annex A."""

INTENTS: Final = frozenset(
    {"/RelativeColorimetric", "/AbsoluteColorimetric", "/Perceptual", "/Saturation"}
)
_DEVICE: Final = {
    "g": "/DeviceGray", "G": "/DeviceGray", "rg": "/DeviceRGB", "RG": "/DeviceRGB",
    "k": "/DeviceCMYK", "K": "/DeviceCMYK",
}  # fmt: skip
_PAINTS_PATH: Final = words("b B b* B* f F f* s S")
_FILLS: Final = words("b B b* B* f F f*")
_STROKES: Final = words("b B b* B* s S")
_SHOWS: Final = frozenset({"Tj", "TJ", "'", '"'})
_DEEPEST_NESTING: Final = 28
_DEEPEST: Final = 24
_UNSEEN: Final = 3
"""Text rendering mode 3: neither filled nor stroked."""


@dataclass(slots=True)
class FontUse:
    """A font and what is shown in it."""

    font: Node
    shown: set[bytes] = field(default_factory=set)
    """Strings."""
    rendered: bool = False
    """Whether any of it is shown in a mode other than 3."""


@dataclass(slots=True)
class Painted:
    """One page or the like, and what is used on it; each object with its resources."""

    place: str
    page: Node | None
    spaces: list[tuple[Node, Node]] = field(default_factory=list)
    states: list[Node] = field(default_factory=list)
    images: list[tuple[Node, Node]] = field(default_factory=list)
    inline: list[tuple[Node, Node]] = field(default_factory=list)
    forms: list[Node] = field(default_factory=list)
    shadings: list[tuple[Node, Node]] = field(default_factory=list)
    marked: list[tuple[Node | None, int]] = field(default_factory=list)
    """The stream that is no page, and MCID."""
    unmarked: bool = False
    """Whether something is painted outside of all marked content."""


@dataclass(frozen=True, slots=True)
class _State:
    font: Node = None
    mode: int = 0
    fills: bool = False
    """Whether a colour has been chosen; until then it is black of DeviceGray."""
    strokes: bool = False


class Walk:
    """All content of a file."""

    def __init__(self, opened: Opened, report: Report) -> None:
        self.fonts: dict[object, FontUse] = {}
        self.painted: list[Painted] = []
        self._opened = opened
        self._report = report
        self._seen: set[tuple[int, int]] = set()

    def run(self) -> None:
        """Visit every page and every annotation's appearance."""
        for number, page in enumerate(self._opened.pages, start=1):
            painted = Painted(f"page {number}", page)
            self.painted.append(painted)
            self._seen = set()
            resources = self._opened.inherited(page, "/Resources")
            if "/Contents" in page:
                own = "/Resources" in page
                self._stream(page, resources, painted, _State(), 0, own=own, marked=False)
            for annotation in page.get("/Annots", []):
                for stream in _appearances(annotation.get("/AP")):
                    self._form(stream, painted, _State(), 0, resources, marked=True)

    def _stream(
        self, stream: Node, resources: Node, painted: Painted, state: _State, depth: int,
        *, own: bool, marked: bool,
    ) -> None:  # fmt: skip
        """One content stream; ``own`` where its resources are its own, ``marked`` inside a mark."""
        try:
            operations = pikepdf.parse_content_stream(stream)
            for data in _written(stream):
                for token in tokens_of(data):
                    check_token(token, painted.place, self._report)
        except FAULTS:
            self._report.add("6.2.2", "content that cannot be read", painted.place)
            return
        marks = 1 if marked else 0
        holder = None if depth == 0 else stream
        Stream(self, resources, painted, depth, own=own, marks=marks, holder=holder).run(
            operations, state
        )

    def follow(
        self, form: Node, painted: Painted, state: _State, depth: int, resources: Node,
        *, marked: bool,
    ) -> None:  # fmt: skip
        """A form XObject or tiling pattern that is painted."""
        self._form(form, painted, state, depth, resources, marked=marked)

    def _form(
        self, form: Node, painted: Painted, state: _State, depth: int, resources: Node,
        *, marked: bool,
    ) -> None:  # fmt: skip
        key = form.objgen
        if depth > _DEEPEST or (key != (0, 0) and key in self._seen):
            return
        self._seen.add(key)
        own = "/Resources" in form
        painted.forms.append(form)
        held = form.get("/Resources") if own else resources
        self._stream(form, held, painted, state, depth + 1, own=own, marked=marked)

    def glyphs(self, font: Node, painted: Painted, depth: int) -> None:
        """The procedures of a Type 3 font."""
        own = "/Resources" in font
        procedures = font.get("/CharProcs")
        if not is_dictionary(procedures) or depth > _DEEPEST:
            return
        for procedure in procedures.values():
            if procedure.objgen not in self._seen:
                self._seen.add(procedure.objgen)
                held = font.get("/Resources")
                self._stream(procedure, held, painted, _State(), depth + 1, own=own, marked=True)

    def missing(self, what: str, painted: Painted) -> None:
        """A name that the stream's own resources do not hold."""
        self._report.add("6.2.2", f"{what} is not in the stream's own resources", painted.place)

    def undefined(self, operator: str, painted: Painted) -> None:
        """An operator of no PDF."""
        self._report.add("6.2.2", f"undefined operator {operator}", painted.place)

    def intent(self, name: str, painted: Painted) -> None:
        """A rendering intent."""
        self._report.require(name in INTENTS, "6.2.6", f"rendering intent {name}", painted.place)

    def nested(self, depth: int, painted: Painted) -> None:
        """How deep graphics states are saved."""
        fits = depth <= _DEEPEST_NESTING
        self._report.require(fits, "6.1.13", "q nested too deeply", painted.place)


class Stream:
    """The operators of one content stream."""

    def __init__(
        self, walk: Walk, resources: Node, painted: Painted, depth: int,
        *, own: bool, marks: int, holder: Node | None,
    ) -> None:  # fmt: skip
        self._walk = walk
        self._resources = resources
        self._own = own
        self._painted = painted
        self._depth = depth
        self._marks = marks
        self._holder = holder

    def run(self, operations: object, state: _State) -> None:
        """Note what is used."""
        kept: list[_State] = []
        deepest = 0
        for instruction in operations:  # type: ignore[attr-defined]  # pikepdf's instructions
            operator = str(instruction.operator)
            operands = instruction.operands
            if operator == "q":
                kept.append(state)
                deepest = max(deepest, len(kept))
            elif operator == "Q":
                state = kept.pop() if kept else state
            elif operator == "INLINE IMAGE":
                self._painted.inline.append((operands[0], self._resources))
                self._paints()
            elif operator not in OPERATORS:
                self._walk.undefined(operator, self._painted)
            else:
                state = self._operation(operator, operands, state)
        self._walk.nested(deepest, self._painted)

    def _operation(self, operator: str, operands: Node, state: _State) -> _State:
        state = self._coloured(operator, state)
        if operator in _SHOWS:
            self._shown(operands[-1], state)
        elif operator == "Tf":
            return replace(state, font=self._resource("/Font", operands[0]))
        elif operator == "Tr":
            return replace(state, mode=int(operands[0]))
        elif operator == "gs":
            return self._set(self._resource("/ExtGState", operands[0]), state)
        elif operator in _DEVICE:
            self._painted.spaces.append((pikepdf.Name(_DEVICE[operator]), self._resources))
        elif operator in {"cs", "CS"}:
            self._space(operands[0])
        elif operator in {"Do", "sh"}:
            self._paints()
            self._external(operator, operands[0], state)
        elif operator in _PAINTS_PATH:
            self._paints()
        else:
            self._other(operator, operands, state)
        return state

    def _other(self, operator: str, operands: Node, state: _State) -> None:
        if operator in {"scn", "SCN"} and len(operands) and is_name(operands[-1]):
            self._pattern(self._resource("/Pattern", operands[-1]), state)
        elif operator == "ri":
            self._walk.intent(str(operands[0]), self._painted)
        else:
            self._mark(operator, operands)

    def _coloured(self, operator: str, state: _State) -> _State:
        if operator in {"g", "rg", "k", "cs"}:
            return replace(state, fills=True)
        if operator in {"G", "RG", "K", "CS"}:
            return replace(state, strokes=True)
        filled = operator in _FILLS or (operator in _SHOWS and state.mode in {0, 2, 4, 6})
        stroked = operator in _STROKES or (operator in _SHOWS and state.mode in {1, 2, 5, 6})
        if (filled and not state.fills) or (stroked and not state.strokes):
            self._painted.spaces.append((pikepdf.Name.DeviceGray, self._resources))
        return state

    def _paints(self) -> None:
        if self._marks == 0:
            self._painted.unmarked = True

    def _mark(self, operator: str, operands: Node) -> None:
        if operator in {"BDC", "BMC"}:
            self._marks += 1
            held = operands[1] if operator == "BDC" else None
            if isinstance(held, pikepdf.Name):
                held = self._resource("/Properties", held)
            if is_dictionary(held) and "/MCID" in held:
                self._painted.marked.append((self._holder, int(held["/MCID"])))
        elif operator == "EMC":
            self._marks = max(0, self._marks - 1)

    def _resource(self, kind: str, name: Node) -> Node:
        held = self._resources.get(kind) if is_dictionary(self._resources) else None
        found = held.get(str(name)) if is_dictionary(held) else None
        if found is None or not self._own:
            self._walk.missing(f"{kind[1:]} {name}", self._painted)
        return found

    def _space(self, name: Node) -> None:
        if str(name) in {"/DeviceGray", "/DeviceRGB", "/DeviceCMYK", "/Pattern"}:
            self._painted.spaces.append((name, self._resources))
            return
        found = self._resource("/ColorSpace", name)
        if found is not None:
            self._painted.spaces.append((found, self._resources))

    def _set(self, found: Node, state: _State) -> _State:
        if not is_dictionary(found):
            return state
        self._painted.states.append(found)
        font = found.get("/Font")
        return replace(state, font=font[0]) if is_array(font) and len(font) else state

    def _pattern(self, found: Node, state: _State) -> None:
        if not is_dictionary(found):
            return
        if int(found.get("/PatternType", 0)) == 1:
            self._walk.follow(
                found, self._painted, state, self._depth, self._resources, marked=True
            )
        elif is_dictionary(found.get("/Shading")):
            self._painted.shadings.append((found["/Shading"], self._resources))
            if is_dictionary(found.get("/ExtGState")):
                self._painted.states.append(found["/ExtGState"])

    def _external(self, operator: str, name: Node, state: _State) -> None:
        if operator == "sh":
            found = self._resource("/Shading", name)
            if found is not None:
                self._painted.shadings.append((found, self._resources))
            return
        found = self._resource("/XObject", name)
        if not is_dictionary(found):
            return
        if found.get("/Subtype") == "/Image":
            self._painted.images.append((found, self._resources))
        elif found.get("/Subtype") == "/Form":
            self._walk.follow(
                found, self._painted, state, self._depth, self._resources, marked=self._marks > 0
            )
        else:
            self._painted.forms.append(found)

    def _shown(self, operand: Node, state: _State) -> None:
        self._paints()
        font = state.font
        if not is_dictionary(font):
            return
        key = font.objgen if font.objgen != (0, 0) else id(font)
        use = self._walk.fonts.get(key)
        if use is None:
            use = self._walk.fonts[key] = FontUse(font)
            if font.get("/Subtype") == "/Type3":
                self._walk.glyphs(font, self._painted, self._depth)
        use.rendered = use.rendered or state.mode != _UNSEEN
        strings = list(operand) if is_array(operand) else [operand]
        use.shown |= {bytes(s) for s in strings if isinstance(s, pikepdf.String)}


def _written(stream: Node) -> Iterator[bytes]:
    """The bytes of a content stream, or of a page's; not those with images among the operators."""
    held = stream.get("/Contents", []) if not Opened.is_stream(stream) else stream
    for part in held if is_array(held) else [held]:
        data = part.read_bytes()
        if b" ID" not in data and b"\nID" not in data:
            yield data


def _appearances(appearance: Node) -> Iterator[Node]:
    """Every stream of an appearance dictionary."""
    if not is_dictionary(appearance):
        return
    for held in appearance.values():
        if Opened.is_stream(held):
            yield held
        elif is_dictionary(held):
            yield from (inner for _, inner in held.items() if Opened.is_stream(inner))
