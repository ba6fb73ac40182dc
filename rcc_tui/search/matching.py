"""Which rows match the words, and how well: sets of rows by cost; the cheapest reading counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rcc_tui.search.asked import Word
from rcc_tui.search.bitset import add_points
from rcc_tui.search.index import Index
from rcc_tui.search.phrases import Phrases
from rcc_tui.search.spelling import ALIAS, CORRECTED, JOINED, MOST, MOVED, SPACED, Expansion, Speller

_KEPT = 160  # readings of words kept for the next keystroke
_SHORT = 4  # letters: of two words that have no more together none is a slip of a third
_ENDING = 2  # letters that may be wanting at the end of two words joined

_Asked = tuple[Word, bool] | tuple[Word, Word, bool]  # one word or two joined, and whether corrected


@dataclass(frozen=True, slots=True)
class Level:
    """The rows that match a word at one cost, and the expansions by which they do."""

    cost: int
    rows: int
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows that match every word, rows that match all but one, and the points for words, bit-sliced.

    A row gets `MOST + 1 - cost` for the cheapest reading of each word, never a sum over readings.
    """

    every: int
    but_one: int
    points: tuple[int, ...]


class Matcher:
    """Turns words into levels of rows, and remembers them while the index stays as it is."""

    def __init__(self, index: Index, aliases: Mapping[str, tuple[str, ...]], phrases: Phrases) -> None:
        self._index = index
        self._aliases = aliases
        self._phrases = phrases
        self._speller = Speller(index, aliases)
        self._version = index.version
        self._levels: dict[_Asked, list[Level]] = {}

    def refresh(self) -> None:
        """Forget what no longer holds after a change of the index."""
        if self._version != self._index.version:
            self._version = self._index.version
            self._speller = Speller(self._index, self._aliases)
            self._levels.clear()

    def anew(self) -> Matcher:
        """One that remembers nothing."""
        return Matcher(self._index, self._aliases, self._phrases)

    def as_typed(self, words: Sequence[Word]) -> list[list[Level]]:
        """The levels of each word taken as it was typed, a space too many apart."""
        return self._with_joined(words, corrected=False)

    def corrected(self, words: Sequence[Word]) -> list[list[Level]]:
        """The levels of each word with everything it may have been meant to be."""
        return self._with_joined(words, corrected=True)

    def _with_joined(self, words: Sequence[Word], corrected: bool) -> list[list[Level]]:
        found = [self._remembered(word, corrected) for word in words]
        for place, pair in enumerate(pairwise(words)):
            joined = self._remembered_joined(*pair, corrected)
            if joined:
                found[place] = _merged(found[place], joined)
                found[place + 1] = _merged(found[place + 1], joined)
        return found

    def reading(self, levels: Sequence[Level], row: int) -> Expansion | None:
        """The cheapest expansion of a word by which a row matches, None where it does not."""
        for level in levels:
            if level.rows >> row & 1:
                for expansion in level.expansions:
                    read = self._read(expansion, row)
                    if read is not None:
                        return read
        return None

    def _read(self, expansion: Expansion, row: int) -> Expansion | None:
        has = self._index.has
        if not expansion.begins:
            return expansion if all(has(term, row) for term in expansion.terms) else None
        terms = self._index.terms_from(expansion.begins)
        return next((replace(expansion, terms=(term,)) for term in terms if has(term, row)), None)

    def _remembered(self, word: Word, corrected: bool) -> list[Level]:
        key = (word, corrected)
        levels = self._levels.get(key)
        if levels is None:
            levels = []
            for one in word.each:
                levels = _merged(levels, self._typed(one))
                if corrected and not one.literal:
                    levels = _merged(levels, self._grouped(self._speller.corrected(one.text, one.unfinished)))
            self._keep(key, levels)
        return levels

    def _remembered_joined(self, first: Word, second: Word, corrected: bool) -> list[Level]:
        key = (first, second, corrected)
        levels = self._levels.get(key)
        if levels is None:
            levels = self._grouped(self._joined(first, second, corrected))
            self._keep(key, levels)
        return levels

    def _keep(self, key: _Asked, levels: list[Level]) -> None:
        if len(self._levels) >= _KEPT:
            self._levels.clear()
        self._levels[key] = levels

    def having(self, word: Word) -> int:
        """The rows that have a word just as it was typed, or what it abbreviates: those it leaves out."""
        levels = self._typed(Word(word.text, literal=word.literal))
        rows = 0
        for level in levels:
            if level.cost <= ALIAS:
                rows |= level.rows
        return rows

    def _typed(self, word: Word) -> list[Level]:
        levels = self._grouped(self._speller.typed(word))
        if " " in word.text:
            together = self._phrases.rows(word.text)
            levels = [replace(level, rows=level.rows & together) for level in levels]
        return levels

    def _joined(self, first: Word, second: Word, corrected: bool) -> list[Expansion]:
        """Two words that are one term, or two others, when the space is left out (`brigh ton`)."""
        if first.literal or second.literal or first.others or second.others:
            return []
        text = first.text + second.text
        likely = [Expansion((text,), JOINED, joined=True)] if self._index.has_term(text) else []
        if not corrected or len(text) <= _SHORT:
            return likely
        for term in self._index.terms_from(text):
            if 0 < len(term) - len(text) <= _ENDING:
                likely.append(Expansion((term,), CORRECTED // 2, joined=True))
        for one in () if likely else self._speller.corrected(text, second.unfinished):
            moved = len(one.terms) > 1 and one.cost <= MOVED and one.terms != (first.text, second.text)
            if moved or (len(one.terms) == 1 and one.terms[0] not in (first.text, second.text)):
                # Half with each of the two.
                likely.append(replace(one, cost=min((one.cost + SPACED) // 2, MOST), joined=True))
        return likely

    def _grouped(self, expansions: Sequence[Expansion]) -> list[Level]:
        by_cost: dict[int, list[Expansion]] = {}
        for expansion in expansions:
            by_cost.setdefault(expansion.cost, []).append(expansion)
        return [Level(cost, self._rows(same), tuple(same)) for cost, same in sorted(by_cost.items())]

    def _rows(self, expansions: Sequence[Expansion]) -> int:
        rows = self._index.union(
            ["t:" + one.terms[0] for one in expansions if len(one.terms) == 1 and not one.begins]
        )
        for expansion in expansions:
            if expansion.begins:
                rows |= self._index.beginning(expansion.begins)
            elif len(expansion.terms) > 1:
                together = self._index.live()
                for term in expansion.terms:
                    together &= self._index.bits("t:" + term)
                rows |= together
        return rows


def _merged(first: Sequence[Level], second: Sequence[Level]) -> list[Level]:
    return sorted([*first, *second], key=lambda level: level.cost)


def matched(words: Sequence[Sequence[Level]], within: int) -> Matched:
    """Match the rows of `within` against the levels of every word."""
    points: list[int] = []
    every, but_one = within, 0
    for levels in words:
        seen = 0
        for level in levels:
            fresh = level.rows & within
            fresh ^= fresh & seen
            if fresh:
                add_points(points, fresh, MOST + 1 - level.cost)
                seen |= fresh
        but_one = (but_one & seen) | (every ^ (every & seen))
        every &= seen
    return Matched(every, but_one, tuple(points))
