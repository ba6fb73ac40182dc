"""Statements: issued by the seller, answered line by line, closed when nothing is unexplained."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from db.queries import reach
from db.queries import statements as queries
from db.queries.statements import StoredLine, StoredStatement
from rcc_tui.acts import names
from rcc_tui.acts import statements as acts
from rcc_tui.acts.kind import Act
from rcc_tui.domain.dates import month_end, show_date
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.ledger import Posting
from rcc_tui.domain.money import pounds
from rcc_tui.domain.statement import DISPUTED, PENDING, Answered, Reach, StatementLine
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know, name_of
from rcc_tui.services.ledger import ledger
from rcc_tui.services.reconcile import PairView, pair

MOST_LINES = 300


def issue(desk: Desk, buyer: str, month: str) -> PairView:
    """State what a buyer owes my authority for a month that is over; again, it takes the former's place.

    Raises Refused: a month still open, closed already, nothing to state, or nothing new.
    """
    _must_trade(desk)
    must_know(desk, buyer)
    if month_end(month) > desk.clock.today():
        raise Refused(
            f"{month} is still open: it ends on {show_date(month_end(month))}.",
            where="month",
            hint="Issue the statement when the month is over.",
        )
    former = _statement(desk, desk.code, buyer, month)
    if former is not None and former.closed:
        raise Refused(f"{month} is closed.", where="month", hint="A correction goes into the month after.")
    lines = _owed(desk, desk.code, buyer, month)
    if not lines and former is None:
        raise Refused(
            f"{name_of(desk, buyer)} owes nothing for {month}.",
            where="month",
            hint="There is nothing to state.",
        )
    if len(lines) > MOST_LINES:
        raise Refused(
            f"{len(lines)} lines: a statement holds {MOST_LINES}.", where="month", hint="Ask the hub."
        )
    audience = names.pair(desk.code, buyer)
    heard = tuple(
        Reach(one.log.hex(), one.seq, one.head.hex()) for one in reach.reach(desk.store.write, audience)
    )
    if former is None:
        act: Act = acts.Issue(month, desk.code, buyer, lines, heard)
    else:
        _must_be_new(desk, former, lines)
        act = acts.Reissue(bytes.fromhex(former.issued), lines, heard)
    with desk.writing() as w:
        w.act("statement", act, record=former.record if former else "", audience=audience)
    return pair(desk, desk.code, buyer, month)


def wants_issuing(desk: Desk, buyer: str, month: str) -> bool:
    """Whether my statement to a buyer is still to be issued, or anew because the ledger has moved on."""
    former = _statement(desk, desk.code, buyer, month)
    if former is None:
        return True
    return not former.closed and _said(desk, former) != set(_owed(desk, desk.code, buyer, month))


def agree(desk: Desk, seller: str, month: str, lines: Sequence[int] = ()) -> PairView:
    """Agree lines of a seller's statement by their numbers (from 1); all that are not answered without any.

    Raises Refused, NotFound.
    """
    statement, stated = _to_answer(desk, seller, month)
    chosen = [_numbered(stated, n) for n in lines] or [one for one in stated if one.state == PENDING]
    if not chosen:
        raise Refused("Every line is answered.", where="lines", hint="Name a line to answer it again.")
    return _answer(desk, statement, [Answered(one.at, one.pence) for one in chosen])


def dispute(desk: Desk, seller: str, month: str, line: int, pence: int, reason: str) -> PairView:
    """Say that a line (from 1) should be another amount, and why. Raises Refused, NotFound."""
    statement, stated = _to_answer(desk, seller, month)
    chosen = _numbered(stated, line)
    if statement.closed:
        raise Refused(f"{month} is closed.", where="month", hint="Dispute the trade itself.")
    if pence == chosen.pence:
        raise Refused(f"The line says {pounds(pence)}.", where="amount", hint="Agree it, or give another.")
    if pence < 0 and not chosen.corrects:
        raise Refused(
            f"{pounds(pence)} is below zero.", where="amount", hint="Only a correction can be below zero."
        )
    if not reason.strip():
        raise Refused("Why?", where="reason", hint="Say why in a few words: the seller reads it.")
    return _answer(desk, statement, [Answered(chosen.at, pence, reason.strip())])


def concede(desk: Desk, buyer: str, month: str, lines: Sequence[int]) -> PairView:
    """Take the buyer's amount for disputed lines of my statement (from 1). Raises Refused, NotFound."""
    _must_trade(desk)
    statement = _must_have(desk, desk.code, buyer, month)
    stated = desk.read(queries.lines, [statement.record])[statement.record]
    chosen = [_numbered(stated, n) for n in lines]
    for one in chosen:
        if one.state != DISPUTED:
            raise Refused(f"Line {one.at + 1} is {one.state}.", where="lines", hint="Name a disputed line.")
    act = acts.Concede(bytes.fromhex(statement.issued), tuple(one.at for one in chosen))
    _do(desk, statement, act)
    return pair(desk, desk.code, buyer, month)


