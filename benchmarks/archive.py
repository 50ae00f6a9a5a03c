"""Search and filing in the encrypted archive, beside the same tables unencrypted.

python -m benchmarks.archive [--documents 10000]

The documents are synthetic: words of two to four characters drawn by rank from 4,000, about 1,700
characters each. Queries are substrings of random documents, so they are as frequent as text is.
"""

import argparse
import json
import random  # noqa: TID251 - seeded, so that every run has one corpus
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap
from sqlcipher3 import dbapi2 as sqlite

from desktop.archive import schema
from desktop.archive.archive import Archive
from desktop.archive.search import search
from desktop.archive.values import FileDraft, ItemDraft
from desktop.vault.database import Connection
from desktop.vault.keys import Slot, SlotKind
from desktop.vault.vault import Vault
from formats.effects import system_clock, system_randomness

BATCH = 1000
QUERIES = 200
ROUNDS = 5
TARGET_MS = 20.0


class _Key:
    """A key in memory, in place of a UKEY."""

    kind: SlotKind = "ukey"
    certificate = "sha256:benchmark"
    label = "benchmark"

    def wrap(self, secret: bytes) -> bytes:
        """The secret under a fixed key."""
        return aes_key_wrap(bytes(32), secret)

    def fits(self, slot: Slot) -> bool:
        """Every slot."""
        return bool(slot)

    def unwrap(self, wrapped: bytes) -> bytes:
        """The secret."""
        return aes_key_unwrap(bytes(32), wrapped)


def corpus(count: int) -> list[str]:
    """The texts."""
    source = random.Random(20261124)  # noqa: S311 - a corpus, not a secret
    characters = [chr(0x4E00 + number) for number in range(3000)]
    words = [
        "".join(source.choices(characters, k=source.choice((2, 2, 2, 3, 4)))) for _ in range(4000)
    ]
    weights = [1 / (rank + 10) for rank in range(len(words))]
    texts = []
    for _ in range(count):
        chosen = source.choices(words, weights, k=700)
        stops = [word + ("，" if place % 7 == 6 else "") for place, word in enumerate(chosen)]  # noqa: PLR2004 - a comma a clause
        texts.append("".join(stops))
    return texts


def queries(texts: Sequence[str], size: int) -> list[str]:
    """Substrings at random places."""
    source = random.Random(size)  # noqa: S311 - as above
    found: list[str] = []
    while len(found) < QUERIES:
        text = source.choice(texts)
        place = source.randrange(len(text) - size)
        piece = text[place : place + size]
        if "，" not in piece:
            found.append(piece)
    return found


def file_all(archive: Archive, texts: Sequence[str]) -> float:
    """File the texts in batches; documents per second of CPU."""
    start = time.process_time()
    for first in range(0, len(texts), BATCH):
        archive.ingest_many(
            [
                ItemDraft(
                    title=f"关于第{number}号事项的通知",
                    files=(FileDraft("document", "公文.pdf", b"%PDF-"),),
                    digest=f"sha256:{number:064x}",
                    text=texts[number],
                    number=f"皖政办〔{2017 + number % 10}〕{number}号",
                    kind="notice",
                    issuer="安徽省人民政府办公厅",
                    year=2017 + number % 10,
                )
                for number in range(first, min(first + BATCH, len(texts)))
            ]
        )
    return len(texts) / (time.process_time() - start)


def plain_copy(vault: Vault, path: Path) -> Any:  # noqa: ANN401 - sqlcipher3 has no types
    """The same rows in the same SQLite, without a key: a file in the clear."""
    plain = sqlite.connect(path, isolation_level=None)
    plain.row_factory = sqlite.Row
    plain.execute("PRAGMA page_size = 8192")
    plain.execute("CREATE TABLE blob (id TEXT PRIMARY KEY)")
    for statement in schema.STATEMENTS:
        plain.execute(statement)
    plain.execute("BEGIN")
    tables = ("item", "item_facet", "item_text")
    shadows = ("item_index_data", "item_index_idx", "item_index_docsize", "item_index_config")
    with vault.read() as connection:
        for table in (*tables, *shadows):
            if table in shadows:
                plain.execute(f"DELETE FROM {table}")  # noqa: S608 - names from above
            rows = [tuple(row) for row in connection.execute(f"SELECT * FROM {table}")]  # noqa: S608 - as above
            marks = ", ".join("?" * len(rows[0]))
            plain.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - as above
    plain.execute("COMMIT")
    plain.close()
    opened = sqlite.connect(path, isolation_level=None)
    opened.row_factory = sqlite.Row
    return opened


def p95(run: Callable[[str], Any], asked: Sequence[str]) -> float:
    """Milliseconds of CPU that 95 of 100 searches stay under."""
    taken = []
    for query in asked:
        start = time.process_time()
        run(query)
        taken.append((time.process_time() - start) * 1000)
    return statistics.quantiles(taken, n=20)[18]


def line(name: str, value: float, unit: str, **more: object) -> None:
    """One result; DESIGN §9."""
    found = {
        "name": name, "value": round(value, 3), "unit": unit, "peer": None, "peer_value": None,
        "ratio": None, "goal": None, "better": "lower", "runs": ROUNDS, "note": "", **more,
    }  # fmt: skip
    print(json.dumps(found, ensure_ascii=False), flush=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=10_000)
    count = parser.parse_args().documents
    texts = corpus(count)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        with Vault.create(
            place / "vault", [_Key()], clock=system_clock, randomness=system_randomness
        ) as vault:
            archive = Archive(vault, system_clock, system_randomness)
            speed = file_all(archive, texts)
            note = f"{count} documents of about {len(texts[0])} characters, batches of {BATCH}"
            line("archive.file", speed, "documents/s of CPU", better="higher", runs=1, note=note)
            plain = plain_copy(vault, place / "plain.db")
            _searches(archive, plain, texts, note)
            plain.close()


def _searches(archive: Archive, plain: Connection, texts: Sequence[str], note: str) -> None:
    """Each size of query, both arms in turn."""

    def unencrypted(query: str) -> object:
        return search(
            plain,
            query, limit=20, before=None, facets=False, clockwork=time.perf_counter,
        )  # fmt: skip

    for size in (1, 2, 3, 4, 6):
        asked = queries(texts, size)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            ours.append(p95(lambda query: archive.search(query, 20), asked))
            theirs.append(p95(unencrypted, asked))
        mine, peer = statistics.median(ours), statistics.median(theirs)
        line(
            f"archive.search.{size}-character", mine, "ms of CPU, p95",
            peer="SQLite, same tables in the clear",
            peer_value=round(peer, 3), ratio=round(mine / peer, 3), goal=1.25, note=note,
        )  # fmt: skip
        line(
            f"archive.search.{size}-character.limit", mine, "ms of CPU, p95",
            peer="promise at 10,000 documents",
            peer_value=TARGET_MS, ratio=round(mine / TARGET_MS, 3), goal=1.0, note=note,
        )  # fmt: skip


if __name__ == "__main__":
    main()
