"""The hub coordinator's month: what each pair owes, what stands in the way, and the net of it all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import msgspec

import fixtures
from db.queries import reach
from db.queries.statements import StoredLine, StoredStatement
from fixtures.bank_holidays import is_bank_holiday
from rcc_tui.acts import names
from rcc_tui.domain.closing import Pair
from rcc_tui.domain.collecting import uncollected
from rcc_tui.domain.dates import month_end
from rcc_tui.domain.deadlines import Calendar, calendar_of
from rcc_tui.domain.ledger import Posting, balances
from rcc_tui.domain.statement import CONCEDED, DISPUTED, PENDING, Reach
from rcc_tui.domain.worklist import WorkRow, unexplained, work_list
from rcc_tui.services.claims import MonthSides, month_sides
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import members, name_of
from rcc_tui.services.ledger import ledger, posting_of
from rcc_tui.services.marks import UNCLEARED, content, mark_of
from rcc_tui.services.pair_months import ANSWERED, CLOSED, OPEN, STATED, pair_months
from rcc_tui.services.tariffs import worked_examples

_REACHES = msgspec.json.Decoder(list[Reach])


@dataclass(frozen=True, slots=True)
class LineView:
    """A line of a pair's month: the charge, how it stands, what is settled, and the buyer's answer.

    `n` counts from 1, as the statement does; 0 for a charge that is on no statement. `mark` is uncleared,
    pending or cleared.
    """

    n: int
    posting: Posting
    setting_name: str
    state: str
    settled: int
    answer: int | None
    reason: str
    mark: str


@dataclass(frozen=True, slots=True)
class PairMonth:
    """What a seller is owed by a buyer for a month. `pence` is the ledger's sum; `stated` the statement's,
    None without one. `blocked` is how many rows keep the month open, `unexplained` their pence without sign.
    `worked_example`: a price it rests on is one nobody has agreed.
    """

    seller: str
    buyer: str
    month: str
    pence: int
    stated: int | None
    state: str
    rows: tuple[WorkRow, ...]
    statement: str
    closed_by: str
    worked_example: bool = False

    @property
    def unexplained(self) -> int:
        """Pence that keep the month open, without sign."""
        return unexplained(self.rows)

    @property
    def blocked(self) -> int:
        """How many rows keep the month open."""
        return sum(row.blocks for row in self.rows)


@dataclass(frozen=True, slots=True)
class MonthView:
    """A month of all the pairs this desk hears of. `net` is what each authority is owed (pence, below zero
    where it owes); it sums to 0."""

    month: str
    calendar: Calendar
    pairs: tuple[PairMonth, ...]
    net: dict[str, int]

    @property
    def worked_example(self) -> bool:
        """Whether a sum of it rests on prices nobody has agreed: it must be said wherever it is shown."""
        return any(one.worked_example for one in self.pairs)


@dataclass(frozen=True, slots=True)
class PairView:
    """One pair's month, line by line."""

    head: PairMonth
    seller_name: str
    buyer_name: str
    calendar: Calendar
    lines: tuple[LineView, ...]

    @property
    def conceded(self) -> int:
        """What conceded lines come to beside what was stated (pence, below zero where it is less): corrected
        in a later month."""
        return sum(one.settled - one.posting.pence for one in self.lines if one.state == CONCEDED)

    @property
    def disputed(self) -> int:
        """How many lines are disputed: they are carried forward by name."""
        return sum(one.state == DISPUTED for one in self.lines)


def month(desk: Desk, which: str, *, mine: bool = False) -> MonthView:
    """All pairs of a month ("2026-11"). `mine`: only those of my authority; at a hub, those in which one of
    its own authorities has a part. Raises Refused for no month."""
    with uncollected():
        return _month(desk, which, mine)


def _month(desk: Desk, which: str, mine: bool) -> MonthView:
    postings = ledger(desk, month=which)
    found = month_sides(desk, which, postings)
    calendar = calendar_of(which, is_bank_holiday)
    keys = sorted({*found.charges, *found.statements, *(key for key, sides in found.sides.items() if sides)})
    if mine:
        own = served(desk)
        keys = [key for key in keys if not own.isdisjoint(key)]
        postings = tuple(one for one in postings if not own.isdisjoint((one.seller, one.buyer)))
    pairs = [_pair(desk, which, key, found, calendar) for key in keys]
    shown = tuple(
        one for one in pairs if one.rows or one.pence or one.statement or found.charges.get(_key(one))
    )
    return MonthView(which, calendar, shown, balances(postings))


@dataclass(frozen=True, slots=True)
class Cell:
    """A pair's month in the matrix: what the ledger comes to (pence), how the month stands, whether a price
    of it is but a worked example, and what was stated; None for nothing."""

    pence: int
    state: str
    worked_example: bool = False
    stated: int | None = None


