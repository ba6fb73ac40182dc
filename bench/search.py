"""How fast and how true the search is, at 10,000 and 100,000 places, beside two rivals in the same run.

`python -m bench.search` prints the table. Targets and rows are made up and the same in every run; slips are
drawn at random letters, so the scorer was not tuned to them. Recall counts places that have every word meant.
"""

from __future__ import annotations

import sqlite3
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median, quantiles

from rapidfuzz import fuzz, process

import fixtures
from bench.search_rows import TODAY, Query, made_rows, queries
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.query import parse
from rcc_tui.search.rows import IndexRow

SIZES = (10_000, 100_000)
TYPOS = 300
RIVAL_SAMPLE = 12

Finder = Callable[[str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Score:
    """Milliseconds a query (p50, p95) and the share of targets found first and in the first ten."""

    name: str
    p50: float
    p95: float
    first: float
    ten: float


def measure(name: str, find: Finder, asked: Sequence[Query], rows: dict[str, IndexRow]) -> Score:
    """Ask every query once."""
    times, first, ten = [], 0, 0
    for query in asked:
        began = time.perf_counter()
        ids = find(query.text)
        times.append((time.perf_counter() - began) * 1000)
        hits = [query.meant.issubset(rows[id].words) for id in ids[:10]]
        first += any(hits[:1])
        ten += any(hits)
    return Score(name, median(times), quantiles(times, n=20)[18], first / len(asked), ten / len(asked))


def keystrokes(engine: Engine, asked: Sequence[Query]) -> list[float]:
    """Milliseconds for every key of every line, typed from left to right."""
    times = []
    for query in asked:
        for end in range(1, len(query.text) + 1):
            began = time.perf_counter()
            engine.find(parse(query.text[:end], today=TODAY), today=TODAY, buyer="871")
            times.append((time.perf_counter() - began) * 1000)
    return times


def rival_whole_rows(rows: Sequence[IndexRow]) -> Finder:
    """rapidfuzz WRatio over the text of every row."""
    texts = {row.id: " ".join(row.words) for row in rows}

    def find(text: str) -> list[str]:
        words = " ".join(word.text for word in parse(text, today=TODAY).words)
        return [match[2] for match in process.extract(words, texts, scorer=fuzz.WRatio, limit=10)]

    return find


def rival_trigrams(rows: Sequence[IndexRow]) -> Finder:
    """SQLite FTS5 with trigrams, any of them, by bm25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE places USING fts5(id UNINDEXED, words, tokenize='trigram')")
    base.executemany("INSERT INTO places VALUES (?, ?)", ((row.id, " ".join(row.words)) for row in rows))

    def find(text: str) -> list[str]:
        words = [word.text for word in parse(text, today=TODAY).words]
        grams = {word[at : at + 3] for word in words for at in range(len(word) - 2)}
        match = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        found = base.execute("SELECT id FROM places WHERE places MATCH ? ORDER BY rank LIMIT 10", (match,))
        return [row[0] for row in found]

    return find


def _load_figures(rows: Sequence[IndexRow]) -> tuple[Index, str]:
    began = time.perf_counter()
    index = Index.build(rows)
    built = time.perf_counter() - began
    blobs = index.dump()
    began = time.perf_counter()
    loaded = Index.load(blobs, INDEX_VERSION)
    took = time.perf_counter() - began
    assert loaded is not None
    tracemalloc.start()
    Index.load([(name, bytes(blob)) for name, blob in blobs], INDEX_VERSION)
    memory = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    began = time.perf_counter()
    for row in rows[:50]:
        loaded.add(row)
    update = (time.perf_counter() - began) / 50
    parts = (
        f"build {built:.2f} s",
        f"load {took * 1000:.0f} ms",
        f"{len(blobs):,} blobs of {sum(len(blob) for _, blob in blobs) / 1e6:.1f} MB",
        f"memory {memory / 1e6:.0f} MB",
        f"{len(index.terms):,} terms",
        f"one row changed {update * 1000:.2f} ms",
    )
    return index, "  " + " · ".join(parts)


def bench(size: int) -> None:
    """One table."""
    rows = list(made_rows(size))
    by_id = {row.id: row for row in rows}
    index, figures = _load_figures(rows)
    print(f"{size:,} places\n{figures}")
    engine = Engine(index, fixtures.gazetteer(), fixtures.synonyms())
    slipped, clean = queries(rows, TYPOS, 2), queries(rows, TYPOS, 0, seed=3)

    def warm(text: str) -> tuple[str, ...]:
        return engine.find(parse(text, today=TODAY), today=TODAY, buyer="871").ids

    def cold(text: str) -> tuple[str, ...]:
        engine.forget()
        return warm(text)

    warm("oak slough 12f 20mi from SL1 ")
    typing = keystrokes(engine, slipped[:60])
    slowest = quantiles(typing, n=20)[18]
    print(f"  a key: p50 {median(typing):.2f} ms · p95 {slowest:.2f} ms ({len(typing):,} keys)")
    scores = [
        measure("1-2 slips", warm, slipped, by_id),
        measure("1-2 slips, caches emptied", cold, slipped, by_id),
        measure("no slip", warm, clean, by_id),
        measure("rapidfuzz WRatio over rows", rival_whole_rows(rows), slipped[:RIVAL_SAMPLE], by_id),
        measure("FTS5 trigram OR + bm25", rival_trigrams(rows), slipped[: RIVAL_SAMPLE * 4], by_id),
    ]
    print(f"  {'':28}{'p50 ms':>9}{'p95 ms':>9}{'× ours':>8}{'first':>8}{'in ten':>8}")
    for one in scores:
        ratio = one.p95 / scores[0].p95
        print(f"  {one.name:28}{one.p50:9.2f}{one.p95:9.2f}{ratio:8.1f}{one.first:8.3f}{one.ten:8.3f}")


def main() -> None:
    """Print the figures of every size."""
    for size in SIZES:
        bench(size)


if __name__ == "__main__":
    main()
