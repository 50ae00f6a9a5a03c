"""The road to one neighbour: takes what is due, hands it over, and backs off as a whole.

A neighbour that can not be reached stops the lane, never a single document: the back-off belongs
to the neighbour, doubles with full jitter, and ends at once when the neighbour itself is heard of.
A document that the neighbour refuses, or that fails here, waits or ends by itself, and the others
go on. What was under way when the lane as a whole failed is tried last and alone the next time: it
may be the cause.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy.exc import DBAPIError

from formats.canonical import to_bytes
from formats.digests import matches
from formats.effects import Clock, Randomness
from formats.errors import YidaoError
from formats.evidence.record import Reason
from formats.ids import NodeId
from formats.limits import (
    MAX_INLINE_PAYLOAD,
    MAX_RELAY_CONSIGNMENTS,
    MAX_RELAY_RECORDS,
    MAX_UPLOAD_CHUNK,
)
from formats.protocol import calls
from formats.protocol.errors import ExchangeFailed, NotTheProtocol, ServerRefused
from formats.protocol.messages import (
    PROTOCOL,
    Greeting,
    RecordsOffer,
    RelayAnswer,
    RelayOffer,
    Upload,
)
from formats.protocol.wire import Call, Request
from server.errors import Draining, NotFound, StorageFailed, StorageFull
from server.exchange import outbox
from server.exchange.acts import take_record
from server.exchange.consign import give_up
from server.exchange.evidence import open_receipt
from server.exchange.outbox import Bundle, Waiting
from server.exchange.road import RoadNow, find_parcel
from server.store.blobs import Blobs
from server.store.database import Database, micros
from server.store.work import Work
from server.store.writer import Writer
from signing.cms import sign_attached
from signing.signer import Signer

if TYPE_CHECKING:  # what it loads is costly, and a node is ready before it needs it
    from server.exchange.relay_transport import NeighbourTransport

T = TypeVar("T")
Step = Callable[[Sequence[Waiting]], None]
_logger = logging.getLogger("yidao.relay")

_FOR_GOOD: Final = frozenset(
    {
        "envelope.bad-header",
        "envelope.title-exposed",
        "node.content-mismatch",
        "node.id-taken",
        "node.not-accepted",
        "node.route-loop",
        "signing.signature-invalid",
    }
)
"""Refusals that no waiting changes; after any other, a newer directory or CRL may help."""

_WHOLE_LANE: Final = frozenset({401, 403})
"""The neighbour does not believe this node; that concerns everything for it."""

_LANE_WAITS: Final = (ExchangeFailed, Draining, StorageFailed, StorageFull, DBAPIError)
"""The neighbour or this node is not fit; any other error is that of what was being handed over."""

_DOUBLINGS: Final = 16
"""Of the back-off; beyond it the longest one stands anyway."""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: any time up to a bound that doubles from ``first`` to ``last`` seconds."""

    first: float
    last: float
    randomness: Randomness

    def seconds(self, tries: int) -> float:
        """How long to wait after that many failures in a row (1 or more)."""
        bound: float = min(self.last, self.first * 2.0 ** min(tries - 1, _DOUBLINGS))
        share = int.from_bytes(self.randomness(4), "big") / 2**32
        return bound * (0.5 + share / 2) if tries == 1 else bound * share


@dataclass(frozen=True, slots=True)
class LaneTools:
    """What every lane works with."""

    node: NodeId
    road: RoadNow
    database: Database
    blobs: Blobs
    writer: Writer
    signer: Signer
    clock: Clock
    backoff: Backoff
    transport: "Callable[[str], NeighbourTransport]"


