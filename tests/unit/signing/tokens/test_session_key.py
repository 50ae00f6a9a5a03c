"""SM4-GCM from single blocks: the same answers as a library's GCM, and RFC 8998's example."""

import os
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from formats.errors import TooLarge
from formats.limits import MAX_TOKEN_DECRYPT_BYTES
from signing.errors import CapsuleError, KeyStays
from signing.tokens.session_key import KnownKey, open_gcm

RFC_8998 = {
    "key": "0123456789abcdeffedcba9876543210",
    "nonce": "00001234567800000000abcd",
    "aad": "feedfacedeadbeeffeedfacedeadbeefabaddad2",
    "plain": "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
    "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa",
    "cipher": "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
    "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d",
    "tag": "83de3541e4c2b58177e065a9bf7b62ec",
}
"""RFC 8998 A.2.1."""


def ecb(key: bytes) -> Callable[[bytes], bytes]:
    def encrypt(blocks: bytes) -> bytes:
        cipher = Cipher(algorithms.SM4(key), modes.ECB()).encryptor()  # noqa: S305 - what a UKEY offers
        return cipher.update(blocks) + cipher.finalize()

    return encrypt


def sealed(key: bytes, nonce: bytes, plain: bytes, aad: bytes) -> tuple[bytes, bytes]:
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(aad)
    return cipher.update(plain) + cipher.finalize(), cipher.tag


def test_the_example_of_the_rfc_opens_both_ways() -> None:
    given = {name: bytes.fromhex(value) for name, value in RFC_8998.items()}
    parts = (given["nonce"], given["cipher"], given["tag"], given["aad"])

    assert given["plain"] == open_gcm(ecb(given["key"]), *parts)
    assert given["plain"] == KnownKey(given["key"]).decrypt_gcm(*parts)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 255, 4096])
@pytest.mark.parametrize("aad", [0, 5, 16, 33])
def test_single_blocks_give_what_a_library_gives(size: int, aad: int) -> None:
    key, nonce, plain, more = (os.urandom(n) for n in (16, 12, size, aad))
    cipher, tag = sealed(key, nonce, plain, more)

    assert plain == open_gcm(ecb(key), nonce, cipher, tag, more)


@pytest.mark.parametrize("part", ["nonce", "cipher", "tag", "aad"])
def test_one_changed_bit_opens_nothing(part: str) -> None:
    key = bytes(range(16))
    parts = {"nonce": bytes(12), "aad": b"header"}
    parts["cipher"], parts["tag"] = sealed(key, parts["nonce"], b"content", parts["aad"])
    parts[part] = bytes([parts[part][0] ^ 1]) + parts[part][1:]
    changed = (parts["nonce"], parts["cipher"], parts["tag"], parts["aad"])

    for attempt in (
        lambda: open_gcm(ecb(key), *changed),
        lambda: KnownKey(key).decrypt_gcm(*changed),
    ):
        with pytest.raises(CapsuleError):
            attempt()


def test_a_token_that_gives_too_few_blocks_opens_nothing() -> None:
    key = bytes(16)
    cipher, tag = sealed(key, bytes(12), b"content", b"")

    with pytest.raises(CapsuleError):
        open_gcm(lambda blocks: ecb(key)(blocks)[:-16], bytes(12), cipher, tag)


@pytest.mark.parametrize(("nonce", "tag"), [(11, 16), (16, 16), (12, 12)])
def test_another_nonce_or_tag_size_is_refused(nonce: int, tag: int) -> None:
    with pytest.raises(CapsuleError):
        KnownKey(bytes(16)).decrypt_gcm(bytes(nonce), b"", bytes(tag))


def test_a_token_is_not_asked_for_more_than_a_capsule() -> None:
    with pytest.raises(TooLarge):
        KnownKey(bytes(16)).decrypt_gcm(bytes(12), bytes(MAX_TOKEN_DECRYPT_BYTES + 1), bytes(16))


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(CapsuleError):
        KnownKey(bytes(32))


def test_a_closed_key_is_gone() -> None:
    key = KnownKey(bytes(16))
    shown = repr(key)
    key.close()
    key.close()

    with pytest.raises(KeyStays):
        key.reveal()
    assert "KnownKey()" == shown
