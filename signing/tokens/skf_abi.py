"""GM/T 0016 (SKF) as C sees it: structures, numbers, answers, and a driver loaded.

The standard says ULONG and packs to single bytes. On Windows an ULONG has 4 bytes; elsewhere makers
wrote ``unsigned int`` (4) or ``unsigned long`` (8), so the structures exist in both widths, and
`Library.measure` finds out which one a driver was built with. 32-bit Windows calls by ``stdcall``.

Only here and in `signing.tokens.skf_driver` is a driver called.
"""

import ctypes
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from signing.errors import (
    AdminPinLocked,
    AdminPinWrong,
    CapsuleError,
    DriverGarbage,
    KeyMissing,
    LoginNeeded,
    ModuleMissing,
    NoRoom,
    NotOffered,
    PinLocked,
    PinUnfit,
    PinWrong,
    TokenError,
    TokenMissing,
)

Width = Literal[4, 8]
"""Bytes of an ULONG."""

SGD_SM4_ECB: Final = 0x0000_0401
SGD_SM2_1: Final = 0x0002_0100
"""The signature algorithm of SM2, GM/T 0006."""

ADMIN, USER = 0, 1
RSA_CONTAINER, ECC_CONTAINER = 1, 2
EVERYONE: Final = 0xFF
"""SECURE_EVERYONE_ACCOUNT: whoever holds the device may read the file."""

WITH_PIN: Final = 0x10
"""SECURE_USER_ACCOUNT."""

PLUGGED_IN, PULLED_OUT = 1, 2
COORDINATE_ROOM: Final = 64
"""Bytes of a coordinate's field; SM2's 32 stand at its end."""

SAR: Final[dict[int, str]] = {
    0x01: "FAIL",
    0x02: "UNKNOWNERR",
    0x03: "NOTSUPPORTYETERR",
    0x04: "FILEERR",
    0x05: "INVALIDHANDLEERR",
    0x06: "INVALIDPARAMERR",
    0x07: "READFILEERR",
    0x08: "WRITEFILEERR",
    0x09: "NAMELENERR",
    0x0A: "KEYUSAGEERR",
    0x0B: "MODULUSLENERR",
    0x0C: "NOTINITIALIZEERR",
    0x0D: "OBJERR",
    0x0E: "MEMORYERR",
    0x0F: "TIMEOUTERR",
    0x10: "INDATALENERR",
    0x11: "INDATAERR",
    0x12: "GENRANDERR",
    0x13: "HASHOBJERR",
    0x14: "HASHERR",
    0x15: "GENRSAKEYERR",
    0x16: "RSAMODULUSLENERR",
    0x17: "CSPIMPRTPUBKEYERR",
    0x18: "RSAENCERR",
    0x19: "RSADECERR",
    0x1A: "HASHNOTEQUALERR",
    0x1B: "KEYNOTFOUNTERR",
    0x1C: "CERTNOTFOUNTERR",
    0x1D: "NOTEXPORTERR",
    0x1E: "DECRYPTPADERR",
    0x1F: "MACLENERR",
    0x20: "BUFFER_TOO_SMALL",
    0x21: "KEYINFOTYPEERR",
    0x22: "NOT_EVENTERR",
    0x23: "DEVICE_REMOVED",
    0x24: "PIN_INCORRECT",
    0x25: "PIN_LOCKED",
    0x26: "PIN_INVALID",
    0x27: "PIN_LEN_RANGE",
    0x28: "USER_ALREADY_LOGGED_IN",
    0x29: "USER_PIN_NOT_INITIALIZED",
    0x2A: "USER_TYPE_INVALID",
    0x2B: "APPLICATION_NAME_INVALID",
    0x2C: "APPLICATION_EXISTS",
    0x2D: "USER_NOT_LOGGED_IN",
    0x2E: "APPLICATION_NOT_EXISTS",
    0x2F: "FILE_ALREADY_EXIST",
    0x30: "NO_ROOM",
    0x31: "FILE_NOT_EXIST",
    0x32: "REACH_MAX_CONTAINER_COUNT",
    0x33: "SECURITY_INVALID",
    0x34: "OFFSET_VOER_FILE",
    0x35: "CONTAINER_NOT_FOUND",
    0x36: "CONTAINER_EXIST",
    0x37: "AUTH_LOCKED",
    0x38: "ECCENCERR",
}
"""GM/T 0016 annex A, by the last byte. From 33 on makers write 0A0000xx and 0B0000xx alike."""

