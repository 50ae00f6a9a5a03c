"""A directory snapshot built from a table of bodies, the nodes' enrolments and the pilot PKI."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import msgspec

from formats.canonical import Value, from_bytes
from formats.directory import Body, Level, Node, Snapshot, Suite
from formats.errors import BadInput
from formats.i18n import mark
from formats.ids import BodyId, NodeId
from formats.limits import MAX_DIRECTORY_BYTES
from server.enrol import Enrolment
from signing.pilot import Pilot
from signing.trust.snapshot import digest_of


class BadBodies(BadInput):
    """The table of bodies cannot be read."""

    code = "node.bad-bodies"
    happened = mark("单位名册无法读取：{place}")
    safe = mark("没有生成通讯录。")
    advice = mark("请按说明改正名册（JSON 或 CSV）后重试。")


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
) -> Snapshot:
    """The whole directory, valid from now for that many days. Raises `BadBodies`."""
    now = pilot.clock().replace(microsecond=0)
    nodes = tuple(_node(pilot, enrolment) for enrolment in enrolments)
    known = {node.id for node in nodes}
    for row in bodies:
        if row.node not in known:
            raise BadBodies(f"{row.id} at {row.node}", place=f"{row.id} → {row.node}")
    return Snapshot(
        version=version or (previous.version + 1 if previous else 1),
        issued=now,
        expires=now + timedelta(days=days),
        suite=suite,
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
                certificates=pilot.body_certificates(row.id),
            )
            for row in bodies
        ),
        certificates=pilot.certificates(),
        revocations=pilot.crls(),
    )


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
