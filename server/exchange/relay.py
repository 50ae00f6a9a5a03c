"""The relay: one lane a neighbour, run when something is due, in a few threads."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from formats.errors import YidaoError
from formats.ids import NodeId
from formats.protocol.messages import PeerHealth
from server.exchange import outbox
from server.exchange.lane import Lane, LaneTools
from server.store.database import instant, micros

_logger = logging.getLogger("yidao.relay")

LANES_AT_ONCE: Final = 8
"""Neighbours served side by side; a dead one holds a thread for the connect time-out only."""

_LOOK_SECONDS: Final = 30.0
"""The outbox is looked at at least this often, whatever was missed."""


@dataclass(slots=True)
class _Standing:
    """How things stand with one neighbour."""

    lane: Lane
    busy: bool = False
    tries: int = 0
    next_try: int = 0
    last_error: str = ""


class Relay:
    """Runs the lanes from `start` to `stop`."""

    def __init__(self, tools: LaneTools) -> None:
        self._tools = tools
        self._standings: dict[NodeId, _Standing] = {}
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(LANES_AT_ONCE, thread_name_prefix="lane")
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._nudged = True
        self.fault = ""
        """Why no lane can be started at present; empty when all is well."""

    def start(self) -> None:
        """Begin to work, and tell the neighbours that this node is up."""
        self._thread.start()
        road = self._tools.road()
        for peer in road.neighbours or tuple(road.directory.nodes):
            if peer != road.here and peer in road.directory.nodes:
                self._pool.submit(self._greet, peer)

    def stop(self) -> None:
        """Finish the calls under way, then end."""
        self._stopping.set()
        self.nudge()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for standing in self._standings.values():
            standing.lane.close()

    def nudge(self) -> None:
        """Something new lies in the outbox."""
        with self._changed:
            self._nudged = True
            self._changed.notify()

    def heard_of(self, peer: NodeId) -> None:
        """The neighbour called: it is up, so its back-off ends now."""
        with self._changed:
            standing = self._standings.get(peer)
            if standing is None or standing.tries == 0:
                return
            standing.tries = standing.next_try = 0
            self._nudged = True
            self._changed.notify()

    def health(self) -> tuple[PeerHealth, ...]:
        """Every lane with something waiting or failing."""
        with self._tools.database.reading.begin() as connection:
            waiting = outbox.lanes(connection)
        with self._changed:
            peers = sorted({*waiting, *(p for p, s in self._standings.items() if s.tries)})
            return tuple(self._health(peer, waiting.get(peer, (0, 0))[0]) for peer in peers)

    def _health(self, peer: NodeId, count: int) -> PeerHealth:
        standing = self._standings.get(peer)
        if standing is None:
            return PeerHealth(node=peer, waiting=count, tries=0, next_try=None, last_error="")
        return PeerHealth(
            node=peer,
            waiting=count,
            tries=standing.tries,
            next_try=instant(standing.next_try) if standing.next_try else None,
            last_error=standing.last_error or standing.lane.trouble,
        )

    # --- the thread -----------------------------------------------------------------------------
    def _run(self) -> None:
        wait, failures = 0.0, 0
        while not self._stopping.is_set():
            with self._changed:
                if not self._nudged:
                    self._changed.wait(wait)
                self._nudged = False
            if self._stopping.is_set():
                return
            try:
                wait = self._start_due_lanes()
            except Exception as error:
                _logger.exception("relay")
                failures += 1
                self.fault = (str(error) or type(error).__name__)[:200]
                # Not on the condition: a nudge must not turn this into a spin.
                self._stopping.wait(min(_LOOK_SECONDS, self._tools.backoff.seconds(failures)))
                wait = 0.0
            else:
                failures, self.fault = 0, ""

    def _start_due_lanes(self) -> float:
        """Start each lane that is due; seconds until the next will be."""
        with self._tools.database.reading.begin() as connection:
            waiting = outbox.lanes(connection)
        now = micros(self._tools.clock())
        wait = _LOOK_SECONDS
        with self._changed:
            for peer, (_, first_due) in waiting.items():
                standing = self._standing(peer)
                due = max(first_due, standing.next_try)
                if due > now:
                    wait = min(wait, (due - now) / 1_000_000)
                elif not standing.busy:
                    standing.busy = True
                    self._pool.submit(self._drive, standing)
        return wait

    def _standing(self, peer: NodeId) -> _Standing:
        if peer not in self._standings:
            self._standings[peer] = _Standing(Lane(peer, self._tools))
        return self._standings[peer]

    def _drive(self, standing: _Standing) -> None:
        try:
            self._guard(standing, lambda: standing.lane.run(self._stopping.is_set))
        finally:
            with self._changed:
                standing.busy = False
                self._nudged = True
                self._changed.notify()

    def _guard(self, standing: _Standing, step: Callable[[], None]) -> None:
        """Run a step of a lane; a failure backs the whole lane off."""
        error: Exception
        try:
            step()
        except YidaoError as failure:
            error = failure
        except Exception as failure:
            _logger.exception("lane to %s", standing.lane.peer)
            error = failure
        else:
            with self._changed:
                standing.tries = standing.next_try = 0
                standing.last_error = ""
            return
        with self._changed:
            standing.tries += 1
            pause = timedelta(seconds=self._tools.backoff.seconds(standing.tries))
            standing.next_try = micros(self._tools.clock() + pause)
            standing.last_error = str(error)[:200]
        _logger.info("lane to %s waits %s: %s", standing.lane.peer, pause, error)

    def _greet(self, peer: NodeId) -> None:
        lane = Lane(peer, self._tools)
        try:
            lane.greet()
        except YidaoError as error:
            _logger.info("no greeting to %s: %s", peer, error)
        except Exception:
            _logger.exception("greeting to %s", peer)  # the lane greets by what it hands over
        finally:
            lane.close()
