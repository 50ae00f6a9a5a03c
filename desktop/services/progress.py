"""`desktop.progress` as the services offer it, so that a screen needs to know the services only."""

from desktop.progress import Cancelled, Progress, Stopped, check, never, silent

__all__ = ["Cancelled", "Progress", "Stopped", "check", "never", "silent"]
