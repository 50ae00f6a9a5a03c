"""Which font draws which character: licensed workstation fonts, the free set, then fallbacks.

A role is what GB/T 9704-2012 asks for: 仿宋, 楷体, 黑体, 宋体, 小标宋. Each role has a chain of
fonts; the first that has the character draws it. A character that no font of the chain has is
drawn as the geta mark 〓 and reported: never a blank box.

This room makes no font. `tools/fonts.py` does, once, at set-up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from formats.errors import BadInput
from formats.i18n import mark
from formats.limits import MAX_KEPT_CHARACTERS
from formats.typeset.fontfiles import font_files, fonts_root, free_set, standard_folders
from formats.typeset.kept import Kept
from formats.typeset.sfnt import BadFont, Sfnt

Role = Literal["fang", "kai", "hei", "song", "title"]

GETA: Final = "〓"
"""JIS and Chinese printers' mark for a sort that is not in the case."""

LICENSED: Final[dict[Role, tuple[str, ...]]] = {
    "title": ("方正小标宋_GBK", "方正小标宋简体", "FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S"),
    "fang": ("仿宋_GB2312", "FangSong_GB2312", "仿宋", "FangSong"),
    "kai": ("楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi"),
    "hei": ("黑体", "SimHei"),
    "song": ("宋体", "SimSun"),
}
"""Family names by role, the preferred one first."""

_CHAINS: Final[dict[Role, tuple[str, ...]]] = {
    "fang": ("fang", "serif", "wenkai", "sans"),
    "kai": ("kai", "wenkai", "serif", "sans"),
    "hei": ("hei", "sans", "serif", "wenkai"),
    "song": ("song", "serif", "wenkai", "sans"),
    "title": ("title", "serif", "wenkai", "sans"),
}
"""Files of the free set by role; the first is the role's own, the rest fill its gaps.

The nearest face comes next. All chains end in the same fonts, so that what one role prints every
role does: raised figures and rare Chinese characters that only LXGW WenKai has, and signs.
"""


class FontsMissing(BadInput):
    """No font set has been made on this machine, or it is damaged."""

    code = "formats.fonts-missing"
    happened = mark("本机没有排版所需的字体集，或字体集已损坏。")
    safe = mark("公文没有排版，原稿没有改动。")
    advice = mark("请在程序目录运行：python -m tools.fonts，完成后重试。")


_OVERHANG: Final = 0.15
"""Of the em, by which slanted ink may leave its advance."""


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """One face: ``key`` names it uniquely in its set."""

    key: str
    face: Sfnt
    own: bool
    """False for a fallback, whose use is worth a note."""


@dataclass(frozen=True, slots=True, eq=False)
class Glyph:
    """A drawable character. Lengths are fractions of the em."""

    char: str
    font: Font
    number: int
    advance: float
    left: float
    """Ink begins here."""
    right: float
    """Ink ends here."""
    half: bool = False
    """A half-width variant of a full-width mark: same outline, moved by ``shift``."""
    shift: float = 0.0
    missing: bool = False
    """Drawn as the geta mark because no font has the character."""


@dataclass(frozen=True, slots=True, eq=False)
class FontSet:
    """The chains of all roles, with every looked-up glyph remembered."""

    chains: dict[Role, tuple[Font, ...]]
    _seen: dict[Role, dict[str, Glyph]] = field(
        default_factory=lambda: {role: {} for role in _CHAINS}, repr=False
    )
    _halves: dict[tuple[Role, str], Glyph | None] = field(default_factory=dict, repr=False)
    rows: Kept[Any] = field(default_factory=lambda: Kept(MAX_KEPT_CHARACTERS), repr=False)
    """Paragraphs that `formats.typeset.linebreak` has broken; it alone reads and writes them."""

    def glyph(self, role: Role, char: str) -> Glyph:
        """What draws ``char``; its ``missing`` says that it is only the geta mark."""
        seen = self._seen[role]
        found = seen.get(char)
        if found is None:
            found = seen[char] = self._find(role, char)
        return found

    def glyphs(self, role: Role, text: str) -> list[Glyph]:
        """What draws each character of ``text``."""
        seen = self._seen[role]
        return [seen.get(char) or self.glyph(role, char) for char in text]

    def half(self, role: Role, char: str) -> Glyph | None:
        """The half-width variant of a mark, None when its ink is wider than half an em."""
        key = (role, char)
        if key not in self._halves:
            self._halves[key] = _half(self.glyph(role, char))
        return self._halves[key]

    def _find(self, role: Role, char: str) -> Glyph:
        """An accent without a width of its own would stand beside its letter: it is missing."""
        for font in self.chains[role]:
            number = font.face.glyph_of(ord(char))
            if number is not None and _honest(font, number):
                return _measured(char, font, number, missing=False)
        for font in self.chains[role]:
            number = font.face.glyph_of(ord(GETA))
            if number is not None and _honest(font, number):
                return _measured(char, font, number, missing=True)
        raise FontsMissing(f"no font of {role} has the geta mark")


