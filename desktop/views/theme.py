"""The look of the window: one palette, one style sheet, one set of icons, made from tokens."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from PyQt6.QtCore import QByteArray, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QIcon, QPainter, QPalette, QPixmap
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication, QStyleFactory

from desktop.presenters.states import Tone


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours as ``#rrggbb``; every text colour has at least 4.5:1 on its ground."""

    ground: str = "#f5f3ef"
    panel: str = "#ffffff"
    sunken: str = "#efece6"
    line: str = "#ddd8cf"
    text: str = "#1f2328"
    muted: str = "#5c6169"
    accent: str = "#a31621"
    accent_dark: str = "#7f1019"
    accent_soft: str = "#fbecea"
    ok: str = "#17683f"
    ok_soft: str = "#e4f3ea"
    info: str = "#1d5591"
    info_soft: str = "#e6eff9"
    warn: str = "#7a5200"
    warn_soft: str = "#fdf2d3"
    bad: str = "#a31515"
    bad_soft: str = "#fde7e5"
    focus: str = "#2f6fb5"
    scroll: str = "#bdb7ac"


LIGHT = Tokens()


def tone_colours(tone: Tone, tokens: Tokens = LIGHT) -> tuple[str, str]:
    """Text colour and ground of a tone."""
    return {
        "ok": (tokens.ok, tokens.ok_soft),
        "info": (tokens.info, tokens.info_soft),
        "warn": (tokens.warn, tokens.warn_soft),
        "bad": (tokens.bad, tokens.bad_soft),
        "quiet": (tokens.muted, tokens.sunken),
        "accent": (tokens.accent, tokens.accent_soft),
    }[tone]


