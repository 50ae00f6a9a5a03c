"""A directory snapshot built from a table of bodies, the nodes' enrolments and the pilot PKI."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import msgspec

from formats.canonical import Value, from_bytes
from formats.directory import (
    SUITES,
    BadSuitePolicy,
    Body,
    EndedSeal,
    Level,
    Node,
    Snapshot,
    Suite,
    SuitePolicy,
    SuiteTerm,
)
from formats.errors import BadInput, Refused
from formats.i18n import mark
from formats.ids import CHINA, BodyId, NodeId
from formats.limits import MAX_DIRECTORY_BYTES
from server.enrol import Enrolment
from signing import suites
from signing.pilot import Pilot
from signing.pilot.seals import revoked_seals
from signing.trust.snapshot import digest_of

_LAST_SECOND: Final = time(23, 59, 59)


class BadBodies(BadInput):
    """The table of bodies cannot be read."""

    code = "node.bad-bodies"
    happened = mark("单位名册无法读取：{place}")
    safe = mark("没有生成通讯录。")
    advice = mark("请按说明改正名册（JSON 或 CSV）后重试。")


class SuiteOptionBad(BadSuitePolicy):
    """What an operator wrote of suites cannot be meant."""

    code = "node.suite-option"
    happened = mark("无法识别算法体系规定“{place}”。")
    safe = mark("没有生成通讯录。")
    advice = mark("体系写 INTL 或 GM；--accept 写另一体系，可带截止日，例如 INTL=2027-06-30。")


class NodeCutOff(Refused):
    """A node whose certificate would be of a suite that nobody accepts any more."""

    code = "node.suite-cut-off"
    happened = mark(
        "节点 {node} 的证书属于算法体系 {suite}，按本次规定不再采信，其存证将全部被拒。"
    )
    safe = mark("没有生成通讯录。")
    advice = mark("请先为该节点换发证书并重新登记，或用 --accept {suite}=截止日 保留过渡期。")


class BodyRow(Value, frozen=True, kw_only=True):
    """One line of the table."""

    id: BodyId
    name: str
    short_name: str = ""
    level: Level
    node: NodeId
    parent: BodyId | None = None
    marks: tuple[str, ...] = ()
    is_office: bool = False


def read_bodies(path: Path) -> tuple[BodyRow, ...]:
    """The table, as a JSON list or as CSV with the names of the fields in its first line.

    In CSV, ``marks`` are separated by a space and ``is_office`` is ``1`` or empty.
    """
    data = path.read_bytes()
    if path.suffix.lower() != ".csv":
        return from_bytes(tuple[BodyRow, ...], data, limit=MAX_DIRECTORY_BYTES)
    rows = []
    for line in csv.DictReader(io.StringIO(data.decode("utf-8-sig", "replace"))):
        try:
            values = {
                "id": line["id"],
                "name": line["name"],
                "short_name": line.get("short_name") or "",
                "level": line["level"],
                "node": line["node"],
                "parent": line.get("parent") or None,
                "marks": (line.get("marks") or "").split(),
                "is_office": line.get("is_office") in {"1", "true", "是"},
            }
            rows.append(_convert(values))
        except (KeyError, ValueError) as error:
            raise BadBodies(str(error), place=str(line.get("id"))) from error
    return tuple(rows)


def _convert(values: dict[str, object]) -> BodyRow:
    return msgspec.convert(values, BodyRow)


def build_snapshot(
    pilot: Pilot,
    bodies: Sequence[BodyRow],
    enrolments: Sequence[Enrolment],
    *,
    version: int | None = None,
    previous: Snapshot | None = None,
    days: int = 30,
    suite: Suite = "INTL",
    policy: SuitePolicy | None = None,
) -> Snapshot:
    """The whole directory, valid from now for that many days. Raises `BadBodies`.

    ``policy`` says which suite new acts use and until when another is accepted; without one it is
    that of `policy_for`, with ``suite`` for new acts.
    """
    now = pilot.clock().replace(microsecond=0)
    nodes = tuple(_node(pilot, enrolment) for enrolment in enrolments)
    held = {row.id: pilot.body_certificates(row.id) for row in bodies}
    if policy is None:
        certificates = [c.certificate for every in held.values() for c in every]
        policy = policy_for(suite, [*certificates, *(n.certificate for n in nodes)], previous)
    known = {node.id for node in nodes}
    for row in bodies:
        if row.node not in known:
            raise BadBodies(f"{row.id} at {row.node}", place=f"{row.id} → {row.node}")
    return Snapshot(
        version=version or (previous.version + 1 if previous else 1),
        issued=now,
        expires=now + timedelta(days=days),
        suite=policy.new,
        policy=policy if policy.accepted else None,
        previous=digest_of(previous) if previous else None,
        nodes=nodes,
        bodies=tuple(
            Body(
                id=row.id,
                name=row.name,
                short_name=row.short_name or row.name,
                level=row.level,
                node=row.node,
                parent=row.parent,
                marks=row.marks,
                is_office=row.is_office,
                certificates=held[row.id],
            )
            for row in bodies
        ),
        certificates=pilot.certificates(),
        revocations=pilot.crls(),
        ended_seals=tuple(
            EndedSeal(id=seal, since=since) for seal, since in revoked_seals(pilot).items()
        ),
    )


def read_policy(new: str, accepted: Iterable[str]) -> SuitePolicy:
    """A policy as one writes it in a command: ``GM``, and ``INTL`` or ``INTL=2027-06-30`` each.

    A day counts to its end, China Standard Time. Raises `SuiteOptionBad`.
    """
    terms = []
    for text in accepted:
        name, dated, day = text.partition("=")
        until = None
        if dated:
            try:
                ends = datetime.combine(date.fromisoformat(day), _LAST_SECOND, CHINA)
                until = ends.astimezone(UTC)
            except ValueError as error:
                raise SuiteOptionBad(day, place=text) from error
        terms.append(SuiteTerm(suite=read_suite(name), until=until))
    try:
        return SuitePolicy(new=read_suite(new), accepted=tuple(terms))
    except SuiteOptionBad:
        raise
    except BadSuitePolicy as error:
        raise SuiteOptionBad(error.detail, place=" ".join([new, *accepted])) from error


def read_suite(name: str) -> Suite:
    """A suite by its name. Raises `SuiteOptionBad`."""
    for suite in SUITES:
        if suite == name:
            return suite
    raise SuiteOptionBad(name, place=name)


def bodies_cut_off(snapshot: Snapshot) -> tuple[BodyId, ...]:
    """The bodies that have signing certificates, but none of a suite accepted from now on.

    Raises `NodeCutOff` where that befalls a node, with which every body there would fall silent.
    """
    policy = snapshot.suite_policy()

    def serves(certificate: bytes) -> bool:
        return policy.accepts(suites.suite_of_key(certificate).name, snapshot.issued)

    for node in snapshot.nodes:
        if not serves(node.certificate):
            used = suites.suite_of_key(node.certificate).name
            raise NodeCutOff(f"{node.id} {used}", node=node.id, suite=used)
    held = {body.id: body.signing_certificates() for body in snapshot.bodies}
    return tuple(body for body, every in held.items() if every and not any(map(serves, every)))


def signing_suite(snapshot: Snapshot, previous: Snapshot | None) -> Suite:
    """In which suite to sign it: that of the directory in use, while the new one accepts it.

    Whoever has the one in use takes over no other (`open_snapshot`).
    """
    if previous is not None and snapshot.suite_policy().accepts(previous.suite, snapshot.issued):
        return previous.suite
    return snapshot.suite


def policy_for(
    suite: Suite, certificates: Iterable[bytes], previous: Snapshot | None = None
) -> SuitePolicy:
    """The policy where none is given: as before, or every suite in which anybody has a key.

    An end that was once set stays, and a directory of GM alone takes no other suite in by itself;
    otherwise a suite is accepted for as long as somebody in the directory has a key of it. Raises
    `WeakAlgorithm` for a certificate of no suite.
    """
    as_before = previous is not None and previous.suite == suite
    if previous is not None and as_before and (previous.policy is not None or suite == "GM"):
        return previous.suite_policy()
    held = {suites.suite_of_key(certificate).name for certificate in certificates}
    others = tuple(SuiteTerm(suite=s) for s in SUITES if s in held and s != suite)
    return SuitePolicy(new=suite, accepted=others)


def _node(pilot: Pilot, enrolment: Enrolment) -> Node:
    certificate = enrolment.certificate or pilot.current(f"node:{enrolment.node}", "node")
    if certificate is None:
        raise BadBodies(f"node {enrolment.node}", place=enrolment.node)
    return Node(
        id=enrolment.node,
        name=enrolment.name,
        url=enrolment.url,
        certificate=certificate,
        log_key=enrolment.log_key,
    )
