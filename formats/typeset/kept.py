"""What was worked out once and may be asked for again: bounded, the longest unused goes first."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """Values by key, of a weight of ``limit`` at most. Threads share it and do not wait."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.weight = 0
        """Of all that is kept."""
        self._values: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, weight: int, make: Callable[[], Value]) -> Value:
        """The value of ``key``; made when it is not kept. Two threads may both make it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key][0]
        value = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = (value, weight)
                self.weight += weight
            while self.weight > self.limit:
                _, (_, dropped) = self._values.popitem(last=False)
                self.weight -= dropped
        return value

    def clear(self) -> None:
        """Forget all of it."""
        with self._lock:
            self._values.clear()
            self.weight = 0

    def __len__(self) -> int:
        return len(self._values)
