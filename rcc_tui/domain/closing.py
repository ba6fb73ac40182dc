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
    """A line of a statement of a closed month: `pence` as stated, for one of the ledger's kinds of charge,
    and of which closed month it `corrects`, if of any. `settled` is what counts: the buyer's amount where the
    seller `conceded` it, else what was stated.
    """

    trade: str
    pence: int
    settled: int
    conceded: bool
    kind: str
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
        self._sums: defaultdict[tuple[Pair, str], defaultdict[tuple[str, str], int]] = defaultdict(
            lambda: defaultdict(int)
        )

    def add(self, key: tuple[Pair, str], trade: str, pence: int, kind: str) -> None:
        """Add a charge of a trade, of one of the ledger's kinds."""
        self._sums[key][trade, kind] += pence

    def of(self, key: tuple[Pair, str]) -> Mapping[tuple[str, str], int]:
        """The trades of a pair's month, each kind of charge by itself."""
        return self._sums.get(key, {})


def corrections(now: Derived, closed: Sequence[ClosedMonth]) -> list[Posting]:
    """The corrections due, each in the first open month after the one it names.

    A month that is open (again) goes by what follows from terms and days: what corrections of it were stated
    in months that stay closed is taken back.
    """
    done = {one.pair: set[str]() for one in closed}
    for one in closed:
        done[one.pair].add(one.month)
    stated = _stated(closed)
    found = [
        _correction(pair, month, trade, -sum(line.pence for _, line in said), done[pair])
        for (pair, month), trades in stated.items()
        if month not in done[pair]
        for trade, said in sorted(trades.items())
    ]
    for one in closed:
        due = _due(one, now.of((one.pair, one.month)), stated.get((one.pair, one.month), {}))
        found += [_correction(one.pair, one.month, trade, pence, done[one.pair]) for trade, pence in due]
    return [one for one in found if one.pence]


# Lines that correct a month, each with the month it was stated in; by trade.
_Said = dict[str, list[tuple[str, ClosedLine]]]


def _stated(closed: Sequence[ClosedMonth]) -> dict[tuple[Pair, str], _Said]:
    """The corrections in closed months, by the pair and month they correct."""
    found: dict[tuple[Pair, str], _Said] = {}
    for one in closed:
        for line in one.lines:
            if line.corrects:
                said = found.setdefault((one.pair, line.corrects), {})
                said.setdefault(line.trade, []).append((one.month, line))
    return found


def _due(month: ClosedMonth, derived: Mapping[tuple[str, str], int], said: _Said) -> list[tuple[str, int]]:
    """What is still to be put right of the trades of a closed month, in pence."""
    stated: defaultdict[str, int] = defaultdict(int)
    right: defaultdict[str, int] = defaultdict(int)
    settled: defaultdict[tuple[str, str], int] = defaultdict(int)
    pinned: set[tuple[str, str]] = set()
    for line in month.lines:
        if not line.corrects:
            stated[line.trade] += line.pence
            settled[line.trade, line.kind] += line.settled
            if line.conceded:
                pinned.add((line.trade, line.kind))
    for key in {*settled, *derived}:
        # An amount that was conceded is agreed by both: later days or terms do not bring it back.
        right[key[0]] += settled[key] if key in pinned else derived.get(key, 0)
    return [
        (trade, _agreed(said.get(trade, ()), right[trade] - stated[trade]))
        for trade in sorted({*right, *said})
    ]


def _agreed(said: Sequence[tuple[str, ClosedLine]], change: int) -> int:
    """What is left of a `change` in pence, when corrections of it were stated.

    Where the seller took the buyer's amount for one, the two have agreed what the change comes to by it.
    """
    conceded = max((month for month, line in said if line.conceded), default="")
    if conceded:
        change = sum(line.settled for month, line in said if month <= conceded)
    return change - sum(line.pence for _, line in said)


def _correction(pair: Pair, month: str, trade: str, pence: int, done: Collection[str]) -> Posting:
    seller, buyer = pair
    due_in = next_month(month)
    while due_in in done:
        due_in = next_month(due_in)
    day = iso_date(f"{due_in}-01")
    return Posting(trade, due_in, buyer, seller, 0, 0, pence, "", CORRECTION, day, day, month)
