"""The version of the installed distribution."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def program_version() -> str:
    """As installed, or ``0`` from a bare source tree."""
    try:
        return version("yidao")
    except PackageNotFoundError:
        return "0"
