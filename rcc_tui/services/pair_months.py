"""What the ledger of each pair of authorities comes to, kept until something of that pair is written again.

A hub sees the years of a region: to derive them anew for every look at the matrix, or at Today, would take
longer than anybody wants to wait. What is kept is what follows from the tables, and nothing else rests on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from sqlite3 import Connection
from weakref import WeakKeyDictionary

from db.queries import pairs as queries
from db.queries import statements
from db.queries.pairs import PairCharge
from db.queries.statements import StoredStatement
from rcc_tui.acts import names
from rcc_tui.domain.closing import ClosedLine, ClosedMonth, Derived, Pair, corrections
from rcc_tui.domain.collecting import uncollected
from rcc_tui.domain.dates import month_end
from rcc_tui.domain.ledger import Posting, month_sums
from rcc_tui.domain.statement import CONCEDED, DISPUTED, PENDING
from rcc_tui.services.desk import Desk

# How a pair's month stands.
OPEN = "open"
STATED = "stated"
ANSWERED = "answered"
CLOSED = "closed"

Key = tuple[Pair, str]
"""Who is owed by whom, and the month."""
_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class PairMonths:
    """What the ledger between two authorities comes to, in both directions.

    `pence` are the sums by month, up to the one asked for; `tariffs` the hashes of the price lists they rest
    on. Where a month is stated `states` says how it stands, `stated` what it came to, and `disputes` how many
    of its lines are in dispute. `done` are the closed months, `due` the corrections of them. `settled` are
    the trades that have ended, of which all months are closed, also those that but name them on a statement,
    and nothing is in dispute, unanswered or to be corrected.
    """

    pence: Mapping[Key, int]
    tariffs: Mapping[Key, frozenset[str]]
    states: Mapping[Key, str]
    stated: Mapping[Key, int]
    disputes: Mapping[Key, int]
    done: frozenset[Key]
    due: tuple[Posting, ...]
    settled: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Kept:
    version: str
    through: date
    months: PairMonths


_KEPT: WeakKeyDictionary[Desk, dict[str, _Kept]] = WeakKeyDictionary()


def pair_months(
    desk: Desk, through: date = date.min, *, with_code: str = "", audiences: Collection[str] = ()
) -> list[PairMonths]:
    """All pairs this desk hears of; those of one authority, or of some audiences, where given. Stays without
    an end are added up to the day before `through`."""
    kept = _KEPT.setdefault(desk, {})
    known = dict(kept)
    now = desk.read(queries.changes)
    wanted = [one for one in sorted(now) if not audiences or one in audiences]
    wanted = [one for one in wanted if not with_code or with_code in names.parties(one)]
    stale = [one for one in wanted if not _holds(known.get(one), now[one], through)]
    with uncollected():
        for first in range(0, len(stale), _AT_ONCE):
            for audience, months in _read(desk, stale[first : first + _AT_ONCE], through).items():
                # Another thread may look less far meanwhile, and keep that: what is given back is one's own.
                known[audience] = kept[audience] = _Kept(now[audience], through, months)
    return [known[one].months for one in wanted]


def settled(desk: Desk, audiences: Collection[str] = ()) -> set[str]:
    """The trades that are settled: of some audiences where given."""
    return {trade for one in pair_months(desk, audiences=audiences) for trade in one.settled}


def forget(desk: Desk) -> None:
    """Keep nothing more of a desk: the next reading adds all up."""
    _KEPT.pop(desk, None)


def _holds(kept: _Kept | None, version: str, through: date) -> bool:
    return kept is not None and kept.version == version and kept.through >= through


def _read(desk: Desk, audiences: Sequence[str], through: date) -> dict[str, PairMonths]:
    charges: dict[str, list[PairCharge]] = {one: [] for one in audiences}
    for charge in desk.read(queries.charges, audiences):
        charges[charge.audience].append(charge)
    stated: dict[str, list[StoredStatement]] = {one: [] for one in audiences}
    for statement in desk.read(statements.statements, audiences=audiences):
        stated[statement.audience].append(statement)
    counts = {(record, state): count for record, state, count in desk.read(queries.to_settle, audiences)}
    lines = desk.read(_lines, audiences)
    waiting: defaultdict[str, set[str]] = defaultdict(set)
    for record, trade in desk.read(queries.uncleared, audiences):
        waiting[record].add(trade)
    over: dict[str, set[str]] = {one: set() for one in audiences}
    for audience, trade in desk.read(queries.ended, audiences):
        over[audience].add(trade)
    for audience in audiences:
        over[audience].difference_update(*(waiting[one.record] for one in stated[audience]))
    return {one: _added_up(charges[one], stated[one], lines, counts, over[one], through) for one in audiences}


def _lines(connection: Connection, audiences: Sequence[str]) -> dict[str, list[ClosedLine]]:
    """The lines of closed months by statement."""
    found: defaultdict[str, list[ClosedLine]] = defaultdict(list)
    for record, trade, pence, settled, state, kind, corrects in queries.closed_lines(connection, audiences):
        found[record].append(ClosedLine(trade, pence, settled, state == CONCEDED, kind, corrects))
    return found


def _state(one: StoredStatement, counts: Mapping[tuple[str, str], int]) -> str:
    return CLOSED if one.closed else STATED if (one.record, PENDING) in counts else ANSWERED


def _added_up(
    charges: Iterable[PairCharge],
    stated: Iterable[StoredStatement],
    lines: Mapping[str, Sequence[ClosedLine]],
    counts: Mapping[tuple[str, str], int],
    over: Iterable[str],
    through: date,
) -> PairMonths:
    heads = {((one.seller, one.buyer), one.month): one for one in stated}
    closed = [
        ClosedMonth(one.seller, one.buyer, one.month, tuple(lines.get(one.record, ())))
        for one in stated
        if one.closed
    ]
    done = frozenset((one.pair, one.month) for one in closed)
    # What a closed month comes to now is reckoned whole, however far is looked.
    end = max([through, *(month_end(one.month) for one in closed)])
    pence: defaultdict[Key, int] = defaultdict(int)
    tariffs: defaultdict[Key, set[str]] = defaultdict(set)
    unfinished: set[str] = set()
    now = Derived()
    for one in charges:
        pair = (one.seller, one.buyer)
        start, stop = date.fromisoformat(one.start), date.fromisoformat(one.end) if one.end else end
        for month, due in month_sums(start, stop, one.weekly) if start < stop else ():
            key = (pair, month)
            tariffs[key].add(one.tariff)
            if key in done:
                now.add(key, one.trade, due, one.kind)
            else:
                pence[key] += due
                unfinished.add(one.trade)
    found = tuple(corrections(now, closed))
    for each in closed:
        pence[each.pair, each.month] += sum(line.pence for line in each.lines)
    for posting in found:
        key = ((posting.seller, posting.buyer), posting.month)
        pence[key] += posting.pence
        tariffs[key] |= tariffs[key[0], posting.corrects]
        unfinished.add(posting.trade)
    named = {key: frozenset(one) for key, one in tariffs.items()}
    return PairMonths(
        dict(pence),
        named,
        {key: _state(one, counts) for key, one in heads.items()},
        {key: one.total for key, one in heads.items()},
        {key: count for key, one in heads.items() if (count := counts.get((one.record, DISPUTED), 0))},
        done,
        found,
        frozenset(over) - unfinished,
    )
