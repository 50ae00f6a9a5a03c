"""The drawing of a seal."""

import subprocess
from pathlib import Path

import pytest

from signing.errors import SealRefused
from signing.seal.image import DIAMETERS, POINTS, draw_seal

NAME = "安徽省人民政府办公厅"


def pixels(pdf: bytes, folder: Path) -> list[list[tuple[int, int, int]]]:
    """The drawing as poppler renders it at 72 dpi."""
    (folder / "seal.pdf").write_bytes(pdf)
    subprocess.run(
        ["pdftoppm", "-r", "72", "-singlefile", folder / "seal.pdf", folder / "seal"], check=True
    )
    data = (folder / "seal.ppm").read_bytes()
    header, size, _, body = data.split(b"\n", 3)
    assert header == b"P6"
    width, height = (int(edge) for edge in size.split())
    return [
        [tuple(body[3 * (row * width + x) :][:3]) for x in range(width)]  # type: ignore[misc]  # three bytes
        for row in range(height)
    ]


def test_same_name_gives_the_same_bytes() -> None:
    assert draw_seal(NAME, 42).pdf == draw_seal(NAME, 42).pdf


def test_diameters_are_those_of_the_regulation() -> None:
    assert DIAMETERS == {"province": 50.0, "city": 45.0, "county": 45.0, "other": 42.0}


def test_drawing_holds_no_font_and_no_image() -> None:
    pdf = draw_seal(NAME, 42).pdf

    assert [False, False] == [b"/Font" in pdf, b"/Image" in pdf]


def test_page_is_as_large_as_the_seal() -> None:
    seal = draw_seal(NAME, 45)

    assert seal.side == round(45 * POINTS, 3)


def test_qpdf_finds_no_fault_in_the_drawing(tmp_path: Path) -> None:
    (tmp_path / "seal.pdf").write_bytes(draw_seal(NAME, 42).pdf)
    done = subprocess.run(["qpdf", "--check", tmp_path / "seal.pdf"], check=False)

    assert done.returncode == 0


def test_seal_is_pure_red_ring_star_and_open_below(tmp_path: Path) -> None:
    rows = pixels(draw_seal(NAME, 42).pdf, tmp_path)
    side = len(rows)
    middle = side // 2
    ring = [rows[y][middle] for y in range(4)]

    assert rows[middle][middle] == (255, 0, 0)  # the star
    assert (255, 0, 0) in ring
    assert all(pixel == (255, 255, 255) for pixel in rows[side * 4 // 5][middle - 4 : middle + 4])
    assert rows[1][1] == (255, 255, 255)  # the corner


def test_long_name_is_narrowed_not_cut() -> None:
    name = "合肥市发展和改革委员会行政审批管理办公室综合协调处"

    assert draw_seal(name, 42).content.count(b"\nB") == len(name)


@pytest.mark.parametrize("name", ["", "   ", "长" * 41])
def test_impossible_name_is_refused(name: str) -> None:
    with pytest.raises(SealRefused) as caught:
        draw_seal(name, 42)

    assert caught.value.fault == "name"


def test_character_that_no_font_has_is_refused_not_drawn_as_a_box() -> None:
    with pytest.raises(SealRefused) as caught:
        draw_seal("安徽\U0010fffd厅", 42)

    assert caught.value.fault == "glyph"
    assert "无法刻制印章" in caught.value.text()
