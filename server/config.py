"""A node's data folder: its settings, keys and certificates, and what the first run makes.

node.json                 settings (`Settings`); made by `enrol` or the first `serve`
node.key node.pem         signs evidence; the certificate names the node
tls.key tls.pem           TLS of the server; tls-ca.pem: what neighbours' TLS is checked with
tsa.key tsa.pem           time-stamp authority, where this node is one
tsa-gm.key tsa-gm.pem     and a key of the other suite, where it stamps in both
anchors/*.cer             trust roots, DER
directory.p7m             the signed directory, newest version
database.key log.key      made here, 0600: SQLCipher raw key, Ed25519 key of the log
node.db blobs/ uploads/   the store
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from formats.canonical import Value, from_bytes, to_bytes
from formats.effects import Randomness
from formats.errors import BadInput
from formats.i18n import mark, tr
from formats.ids import NodeId
from formats.limits import MAX_CONFIG_BYTES
from server.errors import NotSetUp
from signing.keys import KeySigner, load_key, write_private
from signing.trust.certs import owner_of

KEY_BYTES: Final = 32
RUN_PKI = mark("请用 yidao-node pki 签发（试点），或向证书发放单位申请后放入数据目录的 {file}。")


class Settings(Value, frozen=True, kw_only=True):
    """``node.json``."""

    node: NodeId
    url: str = ""
    host: str = "127.0.0.1"
    port: int = 8443
    neighbours: tuple[NodeId, ...] = ()
    """Nodes reached directly; empty for every node of the directory."""
    retry_first: float = 30.0
    """Seconds of back-off after the first failure to reach a neighbour; full jitter."""
    retry_last: float = 1800.0
    """The longest back-off."""
    sweep_seconds: float = 3600.0
    """Between two sweeps of uploads, blobs, sessions and deadlines."""


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where everything of a node lies."""

    root: Path

    def __truediv__(self, name: str) -> Path:
        return self.root / name

    @property
    def database(self) -> Path:
        """The SQLCipher file."""
        return self.root / "node.db"

    @property
    def blobs(self) -> Path:
        """Payloads by their digest."""
        return self.root / "blobs"

    @property
    def uploads(self) -> Path:
        """Payloads not yet whole."""
        return self.root / "uploads"

    @property
    def directory(self) -> Path:
        """The signed directory."""
        return self.root / "directory.p7m"


@dataclass(frozen=True, slots=True)
class LogKey:
    """The Ed25519 key of the node's log."""

    public: bytes
    """Raw, 32 bytes."""
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Identity:
    """Everything a node is: who it is and the keys it acts with."""

    node: NodeId
    signer: KeySigner
    log: LogKey
    database_key: bytes
    anchors: tuple[bytes, ...]
    timestamps: tuple[KeySigner, ...]
    """Of the node's time-stamp authority, where it is one; at most one a suite."""

    def __repr__(self) -> str:
        return f"Identity({self.node})"


def load_settings(folder: DataFolder) -> Settings:
    """The settings. Raises `NotSetUp` when there are none, or they are damaged."""
    try:
        data = (folder / "node.json").read_bytes()
    except FileNotFoundError as error:
        how = tr("请先执行 yidao-node enrol --data {folder} --node 节点号。", folder=folder.root)
        raise NotSetUp("node.json", what=tr("节点配置文件 node.json"), how=how) from error
    try:
        return from_bytes(Settings, data, limit=MAX_CONFIG_BYTES)
    except BadInput as error:
        how = tr("请从备份恢复 {file}。", file=folder / "node.json")
        raise NotSetUp(str(error), what=tr("完好的节点配置文件 node.json"), how=how) from error


def require_database(folder: DataFolder, *, made: bool = False) -> None:
    """Raises `NotSetUp` when the database is lost: a new one would hide that.

    It is lost when it is not there though payloads are, or though it was ``made`` for certain.
    """
    there = folder.database.exists() and folder.database.stat().st_size > 0
    if there or not (made or _any_file(folder.blobs)):
        return
    how = tr("请从备份恢复整个数据目录；若节点从未运行过，首次启动时自动建立。")
    raise NotSetUp("node.db", what=tr("节点数据库 node.db（文件丢失或为空）"), how=how)


