"""The search: a parsed query in, the ids of the best places out, with what was understood."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import chain
from time import perf_counter_ns

from rcc_tui.domain.needs import Needs
from rcc_tui.search import slips
from rcc_tui.search.asked import Price, Problem, Query, Word
from rcc_tui.search.bitset import absences, best, rows_of
from rcc_tui.search.facets import Distances, Measures, filtered
from rcc_tui.search.index import Index, tie_number
from rcc_tui.search.kept import Kept, room
from rcc_tui.search.matching import Levels, Matched, Matcher, matched, worth
from rcc_tui.search.phrases import Phrases, Texts
from rcc_tui.search.query import describe_filters
from rcc_tui.search.rank import points
from rcc_tui.search.spelling import MOST, Expansion, aliases_of

WIDEN_BELOW = 50  # fewer rows than this match as typed: corrections are looked at too
LET_GO_BELOW = 10  # fewer than this even so: rows that lack one of the words are listed after
_ROOM, _ROOM_A_ROW = 1_000_000, 24  # bytes kept of filters and of points: a dozen answers at least
_FEW = 40  # rows beyond the limit that are sooner put in order one by one than told apart by sets

_tie = lru_cache(maxsize=4096)(tie_number)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer. `ids` best first, at most the limit; `total` counts all rows that would be listed, and
    `near` how many of them match less well than the first does (a word corrected or missing). `corrections`
    are (typed, taken) for the first row. `micros` is the time it took, in millionths of a second."""

    understood: str
    total: int
    ids: tuple[str, ...]
    corrections: tuple[tuple[str, str], ...] = ()
    micros: int = 0
    near: int = 0
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class _Listed:
    """What the words left over: the rows to list and how many, how many of them match best, the sets that
    come first, the points for words, the levels of each word."""

    rows: int
    total: int
    closest: int
    first: tuple[int, ...] = ()
    points: Sequence[int] = ()
    levels: Sequence[Levels] = ()


@dataclass(slots=True)
class _Fit:
    """The points of every row, bit-sliced, the highest first, and the same as bytes once they are needed."""

    slices: Sequence[int]
    width: int
    tables: list[bytes] = field(default_factory=list)

    def as_tables(self) -> list[bytes]:
        """The slices as bytes."""
        if not self.tables:
            self.tables = [bits.to_bytes(self.width, "little") for bits in self.slices]
        return self.tables


