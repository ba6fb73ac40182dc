"""Closed months: what was stated stays, and what has turned out otherwise is posted later, naming the month.

Nothing of a closed month is ever changed. Where the charges that follow from terms and stated days no longer
come to what was stated, or the seller took the buyer's amount, the difference is a correction in the first
month of that pair that is still open. It follows from the same acts on every store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rcc_tui.domain.dates import iso_date, month_end
from rcc_tui.domain.ledger import CORRECTION, Posting, order

# Who is owed, and by whom.
Pair = tuple[str, str]


class ClosedLine(NamedTuple):
    """A line of a statement of a closed month: `pence` as stated, and of which closed month it `corrects`, if
    of any. `settled` is what counts: the buyer's amount where the seller `conceded` it, else what was stated.
    """

    trade: str
    pence: int
    settled: int
    conceded: bool
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class ClosedMonth:
    """What was stated for a month that a pair has closed."""

    seller: str
    buyer: str
    month: str
    lines: tuple[ClosedLine, ...]

    @property
    def pair(self) -> Pair:
        """Who is owed, and by whom."""
        return (self.seller, self.buyer)


def next_month(month: str) -> str:
    """The calendar month after "2026-11"."""
    following = month_end(month)
    return f"{following.year:04d}-{following.month:02d}"


def composed(
    derived: Iterable[Posting],
    done: Collection[tuple[Pair, str]],
    stated: Iterable[Posting],
    due: Iterable[Posting],
) -> list[Posting]:
    """The ledger: derived charges of open months, stated ones of those that are `done`, corrections due."""
    by_month: defaultdict[str, list[Posting]] = defaultdict(list)
    for one in derived:
        if ((one.seller, one.buyer), one.month) not in done:
            by_month[one.month].append(one)
    for one in (*stated, *due):
        by_month[one.month].append(one)
    # Month by month: to sort a region's years at once would keep everything else waiting.
    return [one for month in sorted(by_month) for one in sorted(by_month[month], key=order)]


class Derived:
    """What trades come to now in months that are closed, in pence, by pair and month."""

    def __init__(self) -> None:
        self._sums: defaultdict[tuple[Pair, str], defaultdict[str, int]] = defaultdict(
            lambda: defaultdict(int)
        )

    def add(self, key: tuple[Pair, str], trade: str, pence: int) -> None:
        """Add a charge of a trade."""
        self._sums[key][trade] += pence

    def of(self, key: tuple[Pair, str]) -> Mapping[str, int]:
        """The trades of a pair's month."""
        return self._sums.get(key, {})


def corrections(now: Derived, closed: Sequence[ClosedMonth]) -> list[Posting]:
    """The corrections due, each in the first open month after the closed one it names."""
    done = {(one.pair, one.month) for one in closed}
    posted = _posted(closed)
    return [
        one
        for month in closed
        for one in _corrections(month, now.of((month.pair, month.month)), posted, done)
    ]


def _posted(closed: Sequence[ClosedMonth]) -> dict[tuple[Pair, str, str], int]:
    """What corrections of closed months have put right so far, by pair, month corrected and trade."""
    total: defaultdict[tuple[Pair, str, str], int] = defaultdict(int)
    for one in closed:
        for line in one.lines:
            if line.corrects:
                total[one.pair, line.corrects, line.trade] += line.pence
    return total


def _corrections(
    month: ClosedMonth,
    derived: Mapping[str, int],
    posted: Mapping[tuple[Pair, str, str], int],
    done: Collection[tuple[Pair, str]],
) -> Iterable[Posting]:
    stated: defaultdict[str, int] = defaultdict(int)
    settled: defaultdict[str, int] = defaultdict(int)
    pinned: set[str] = set()
    for line in month.lines:
        if not line.corrects:
            stated[line.trade] += line.pence
            settled[line.trade] += line.settled
        if line.conceded:
            pinned.add(line.trade)
    due_in = next_month(month.month)
    while (month.pair, due_in) in done:
        due_in = next_month(due_in)
    day = iso_date(f"{due_in}-01")
    for trade in sorted({*stated, *derived}):
        # An amount that was conceded is agreed by both: later days or terms do not bring it back.
        right = settled[trade] if trade in pinned else derived.get(trade, 0)
        due = right - stated[trade] - posted.get((month.pair, month.month, trade), 0)
        if due:
            parties = (month.buyer, month.seller)
            yield Posting(trade, due_in, *parties, 0, 0, due, "", CORRECTION, day, day, month.month)
