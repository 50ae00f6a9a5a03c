"""Bodies, a directory and documents that the document tests share."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from formats.directory import Body, Level, Snapshot
from formats.document.model import Block, Document, DocumentNumber

TODAY = date(2026, 11, 24)


def body(
    identifier: str,
    name: str,
    level: Level,
    parent: str | None = None,
    *,
    marks: tuple[str, ...] = (),
    is_office: bool = False,
    short_name: str = "",
) -> Body:
    return Body(
        id=identifier,
        name=name,
        short_name=short_name or name,
        level=level,
        node=identifier[:6],
        parent=parent,
        marks=marks,
        is_office=is_office,
    )


BODIES = {
    "province": body(
        "340000.bgt",
        "安徽省人民政府办公厅",
        "province",
        marks=("皖政办",),
        is_office=True,
        short_name="省政府办公厅",
    ),
    "city": body(
        "340100.bgs",
        "合肥市人民政府办公室",
        "city",
        "340000.bgt",
        marks=("合政办",),
        is_office=True,
    ),
    "county": body(
        "340123.bgs",
        "肥西县人民政府办公室",
        "county",
        "340100.bgs",
        marks=("肥政办",),
        is_office=True,
    ),
    "farming": body("340000.nyt", "安徽省农业农村厅", "province", "340000.bgt", marks=("皖农",)),
    "water": body("340000.slt", "安徽省水利厅", "province", "340000.bgt", marks=("皖水",)),
    "city_farming": body("340100.nyj", "合肥市农业农村局", "city", "340100.bgs", marks=("合农",)),
    "city_water": body("340100.swj", "合肥市水务局", "city", "340100.bgs", marks=("合水",)),
}


@pytest.fixture(scope="session")
def directory() -> Snapshot:
    return Snapshot(
        version=1,
        issued=datetime(2026, 1, 1, tzinfo=UTC),
        expires=datetime(2027, 1, 1, tzinfo=UTC),
        suite="INTL",
        previous=None,
        nodes=(),
        bodies=tuple(BODIES.values()),
        certificates=(),
        revocations=(),
    )


@pytest.fixture(scope="session")
def examples() -> Path:
    """The folder of example documents."""
    return Path(__file__).parents[4] / "docs" / "examples"


NOTICE = Document(
    kind="notice",
    direction="down",
    issuers=("安徽省人民政府办公厅",),
    number=DocumentNumber(mark="皖政办", year=2026, serial=12),
    title="安徽省人民政府办公厅关于测试的通知",
    main_recipients=("合肥市人民政府办公室",),
    body=(Block(text="现将有关事项通知如下。"),),
    issue_date=date(2026, 11, 23),
)

REPORT = msgspec.structs.replace(
    NOTICE,
    kind="report",
    direction="up",
    issuers=("合肥市人民政府办公室",),
    number=DocumentNumber(mark="合政办", year=2026, serial=31),
    approvers=("程远航",),
    title="合肥市人民政府办公室关于测试的报告",
    main_recipients=("安徽省人民政府办公厅",),
)

REQUEST = msgspec.structs.replace(
    REPORT,
    kind="request",
    title="合肥市人民政府办公室关于测试的请示",
    contact="联系人：周文静，电话：0551-63530000",
)

_BASES = {"notice": NOTICE, "report": REPORT, "request": REQUEST}


@pytest.fixture(scope="session")
def make() -> Callable[..., Document]:
    """A document that breaks no rule, with the given fields changed."""

    def build(base: str = "notice", /, **changes: object) -> Document:
        return msgspec.structs.replace(_BASES[base], **changes)

    return build


@pytest.fixture(scope="session")
def bodies() -> dict[str, Body]:
    return BODIES


@pytest.fixture(scope="session")
def today() -> date:
    return TODAY
