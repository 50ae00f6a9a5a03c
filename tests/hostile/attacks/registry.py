"""The register of variants: what each is called, what it does, what it must be refused for."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from tests.hostile.attacks.sealed import Kind, Sealed

Make = Callable[[Sealed], bytes]

ALL: Final[tuple[Kind, ...]] = ("single", "joint", "extended")

_FAMILIES: Final[dict[str, tuple[Kind, ...]]] = {
    "annotations": ("single", "streams"),
    "catalog": ("single", "extended", "streams"),
    "certificates": ("single", "joint", "gm"),
    "electronic_seals": ("single",),
    "fields": ("single", "joint", "streams"),
    "insiders": ("open",),
    "moving": ("single",),
    "pages": ("single", "extended", "streams"),
    "permissions": ("single", "joint"),
    "ranges": ("single", "extended", "gm"),
    "seals": ("single", "joint", "streams"),
    "security_store": ("single", "extended", "gm"),
    "shadow": ("single",),
    "strangers": ("single", "joint"),
    "structure": ("single", "extended"),
    "timestamps": ALL,
    "values": ("single", "extended"),
}
"""The modules of variants, and which honest files each starts from where it says nothing else."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One attack: a name, the dishonest file made of an honest one, the codes that refuse it."""

    name: str
    make: Make
    codes: tuple[str, ...]
    """At least one of these must be among the reasons of the verdict."""
    kinds: tuple[Kind, ...]


VARIANTS: dict[str, Variant] = {}


def variant(*codes: str, kinds: tuple[Kind, ...] = ()) -> Callable[[Make], Make]:
    """Enter an attack under its own name; ``codes`` are what may refuse it."""

    def entered(make: Make) -> Make:
        enter(make.__name__, make, *codes, kinds=kinds)
        return make

    return entered


def enter(name: str, make: Make, *codes: str, kinds: tuple[Kind, ...] = ()) -> None:
    """Enter an attack under a given name, which must be new."""
    if name in VARIANTS:
        raise ValueError(f"two variants are called {name}")
    inner = make.func if isinstance(make, partial) else make
    family = inner.__module__.rpartition(".")[2]
    VARIANTS[name] = Variant(name, make, codes, kinds or _FAMILIES[family])


def load() -> tuple[Variant, ...]:
    """Every variant, in the order of their names."""
    for family in _FAMILIES:
        importlib.import_module(f"tests.hostile.attacks.{family}")
    return tuple(VARIANTS[name] for name in sorted(VARIANTS))
