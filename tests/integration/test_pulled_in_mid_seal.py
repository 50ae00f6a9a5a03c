"""A UKEY pulled out while a document is sealed: the file is whole and sealed, or as it was."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from formats.effects import system_clock, system_randomness
from signing import cms
from signing.errors import LoginNeeded, TokenMissing
from signing.pilot import Pilot, issue_ukey
from signing.pilot.seals import issue_seal
from signing.seal.apply import seal_pdf
from signing.tokens.base import Secret, TokenSigner, certificate_for, signer_of
from signing.tokens.skf import SkfProvider, SkfToken
from signing.trust.store import TrustStore
from tests.support.pki import PIN as SOFTHSM_PIN
from tests.support.pki import SoftHsm, build_world
from tests.support.sealed import CITY, NAMES, Hands, plain_pdf, slot
from tests.support.skf import PIN, SkfDesk


@pytest.fixture
def device(skf_desk: SkfDesk) -> SkfToken:
    skf_desk.new_device("left", serial="S1")
    token = SkfProvider(skf_desk.module).open("skf:S1")
    token.login(Secret(PIN))
    return token


@pytest.fixture
def sealing(device: SkfToken, tmp_path: Path) -> Callable[[], bytes]:
    """Sealing a PDF with an SM2 key on an SKF device; the seal too is kept there."""
    pilot = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    ukey = issue_ukey(pilot, device, CITY, NAMES[CITY], kind="sm2")
    device.store_seal(issue_seal(pilot, CITY, NAMES[CITY], [ukey.sign]))
    trust = TrustStore(pilot.anchors, pilot.certificates(), pilot.crls())
    signer = signer_of(device, pilot.chain_of("GM"))

    def seal() -> bytes:
        (kept,) = device.seals()
        return seal_pdf(
            plain_pdf(),
            signer=signer,
            seal=kept,
            trust=trust,
            timestamps=None,
            clock=system_clock,
            slots=(slot(CITY),),
        )

    return seal


def test_an_skf_device_seals_with_the_seal_it_keeps(sealing: Callable[[], bytes]) -> None:
    assert sealing().startswith(b"%PDF")


def test_pulled_out_of_an_skf_slot_while_it_signs_nothing_is_sealed(
    sealing: Callable[[], bytes], device: SkfToken, skf_desk: SkfDesk
) -> None:
    skf_desk.slow("left", 700)
    pulling = threading.Timer(0.45, skf_desk.pull, ["left"])
    sealed = None
    pulling.start()
    with pytest.raises(TokenMissing):
        sealed = sealing()
    pulling.join()
    skf_desk.slow("left", 0)
    skf_desk.plug("left")

    assert sealed is None
    with pytest.raises(LoginNeeded):
        sealing()
    device.login(Secret(PIN))
    assert sealing().startswith(b"%PDF")


def test_pulled_out_between_two_signatures_of_a_batch_the_first_stand(
    device: SkfToken, skf_desk: SkfDesk, tmp_path: Path
) -> None:
    pilot = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    issue_ukey(pilot, device, CITY, NAMES[CITY], kind="sm2")
    signer = signer_of(device, pilot.chain_of("GM"))
    done: list[bytes] = []

    def batch() -> None:
        for number in range(4):
            if number == 2:
                skf_desk.pull("left")
            done.append(cms.sign_attached(bytes([number]), signer, at=system_clock()))

    with pytest.raises(TokenMissing):
        batch()
    assert [b"\x00", b"\x01"] == [cms.open_attached(p7m).data for p7m in done]


def test_taken_from_softhsm_while_a_document_is_sealed_nothing_is_sealed(
    softhsm: SoftHsm, tmp_path: Path
) -> None:
    world = build_world(tmp_path / "world", softhsm, mark=" mid")
    hands = Hands(world)
    token = world.tokens[CITY]
    for serial in list(token._module.sessions):  # SoftHSM notices a token's return when it starts
        token._module.drop(serial)
    folder = softhsm.token_folder(token)
    signer = _Pulled(world.signer(CITY), lambda: shutil.move(folder, tmp_path / "away"))
    sealed = None
    with pytest.raises(TokenMissing):
        sealed = hands.seal(
            plain_pdf(), CITY, signer=signer, slots=(replace(slot(CITY), body=NAMES[CITY]),)
        )
    shutil.move(tmp_path / "away", folder)
    token.login(Secret(SOFTHSM_PIN))

    assert sealed is None
    assert hands.seal(plain_pdf(), CITY, slots=(slot(CITY),)).startswith(b"%PDF")


def test_another_ukey_in_its_place_does_not_sign_for_it(
    skf_desk: SkfDesk, device: SkfToken, tmp_path: Path
) -> None:
    authority = Pilot.create(tmp_path / "pki", system_clock, system_randomness)
    issue_ukey(authority, device, CITY, NAMES[CITY], kind="sm2")
    key_ref = certificate_for(device, "sign").key_ref
    skf_desk.pull("left")
    skf_desk.new_device("right", serial="S2")
    other = SkfProvider(skf_desk.module).open("skf:S2")
    other.login(Secret(PIN))

    with pytest.raises(TokenMissing):
        device.sign(key_ref, "sm2-sm3", b"x")


class _Pulled(TokenSigner):
    """A signer whose token is taken away the moment it is to sign."""

    def __init__(self, signer: TokenSigner, pull: Callable[[], object]) -> None:
        super().__init__(signer._token, signer._certificate, signer._chain)
        self._pull = pull

    def sign(self, data: bytes) -> bytes:
        """Too late."""
        self._pull()
        return super().sign(data)