_MEANT: Final[dict[str, Callable[[str], TokenError | CapsuleError]]] = {
    "NOTSUPPORTYETERR": lambda said: NotOffered(said, function=said.split()[0]),
    "KEYUSAGEERR": KeyMissing,
    "INDATAERR": CapsuleError,
    "RSADECERR": CapsuleError,
    "HASHNOTEQUALERR": CapsuleError,
    "KEYNOTFOUNTERR": KeyMissing,
    "CERTNOTFOUNTERR": KeyMissing,
    "DECRYPTPADERR": CapsuleError,
    "DEVICE_REMOVED": TokenMissing,
    "PIN_INVALID": PinUnfit,
    "PIN_LEN_RANGE": PinUnfit,
    "USER_NOT_LOGGED_IN": LoginNeeded,
    "SECURITY_INVALID": LoginNeeded,
    "APPLICATION_NOT_EXISTS": KeyMissing,
    "CONTAINER_NOT_FOUND": KeyMissing,
    "NO_ROOM": NoRoom,
    "REACH_MAX_CONTAINER_COUNT": NoRoom,
}
"""What an answer means to a person; all that is in `SAR` but not here is a plain `TokenError`."""


class SarFault(Exception):
    """A driver's answer other than SAR_OK; `coded` says it to a person."""

    def __init__(self, code: int, function: str, left: int | None = None) -> None:
        self.name = SAR.get(code & 0xFF, "") if code >> 8 in {0x0A0000, 0x0B0000} else ""
        self.left = left
        """The tries that a PIN function told."""
        self.text = f"{function} {self.name or hex(code)}"
        super().__init__(self.text)

    def coded(self, *, admin: bool = False) -> TokenError | CapsuleError:
        """The error of ours that it means; ``admin``: whose PIN was tried."""
        left = self.left if self.left is not None and 0 <= self.left < 256 else None  # noqa: PLR2004 - a count beyond a byte is no count
        if self.name == "PIN_LOCKED" or (self.name == "PIN_INCORRECT" and left == 0):
            return (AdminPinLocked if admin else PinLocked)(self.text)
        if self.name == "PIN_INCORRECT":
            return (AdminPinWrong if admin else PinWrong)(self.text, remaining=left)
        if not self.name:
            return DriverGarbage(self.text)
        return _MEANT.get(self.name, TokenError)(self.text)


@dataclass(frozen=True, slots=True)
class Types:
    """The structures of GM/T 0016 clause 6 in one width."""

    ulong: Any
    device_info: Any
    rsa_public: Any
    ecc_public: Any
    ecc_cipher: Any
    ecc_signature: Any
    enveloped_key: Any
    cipher_param: Any
    file_attribute: Any