def close(desk: Desk, seller: str, buyer: str, month: str) -> PairView:
    """Close a pair's month: by either party or the hub, when nothing is unexplained. Raises Refused naming
    what stands in the way."""
    statement = _must_have(desk, seller, buyer, month)
    if statement.closed:
        raise Refused(f"{month} is closed already.", where="month", hint="There is nothing to do.")
    if desk.role != "hub" and desk.code not in (seller, buyer):
        raise Refused(
            "This is another pair's month.", where="seller", hint="Its parties or the hub close it."
        )
    view = pair(desk, seller, buyer, month)
    if waiting := [one for one in view.lines if one.state == PENDING]:
        raise Refused(
            f"Not answered yet: {len(waiting)} of {len(view.lines)} lines.",
            where="month",
            hint="The buyer agrees or disputes each line.",
        )
    if blocking := [row for row in view.head.rows if row.blocks]:
        first = blocking[0]
        raise Refused(
            f"{len(blocking)} things are unexplained, {pounds(view.head.unexplained)} in all: the first,"
            f" {first.kind}: {first.why}.",
            where="month",
            hint="Clear them up first; what is in dispute is carried forward by name.",
        )
    if _said(desk, statement) != set(_owed(desk, seller, buyer, month)):
        raise Refused(
            "The statement no longer says what the ledger says.",
            where="month",
            hint=f"{name_of(desk, seller)} issues it anew.",
        )
    _do(desk, statement, acts.Close(bytes.fromhex(statement.issued)))
    return pair(desk, seller, buyer, month)


def none_here(desk: Desk, seller: str, buyer: str, month: str) -> NotFound:
    """The refusal when a pair's month has no statement at this desk."""
    return NotFound(
        f"There is no statement of {month} from {name_of(desk, seller)} to {name_of(desk, buyer)} here.",
        where="month",
        hint="The seller issues it; bundles bring it.",
    )


def _line(one: Posting) -> StatementLine:
    days = one.from_day.isoformat(), one.to_day.isoformat()
    return StatementLine(one.trade, one.kind, *days, one.nights, one.weekly, one.pence, one.corrects)


def _owed(desk: Desk, seller: str, buyer: str, month: str) -> tuple[StatementLine, ...]:
    """What a buyer owes a seller for a month, by the ledger."""
    found = ledger(desk, with_code=buyer, month=month)
    return tuple(_line(one) for one in found if (one.seller, one.buyer) == (seller, buyer))


def _must_be_new(desk: Desk, former: StoredStatement, lines: Iterable[StatementLine]) -> None:
    if _said(desk, former) == set(lines):
        raise Refused(
            "The statement that was issued says the same.", where="month", hint="There is nothing to do."
        )


def _said(desk: Desk, former: StoredStatement) -> set[StatementLine]:
    """The lines of a statement as they were stated."""
    return {
        StatementLine(
            one.trade, one.kind, one.start, one.end, one.nights, one.weekly, one.pence, one.corrects
        )
        for one in desk.read(queries.lines, [former.record])[former.record]
    }


def _must_trade(desk: Desk) -> None:
    if desk.role != "authority":
        raise Refused("A hub owes nothing and is owed nothing.", where="statement", hint="Authorities state.")


def _statement(desk: Desk, seller: str, buyer: str, month: str) -> StoredStatement | None:
    found = desk.read(queries.statements, month=month, pair=(seller, buyer))
    return found[0] if found else None


def _must_have(desk: Desk, seller: str, buyer: str, month: str) -> StoredStatement:
    found = _statement(desk, seller, buyer, month)
    if found is None:
        raise none_here(desk, seller, buyer, month)
    return found


def _to_answer(desk: Desk, seller: str, month: str) -> tuple[StoredStatement, list[StoredLine]]:
    _must_trade(desk)
    must_know(desk, seller)
    statement = _must_have(desk, seller, desk.code, month)
    return statement, desk.read(queries.lines, [statement.record])[statement.record]


def _numbered(lines: Sequence[StoredLine], n: int) -> StoredLine:
    if not 1 <= n <= len(lines):
        raise Refused(f"There is no line {n}.", where="line", hint=f"They are numbered 1 to {len(lines)}.")
    return lines[n - 1]


def _answer(desk: Desk, statement: StoredStatement, answers: list[Answered]) -> PairView:
    _do(desk, statement, acts.Answer(bytes.fromhex(statement.issued), tuple(answers)))
    return pair(desk, statement.seller, statement.buyer, statement.month)


def _do(desk: Desk, statement: StoredStatement, act: Act) -> None:
    with desk.writing() as w:
        w.act("statement", act, record=statement.record, audience=statement.audience)
