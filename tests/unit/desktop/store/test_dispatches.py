import sqlite3

import pytest

from desktop.store import dispatches, schema


@pytest.fixture
def db() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    for statements in schema.VERSIONS:
        for statement in statements:
            connection.execute(statement)
    for place, number in enumerate(
        ("皖政办〔2026〕9号", "皖政办〔2026〕12号", "皖政办〔2025〕88号", "皖政〔2026〕40号", "")
    ):
        connection.execute(
            "INSERT INTO outgoing (dispatch, document, title, kind, number, sensitivity, state,"
            " error, sealed_at, pdf, pdf_digest, rules)"
            " VALUES (?, x'', '', 'notice', ?, 'public', 'sealed', '', '', '', '', x'')",
            (str(place), number),
        )
    return connection


@pytest.mark.parametrize(
    ("mark", "year", "serial"),
    [("皖政办", 2026, 12), ("皖政办", 2025, 88), ("皖政", 2026, 40), ("皖政办", 2027, 0)],
)
def test_the_last_serial_is_the_highest_of_that_mark_and_year(
    db: sqlite3.Connection, mark: str, year: int, serial: int
) -> None:
    assert serial == dispatches.last_serial(db, mark, year)
