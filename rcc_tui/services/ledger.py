"""The ledger: postings by month, derived alike at the buyer, the seller and the hub."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from db.queries import ledger as queries
from db.queries import statements
from db.queries.ledger import StoredCharge
from db.queries.statements import StoredLine, StoredStatement
from rcc_tui.domain.closing import ClosedLine, ClosedMonth, Derived, corrections, with_corrections
from rcc_tui.domain.dates import iso_date, month_end
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.ledger import Posting, Span, month_sums, postings
from rcc_tui.domain.statement import CONCEDED
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.ids import full_id
from rcc_tui.services.tariffs import worked_examples


def ledger(desk: Desk, *, with_code: str = "", month: str = "") -> tuple[Posting, ...]:
    """All postings known here, of trades with one authority and of one month ("2026-11") where given.

    A stay with a stated or agreed end is charged to its end; one without to the end of the current month
    by the desk's clock, or of the month asked for where that is later. Months that a pair has closed stand
    as they were stated; what has turned out otherwise is a correction later. Raises Refused for no month,
    NotFound for no member.
    """
    if with_code:
        must_know(desk, with_code)
    first, through = window(desk, month)
    closed = closed_months(desk, with_code)
    # Corrections may come from any closed month; without one, only the month asked for is looked at.
    since = date.min if closed else first
    stored = desk.read(queries.charges, with_code=with_code)
    found = with_corrections(_derived(stored, since, through, bool(month)), closed)
    return _with_tariffs([one for one in found if not month or one.month == month], stored)


def sums(desk: Desk, through_month: str) -> Iterator[tuple[tuple[str, str], str, int, bool]]:
    """What each pair (seller, buyer) comes to in each month up to one: the ledger, added up; and whether a
    price of it is but a worked example."""
    total: defaultdict[tuple[tuple[str, str], str], int] = defaultdict(int)
    examples = worked_examples(desk)
    by_example = set()
    closed = closed_months(desk)
    _, through = window(desk, through_month)
    done = {(one.pair, one.month) for one in closed}
    now = Derived()
    for one in desk.read(queries.charges):
        pair = (one.seller, one.buyer)
        start = date.fromisoformat(one.start)
        end = min(date.fromisoformat(one.end), through) if one.end else through
        example = one.tariff in examples
        for month, pence in month_sums(start, end, one.weekly) if start < end else ():
            if example:
                by_example.add((pair, month))
            if (pair, month) in done:
                now.add((pair, month), one.trade, pence)
            else:
                total[pair, month] += pence
    for line in (line for month in closed for line in month.lines):
        total[(line.posting.seller, line.posting.buyer), line.posting.month] += line.posting.pence
    for posting in corrections(now, closed):
        total[(posting.seller, posting.buyer), posting.month] += posting.pence
    return ((key, month, pence, (key, month) in by_example) for (key, month), pence in total.items())


def charges(desk: Desk, trade: str) -> tuple[Posting, ...]:
    """The postings of one trade, by day. Raises NotFound."""
    record = full_id(desk, "trade", trade)
    _, through = window(desk, "")
    spans = desk.read(queries.charges, trade=record)
    pairs = {(one.seller, one.buyer) for one in spans}
    closed = [one for one in closed_months(desk) if one.pair in pairs]
    mine = [
        ClosedMonth(
            one.seller,
            one.buyer,
            one.month,
            tuple(line for line in one.lines if line.posting.trade == record),
        )
        for one in closed
    ]
    found = with_corrections(_derived(spans, date.min, through, False), mine)
    return _with_tariffs([one for one in found if one.trade == record], spans)


def _with_tariffs(found: Sequence[Posting], spans: Iterable[StoredCharge]) -> tuple[Posting, ...]:
    """The postings, those of closed months too by the tariff that their nights go by; a statement does not
    say it. A correction goes by the last one of the month it corrects."""
    nameless = {one.trade for one in found if not one.tariff}
    known: defaultdict[str, list[StoredCharge]] = defaultdict(list)
    for span in spans:
        if span.tariff and span.trade in nameless:
            known[span.trade].append(span)
    return tuple(
        one._replace(tariff=_tariff_of(one, known[one.trade]))
        if one.trade in known and not one.tariff
        else one
        for one in found
    )


def _tariff_of(posting: Posting, spans: Sequence[StoredCharge]) -> str:
    first = f"{posting.corrects}-01" if posting.corrects else posting.from_day.isoformat()
    last = (month_end(posting.corrects) if posting.corrects else posting.to_day).isoformat()
    over = [one for one in spans if one.start < last and (not one.end or one.end > first)]
    alike = [one for one in over if one.kind == posting.kind] or over
    return max(alike, key=lambda one: one.start).tariff if alike else ""


def closed_months(desk: Desk, with_code: str = "") -> list[ClosedMonth]:
    """The months that pairs have closed, with what was stated; of one authority's pairs where given."""
    found = [
        one
        for one in desk.read(statements.statements, closed=True)
        if not with_code or with_code in (one.seller, one.buyer)
    ]
    lines = desk.read(statements.lines, [one.record for one in found])
    return [
        ClosedMonth(one.seller, one.buyer, one.month, tuple(_closed(one, line) for line in lines[one.record]))
        for one in found
    ]


def _closed(statement: StoredStatement, line: StoredLine) -> ClosedLine:
    return ClosedLine(posting_of(statement, line), line.settled, line.state == CONCEDED)


def posting_of(statement: StoredStatement, line: StoredLine) -> Posting:
    """A stated line as the posting it states."""
    return Posting(
        line.trade,
        statement.month,
        statement.buyer,
        statement.seller,
        line.nights,
        line.weekly,
        line.pence,
        "",
        line.kind,
        date.fromisoformat(line.start),
        date.fromisoformat(line.end),
        line.corrects,
    )


def window(desk: Desk, month: str) -> tuple[date, date]:
    """The first day looked at, and the day after the last that an open stay is charged for."""
    today = desk.clock.today()
    if not month:
        return date.min, month_end(f"{today.year:04d}-{today.month:02d}")
    first = iso_date(f"{month}-01", "month")
    if first.year >= date.max.year:
        raise Refused(f"{month} is too far ahead.", where="month", hint="Give a month like 2026-11.")
    return first, month_end(month)


def _derived(stored: Iterable[StoredCharge], first: date, through: date, cut: bool) -> list[Posting]:
    """The postings from `first` on. `cut`: none from `through` on, though a stay has an end beyond it."""
    found: list[Posting] = []
    for one in stored:
        start = date.fromisoformat(one.start)
        end = date.fromisoformat(one.end) if one.end else None
        span = Span(
            one.trade, one.seller, one.buyer, max(start, first), end, one.weekly, one.kind, one.tariff
        )
        found += postings([span], through if cut else end or through)
    return found
