"""Who waits for a mailbox entry: long polls, woken after COMMIT from the writer's thread."""

import asyncio
from contextlib import suppress


class Mailboxes:
    """The waiting long polls of each body."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """The loop in which requests wait."""
        self._loop = loop

    def listen(self, body: str) -> asyncio.Event:
        """Begin to listen; look at the mailbox after this, then wait, so nothing is missed."""
        event = asyncio.Event()
        if self._closed:
            event.set()
        self._waiting.setdefault(body, set()).add(event)
        return event

    def forget(self, body: str, event: asyncio.Event) -> None:
        """Stop listening."""
        events = self._waiting.get(body, set())
        events.discard(event)
        if not events:
            self._waiting.pop(body, None)

    @staticmethod
    async def wait(event: asyncio.Event, seconds: float) -> None:
        """Until an entry is there, or the time is up."""
        with suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)

    def wake(self, bodies: frozenset[str]) -> None:
        """From any thread: these bodies have new entries."""
        if self._loop is not None and not self._loop.is_closed() and bodies:
            self._loop.call_soon_threadsafe(self._wake, bodies)

    def _wake(self, bodies: frozenset[str]) -> None:
        for body in bodies:
            for event in self._waiting.get(body, ()):
                event.set()

    def close(self) -> None:
        """Let every long poll end with what there is; the node drains."""
        self._closed = True
        self._wake(frozenset(self._waiting))
