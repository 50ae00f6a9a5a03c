"""Which of the five families of 公文 type a font name tells, as far as a name can tell.

Producers name the same face in many ways (``ABCDEF+FangSong_GB2312``, ``STFangsong``, ``FZXBSJW``,
GBK bytes). An unknown name is None, and no check is made of it: a name is no proof.
"""

import re
from functools import lru_cache
from typing import Final, Literal

from formats.i18n import mark

Family = Literal["fang", "kai", "hei", "title", "song", "latin"]

FAMILY_NAMES: Final[dict[Family, str]] = {
    "fang": mark("仿宋"),
    "kai": mark("楷体"),
    "hei": mark("黑体"),
    "title": mark("小标宋"),
    "song": mark("宋体"),
    "latin": mark("西文字体"),
}

_SUBSET: Final = re.compile(r"^[A-Z]{6}\+")
_KNOWN: Final[tuple[tuple[Family, re.Pattern[str]], ...]] = (
    ("fang", re.compile(r"fang|仿宋|fzfs|华文仿")),
    ("kai", re.compile(r"kai(?!i)|楷|fzkt")),
    ("title", re.compile(
        r"xiaobiao|biaosong|小标宋|大标宋|fzxbs|fzdbs|yidao-title"
        r"|serif.*(semibold|bold|black)|song-?bold|songbold|dabiaosong"
    )),
    ("hei", re.compile(r"hei(?!s)|黑|fzht|notosans.*(cjk|sc)|sourcehansans|sansserifcn")),
    ("song", re.compile(
        r"song|宋|simsun|mincho|ming|fzss|serif.*(cjk|sc|cn)|sourcehanserif|sungti"
    )),
    ("latin", re.compile(
        r"times|arial|helvetica|calibri|cambria|courier|dejavu|liberation|georgia"
    )),
)  # fmt: skip


@lru_cache(maxsize=512)
def family_of(name: bytes) -> Family | None:
    """The family a PDF's font name tells, None when it tells none."""
    text = _SUBSET.sub("", _decoded(name)).lower().replace(" ", "")
    return next((family for family, pattern in _KNOWN if pattern.search(text)), None)


def _decoded(name: bytes) -> str:
    for encoding in ("utf-8", "gbk"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("latin-1")