def matrix(desk: Desk, months: Sequence[str]) -> dict[Pair, dict[str, Cell]]:
    """Every pair with anything in these months, seller before buyer: its months with what they come to."""
    wanted = set(months)
    examples = worked_examples(desk)
    found: dict[Pair, dict[str, Cell]] = {}
    for one in pair_months(desk, month_end(max(months))):
        for key in sorted(key for key in {*one.pence, *one.states} if key[1] in wanted):
            pair, which = key
            example = not examples.isdisjoint(one.tariffs.get(key, ()))
            cell = Cell(one.pence.get(key, 0), one.states.get(key, OPEN), example, one.stated.get(key))
            found.setdefault(pair, {})[which] = cell
    return dict(sorted(found.items()))


def pair(desk: Desk, seller: str, buyer: str, which: str) -> PairView:
    """The month of one pair, line by line: those of the statement, then charges that are on none."""
    key = (seller, buyer)
    found = month_sides(desk, which, ledger(desk, with_code=seller, month=which), pair=key)
    calendar = calendar_of(which, is_bank_holiday)
    head = _pair(desk, which, key, found, calendar)
    titles = {one.trade: one.setting_name for one in found.sides.get(key, ())}
    lines = tuple(_lines(key, found, titles))
    return PairView(head, name_of(desk, seller), name_of(desk, buyer), calendar, lines)


def served(desk: Desk) -> set[str]:
    """My authority; at a hub the authorities it serves, also those that are on no roll yet."""
    if desk.role != "hub":
        return {desk.code}
    hubs = {one.code: one.hub for one in fixtures.authorities()}
    hubs |= {one.code: one.hub for one in members(desk)}
    return {code for code, hub in hubs.items() if hub == hubs.get(desk.code)}


def _key(one: PairMonth) -> Pair:
    return (one.seller, one.buyer)


def _pair(desk: Desk, which: str, key: Pair, found: MonthSides, calendar: Calendar) -> PairMonth:
    statement = found.statements.get(key)
    lines = found.lines.get(key, ())
    late = calendar.answer_by < desk.clock.today().isoformat()
    closed = statement is not None and statement.closed
    unheard = [] if closed else _unheard(desk, key, statement)
    rows = work_list(found.sides.get(key, ()), late=late and not closed, unheard=unheard)
    return PairMonth(
        *key,
        which,
        sum(one.pence for one in found.charges.get(key, ())),
        statement.total if statement else None,
        _state(statement, lines),
        tuple(rows),
        statement.record if statement else "",
        statement.closed_by if statement else "",
        not found.examples.isdisjoint(one.tariff for one in found.charges.get(key, ())),
    )


def _state(statement: StoredStatement | None, lines: Iterable[StoredLine]) -> str:
    if statement is None:
        return OPEN
    if statement.closed:
        return CLOSED
    return STATED if any(line.state == PENDING for line in lines) else ANSWERED


def _unheard(desk: Desk, key: Pair, statement: StoredStatement | None) -> list[str]:
    """What the statement rests on, or others are known to hold, that was not heard here."""
    audience = names.pair(*key)
    connection = desk.store.write
    missing: dict[str, int] = {}
    if statement is not None:
        reaches = _REACHES.decode(statement.heard)
        held = reach.held(connection, [bytes.fromhex(one.hash) for one in reaches])
        here = {one.log.hex(): one for one in reach.reach(connection, audience)}
        for one in reaches:
            if bytes.fromhex(one.hash) not in held:
                known = here.get(one.log)
                code = _code(desk, known.desk) if known else "another desk"
                missing[code] = max(missing.get(code, 0), one.seq - (known.seq if known else -1))
    for key_of_desk, count in reach.named_beyond(connection, audience).items():
        code = _code(desk, key_of_desk)
        missing[code] = max(missing.get(code, 0), count)
    return [
        f"{count} {'entry' if count == 1 else 'entries'} of {code}: ask for a bundle"
        for code, count in sorted(missing.items())
    ]


def _code(desk: Desk, key: bytes) -> str:
    author = desk.rolls.authors.get(key)
    return name_of(desk, author.code) if author else "another desk"


def _lines(key: Pair, found: MonthSides, titles: dict[str, str]) -> Iterator[LineView]:
    statement, stated = found.statements.get(key), found.lines.get(key, ())
    charged = {content(one): one for one in found.charges.get(key, ())}
    known = set()
    for line in stated:
        assert statement is not None
        said = posting_of(statement, line)
        known.add(content(said))
        # A statement does not say by which tariff; the ledger does.
        posting = charged.get(content(said), said)
        title = titles.get(line.trade, line.trade[:8])
        answer = None if line.state == PENDING else line.answer
        told = (line.state, line.settled, answer, line.reason)
        yield LineView(line.at + 1, posting, title, *told, mark_of(line.state))
    for one in found.charges.get(key, ()):
        if content(one) not in known:
            yield LineView(0, one, titles.get(one.trade, one.trade[:8]), "", one.pence, None, "", UNCLEARED)
