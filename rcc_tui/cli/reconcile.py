"""rcc reconcile …"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli import matching
from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, noun
from rcc_tui.cli.months import Month, month_or_last
from rcc_tui.cli.output import blocks
from rcc_tui.cli.reconcile_text import (
    month_json,
    month_text,
    pair_json,
    pair_text,
    statement_json,
)
from rcc_tui.cli.session import Session
from rcc_tui.domain.errors import NotFound, Refused, UsageError
from rcc_tui.domain.money import parse_pounds, pounds

if TYPE_CHECKING:
    from rcc_tui.services.desk import Desk
    from rcc_tui.services.reconcile import PairView

app = noun("The month's end: statements, answers, and what stands in the way of the close.")
matching.add(app)

With = Annotated[str, typer.Option("--with", metavar="CODE", help="The other authority.")]
Seller = Annotated[str, typer.Option("--seller", metavar="CODE", help="Who is owed.")]
Buyer = Annotated[str, typer.Option("--buyer", metavar="CODE", help="Who owes.")]
Line = Annotated[int, typer.Argument(metavar="LINE", help="The line's number, from 1.")]


@command(app, "month", example="reconcile month --month 2026-11")
def month_(
    session: Session,
    month: Month = "",
    mine: Annotated[
        bool, typer.Option("--mine", help="Only pairs of this authority, or of this hub's authorities.")
    ] = False,
) -> Answer:
    """All pairs of a month: what each owes, how it stands, what is to be cleared up, and the net."""
    from rcc_tui.services import reconcile
    from rcc_tui.services.directory import members

    desk = session.desk()
    view = reconcile.month(desk, month_or_last(month, desk.clock.today()), mine=mine)
    names = {one.code: one.name for one in members(desk)}
    return Answer(month_json(view), month_text(view, names))


@command(app, "pair", example="reconcile pair --seller 931 --buyer 870 --month 2026-11")
def pair_(
    session: Session, seller: Seller = "", buyer: Buyer = "", with_code: With = "", month: Month = ""
) -> Answer:
    """One pair's month, line by line; with --with both directions between that authority and ours."""
    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    if seller and buyer:
        view = _pair(desk, seller, buyer, which)
        return Answer(pair_json(view), pair_text(view))
    if not with_code or seller or buyer:
        raise UsageError("Say which pair.", hint="Give --seller and --buyer, or --with CODE.")
    _must_be_authority(desk)
    both = [_pair(desk, desk.code, with_code, which), _pair(desk, with_code, desk.code, which)]
    document = {"month": which, "pairs": [pair_json(one) for one in both]}
    return Answer(document, blocks(*(pair_text(one) for one in both)))


@command(app, "statement", example="reconcile statement --with 870 --month 2026-11 --out november.html")
def statement(
    session: Session,
    with_code: With = "",
    seller: Seller = "",
    buyer: Buyer = "",
    month: Month = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it as .txt, .csv or .html instead.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Only show it: nothing is signed.")] = False,
) -> Answer:
    """The statement of a pair's month. At the seller's desk it is issued first, where there is none or the
    ledger has moved on."""
    from rcc_tui.services import statement_page, statement_paper, statement_text, statements

    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    owed, owes = _direction(desk, with_code, seller, buyer, which)
    issued = False
    if owed == desk.code and not show and statements.wants_issuing(desk, owes, which):
        session.confirm(f"Issue the statement of {which} to {owes}?")
        statements.issue(desk, owes, which)
        issued = True
        session.tell(
            f"{which} is stated to {owes}. The same again states it anew, once the ledger has moved on."
        )
    paper = statement_paper.paper(desk, owed, owes, which)
    if not (paper.stated is not None or show):
        raise statements.none_here(desk, owed, owes, which)
    document = statement_json(paper, issued=issued)
    if out is None:
        return Answer(document, statement_text.as_text(paper).rstrip("\n"))
    written = statement_page.write(paper, out)
    return Answer({**document, "file": str(written)}, f"Written to {written}.")


@command(app, "agree", example="reconcile agree --with 931 --month 2026-11 --all")
def agree(
    session: Session,
    with_code: With,
    month: Month = "",
    lines: Annotated[
        list[int] | None, typer.Argument(metavar="[LINE...]", help="The lines' numbers, from 1.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Every line that is not answered; the same without LINE.")
    ] = False,
) -> Answer:
    """Agree lines of the statement a seller sent us."""
    from rcc_tui.services import reconcile, statements

    if every and lines:
        raise UsageError("Lines and --all.", hint="Give one of the two.")
    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    found = reconcile.pair(desk, with_code, desk.code, which)
    chosen = [one for one in found.lines if one.n and (one.n in lines if lines else one.state == "pending")]
    amount = pounds(sum(one.posting.pence for one in chosen))
    session.confirm(f"Agree {_count(len(chosen))} of {which}, {amount}?")
    view = statements.agree(desk, with_code, which, lines or ())
    said = f"Agreed: {_count(len(chosen))}, {amount}. `rcc reconcile dispute` disputes one after all."
    return _one(view, said)


