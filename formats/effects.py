"""The effects that rules receive instead of reaching for: the clock and randomness.

No other module of `formats` or `signing` may ask the machine what time it is or draw random
bytes by itself; that is what lets the simulator and the crash tests own both.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current instant, always aware and in UTC."""

Randomness = Callable[[int], bytes]
"""Returns that many unpredictable bytes."""


def system_clock() -> datetime:
    """The machine's clock, for composition roots only."""
    return datetime.now(UTC)  # noqa: TID251 - this is the one place that owns the clock


def system_randomness(count: int) -> bytes:
    """The machine's randomness, for composition roots only."""
    return os.urandom(count)
