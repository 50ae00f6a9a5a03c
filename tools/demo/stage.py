"""The stage: folders, UKEY tokens, the pilot PKI, three nodes as processes, the two commands."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from formats.effects import system_clock, system_randomness
from signing.pilot import Pilot, issue_node, issue_timestamp_authority, issue_tls
from signing.tokens.pkcs11 import find_softhsm

T = TypeVar("T")
R = TypeVar("R")

PIN = "123456"
SO_PIN = "12345678"
START_SECONDS = 60


_WITHOUT_PROFILE = frozenset({"typeset", "check-rules", "check-layout"})
"""Commands on documents alone."""


@dataclass(frozen=True)
class Office:
    """One body with its node, for the demo."""

    body: str
    name: str
    short: str
    level: str
    node: str
    parent: str | None
    mark: str

    @property
    def folder(self) -> str:
        """The body's folder under ``bodies/``."""
        return self.level


PROVINCE = Office(
    "340000.bgt", "安徽省人民政府办公厅", "省政府办公厅", "province", "340000", None, "皖政办"
)
CITY = Office(
    "340100.bgs", "合肥市人民政府办公室", "合肥市政府办", "city", "340100", "340000.bgt", "合政办"
)
COUNTY = Office(
    "340123.bgs", "肥西县人民政府办公室", "肥西县政府办", "county", "340123", "340100.bgs", "肥政办"
)
OFFICES = (PROVINCE, CITY, COUNTY)
NEIGHBOURS = {"340000": ("340100",), "340100": ("340000", "340123"), "340123": ("340100",)}


class StepFailed(Exception):
    """A command of the demo did not do what it should; its own words are in the text."""


