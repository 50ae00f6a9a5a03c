"""Text for people: Chinese source strings, with an English catalogue beside each package.

The Chinese sentence is the message id, so the program is complete without any catalogue.
`<package>/locale/en/*.po` hold the English; they are read only when English is asked for.
"""

import os
from contextvars import ContextVar
from functools import cache
from importlib import resources

_PACKAGES = ("formats", "signing", "server", "desktop")
_language: ContextVar[str | None] = ContextVar("language", default=None)


def use_language(language: str) -> None:
    """Choose ``"zh"`` or ``"en"`` for this context; it overrides the environment."""
    _language.set(language)


def current_language() -> str:
    """``"en"`` only when chosen, or when ``YIDAO_LANG`` begins with ``en``; otherwise ``"zh"``."""
    chosen = _language.get() or os.environ.get("YIDAO_LANG", "zh")
    return "en" if chosen.lower().startswith("en") else "zh"


def mark(message: str) -> str:
    """Mark a string that is declared here and translated later, as `gettext_noop` does."""
    return message


def tr(message: str, /, *, language: str | None = None, **values: object) -> str:
    """The sentence in the reader's language, its ``{names}`` filled from ``values``."""
    wanted = language or current_language()
    text = english().get(message, message) if wanted == "en" else message
    return text.format(**values) if values else text


@cache
def english() -> dict[str, str]:
    """Every English sentence of every installed package, by its Chinese source."""
    from babel.messages.pofile import read_po  # noqa: PLC0415 - only an English reader pays for it

    catalogue: dict[str, str] = {}
    for package in _PACKAGES:
        try:
            folder = resources.files(package) / "locale" / "en"
        except ModuleNotFoundError:
            continue  # a node installs no desktop, and the other way round
        if not folder.is_dir():
            continue
        for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
            if file.name.endswith(".po"):
                with file.open("rb") as stream:
                    for entry in read_po(stream):
                        if entry.id and entry.string:
                            catalogue[str(entry.id)] = str(entry.string)
    return catalogue
