"""The self-test: a library that computes anything wrongly is never used."""

from collections.abc import Callable

import pytest

from signing.gm import provider as seam
from signing.gm.errors import GmSelfTestFailed, GmUnavailable
from signing.gm.libcrypto import Libcrypto
from signing.gm.provider import self_test


def test_the_library_in_use_passes_the_standards_examples() -> None:
    self_test(Libcrypto())


FAULTS: dict[str, tuple[str, Callable[..., object]]] = {
    "takes any signature": ("verify", lambda *_: True),
    "takes no signature": ("verify", lambda *_: False),
    "signs something else": ("sign", lambda *_: b"\x30\x06\x02\x01\x01\x02\x01\x01"),
    "does not encrypt": ("encrypt", lambda _key, data: data),
    "opens nothing": ("decrypt", lambda *_: None),
    "knows no such keys": ("load_private", lambda *_: None),
    "mixes up its keys": ("spki", lambda *_: b""),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_library_that_errs_is_refused(monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    library = Libcrypto()
    monkeypatch.setattr(library, *FAULTS[fault])
    with pytest.raises(GmSelfTestFailed) as refused:
        self_test(library)
    assert "SM2" in refused.value.sentences()[0]


@pytest.mark.parametrize(("algorithm", "function"), [("SM3", "digest_bytes"), ("SM4", "_sm4")])
def test_wrong_sums_of_the_other_algorithms_are_found(
    monkeypatch: pytest.MonkeyPatch, algorithm: str, function: str
) -> None:
    monkeypatch.setattr(seam, function, lambda *_: b"\0" * 32)
    with pytest.raises(GmSelfTestFailed) as refused:
        self_test(Libcrypto())
    assert algorithm in refused.value.sentences()[0]


def test_without_the_library_there_is_a_coded_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signing.gm.libcrypto._NAMES", ("libcrypto-of-nowhere.so",))
    with pytest.raises(GmUnavailable):
        Libcrypto()
