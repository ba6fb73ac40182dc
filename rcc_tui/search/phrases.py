"""Words side by side. The index knows which words a place has, not where.

Towns, needs, authorities and types are facts of the index: a place whose fact has the phrase needs no second
look. Of the others those that have all the words are read again, few as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import fixtures
from rcc_tui.search.bitset import rows_of
from rcc_tui.search.index import Index
from rcc_tui.search.rows import TYPE_WORDS
from rcc_tui.search.tokens import tokenise

_KEPT = 32

# Gives the fields of text of the places of these ids: of all of those that have the phrase at least.
Texts = Callable[[Sequence[str], str], Iterable[tuple[str, Sequence[str]]]]


class Phrases:
    """Which rows have words side by side in one field. Without `texts` all that have each of the words."""

    def __init__(self, index: Index, texts: Texts | None = None) -> None:
        self._index = index
        self._texts = texts
        self._version = index.version
        self._found: dict[str, int] = {}

    def rows(self, phrase: str) -> int:
        """The living rows of a phrase: words with spaces between them, tidied as `tokenise` does."""
        if self._version != self._index.version:
            self._version = self._index.version
            self._found.clear()
        found = self._found.get(phrase)
        if found is None:
            if len(self._found) >= _KEPT:
                self._found.clear()
            found = self._found[phrase] = self._read(phrase)
        return found

    def _read(self, phrase: str) -> int:
        rows = self._index.live()
        for term in phrase.split():
            rows &= self._index.bits("t:" + term)
        if self._texts is None or not rows:
            return rows
        tidy: dict[str, bool] = {}
        sure = rows & self._index.union(self._facts(phrase, tidy))
        unsure = rows ^ sure
        if not unsure:
            return sure
        ids = [self._index.ids[row] for row in rows_of(unsure)]
        side = bytearray((rows.bit_length() + 7) // 8)
        for id, texts in self._texts(ids, phrase):
            row = self._index.number(id)
            if row is not None and any(_has(text, phrase, tidy) for text in texts):
                side[row >> 3] |= 1 << (row & 7)
        return sure | int.from_bytes(side, "little")

    def _facts(self, phrase: str, tidy: dict[str, bool]) -> Iterator[str]:
        """The sets of rows that have the phrase for sure."""
        for kind in ("town", "need"):
            for text in self._index.facts(kind):
                if _has(text, phrase, tidy):
                    yield f"f:{kind}:{text}"
        for one in fixtures.authorities():
            if any(_has(text, phrase, tidy) for text in (one.name, one.trust, *one.short)):
                yield f"f:authority:{one.code}"
        for kind, words in TYPE_WORDS.items():
            if _has(" ".join(words), phrase, tidy):
                yield f"f:type:{kind}"


def _has(text: str, phrase: str, known: dict[str, bool]) -> bool:
    """Whether a text has the phrase, whole words only. Most texts are those of many places."""
    found = known.get(text)
    if found is None:
        found = known[text] = f" {phrase} " in f" {' '.join(tokenise(text))} "
    return found
