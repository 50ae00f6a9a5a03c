"""The same fonts and notices as typesetting's own tests."""

from tests.unit.formats.typeset.conftest import attachment, fonts, notice

__all__ = ["attachment", "fonts", "notice"]
