"""Clause 6.2 but for fonts: colour, graphics states, images, forms, transparency."""

from dataclasses import dataclass
from typing import Final

from tools.pdfa.contents import INTENTS, Painted, Walk
from tools.pdfa.opened import FAULTS, Node, Opened, is_array, is_dictionary, is_name
from tools.pdfa.report import Report

_BLENDS: Final = frozenset(
    {
        "/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten",
        "/ColorDodge", "/ColorBurn", "/HardLight", "/SoftLight", "/Difference", "/Exclusion",
        "/Hue", "/Saturation", "/Color", "/Luminosity",
    }
)  # fmt: skip
_SHORT: Final = {
    "/G": "/DeviceGray",
    "/RGB": "/DeviceRGB",
    "/CMYK": "/DeviceCMYK",
    "/I": "/Indexed",
}
_DEVICE: Final = {"/DeviceGray": "GRAY", "/DeviceRGB": "RGB", "/DeviceCMYK": "CMYK"}
_CHANNELS: Final = {"GRAY": 1, "RGB": 3, "CMYK": 4, "Lab": 3}
_INLINE_FILTERS: Final = frozenset(
    {
        "/ASCIIHexDecode", "/AHx", "/ASCII85Decode", "/A85", "/FlateDecode", "/Fl",
        "/RunLengthDecode", "/RL", "/CCITTFaxDecode", "/CCF", "/DCTDecode", "/DCT",
    }
)  # fmt: skip
_MOST_COLORANTS: Final = 32
_DEPTHS: Final = frozenset({1, 2, 4, 8, 16})
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Profile:
    """The header of an ICC profile."""

    device: str
    space: str
    version: int


def read_profile(stream: Node) -> Profile | None:
    """The profile of a stream; None where it is none."""
    if not Opened.is_stream(stream):
        return None
    try:
        data = stream.read_bytes()
    except FAULTS:
        return None
    if len(data) < 132 or data[36:40] != b"acsp":  # noqa: PLR2004 - header and tag count, ICC.1 7.1
        return None
    return Profile(data[12:16].decode("latin-1"), data[16:20].decode("latin-1").strip(), data[8])


def check(opened: Opened, walk: Walk, report: Report) -> None:
    """6.2.2 to 6.2.10; the walk has been run after `output_intents`."""
    colours = Colours(opened, report)
    for painted in walk.painted:
        for space, resources in painted.spaces:
            colours.use(space, resources, painted.place)
        for shading, resources in painted.shadings:
            if is_dictionary(shading):
                colours.use(shading.get("/ColorSpace"), resources, painted.place)
        for state in painted.states:
            _state(state, painted.place, report)
        for image, resources in painted.images:
            _image(image, resources, colours, painted.place, report)
        for image, resources in painted.inline:
            _inline(image, resources, colours, painted.place, report)
        for form in painted.forms:
            _form(form, opened.name_of(form) or painted.place, report)
        _transparency(opened, painted, colours, report)
    _everywhere(opened, report)


def output_intents(opened: Opened, report: Report) -> None:
    """6.2.3; tells ``opened`` what device colours mean."""
    intents = [i for i in opened.root.get("/OutputIntents", []) if is_dictionary(i)]
    profiles = {i["/DestOutputProfile"].objgen for i in intents if "/DestOutputProfile" in i}
    report.require(len(profiles) <= 1, "6.2.3", "output intents with different profiles")
    for intent in intents:
        referred = intent.get("/S") == "/GTS_PDFX" and "/DestOutputProfileRef" in intent
        report.require(not referred, "6.2.3", "DestOutputProfileRef")
        if "/DestOutputProfile" not in intent:
            continue
        stream = intent["/DestOutputProfile"]
        profile = read_profile(stream)
        if profile is None:
            report.add("6.2.3", "the destination profile is none", opened.name_of(stream))
            continue
        sound = (
            profile.device in {"prtr", "mntr"}
            and profile.space in {"RGB", "CMYK", "GRAY"}
            and profile.version < 5  # noqa: PLR2004 - ISO 15076-1 is version 4
            and int(stream.get("/N", 0)) == _CHANNELS.get(profile.space)
        )
        report.require(sound, "6.2.3", "unfit destination profile", opened.name_of(stream))
        if intent.get("/S") == "/GTS_PDFA1":
            opened.profile = profile.space


