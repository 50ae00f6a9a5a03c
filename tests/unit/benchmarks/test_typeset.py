"""The benchmark of typesetting measures what it says it measures."""

import json
from pathlib import Path

import pytest

from benchmarks import typeset as bench
from benchmarks.typeset import PARAGRAPHS, PREVIEW_PARAGRAPHS, Took, compare, document, median, show
from formats.typeset.compose import compose
from formats.typeset.fonts import load_fonts


@pytest.mark.parametrize(("paragraphs", "pages"), [(PARAGRAPHS, 24), (PREVIEW_PARAGRAPHS, 3)])
def test_the_texts_are_as_long_as_the_figures_names_say(paragraphs: int, pages: int) -> None:
    assert pages == compose(document(0, paragraphs), load_fonts(())).report.pages


def test_every_round_sets_paragraphs_that_no_other_round_has() -> None:
    one, other = document(1), document(2)

    assert set() == {b.text for b in one.body} & {b.text for b in other.body}


def test_peers_set_the_same_paragraphs() -> None:
    source = bench.typst_source(5).decode()

    assert all(block.text in source for block in document(5).body if block.text)


def test_arms_take_turns_and_the_first_round_is_not_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    calls: list[tuple[str, int]] = []
    compare(
        "a.b", lambda n: calls.append(("ours", n)), "peer", lambda n: calls.append(("peer", n)),
        goal=1.0, first=40, note="said",
    )  # fmt: skip
    line = json.loads(capsys.readouterr().out)

    assert [("ours", 40), ("peer", 40), ("ours", 41), ("peer", 41)] == calls[:4]
    assert 2 * (line["runs"] + 1) == len(calls)
    assert line["note"].startswith("said; wall")


def test_a_peer_that_is_not_there_is_said_to_be_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    compare("a.b", lambda _: None, "xelatex", None, goal=0.5, first=0, note="said")
    line = json.loads(capsys.readouterr().out)

    assert (None, None, None) == (line["peer"], line["peer_value"], line["ratio"])
    assert "lacks the peer: xelatex is not on this machine" in line["note"]


def test_missing_programs_have_no_arm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench, "has_typst", lambda: False)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert (None, None, None) == (
        bench.typst_process(tmp_path), bench.typst_warm(tmp_path), bench.xelatex(tmp_path),
    )  # fmt: skip


def test_the_ratio_is_of_cpu_time(capsys: pytest.CaptureFixture[str]) -> None:
    show("a.b", Took(0.5, 9.0), "peer", Took(2.0, 1.0), goal=1.0, note="n")
    line = json.loads(capsys.readouterr().out)

    assert (0.5, 2.0, 0.25) == (line["value"], line["peer_value"], line["ratio"])
    assert "n; wall 9.000 s beside 1.000 s" == line["note"]


def test_the_median_is_taken_of_each() -> None:
    assert Took(2.0, 8.0) == median([Took(1.0, 9.0), Took(2.0, 8.0), Took(3.0, 7.0)])


def test_our_process_writes_the_pdf(tmp_path: Path) -> None:
    done = bench.ours_process(tmp_path)(0)

    assert done.stdout.startswith(b"%PDF-1.7")  # type: ignore[attr-defined] # a finished process


def test_our_command_writes_the_pdf(tmp_path: Path) -> None:
    bench.our_command(tmp_path)(0)

    assert (tmp_path / "output.pdf").read_bytes().startswith(b"%PDF-1.7")