class Engine:
    """Searches an index. `synonyms` are abbreviations and their meaning (`asd` → `autism`), `texts` gives the
    fields of places, to find words side by side: without it a phrase stands for all its words, anywhere.

    Sees every change of the index at the next call. One thread at a time.
    """

    def __init__(
        self,
        index: Index,
        gazetteer: Measures,
        synonyms: Mapping[str, str] | None = None,
        texts: Texts | None = None,
    ) -> None:
        self.index = index
        self._gazetteer = gazetteer
        self._matcher = Matcher(index, aliases_of(synonyms or {}), Phrases(index, texts))
        self._distances = Distances(index, gazetteer)
        self._version = index.version
        sets = room(len(index.ids), _ROOM, _ROOM_A_ROW)
        self._filtered: Kept[Hashable, tuple[int, tuple[Problem, ...]]] = Kept(sets)
        self._points: Kept[Hashable, _Fit] = Kept(sets)
        self._latest: tuple[Hashable, _Fit] | None = None

    def find(
        self,
        query: Query,
        *,
        limit: int | None = 50,
        needs: Needs | None = None,
        buyer: str = "",
        own_hub: str = "",
        today: date,
        prices: tuple[Price, ...] = (),
    ) -> Found:
        """The places a query asks for. `needs` fills in the filters the query leaves open and weighs in the
        order, as `prices` by the tariff do; `buyer` is the DfE code of the authority that searches; no limit
        lists everything."""
        began = perf_counter_ns()
        self._refresh()
        query = query.filled(needs)
        bare, words = _parted(query)
        within, problems = self._within(bare, buyer, today)
        listed = self._listed(words, within)
        total = listed.total
        fit = self._fit(bare, needs, buyer, own_hub, today, prices)
        rows = self._ordered(listed, fit, total if limit is None else max(limit, 0))
        readings = self._readings(words, listed.levels, rows[0] if rows else None)
        return Found(
            understood=_understood(words, readings, listed.levels, query, self.index.live() if rows else 0),
            total=total,
            ids=tuple(self.index.ids[row] for row in rows),
            corrections=_corrections(words, readings),
            micros=(perf_counter_ns() - began) // 1000,
            near=total - listed.closest,
            problems=(*query.problems, *problems),
        )

    def rows(
        self, query: Query, *, needs: Needs | None = None, buyer: str = "", own_hub: str = "", today: date
    ) -> int:
        """The set of all rows that `find` lists for the same question: `Found.total` of them."""
        self._refresh()
        bare, words = _parted(query.filled(needs))
        within, _ = self._within(bare, buyer, today)
        return self._listed(words, within).rows

    def each(
        self, query: Query, sets: Sequence[int], *, needs: Needs | None = None, buyer: str = "", today: date
    ) -> list[int]:
        """Of each of these sets of rows the number `find` would list, were it asked for beside the query.

        The words are matched but once for all: whether a list is short enough for corrections is another
        question in each.
        """
        self._refresh()
        bare, words = _parted(query.filled(needs))
        within, _ = self._within(bare, buyer, today)
        if not words:
            return [(rows & within).bit_count() for rows in sets]
        typed = matched(self._matcher.as_typed(words), within).every
        wide: Matched | None = None
        found: list[int] = []
        for rows in sets:
            count = (rows & typed).bit_count()
            if count < WIDEN_BELOW:
                wide = wide or matched(self._matcher.corrected(words), within)
                count = _widened(wide, rows, len(words)).bit_count()
            found.append(count)
        return found

    def explain(self, id: str, query: Query) -> list[tuple[str, int]]:
        """Why a place is where it is: how each word of the query matched it, with points."""
        return self.explain_all([id], query)[id]

    def explain_all(self, ids: Sequence[str], query: Query) -> dict[str, list[tuple[str, int]]]:
        """The same for many places of one query, its words read once."""
        self._refresh()
        _, words = _parted(query)
        levels = self._matcher.corrected(words)
        live = self.index.live()
        found: dict[str, list[tuple[str, int]]] = {}
        for id in ids:
            row = self.index.number(id)
            readings = self._readings(words, levels, row)
            reasons = [_reason(*each, live) for each in zip(words, readings, levels, strict=True)]
            found[id] = reasons if row is not None else []
        return found

    def forget(self) -> None:
        """Drop everything kept for speed; the next search finds the same, later."""
        self._matcher = self._matcher.anew()
        self._distances = Distances(self.index, self._gazetteer)
        self._forget_sums()

    def _forget_sums(self) -> None:
        self._filtered.clear()
        self._points.clear()
        self._latest = None

    def _refresh(self) -> None:
        self._matcher.refresh()
        if self._version != self.index.version:
            self._version = self.index.version
            self._distances = Distances(self.index, self._gazetteer)
            self._forget_sums()

    def _within(self, bare: Query, buyer: str, today: date) -> tuple[int, tuple[Problem, ...]]:
        key = (bare, buyer, today)
        found = self._filtered.get(key)
        if found is None:
            found = filtered(self.index, bare, self._distances, buyer, today, self._matcher.having)
            self._filtered.put(key, found, 1)
        return found

    def _fit(
        self,
        bare: Query,
        needs: Needs | None,
        buyer: str,
        own_hub: str,
        today: date,
        prices: tuple[Price, ...],
    ) -> _Fit:
        asked = (bare, needs, buyer, own_hub, today, prices)
        if self._latest is not None and self._latest[0] == asked:
            return self._latest[1]
        key = (bare.child(needs), *asked[2:])
        found = self._points.get(key)
        if found is None:
            slices = points(self.index, bare, self._distances, needs, buyer, own_hub, today, prices)
            found = self._points.put(key, _Fit(slices[::-1], self._width), 2 * len(slices))
        self._latest = (asked, found)
        return found

    @property
    def _width(self) -> int:
        """The bytes of a set of any rows."""
        return (len(self.index.ids) + 7) // 8

    def _listed(self, words: Sequence[Word], within: int) -> _Listed:
        if not words:
            total = within.bit_count()
            return _Listed(within, total, total)
        levels = self._matcher.as_typed(words)
        typed = matched(levels, within)
        as_typed = typed.every.bit_count()
        if as_typed >= WIDEN_BELOW:
            return _Listed(typed.every, as_typed, as_typed, (), worth(levels, False), levels)
        levels = self._matcher.corrected(words)
        wide = matched(levels, within)
        rows = _widened(wide, within, len(words))
        total, fitting = rows.bit_count(), wide.every.bit_count()
        first = (typed.every, wide.every)
        return _Listed(
            rows, total, as_typed or fitting or total, first, worth(levels, total > fitting), levels
        )

    def _ordered(self, listed: _Listed, fit: _Fit, limit: int) -> list[int]:
        by_words = (*listed.first, *reversed(listed.points))
        by_price = (bits for name in ("weekly", "tie") for bits in reversed(self.index.slices(name)))
        keys = chain(
            ((bits, True) for bits in (*by_words, *fit.slices)), ((bits, False) for bits in by_price)
        )
        few = best(listed.rows, listed.total, keys, limit, limit + _FEW)
        rows, width = rows_of(few), self._width
        held = (bits & few for bits in by_words)
        tables = chain((bits.to_bytes(width, "little") for bits in held if 0 < bits < few), fit.as_tables())
        worse = absences(rows, tables)
        ids = [self.index.ids[row] for row in rows]
        weekly = [self.index.weekly[row] for row in rows]
        order = sorted(zip(worse, weekly, map(_tie, ids), ids, rows, strict=True))
        return [row for *_, row in order[:limit]]

    def _readings(
        self, words: Sequence[Word], levels: Sequence[Levels], row: int | None
    ) -> list[Expansion | None]:
        if row is None:
            return [None] * len(words)
        return [self._matcher.reading(each, row) for each in levels]


