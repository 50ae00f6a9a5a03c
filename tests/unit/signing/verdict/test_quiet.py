"""The verifier says what it has to say in its verdict, and nowhere else."""

import pytest

from signing.verdict.pdf import verify_pdf
from tests.support.attacks import ATTACKS
from tests.support.sealed import Hands


def test_no_warning_of_the_parser_reaches_log_or_terminal(
    hands: Hands,
    sealed: bytes,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    verify_pdf(ATTACKS["page_content_added"](sealed), trust=hands.trust, now=hands.now)

    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
