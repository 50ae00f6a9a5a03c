"""An SKF driver's functions, their C arguments made and their answers checked.

Every buffer is one that the driver asked the size of, with a guard behind it: a driver that names
an impossible size or writes past the end ends in `DriverGarbage` before anything it gave is used.
Names (of devices, applications, containers, files) stay the bytes that the driver gave.
"""

import ctypes
from dataclasses import dataclass
from typing import Any, Final

from signing.errors import DriverGarbage
from signing.tokens.skf_abi import (
    EVERYONE,
    SGD_SM2_1,
    SGD_SM4_ECB,
    USER,
    WITH_PIN,
    Library,
    SarFault,
)

Handle = ctypes.c_void_p
_BOOL = ctypes.c_int32
_GUARD: Final = b"\xc3" * 256
_MAX_ANSWER: Final = 1 << 20
"""No answer of a UKEY has a mebibyte: certificates have some 2 KiB, lists of names less."""

_COORDINATE: Final = 32
_SM4_BLOCK: Final = 16
_FALLBACK_CHUNK: Final = 256
_NAME_ROOM: Final = 512


@dataclass(frozen=True, slots=True)
class DeviceInfo:
    """DEVINFO, as far as it is used."""

    manufacturer: str
    label: str
    serial: str
    chunk: int
    """Bytes that one call may carry."""


@dataclass(frozen=True, slots=True)
class PinInfo:
    """What GetPINInfo tells, with nothing entered."""

    most: int
    left: int
    default: bool


@dataclass(frozen=True, slots=True)
class Sm2Cipher:
    """The parts of an SM2 ciphertext, GB/T 32918.4: C1, C3, C2."""

    x: bytes
    y: bytes
    digest: bytes
    cipher: bytes