class Lane:
    """One neighbour. Not for two threads at once."""

    def __init__(self, peer: NodeId, tools: LaneTools) -> None:
        self.peer = peer
        self._tools = tools
        self._connection: tuple[str, NeighbourTransport] | None = None
        self._suspects: frozenset[int] = frozenset()
        self._troubles: dict[int, str] = {}

    @property
    def trouble(self) -> str:
        """Why something of this lane was put off by itself; empty when nothing is."""
        return next(reversed(self._troubles.values()), "")

    def run(self, stopping: Callable[[], bool]) -> None:
        """Hand over all that is due. Raises when the lane as a whole must wait."""
        self._tools.road().directory.node(self.peer)  # not listed any more: the lane waits
        while not stopping():
            now = micros(self._tools.clock())
            with self._tools.database.reading.begin() as connection:
                rows = outbox.due_rows(connection, self.peer, now, MAX_RELAY_CONSIGNMENTS)
            if not rows:
                return
            for step, part in self._steps(rows):
                if stopping():
                    return
                self._attempt(step, part)

    def greet(self) -> None:
        """Tell the neighbour that this node is up. Raises `ExchangeFailed`."""
        greeting = Greeting(
            protocol=PROTOCOL, giver=self._tools.node, taker=self.peer, at=self._tools.clock()
        )
        self._send(calls.greet(self._signed(to_bytes(greeting))))

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection[1].close()
            self._connection = None

    # --- one thing after the other --------------------------------------------------------------
    def _steps(self, rows: Sequence[Waiting]) -> Iterator[tuple[Step, Sequence[Waiting]]]:
        """Evidence, as much as one offer holds; then each dispatch; then what is suspected."""
        calm = [row for row in rows if row.id not in self._suspects]
        suspects = [row for row in rows if row.id in self._suspects]
        carried = [row for row in calm if row.kind == "record"]
        for start in range(0, len(carried), MAX_RELAY_RECORDS):
            yield self._carry, carried[start : start + MAX_RELAY_RECORDS]
        rest = sorted((row for row in calm if row.kind != "record"), key=lambda row: row.dispatch)
        for _, group in groupby(rest, key=lambda row: row.dispatch):
            yield self._hand_over, list(group)
        for row in suspects:
            yield self._carry if row.kind == "record" else self._hand_over, [row]

    def _attempt(self, step: Step, rows: Sequence[Waiting]) -> None:
        """Do a step. Raises when the lane must wait; what fails by itself is put off by itself."""
        for row in rows:
            self._troubles.pop(row.id, None)
        try:
            step(rows)
        except _LANE_WAITS as error:
            self._suspects = frozenset(row.id for row in rows)
            if isinstance(error, NotTheProtocol) and len(rows) == 1:
                self._put_off(rows, error)  # it may be this one's answer that can not be read
            raise
        except Exception as error:
            if len(rows) > 1:  # one of them is the cause; the others shall not wait for it
                for row in rows:
                    self._attempt(step, [row])
                return
            _logger.exception("%s %s for %s", rows[0].kind, rows[0].dispatch, self.peer)
            if isinstance(error, OSError):
                self._tools.writer.fail(error)
            self._put_off(rows, error)

    def _put_off(self, rows: Sequence[Waiting], error: Exception) -> None:
        """Try these again later, each with its own back-off."""
        why = (str(error) or type(error).__name__)[:200]
        self._troubles.update({row.id: why for row in rows})
        wait = self._tools.backoff.seconds(max(row.tries for row in rows) + 1)
        self._write(lambda work: outbox.later(work, rows, wait))

    # --- evidence -------------------------------------------------------------------------------
    def _carry(self, rows: Sequence[Waiting]) -> None:
        with self._tools.database.reading.begin() as connection:
            carried = outbox.load_records(connection, rows)
        offer = RecordsOffer(
            protocol=PROTOCOL, giver=self._tools.node, taker=self.peer, records=carried
        )
        try:
            self._send(calls.relay_records(self._signed(to_bytes(offer))))
        except ServerRefused as refusal:
            if refusal.problem.status in _WHOLE_LANE:
                raise
            if len(rows) > 1:  # one of them is the cause; the others shall not wait for it
                for row in rows:
                    self._carry([row])
                return
            _logger.warning("record for %s refused: %s", self.peer, refusal.detail)
            self._put_off(rows, refusal)
            return
        self._write(lambda work: outbox.done(work, rows))

    # --- consignments ---------------------------------------------------------------------------
    def _hand_over(self, rows: Sequence[Waiting]) -> None:
        with self._tools.database.reading.begin() as connection:
            bundle = outbox.load_bundle(connection, rows)
        if not self._tools.blobs.has(bundle.payload_digest):
            raise NotFound(f"payload {bundle.payload_digest}")
        offer = self._signed(to_bytes(self._offer(bundle)))
        payload = self._tools.blobs.path(bundle.payload_digest)
        inline = payload if bundle.payload_size <= MAX_INLINE_PAYLOAD else None
        try:
            answer = self._send(calls.relay(offer, inline))
            if answer.upload is not None:
                self._upload(bundle, answer.upload, answer.ticket)
                answer = self._send(calls.relay(offer))
        except ServerRefused as refusal:
            if refusal.problem.status in _WHOLE_LANE:
                raise
            self._refused(bundle, refusal)
            return
        self._taken(bundle, answer)

    def _offer(self, bundle: Bundle) -> RelayOffer:
        return RelayOffer(
            protocol=PROTOCOL,
            origin=bundle.origin,
            giver=self._tools.node,
            taker=self.peer,
            hops=(*bundle.hops, self._tools.node),
            dispatch=bundle.rows[0].dispatch,
            header=bundle.header,
            keys=bundle.keys,
            payload_digest=bundle.payload_digest,
            payload_size=bundle.payload_size,
            consignments=bundle.consignments,
        )

    def _upload(self, bundle: Bundle, upload: Upload, ticket: str) -> None:
        """Send a large payload in pieces, from where the neighbour has it."""
        file = self._tools.blobs.path(bundle.payload_digest)
        with file.open("rb") as stream:
            while upload.offset < upload.size:
                stream.seek(upload.offset)
                call = calls.continue_upload(upload, file, stream.read(MAX_UPLOAD_CHUNK))
                upload = self._send(call, ticket=ticket)

    def _taken(self, bundle: Bundle, answer: RelayAnswer) -> None:
        """The neighbour has them: keep its receipts, tell the origin, forget the rows.

        When a receipt does not verify (a directory that lags), the rows stay: the same offer will
        be answered with the same receipts, so no evidence is lost and nothing arrives twice. What
        no receipt names stays too.
        """
        road = self._tools.road()
        try:
            receipts = [open_receipt(data, road.directory) for data in answer.receipts]
        except YidaoError as error:
            _logger.warning("receipt of %s refused: %s", self.peer, error.detail)
            self._put_off(bundle.rows, error)
            return

        taken = {
            receipt.opened.statement.consignment
            for receipt in receipts
            if receipt.opened.statement.event == "RelayAcceptance"
            and (receipt.opened.statement.issuer, receipt.keeper) == (self.peer, self.peer)
            and matches(receipt.opened.statement.digest, bundle.header)
        }

        def keep(work: Work) -> None:
            for receipt in receipts:
                take_record(work, road, receipt, bundle.origin)
            outbox.done(work, [row for row in bundle.rows if row.consignment in taken])

        self._write(keep)
        rest = [row for row in bundle.rows if row.consignment not in taken]
        if rest:
            self._put_off(rest, NotTheProtocol(f"no receipt for {rest[0].consignment}"))

    def _refused(self, bundle: Bundle, refusal: ServerRefused) -> None:
        """For good: signed evidence to the sender. Otherwise: again later."""
        _logger.warning(
            "%s refused dispatch %s: %s", self.peer, bundle.rows[0].dispatch, refusal.detail
        )
        if refusal.reason not in _FOR_GOOD:
            self._put_off(bundle.rows, refusal)
            return
        reason = Reason(code=refusal.reason, text=refusal.problem.happened[:200])
        road = self._tools.road()

        def end(work: Work) -> None:
            for row in bundle.rows:
                parcel = find_parcel(work, row.consignment or "")
                if parcel is not None:
                    give_up(work, road, parcel, reason)
            outbox.done(work, bundle.rows)

        self._write(end)

    # --- helpers --------------------------------------------------------------------------------
    def _signed(self, data: bytes) -> bytes:
        return sign_attached(data, self._tools.signer, at=self._tools.clock())

    def _send(self, call: Call[T], *, ticket: str = "") -> T:
        url = self._tools.road().directory.node(self.peer).url
        if self._connection is None or self._connection[0] != url:
            self.close()
            self._connection = (url, self._tools.transport(url))
        request: Request = call.request.with_token(ticket) if ticket else call.request
        return self._connection[1].send(Call(request, call.read))

    def _write(self, operation: Callable[[Work], None]) -> None:
        self._tools.writer.do(operation).result()