def apply_theme(app: QApplication, tokens: Tokens = LIGHT) -> None:
    """Fusion with our palette, font and style sheet."""
    app.setStyle(QStyleFactory.create("Fusion"))
    font = QFont()
    font.setFamilies(
        ["Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "WenQuanYi Micro Hei"]
    )
    font.setPointSizeF(10.0)
    app.setFont(font)
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, colour in (
        (roles.Window, tokens.ground),
        (roles.Base, tokens.panel),
        (roles.AlternateBase, tokens.ground),
        (roles.Text, tokens.text),
        (roles.WindowText, tokens.text),
        (roles.Button, tokens.panel),
        (roles.ButtonText, tokens.text),
        (roles.Highlight, tokens.accent_soft),
        (roles.HighlightedText, tokens.text),
        (roles.PlaceholderText, tokens.muted),
        (roles.ToolTipBase, tokens.text),
        (roles.ToolTipText, tokens.panel),
        (roles.Link, tokens.info),
    ):
        palette.setColor(role, QColor(colour))
    app.setPalette(palette)
    app.setStyleSheet(style_sheet(tokens))


def style_sheet(tokens: Tokens) -> str:
    """The style sheet; sizes in points and em so that text scales with the user's setting."""
    t = tokens
    arrow = _icon_file("arrow").as_posix()
    return f"""
    QWidget {{ color: {t.text}; }}
    QMainWindow, QDialog {{ background: {t.ground}; }}
    #TopBar {{ background: {t.panel}; border-bottom: 1px solid {t.line}; }}
    #TopBar QLabel#Body {{ font-size: 12pt; font-weight: 600; }}
    #TopBar QLabel#Brand {{ color: {t.accent}; font-size: 13pt; font-weight: 700; }}
    #Nav {{ background: {t.sunken}; border: none; border-right: 1px solid {t.line}; outline: 0; }}
    #Nav::item {{ padding: 7px 12px; border-left: 3px solid transparent; }}
    #Nav::item:selected {{ background: {t.panel}; color: {t.accent};
                           border-left: 3px solid {t.accent}; }}
    #Nav::item:hover:!selected {{ background: {t.ground}; }}
    QLabel#Title {{ font-size: 14pt; font-weight: 600; }}
    QLabel#Section {{ color: {t.muted}; font-weight: 600; }}
    QLabel#Muted {{ color: {t.muted}; }}
    QLineEdit, QPlainTextEdit, QComboBox, QDateEdit, QSpinBox {{
        background: {t.panel}; border: 1px solid {t.line}; border-radius: 4px; padding: 4px 6px;
        selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateEdit:focus, QSpinBox:focus {{
        border: 1px solid {t.focus}; }}
    QPushButton {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 4px;
                   padding: 6px 14px; }}
    QPushButton:hover {{ background: {t.ground}; }}
    QPushButton:focus {{ border: 1px solid {t.focus}; }}
    QPushButton:disabled {{ color: {t.muted}; background: {t.sunken}; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.panel};
                                   border: 1px solid {t.accent}; font-weight: 600; }}
    QPushButton[primary="true"]:hover {{ background: {t.accent_dark}; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {t.text}; }}
    QPushButton[primary="true"]:disabled {{ background: {t.sunken}; color: {t.muted};
                                            border: 1px solid {t.line}; }}
    QToolButton {{ border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; }}
    QToolButton:hover {{ background: {t.ground}; border: 1px solid {t.line}; }}
    QToolButton:focus {{ border: 1px solid {t.focus}; }}
    QComboBox::drop-down, QDateEdit::drop-down {{ border: none; width: 22px; }}
    QComboBox::down-arrow, QDateEdit::down-arrow {{ image: url("{arrow}");
                                                    width: 14px; height: 14px; }}
    QComboBox QAbstractItemView {{ background: {t.panel}; border: 1px solid {t.line};
        selection-background-color: {t.accent_soft}; selection-color: {t.text}; outline: 0; }}
    QTableView {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 6px;
                  outline: 0; }}
    QTableView:focus {{ border: 1px solid {t.focus}; }}
    QHeaderView {{ background: {t.panel}; border: none; }}
    QHeaderView::section {{ background: {t.panel}; color: {t.muted}; border: none;
                            border-bottom: 1px solid {t.line}; padding: 6px 10px;
                            font-weight: 600; }}
    QTabWidget::pane {{ border: 1px solid {t.line}; border-radius: 6px; background: {t.panel};
                        top: -1px; }}
    QTabBar::tab {{ padding: 6px 14px; color: {t.muted}; border: none;
                    border-bottom: 2px solid transparent; }}
    QTabBar::tab:selected {{ color: {t.accent}; border-bottom: 2px solid {t.accent}; }}
    QTabBar::tab:focus {{ color: {t.text}; }}
    QStatusBar {{ background: {t.panel}; border-top: 1px solid {t.line}; color: {t.muted}; }}
    QStatusBar::item {{ border: none; }}
    QStatusBar QLabel {{ color: {t.muted}; padding: 2px 8px; }}
    QScrollBar:vertical {{ background: transparent; width: 12px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 0; }}
    QScrollBar::handle {{ background: {t.scroll}; border-radius: 4px; margin: 2px; }}
    QScrollBar::handle:vertical {{ min-height: 32px; }}
    QScrollBar::handle:horizontal {{ min-width: 32px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QProgressBar {{ background: {t.sunken}; border: 1px solid {t.line}; border-radius: 4px;
                    text-align: center; min-height: 20px; }}
    QProgressBar::chunk {{ background: {t.accent_soft}; border-right: 3px solid {t.accent}; }}
    #Chip {{ background: {t.sunken}; border: 1px solid {t.line}; padding: 2px 8px; }}
    #Trouble {{ background: {t.warn_soft}; color: {t.warn}; padding: 6px 10px;
                border-radius: 4px; }}
    #Refused {{ background: {t.bad_soft}; color: {t.bad}; padding: 8px 10px;
                border-radius: 4px; }}
    #Original {{ background: {t.info_soft}; border: 1px dashed {t.info}; border-radius: 4px; }}
    #Original QLabel {{ color: {t.info}; background: transparent; }}
    #VerdictPage {{ background: {t.panel}; }}
    QToolButton#verdict-more, QToolButton#original-back {{
        background: {t.panel}; border: 1px solid {t.line}; padding: 3px 10px; }}
    QToolButton#verdict-more:focus, QToolButton#original-back:focus {{
        border: 1px solid {t.focus}; }}
    #VerdictWord {{ font-size: 12pt; font-weight: 700; }}
    #Warning {{ color: {t.warn}; }}
    #UnlockBrand {{ color: {t.accent}; font-size: 24pt; font-weight: 700; }}
    #Findings {{ background: transparent; border: none; outline: 0; }}
    #Findings::item {{ padding: 3px 4px; border-radius: 4px; }}
    #Findings::item:hover, #Findings::item:selected {{ background: {t.panel}; color: {t.text}; }}
    QSplitter::handle {{ background: {t.ground}; }}
    QScrollArea {{ border: none; background: transparent; }}
    #Card {{ background: {t.panel}; border: 1px solid {t.line}; border-radius: 6px; }}
    QPdfView {{ border: none; }}
    """


def _icon_file(name: str) -> Path:
    return Path(str(resources.files("desktop.views") / "icons" / f"{name}.svg"))


def icon(name: str, colour: str = LIGHT.text, size: int = 20) -> QIcon:
    """One of our own SVG icons, drawn in ``currentColor``, in the wanted colour.

    On a disabled button it is drawn in the muted colour of the button's text.
    """
    source = _icon_file(name).read_text("utf-8")
    result = QIcon()
    for mode, ink in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, LIGHT.muted)):
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", ink).encode()))
        for scale in (1, 2):
            pixmap = QPixmap(QSize(size * scale, size * scale))
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size * scale, size * scale))
            painter.end()
            pixmap.setDevicePixelRatio(scale)
            result.addPixmap(pixmap, mode)
    return result