class Colours:
    """6.2.4: every colour space that is used must say what its colours are."""

    def __init__(self, opened: Opened, report: Report) -> None:
        self._opened = opened
        self._report = report
        self._tints: dict[str, tuple[Node, Node]] = {}

    def use(
        self,
        space: Node,
        resources: Node,
        place: str,
        depth: int = 0,
        clause: str = "6.2.4.3",
    ) -> None:
        """A colour space, with the resources whose defaults apply.

        ``clause`` is the one that asks for the meaning of a device space inside another.
        """
        if depth > _DEEPEST or space is None:
            return
        if is_name(space):
            self._named(str(space), resources, place, depth, clause)
            return
        if not is_array(space) or len(space) == 0:
            return
        family = _SHORT.get(str(space[0]), str(space[0]))
        if family in _DEVICE or len(space) == 1:
            self._named(family, resources, place, depth, clause)
        elif family == "/ICCBased":
            self._profiled(space[1], place)
        elif family in {"/Indexed", "/Pattern"}:
            self.use(space[1], resources, place, depth + 1, "6.2.4.5")
        elif family == "/Separation":
            self._tint(str(space[1]), space[2], space[3])
            self.use(space[2], resources, place, depth + 1, "6.2.4.4")
        elif family == "/DeviceN":
            self._many(space, resources, place, depth)

    def _named(self, name: str, resources: Node, place: str, depth: int, clause: str) -> None:
        name = _SHORT.get(name, name)
        held = resources.get("/ColorSpace") if is_dictionary(resources) else None
        if name not in _DEVICE:
            if is_dictionary(held) and name in held:
                self.use(held[name], resources, place, depth + 1, clause)
            return
        default = name.replace("/Device", "/Default")
        if is_dictionary(held) and default in held:
            self.use(held[default], None, place, depth + 1)
            return
        profile = self._opened.profile
        fits = profile is not None and (name == "/DeviceGray" or profile == _DEVICE[name])
        self._report.require(fits, clause, f"{name[1:]} without an output intent for it", place)

    def _profiled(self, stream: Node, place: str) -> None:
        profile = read_profile(stream)
        sound = (
            profile is not None
            and profile.device in {"prtr", "mntr", "scnr", "spac"}
            and profile.version < 5  # noqa: PLR2004 - ISO 15076-1 is version 4
            and int(stream.get("/N", 0)) == _CHANNELS.get(profile.space)
        )
        self._report.require(sound, "6.2.4.2", "unfit ICC profile", place)

    def _tint(self, name: str, alternate: Node, transform: Node) -> None:
        known = self._tints.setdefault(name, (alternate, transform))
        same = _equal(known[0], alternate) and _equal(known[1], transform)
        self._report.require(same, "6.2.4.4", f"two meanings of the colorant {name}")

    def _many(self, space: Node, resources: Node, place: str, depth: int) -> None:
        names = [str(name) for name in space[1]]
        few = len(names) <= _MOST_COLORANTS
        self._report.require(few, "6.1.13", "too many colorants", place)
        attributes = space[4] if len(space) > 4 else None  # noqa: PLR2004 - the optional fifth
        listed = attributes.get("/Colorants") if is_dictionary(attributes) else None
        process = attributes.get("/Process") if is_dictionary(attributes) else None
        components = process.get("/Components", []) if is_dictionary(process) else []
        spared = {str(name) for name in components} | {"/None"}
        if not components:
            spared |= {"/Cyan", "/Magenta", "/Yellow", "/Black"}
        for name in set(names) - spared:
            there = is_dictionary(listed) and name in listed
            self._report.require(there, "6.2.4.4", f"{name} is not in Colorants", place)
        if is_dictionary(listed):
            for colorant in listed.values():
                if is_array(colorant) and len(colorant) > 3:  # noqa: PLR2004 - of Separation
                    self._tint(str(colorant[1]), colorant[2], colorant[3])
        self.use(space[2], resources, place, depth + 1, "6.2.4.4")


def _equal(one: Node, other: Node) -> bool:
    if Opened.is_stream(one) and Opened.is_stream(other):
        return bool(one.read_bytes() == other.read_bytes())
    return bool(one == other)


def _state(state: Node, place: str, report: Report) -> None:
    """6.2.5, and the blend modes of 6.2.10."""
    report.require("/TR" not in state, "6.2.5", "TR in a graphics state", place)
    default = str(state.get("/TR2", "/Default")) == "/Default"
    report.require(default, "6.2.5", "TR2 in a graphics state", place)
    report.require("/HTP" not in state, "6.2.5", "HTP in a graphics state", place)
    if "/RI" in state:
        report.require(str(state["/RI"]) in INTENTS, "6.2.6", f"{state['/RI']}", place)
    modes = state.get("/BM", "/Normal")
    for mode in modes if is_array(modes) else [modes]:
        report.require(str(mode) in _BLENDS, "6.2.10", f"blend mode {mode}", place)
    halftone = state.get("/HT")
    if is_dictionary(halftone):
        _halftone(halftone, None, place, report)


