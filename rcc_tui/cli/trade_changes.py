"""rcc trade change, keep-open, uplift: what changes while a trade runs."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from rcc_tui.cli.answer import Answer
from rcc_tui.cli.command import command
from rcc_tui.cli.options import RecordId, pence
from rcc_tui.cli.output import Column, blocks, day, short, table
from rcc_tui.cli.session import Session
from rcc_tui.cli.trade_options import Extras, Funders, OffTariff, ValidUntil, Weekly, a_day, funders
from rcc_tui.cli.trade_text import WITHDRAW, answered, funded, other_name
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.funding import read_funders
from rcc_tui.domain.money import pounds

if TYPE_CHECKING:
    from rcc_tui.services.trade_uplift import Uplifted

Effective = Annotated[str, typer.Option("--effective", "--from", help="The day from which it holds.")]


def add(app: typer.Typer) -> None:
    """Put these commands on the noun."""
    command(app, "change", example="trade change 77d1 --effective 2027-01-04 --extra therapy")(change)
    command(app, "keep-open", example="trade keep-open 77d1 2026-12-20..2027-01-03")(keep_open)
    command(app, "uplift", example="trade uplift --with 931 --effective 2027-04-01")(uplift)


def change(
    session: Session,
    trade: RecordId,
    effective: Effective,
    weekly: Weekly = "",
    off_tariff: OffTariff = "",
    extra: Extras = None,
    no_extras: Annotated[bool, typer.Option("--no-extras", help="None of the extras there were.")] = False,
    end: Annotated[str, typer.Option("--end", help="Another last day.")] = "",
    funder: Funders = None,
    notice_days: Annotated[
        int | None, typer.Option("--notice-days", min=0, help="Another length of notice.")
    ] = None,
    age: Annotated[int | None, typer.Option("--age", min=0, help="The child's age from that day.")] = None,
    valid_until: ValidUntil = "",
) -> Answer:
    """Propose other terms for a running trade, from a day on; the other side accepts or declines them.

    What is not given stays. A new price is that of the tariff in force on that day. `rcc trade accept`,
    `decline` and `withdraw` answer the change while it waits; what was charged before its day stays.
    """
    from rcc_tui.services import trades

    if extra and no_extras:
        raise UsageError("Extras and --no-extras.", hint="Give one of the two.")
    desk = session.desk(followed=True)
    view = trades.change(
        desk,
        trade,
        effective=a_day(desk, effective, "--effective"),
        weekly=pence(weekly, "--weekly"),
        off_tariff=off_tariff,
        extras=tuple(extra) if extra else () if no_extras else None,
        end=a_day(desk, end, "--end"),
        funders=funders(funder),
        notice_days=notice_days,
        age=age,
        valid_until=a_day(desk, valid_until, "--valid-until"),
    )
    first = day(view.change.effective) if view.change else ""
    said = f"Change proposed to {other_name(view, desk.code)}, from {first}."
    return answered(view, said, WITHDRAW, proposed=True)


def keep_open(
    session: Session,
    trade: RecordId,
    spans: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FROM..TO...]", help="Days kept open and empty; the last is not counted."),
    ] = None,
    none: Annotated[bool, typer.Option("--none", help="On no day: what was stated is taken back.")] = False,
) -> Answer:
    """State all days on which the place was kept open and empty: the retainer is due for them.

    Stated again they take the place of those before.
    """
    from rcc_tui.services import trades

    if bool(spans) == none:
        raise UsageError("Which days?", hint="Give FROM..TO, as 2026-12-20..2027-01-03, or --none.")
    desk = session.desk(followed=True)
    stated = []
    for span in spans or ():
        first, dots, stop = span.partition("..")
        if not (first and dots and stop):
            raise UsageError(f"“{span}” is not FROM..TO.", hint="Write it like 2026-12-20..2027-01-03.")
        stated.append((a_day(desk, first, "from"), a_day(desk, stop, "to")))
    view = trades.keep_open(desk, trade, stated)
    said = "Kept open as stated." if stated else "No days kept open."
    return answered(view, said, "`rcc trade keep-open ID FROM..TO` states others.")


def uplift(
    session: Session,
    with_code: Annotated[str, typer.Option("--with", metavar="CODE", help="The other authority.")],
    effective: Annotated[
        str, typer.Option("--effective", "--from", help="From this day; the coming 1 April if not given.")
    ] = "",
    valid_until: ValidUntil = "",
    share: Annotated[
        list[str] | None,
        typer.Option(
            "--share", metavar="NAME=PERCENT", help="Who funds which part, as health=30; else as now. Again."
        ),
    ] = None,
) -> Answer:
    """Propose for every running trade with an authority the price of the tariff then in force.

    Trades made by telephone keep their band. Trades off the tariff, and those that no change is needed or
    possible for, are left as they are and named.
    """
    from rcc_tui.services.trade_uplift import next_april, uplift

    desk = session.desk(followed=True)
    day_of = a_day(desk, effective, "--effective") or next_april(desk.clock.today()).isoformat()
    session.confirm(f"Propose the prices of {day(day_of)} for every running trade with {with_code}?")
    until = a_day(desk, valid_until, "--valid-until")
    parts = read_funders([one.removesuffix("%") for one in share or ()], "--share")
    found = uplift(desk, with_code, day_of, valid_until=until, shares=parts)
    document = {
        "effective": day_of,
        "proposed": [_uplift_json(one) for one in found if not one.why],
        "skipped": [_uplift_json(one) for one in found if one.why],
    }
    return Answer(document, _uplift_text(found))


def _uplift_json(one: Uplifted) -> dict[str, object]:
    return {
        "id": one.trade,
        "setting": one.setting_name,
        "weekly": one.weekly,
        "new_weekly": one.new_weekly,
        "funders": [asdict(part) for part in one.funders],
        "why": one.why,
    }


def _uplift_text(found: tuple[Uplifted, ...]) -> str:
    rows = [
        (
            short(one.trade),
            one.setting_name,
            pounds(one.weekly),
            "" if one.why else pounds(one.new_weekly),
            "" if one.why else funded(one.funders),
            f"left as it is: {one.why}" if one.why else "proposed",
        )
        for one in found
    ]
    done = sum(not one.why for one in found)
    amounts = Column("weekly", right=True), Column("new", right=True)
    columns = ("trade", "setting", *amounts, "funded by", "")
    said = f"Proposed for {done} of {len(found)} running trades." if found else "No trade is running."
    return blocks(table(rows, columns), said)