class SkfDriver:
    """One loaded driver, a function a method; raises `SarFault`, `NotOffered`, `DriverGarbage`."""

    def __init__(self, library: Library) -> None:
        self.library = library

    # --- devices -------------------------------------------------------------------------------
    def devices(self) -> tuple[bytes, ...]:
        """Names of the devices that are plugged in."""
        self.library.measure()
        return self._names("SKF_EnumDev", _BOOL(1))

    def wait(self) -> tuple[bytes, int]:
        """Block until a device comes or goes: its name and which. Runs beside other calls."""
        name = ctypes.create_string_buffer(_NAME_ROOM)
        size, event = self._ulong(_NAME_ROOM), self._ulong(0)
        self._call("SKF_WaitForDevEvent", name, ctypes.byref(size), ctypes.byref(event))
        return name.value, int(event.value)

    def cancel_wait(self) -> None:
        """End a `wait` in another thread; it then raises."""
        self._call("SKF_CancelWaitForDevEvent")

    def connect(self, name: bytes) -> Handle:
        """A handle to a device."""
        return self._opened("SKF_ConnectDev", ctypes.c_char_p(name))

    def disconnect(self, device: Handle) -> None:
        """Close it."""
        self._call("SKF_DisConnectDev", device)

    def device_info(self, device: Handle) -> DeviceInfo:
        """What the device says of itself."""
        info = self.library.types.device_info()
        self._guarded("SKF_GetDevInfo", info, device)
        chunk = int(info.MaxBufferSize) // _SM4_BLOCK * _SM4_BLOCK
        return DeviceInfo(
            _text(info.Manufacturer),
            _text(info.Label),
            _text(info.SerialNumber),
            min(chunk, 4096) or _FALLBACK_CHUNK,
        )

    # --- applications and PINs -----------------------------------------------------------------
    def applications(self, device: Handle) -> tuple[bytes, ...]:
        """Names of the applications."""
        return self._names("SKF_EnumApplication", device)

    def open_application(self, device: Handle, name: bytes) -> Handle:
        """A handle to an application."""
        return self._opened("SKF_OpenApplication", device, ctypes.c_char_p(name))

    def close_application(self, application: Handle) -> None:
        """Close it."""
        self._call("SKF_CloseApplication", application)

    def pin_info(self, application: Handle, kind: int = USER) -> PinInfo:
        """How a PIN stands; costs no try."""
        most, left, default = self._ulong(0), self._ulong(0), _BOOL(0)
        places = (ctypes.byref(most), ctypes.byref(left), ctypes.byref(default))
        self._call("SKF_GetPINInfo", application, self._ulong(kind), *places)
        if not 0 <= left.value <= most.value < 256:  # noqa: PLR2004 - a device counts in one byte
            raise DriverGarbage(f"SKF_GetPINInfo {left.value} of {most.value}")
        return PinInfo(int(most.value), int(left.value), bool(default.value))

    def verify_pin(self, application: Handle, pin: bytes, kind: int = USER) -> None:
        """Check a PIN; a `SarFault` tells the tries left."""
        text = ctypes.create_string_buffer(pin)
        try:
            self._counted("SKF_VerifyPIN", application, self._ulong(kind), text)
        finally:
            ctypes.memset(text, 0, len(text))

    def change_pin(self, application: Handle, old: bytes, new: bytes) -> None:
        """Change the user's PIN; as `verify_pin`."""
        texts = (ctypes.create_string_buffer(old), ctypes.create_string_buffer(new))
        try:
            self._counted("SKF_ChangePIN", application, self._ulong(USER), *texts)
        finally:
            for text in texts:
                ctypes.memset(text, 0, len(text))

    def unblock_pin(self, application: Handle, admin: bytes, new: bytes) -> None:
        """Set a new user PIN by the administrator's; as `verify_pin`."""
        texts = (ctypes.create_string_buffer(admin), ctypes.create_string_buffer(new))
        try:
            self._counted("SKF_UnblockPIN", application, *texts)
        finally:
            for text in texts:
                ctypes.memset(text, 0, len(text))

    def clear_login(self, application: Handle) -> None:
        """Forget every PIN that was entered."""
        self._call("SKF_ClearSecureState", application)

    # --- containers ----------------------------------------------------------------------------
    def containers(self, application: Handle) -> tuple[bytes, ...]:
        """Names of the containers."""
        return self._names("SKF_EnumContainer", application)

    def create_container(self, application: Handle, name: bytes) -> Handle:
        """A new container, open."""
        return self._opened("SKF_CreateContainer", application, ctypes.c_char_p(name))

    def open_container(self, application: Handle, name: bytes) -> Handle:
        """A handle to a container."""
        return self._opened("SKF_OpenContainer", application, ctypes.c_char_p(name))

    def close_container(self, container: Handle) -> None:
        """Close it."""
        self._call("SKF_CloseContainer", container)

    def container_kind(self, container: Handle) -> int:
        """`RSA_CONTAINER`, `ECC_CONTAINER`, or 0 for an empty one."""
        kind = self._ulong(0)
        self._call("SKF_GetContainerType", container, ctypes.byref(kind))
        return int(kind.value)

    def certificate(self, container: Handle, *, sign: bool) -> bytes:
        """DER of one of the two certificates."""
        return self._twice("SKF_ExportCertificate", container, _BOOL(sign))

    def store_certificate(self, container: Handle, certificate: bytes, *, sign: bool) -> None:
        """Put it there."""
        size = self._ulong(len(certificate))
        self._call("SKF_ImportCertificate", container, _BOOL(sign), certificate, size)

    def public_point(self, container: Handle, *, sign: bool) -> bytes:
        """The SM2 public key of one of the two key pairs: 04 || x || y."""
        data = self._twice("SKF_ExportPublicKey", container, _BOOL(sign))
        blob_type = self.library.types.ecc_public
        if len(data) < ctypes.sizeof(blob_type):
            raise DriverGarbage("SKF_ExportPublicKey")
        return _point(blob_type.from_buffer_copy(data))

    def generate(self, container: Handle) -> bytes:
        """A new SM2 signing key pair; its public point."""
        blob = self.library.types.ecc_public()
        self._guarded("SKF_GenECCKeyPair", blob, container, self._ulong(SGD_SM2_1))
        return _point(blob)

    def import_key_pair(
        self, container: Handle, point: bytes, encrypted: bytes, wrapped: Sm2Cipher
    ) -> None:
        """The SM2 encryption key pair, its private half under an SM4 key (ENVELOPEDKEYBLOB)."""
        types = self.library.types
        room = ctypes.create_string_buffer(
            ctypes.sizeof(types.enveloped_key) + len(wrapped.cipher) + len(_GUARD)
        )
        blob = types.enveloped_key.from_buffer(room)
        blob.Version, blob.ulSymmAlgID, blob.ulBits = 1, SGD_SM4_ECB, 8 * _COORDINATE
        _put(blob.cbEncryptedPriKey, encrypted)
        blob.PubKey.BitLen = 8 * _COORDINATE
        _put(blob.PubKey.XCoordinate, point[1:33])
        _put(blob.PubKey.YCoordinate, point[33:])
        place = types.enveloped_key.ECCCipherBlob.offset
        data = self._cipher_blob(wrapped)
        ctypes.memmove(ctypes.addressof(room) + place, data, len(data))
        self._call("SKF_ImportECCKeyPair", container, room)

    # --- signatures and session keys -----------------------------------------------------------
    def sm2_sign(self, container: Handle, digest: bytes) -> bytes:
        """The signature r || s, 32 bytes each, over e."""
        blob = self.library.types.ecc_signature()
        self._guarded("SKF_ECCSignData", blob, container, digest, self._ulong(len(digest)))
        return _coordinate(blob.r) + _coordinate(blob.s)

    def rsa_sign(self, container: Handle, digest_info: bytes) -> bytes:
        """PKCS #1 v1.5 over a DigestInfo."""
        size = self._ulong(len(digest_info))
        return self._twice("SKF_RSASignData", container, digest_info, size)

    def import_session_key(self, container: Handle, wrapped: Sm2Cipher) -> Handle:
        """An SM4 key that was encrypted to the container's encryption key; it stays inside."""
        data = self._cipher_blob(wrapped)
        return self._opened(
            "SKF_ImportSessionKey",
            container,
            self._ulong(SGD_SM4_ECB),
            data,
            self._ulong(len(data)),
        )

    def encrypt_blocks(self, key: Handle, blocks: bytes, chunk: int) -> bytes:
        """SM4-ECB with a session key, as much as one call may carry at a time."""
        answer = []
        for place in range(0, len(blocks), chunk):
            part = blocks[place : place + chunk]
            self._call("SKF_EncryptInit", key, self.library.types.cipher_param())
            room, size = self._room(len(part))
            self._call("SKF_Encrypt", key, part, self._ulong(len(part)), room, ctypes.byref(size))
            answer.append(_answer("SKF_Encrypt", room, len(part), int(size.value)))
        return b"".join(answer)

    def close_handle(self, key: Handle) -> None:
        """Destroy a session key."""
        self._call("SKF_CloseHandle", key)

    # --- files ---------------------------------------------------------------------------------
    def files(self, application: Handle) -> tuple[bytes, ...]:
        """Names of the files."""
        return self._names("SKF_EnumFiles", application)

    def read_file(self, application: Handle, name: bytes, chunk: int, limit: int) -> bytes:
        """A whole file. Raises `DriverGarbage` beyond ``limit`` bytes."""
        attribute = self.library.types.file_attribute()
        self._guarded("SKF_GetFileInfo", attribute, application, ctypes.c_char_p(name))
        total = int(attribute.FileSize)
        if total > limit:
            raise DriverGarbage(f"a file of {total} bytes")
        data = b""
        while len(data) < total:
            wanted = min(chunk, total - len(data))
            room, size = self._room(wanted)
            at = (self._ulong(len(data)), self._ulong(wanted))
            place = ctypes.byref(size)
            self._call("SKF_ReadFile", application, ctypes.c_char_p(name), *at, room, place)
            part = _answer("SKF_ReadFile", room, wanted, int(size.value))
            if not part:
                raise DriverGarbage("SKF_ReadFile gives nothing")
            data += part
        return data

    def write_file(self, application: Handle, name: bytes, data: bytes, chunk: int) -> None:
        """A new file that everybody may read and the PIN's holder write."""
        rights = (self._ulong(EVERYONE), self._ulong(WITH_PIN))
        title = ctypes.c_char_p(name)
        self._call("SKF_CreateFile", application, title, self._ulong(len(data)), *rights)
        for place in range(0, len(data), chunk):
            part = data[place : place + chunk]
            at, size = self._ulong(place), self._ulong(len(part))
            self._call("SKF_WriteFile", application, title, at, part, size)

    def delete_file(self, application: Handle, name: bytes) -> None:
        """Delete it."""
        self._call("SKF_DeleteFile", application, ctypes.c_char_p(name))

    # --- how C is spoken to --------------------------------------------------------------------
    def _ulong(self, value: int) -> Any:  # noqa: ANN401 - a ctypes integer of either width
        return self.library.types.ulong(value)

    def _call(self, function: str, *arguments: Any) -> None:  # noqa: ANN401 - C arguments
        self.library.call(function, *arguments)

    def _opened(self, function: str, *arguments: Any) -> Handle:  # noqa: ANN401 - C arguments
        handle = Handle()
        self._call(function, *arguments, ctypes.byref(handle))
        if not handle.value:
            raise DriverGarbage(f"{function} without a handle")
        return handle

    def _counted(self, function: str, *arguments: Any) -> None:  # noqa: ANN401 - C arguments
        """A PIN function: its last argument takes the tries left."""
        left = self._ulong(0)
        code = self.library.answer(function, *arguments, ctypes.byref(left))
        if code:
            raise SarFault(code, function, int(left.value))

    def _guarded(self, function: str, struct: Any, *arguments: Any) -> None:  # noqa: ANN401 - C arguments
        """A function whose last argument is a structure it fills in."""
        size = ctypes.sizeof(struct)
        room = ctypes.create_string_buffer(bytes(size) + _GUARD, size + len(_GUARD))
        self._call(function, *arguments, room)
        if room.raw[size:] != _GUARD:
            raise DriverGarbage(f"{function} wrote past the end")
        ctypes.memmove(ctypes.byref(struct), room, size)

    def _room(self, size: int) -> tuple[Any, Any]:
        room = ctypes.create_string_buffer(bytes(size) + _GUARD, size + len(_GUARD))
        return room, self._ulong(size)

    def _twice(self, function: str, *arguments: Any) -> bytes:  # noqa: ANN401 - C arguments
        """Ask for the size, then for the answer."""
        size = self._ulong(0)
        code = self.library.answer(function, *arguments, None, ctypes.byref(size))
        fault = SarFault(code, function) if code else None
        if fault is not None and fault.name != "BUFFER_TOO_SMALL":
            raise fault
        wanted = int(size.value)
        if wanted > _MAX_ANSWER:
            raise DriverGarbage(f"{function} of {wanted} bytes")
        room, size = self._room(wanted)
        self._call(function, *arguments, room, ctypes.byref(size))
        return _answer(function, room, wanted, int(size.value))

    def _names(self, function: str, *arguments: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - C arguments
        """A list of names, each ended by a zero byte, the list by another."""
        return tuple(name for name in self._twice(function, *arguments).split(b"\0") if name)

    def _cipher_blob(self, wrapped: Sm2Cipher) -> bytes:
        """ECCCIPHERBLOB with its ciphertext behind it."""
        kind = self.library.types.ecc_cipher
        blob = kind(CipherLen=len(wrapped.cipher))
        _put(blob.XCoordinate, wrapped.x)
        _put(blob.YCoordinate, wrapped.y)
        _put(blob.HASH, wrapped.digest)
        return bytes(blob)[: kind.Cipher.offset] + wrapped.cipher


def _answer(function: str, room: Any, wanted: int, said: int) -> bytes:  # noqa: ANN401 - a ctypes buffer
    """What a driver put into a buffer, if it kept to it."""
    if said > wanted or room.raw[wanted:] != _GUARD:
        raise DriverGarbage(f"{function} gave {said} bytes for {wanted}")
    return bytes(room.raw[:said])


def _text(field: bytes) -> str:
    """A CHAR field: UTF-8, else GBK as older devices write it, else its bytes in hexadecimal."""
    for encoding in ("utf-8", "gbk"):
        try:
            text = field.rstrip(b"\0 ").decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.isprintable():
            return text
    return field.hex()


def _put(field: Any, value: bytes) -> None:  # noqa: ANN401 - a ctypes array
    """At the end of the field, as the standard aligns coordinates."""
    ctypes.memset(field, 0, len(field))
    ctypes.memmove(ctypes.addressof(field) + len(field) - len(value), value, len(value))


def _coordinate(field: Any) -> bytes:  # noqa: ANN401 - a ctypes array
    data = bytes(field)
    if any(data[:-_COORDINATE]):
        raise DriverGarbage("a coordinate of more than 32 bytes")
    return data[-_COORDINATE:]


def _point(blob: Any) -> bytes:  # noqa: ANN401 - a ctypes structure
    return b"\x04" + _coordinate(blob.XCoordinate) + _coordinate(blob.YCoordinate)
