"""How much one caller may ask: a token bucket each, in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from server.errors import TooManyRequests

_MAX_CALLERS: Final = 20_000
"""Twice the bodies of a province; beyond it full buckets are forgotten."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Rates:
    """Buckets by caller. ``now`` is a steady clock in seconds."""

    def __init__(self, per_second: float, burst: float, now: Callable[[], float]) -> None:
        self._per_second = per_second
        self._burst = burst
        self._now = now
        self._buckets: dict[str, _Bucket] = {}

    def spend(self, caller: str) -> None:
        """One request. Raises `TooManyRequests`."""
        now = self._now()
        bucket = self._buckets.get(caller)
        if bucket is None:
            self._forget_full(now)
            bucket = self._buckets[caller] = _Bucket(self._burst, now)
        bucket.tokens = self._filled(bucket, now)
        bucket.at = now
        if bucket.tokens < 1:
            raise TooManyRequests(caller)
        bucket.tokens -= 1

    def _filled(self, bucket: _Bucket, now: float) -> float:
        return min(self._burst, bucket.tokens + (now - bucket.at) * self._per_second)

    def _forget_full(self, now: float) -> None:
        if len(self._buckets) >= _MAX_CALLERS:
            for caller, bucket in list(self._buckets.items()):
                if self._filled(bucket, now) >= self._burst:
                    del self._buckets[caller]
