"""Names as they are written in a 公文: recipients in a row, class names, document numbers."""

import re
from collections.abc import Iterable
from typing import Final

from msgspec import ValidationError, convert

from formats.document.model import DocumentNumber

_ORGAN: Final = re.compile(
    r"(?:人民政府|政府|办公厅|办公室|委员会|人大|政协|法院|检察院|厅|局|委|办|部|处|院|会|中心|公司|学校"
    r"|大学|学院|医院|机构|部门|单位|社|所|署|行|馆|室|组|集团|支队|总队|军区)$"
)
_CLASS: Final = re.compile(r"各|(?:有关|相关|直属|所属|下属)(?:部门|单位|机构|企业|市|县|地区)")
_SEPARATORS: Final = re.compile(r"[，,；;\n\r\t]+| {2,}")


def split_recipients(text: str) -> tuple[str, ...]:
    """The names in a line of 主送 or 抄送, in order, without the final colon or full stop.

    ，；and line ends always part names; 、 parts them only between whole names, so that
    各市、县人民政府 and 合肥、芜湖市人民政府 stay one.
    """
    names: list[str] = []
    for piece in _SEPARATORS.split(text.strip().rstrip("：:。.")):
        name = piece.strip(" \u3000")
        names.extend(_split_row(name) if name else ())
    return tuple(dict.fromkeys(names))


def _split_row(row: str) -> list[str]:
    pieces = [piece.strip(" \u3000") for piece in row.split("、")]
    if len(pieces) > 1 and not is_class_name(row) and all(_ORGAN.search(p) for p in pieces):
        return pieces
    return [row]


def join_recipients(names: Iterable[str]) -> str:
    """The names in a row as `split_recipients` reads them again."""
    listed = tuple(names)
    row = "、".join(listed)
    # 各市统计局、局机关各处室 would be read as one class name, as 各市、县人民政府 is.
    return row if split_recipients(row) == listed else "，".join(listed)


def is_class_name(name: str) -> bool:
    """Whether the name stands for a class of bodies (统称), for example 各市、县人民政府."""
    return _CLASS.search(name) is not None


_NUMBER: Final = re.compile(
    r"(?P<mark>[^\s\d〔〕\[\]［］()（）【】{}《》“”、，。；：]{1,32}?)\s*"
    r"[〔\[［(（【]\s*(?P<year>\d{4})\s*年?\s*[〕\]］)）】]\s*"
    r"第?\s*(?P<serial>\d{1,6})\s*号"
)
_WIDE: Final = str.maketrans("０１２３４５６７８９", "0123456789")


def parse_number(text: str) -> DocumentNumber | None:
    """The 发文字号 that the whole text is, whatever brackets, 第 or zeros it was typed with."""
    match = _NUMBER.fullmatch(text.translate(_WIDE).strip())
    return _number(match) if match else None


def find_numbers(text: str) -> tuple[DocumentNumber, ...]:
    """Every 发文字号 in running text, in order. Its mark is the run of characters before it."""
    found = (_number(match) for match in _NUMBER.finditer(text.translate(_WIDE)))
    return tuple(number for number in found if number is not None)


def format_number(number: DocumentNumber) -> str:
    """皖政办〔2026〕12号: hexagonal brackets, no 第, no leading zeros (GB/T 9704-2012 7.2.5)."""
    return str(number)


def _number(match: re.Match[str]) -> DocumentNumber | None:
    try:
        return convert(
            {
                "mark": match["mark"].strip(),
                "year": int(match["year"]),
                "serial": int(match["serial"]),
            },
            DocumentNumber,
        )
    except ValidationError:
        return None  # a year or serial outside the model's range is no number of ours
