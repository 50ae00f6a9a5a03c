"""What differs between the makers of UKEYs: one table, `vendors.toml`, and one parser.

A profile is found by the file name of the driver and, where several fit, by what the token says of
its manufacturer, model and label. The profile's folder may hold a `vendors.toml` of its own.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib import resources
from pathlib import Path, PureWindowsPath
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from formats.canonical import Value
from formats.errors import BadInput, TooLarge
from formats.i18n import mark, tr
from formats.limits import MAX_VENDORS_BYTES
from formats.system import reason_of
from signing.tokens.base import OaepMechanism, TokenInfo

FILE_NAME: Final = "vendors.toml"
Interface = Literal["pkcs11", "skf"]
Platform = Literal["linux", "macos", "windows"]
_FOLDERS: Final[dict[Platform, tuple[str, ...]]] = {
    "linux": (
        "/usr/lib",
        "/usr/lib64",
        "/usr/lib/pkcs11",
        "/usr/lib64/pkcs11",
        "/usr/lib/softhsm",
        "/usr/lib64/softhsm",
        "/usr/local/lib",
        "/usr/local/lib/softhsm",
    ),
    "macos": ("/usr/local/lib", "/opt/homebrew/lib", "/opt/homebrew/lib/softhsm"),
    "windows": ("C:/Windows/System32", "C:/Windows/SysWOW64", "C:/SoftHSM2/lib"),
}
"""Where makers' installers put drivers; a multiarch folder of Debian's is searched besides."""


class VendorsBad(BadInput):
    """A file of makers' profiles that does not follow the one form."""

    code = "ukey.vendors"
    happened = mark("UKEY 厂商配置“{file}”无法使用：{reason}")
    safe = mark("没有改动任何文件，也没有访问 UKEY。")
    advice = mark("请按 docs/UKEY.md 的说明改正该文件后重试。")


Name = Annotated[str, Meta(min_length=1, max_length=200)]
Number = Annotated[int, Meta(ge=0, le=0xFFFF_FFFF)]
"""A CK_MECHANISM_TYPE or CK_KEY_TYPE."""


class Modules(Value, frozen=True, kw_only=True):
    """File names or whole paths of the driver, by system."""

    linux: tuple[Name, ...] = ()
    macos: tuple[Name, ...] = ()
    windows: tuple[Name, ...] = ()


class Match(Value, frozen=True, kw_only=True):
    """What the token says of itself; ``*`` stands for anything, letters of either case."""

    manufacturer: Name = "*"
    model: Name = "*"
    label: Name = "*"


class Sm2(Value, frozen=True, kw_only=True):
    """How a PKCS#11 driver does SM2, for which PKCS#11 itself has no numbers."""

    key_type: Number
    """CKK_ of an SM2 key."""
    sign: Number
    """CKM_ of the signature."""
    sign_input: Literal["digest", "data"]
    """``digest``: it signs e = SM3(Z || M), made here; ``data``: it makes Z and the digest."""
    signature: Literal["raw", "der"]
    """``raw``: r || s, 32 bytes each; ``der``: SEQUENCE {r, s}."""
    decrypt: Number | None = None
    """CKM_ of decryption, where the driver has it."""
    cipher: Literal["der", "c1c3c2", "c1c2c3"] = "der"
    """Form of what it decrypts; ``der``: SM2Cipher of GM/T 0009."""
    generate: Number | None = None
    """CKM_ of key pair generation, where the driver has it."""


class Profile(Value, frozen=True, kw_only=True):
    """One maker's driver."""

    id: Annotated[str, Meta(pattern=r"^[a-z0-9-]+$", max_length=64)]
    name: Name
    interface: Interface
    tested: bool = False
    modules: Modules = Modules()
    match: Match = Match()
    oaep: tuple[OaepMechanism, ...] = ("oaep-sha1", "oaep-sha256")
    """The hashes with which it does RSA-OAEP; another is refused before the token is asked."""
    retry: Literal["flags", "none"] = "flags"
    """Whether CKF_USER_PIN_COUNT_LOW and its like can be believed. SKF counts are always read."""
    factory_pins: tuple[Name, ...] = ()
    """First PINs of this maker, beside the common ones."""
    ulong: Literal[0, 4, 8] = 0
    """SKF: bytes of an ULONG; 0: measured when the driver is loaded."""
    application: Annotated[str, Meta(max_length=64)] = ""
    """SKF: the application to use; empty: the first that holds a certificate, else the first."""
    sm2: Sm2 | None = None

    def patterns(self) -> tuple[str, ...]:
        """Every file name or path, of whatever system."""
        return (*self.modules.linux, *self.modules.macos, *self.modules.windows)

    def drives(self, module: str) -> bool:
        """Whether a driver of that path is this one, by its file name."""
        return any(_file_name(module) == _file_name(pattern) for pattern in self.patterns())

    def fits(self, info: TokenInfo) -> bool:
        """Whether the token says of itself what the profile expects."""
        pairs = (
            (self.match.manufacturer, info.manufacturer),
            (self.match.model, info.model),
            (self.match.label, info.label),
        )
        return all(fnmatchcase(said.lower(), wanted.lower()) for wanted, said in pairs)


