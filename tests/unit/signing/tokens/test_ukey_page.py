"""docs/UKEY.md: its example can be read, and its tables name every field there is."""

import re
from pathlib import Path

from signing.errors import SignatureUnfit
from signing.tokens.selfcheck import STEPS
from signing.tokens.vendors import Match, Modules, Profile, Sm2, VendorsBad, parse_vendors

PAGE = (Path(__file__).parents[4] / "docs" / "UKEY.md").read_text("utf-8")


def rows_below(heading: str) -> list[str]:
    """The first cells of the table whose first heading that is."""
    table = re.search(
        rf"^\| {re.escape(heading)} \|.*\n\|[-| ]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE
    )
    assert table is not None
    return re.findall(r"^\| `(\w+)` \|", table[1], re.MULTILINE)


def test_the_example_of_the_page_is_a_profile() -> None:
    example = re.search(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert example is not None

    assert ["example-key"] == [profile.id for profile in parse_vendors(example[1].encode())]


def test_every_field_is_explained() -> None:
    assert list(Profile.__struct_fields__) == rows_below("field")
    assert sorted(Sm2.__struct_fields__) == sorted(rows_below("field of `[vendor.sm2]`"))


def test_the_parts_of_a_field_are_named() -> None:
    for kind in (Match, Modules):
        for name in kind.__struct_fields__:
            assert f"`{name}`" in PAGE


def test_the_codes_of_the_page_exist() -> None:
    for error in (SignatureUnfit, VendorsBad):
        assert f"`{error.code}`" in PAGE


def test_every_step_of_the_self_check_is_explained() -> None:
    assert list(STEPS) == rows_below("step")
