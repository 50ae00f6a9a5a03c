"""Driver answers that SoftHSM never gives: a scripted driver gives them here."""

import threading
from types import SimpleNamespace
from typing import Any

import pkcs11
import pytest
from pkcs11 import exceptions as ckr

from signing.errors import KeyMissing, PinLocked, PinUnfit, PinWrong, TokenError, TokenMissing
from signing.tokens.base import Secret
from signing.tokens.driver import Driver
from signing.tokens.pkcs11 import Pkcs11Token
from signing.tokens.vendors import load_vendors

SERIAL = "0123456789abcdef"
READY = pkcs11.TokenFlag.TOKEN_INITIALIZED | pkcs11.TokenFlag.USER_PIN_INITIALIZED


class _Scripted:
    """A driver with one token that answers every login and key search with one error."""

    def __init__(self, error: type[ckr.PKCS11Error], *, after: int = 0) -> None:
        self.error, self.after, self.tries = error, after, 0

    def get_slots(self, *, token_present: bool) -> list[Any]:
        assert token_present
        return [SimpleNamespace(get_token=self.get_token)]

    def get_token(self) -> Any:  # noqa: ANN401 - stands for an untyped token
        return SimpleNamespace(
            serial=SERIAL.encode(),
            label="scripted",
            manufacturer_id="maker",
            model="model",
            flags=READY | (self.after if self.tries else 0),
            open=self.open,
        )

    def open(self, **_: object) -> Any:  # noqa: ANN401 - stands for an untyped session
        self.tries += 1
        raise self.error

    def reinitialize(self) -> None:
        pass


def token_of(scripted: _Scripted, session: object | None = None) -> Pkcs11Token:
    driver = Driver.__new__(Driver)
    driver.path, driver.lock, driver.library = "scripted", threading.RLock(), scripted
    driver.sessions = {} if session is None else {SERIAL: session}
    driver.default_pins, driver.public_keys = {}, {}
    return Pkcs11Token(driver, SERIAL, load_vendors())


@pytest.mark.parametrize(
    ("answer", "flags_after", "expected", "state"),
    [
        (ckr.PinIncorrect, pkcs11.TokenFlag.USER_PIN_COUNT_LOW, PinWrong, "low"),
        (ckr.PinIncorrect, pkcs11.TokenFlag.USER_PIN_FINAL_TRY, PinWrong, "final"),
        (ckr.PinIncorrect, pkcs11.TokenFlag.USER_PIN_LOCKED, PinLocked, "locked"),
        (ckr.PinLocked, pkcs11.TokenFlag.USER_PIN_LOCKED, PinLocked, "locked"),
        (ckr.PinLenRange, 0, PinUnfit, "ok"),
        (ckr.PinInvalid, 0, PinUnfit, "ok"),
        (ckr.DeviceRemoved, 0, TokenMissing, "ok"),
        (ckr.TokenNotPresent, 0, TokenMissing, "ok"),
        (ckr.DeviceError, 0, TokenError, "ok"),
        (ckr.GeneralError, 0, TokenError, "ok"),
    ],
)
def test_an_answer_to_a_login_is_told_as_what_it_is(
    answer: type[ckr.PKCS11Error], flags_after: int, expected: type[TokenError], state: str
) -> None:
    token = token_of(_Scripted(answer, after=flags_after))

    with pytest.raises(TokenError) as caught:
        token.login(Secret("135790"))

    assert (expected, state) == (caught.type, token.info().pin_state)
    assert "135790" not in repr(caught.value) + caught.value.text()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ckr.DeviceRemoved, TokenMissing),
        (ckr.SessionHandleInvalid, TokenMissing),
        (ckr.NoSuchKey, KeyMissing),
        (ckr.DeviceError, TokenError),
        (ckr.FunctionFailed, TokenError),
    ],
)
def test_an_answer_to_a_signature_is_told_as_what_it_is(
    answer: type[ckr.PKCS11Error], expected: type[TokenError]
) -> None:
    def refuse(**_: object) -> None:
        raise answer

    session = SimpleNamespace(get_key=refuse, close=lambda: None)

    with pytest.raises(TokenError) as caught:
        token_of(_Scripted(answer), session).sign("00", "ecdsa-sha256", b"x")

    assert expected is caught.type
