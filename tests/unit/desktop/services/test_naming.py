from datetime import UTC, datetime

import pytest

from desktop.services import naming
from formats.directory import Body, Level, Snapshot

AT = datetime(2026, 11, 23, tzinfo=UTC)


def body(identifier: str, name: str, short: str, level: Level, *, office: bool = True) -> Body:
    return Body(
        id=identifier,
        name=name,
        short_name=short,
        level=level,
        node=identifier[:6],
        is_office=office,
    )


PROVINCE = body("340000.bgt", "安徽省人民政府办公厅", "省政府办公厅", "province")
FINANCE = body("340000.czt", "安徽省财政厅", "省财政厅", "province", office=False)
HEFEI = body("340100.bgs", "合肥市人民政府办公室", "合肥市政府办", "city")
WUHU = body("340200.bgs", "芜湖市人民政府办公室", "芜湖市政府办", "city")
FEIXI = body("340123.bgs", "肥西县人民政府办公室", "肥西县政府办", "county")
SUZHOU = body("320500.bgs", "苏州市人民政府办公室", "苏州市政府办", "city")

DIRECTORY = Snapshot(
    version=1,
    issued=AT,
    expires=AT,
    suite="INTL",
    previous=None,
    nodes=(),
    bodies=(PROVINCE, FINANCE, WUHU, HEFEI, FEIXI, SUZHOU),
    certificates=(),
    revocations=(),
)


def ids(*names: str, sender: Body = PROVINCE) -> tuple[list[str], tuple[str, ...]]:
    found, _, missing = naming.resolve_names(names, sender, DIRECTORY)
    return [one.id for one in found], missing


@pytest.mark.parametrize("name", ["340100.bgs", "合肥市人民政府办公室", "合肥市政府办"])
def test_a_body_is_found_by_id_name_and_short_name(name: str) -> None:
    assert (["340100.bgs"], ()) == ids(name)


def test_a_government_is_reached_through_its_office() -> None:
    assert (["340100.bgs"], ()) == ids("合肥市人民政府")


def test_all_cities_of_the_province_are_meant_and_no_other() -> None:
    assert (["340100.bgs", "340200.bgs"], ()) == ids("各市人民政府")


@pytest.mark.parametrize("names", [("各市、县人民政府",), ("各市", "县人民政府")])
def test_a_class_name_stays_one_even_when_the_list_was_cut_at_every_mark(
    names: tuple[str, ...],
) -> None:
    assert (["340100.bgs", "340200.bgs", "340123.bgs"], ()) == ids(*names)


def test_to_a_city_a_city_beside_counties_is_a_county() -> None:
    assert (["340123.bgs"], ()) == ids("各县（市、区）人民政府", sender=HEFEI)


def test_departments_are_those_of_the_senders_own_government() -> None:
    assert (["340000.czt"], ()) == ids("省政府各部门、各直属机构")


def test_a_class_name_is_frozen_into_a_list() -> None:
    _, classes, _ = naming.resolve_names(["各市人民政府"], PROVINCE, DIRECTORY)

    assert (("各市人民政府", ("340100.bgs", "340200.bgs")),) == classes


def test_a_pasted_list_is_taken_apart() -> None:
    assert (["340100.bgs", "340123.bgs"], ()) == ids("合肥市政府办、肥西县政府办")


def test_what_the_directory_does_not_know_is_said() -> None:
    assert (["340100.bgs"], ("省委各部门",)) == ids("合肥市政府办", "省委各部门")


def test_nobody_is_named_twice() -> None:
    assert (["340100.bgs", "340200.bgs"], ()) == ids("合肥市政府办", "各市人民政府")


def test_the_sender_is_not_among_its_own_recipients() -> None:
    assert "340100.bgs" not in ids("各市人民政府", sender=HEFEI)[0]


def test_search_puts_the_exact_match_first() -> None:
    found = naming.search("合肥市政府办", DIRECTORY.bodies, 5)

    assert "340100.bgs" == found[0].id


def test_search_finds_any_part_of_a_name() -> None:
    assert ["340123.bgs"] == [b.id for b in naming.search("肥西", DIRECTORY.bodies, 5)]