@command(app, "dispute", example='reconcile dispute --with 931 2 1200.00 --reason "two nights of respite"')
def dispute(
    session: Session,
    with_code: With,
    line: Line,
    amount: Annotated[
        str, typer.Argument(metavar="AMOUNT", help="What it should be, in pounds; (12.00) is below zero.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why; the seller reads it.")],
    month: Month = "",
) -> Answer:
    """Say that a line of the statement a seller sent us should be another amount, and why."""
    from rcc_tui.services import statements

    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    pence = parse_pounds(amount, "AMOUNT", negative=True)
    view = statements.dispute(desk, with_code, which, line, pence, reason)
    said = f"Line {line} is disputed: {pounds(pence)}. `rcc reconcile agree` agrees it after all."
    return _one(view, said)


@command(app, "concede", example="reconcile concede --with 870 --month 2026-11 2")
def concede(
    session: Session,
    with_code: With,
    lines: Annotated[list[int], typer.Argument(metavar="LINE...", help="The lines' numbers, from 1.")],
    month: Month = "",
) -> Answer:
    """Take the buyer's amount for disputed lines of our statement."""
    from rcc_tui.services import statements

    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    view = statements.concede(desk, with_code, which, lines)
    return _one(
        view, f"Conceded: {_count(len(set(lines)))}. Only the buyer's `rcc reconcile agree` changes it now."
    )


@command(app, "close", example="reconcile close --month 2026-11 --with 931")
def close(
    session: Session, with_code: With = "", seller: Seller = "", buyer: Buyer = "", month: Month = ""
) -> Answer:
    """Close a pair's month, when nothing of it is unexplained; what is in dispute is carried forward."""
    from rcc_tui.services import statements

    desk = session.desk()
    which = month_or_last(month, desk.clock.today())
    owed, owes = (
        _to_close(desk, with_code, which) if with_code else _direction(desk, "", seller, buyer, which)
    )
    view = _pair(desk, owed, owes, which)
    owing = f"{view.seller_name} is owed {pounds(view.head.stated or 0)} by {view.buyer_name}"
    session.confirm(f"Close {which}: {owing}?")
    return _one(statements.close(desk, owed, owes, which), f"{which} is closed. A later month corrects it.")


def _one(view: PairView, done: str) -> Answer:
    """The month after an act: how it stands, and what was done."""
    return Answer(pair_json(view), blocks(pair_text(view), done))


def _count(lines: int) -> str:
    return f"{lines} {'line' if lines == 1 else 'lines'}"


def _pair(desk: Desk, seller: str, buyer: str, month: str) -> PairView:
    from rcc_tui.services import reconcile
    from rcc_tui.services.directory import must_know

    for code in (seller, buyer):
        must_know(desk, code)
    if seller == buyer:
        raise Refused("A pair is of two.", where="--buyer", hint="Give two authorities.")
    return reconcile.pair(desk, seller, buyer, month)


def _must_be_authority(desk: Desk) -> None:
    if desk.role != "authority":
        raise UsageError("A hub is no party: say which pair.", hint="Give --seller and --buyer.")


def _direction(desk: Desk, with_code: str, seller: str, buyer: str, month: str) -> tuple[str, str]:
    """Who is owed and who owes. With an authority alone: it owes us, unless only it states something."""
    if with_code and not (seller or buyer):
        _must_be_authority(desk)
        ours = _pair(desk, desk.code, with_code, month)
        if ours.lines or ours.head.statement:
            return desk.code, with_code
        theirs = _pair(desk, with_code, desk.code, month)
        return (with_code, desk.code) if theirs.head.statement else (desk.code, with_code)
    if with_code or not (seller or buyer):
        raise UsageError("Say with whom.", hint="Give --with CODE, or --seller and --buyer.")
    if not (seller and buyer):
        _must_be_authority(desk)
    owed, owes = seller or desk.code, buyer or desk.code
    _pair(desk, owed, owes, month)
    return owed, owes


def _to_close(desk: Desk, with_code: str, month: str) -> tuple[str, str]:
    """The one direction of a pair that has a statement and is not closed."""
    _must_be_authority(desk)
    both = [(desk.code, with_code), (with_code, desk.code)]
    stated = [one for one in both if _pair(desk, *one, month).head.statement]
    waiting = [one for one in stated if _pair(desk, *one, month).head.state != "closed"]
    if len(waiting) > 1:
        raise UsageError(
            f"You and {with_code} each state {month} to the other.",
            hint="Close them one by one: name --seller and --buyer.",
        )
    if not stated:
        raise NotFound(
            f"There is no statement of {month} between you and {with_code} here.",
            where="month",
            hint="The seller issues it; bundles bring it.",
        )
    return (waiting or stated)[0]
