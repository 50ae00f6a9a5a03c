"""Checkpoints: C2SP notes, read strictly."""

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from formats.evidence.checkpoint import (
    Checkpoint,
    CheckpointInvalid,
    cosign,
    node_of,
    origin_of,
    parse_checkpoint,
    sign_checkpoint,
    verify_checkpoint,
    verify_cosignature,
)
from formats.evidence.receipt import Receipt, parse_proof, proof_text

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
ORIGIN = origin_of("340000")
CHECKPOINT = Checkpoint(origin=ORIGIN, size=1234, root=bytes(range(32)))
TEXT = sign_checkpoint(CHECKPOINT, PUBLIC, KEY.sign)
AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)


def test_a_checkpoint_is_three_lines_and_a_signature() -> None:
    lines = TEXT.split("\n")

    assert [ORIGIN, "1234", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", ""] == lines[:4]
    assert lines[4].startswith(f"— {ORIGIN} ")
    assert [""] == lines[5:]


def test_a_checkpoint_verifies_under_its_key_and_origin() -> None:
    assert CHECKPOINT == verify_checkpoint(TEXT, ORIGIN, PUBLIC)


def test_another_key_does_not_verify() -> None:
    with pytest.raises(CheckpointInvalid) as raised:
        verify_checkpoint(
            TEXT, ORIGIN, Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        )

    assert "存证日志的检查点无效" in raised.value.text()


def test_the_checkpoint_of_another_log_is_refused() -> None:
    with pytest.raises(CheckpointInvalid):
        verify_checkpoint(TEXT, origin_of("340100"), PUBLIC)


def test_every_altered_character_is_refused() -> None:
    for place, character in enumerate(TEXT):
        altered = TEXT[:place] + ("B" if character != "B" else "C") + TEXT[place + 1 :]
        with pytest.raises(CheckpointInvalid):
            verify_checkpoint(altered, ORIGIN, PUBLIC)


def test_a_witness_adds_a_line_and_the_log_s_own_still_holds() -> None:
    witness = Ed25519PrivateKey.generate()
    public = witness.public_key().public_bytes_raw()
    text = cosign(TEXT, "yidao/340100", public, witness.sign, at=AT)

    assert CHECKPOINT == verify_checkpoint(text, ORIGIN, PUBLIC)
    assert AT == verify_cosignature(text, "yidao/340100", public)
    with pytest.raises(CheckpointInvalid):
        verify_cosignature(text, "yidao/340123", public)
    with pytest.raises(CheckpointInvalid):
        verify_cosignature(TEXT, "yidao/340100", public)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        TEXT[:-1],
        TEXT.rstrip("\n") + "\n\n",
        TEXT.replace("\n\n", "\nextension\n\n"),
        TEXT.replace("1234", "01234"),
        TEXT.replace("1234", "-1"),
        TEXT.replace("1234", "１２３４"),
        TEXT.replace("1234", "9" * 30),
        TEXT.replace("Hh8=", "Hh8"),
        TEXT.replace("Hh8=", "Hh9="),
        TEXT.replace("— ", "- "),
        TEXT.replace("\n", "\r\n"),
        TEXT + "— yidao/340000 AAAA\n",
        TEXT + TEXT.split("\n")[4] + "\n",
        TEXT + "— x AAAAAAA=\n" * 40,
        "x" * 100_000,
    ],
)
def test_text_in_another_form_is_refused(text: str) -> None:
    with pytest.raises(CheckpointInvalid):
        verify_checkpoint(text, ORIGIN, PUBLIC)


def test_lines_of_unknown_keys_say_nothing_and_do_no_harm() -> None:
    text = TEXT + "— somebody AAAAAAAAAA==\n"

    assert CHECKPOINT == verify_checkpoint(text, ORIGIN, PUBLIC)
    assert 2 == len(parse_checkpoint(text).lines)


def test_a_log_is_named_for_its_node() -> None:
    assert "340000" == node_of(ORIGIN)
    with pytest.raises(CheckpointInvalid):
        node_of("somewhere/else")


def receipt() -> Receipt:
    return Receipt(
        record=b"p7m", leaf_index=7, tree_size=1234, inclusion=(bytes(32),) * 3, checkpoint=TEXT
    )


def test_a_proof_is_read_back_as_it_was_written() -> None:
    proof = parse_proof(proof_text(receipt()))

    assert (7, (bytes(32),) * 3, TEXT) == (proof.leaf_index, proof.inclusion, proof.checkpoint)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("@v1", "@v2"),
        ("index 7", "index 07"),
        ("index 7\n", ""),
        ("AAA=\n", "AA=\n"),
        ("\n\n", "\n"),
    ],
)
def test_a_proof_in_another_form_is_refused(old: str, new: str) -> None:
    with pytest.raises(CheckpointInvalid):
        parse_proof(proof_text(receipt()).replace(old, new))
