"""A PKCS#11 driver as the operating system knows it: loading, its lock, its errors as ours.

`signing.tokens.pkcs11` builds the tokens on it. Together they are the only users of python-pkcs11.
"""

import ctypes
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import pkcs11
from pkcs11 import exceptions as ckr

from signing.errors import (
    AdminPinLocked,
    AdminPinWrong,
    KeyMissing,
    LabelTooLong,
    LoginNeeded,
    ModuleMissing,
    PinLocked,
    PinUnfit,
    PinWrong,
    TokenError,
    TokenMissing,
)
from signing.suites import PublicKey
from signing.tokens.base import PinState, TokenInfo
from signing.tokens.vendors import Vendors

PROVIDER: Final = "pkcs11"
_GONE: Final = (
    ckr.DeviceRemoved,
    ckr.TokenNotPresent,
    ckr.TokenNotRecognised,
    ckr.SlotIDInvalid,
    ckr.SessionHandleInvalid,
    ckr.SessionClosed,
    ckr.NoSuchToken,
)
_SOFTHSM_PLACES: Final = (
    "/usr/lib/softhsm",
    "/usr/lib64/softhsm",
    "/usr/lib64/pkcs11",
    "/usr/local/lib/softhsm",
    "/opt/homebrew/lib/softhsm",
    "C:/SoftHSM2/lib",
)


def find_softhsm() -> Path:
    """The SoftHSM2 module of this machine, wherever its distribution puts it.

    ``SOFTHSM2_MODULE`` overrides the search. Raises `ModuleMissing`.
    """
    named = os.environ.get("SOFTHSM2_MODULE")
    folders = [Path(place) for place in _SOFTHSM_PLACES]
    folders += sorted(Path("/usr/lib").glob("*-linux-*/softhsm"))
    names = ("libsofthsm2.so", "libsofthsm2.dylib", "softhsm2-x64.dll")
    candidates = [Path(named)] if named else [f / name for f in folders for name in names]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    raise ModuleMissing("no libsofthsm2", name="SoftHSM2")


class Driver:
    """One loaded driver: its lock and the sessions that are logged in, by token serial."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.RLock()
        self.sessions: dict[str, Any] = {}
        self.default_pins: dict[str, bool] = {}
        """By serial, where a login has shown it: PKCS#11 itself hardly ever tells."""
        self.public_keys: dict[str, dict[str, PublicKey]] = {}
        """By serial and key_ref, of the certificates on the token, for as long as a login."""
        try:
            self.library: Any = pkcs11.lib(path)
        except (ckr.PKCS11Error, RuntimeError, OSError) as error:
            raise ModuleMissing(f"{path}: {error!r}", name=Path(path).name) from error

    def refresh(self) -> None:
        """Look for tokens again, unless that would end somebody's login."""
        if not self.sessions:
            self.library.reinitialize()

    def tokens(self) -> list[Any]:
        """Every initialised token of the module, its flags read afresh.

        A slot whose token was just pulled out answers with an error; it hides no other slot.
        """
        found = []
        for slot in self.library.get_slots(token_present=True):
            with suppress(ckr.PKCS11Error):
                token = slot.get_token()
                if token.flags & pkcs11.TokenFlag.TOKEN_INITIALIZED:
                    found.append(token)
        return found

    def token(self, serial: str) -> Any:  # noqa: ANN401 - python-pkcs11 is untyped
        """The token of that serial. Raises `TokenMissing`; its login has then ended."""
        for token in self.tokens():
            if serial_of(token) == serial:
                return token
        self.drop(serial)
        raise TokenMissing(serial)

    def describe(self, token: Any, vendors: Vendors) -> TokenInfo:  # noqa: ANN401 - python-pkcs11 is untyped
        """The token described, its maker's profile applied."""
        info = info_of(token, self.default_pins.get(serial_of(token)))
        profile = vendors.of_token(self.path, info)
        if profile is None:
            return info
        state = info.pin_state
        if profile.retry == "none" and state in {"ok", "low", "final"}:
            state = "unknown"  # its flags are not to be believed
        return replace(info, profile=profile.id, pin_state=state)

    def drop(self, serial: str) -> None:
        """Forget a login; the driver may no longer know it."""
        self.public_keys.pop(serial, None)
        session = self.sessions.pop(serial, None)
        if session is not None:
            with suppress(ckr.PKCS11Error):
                session.close()


@cache
def driver_of(path: str) -> Driver:
    """The one driver object of a module in this process. Raises `ModuleMissing`."""
    return Driver(path)


