"""The profile folder: where one body's client keeps its settings, anchors, directory and vault.

    profile.json     body, node address, UKEY driver, token label, what is accepted
    anchors/*.cer    trust roots, DER
    tls-ca.pem       who may speak as the exchange node
    directory.p7m    the newest directory snapshot that verified
    vault/           the encrypted store
    outbox/          sealed payloads (ciphertext) that wait for the node

`profile.json` is read by `load_profile` alone. Nothing secret lies outside the vault.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from desktop.files import disk_errors, write_whole
from formats.canonical import Value, from_bytes
from formats.errors import BadInput, Refused
from formats.i18n import mark, tr
from formats.ids import BodyId
from formats.limits import MAX_CERTIFICATE_BYTES, MAX_PROFILE_BYTES
from formats.system import reason_of
from signing.verdict.acceptance import DEFAULT, Policy

SETTINGS: Final = "profile.json"
ENVIRONMENT: Final = "YIDAO_PROFILE"
_MAX_ANCHORS: Final = 64
"""A province with its neighbours and the pilot roots needs a dozen."""


class ProfileMissing(Refused):
    """The folder holds no profile."""

    code = "profile.missing"
    happened = mark("“{folder}”中没有驿道的设置。")
    safe = mark("没有改动任何文件。")
    advice = mark("请用 --profile 指定设置文件夹，或先运行 yidao init 建立。")


class ProfileExists(Refused):
    """The folder already holds a profile, which is never written over."""

    code = "profile.exists"
    happened = mark("“{folder}”中已有驿道的设置，不能覆盖。")
    safe = mark("原有设置和数据没有改动。")
    advice = mark("请另选文件夹，或直接使用原有设置。")


class ProfileDamaged(BadInput):
    """A file of the profile is not what it should be."""

    code = "profile.damaged"
    happened = mark("设置文件“{file}”无法使用：{reason}")
    safe = mark("没有改动任何文件，已存的公文仍在。")
    advice = mark("请从备份恢复该文件，或联系运维人员重新生成。")


class Settings(Value, frozen=True, kw_only=True):
    """The content of ``profile.json``."""

    version: Annotated[int, Meta(ge=1, le=1)] = 1
    body: BodyId
    node: Annotated[str, Meta(pattern=r"^https://[^/\s]+$", max_length=300)]
    """``https://host:port`` of the exchange node, without a trailing slash."""
    module: Annotated[str, Meta(min_length=1, max_length=1000)]
    """Path of the UKEY driver (PKCS#11 module), or ``soft:FOLDER`` for file tokens in trials."""
    token: Annotated[str, Meta(min_length=1, max_length=64)]
    """Label or serial of the body's UKEY."""
    policy: Policy = DEFAULT
    """What this office accepts: neighbouring provinces, the least level, old revocation lists."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One body's client folder, its settings read and its parts found."""

    folder: Path
    settings: Settings

    @property
    def body(self) -> str:
        """The `BodyId` this client works for."""
        return self.settings.body

    @property
    def directory_file(self) -> Path:
        """The newest directory snapshot that verified."""
        return self.folder / "directory.p7m"

    @property
    def tls_ca(self) -> Path:
        """PEM of the authority that vouches for the node's TLS certificate."""
        return self.folder / "tls-ca.pem"

    @property
    def vault_folder(self) -> Path:
        """The encrypted store."""
        return self.folder / "vault"

    @property
    def outbox_folder(self) -> Path:
        """Encrypted payloads that wait for the node, and downloads under way."""
        return self.folder / "outbox"

    def anchors(self) -> tuple[bytes, ...]:
        """DER of every trust root. Raises `ProfileDamaged` when there is none."""
        return read_anchors(self.folder / "anchors")


def read_anchors(folder: Path) -> tuple[bytes, ...]:
    """DER of every ``*.cer`` of a folder, in name order. Raises `ProfileDamaged`."""
    found: list[bytes] = []
    try:
        files = sorted(folder.glob("*.cer"))[:_MAX_ANCHORS]
        for file in files:
            data = file.read_bytes()
            if not data.startswith(b"\x30") or len(data) > MAX_CERTIFICATE_BYTES:
                raise ProfileDamaged(str(file), file=file.name, reason=tr("不是 DER 格式的证书"))
            found.append(data)
    except OSError as error:
        raise ProfileDamaged(str(error), file=folder.name, reason=reason_of(error)) from error
    if not found:
        raise ProfileDamaged("no anchors", file=folder.name, reason=tr("没有信任根证书（*.cer）"))
    return tuple(found)


def load_profile(folder: Path) -> Profile:
    """The profile in ``folder``. Raises `ProfileMissing` or `ProfileDamaged`."""
    file = folder / SETTINGS
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise ProfileMissing(str(file), folder=folder) from error
    except OSError as error:
        raise ProfileDamaged(
            str(error), file=SETTINGS, reason=error.strerror or type(error).__name__
        ) from error
    return Profile(folder, parse_settings(data))


def parse_settings(data: bytes) -> Settings:
    """The settings of their JSON. Raises `ProfileDamaged`."""
    try:
        return from_bytes(Settings, data, limit=MAX_PROFILE_BYTES)
    except BadInput as error:
        raise ProfileDamaged(error.detail, file=SETTINGS, reason=tr("内容不符合要求")) from error


def create_profile(
    folder: Path,
    settings: Settings,
    *,
    anchors: tuple[bytes, ...],
    tls_ca: bytes,
    directory: bytes,
) -> Profile:
    """Write a new profile; ``profile.json`` comes last, so a half-made one is not a profile.

    Raises `ProfileExists`, or `ProfileDamaged` for settings that would not load again.
    """
    if (folder / SETTINGS).exists():
        raise ProfileExists(str(folder), folder=folder)
    data = msgspec.json.format(msgspec.json.encode(settings), indent=2)
    parse_settings(data)
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / "anchors").mkdir(exist_ok=True, mode=0o700)
        (folder / "outbox").mkdir(exist_ok=True, mode=0o700)
    for number, anchor in enumerate(anchors, 1):
        write_whole(folder / "anchors" / f"{number:02}.cer", anchor)
    write_whole(folder / "tls-ca.pem", tls_ca)
    write_whole(folder / "directory.p7m", directory)
    write_whole(folder / SETTINGS, data + b"\n")
    return load_profile(folder)