def _halftone(halftone: Node, colorant: str | None, place: str, report: Report) -> None:
    kind = int(halftone.get("/HalftoneType", 0))
    report.require(kind in {1, 5}, "6.2.5", f"halftone of type {kind}", place)
    report.require("/HalftoneName" not in halftone, "6.2.5", "a named halftone", place)
    if colorant != "/Default":
        primary = colorant in {None, "/Cyan", "/Magenta", "/Yellow", "/Black"}
        fits = ("/TransferFunction" in halftone) != primary
        report.require(fits, "6.2.5", "TransferFunction of a halftone", place)
    if kind == 5 and colorant is None:  # noqa: PLR2004 - a halftone for each colorant
        for key, inner in halftone.items():
            if is_dictionary(inner):
                _halftone(inner, key, place, report)


def _image(
    image: Node, resources: Node, colours: Colours | None, place: str, report: Report
) -> None:
    """6.2.8."""
    for key in ("/Alternates", "/OPI"):
        report.require(key not in image, "6.2.8", f"{key} in an image", place)
    report.require(not image.get("/Interpolate", False), "6.2.8", "an interpolated image", place)
    bits = image.get("/BitsPerComponent")
    mask = bool(image.get("/ImageMask", False))
    if bits is not None:
        fits = int(bits) == 1 if mask else int(bits) in _DEPTHS
        report.require(fits, "6.2.8", f"{bits} bits a component", place)
    if "/Intent" in image:
        known = str(image["/Intent"]) in INTENTS
        report.require(known, "6.2.6", f"rendering intent {image['/Intent']}", place)
    if not mask and colours is not None:
        colours.use(image.get("/ColorSpace"), resources, place)
    for key in ("/SMask", "/Mask"):
        if Opened.is_stream(image.get(key)):
            # A mask's grey is no colour: ISO 32000-1 has it be DeviceGray.
            _image(image[key], resources, None, place, report)


def _inline(image: Node, resources: Node, colours: Colours, place: str, report: Report) -> None:
    """6.1.10 and 6.2.8."""
    entries = image.obj
    filters = entries.get("/F", entries.get("/Filter", []))
    for name in filters if is_array(filters) else [filters]:
        report.require(str(name) in _INLINE_FILTERS, "6.1.10", f"filter {name}", place)
    if "/Intent" in entries:
        known = str(entries["/Intent"]) in INTENTS
        report.require(known, "6.2.6", f"rendering intent {entries['/Intent']}", place)
    smooth = entries.get("/I", entries.get("/Interpolate", False))
    report.require(not smooth, "6.2.8", "an interpolated image", place)
    if not entries.get("/IM", entries.get("/ImageMask", False)):
        space = entries.get("/CS", entries.get("/ColorSpace"))
        colours.use(space, resources, place)


def _form(form: Node, place: str, report: Report) -> None:
    """6.2.9."""
    kind = str(form.get("/Subtype", form.get("/Type")))
    report.require(kind != "/PS", "6.2.9", "a PostScript XObject", place)
    plain = "/OPI" not in form and "/PS" not in form and str(form.get("/Subtype2")) != "/PS"
    report.require(plain, "6.2.9", "OPI or PostScript in a form", place)
    report.require("/Ref" not in form, "6.2.9", "a reference XObject", place)


def _transparency(opened: Opened, painted: Painted, colours: Colours, report: Report) -> None:
    """6.2.10: what is blended is blended in a space that is known."""
    page = painted.page
    group = page.get("/Group") if page is not None else None
    clear = (
        any(map(_blends, painted.states))
        or any("/SMask" in image for image, _ in painted.images)
        or any(_grouped(form) for form in painted.forms)
    )
    if clear and is_dictionary(group) and "/CS" in group:
        held = opened.inherited(page, "/Resources")
        colours.use(group["/CS"], held, painted.place, clause="6.2.10")
    known = opened.profile is not None or (is_dictionary(group) and "/CS" in group)
    report.require(
        known or not clear, "6.2.10", "transparency without a blending space", painted.place
    )


def _grouped(form: Node) -> bool:
    group = form.get("/Group")
    return is_dictionary(group) and str(group.get("/S")) == "/Transparency"


def _blends(state: Node) -> bool:
    modes = state.get("/BM", "/Normal")
    first = str(modes[0]) if is_array(modes) and len(modes) else str(modes)
    opaque = float(state.get("/ca", 1)) >= 1 and float(state.get("/CA", 1)) >= 1
    masked = "/SMask" in state and str(state["/SMask"]) != "/None"
    return first not in {"/Normal", "/Compatible"} or not opaque or masked


def _everywhere(opened: Opened, report: Report) -> None:
    """XObjects that no content shows are in the file all the same."""
    for value in opened.objects():
        kind = str(value.get("/Subtype"))
        if Opened.is_stream(value) and kind in {"/PS", "/Form"}:
            _form(value, opened.name_of(value), report)
