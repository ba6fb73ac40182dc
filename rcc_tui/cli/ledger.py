"""rcc ledger"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command, single
from rcc_tui.cli.months import a_month
from rcc_tui.cli.options import WithCode
from rcc_tui.cli.output import Column, blocks, cut, day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.domain.ledger import Posting, balances
from rcc_tui.domain.money import pounds
from rcc_tui.domain.worked_example import remark

app = single()

# A ledger that is cut adds up to nothing, so it is cut only when asked.
ALL = 2**31


@command(app, "ledger", example="ledger --with 871 --month 2026-11")
def ledger(
    session: Session,
    with_code: WithCode = "",
    month: Annotated[str, typer.Option("--month", metavar="YYYY-MM", help="Only this month.")] = "",
    limit: Annotated[
        int,
        typer.Option(
            "--limit", metavar="N", min=1, help="At most so many; all when left out.", show_default=False
        ),
    ] = ALL,
) -> Answer:
    """What each agreed trade costs, month by month: the same lines at buyer, seller and hub."""
    from rcc_tui.services.ledger import ledger as postings_of
    from rcc_tui.services.marks import marks
    from rcc_tui.services.tariffs import worked_examples

    desk = session.desk()
    found = postings_of(desk, with_code=with_code, month=a_month(month) if month else "")
    shown = found[:limit]
    marked = marks(desk, shown)
    examples = worked_examples(desk)
    note = remark(any(one.tariff in examples for one in shown))
    text = blocks(_text(shown, marked), cut(len(shown), len(found)), note)
    document = [posting_json(one, mark, examples) for one, mark in zip(shown, marked, strict=True)]
    return Answer(document, text)


def posting_json(posting: Posting, mark: str, examples: Collection[str]) -> dict[str, object]:
    """A posting with the keys scripts rely on: pence, ISO dates, `to` being the day after the last.

    `corrects` is the closed month a correction makes good, `mark` uncleared, pending or cleared; `examples`
    are the tariffs that are but worked examples.
    """
    return {
        "trade": posting.trade,
        "month": posting.month,
        "buyer": posting.buyer,
        "seller": posting.seller,
        "nights": posting.nights,
        "weekly": posting.weekly,
        "pence": posting.pence,
        "tariff": posting.tariff,
        "kind": posting.kind,
        "from": posting.from_day.isoformat(),
        "to": posting.to_day.isoformat(),
        "corrects": posting.corrects,
        "mark": mark,
        "worked_example": posting.tariff in examples,
    }


def posting_table(postings: Sequence[Posting], marked: Sequence[str]) -> str:
    """Postings with their marks as a table."""
    columns = (
        *("month", "trade", "buyer", "seller", "from", "to", Column("nights", right=True)),
        *(Column("weekly", right=True), "kind", Column("charge", right=True), "mark"),
    )
    rows = [
        (
            one.month,
            short(one.trade),
            one.buyer,
            one.seller,
            day(one.from_day.isoformat()),
            day(one.to_day.isoformat()),
            str(one.nights),
            pounds(one.weekly),
            f"{one.kind} of {one.corrects}" if one.corrects else one.kind,
            pounds(one.pence),
            mark,
        )
        for one, mark in zip(postings, marked, strict=True)
    ]
    return table(rows, columns)


def _text(postings: Sequence[Posting], marked: Sequence[str]) -> str:
    if not postings:
        return "Nothing is charged."
    owed = sorted(balances(postings).items())
    net = table(
        [(code, pounds(amount)) for code, amount in owed], ("authority", Column("is owed, net", right=True))
    )
    return blocks(posting_table(postings, marked), net)
