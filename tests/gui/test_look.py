"""What every person needs to read and reach: names, contrast, Chinese."""

import re
from collections.abc import Iterator
from dataclasses import astuple, fields
from pathlib import Path

import pytest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDateEdit,
    QHeaderView,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QSpinBox,
    QTabBar,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from desktop.presenters.states import DetailState, Tone
from desktop.presenters.unlock import UnlockPresenter
from desktop.presenters.verdict import card_of
from desktop.views.detail import DetailPane
from desktop.views.theme import LIGHT, Tokens, tone_colours
from desktop.views.unlock import UnlockDialog
from desktop.views.widgets.dialogs import PinDialog, ReturnDialog
from desktop.views.widgets.pins import ChangePinDialog, UnlockPinDialog
from desktop.views.window import Window
from tests.unit.desktop.test_verdict_card import verdict

HERE = Path(__file__).parent
OWNERS = (QComboBox, QDateEdit, QSpinBox, QLineEdit, QTabBar, QAbstractItemView)
"""Widgets that make inner parts of their own."""
FIELDS = (QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QSpinBox)
LATIN_WORDS = re.compile(r"[A-Za-z]{3,}")
KNOWN_LATIN = re.compile(
    r"\b(UKEY|PIN|PDF|Ctrl|Enter|Alt|F\d|KiB|MiB|R\d\d|ECDSA|RSA|SHA-?256|B-LTA?)\b"
    r"|代码 [a-z-]+"
)
"""Proper names, and the codes of reasons, which are the same in every language."""


def every(root: QWidget, *kinds: type[QWidget]) -> Iterator[QWidget]:
    """The widgets of those kinds that we made; Qt's own inner parts are named by their owner."""
    for kind in kinds:
        for widget in root.findChildren(kind):
            if not is_inner(widget):
                yield widget


def is_inner(widget: QWidget) -> bool:
    """Whether it is a part that Qt made for another widget."""
    owner = widget.parent()
    while owner is not None and not isinstance(owner, OWNERS):
        owner = owner.parent()
    return owner is not None or widget.objectName().startswith("qt_")


@pytest.fixture
def roots(window: Window, qtbot: QtBot) -> list[QWidget]:
    made = [
        UnlockDialog(UnlockPresenter(window.workspace.profile, window.tasks)),
        PinDialog("为《标题》签收。", "办公厅", "final", "签收"),
        ReturnDialog("标题", (("other", "其他"),)),
        ChangePinDialog("办公厅", "PIN 正常"),
        UnlockPinDialog("办公厅", "PIN 已锁定"),
    ]
    for dialog in made:
        qtbot.addWidget(dialog)
    pane = DetailPane()
    qtbot.addWidget(pane)
    card = card_of(verdict("digest", "revocation", "joint", "time-claimed"))
    pane.render_state(DetailState("1", "标题", card=card, original=True))
    return [window, *made, pane]


def test_every_field_and_button_has_a_name_to_be_read_aloud(roots: list[QWidget]) -> None:
    nameless = []
    for root in roots:
        labelled = {label.buddy() for label in root.findChildren(QLabel) if label.buddy()}
        for widget in every(root, *FIELDS, QAbstractButton, QListView):
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or text or widget in labelled):
                nameless.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")

    assert [] == nameless


def test_every_table_has_a_name_to_be_read_aloud(window: Window) -> None:
    tables = [
        view
        for view in every(window, QAbstractItemView)
        if not isinstance(view, QHeaderView | QListView)
    ]

    assert tables
    assert [] == [type(view).__name__ for view in tables if not view.accessibleName()]


def shown_texts(root: QWidget) -> Iterator[str]:
    for label in root.findChildren(QLabel):
        yield re.sub(r"<[^>]*>|&nbsp;", " ", label.text())
    for button in root.findChildren(QAbstractButton):
        yield button.text()
    for field in root.findChildren(QLineEdit):
        yield field.placeholderText()
    for tabs in root.findChildren(QTabWidget):
        yield from (tabs.tabText(place) for place in range(tabs.count()))
    for widget in root.findChildren(QWidget):
        if not is_inner(widget):
            yield widget.toolTip()
            yield widget.accessibleName()


def test_nothing_is_left_in_english(roots: list[QWidget]) -> None:
    left = {
        text
        for root in roots
        for text in shown_texts(root)
        if LATIN_WORDS.search(KNOWN_LATIN.sub("", text.replace("340000.bgt", "")))
    }

    assert set() == left


def luminance(colour: str) -> float:
    """WCAG 2.2 relative luminance of ``#rrggbb``."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("ground", "panel", "sunken", "accent_soft")


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        *((ink, ground) for ink in ("text", "muted", "accent") for ground in GROUNDS),
        ("panel", "accent"),
        ("panel", "accent_dark"),
        ("ok", "ok_soft"),
        ("info", "info_soft"),
        ("warn", "warn_soft"),
        ("bad", "bad_soft"),
        ("warn", "ground"),
        ("bad", "ground"),
    ],
)
def test_text_stands_out_from_its_ground(ink: str, ground: str) -> None:
    assert contrast(getattr(LIGHT, ink), getattr(LIGHT, ground)) >= 4.5


def test_every_tone_can_be_read() -> None:
    tones: tuple[Tone, ...] = ("ok", "info", "warn", "bad", "quiet", "accent")
    assert all(contrast(*tone_colours(tone)) >= 4.5 for tone in tones)


def test_the_focus_ring_can_be_seen() -> None:
    assert all(contrast(LIGHT.focus, getattr(LIGHT, ground)) >= 3 for ground in GROUNDS)


def test_tokens_are_colours() -> None:
    assert all(re.fullmatch("#[0-9a-f]{6}", value) for value in astuple(LIGHT))
    assert "ground" in {field.name for field in fields(Tokens)}


def test_no_test_types_chinese_by_keys() -> None:
    """`keyClicks` with a character that is not ASCII aborts the interpreter inside Qt."""
    typed = re.compile(r"keyClicks?\([^)\n]*[^\x00-\x7f]")
    assert [] == [path.name for path in HERE.rglob("*.py") if typed.search(path.read_text("utf-8"))]