@dataclass
class Stage:
    """Everything under one folder; nodes are ended by the process ids that were started."""

    root: Path
    ports: dict[str, int] = field(default_factory=dict)
    processes: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    # --- folders -------------------------------------------------------------------------------

    @property
    def out(self) -> Path:
        """Sealed PDFs, evidence bundles, packages."""
        return self.root / "out"

    @property
    def pki(self) -> Path:
        """The pilot CA."""
        return self.root / "pki"

    @property
    def root_pem(self) -> Path:
        """The trust root in PEM, for openssl."""
        return self.root / "trust" / "root.pem"

    @property
    def pin_file(self) -> Path:
        """The PIN of every UKEY of the demo."""
        return self.root / "tokens" / "pin"

    def profile(self, office: Office) -> Path:
        """The settings folder of a body's client."""
        return self.root / "bodies" / office.folder

    def node_folder(self, node: str) -> Path:
        """The data folder of a node."""
        level = next(o.level for o in OFFICES if o.node == node)
        return self.root / "nodes" / level

    def clear(self) -> None:
        """Begin anew; only what an earlier demo made goes."""
        for name in ("out", "screenshots", "pki", "trust", "tokens", "nodes", "bodies", "logs"):
            shutil.rmtree(self.root / name, ignore_errors=True)
        (self.root / "report.json").unlink(missing_ok=True)
        for folder in (
            self.out,
            self.root / "screenshots",
            self.root / "logs",
            self.root / "trust" / "anchors",
            *(self.desk(office) / "softhsm" for office in OFFICES),
        ):
            folder.mkdir(parents=True, exist_ok=True)

    # --- commands ------------------------------------------------------------------------------

    def environment(self, office: Office | None = None) -> dict[str, str]:
        """What every command gets: UTF-8, and at an office's desk its own UKEY."""
        token = {"SOFTHSM2_CONF": str(self.desk(office) / "softhsm2.conf")} if office else {}
        return {**os.environ, "PYTHONUTF8": "1", **token}

    def desk(self, office: Office) -> Path:
        """The socket that an office's UKEY is in: a SoftHSM folder of its own."""
        return self.root / "tokens" / office.folder

    def run(
        self, *command: str | Path, ok: Sequence[int] = (0,), office: Office | None = None
    ) -> str:
        """Run a program to its end. Raises `StepFailed` with what it said."""
        words = [str(word) for word in command]
        done = subprocess.run(  # noqa: PLW1510 - the status is judged below
            words, capture_output=True, text=True, env=self.environment(office), timeout=120
        )
        if done.returncode not in ok:
            raise StepFailed(
                f"{' '.join(words[:4])} … → {done.returncode}\n{done.stderr.strip()[-2000:]}"
                f"\n{done.stdout.strip()[-1000:]}"
            )
        return done.stdout

    def node_command(self, *words: str | Path, office: Office | None = None) -> str:
        """`yidao-node …`; with an office, at the desk where its UKEY is."""
        return self.run(sys.executable, "-m", "server.cli", *words, office=office)

    def yidao(self, office: Office, *words: str | Path, ok: Sequence[int] = (0,)) -> list[Any]:
        """`yidao … --json` as a body; every line that it printed."""
        bare = words[0] in _WITHOUT_PROFILE
        needs_pin = not bare and words[0] != "verify" and words[:2] != ("evidence", "verify")
        extra: list[str | Path] = ["--pin-file", self.pin_file] if needs_pin else []
        if not bare:
            extra += ["--profile", self.profile(office)]
        said = self.run(
            sys.executable, "-m", "desktop.cli", *words, *extra, "--json", ok=ok, office=office
        )
        return [json.loads(line) for line in said.splitlines() if line.strip()]

    # --- building ------------------------------------------------------------------------------

    def make_tokens_and_pki(self) -> None:
        """The pilot CA, and a UKEY token with two certificates and a seal for each body."""
        tokens = self.root / "tokens"
        for office in OFFICES:
            (self.desk(office) / "softhsm2.conf").write_text(
                f"directories.tokendir = {self.desk(office) / 'softhsm'}\n"
                "objectstore.backend = file\nlog.level = ERROR\nslots.removable = false\n"
            )
        for name, secret in (("pin", PIN), ("so-pin", SO_PIN)):
            (tokens / name).touch(mode=0o600)
            (tokens / name).write_text(secret)
        self.node_command("pki", "init", "--dir", self.pki)
        for office in OFFICES:
            self.node_command(
                "pki", "issue-ukey", "--dir", self.pki, "--body", office.body,
                "--name", office.name, "--token-label", office.body, "--module", find_softhsm(),
                "--pin-file", tokens / "pin", "--so-pin-file", tokens / "so-pin", "--init",
                office=office,
            )  # fmt: skip
            self.node_command(
                "pki", "seal", "--dir", self.pki, "--body", office.body, "--name", office.name,
                "--token-label", office.body, "--module", find_softhsm(),
                "--pin-file", tokens / "pin", office=office,
            )  # fmt: skip
        root = self.pki / "authorities" / "root.cer"
        shutil.copy(root, self.root / "trust" / "anchors" / "root.cer")
        self.run("openssl", "x509", "-inform", "DER", "-in", root, "-out", self.root_pem)

    def make_nodes(self) -> None:
        """A data folder for each node, and the signed directory in all of them."""
        self.ports = dict(zip(NEIGHBOURS, free_ports(len(NEIGHBOURS)), strict=True))
        pilot = Pilot.open(self.pki, system_clock, system_randomness)
        for node in NEIGHBOURS:
            folder = self.node_folder(node)
            shutil.copytree(self.root / "trust" / "anchors", folder / "anchors")
            issue_node(pilot, node, folder)
            issue_tls(pilot, folder)
            issue_timestamp_authority(pilot, folder)
            issue_timestamp_authority(pilot, folder, suite="GM")
        shutil.copy(folder / "tls-ca.pem", self.root / "trust" / "tls-ca.pem")
        papers = side_by_side(self._enrol, NEIGHBOURS)
        roster = self.root / "trust" / "bodies.json"
        roster.write_text(json.dumps([row(office) for office in OFFICES], ensure_ascii=False))
        signed = self.root / "trust" / "directory.p7m"
        named = [word for paper in papers for word in ("--node", paper)]
        self.node_command(
            "directory", "build", "--bodies", roster, "--pki", self.pki, *named, "--out", signed,
            "--suite", "INTL", "--accept", "GM",
        )  # fmt: skip
        side_by_side(
            lambda node: self.node_command(
                "directory", "import", signed, "--data", self.node_folder(node)
            ),
            NEIGHBOURS,
        )

    def _enrol(self, node: str) -> Path:
        office = next(o for o in OFFICES if o.node == node)
        links = [word for other in NEIGHBOURS[node] for word in ("--neighbour", other)]
        paper = self.root / "trust" / f"{node}.json"
        self.node_command(
            "enrol", "--data", self.node_folder(node), "--node", node,
            "--url", f"https://127.0.0.1:{self.ports[node]}",
            "--port", str(self.ports[node]), "--name", f"{office.short}交换节点",
            "--retry-first", "0.5", "--retry-last", "5", *links, "--out", paper,
        )  # fmt: skip
        return paper

    def make_profiles(self) -> None:
        """A settings folder and an encrypted vault for each body."""
        trust = self.root / "trust"
        side_by_side(
            lambda office: self.yidao(
                office, "init", "--body", office.body, "--token", office.body,
                "--node", f"https://127.0.0.1:{self.ports[office.node]}",
                "--module", find_softhsm(), "--anchors", trust / "anchors",
                "--tls-ca", trust / "tls-ca.pem", "--directory", trust / "directory.p7m",
            ),
            OFFICES,
        )  # fmt: skip

    # --- nodes ---------------------------------------------------------------------------------

    def start_nodes(self) -> None:
        """Start all three side by side and wait until each is ready."""
        for node in NEIGHBOURS:
            self.launch(node)
        for node in NEIGHBOURS:
            self.wait_ready(node)

    def launch(self, node: str) -> None:
        """Start one, without waiting."""
        log = self.root / "logs" / f"{node}.log"
        with log.open("ab") as stream:
            self.processes[node] = subprocess.Popen(
                [sys.executable, "-m", "server.cli", "serve", "--data", self.node_folder(node)],
                stdout=stream, stderr=stream, env=self.environment(),
            )  # fmt: skip

    def wait_ready(self, node: str) -> None:
        """Wait until it answers. Raises `StepFailed` with its log."""
        log = self.root / "logs" / f"{node}.log"
        trust = ssl.create_default_context(cafile=str(self.node_folder(node) / "tls-ca.pem"))
        url = f"https://127.0.0.1:{self.ports[node]}/readyz"
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.processes[node].poll() is None:
            try:
                with urllib.request.urlopen(url, timeout=2, context=trust) as answer:
                    if answer.status == 200:  # noqa: PLR2004 - HTTP's own number
                        return
            except OSError:
                time.sleep(0.1)
        raise StepFailed(f"node {node}: {log.read_text(errors='replace')[-2000:]}")

    def kill_node(self, node: str) -> None:
        """Kill -9, as a power cut would."""
        process = self.processes.pop(node)
        process.send_signal(signal.SIGKILL)
        process.wait(10)

    def stop_nodes(self) -> None:
        """End every node that this demo started, gently."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes.clear()


def row(office: Office) -> dict[str, Any]:
    """A body as `yidao-node directory build` reads it."""
    return {
        "id": office.body, "name": office.name, "short_name": office.short,
        "level": office.level, "node": office.node, "parent": office.parent,
        "marks": [office.mark], "is_office": True,
    }  # fmt: skip


def side_by_side(do: Callable[[T], R], things: Iterable[T]) -> list[R]:
    """Do it for each thing at the same time; results in their order, the first trouble raised."""
    with ThreadPoolExecutor() as pool:
        return list(pool.map(do, things))


def free_ports(count: int) -> list[int]:
    """Ports of the loopback that nobody listens on, all different."""
    with ExitStack() as stack:
        found = []
        for _ in range(count):
            probe = stack.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            found.append(int(probe.getsockname()[1]))
        return found
