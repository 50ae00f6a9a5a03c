"""Names of 主送 and 抄送 as bodies of the directory; pure.

A 公文 names bodies in full, by their standard short name, or by a class (各市人民政府). A class
stands for a list that is frozen when the document is sent (R20): the directory's bodies of that
level under the sender. A government is reached through its office (办公厅, 办公室), because what
is addressed is a unit function. What the directory cannot answer is said, never guessed.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from formats.directory import Body, Level, Snapshot
from formats.ids import division_of

_OFFICES: Final = ("办公厅", "办公室")
_GOVERNMENTS: Final = re.compile(
    r"^(?:全[省市])?各(?P<levels>[省市县区、（）()和及]+?)人民?政府(?:办公[厅室])?$"
)
_DEPARTMENTS: Final = re.compile(
    r"^(?:(?P<level>[省市县区])(?:人民)?政府)?(?P<what>各部门|各直属机构|各部门、各直属机构|各委、办、局)$"
)
_CLASS_PARTS: Final = 4
"""各省、市、县、区人民政府 has the most parts of any class name in use."""
_PREFIX: Final[dict[Level, int]] = {"province": 2, "city": 4, "county": 6}


def split_names(text: str) -> tuple[str, ...]:
    """A pasted list (A、B，C；D or one a line) as names; a class name stays whole."""
    parts = [part.strip(" 　:：。") for part in re.split(r"[，,；;\n]+", text)]
    return tuple(part for part in parts if part)


def bodies_named(
    name: str, sender: Body, snapshot: Snapshot
) -> tuple[tuple[Body, ...], tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """The bodies of one name, the classes expanded on the way, and what is not known."""
    name = name.strip(" 　:：。")
    single = one_body(name, snapshot)
    if single is not None:
        return (single,), (), ()
    of_class = class_members(name, sender, snapshot)
    if of_class:
        return of_class, ((name, tuple(body.id for body in of_class)),), ()
    parts = [part for part in name.split("、") if part]
    if len(parts) < 2:  # noqa: PLR2004 - nothing to split
        return (), (), (name,) if name else ()
    return resolve_names(parts, sender, snapshot)


def resolve_names(
    names: Iterable[str], sender: Body, snapshot: Snapshot
) -> tuple[tuple[Body, ...], tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """All the names, each body once in the order first named; see `bodies_named`."""
    found: dict[str, Body] = {}
    classes: list[tuple[str, tuple[str, ...]]] = []
    unknown: list[str] = []
    for name in _rejoined(tuple(names), sender, snapshot):
        bodies, expanded, missing = bodies_named(name, sender, snapshot)
        for body in bodies:
            found.setdefault(body.id, body)
        classes.extend(expanded)
        unknown.extend(missing)
    return tuple(found.values()), tuple(classes), tuple(unknown)


def _rejoined(names: Sequence[str], sender: Body, snapshot: Snapshot) -> list[str]:
    """The names, class names put together again where a list was cut at every 、."""
    joined: list[str] = []
    place = 0
    while place < len(names):
        take = 1
        if names[place].lstrip(" 　全省市").startswith("各"):
            for end in range(min(place + _CLASS_PARTS, len(names)), place + 1, -1):
                if class_members("、".join(names[place:end]).strip(" 　:：。"), sender, snapshot):
                    take = end - place
                    break
        joined.append("、".join(names[place : place + take]))
        place += take
    return joined


def one_body(name: str, snapshot: Snapshot) -> Body | None:
    """The body of that id, name or short name, or the office of the government so named."""
    wanted = (name, *(name + office for office in _OFFICES)) if name else ()
    for candidate in wanted:
        for body in snapshot.bodies:
            if candidate in {body.id, body.name, body.short_name}:
                return body
    return None


def class_members(name: str, sender: Body, snapshot: Snapshot) -> tuple[Body, ...]:
    """The bodies that a class name stands for when ``sender`` writes it; empty for none."""
    governments = _GOVERNMENTS.match(name)
    if governments:
        wanted = _levels(governments["levels"], sender.level)
        return _under(sender, snapshot.bodies, wanted, offices=True)
    departments = _DEPARTMENTS.match(name)
    if departments:
        named: dict[str, Level] = {"省": "province", "市": "city", "县": "county", "区": "county"}
        level = named.get(departments["level"] or "", sender.level)
        if level != sender.level:
            return ()  # whose departments is not said
        return _under(sender, snapshot.bodies, (level,), offices=False)
    return ()


def search(text: str, bodies: Sequence[Body], limit: int) -> tuple[Body, ...]:
    """Bodies whose id, name or short name holds the text: an exact one, then by beginning."""
    text = text.strip()
    if not text:
        return tuple(bodies[:limit])

    def rank(body: Body) -> int:
        names = (body.id, body.short_name, body.name)
        if text in names:
            return 0
        if any(name.startswith(text) for name in names):
            return 1
        return 2 if any(text in name for name in names) else 3

    ranked = sorted(((rank(body), place) for place, body in enumerate(bodies)))
    return tuple(bodies[place] for score, place in ranked[:limit] if score < 3)  # noqa: PLR2004 - 3 is no match, see the scores above


def _levels(words: str, sender: Level) -> tuple[Level, ...]:
    """Which levels 市, 县, 区 mean: to a city, 市 beside 县 is a county-level city."""
    levels: list[Level] = []
    if "市" in words and sender == "province":
        levels.append("city")
    if re.search("[县区]", words):
        levels.append("county")
    return tuple(levels)


def _under(
    sender: Body, bodies: Iterable[Body], levels: tuple[Level, ...], *, offices: bool
) -> tuple[Body, ...]:
    prefix = division_of(sender.id)[: _PREFIX[sender.level]]
    found = [
        body
        for body in bodies
        if body.level in levels
        and body.id.startswith(prefix)
        and body.id != sender.id
        and body.is_office == offices
    ]
    return tuple(sorted(found, key=lambda body: (levels.index(body.level), body.id)))
