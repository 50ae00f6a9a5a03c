"""档号 by template: DA/T 13-2022 by item, and the older form of DA/T 22-2015."""

from typing import Final

from desktop.archive.errors import ItemRefused
from formats.i18n import tr

DAT_13: Final = "{fonds}-{category}·{year}·{retention}·{office}-{serial:04}"
DAT_22: Final = "{fonds}-{category}·{year}-{retention}-{office}-{serial:04}"

_FORBIDDEN: Final = frozenset('-·{}/\\:*?"<>| \t\r\n')


def archive_code(
    template: str,
    *,
    fonds: str,
    category: str,
    year: int,
    retention: str,
    office: str,
    serial: int,
) -> str:
    """The 档号; an empty ``office`` leaves its level out. Raises `ItemRefused`."""
    for part in (fonds, category, office):
        if _FORBIDDEN & set(part) or len(part) > 40:  # noqa: PLR2004 - a level of a code is short
            raise ItemRefused(part, reason=tr("“{part}”不能用在档号里", part=part))
    if not office:
        template = template.replace("·{office}", "").replace("-{office}", "")
    return template.format(
        fonds=fonds,
        category=category,
        year=year,
        retention=retention,
        office=office,
        serial=serial,
    )
