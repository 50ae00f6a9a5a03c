"""Real nodes as real processes on the loopback, and a client small enough to read in a test.

`Nodes` makes the data folders of a province, a city and a county from a pilot PKI, and starts,
kills and stops each by its process id. `Desk` speaks the protocol for one body with its UKEY.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from formats.canonical import from_bytes
from formats.effects import system_clock, system_randomness
from formats.envelope.header import HeaderFields, Recipient
from formats.evidence.receipt import Receipt
from formats.evidence.record import Event, Reason, Statement, parse_statement
from formats.ids import new_id, sha256
from formats.protocol import calls
from formats.protocol.login import login_bytes
from formats.protocol.messages import ActAnswer, Entry, Session, Submitted
from formats.protocol.wire import Call, Response
from server.config import DataFolder, Settings
from server.enrol import enrol
from server.exchange.relay_transport import NeighbourTransport
from signing.cms import open_attached, sign_attached
from signing.envelope import SealedDispatch, close_package
from signing.evidence import sign_record
from signing.trust.snapshot import sign_snapshot
from tests.support.pki import PilotWorld, snapshot_of

T = TypeVar("T")

PROVINCE, CITY, COUNTY = "340000", "340100", "340123"
NODES = (PROVINCE, CITY, COUNTY)
NEIGHBOURS = {PROVINCE: (CITY,), CITY: (PROVINCE, COUNTY), COUNTY: (CITY,)}
BODY_AT = {PROVINCE: "340000.bgt", CITY: "340100.bgs", COUNTY: "340123.bgs"}
_START_SECONDS = 30.0


def free_ports(count: int) -> list[int]:
    """Ports nobody listens on, all different."""
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(count):
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found.append(int(probe.getsockname()[1]))
        return found


def wait_until(met: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until a callable is true; an assertion error when it never is."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


@dataclass
class RunningNode:
    """One node: its folder, its address, its process when it runs."""

    id: str
    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.folder.parent / f"{self.id}.log"

    def start(self, wrapper: Sequence[str] = ()) -> "RunningNode":
        """Start it and wait until it is ready."""
        command = [
            *wrapper,
            sys.executable,
            "-m",
            "server.cli",
            "serve",
            "--data",
            str(self.folder),
        ]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--verbose"],
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environment},
                start_new_session=True,
            )
        self.wait_ready()
        return self

    def wait_ready(self) -> None:
        """Wait until it answers; say what it said when it does not."""
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                break
            if self.is_ready():
                return
            time.sleep(0.05)
        raise AssertionError(f"node {self.id}: {self.log.read_text(errors='replace')[-3000:]}")

    def is_ready(self) -> bool:
        """Whether it answers that it is ready."""
        try:
            answer = requests.get(
                f"{self.url}/readyz", verify=str(self.folder / "tls-ca.pem"), timeout=2
            )
        except requests.exceptions.RequestException:
            return False
        return answer.status_code == 200

    def kill(self) -> None:
        """Kill -9, by its process id."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def kill_group(self) -> None:
        """Kill -9 of it and whatever it was started through, by its own process group."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)  # start_new_session: its own group
            self.process.wait()
            self.process = None

    def stop(self) -> int:
        """SIGTERM; its exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        try:
            return self.process.wait(45)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        finally:
            self.process = None

    def files(self) -> Iterator[Path]:
        """Every file it keeps, and its log."""
        yield from (path for path in self.folder.rglob("*") if path.is_file())
        yield self.log


class Nodes:
    """Province, city and county; each body belongs to one."""

    def __init__(self, world: PilotWorld, root: Path) -> None:
        self.world = world
        self.root = root
        ports = free_ports(len(NODES))
        self.nodes = {
            name: RunningNode(name, root / name, port)
            for name, port in zip(NODES, ports, strict=True)
        }
        for node in self.nodes.values():
            self._make(node)
        self.publish(version=1)

    def __getitem__(self, name: str) -> RunningNode:
        return self.nodes[name]

    def _make(self, node: RunningNode) -> None:
        folder = node.folder
        (folder / "anchors").mkdir(parents=True)
        for number, anchor in enumerate(self.world.anchors):
            (folder / "anchors" / f"{number}.cer").write_bytes(anchor)
        for source in (
            self.world.nodes[node.id].key_path,
            self.world.nodes[node.id].certificate_path,
        ):
            shutil.copy(source, folder / source.name)
        for name in ("tls.key", "tls.pem", "tls-ca.pem"):
            shutil.copy(self.world.tls.key_path.parent / name, folder / name)
        if node.id == PROVINCE:
            for source in (self.world.tsa.key_path, self.world.tsa.certificate_path):
                shutil.copy(source, folder / source.name)
        settings = Settings(
            node=node.id,
            url=node.url,
            port=node.port,
            neighbours=NEIGHBOURS[node.id],
            retry_first=0.2,
            retry_last=1.0,
            sweep_seconds=0.5,
        )
        enrol(DataFolder(folder), settings, node.id, system_randomness)

    def log_key(self, name: str) -> bytes:
        """The public key of a node's log."""
        seed = (self.nodes[name].folder / "log.key").read_bytes()
        key = Ed25519PrivateKey.from_private_bytes(seed).public_key()
        return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)

    def publish(self, version: int) -> bytes:
        """Put a directory into every node's folder."""
        snapshot = snapshot_of(
            self.world,
            version=version,
            urls={name: node.url for name, node in self.nodes.items()},
            log_keys={name: self.log_key(name) for name in self.nodes},
        )
        signer = self.world.pilot.directory_signer(self.world.suite)
        signed = sign_snapshot(snapshot, signer, system_clock())
        for node in self.nodes.values():
            (node.folder / "directory.p7m").write_bytes(signed)
        return signed

    def start(self, *names: str) -> "Nodes":
        """Start some, or all."""
        for name in names or NODES:
            self.nodes[name].start()
        return self

    def close(self) -> None:
        """End all that run."""
        for node in self.nodes.values():
            node.kill()

    def desk(self, node: str) -> "Desk":
        """The desk of the body at a node."""
        return Desk(self.world, BODY_AT[node], self.nodes[node])