class _File(Value, frozen=True, kw_only=True):
    """The content of a `vendors.toml`."""

    vendor: Annotated[tuple[Profile, ...], Meta(max_length=200)]


@dataclass(frozen=True, slots=True)
class Vendors:
    """The profiles known, the profile folder's own first."""

    profiles: tuple[Profile, ...]

    def get(self, vendor: str) -> Profile | None:
        """The profile of that id."""
        return next((p for p in self.profiles if p.id == vendor), None)

    def of_module(self, module: str) -> tuple[Profile, ...]:
        """The profiles whose driver has that file name."""
        return tuple(p for p in self.profiles if p.drives(module))

    def of_token(self, module: str, info: TokenInfo) -> Profile | None:
        """The profile of a token: by its driver's name, else by what only its maker says."""
        for profile in self.of_module(module):
            if profile.fits(info):
                return profile
        for profile in self.profiles:
            if profile.match != Match() and profile.fits(info):
                return profile
        return None

    def installed(self) -> Iterator[tuple[Profile, Path]]:
        """Every driver of this machine that a profile knows, each file once."""
        seen: set[Path] = set()
        for profile in self.profiles:
            for path in find_modules(profile):
                if path.resolve() not in seen:
                    seen.add(path.resolve())
                    yield profile, path


def parse_vendors(data: bytes, *, name: str = FILE_NAME) -> tuple[Profile, ...]:
    """The profiles of a file. Raises `VendorsBad`, `TooLarge`."""
    if len(data) > MAX_VENDORS_BYTES:
        raise TooLarge(name, limit=MAX_VENDORS_BYTES)
    try:
        profiles = msgspec.convert(tomllib.loads(data.decode("utf-8-sig")), _File).vendor
    except UnicodeDecodeError as error:
        raise VendorsBad(str(error), file=name, reason=tr("不是 UTF-8 文本")) from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise VendorsBad(str(error), file=name, reason=str(error)) from error
    except RecursionError as error:
        raise VendorsBad("nested too deep", file=name, reason="TOML") from error
    twice = _repeated(p.id for p in profiles)
    if twice:
        raise VendorsBad(twice, file=name, reason=f"id = “{twice}” ×2")
    return profiles


def load_vendors(folder: Path | None = None) -> Vendors:
    """The shipped profiles, and before them those of a folder's own file.

    Raises `VendorsBad`, `TooLarge`.
    """
    own: tuple[Profile, ...] = ()
    if folder is not None and (folder / FILE_NAME).exists():
        path = folder / FILE_NAME
        try:
            with path.open("rb") as stream:
                data = stream.read(MAX_VENDORS_BYTES + 1)
        except OSError as error:
            raise VendorsBad(str(error), file=str(path), reason=reason_of(error)) from error
        own = parse_vendors(data, name=str(path))
    replaced = {profile.id for profile in own}
    return Vendors((*own, *(p for p in _shipped() if p.id not in replaced)))


@cache
def _shipped() -> tuple[Profile, ...]:
    return parse_vendors((resources.files(__package__) / FILE_NAME).read_bytes())


def find_modules(profile: Profile) -> tuple[Path, ...]:
    """Where the profile's driver lies on this machine."""
    system = platform()
    names: tuple[str, ...] = getattr(profile.modules, system)
    folders = [Path(folder) for folder in _FOLDERS[system]]
    if system == "linux":
        for place in sorted(Path("/usr/lib").glob("*-linux-*")):
            folders += [place, place / "pkcs11", place / "softhsm"]
    candidates = [Path(n) for n in names if Path(n).is_absolute()]
    candidates += [folder / n for folder in folders for n in names if not Path(n).is_absolute()]
    return tuple(dict.fromkeys(path for path in candidates if path.is_file()))


def platform() -> Platform:
    """This machine's name in the table."""
    if sys.platform == "win32":
        return "windows"
    return "macos" if sys.platform == "darwin" else "linux"


def _file_name(path: str) -> str:
    return PureWindowsPath(path).name.lower()  # it knows both kinds of slash


def _repeated(ids: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for entry in ids:
        if entry in seen:
            return entry
        seen.add(entry)
    return None
