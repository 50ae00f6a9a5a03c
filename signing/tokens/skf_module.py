"""One SKF driver in this process: its lock, its devices connected, its answers as errors of ours.

A device that was pulled out and plugged in again is another connection: its handles, its login and
its session keys ended with the old one, whatever the driver says of them.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from signing.errors import DriverGarbage, KeyMissing, LoginNeeded, NotOffered, TokenMissing
from signing.tokens.base import PinState, TokenCertificate, TokenInfo
from signing.tokens.skf_abi import Library, SarFault
from signing.tokens.skf_driver import DeviceInfo, Handle, PinInfo, SkfDriver
from signing.tokens.vendors import Profile

PROVIDER: Final = "skf"
_ABOUT_PINS: Final = frozenset({"PIN_INCORRECT", "PIN_LOCKED", "PIN_INVALID", "PIN_LEN_RANGE"})
_ABSENT: Final = frozenset({"CERTNOTFOUNTERR", "KEYNOTFOUNTERR", "NOTEXPORTERR", "FAIL"})
"""What drivers answer where a container has no such certificate or key."""


@dataclass(slots=True, eq=False)
class Connection:
    """A device that is plugged in, its application open."""

    device: bytes
    handle: Handle
    info: DeviceInfo
    opened: Handle | None
    """The application; ``None`` on a device as it left the factory."""
    name: bytes
    """The application's."""
    logged_in: bool = False
    certificates: tuple[TokenCertificate, ...] | None = None
    """Read once a connection; reading them takes a device a tenth of a second."""
    keys: set[int] = field(default_factory=set)
    """Session keys that are open, by their handle."""

    @property
    def application(self) -> Handle:
        """The application. Raises `KeyMissing` on a blank device."""
        if self.opened is None:
            raise KeyMissing("no application on the device")
        return self.opened

    @property
    def serial(self) -> str:
        """The device's, or its name where it says none."""
        return self.info.serial or self.device.hex()


