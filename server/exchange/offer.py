"""A neighbour's offer, believed or refused. Pure.

The bytes of a header are bound by the acceptance that the sender's own node stated over them. So
nobody on the road can pass a copy with, say, an altered extra certificate: it has another digest.
And no node but the sender's own can state the acceptance, or a node that saw a header could enter
its own copy of it elsewhere first, and the sender's would be refused there as other content.
"""

from formats.errors import BadInput
from formats.i18n import mark, tr
from formats.protocol.messages import RelayOffer
from server.directory import Directory
from server.errors import NotAccepted
from server.exchange.accept import Accepted, accept
from server.exchange.consign import Handed
from server.exchange.evidence import OpenedReceipt, open_receipt


class NotItsNode(BadInput):
    """Accepted by a node that is not the sender's. A newer directory may help: not for good."""

    code = "node.not-its-node"
    happened = mark("“{body}”不属于接收该公文的节点 {node}。")
    safe = mark("没有接收该公文，它仍在发出节点等待重试。")
    advice = mark("请更新各节点的通讯录；若仍如此，请核对该单位所属的节点。")


def believe(offer: RelayOffer, directory: Directory) -> tuple[Accepted, tuple[Handed, ...]]:
    """Header and chains of an offer, believed as of the submission that they prove.

    Raises as `accept` and `open_receipt`, `NotAccepted` or `NotItsNode`.
    """
    opened: dict[bytes, OpenedReceipt] = {}

    def open_once(data: bytes) -> OpenedReceipt:
        if data not in opened:
            opened[data] = open_receipt(data, directory)
        return opened[data]

    chains = {
        item.consignment: tuple(open_once(data) for data in item.receipts)
        for item in offer.consignments
    }
    firsts = {chain[0].opened.record: chain[0] for chain in chains.values() if chain}
    if len(firsts) != 1 or not all(chains.values()):
        raise NotAccepted("no submission", reason=tr("缺少发出节点的接收凭证"))
    (first,) = firsts.values()
    accepted = accept(offer.header, offer.keys, directory, at=first.opened.statement.at)
    sender = directory.body(accepted.header.sender)
    if sender.node != offer.origin:
        raise NotItsNode(offer.origin, body=sender.name, node=offer.origin)
    for chain in chains.values():
        _check_chain(offer, accepted, chain)
    recipients = {entry.consignment: entry for entry in accepted.header.recipients}
    if not set(chains) <= set(recipients):
        raise NotAccepted("consignment", reason=tr("清单中没有该收文单位"))
    handed = tuple(Handed(recipients[name], chain) for name, chain in chains.items())
    return accepted, handed


def _check_chain(offer: RelayOffer, accepted: Accepted, chain: tuple[OpenedReceipt, ...]) -> None:
    """A submission at the origin, then relays, each after the one before."""
    previous: OpenedReceipt | None = None
    for link in chain:
        said = link.opened.statement
        event = "RelayAcceptance" if previous else "SubmissionAcceptance"
        issuer = said.issuer if previous else offer.origin
        fits = (said.event, said.issuer, said.digest, said.dispatch) == (
            event,
            issuer,
            accepted.header_digest,
            offer.dispatch,
        )
        if not fits or accepted.header.dispatch != offer.dispatch:
            raise NotAccepted(said.event, reason=tr("流转凭证与公文不符"))
        previous = link