class Desk:
    """One body at its desk: the protocol, call by call."""

    def __init__(self, world: PilotWorld, body: str, node: RunningNode) -> None:
        self.world = world
        self.body = body
        self.node = node
        self.signer = world.signer(body)
        self.transport = NeighbourTransport(node.url, node.folder / "tls-ca.pem")
        self.session: Session | None = None

    def send(self, call: Call[T], *, log_in: bool = True) -> T:
        """Do a call, logged in."""
        if log_in and self.session is None:
            self.session = self.log_in()
        request = call.request
        if log_in and self.session is not None:
            request = request.with_token(self.session.token)
        return self.transport.send(Call(request, call.read))

    def raw(self, call: Call[T]) -> Response:
        """Do a call, logged in; the answer as it came."""
        return self.send(Call(call.request, lambda response: response))

    def log_in(self) -> Session:
        """Challenge and proof with the UKEY."""
        challenge = self.send(calls.challenge(self.signer.certificate), log_in=False)
        data = login_bytes(challenge, self.signer.certificate)
        proof = sign_attached(data, self.signer, at=system_clock())
        return self.send(calls.log_in(challenge.id, proof), log_in=False)

    def close_dispatch(
        self,
        recipients: Sequence[str],
        package: bytes,
        folder: Path,
        *,
        sign_by: datetime | None = None,
        valid_until: datetime | None = None,
        dispatch: str | None = None,
    ) -> SealedDispatch:
        """A package closed for bodies."""
        dispatch = dispatch or new_id(system_clock, system_randomness)
        fields = HeaderFields(
            dispatch=dispatch,
            sender=self.body,
            kind="notice",
            direction="down",
            sensitivity="internal",
            suite=self.world.suite,
            sign_by=sign_by,
            valid_until=valid_until,
        )
        addressed = [
            (
                Recipient(consignment=new_id(system_clock, system_randomness), body=body),
                self.world.pilot.body_certificates(body),
            )
            for body in recipients
        ]
        return close_package(
            package,
            fields,
            addressed,
            self.signer,
            randomness=system_randomness,
            clock=system_clock,
            payload_out=folder / f"{system_randomness(8).hex()}.payload",
        )

    def submit(self, sealed: SealedDispatch) -> Submitted:
        """Send it."""
        return self.send(submit_call(sealed))

    def entries(self, after: int = 0, wait: int = 0) -> tuple[Entry, ...]:
        """The mailbox from a cursor on."""
        return self.send(calls.mailbox(after, wait=wait)).entries

    def events(self) -> list[str]:
        """The events of all mailbox entries, in order."""
        return [entry.event for entry in self.entries()]

    def wait_for(self, event: str, *, consignment: str | None = None, seconds: float = 20) -> Entry:
        """The first entry with that event, when it has come."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for entry in self.entries():
                if entry.event == event and consignment in {None, entry.consignment}:
                    return entry
            time.sleep(0.1)
        raise AssertionError(f"no {event} at {self.body}: {self.events()}")

    def record(self, event: Event, consignment: str, receipts: Sequence[bytes]) -> bytes:
        """A statement upon a consignment, signed on the UKEY, after the last of its chain."""
        last = from_bytes(Receipt, receipts[-1]).record
        said = parse_statement(open_attached(last).data)
        positive = event == "ConsignmentAcceptance"
        statement = Statement(
            event=event,
            dispatch=said.dispatch,
            consignment=consignment,
            digest=said.digest,
            issuer=self.body,
            at=system_clock(),
            seq=said.seq + 1,
            prev=sha256(last),
            document=sha256(b"document") if positive else None,
            report=sha256(b"report") if positive else None,
            reasons=(Reason(code="misdirected", text="误送"),)
            if event == "ConsignmentRejection"
            else (),
        )
        return sign_record(statement, self.signer)

    def sign_for(self, consignment: str) -> ActAnswer:
        """签收."""
        view = self.send(calls.consignment(consignment))
        record = self.record("ConsignmentAcceptance", consignment, view.receipts)
        return self.send(calls.act(consignment, "sign-for", record))

    def recall(self, dispatch: str, consignment: str) -> ActAnswer:
        """撤回."""
        view = self.send(calls.receipts(dispatch))
        record = self.record("RecallRequest", consignment, [view.submission])
        return self.send(calls.act(consignment, "recall", record))

    def remind(self, dispatch: str, consignment: str) -> ActAnswer:
        """催办."""
        view = self.send(calls.receipts(dispatch))
        record = self.record("Reminder", consignment, [view.submission])
        return self.send(calls.remind(consignment, record))

    def fetch(self, consignment: str, out: Path, *, start: int = 0) -> Path:
        """The payload, from a byte on, appended to a file."""
        call = calls.payload(consignment, start=start)
        response = self.raw(Call(call.request, call.read))
        with out.open("ab") as stream:
            stream.write(response.body)
        return out


def submit_call(sealed: SealedDispatch, *, upload: str | None = None) -> Call[Submitted]:
    """The call that sends a closed dispatch."""
    return calls.submit(
        sealed.header.dispatch,
        sealed.header_p7m,
        sealed.keys_p7m,
        None if upload else sealed.payload_path,
        upload=upload,
    )


def statement_of(receipt: bytes) -> Statement:
    """What a receipt's record states."""
    return parse_statement(open_attached(from_bytes(Receipt, receipt).record).data)
