"""From PDF user space to millimetres on the upright sheet."""

from dataclasses import dataclass

from formats.measure.sheet import Box
from formats.safe.pdf import BadPdf
from formats.typeset.grid import MM_PER_POINT

_LEAST_SIDE = 1.0
_MOST_SIDE = 20_000.0
"""Points; ISO 32000-1 annex C ends at 14,400."""


@dataclass(frozen=True, slots=True)
class Frame:
    """How a page's own coordinates become millimetres from its top left corner, y downwards."""

    left: float
    bottom: float
    right: float
    top: float
    turn: int
    """0, 90, 180 or 270: clockwise degrees by which the page is turned to stand upright."""
    ignored: int
    """Degrees by which a viewer turns it that are not followed."""

    @property
    def width(self) -> float:
        """Of the upright sheet, in mm."""
        across = self.turn in {0, 180}
        return (self.right - self.left if across else self.top - self.bottom) * MM_PER_POINT

    @property
    def height(self) -> float:
        """Of the upright sheet, in mm."""
        across = self.turn in {0, 180}
        return (self.top - self.bottom if across else self.right - self.left) * MM_PER_POINT

    def point(self, x: float, y: float) -> tuple[float, float]:
        """A point of user space."""
        if self.turn == 0:
            at = x - self.left, self.top - y
        elif self.turn == 90:  # noqa: PLR2004 - a quarter
            at = y - self.bottom, x - self.left
        elif self.turn == 180:  # noqa: PLR2004 - a half
            at = self.right - x, y - self.bottom
        else:
            at = self.top - y, self.right - x
        return at[0] * MM_PER_POINT, at[1] * MM_PER_POINT

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        """A rectangle of user space, from any two opposite corners."""
        one, other = self.point(left, bottom), self.point(right, top)
        return (
            min(one[0], other[0]), min(one[1], other[1]),
            max(one[0], other[0]), max(one[1], other[1]),
        )  # fmt: skip

    def direction(self, dx: float, dy: float) -> tuple[float, float]:
        """A vector of user space, without its length."""
        start, end = self.point(0, 0), self.point(dx, dy)
        return end[0] - start[0], end[1] - start[1]


def upright_frame(box: tuple[float, float, float, float], rotation: int) -> Frame:
    """The frame of a page with that crop box and /Rotate.

    A lying page that is turned to stand is turned; a standing page that is turned to lie (a wide
    table shown for reading) is measured as it is bound, standing. Raises `BadPdf`.
    """
    left, right = sorted((float(box[0]), float(box[2])))
    bottom, top = sorted((float(box[1]), float(box[3])))
    width, height = right - left, top - bottom
    if not (_LEAST_SIDE < width < _MOST_SIDE and _LEAST_SIDE < height < _MOST_SIDE):
        raise BadPdf(f"a page of {width} by {height} points")
    rotation %= 360
    turn = rotation if rotation in {0, 180} or width > height else 0
    return Frame(left, bottom, right, top, turn, rotation - turn)
