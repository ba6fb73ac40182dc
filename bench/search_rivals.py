"""Other ways to search the same list, for the benchmark alone.

`python -m bench.search_rivals` fetches fzf and tantivy into build/rivals, beside the program and never part
of it; without them the benchmark names them as absent. The others are there anyway: SQLite, rapidfuzz and
Textual.

A rival is given the words of a line, without its filters, and the text of every place.
"""

from __future__ import annotations

import importlib
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from textual.fuzzy import Matcher

from bench.search_rows import TODAY
from rcc_tui.search.query import parse
from rcc_tui.search.rows import IndexRow

Finder = Callable[[str], Sequence[str]]

FETCHED = Path(__file__).parents[1] / "build" / "rivals"
PACKAGES = ("iterfzf==1.9.0.67.0", "tantivy==0.27.0")


PATIENCE = 30  # seconds for one line


class AbsentError(Exception):
    """A rival that was not fetched."""


class LateError(Exception):
    """A rival that has not answered one line in `PATIENCE` seconds."""


def rivals() -> dict[str, tuple[Callable[[Sequence[IndexRow]], Finder], int]]:
    """By name: what makes the rival ready for some rows, and how many lines it is asked (slow ones few)."""
    return {
        "tantivy, exact over 1 over 2 slips": (tantivy_tiers, 300),
        "tantivy, fuzzy as it comes": (tantivy_fuzzy, 300),
        "SQLite FTS5 trigrams, bm25": (trigrams, 40),
        "fzf --filter": (fzf, 40),
        "rapidfuzz WRatio over rows": (whole_rows, 12),
        "textual.fuzzy.Matcher": (textual_matcher, 6),
    }


def _words(text: str) -> list[str]:
    return [word.text for word in parse(text, today=TODAY).words if not word.excluded]


def _text(row: IndexRow) -> str:
    return " ".join(row.words)


def whole_rows(rows: Sequence[IndexRow]) -> Finder:
    """rapidfuzz over the text of every row."""
    texts = {row.id: _text(row) for row in rows}

    def find(text: str) -> list[str]:
        found = process.extract(" ".join(_words(text)), texts, scorer=fuzz.WRatio, limit=10)
        return [match[2] for match in found]

    return find


def textual_matcher(rows: Sequence[IndexRow]) -> Finder:
    """What Textual's command palette uses, over the text of every row. It tries every way in which the
    letters of a line may lie in a text: with some lines it would take an hour."""
    texts = [(row.id, _text(row)) for row in rows]

    def find(text: str) -> list[str]:
        matcher, until = Matcher(" ".join(_words(text))), time.perf_counter() + PATIENCE
        scores: list[tuple[float, str]] = []
        for id, candidate in texts:
            scores.append((matcher.match(candidate), id))
            if time.perf_counter() > until:
                raise LateError
        return [id for score, id in sorted(scores, reverse=True)[:10] if score]

    return find


def trigrams(rows: Sequence[IndexRow]) -> Finder:
    """FTS5 with trigrams, any of them, by bm25."""
    base = sqlite3.connect(":memory:")
    base.execute("CREATE VIRTUAL TABLE places USING fts5(id UNINDEXED, words, tokenize='trigram')")
    base.executemany("INSERT INTO places VALUES (?, ?)", ((row.id, _text(row)) for row in rows))

    def find(text: str) -> list[str]:
        grams = {word[at : at + 3] for word in _words(text) for at in range(len(word) - 2)}
        match = " OR ".join(f'"{gram}"' for gram in sorted(grams))
        if not match:
            return []
        found = base.execute("SELECT id FROM places WHERE places MATCH ? ORDER BY rank LIMIT 10", (match,))
        return [row[0] for row in found]

    return find


def fzf(rows: Sequence[IndexRow]) -> Finder:
    """The program, given the whole list anew each time, as `--filter` has it."""
    program = FETCHED / "iterfzf" / "fzf"
    if not program.is_file():
        raise AbsentError
    lines = "\n".join(f"{row.id}\t{_text(row)}" for row in rows).encode()

    def find(text: str) -> list[str]:
        asked = [str(program), "--delimiter=\t", "--nth=2..", "--filter", " ".join(_words(text))]
        done = subprocess.run(asked, input=lines, stdout=subprocess.PIPE, check=False)
        return [line.partition(b"\t")[0].decode() for line in done.stdout.splitlines()[:10]]

    return find


def _tantivy(rows: Sequence[IndexRow]) -> tuple[Any, Any, Any]:
    if not (FETCHED / "tantivy").is_dir():
        raise AbsentError
    if str(FETCHED) not in sys.path:
        sys.path.append(str(FETCHED))
    tantivy = importlib.import_module("tantivy")
    schema = tantivy.SchemaBuilder().add_text_field("id", stored=True, tokenizer_name="raw")
    schema = schema.add_text_field("words").build()
    index = tantivy.Index(schema)
    writer = index.writer(200_000_000, 1)
    for row in rows:
        writer.add_document(tantivy.Document(id=row.id, words=_text(row)))
    writer.commit()
    index.reload()
    return tantivy, schema, index.searcher()


def _asking(rows: Sequence[IndexRow], query_of: Callable[[Any, Any, str], Any]) -> Finder:
    tantivy, schema, searcher = _tantivy(rows)

    def find(text: str) -> list[str]:
        words = _words(text)
        for occur in (tantivy.Occur.Must, tantivy.Occur.Should):
            parts = [(occur, query_of(tantivy, schema, word)) for word in words]
            hits = searcher.search(tantivy.Query.boolean_query(parts), 10).hits
            if hits:
                return [searcher.doc(address)["id"][0] for _, address in hits]
        return []

    return find


def tantivy_fuzzy(rows: Sequence[IndexRow]) -> Finder:
    """Every word with two slips, all of them or else any."""
    return _asking(
        rows, lambda tantivy, schema, word: tantivy.Query.fuzzy_term_query(schema, "words", word, 2)
    )


def tantivy_tiers(rows: Sequence[IndexRow]) -> Finder:
    """The same, where fewer slips are worth more, and beginnings with a slip count."""

    def query_of(tantivy: Any, schema: Any, word: str) -> Any:
        ask = tantivy.Query
        tiers = [(64.0, ask.term_query(schema, "words", word))]
        tiers.append((32.0, ask.fuzzy_term_query(schema, "words", word, 0, True, True)))
        tiers.append((16.0, ask.fuzzy_term_query(schema, "words", word, 1)))
        tiers.append((8.0, ask.fuzzy_term_query(schema, "words", word, 1, True, True)))
        if len(word) > 4:
            tiers.append((4.0, ask.fuzzy_term_query(schema, "words", word, 2)))
        return ask.disjunction_max_query([ask.const_score_query(query, worth) for worth, query in tiers])

    return _asking(rows, query_of)


def main() -> None:
    """Fetch what is not there yet."""
    done = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--upgrade",
        "--target",
        str(FETCHED),
        *PACKAGES,
    ]
    subprocess.run(done, check=True)
    print(f"{', '.join(PACKAGES)} in {FETCHED}")


if __name__ == "__main__":
    main()