def _widened(wide: Matched, within: int, words: int) -> int:
    """What a short list shows: corrections too; if it is very short even so, rows that lack a word too."""
    rows = wide.every & within
    return rows | (wide.but_one & within) if rows.bit_count() < LET_GO_BELOW and words > 1 else rows


def _parted(query: Query) -> tuple[Query, list[Word]]:
    """The filters of a query, words to leave out among them, and the words to find."""
    bare = replace(query, text="", words=tuple(w for w in query.words if w.excluded), problems=())
    return bare, [word for word in query.words if not word.excluded]


def _as_typed(word: Word, reading: Expansion) -> bool:
    """Whether it is what was typed, or begins with it."""
    taken = " ".join(reading.terms)
    return any(taken == one.text or (" " not in taken and taken.startswith(one.text)) for one in word.each)


def _taken(reading: Expansion) -> str:
    return " ".join(term.capitalize() for term in reading.terms)


def _corrections(words: Sequence[Word], readings: Sequence[Expansion | None]) -> tuple[tuple[str, str], ...]:
    pairs = zip(words, readings, strict=True)
    return tuple(
        (_mistyped(word, one), _taken(one)) for word, one in pairs if one is not None and one.corrects
    )


def _mistyped(word: Word, reading: Expansion) -> str:
    """Which of a word's alternatives was corrected: the likest."""
    if not word.others:
        return word.text
    taken = "".join(reading.terms)
    return min((one.text for one in word.each), key=lambda text: slips.cost(text, taken, 0))


def _missing(levels: Levels, live: int) -> str:
    """A word that means something, only not here, is told apart from one that means nothing.

    The rows may be such as were taken out; `live` are those there are.
    """
    return "left out" if levels.rows & live else "not found"


def _understood(
    words: Sequence[Word],
    readings: Sequence[Expansion | None],
    levels: Sequence[Levels],
    query: Query,
    live: int,
) -> str:
    parts: list[str] = []
    for word, reading, known in zip(words, readings, levels, strict=True):
        if reading is not None and not _as_typed(word, reading):
            parts.append(f"{word.said} → {_taken(reading)}")
        elif reading is None and live:
            parts.append(f"{word.said} {_missing(known, live)}")
        else:
            parts.append(word.said)
    parts += [f"not {word.said}" for word in query.words if word.excluded]
    return " · ".join(parts + describe_filters(query))


def _reason(word: Word, reading: Expansion | None, levels: Levels, live: int) -> tuple[str, int]:
    if reading is None:
        return f"{word.said}: {_missing(levels, live)}", 0
    worth = MOST + 1 - reading.cost
    if any(" ".join(reading.terms) == one.text for one in word.each):
        return f"{word.said}: as typed", worth
    return f"{word.said} → {_taken(reading)}", worth
