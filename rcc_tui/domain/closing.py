"""Closed months: what was stated stays, and what has turned out otherwise is posted later, naming the month.

Nothing of a closed month is ever changed. Where the charges that follow from terms and stated days no longer
come to what was stated, or the seller took the buyer's amount, the difference is a correction in the first
month of that pair that is still open. It follows from the same acts on every store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rcc_tui.domain.dates import iso_date, month_end
from rcc_tui.domain.ledger import CORRECTION, Posting, order

# Who is owed, and by whom.
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ClosedLine:
    """A line of a statement of a closed month. `settled` is what counts: the buyer's amount where the seller
    `conceded` it, else what was stated (pence)."""

    posting: Posting
    settled: int
    conceded: bool


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


def with_corrections(derived: Iterable[Posting], closed: Sequence[ClosedMonth]) -> list[Posting]:
    """The ledger: derived charges of open months, stated ones of closed months, and the corrections due."""
    done = {(one.pair, one.month) for one in closed}
    found: list[Posting] = []
    now = Derived()
    for posting in derived:
        key = ((posting.seller, posting.buyer), posting.month)
        if key in done:
            now.add(key, posting.trade, posting.pence)
        else:
            found.append(posting)
    found += [line.posting for month in closed for line in month.lines]
    found += corrections(now, closed)
    return sorted(found, key=lambda one: (one.month, order(one)))


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
            if line.posting.corrects:
                total[one.pair, line.posting.corrects, line.posting.trade] += line.posting.pence
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
        if not line.posting.corrects:
            stated[line.posting.trade] += line.posting.pence
            settled[line.posting.trade] += line.settled
        if line.conceded:
            pinned.add(line.posting.trade)
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