def _honest(font: Font, number: int) -> bool:
    """Whether the glyph has a width, and keeps its ink in it.

    Some free fonts give the geta mark half the width of its ink.
    """
    advance = font.face.advance(number)
    bounds = font.face.bounds(number)
    return advance > 0 and (bounds is None or bounds[2] <= advance + _OVERHANG * font.face.units)


def _measured(char: str, font: Font, number: int, *, missing: bool) -> Glyph:
    units = font.face.units
    advance = font.face.advance(number) / units
    bounds = font.face.bounds(number)
    left, right = (bounds[0] / units, bounds[2] / units) if bounds else (0.0, advance)
    return Glyph(char, font, number, advance, left, right, missing=missing)


def _half(glyph: Glyph) -> Glyph | None:
    """Half the advance; the ink moved only as far as it must to lie inside."""
    room = glyph.advance / 2
    if glyph.half or glyph.right - glyph.left > room:
        return None
    shift = 0.0
    if glyph.right > room:
        shift = room - glyph.right
    if glyph.left + shift < 0:
        shift = -glyph.left
    return Glyph(
        glyph.char, glyph.font, glyph.number, room, glyph.left + shift, glyph.right + shift,
        half=True, shift=shift, missing=glyph.missing,
    )  # fmt: skip


def load_fonts(folders: Sequence[Path] | None = None) -> FontSet:
    """The fonts of this machine, kept for later calls.

    ``folders`` are searched for licensed fonts instead of the standard ones; ``()`` uses the free
    set alone. Raises `FontsMissing` when no free set has been made.
    """
    places = standard_folders() if folders is None else tuple(folders)
    return _load(fonts_root(), places)


@cache
def _load(root: Path, folders: tuple[Path, ...]) -> FontSet:
    folder = free_set(root)
    if folder is None:
        raise FontsMissing(str(root))
    try:
        free = {
            key: _whole(Sfnt.open(folder / f"{key}.ttf"))
            for key in dict.fromkeys(key for keys in _CHAINS.values() for key in keys)
        }
    except BadFont as error:  # the set is damaged: what makes it mends it
        raise FontsMissing(str(error)) from error
    licensed = find_licensed(font_files(folders))
    chains: dict[Role, tuple[Font, ...]] = {}
    fonts = {key: Font(key, face, own=False) for key, face in free.items()}
    for role, keys in _CHAINS.items():
        own = Font(keys[0], free[keys[0]], own=True)
        first = (licensed[role],) if role in licensed else ()
        chains[role] = (*first, own, *(fonts[key] for key in keys[1:]))
    return FontSet(chains)


def _whole(face: Sfnt) -> Sfnt:
    """The face, which has all that is drawn with. Raises `BadFont`."""
    for tag in ("glyf", "loca", "hmtx", "cmap"):
        if not face.has(tag):
            raise BadFont(f"no whole table {tag}", name=face.name)
    return face


def _draws(face: Sfnt) -> bool:
    """Whether the face has a plain character with ink. Raises `BadFont` when it cannot be read."""
    glyph = face.glyph_of(ord("中"))
    return glyph is not None and face.advance(glyph) > 0 and face.bounds(glyph) is not None


def find_licensed(files: Iterable[Path]) -> dict[Role, Font]:
    """The licensed font of each role among ``files``; unreadable files are passed over."""
    wanted = {
        name: (role, rank) for role, names in LICENSED.items() for rank, name in enumerate(names)
    }
    best: dict[Role, tuple[int, Font]] = {}
    for path in files:
        try:
            faces = [face for face in Sfnt.faces(path) if face.has("glyf")]
            names = [(face, face.families & wanted.keys()) for face in faces]
            names = [(face, families) for face, families in names if families and _draws(face)]
        except BadFont:
            continue
        for face, families in names:
            for family in families:
                role, rank = wanted[family]
                if role not in best or rank < best[role][0]:
                    best[role] = (rank, Font(f"licensed-{role}", face, own=True))
    return {role: font for role, (_, font) in best.items()}
