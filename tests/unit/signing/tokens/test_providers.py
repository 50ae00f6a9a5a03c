"""From a driver's name to its tokens, and watching them come and go."""

import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from signing.errors import LoginNeeded, ModuleMissing, TokenError
from signing.tokens import vendors
from signing.tokens.base import Secret, Token, TokenInfo
from signing.tokens.pkcs11 import Pkcs11Provider, find_softhsm
from signing.tokens.providers import TokenWatch, installed_providers, provider_for
from signing.tokens.skf import SkfProvider
from signing.tokens.soft import SoftProvider
from signing.tokens.vendors import Profile, Vendors, load_vendors, parse_vendors
from tests.support.pki import SoftHsm
from tests.support.skf import SkfDesk

PIN = "246813"
SKF_PROFILE = """
[[vendor]]
id = "county"
name = "county"
interface = "skf"
modules.linux = ["libskf4.so"]
"""


class Seen:
    """What a watch told, and waiting for it."""

    def __init__(self) -> None:
        self.told: list[frozenset[str]] = []
        self._more = threading.Condition()

    def __call__(self, present: frozenset[str]) -> None:
        """Note what was told."""
        with self._more:
            self.told.append(present)
            self._more.notify_all()

    def until(self, count: int) -> list[frozenset[str]]:
        """What was told, once it is so much."""
        with self._more:
            assert self._more.wait_for(lambda: len(self.told) >= count, 10)
            return list(self.told)


def test_a_folder_is_named_for_tokens_in_files(tmp_path: Path) -> None:
    assert isinstance(provider_for(f"soft:{tmp_path}"), SoftProvider)


def test_a_driver_without_profile_is_pkcs11(softhsm: SoftHsm) -> None:
    assert isinstance(provider_for(str(softhsm.module), Vendors(())), Pkcs11Provider)


def test_a_driver_whose_profile_says_so_is_skf(skf_desk: SkfDesk) -> None:
    known = Vendors(parse_vendors(SKF_PROFILE.encode()))

    assert isinstance(provider_for(str(skf_desk.module), known), SkfProvider)
    assert isinstance(provider_for(f"skf:{skf_desk.module}", Vendors(())), SkfProvider)


def test_a_pkcs11_provider_refuses_an_skf_driver(skf_desk: SkfDesk) -> None:
    with pytest.raises(ModuleMissing):
        provider_for(str(skf_desk.module), Vendors(()))


def test_a_makers_driver_is_found_wherever_it_was_installed(
    skf_desk: SkfDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(vendors._FOLDERS, "linux", (str(skf_desk.module.parent),))
    known = Vendors(parse_vendors(SKF_PROFILE.encode()))
    skf_desk.new_device("left", serial="S1")

    (info,) = provider_for("vendor:county", known).list_tokens()
    (installed,) = installed_providers(known)

    assert ("county", [info]) == (info.profile, list(installed.list_tokens()))


def test_a_driver_that_cannot_be_loaded_hides_no_other(
    skf_desk: SkfDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = skf_desk.module.parent
    (folder / "libbroken.so").write_bytes(b"of another processor")
    monkeypatch.setitem(vendors._FOLDERS, "linux", (str(folder),))
    broken = SKF_PROFILE.replace("county", "broken").replace("libskf4", "libbroken")

    assert 1 == len(installed_providers(Vendors(parse_vendors((broken + SKF_PROFILE).encode()))))


@pytest.mark.parametrize("vendor", ["netca", "nobody"])
def test_a_maker_whose_driver_is_not_here_is_missing(vendor: str) -> None:
    with pytest.raises(ModuleMissing):
        provider_for(f"vendor:{vendor}", load_vendors())


def test_softhsm_is_found_by_its_profile() -> None:
    profile = load_vendors().get("softhsm")

    assert isinstance(profile, Profile)
    assert find_softhsm().resolve() in {p.resolve() for p in vendors.find_modules(profile)}


def test_a_watch_tells_of_the_start_and_of_every_change(tmp_path: Path) -> None:
    provider, seen = SoftProvider(tmp_path / "tokens"), Seen()
    watch = TokenWatch(provider, seen, seconds=0.02)
    seen.until(1)
    token = provider.initialise("x", Secret(PIN), os.urandom)
    seen.until(2)
    shutil.rmtree(token._folder)
    told = seen.until(3)
    watch.stop()

    assert [frozenset(), frozenset({f"soft:{token._folder.name}"}), frozenset()] == told


def test_a_watch_ends_the_login_of_a_token_that_went(tmp_path: Path) -> None:
    provider, seen = SoftProvider(tmp_path / "tokens"), Seen()
    token = provider.initialise("x", Secret(PIN), os.urandom)
    token.login(Secret(PIN))
    watch = TokenWatch(provider, seen, seconds=0.02)
    seen.until(1)
    shutil.move(token._folder, tmp_path / "away")
    seen.until(2)
    shutil.move(tmp_path / "away", token._folder)
    seen.until(3)
    watch.stop()

    with pytest.raises(LoginNeeded):
        token.generate("sign", "p256", "sign")


def test_an_event_of_the_driver_wakes_the_watch_at_once(skf_desk: SkfDesk) -> None:
    skf_desk.new_device("left", serial="S1")
    seen = Seen()
    watch = TokenWatch(SkfProvider(skf_desk.module), seen, seconds=600)
    seen.until(1)
    for count, change in ((2, skf_desk.pull), (3, skf_desk.plug)):
        threading.Event().wait(0.1)  # the driver waits again
        change("left")
        told = seen.until(count)
    watch.stop()

    assert [frozenset({"skf:S1"}), frozenset(), frozenset({"skf:S1"})] == told


def test_a_driver_that_stumbles_is_no_removal() -> None:
    class Stumbling:
        """Answers, fails, answers again."""

        looks = 0

        def list_tokens(self) -> tuple[TokenInfo, ...]:
            self.looks += 1
            if self.looks == 2:
                raise TokenError("busy")
            return ()

        def open(self, token_id: str) -> Token:
            raise TokenError(token_id)

        def notify(self, wake: Callable[[], None]) -> Callable[[], None]:
            del wake
            return lambda: None

    provider, seen = Stumbling(), Seen()
    watch = TokenWatch(provider, seen, seconds=0.01)
    while provider.looks < 4:
        threading.Event().wait(0.01)
    watch.stop()

    assert [frozenset()] == seen.told


def test_a_stopped_watch_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    watch = TokenWatch(SoftProvider(tmp_path), Seen(), seconds=600)
    watch.stop()

    assert before == threading.active_count()
