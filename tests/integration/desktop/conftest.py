"""Three node processes, and for each of their bodies a real client: profile, UKEY, vault."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from desktop.profile import Profile, Settings, create_profile
from desktop.services.bodies import Bodies
from desktop.services.drafting import Drafting
from desktop.services.evidence import Evidence
from desktop.services.filing import Filing
from desktop.services.incoming import Incoming
from desktop.services.outgoing import Outgoing
from desktop.services.sealing import Sealing
from desktop.services.session import Workspace
from formats.document.model import Block, Document, DocumentNumber
from signing.tokens.base import Secret
from tests.support.nodes import BODY_AT, Nodes, RunningNode
from tests.support.pki import PIN, PilotWorld


@dataclass
class Client:
    """One body at its desk, with everything a person can do."""

    workspace: Workspace
    node: RunningNode

    def __post_init__(self) -> None:
        self.bodies = Bodies(self.workspace)
        self.drafting = Drafting(self.workspace)
        self.sealing = Sealing(self.workspace)
        self.outgoing = Outgoing(self.workspace)
        self.incoming = Incoming(self.workspace)
        self.filing = Filing(self.workspace)
        self.evidence = Evidence(self.workspace)

    def seal(self, document: Document, to: tuple[str, ...] = ()) -> str:
        """A sealed dispatch of a document."""
        draft = self.drafting.save(document, main=to)
        return self.sealing.seal(draft.id).dispatch


@dataclass
class Desks:
    """The nodes, and clients made as they are asked for."""

    nodes: Nodes
    root: Path
    clients: dict[str, Client] = field(default_factory=dict)

    def profile(self, node: str, body: str | None = None) -> Profile:
        """A new profile of the body at a node."""
        owner = body or BODY_AT[node]
        running = self.nodes[node]
        return create_profile(
            self.root / owner,
            Settings(
                body=owner,
                node=running.url,
                module=self.nodes.world.module,
                token=owner,
            ),
            anchors=self.nodes.world.anchors,
            tls_ca=(running.folder / "tls-ca.pem").read_bytes(),
            directory=(running.folder / "directory.p7m").read_bytes(),
        )

    def open(self, node: str) -> Client:
        """The client of the body at a node; its vault is made at first."""
        if node not in self.clients:
            workspace = Workspace.create(self.profile(node), Secret(PIN))
            self.clients[node] = Client(workspace, self.nodes[node])
        return self.clients[node]

    def close(self) -> None:
        """Close every client."""
        for client in self.clients.values():
            client.workspace.close()


@dataclass(frozen=True)
class Told:
    """What a command said."""

    status: int
    out: str
    err: str

    @property
    def rows(self) -> list[Any]:
        """Its JSON, an object a line."""
        return [json.loads(line) for line in self.out.splitlines()]


def yidao(
    *arguments: object, profile: Path | None = None, before: Callable[[], None] | None = None
) -> Told:
    """Run the command line in a process of its own."""
    chosen = ["--profile", str(profile)] if profile else []
    # A process with little room would leave Python's byte code cut short for every later one.
    plain = ["-B"] if before else []
    done = subprocess.run(
        [sys.executable, *plain, "-m", "desktop.cli", *map(str, arguments), *chosen],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        preexec_fn=before,
        timeout=120,
    )
    return Told(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture(scope="session")
def pin_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the PIN of every pilot UKEY."""
    path = tmp_path_factory.mktemp("pin") / "pin"
    path.write_text(PIN + "\n")
    return path


@pytest.fixture(scope="module")
def road(pilot: PilotWorld, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desks]:
    """Three nodes that run and their clients, shared by the tests of a module."""
    root = tmp_path_factory.mktemp("road")
    desks = Desks(Nodes(pilot, root / "nodes"), root / "profiles")
    try:
        desks.nodes.start()
        yield desks
    finally:
        desks.close()
        desks.nodes.close()


@pytest.fixture
def nodes(pilot: PilotWorld, tmp_path: Path) -> Iterator[Nodes]:
    """Province, city and county, made but not started; ended after the test."""
    made = Nodes(pilot, tmp_path / "nodes")
    yield made
    made.close()


@pytest.fixture
def desks(nodes: Nodes, tmp_path: Path) -> Iterator[Desks]:
    """The clients of the three bodies."""
    made = Desks(nodes, tmp_path / "profiles")
    yield made
    made.close()


@pytest.fixture
def notice() -> Document:
    """A short notice downwards, in order by every rule."""
    return Document(
        kind="notice",
        direction="down",
        issuers=("安徽省人民政府办公厅",),
        number=DocumentNumber(mark="皖政办", year=2026, serial=12),
        title="关于开展电子公文交换试点工作的通知",
        main_recipients=("各市、县人民政府",),
        body=(
            Block(text="为推进全省电子公文交换，现就试点工作有关事项通知如下："),
            Block(level=1, text="一、统一使用驿道收发公文。"),
            Block(text="请认真贯彻执行。"),
        ),
        issue_date=date(2026, 11, 23),
        printer="安徽省人民政府办公厅秘书处",
        print_date=date(2026, 11, 24),
    )
