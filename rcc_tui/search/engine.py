"""The search: a parsed query in, the ids of the best places out, with what was understood."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from heapq import nsmallest
from time import perf_counter_ns

from rcc_tui.domain.needs import Needs
from rcc_tui.search import slips
from rcc_tui.search.asked import Problem, Query, Word
from rcc_tui.search.bitset import best, rows_of
from rcc_tui.search.facets import Distances, Measures, filtered
from rcc_tui.search.index import Index, tie_number
from rcc_tui.search.matching import Level, Matched, Matcher, matched
from rcc_tui.search.phrases import Phrases, Texts
from rcc_tui.search.query import describe_filters
from rcc_tui.search.rank import Price, points
from rcc_tui.search.spelling import MOST, Expansion, aliases_of

WIDEN_BELOW = 50  # fewer rows than this match as typed: corrections are looked at too
LET_GO_BELOW = 10  # fewer than this even so: rows that lack one of the words are listed after
_KEPT = 48
_FEW = 100  # rows that are sooner put in order one by one than by their digits


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
    """What the words left over: all rows to list, the sets that come first, the levels used for each word."""

    rows: int
    first: tuple[int, ...]
    points: tuple[int, ...]
    levels: Sequence[Sequence[Level]]

    @property
    def closest(self) -> int:
        return next((rows for rows in self.first if rows), self.rows)


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
        self._filtered: dict[Hashable, tuple[int, tuple[Problem, ...]]] = {}
        self._points: dict[Hashable, list[int]] = {}

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
        total = listed.rows.bit_count()
        fit = self._fit(bare, needs, buyer, own_hub, today, prices)
        rows = self._ordered(listed, fit, total if limit is None else max(limit, 0))
        readings = self._readings(words, listed.levels, rows[0] if rows else None)
        return Found(
            understood=_understood(words, readings, listed.levels, query, self.index.live() if rows else 0),
            total=total,
            ids=tuple(self.index.ids[row] for row in rows),
            corrections=_corrections(words, readings),
            micros=(perf_counter_ns() - began) // 1000,
            near=total - listed.closest.bit_count(),
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
        self._filtered.clear()
        self._points.clear()

    def _refresh(self) -> None:
        self._matcher.refresh()
        if self._version != self.index.version:
            self._version = self.index.version
            self._distances = Distances(self.index, self._gazetteer)
            self._filtered.clear()
            self._points.clear()

    def _within(self, bare: Query, buyer: str, today: date) -> tuple[int, tuple[Problem, ...]]:
        key = (bare, buyer, today)
        found = self._filtered.get(key)
        if found is None:
            if len(self._filtered) >= _KEPT:
                self._filtered.clear()
            found = self._filtered[key] = filtered(
                self.index, bare, self._distances, buyer, today, self._matcher.having
            )
        return found

    def _fit(
        self,
        bare: Query,
        needs: Needs | None,
        buyer: str,
        own_hub: str,
        today: date,
        prices: tuple[Price, ...],
    ) -> list[int]:
        key = (bare.child(needs), buyer, own_hub, today, prices)
        found = self._points.get(key)
        if found is None:
            if len(self._points) >= _KEPT:
                self._points.clear()
            found = points(self.index, bare, self._distances, needs, buyer, own_hub, today, prices)
            self._points[key] = found
        return found

    def _listed(self, words: Sequence[Word], within: int) -> _Listed:
        if not words:
            return _Listed(within, (), (), ())
        levels = self._matcher.as_typed(words)
        typed = matched(levels, within)
        if typed.every.bit_count() >= WIDEN_BELOW:
            return _Listed(typed.every, (), typed.points, levels)
        levels = self._matcher.corrected(words)
        wide = matched(levels, within)
        rows = _widened(wide, within, len(words))
        return _Listed(rows, (typed.every, wide.every), wide.points, levels)

    def _ordered(self, listed: _Listed, fit: Sequence[int], limit: int) -> list[int]:
        keys = [(rows, True) for rows in listed.first]
        keys += [(rows, True) for rows in reversed(listed.points)]
        keys += [(rows, True) for rows in reversed(fit)]
        chosen, equal, left = best(listed.rows, keys, limit)
        ids, weekly = self.index.ids, self.index.weekly
        if left and equal.bit_count() > max(_FEW, left):
            measures = (*reversed(self.index.slices("weekly")), *reversed(self.index.slices("tie")))
            cheapest, equal, left = best(equal, [(rows, False) for rows in measures], left)
            chosen |= cheapest
        rows = rows_of(chosen)
        if left:
            last = rows_of(equal)
            rows += nsmallest(left, last, key=lambda row: (weekly[row], tie_number(ids[row]), ids[row]))
        values = _values(keys, rows, chosen | equal if left else chosen)
        return sorted(rows, key=lambda row: (-values[row], weekly[row], tie_number(ids[row]), ids[row]))

    def _readings(
        self, words: Sequence[Word], levels: Sequence[Sequence[Level]], row: int | None
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


def _values(keys: Sequence[tuple[int, bool]], rows: Sequence[int], among: int) -> dict[int, int]:
    """The keys of each row read as one number, the first key the highest digit. `among`: all of the rows."""
    values = dict.fromkeys(rows, 0)
    for bits, _ in keys:
        held = bits & among
        if not held or held == among:
            continue  # the same digit for all of them
        data = held.to_bytes((held.bit_length() + 7) // 8, "little")
        size = len(data)
        for row in rows:
            place = row >> 3
            values[row] = values[row] << 1 | (data[place] >> (row & 7) & 1 if place < size else 0)
    return values


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


def _missing(levels: Sequence[Level], live: int) -> str:
    """A word that means something, only not here, is told apart from one that means nothing.

    A level's rows may be such as were taken out; `live` are those there are.
    """
    return "left out" if any(level.rows & live for level in levels) else "not found"


def _understood(
    words: Sequence[Word],
    readings: Sequence[Expansion | None],
    levels: Sequence[Sequence[Level]],
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


def _reason(word: Word, reading: Expansion | None, levels: Sequence[Level], live: int) -> tuple[str, int]:
    if reading is None:
        return f"{word.said}: {_missing(levels, live)}", 0
    worth = MOST + 1 - reading.cost
    if any(" ".join(reading.terms) == one.text for one in word.each):
        return f"{word.said}: as typed", worth
    return f"{word.said} → {_taken(reading)}", worth
