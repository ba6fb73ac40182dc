"""How fast and how true the search is at 100,000 and 1,000,000 places, and rivals beside it in the same run.

`python -m bench.search` prints it all; `python -m bench.search 100000 20` at that size, with 20 lines of each
kind of slip. `python -m bench.search_rivals` fetches the rivals first. Places and lines are made up and the
same in every run: the rows of a list come one by one from the demo's generator (`search_rows`) into the
index, which takes some three minutes for a million. Rivals need all rows at once: they are asked at 100,000
only, the slow ones fewer lines. `search_slips` tells the kinds of slips, and after which the costs were not
set. Right is a place that has every word meant.

Milliseconds are those from the key to the ids: parsing, searching, ranking. `cpu`: of this process alone, for
machines that are busy. Before every line what is kept for speed is dropped.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from statistics import quantiles
from typing import TypeVar

import fixtures
from bench.search_memory import resident
from bench.search_rivals import PATIENCE, AbsentError, Finder, LateError, rivals
from bench.search_rows import TODAY, made_rows
from bench.search_slips import Query, Typist
from rcc_tui.search.engine import Engine
from rcc_tui.search.index import INDEX_VERSION, Index
from rcc_tui.search.query import parse
from rcc_tui.search.rows import IndexRow

SIZES = (100_000, 1_000_000)
WITH_RIVALS = 100_000
EACH = 100
_DRAWN_FROM = 5_000  # rows that lines are made from, spread over the list
_TYPED, _NUMBERS = 80, 40  # lines typed key by key

T = TypeVar("T")


@dataclass(slots=True)
class Times:
    """Milliseconds by the clock and of the processor, one a query."""

    clock: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def take(self, work: Callable[[], T]) -> T:
        """Do some work and note how long it took."""
        began, worked = time.perf_counter(), time.process_time()
        done = work()
        self.cpu.append((time.process_time() - worked) * 1000)
        self.clock.append((time.perf_counter() - began) * 1000)
        return done

    def line(self) -> str:
        """p50, p95 and p99, and the p95 of the processor."""
        cuts, cpu = _cuts(self.clock), _cuts(self.cpu)
        return f"p50 {cuts[49]:8.2f}  p95 {cuts[94]:8.2f}  p99 {cuts[98]:8.2f}  cpu p95 {cpu[94]:7.2f} ms"


def _cuts(times: Sequence[float]) -> list[float]:
    return quantiles(times, n=100, method="inclusive")


@dataclass(slots=True)
class Recall:
    """How often a right place came first and among ten, and one over its place on average."""

    asked: int = 0
    first: int = 0
    ten: int = 0
    inverse: float = 0.0

    def note(self, hits: Sequence[bool]) -> None:
        """One answer: whether each place of it, best first, was right."""
        place = next((number for number, hit in enumerate(hits, start=1) if hit), 0)
        self.asked += 1
        self.first += place == 1
        self.ten += place > 0
        self.inverse += 1 / place if place else 0

    def line(self) -> str:
        """The number of lines and the shares of them."""
        if not self.asked:
            return f"{0:6}{'':21}"
        shares = (self.first / self.asked, self.ten / self.asked, self.inverse / self.asked)
        return f"{self.asked:6}" + "".join(f"{share:7.3f}" for share in shares)


@dataclass(slots=True)
class Tally:
    """A kind of lines: all of them, and those where nothing typed is another word or begins one."""

    every: Recall = field(default_factory=Recall)
    plain: Recall = field(default_factory=Recall)

    def note(self, hits: Sequence[bool], real: bool) -> None:
        """One answer; `real`: what was typed is or begins another word, which by rule comes first."""
        self.every.note(hits)
        if not real:
            self.plain.note(hits)

    def line(self) -> str:
        """Both, side by side."""
        return f"{self.every.line()}  │{self.plain.line()}"


_COLUMNS = f"{'lines':>6}{'@1':>7}{'@10':>7}{'MRR':>7}"
HEAD = (
    f"{'':22}{_COLUMNS}  │{_COLUMNS}  without lines that typed another word or its beginning: it comes first"
)


class Bench:
    """One size of the list."""

    def __init__(self, size: int, each: int) -> None:
        self.size, self.each = size, each
        self.drawn: list[IndexRow] = []
        began = time.process_time()
        rows = list(made_rows(size)) if size <= WITH_RIVALS else made_rows(size)
        made = time.process_time() - began
        self.rows: list[IndexRow] = rows if isinstance(rows, list) else []
        began = time.process_time()
        self.index = Index.build(self._watched(rows))
        self.built = time.process_time() - began
        if self.rows:
            print(
                f"\n{size:,} places, made in {made:.0f} s, index built in {self.built:.2f} s of the processor"
            )
        else:
            print(f"\n{size:,} places, made and put into an index in {self.built:.0f} s of the processor")
        self.engine = Engine(self.index, fixtures.gazetteer(), fixtures.synonyms())
        gc.collect()
        gc.freeze()  # the rows are the benchmark's; the program has none to go through

    def _watched(self, rows: Iterable[IndexRow]) -> Iterator[IndexRow]:
        for number, row in enumerate(rows):
            if number % max(1, self.size // _DRAWN_FROM) == 0:
                self.drawn.append(row)
            yield row

    def typist(self, seed: int) -> Typist:
        """Somebody who types lines from the list."""
        return Typist(self.drawn, self.index.terms, seed)

    def ids(self, text: str) -> tuple[str, ...]:
        """What the program does at a key."""
        return self.engine.find(parse(text, today=TODAY), today=TODAY, buyer="871").ids

    def is_right(self, query: Query, ids: Sequence[str]) -> list[bool]:
        """Whether each of the first ten has all that was meant."""
        rows = self.index.live()
        for word in query.meant:
            rows &= self.index.bits("t:" + word)
        if query.begun:
            rows &= self.index.beginning(query.begun)
        return [bool(rows >> self.index.number(id) & 1) for id in ids[:10]]  # type: ignore[operator]

    def load(self) -> None:
        """How long a kept index takes to be ready, and what it weighs."""
        blobs = self.index.dump()
        times = Times()
        loaded = None
        for _ in range(5):
            loaded = times.take(lambda: Index.load(blobs, INDEX_VERSION))
        assert loaded is not None
        ready = Times()
        ready.take(lambda: len(loaded.lexicon))
        held = resident(blobs, (query.text for query in self.typist(6).tuned(self.each)))
        changed = Times()
        for row in self.drawn[:50]:
            changed.take(lambda row=row: loaded.add(row))  # type: ignore[misc]
        print(
            f"  load {min(times.clock):.0f} ms · words for corrections {ready.clock[0]:.0f} ms · "
            f"{len(blobs):,} blobs of {sum(len(blob) for _, blob in blobs) / 1e6:.1f} MB · "
            f"{len(self.index.terms):,} terms, {len(self.index.lexicon):,} of letters · "
            f"a row changed {sum(changed.clock) / 50:.2f} ms\n"
            f"  resident: the index {held.index / 1e6:.0f} MB, "
            f"after {self.each} lines {held.searched / 1e6:.0f} MB more"
        )

    def recall(self) -> list[Query]:
        """The tables of slips. Returns the tuned lines, which the rivals are asked too."""
        clean, tuned = self.typist(3).clean(3 * self.each), self.typist(4).tuned(3 * self.each)
        held_out = self.typist(5).held_out(self.each)
        print(f"  {HEAD}")
        cold, warm = Times(), Times()
        for name, asked in (("no slip", clean), ("tuned kinds", tuned), ("held-out kinds", held_out)):
            kinds: dict[str, Tally] = {}
            whole = Tally()
            for query in asked:
                self.engine.forget()
                hits = self.is_right(query, cold.take(lambda text=query.text: self.ids(text)))  # type: ignore[misc]
                warm.take(lambda text=query.text: self.ids(text))  # type: ignore[misc]
                for tally in (whole, kinds.setdefault(query.kind, Tally())):
                    tally.note(hits, query.real)
            for kind, tally in kinds.items() if len(kinds) > 1 else ():
                print(f"    {kind:20}{tally.line()}")
            print(f"  {name:22}{whole.line()}")
        print(f"  a line, caches emptied  {cold.line()}\n  the same line again     {warm.line()}")
        return tuned

    def keystrokes(self, name: str, lines: Sequence[str]) -> None:
        """Every key of every line, typed from left to right."""
        times = Times()
        for line in lines:
            self.engine.forget()
            for end in range(1, len(line) + 1):
                times.take(lambda text=line[:end]: self.ids(text))  # type: ignore[misc]
        print(f"  {name:24}{times.line()}  {len(times.clock):,} keys")

    def beside(self, asked: Sequence[Query]) -> None:
        """The rivals, slow ones with fewer lines: each with its ratio to this engine on the same lines."""
        ours = self._asked("this engine", self.ids, asked, None)
        for name, (made_ready, count) in rivals().items():
            try:
                find = made_ready(self.rows)
            except AbsentError:
                print(f"  {name:36} absent: python -m bench.search_rivals")
                continue
            self._asked(name, find, asked[:count], ours)

    def _asked(self, name: str, find: Finder, asked: Sequence[Query], ours: Times | None) -> Times:
        times, tally, late = Times(), Recall(), 0
        for query in asked:
            self.engine.forget()
            found = times.take(lambda text=query.text: _patient(find, text))  # type: ignore[misc]
            late += found is None
            tally.note(self.is_right(query, found or ()))
        cuts = _cuts(times.clock)
        print(
            f"  {name:36}{len(asked):4} lines  p50 {cuts[49]:9.2f}  p95 {cuts[94]:9.2f} ms"
            f"  @1 {tally.first / tally.asked:.3f}  @10 {tally.ten / tally.asked:.3f}"
            + (f"{sum(times.clock) / sum(ours.clock[: len(asked)]):9.1f} × ours" if ours else "")
            + (f" and more: {late} lines given up after {PATIENCE} s" if late else "")
        )
        return times


def _patient(find: Finder, text: str) -> Sequence[str] | None:
    """What is found, None if that takes too long."""
    try:
        return find(text)
    except LateError:
        return None


def main(sizes: Sequence[int] = SIZES, each: int = EACH) -> None:
    """Print the figures of every size."""
    for size in sizes:
        bench = Bench(size, each)
        bench.load()
        asked = bench.recall()
        bench.keystrokes("a key", [query.text for query in asked[:_TYPED]])
        bench.keystrokes("a key of a number", [query.text for query in bench.typist(7).numbers(_NUMBERS)])
        if bench.rows:
            bench.beside(asked)


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    main(numbers[:1] or SIZES, numbers[1] if len(numbers) > 1 else EACH)
