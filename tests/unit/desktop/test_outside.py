"""Files from elsewhere: the rows of their list, and names that are not taken."""

from pathlib import Path

from desktop.presenters.outside import OutsideRow, standing
from desktop.services.outside import beside
from signing.verdict.reasons import SEVERITY


def test_each_state_has_a_pill_of_its_own(tmp_path: Path) -> None:
    pills = [standing(OutsideRow(tmp_path / "甲.pdf", status))[0] for status in SEVERITY]

    assert len(SEVERITY) == len(set(pills))


def test_what_is_being_judged_is_told_from_what_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "甲.pdf"

    assert ("正在验证……", "quiet") == standing(OutsideRow(path, None))
    assert ("无法读取", "bad") == standing(OutsideRow(path, None, "没有权限。"))


def test_a_countersigned_file_never_takes_anothers_name(tmp_path: Path) -> None:
    path = tmp_path / "甲.pdf"
    first = beside(path)
    first.touch()
    second = beside(path)

    assert ["甲（已会签）.pdf", "甲（已会签2）.pdf"] == [first.name, second.name]