def serial_of(token: Any) -> str:  # noqa: ANN401 - python-pkcs11 is untyped
    """The serial number, its padding left out."""
    return bytes(token.serial).rstrip(b"\0 ").decode("ascii", "replace")


def pin_state_of(token: Any, *, admin: bool = False) -> PinState:  # noqa: ANN401 - python-pkcs11 is untyped
    """What the flags tell of a PIN (PKCS#11 2.40 3.2, CK_TOKEN_INFO); never a number."""
    flags = pkcs11.TokenFlag
    user: tuple[tuple[pkcs11.TokenFlag, PinState], ...] = (
        (flags.USER_PIN_LOCKED, "locked"),
        (flags.USER_PIN_FINAL_TRY, "final"),
        (flags.USER_PIN_COUNT_LOW, "low"),
    )
    officer: tuple[tuple[pkcs11.TokenFlag, PinState], ...] = (
        (flags.SO_PIN_LOCKED, "locked"),
        (flags.SO_PIN_FINAL_TRY, "final"),
        (flags.SO_PIN_COUNT_LOW, "low"),
    )
    for flag, state in officer if admin else user:
        if token.flags & flag:
            return state
    return "ok" if admin or token.flags & flags.USER_PIN_INITIALIZED else "unknown"


def info_of(token: Any, default_pin: bool | None = None) -> TokenInfo:  # noqa: ANN401 - python-pkcs11 is untyped
    """The token described; ``default_pin`` is what the last login showed."""
    serial = serial_of(token)
    return TokenInfo(
        id=f"{PROVIDER}:{serial}",
        label=token.label.rstrip("\0 "),
        serial=serial,
        manufacturer=token.manufacturer_id.rstrip("\0 "),
        model=token.model.rstrip("\0 "),
        pin_state=pin_state_of(token),
        provider=PROVIDER,
        default_pin=bool(token.flags & pkcs11.TokenFlag.USER_PIN_TO_BE_CHANGED) or default_pin,
    )


def init_token(path: str, slot: int, so_pin: bytes, label: str) -> None:
    """C_InitToken (PKCS#11 2.40 5.5), which python-pkcs11 does not offer. Raises `LabelTooLong`."""
    padded = label.encode().ljust(32)
    if len(padded) > 32:  # noqa: PLR2004 - CK_TOKEN_INFO, PKCS#11 2.40 3.2
        raise LabelTooLong(label, label=label)
    call = ctypes.CDLL(path).C_InitToken
    call.argtypes = [ctypes.c_ulong, ctypes.c_char_p, ctypes.c_ulong, ctypes.c_char_p]
    call.restype = ctypes.c_ulong
    answer = call(slot, so_pin, len(so_pin), padded)
    if answer:
        raise TokenError(f"C_InitToken {answer:#x}")


@contextmanager
def answering_pins(module: Driver, serial: str, *, admin: bool = False) -> Iterator[None]:
    """The answers to a PIN as errors of ours; only CKR_PIN_INCORRECT says that it is wrong."""
    wrong, locked = (AdminPinWrong, AdminPinLocked) if admin else (PinWrong, PinLocked)
    try:
        yield
    except ckr.PinIncorrect as error:
        # The token object caches its flags: read them again, PKCS#11 2.40 5.4.
        state = pin_state_of(module.token(serial), admin=admin)
        raise (locked if state == "locked" else wrong)(serial) from error
    except ckr.PinLocked as error:
        raise locked(serial) from error
    except (ckr.PinLenRange, ckr.PinInvalid) as error:
        raise PinUnfit(type(error).__name__) from error


@contextmanager
def calling(module: Driver, serial: str | None = None) -> Iterator[None]:
    """The lock, and every driver error as one of ours."""
    with module.lock:
        try:
            yield
        except _GONE as error:
            if serial is not None:
                module.drop(serial)
            raise TokenMissing(type(error).__name__) from error
        except ckr.UserNotLoggedIn as error:
            raise LoginNeeded(type(error).__name__) from error
        except (ckr.NoSuchKey, ckr.KeyHandleInvalid, ckr.ObjectHandleInvalid) as error:
            still_there(module, serial)
            raise KeyMissing(type(error).__name__) from error
        except ckr.PKCS11Error as error:
            still_there(module, serial)
            raise TokenError(type(error).__name__) from error


def still_there(module: Driver, serial: str | None) -> None:
    """Raise `TokenMissing` when a vague driver error means that the token is gone."""
    if serial is None:
        return
    try:
        module.token(serial)
    except (ckr.PKCS11Error, TokenMissing) as error:
        module.drop(serial)
        raise TokenMissing(serial) from error
