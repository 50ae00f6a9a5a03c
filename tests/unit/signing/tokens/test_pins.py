"""What a PIN may be, before a token is asked."""

import pytest

from signing.errors import PinUnfit, PinWeak
from signing.tokens.base import Secret
from signing.tokens.pins import MAX_PIN, check_new_pin, check_pin, is_factory


@pytest.mark.parametrize("pin", ["135790", "Yd#2026x", "246813579"])
def test_a_pin_nobody_guesses_is_taken(pin: str) -> None:
    check_new_pin(Secret(pin), Secret("864209"))


@pytest.mark.parametrize(
    "pin", ["13579", "111111", "345678", "987654", "abcdef", "12345678", "ADMIN", "rockey"]
)
def test_a_pin_everybody_guesses_is_refused(pin: str) -> None:
    with pytest.raises(PinWeak):
        check_new_pin(Secret(pin))


def test_the_old_pin_is_no_new_pin() -> None:
    with pytest.raises(PinWeak):
        check_new_pin(Secret("135790"), Secret("135790"))


@pytest.mark.parametrize("pin", ["", "1357\x0090", "135\n790", "1" * (MAX_PIN + 1)])
def test_what_is_no_pin_costs_no_try(pin: str) -> None:
    with pytest.raises(PinUnfit):
        check_pin(Secret(pin))


def test_an_old_short_pin_can_still_be_entered() -> None:
    check_pin(Secret("1234"))


def test_a_new_pin_is_in_characters_every_keyboard_has() -> None:
    with pytest.raises(PinUnfit):
        check_new_pin(Secret("密码一二三四"))


def test_a_makers_first_pin_is_known() -> None:
    assert (True, True, False) == (
        is_factory(Secret("12345678")),
        is_factory(Secret("Secret1"), ("secret1",)),
        is_factory(Secret("135790")),
    )