@cache
def types_of(width: Width) -> Types:
    """The structures, made once a width."""
    ulong = ctypes.c_uint32 if width == 4 else ctypes.c_uint64  # noqa: PLR2004 - a `Width`

    def struct(name: str, *fields: tuple[str, Any]) -> Any:  # noqa: ANN401 - a ctypes type made here
        return type(name, (ctypes.Structure,), {"_pack_": 1, "_fields_": list(fields)})

    def chars(count: int) -> Any:  # noqa: ANN401 - as above
        return ctypes.c_char * count

    def octets(count: int) -> Any:  # noqa: ANN401 - as above
        return ctypes.c_uint8 * count

    version = struct("VERSION", ("major", ctypes.c_uint8), ("minor", ctypes.c_uint8))
    ecc_public = struct(
        "ECCPUBLICKEYBLOB",
        ("BitLen", ulong),
        ("XCoordinate", octets(64)),
        ("YCoordinate", octets(64)),
    )
    ecc_cipher = struct(
        "ECCCIPHERBLOB",
        ("XCoordinate", octets(64)),
        ("YCoordinate", octets(64)),
        ("HASH", octets(32)),
        ("CipherLen", ulong),
        ("Cipher", octets(1)),
    )
    return Types(
        ulong=ulong,
        device_info=struct(
            "DEVINFO",
            ("Version", version),
            ("Manufacturer", chars(64)),
            ("Issuer", chars(64)),
            ("Label", chars(32)),
            ("SerialNumber", chars(32)),
            ("HWVersion", version),
            ("FirmwareVersion", version),
            ("AlgSymCap", ulong),
            ("AlgAsymCap", ulong),
            ("AlgHashCap", ulong),
            ("DevAuthAlgId", ulong),
            ("TotalSpace", ulong),
            ("FreeSpace", ulong),
            ("MaxECCBufferSize", ulong),
            ("MaxBufferSize", ulong),
            ("Reserved", octets(64)),
        ),
        rsa_public=struct(
            "RSAPUBLICKEYBLOB",
            ("AlgID", ulong),
            ("BitLen", ulong),
            ("Modulus", octets(256)),
            ("PublicExponent", octets(4)),
        ),
        ecc_public=ecc_public,
        ecc_cipher=ecc_cipher,
        ecc_signature=struct("ECCSIGNATUREBLOB", ("r", octets(64)), ("s", octets(64))),
        enveloped_key=struct(
            "ENVELOPEDKEYBLOB",
            ("Version", ulong),
            ("ulSymmAlgID", ulong),
            ("ulBits", ulong),
            ("cbEncryptedPriKey", octets(64)),
            ("PubKey", ecc_public),
            ("ECCCipherBlob", ecc_cipher),
        ),
        cipher_param=struct(
            "BLOCKCIPHERPARAM",
            ("IV", octets(32)),
            ("IVLen", ulong),
            ("PaddingType", ulong),
            ("FeedBitLen", ulong),
        ),
        file_attribute=struct(
            "FILEATTRIBUTE",
            ("FileName", chars(32)),
            ("FileSize", ulong),
            ("ReadRights", ulong),
            ("WriteRights", ulong),
        ),
    )


class Library:
    """A driver in this process. Its width is known once `measure` has said so."""

    def __init__(self, path: Path, width: Literal[0, 4, 8] = 0) -> None:
        """Raises `ModuleMissing` where it cannot be loaded or is no SKF driver."""
        load: Any = getattr(ctypes, "WinDLL", ctypes.CDLL)  # stdcall, where there is such a thing
        try:
            self._library = load(str(path))
            getattr(self._library, "SKF_EnumDev")  # noqa: B009 - a symbol of the driver, not a name of ours
        except (OSError, AttributeError) as error:
            raise ModuleMissing(f"{path}: {error}", name=path.name) from error
        self.width: Literal[0, 4, 8] = 4 if sys.platform == "win32" else width

    def believe(self, width: Literal[0, 4, 8]) -> None:
        """Take a width that a profile names; 0 leaves it to `measure`."""
        if width and sys.platform != "win32":
            self.width = width

    @property
    def types(self) -> Types:
        """The structures in the driver's width."""
        return types_of(self.width or 4)

    def measure(self) -> None:
        """Find out how wide the driver's ULONG is, unless it is known.

        SKF_EnumDev without a buffer writes one ULONG, a small size. Into eight bytes of a pattern a
        driver with 4-byte ULONGs writes the first four and leaves the others as they are.
        """
        if self.width:
            return
        pattern = b"\xa5" * 8
        place = ctypes.create_string_buffer(pattern, 8)
        self.answer("SKF_EnumDev", ctypes.c_int32(1), None, place)
        if place.raw[:4] != pattern[:4]:
            self.width = 4 if place.raw[4:] == pattern[4:] else 8

    def answer(self, function: str, *arguments: Any) -> int:  # noqa: ANN401 - C arguments
        """Call a function; its code, 0 for SAR_OK. Raises `NotOffered` where there is none."""
        try:
            call = getattr(self._library, function)
        except AttributeError as error:
            raise NotOffered(function, function=function) from error
        call.restype = ctypes.c_uint32
        return int(call(*arguments))

    def call(self, function: str, *arguments: Any) -> None:  # noqa: ANN401 - C arguments
        """Call a function. Raises `SarFault`."""
        code = self.answer(function, *arguments)
        if code:
            raise SarFault(code, function)
