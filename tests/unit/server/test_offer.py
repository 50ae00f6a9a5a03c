"""What can not be done with the ids and the header of another body."""

from pathlib import Path

import msgspec
import pytest

from formats.canonical import from_bytes
from formats.effects import system_clock
from formats.protocol.messages import PROTOCOL, RelayedConsignment, RelayOffer, Submitted
from server.errors import IdTaken, NotAccepted
from server.exchange.accept import Accepted, accept
from server.exchange.consign import Handed, submit, take_over
from server.exchange.evidence import open_receipt
from server.exchange.offer import NotItsNode, believe
from server.exchange.road import Road
from server.store.tables import records
from server.store.work import Finish, Work
from signing import der
from signing.cms import sign_attached
from signing.envelope import SealedDispatch
from tests.support.store import Store


def accepted_of(store: Store, sealed: SealedDispatch) -> Accepted:
    return accept(sealed.header_p7m, sealed.keys_p7m, store.road.directory, at=system_clock())


def offer_of(store: Store, sealed: SealedDispatch, header: bytes | None = None) -> RelayOffer:
    """The dispatch as the province would offer it, submitted there."""
    accepted = accepted_of(store, sealed)
    answer = store.do(lambda work: submit(work, store.road, store.blobs, accepted))
    receipt = from_bytes(Submitted, answer).receipt
    names = [entry.consignment for entry in sealed.header.recipients]
    return RelayOffer(
        protocol=PROTOCOL,
        origin=store.road.here,
        giver=store.road.here,
        taker="340100",
        hops=(store.road.here,),
        dispatch=sealed.header.dispatch,
        header=header or sealed.header_p7m,
        keys=sealed.keys_p7m,
        payload_digest=sealed.header.payload_digest,
        payload_size=sealed.header.payload_size,
        consignments=tuple(RelayedConsignment(consignment=n, receipts=(receipt,)) for n in names),
    )


def with_another_certificate(p7m: bytes, certificate: bytes) -> bytes:
    """The same signed header, carrying one more certificate that no signature covers."""
    kind, wrapped = der.read(p7m).children()
    (signed,) = wrapped.children()
    parts = [
        der.encode(0xA0, part.body + certificate) if part.tag == 0xA0 else part.raw
        for part in signed.children()
    ]
    inner = der.encode(der.SEQUENCE, b"".join(parts))
    return der.encode(der.SEQUENCE, kind.raw + der.encode(0xA0, inner))


def test_an_offer_of_the_sender_s_own_node_is_believed(store: Store, tmp_path: Path) -> None:
    sealed = store.close(["340100.bgs"], tmp_path)

    accepted, handed = believe(offer_of(store, sealed), store.road.directory)

    assert (sealed.header, 1) == (accepted.header, len(handed))


def test_a_node_that_is_not_the_sender_s_cannot_enter_its_document(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(["340123.bgs"], tmp_path, sender="340100.bgs")
    offer = offer_of(store, sealed)

    with pytest.raises(NotItsNode, match="its-node"):
        believe(offer, store.road.directory)


def test_an_altered_copy_of_a_header_is_not_taken_for_the_submitted_one(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(["340100.bgs"], tmp_path)
    other = store.world.signer("340123.bgs").certificate
    altered = with_another_certificate(sealed.header_p7m, other)
    offer = offer_of(store, sealed, altered)
    assert (
        sealed.header
        == accept(altered, sealed.keys_p7m, store.road.directory, at=system_clock()).header
    )

    with pytest.raises(NotAccepted):
        believe(offer, store.road.directory)


def test_a_consignment_id_used_by_another_is_refused_not_answered_with_its_receipts(
    store: Store, tmp_path: Path
) -> None:
    road = Road("340123", store.road.directory, ("340100",))
    first = store.close(["340123.bgs"], tmp_path)
    name = first.header.recipients[0].consignment
    second = store.close(["340123.bgs"], tmp_path, consignment=name)

    def take(sealed: SealedDispatch) -> bytes:
        accepted = accepted_of(store, sealed)
        handed = [Handed(sealed.header.recipients[0], ())]
        return store.do(
            lambda work: take_over(
                work, road, store.blobs, accepted, handed, origin="340000", hops=("340100",)
            )
        )

    assert take(first) == take(first)
    with pytest.raises(IdTaken):
        take(second)


def test_a_record_of_another_node_on_the_same_id_does_not_disturb_a_repetition(
    store: Store, tmp_path: Path
) -> None:
    sealed = store.close(["340100.bgs"], tmp_path)
    first = store.submit(sealed)
    receipt = open_receipt(from_bytes(Submitted, first).receipt, store.road.directory)
    said = msgspec.structs.replace(receipt.opened.statement, issuer="340123")

    def strew(work: Work) -> Finish[None]:
        record = sign_attached(b"other", store.world.nodes["340123"].signer(), at=system_clock())
        work.keep(said, record)
        return lambda _: None

    store.do(strew)

    assert first == store.submit(sealed)
    assert 2 == store.count(records, records.c.event == "SubmissionAcceptance")
