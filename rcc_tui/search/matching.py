"""Which rows match the words, and how well: sets of rows by cost; the cheapest reading counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rcc_tui.search.asked import Word
from rcc_tui.search.bitset import added
from rcc_tui.search.index import Index
from rcc_tui.search.kept import Kept, room
from rcc_tui.search.phrases import Phrases
from rcc_tui.search.spelling import ALIAS, CORRECTED, JOINED, MOST, MOVED, SPACED, Expansion, Speller

# Bytes of readings kept for the next keystroke, and as many more a row: those of some hundred words.
_ROOM, _ROOM_A_ROW = 16_000_000, 48
_SHORT = 4  # letters: of two words that have no more together none is a slip of a third
_ENDING = 2  # letters that may be wanting at the end of two words joined

# The word before, the word and the word after, where the two are or may be one; and whether corrected.
_Asked = tuple[Word | None, Word | None, Word | None, bool]


@dataclass(frozen=True, slots=True)
class Level:
    """The rows that match a word at one cost, and the expansions by which they do."""

    cost: int
    rows: int
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Levels:
    """All the ways a word may be read, the cheapest first. `rows` match in any way, by the cheapest of them
    for `points`, bit-sliced: `MOST + 1 - cost`, never a sum over readings."""

    each: tuple[Level, ...] = ()
    rows: int = 0
    points: tuple[int, ...] = ()

    @classmethod
    def of(cls, levels: Sequence[Level]) -> Levels:
        """Levels in any order."""
        each = tuple(sorted(levels, key=lambda level: level.cost))
        rows, points = 0, [0] * (MOST + 1).bit_length()
        for level in each:
            fresh = level.rows ^ (level.rows & rows) if rows else level.rows
            rows = rows | fresh if rows else fresh
            worth, place = MOST + 1 - level.cost, 0
            while fresh and worth:
                if worth & 1:
                    points[place] = points[place] | fresh if points[place] else fresh
                worth >>= 1
                place += 1
        return cls(each, rows, tuple(points))

    @property
    def weight(self) -> int:
        """How many sets of rows it holds."""
        # With one level the points are the rows of that level.
        return 1 + len(self.each) + (len(self.points) if len(self.each) > 1 else 0)


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows that match every word, and rows that match all but one."""

    every: int
    but_one: int


class Matcher:
    """Turns words into levels of rows, and remembers them while the index stays as it is."""

    def __init__(self, index: Index, aliases: Mapping[str, tuple[str, ...]], phrases: Phrases) -> None:
        self._index = index
        self._aliases = aliases
        self._phrases = phrases
        self._speller = Speller(index, aliases)
        self._version = index.version
        self._levels: Kept[_Asked, Levels] = Kept(room(len(index.ids), _ROOM, _ROOM_A_ROW))

    def refresh(self) -> None:
        """Forget what no longer holds after a change of the index."""
        if self._version != self._index.version:
            self._version = self._index.version
            self._speller = Speller(self._index, self._aliases)
            self._levels.clear()

    def anew(self) -> Matcher:
        """One that remembers nothing."""
        return Matcher(self._index, self._aliases, self._phrases)

    def as_typed(self, words: Sequence[Word]) -> list[Levels]:
        """The levels of each word taken as it was typed, a space too many apart."""
        return self._with_joined(words, corrected=False)

    def corrected(self, words: Sequence[Word]) -> list[Levels]:
        """The levels of each word with everything it may have been meant to be."""
        return self._with_joined(words, corrected=True)

    def _with_joined(self, words: Sequence[Word], corrected: bool) -> list[Levels]:
        found: list[Levels] = []
        around = (None, *words, None)
        for before, word, after in zip(around, words, around[2:], strict=False):
            first = before if before and self._joined(before, word, corrected).each else None
            last = after if after and self._joined(word, after, corrected).each else None
            found.append(self._surrounded(first, word, last, corrected))
        return found

    def reading(self, levels: Levels, row: int) -> Expansion | None:
        """The cheapest expansion of a word by which a row matches, None where it does not."""
        for level in levels.each:
            if level.rows >> row & 1:
                for expansion in level.expansions:
                    read = self._read(expansion, row)
                    if read is not None:
                        return read
        return None

    def _read(self, expansion: Expansion, row: int) -> Expansion | None:
        if not expansion.begins:
            return expansion if all(self._index.has(term, row) for term in expansion.terms) else None
        term = self._index.first_term(row, expansion.begins)
        return None if term is None else replace(expansion, terms=(term,))

    def _surrounded(self, before: Word | None, word: Word, after: Word | None, corrected: bool) -> Levels:
        """The levels of a word, with those of it and the word before or after as one."""
        if before is None and after is None:
            return self._alone(word, corrected)
        key = (before, word, after, corrected)
        found = self._levels.get(key)
        if found is None:
            levels = [*self._alone(word, corrected).each]
            if before is not None:
                levels += self._joined(before, word, corrected).each
            if after is not None:
                levels += self._joined(word, after, corrected).each
            found = self._keep(key, Levels.of(levels))
        return found

    def _alone(self, word: Word, corrected: bool) -> Levels:
        key = (None, word, None, corrected)
        found = self._levels.get(key)
        if found is None:
            if corrected:
                levels = [*self._alone(word, corrected=False).each]
                for one in word.each:
                    if not one.literal:
                        levels += self._grouped(self._speller.corrected(one.text, one.unfinished))
            else:
                levels = [level for one in word.each for level in self._typed(one)]
            found = self._keep(key, Levels.of(levels))
        return found

    def _joined(self, first: Word, second: Word, corrected: bool) -> Levels:
        key = (first, None, second, corrected)
        found = self._levels.get(key)
        if found is None:
            levels = self._grouped(self._joinings(first, second, corrected))
            found = self._keep(key, Levels.of(levels))
        return found

    def _keep(self, key: _Asked, levels: Levels) -> Levels:
        return self._levels.put(key, levels, levels.weight)

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

    def _joinings(self, first: Word, second: Word, corrected: bool) -> list[Expansion]:
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


def matched(words: Sequence[Levels], within: int) -> Matched:
    """Match the rows of `within` against the levels of every word."""
    every, but_one = within, 0
    for levels in words:
        seen = levels.rows & within
        both = every & seen
        but_one = but_one & seen | every ^ both
        every = both
    return Matched(every, but_one)


def worth(words: Sequence[Levels], lacking: bool) -> Sequence[int]:
    """The points of all words together, bit-sliced; of a row that matches in no way 0 for that word.

    If no row is `lacking` a word, those that can be read in one way only tell none from another: left out.
    """
    points: Sequence[int] = ()
    for levels in words:
        if lacking or len(levels.each) > 1:
            points = added(points, levels.points) if points else levels.points
    return points
