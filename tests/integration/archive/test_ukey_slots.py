"""The vault opened by real PKCS#11 tokens."""

from pathlib import Path

import pytest

from desktop.vault.errors import KeysDamaged, NoFittingSlot
from desktop.vault.ukey import CertificateSlot, CertificateUnwrapper
from desktop.vault.vault import Vault
from formats.effects import system_clock, system_randomness
from signing.tokens.base import certificate_for
from tests.support.pki import PilotWorld


def _slot(pilot: PilotWorld, body: str) -> CertificateSlot:
    der = certificate_for(pilot.tokens[body], "encrypt").der
    return CertificateSlot(der=der, label=body, randomness=system_randomness)


@pytest.fixture
def folder(pilot: PilotWorld, tmp_path: Path) -> Path:
    """A vault of the province's office, locked."""
    slots = [_slot(pilot, "340000.bgt")]
    folder = tmp_path / "vault"
    Vault.create(folder, slots, clock=system_clock, randomness=system_randomness).lock()
    return folder


def _open(pilot: PilotWorld, folder: Path, body: str) -> Vault:
    unwrapper = CertificateUnwrapper(pilot.login(body))
    return Vault.open(folder, unwrapper, randomness=system_randomness)


def test_the_ukey_opens_the_vault(pilot: PilotWorld, folder: Path) -> None:
    with _open(pilot, folder, "340000.bgt") as vault:
        assert [slot.label for slot in vault.slots] == ["340000.bgt"]


def test_another_bodys_ukey_does_not(pilot: PilotWorld, folder: Path) -> None:
    with pytest.raises(NoFittingSlot):
        _open(pilot, folder, "340100.bgs")


def test_a_second_ukey_is_registered_and_the_first_removed(pilot: PilotWorld, folder: Path) -> None:
    with _open(pilot, folder, "340000.bgt") as vault:
        vault.add_slot(_slot(pilot, "340100.bgs"), system_clock)
        vault.remove_slot(0)
    with pytest.raises(NoFittingSlot):
        _open(pilot, folder, "340000.bgt")
    _open(pilot, folder, "340100.bgs").lock()


def test_a_slot_damaged_in_the_file_is_named(pilot: PilotWorld, folder: Path) -> None:
    file = folder / "vault.keys"
    data = file.read_bytes()
    place = data.index(b'"wrapped":"') + 900
    file.write_bytes(
        data[:place] + (b"A" if data[place : place + 1] != b"A" else b"B") + data[place + 1 :]
    )
    with pytest.raises(KeysDamaged) as caught:
        _open(pilot, folder, "340000.bgt")
    assert "vault.keys" in caught.value.text()
