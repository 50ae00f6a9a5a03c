"""From the name of a driver to the provider that reaches its tokens."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from signing.errors import ModuleMissing, TokenError
from signing.tokens.base import TokenProvider
from signing.tokens.vendors import Vendors, find_modules, load_vendors

SOFT: Final = "soft:"
SKF: Final = "skf:"
VENDOR: Final = "vendor:"


def provider_for(module: str, vendors: Vendors | None = None) -> TokenProvider:
    """The provider of a driver. Raises `ModuleMissing`.

    ``module``: the driver's path, SKF where a maker's profile says so and PKCS#11 otherwise;
    ``skf:PATH`` whatever the profiles say; ``vendor:ID`` for a profile's driver wherever it was
    installed; ``soft:FOLDER`` for tokens in a folder.
    """
    if module.startswith(SOFT):
        from signing.tokens.soft import SoftProvider  # noqa: PLC0415 - trials only

        return SoftProvider(Path(module.removeprefix(SOFT)))
    known = load_vendors() if vendors is None else vendors
    if module.startswith(VENDOR):
        module = str(_installed(module.removeprefix(VENDOR), known))
    path = module.removeprefix(SKF)
    profile = next((p for p in known.of_module(path) if p.interface == "skf"), None)
    if profile is not None or module.startswith(SKF):
        from signing.tokens.skf import SkfProvider  # noqa: PLC0415 - loads a driver

        return SkfProvider(path, profile)
    from signing.tokens.pkcs11 import Pkcs11Provider  # noqa: PLC0415 - loads a driver

    return Pkcs11Provider(path, known)


def installed_providers(vendors: Vendors) -> tuple[TokenProvider, ...]:
    """A provider for every driver of this machine that a profile knows and that can be loaded."""
    found = []
    for profile, path in vendors.installed():
        prefix = SKF if profile.interface == "skf" else ""
        try:
            found.append(provider_for(f"{prefix}{path}", vendors))
        except ModuleMissing:
            continue  # of another processor, or half installed: the others still serve
    return tuple(found)


def _installed(vendor: str, vendors: Vendors) -> Path:
    profile = vendors.get(vendor)
    places = find_modules(profile) if profile is not None else ()
    if not places:
        raise ModuleMissing(f"no driver of {vendor}", name=profile.name if profile else vendor)
    return places[0]


class TokenWatch:
    """Tells, from a thread of its own, which tokens are there whenever that changes.

    A driver that tells of events wakes it at once; otherwise it looks every ``seconds``. Looking
    keeps the logins of tokens that stay, and ends those of tokens that went.
    """

    def __init__(
        self,
        provider: TokenProvider,
        changed: Callable[[frozenset[str]], None],
        *,
        seconds: float = 1.5,
    ) -> None:
        """``changed`` gets the ids of the tokens present; the first call tells of the start."""
        self._provider = provider
        self._changed = changed
        self._seconds = seconds
        self._wake = threading.Event()
        self._stopped = threading.Event()
        self._unlisten = provider.notify(self._wake.set)
        self._thread = threading.Thread(target=self._run, name="token-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; no call comes after this returns."""
        self._stopped.set()
        self._wake.set()
        self._unlisten()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        before: frozenset[str] | None = None
        while not self._stopped.is_set():
            present = self._look()
            if present is not None and present != before and not self._stopped.is_set():
                before = present
                self._changed(present)
            self._wake.wait(self._seconds)
            self._wake.clear()

    def _look(self) -> frozenset[str] | None:
        try:
            return frozenset(info.id for info in self._provider.list_tokens())
        except TokenError:
            return None  # a driver that stumbles says nothing of what is there