class SkfModule:
    """One loaded driver and its connections, by serial."""

    def __init__(self, path: Path) -> None:
        """Raises `ModuleMissing`."""
        self.profile: Profile | None = None
        self.driver = SkfDriver(Library(path))
        self.lock = threading.RLock()
        self.connections: dict[str, Connection] = {}

    def apply(self, profile: Profile | None) -> None:
        """Take a maker's profile; ``None`` leaves the one there is."""
        if profile is not None:
            self.profile = profile
            self.driver.library.believe(profile.ulong)

    def refresh(self) -> None:
        """Connect what has come, drop what has gone or was plugged in anew."""
        present = self.driver.devices()
        for serial, known in list(self.connections.items()):
            if known.device not in present or not self._answers(known):
                self.drop(serial)
        taken = {known.device for known in self.connections.values()}
        for name in present:
            if name in taken:
                continue
            with suppress(SarFault, DriverGarbage):  # one device in trouble hides no other
                fresh = self._connect(name)
                self.connections.setdefault(fresh.serial, fresh)

    def connection(self, serial: str) -> Connection:
        """The device of that serial. Raises `TokenMissing`."""
        if serial not in self.connections:
            self.refresh()
        if serial not in self.connections:
            raise TokenMissing(serial)
        return self.connections[serial]

    def drop(self, serial: str) -> None:
        """Forget a device with its login and its session keys."""
        known = self.connections.pop(serial, None)
        if known is None:
            return
        self.forget(known)
        with suppress(SarFault, NotOffered):
            if known.opened is not None:
                self.driver.close_application(known.opened)
        with suppress(SarFault, NotOffered):
            self.driver.disconnect(known.handle)

    def forget(self, known: Connection) -> None:
        """End a login with its session keys, as far as the device still listens."""
        for key in known.keys:
            with suppress(SarFault, NotOffered):
                self.driver.close_handle(Handle(key))
        known.keys.clear()
        known.logged_in = False
        with suppress(SarFault, NotOffered):
            if known.opened is not None:
                self.driver.clear_login(known.opened)

    def describe(self, known: Connection) -> TokenInfo:
        """The token as it stands now, its tries read afresh."""
        pin: PinInfo | None = None
        with suppress(NotOffered):  # a driver that does not tell says nothing of its PIN
            pin = None if known.opened is None else self.driver.pin_info(known.opened)
        return TokenInfo(
            id=f"{PROVIDER}:{known.serial}",
            label=known.info.label,
            serial=known.serial,
            manufacturer=known.info.manufacturer,
            model=known.name.decode(errors="replace"),
            pin_state="unknown" if pin is None else pin_state_of(pin),
            provider=PROVIDER,
            remaining=None if pin is None else pin.left,
            default_pin=None if pin is None else pin.default,
            profile=self.profile.id if self.profile else "",
        )

    @contextmanager
    def calling(self, serial: str | None = None, *, admin: bool = False) -> Iterator[None]:
        """The lock, and every answer of the driver as one of our errors."""
        with self.lock:
            try:
                yield
            except SarFault as fault:
                if fault.name not in _ABOUT_PINS:
                    self.still_there(serial)
                told = fault.coded(admin=admin)
                if serial is not None and isinstance(told, TokenMissing):
                    self.drop(serial)
                if serial in self.connections and isinstance(told, LoginNeeded):
                    self.connections[serial].logged_in = False
                raise told from fault
            except DriverGarbage:
                self.still_there(serial)
                raise

    def still_there(self, serial: str | None) -> None:
        """Raise `TokenMissing`, or `LoginNeeded` where the device was plugged in anew."""
        if serial is None or serial not in self.connections:
            return
        known = self.connections[serial]
        try:
            present = known.device in self.driver.devices()
        except (SarFault, DriverGarbage):
            return  # the driver tells nothing; what it said before stands
        if not present:
            self.drop(serial)
            raise TokenMissing(serial)
        if not self._answers(known):
            self.drop(serial)
            raise LoginNeeded("plugged in anew")

    def _answers(self, known: Connection) -> bool:
        try:
            return self.driver.device_info(known.handle).serial == known.info.serial
        except SarFault as fault:
            return fault.name not in {"INVALIDHANDLEERR", "DEVICE_REMOVED"}
        except DriverGarbage:
            return True  # it answers, if badly

    def _connect(self, name: bytes) -> Connection:
        handle = self.driver.connect(name)
        info = self.driver.device_info(handle)
        chosen = self._application(handle)
        opened = self.driver.open_application(handle, chosen) if chosen else None
        return Connection(name, handle, info, opened, chosen)

    def _application(self, device: Handle) -> bytes:
        """The profile's application, else the first that holds a certificate, else the first.

        Empty on a blank device.
        """
        names = self.driver.applications(device)
        wanted = self.profile.application.encode() if self.profile else b""
        if wanted:
            return wanted if wanted in names else b""
        if len(names) <= 1:
            return b"".join(names)
        for name in names:
            application = self.driver.open_application(device, name)
            try:
                if self._holds_certificate(application):
                    return name
            finally:
                self.driver.close_application(application)
        return names[0]

    def _holds_certificate(self, application: Handle) -> bool:
        return any(
            self.certificate_in(application, name, sign=True) is not None
            for name in self.driver.containers(application)
        )

    def certificate_in(self, application: Handle, name: bytes, *, sign: bool) -> bytes | None:
        """DER of a container's certificate, where it has one."""
        with self.container(application, name) as container:
            try:
                return self.driver.certificate(container, sign=sign) or None
            except SarFault as fault:
                if fault.name not in _ABSENT:
                    raise
                return None

    def has_key(self, application: Handle, name: bytes, *, sign: bool) -> bool:
        """Whether a container has the SM2 key pair."""
        with self.container(application, name) as container:
            try:
                self.driver.public_point(container, sign=sign)
            except SarFault as fault:
                if fault.name not in _ABSENT:
                    raise
                return False
            return True

    @contextmanager
    def container(self, application: Handle, name: bytes) -> Iterator[Handle]:
        """A container, open for a while."""
        handle = self.driver.open_container(application, name)
        try:
            yield handle
        finally:
            with suppress(SarFault):  # it ended with its device
                self.driver.close_container(handle)


@cache
def module_of(path: str) -> SkfModule:
    """The one object of a driver in this process. Raises `ModuleMissing`."""
    return SkfModule(Path(path))


def pin_state_of(pin: PinInfo) -> PinState:
    """The state in a word."""
    if pin.left == 0:
        return "locked"
    if pin.left == 1:
        return "final"
    return "low" if pin.left < pin.most else "ok"
