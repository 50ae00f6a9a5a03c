"""The page of the benchmarks."""

from datetime import date

import pytest

from benchmarks.__main__ import machine, page

FIGURE = {
    "name": "a.b", "value": 2.0, "unit": "s", "peer": "x|y", "peer_value": 1.0, "ratio": 2.0,
    "goal": 3.0, "better": "lower", "runs": 5, "note": "warm",
}  # fmt: skip


def row(**changes: object) -> str:
    text = page([{**FIGURE, **changes}], date(2026, 11, 24), "Linux")
    return next(line for line in text.splitlines() if line.startswith("| `a.b`"))


def test_a_figure_is_a_row_and_its_note_a_line() -> None:
    text = page([FIGURE], date(2026, 11, 24), "Linux")

    assert "2026-11-24. Linux." in text
    assert "- `a.b`: warm." in text
    assert "| `a.b` | 2.0 s | x\\|y | 1.0 | 2.0 | ≤ 3.0 | yes | 5 |" == row()


@pytest.mark.parametrize(
    ("better", "ratio", "met"),
    [("lower", 3.1, "no"), ("higher", 3.1, "yes"), ("higher", 2.9, "no"), ("higher", None, "-")],
)
def test_a_goal_is_met_in_the_direction_that_is_better(
    better: str, ratio: float | None, met: str
) -> None:
    assert f"| {met} | 5 |" in row(better=better, ratio=ratio)


def test_a_module_that_lacks_its_peer_still_has_a_row() -> None:
    text = page([{"name": "a", "note": "lacks SoftHSM"}], date(2026, 11, 24), "Linux")

    assert "| `a` | - | - | - | - | - | - | - |" in text


def test_the_machine_is_told_by_kind_alone() -> None:
    assert "processors" in machine()
    assert "/" not in machine()
