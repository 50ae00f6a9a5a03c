"""What must be right before Qt is imported: the input method, the platform, the scale."""

import os
from collections.abc import MutableMapping


def has_display(environ: MutableMapping[str, str] | None = None) -> bool:
    """Whether a window can be shown to a person."""
    environ = os.environ if environ is None else environ
    return bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def prepare_environment(environ: MutableMapping[str, str] | None = None) -> None:
    """Make Chinese input work with the Qt of the wheel, which has no fcitx plugin.

    fcitx serves Qt through its ibus front end (fcitx5 issue 444), so fcitx is mapped to ibus;
    an input method that was chosen otherwise is left alone.
    """
    environ = os.environ if environ is None else environ
    chosen = environ.get("QT_IM_MODULE", "")
    modifiers = environ.get("XMODIFIERS", "")
    if chosen in {"fcitx", "fcitx5"} or (not chosen and "fcitx" in modifiers):
        environ["QT_IM_MODULE"] = "ibus"
    environ.setdefault("QT_ENABLE_HIGHDPI_SCALING", "1")
