"""The register of variants: what each is called, what it does, what it must be refused for."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.hostile.attacks.sealed import Kind, Sealed

Make = Callable[[Sealed], bytes]

ALL: Final[tuple[Kind, ...]] = ("single", "joint", "extended")

_FAMILIES: Final = (
    "annotations",
    "catalog",
    "certificates",
    "electronic_seals",
    "fields",
    "pages",
    "permissions",
    "ranges",
    "seals",
    "security_store",
    "shadow",
    "strangers",
    "structure",
    "timestamps",
    "values",
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One attack: a name, the dishonest file made of an honest one, the codes that refuse it."""

    name: str
    make: Make
    codes: tuple[str, ...]
    """At least one of these must be among the reasons of the verdict."""
    kinds: tuple[Kind, ...]


VARIANTS: dict[str, Variant] = {}


def variant(*codes: str, kinds: tuple[Kind, ...] = ALL) -> Callable[[Make], Make]:
    """Enter an attack under its own name; ``codes`` are what may refuse it."""

    def entered(make: Make) -> Make:
        enter(make.__name__, make, *codes, kinds=kinds)
        return make

    return entered


def enter(name: str, make: Make, *codes: str, kinds: tuple[Kind, ...] = ALL) -> None:
    """Enter an attack under a given name, which must be new."""
    if name in VARIANTS:
        raise ValueError(f"two variants are called {name}")
    VARIANTS[name] = Variant(name, make, codes, kinds)


def load() -> tuple[Variant, ...]:
    """Every variant, in the order of their names."""
    for family in _FAMILIES:
        importlib.import_module(f"tests.hostile.attacks.{family}")
    return tuple(VARIANTS[name] for name in sorted(VARIANTS))
