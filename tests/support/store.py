"""A node's store for unit tests: operations of the writer, without HTTP."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from sqlalchemy import ColumnElement, Table, func, select

from formats.effects import system_clock, system_randomness
from formats.envelope.header import HeaderFields, Recipient
from formats.evidence.record import Event, Reason, Statement
from formats.ids import new_id, sha256
from server.exchange.accept import Accepted, accept_submission
from server.exchange.consign import submit
from server.exchange.evidence import Opened
from server.exchange.road import Road
from server.store.blobs import Blobs
from server.store.database import Database
from server.store.work import Finish, Work
from server.store.writer import Writer
from signing.envelope import SealedDispatch, close_package
from signing.evidence import sign_record
from tests.support.pki import PilotWorld

T = TypeVar("T")


@dataclass(frozen=True)
class Store:
    """The province's store, its writer running."""

    world: PilotWorld
    writer: Writer
    database: Database
    blobs: Blobs
    road: Road

    def do(self, operation: Callable[[Work], Finish[T]]) -> T:
        """Run an operation; its answer after COMMIT."""
        return self.writer.submit(operation).result(20)

    def count(self, table: Table, *conditions: ColumnElement[bool]) -> int:
        """How many rows."""
        query = select(func.count()).select_from(table).where(*conditions)
        with self.database.reading.begin() as connection:
            return int(connection.execute(query).scalar_one())

    def close(
        self,
        bodies: Sequence[str],
        folder: Path,
        *,
        dispatch: str | None = None,
        consignment: str | None = None,
        sender: str = "340000.bgt",
    ) -> SealedDispatch:
        """A dispatch for bodies; its payload is a blob already. ``consignment`` for one body."""
        fields = HeaderFields(
            dispatch=dispatch or new_id(system_clock, system_randomness),
            sender=sender,
            kind="notice",
            direction="down",
            sensitivity="internal",
        )
        addressed = [
            (
                Recipient(
                    consignment=consignment or new_id(system_clock, system_randomness), body=body
                ),
                self.world.pilot.body_certificates(body),
            )
            for body in bodies
        ]
        sealed = close_package(
            b"package",
            fields,
            addressed,
            self.world.signer(sender),
            randomness=system_randomness,
            clock=system_clock,
            payload_out=folder / f"{system_randomness(8).hex()}.payload",
        )
        with self.blobs.receive(10_000_000) as incoming:
            incoming.write(sealed.payload_path.read_bytes())
            self.blobs.keep(incoming, incoming.digest_in(sealed.header.suite))
        return sealed

    def accept(self, sealed: SealedDispatch) -> Accepted:
        """The dispatch as the node believes it."""
        return accept_submission(
            sealed.header_p7m,
            sealed.keys_p7m,
            self.road.directory,
            sender=sealed.header.sender,
            here=self.road.here,
            now=system_clock(),
        )

    def submit(self, sealed: SealedDispatch) -> bytes:
        """Submit it."""
        accepted = self.accept(sealed)
        return self.do(lambda work: submit(work, self.road, self.blobs, accepted))

    def act(self, event: Event, sealed: SealedDispatch, body: str, *, consignment: str) -> Opened:
        """A statement of a body on a consignment, after the last record here."""

        def last(work: Work) -> Finish[tuple[str, int]]:
            ref = work.last(sealed.header.dispatch, consignment)
            return lambda _: (ref.digest, ref.position) if ref else ("", -1)

        prev, position = self.do(last)
        positive = event == "ConsignmentAcceptance"
        statement = Statement(
            event=event,
            dispatch=sealed.header.dispatch,
            consignment=consignment,
            digest=sha256(sealed.header_p7m),
            issuer=body,
            at=system_clock(),
            seq=position + 1,
            prev=prev or None,
            document=sha256(b"document") if positive else None,
            report=sha256(b"report") if positive else None,
            reasons=(Reason(code="misdirected"),) if event == "ConsignmentRejection" else (),
        )
        return Opened(statement, sign_record(statement, self.world.signer(body)))