def _any_file(folder: Path) -> bool:
    return any(path.is_file() for path in folder.rglob("*"))


def save_settings(folder: DataFolder, settings: Settings) -> None:
    """Write ``node.json``, whole or not at all."""
    write_private(folder / "node.json", to_bytes(settings))


def make_keys(folder: DataFolder, randomness: Randomness) -> tuple[bytes, LogKey]:
    """The database key and the log key; made on the first run, read on every other.

    A database without its key is never given a new one: that would hide the loss.
    """
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.root.chmod(0o700)
    database_key = folder / "database.key"
    if not database_key.exists():
        if folder.database.exists():
            how = tr("请从备份恢复 database.key；没有该密钥，数据库无法打开。")
            raise NotSetUp("database.key", what=tr("数据库密钥 database.key"), how=how)
        write_private(database_key, randomness(KEY_BYTES))
    log_key = folder / "log.key"
    if not log_key.exists():
        if folder.database.exists():
            how = tr("请从备份恢复 log.key；更换日志密钥会使已有回执无法验证。")
            raise NotSetUp("log.key", what=tr("日志密钥 log.key"), how=how)
        write_private(log_key, randomness(KEY_BYTES))
    return _private(database_key), _log_key(_private(log_key))


def _private(path: Path) -> bytes:
    """A key of 32 bytes that only its owner can read."""
    if path.stat().st_mode & 0o077:
        how = tr("请执行 chmod 600 {file} 后重试，并确认密钥没有泄露。", file=path)
        raise NotSetUp(path.name, what=tr("对密钥文件的保护"), how=how)
    data = path.read_bytes()
    if len(data) != KEY_BYTES:
        how = tr("请从备份恢复 {file}。", file=path)
        raise NotSetUp(path.name, what=tr("完好的密钥文件"), how=how)
    return data


def _log_key(seed: bytes) -> LogKey:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return LogKey(key.public_key().public_bytes(*raw), key.sign)


def load_signer(folder: DataFolder, name: str, what: str) -> KeySigner:
    """``NAME.key`` with ``NAME.pem`` (leaf first, then its issuers). Raises `NotSetUp`."""
    for file in (f"{name}.key", f"{name}.pem"):
        if not (folder / file).exists():
            raise NotSetUp(file, what=what, how=tr(RUN_PKI, file=file))
    key = load_key(folder / f"{name}.key")
    try:
        chain = x509.load_pem_x509_certificates((folder / f"{name}.pem").read_bytes())
    except ValueError as error:
        raise NotSetUp(f"{name}.pem", what=what, how=tr(RUN_PKI, file=f"{name}.pem")) from error
    leaf, *issuers = (c.public_bytes(serialization.Encoding.DER) for c in chain)
    return KeySigner(key, leaf, issuers)


def load_identity(folder: DataFolder, settings: Settings, randomness: Randomness) -> Identity:
    """All keys and anchors of a node. Raises `NotSetUp` for what is missing."""
    database_key, log_key = make_keys(folder, randomness)
    signer = load_signer(folder, "node", tr("节点证书"))
    owner = owner_of(signer.certificate)
    if (owner.kind, owner.id) != ("node", settings.node):
        how = tr(
            "节点证书属于“{owner}”，请换用节点 {node} 的证书。", owner=owner.id, node=settings.node
        )
        raise NotSetUp(owner.id, what=tr("本节点的证书"), how=how)
    load_signer(folder, "tls", tr("TLS 证书"))
    anchors = tuple(path.read_bytes() for path in sorted((folder / "anchors").glob("*.cer")))
    if not anchors:
        raise NotSetUp("anchors", what=tr("信任根证书"), how=tr(RUN_PKI, file="anchors/*.cer"))
    timestamps = tuple(
        load_signer(folder, name, tr("时间戳证书"))
        for name in ("tsa", "tsa-gm")
        if (folder / f"{name}.key").exists()
    )
    return Identity(settings.node, signer, log_key, database_key, anchors, timestamps)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
