"""A yearly uplift: the price of the tariff then in force, proposed for every running trade of a pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from db.queries import statements as queries
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.terms import Funder
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.tariffs import in_force
from rcc_tui.services.trade_changes import change
from rcc_tui.services.trade_offers import must_trade
from rcc_tui.services.trade_views import TradeView, show

WHOLE = 100_00
"""All of a price, in hundredths of a percent."""


@dataclass(frozen=True, slots=True)
class Uplifted:
    """A running trade: `weekly` pence as agreed, `new_weekly` as proposed, who funds it then; or `why` it was
    left as it is."""

    trade: str
    setting_name: str
    weekly: int
    new_weekly: int
    why: str
    funders: tuple[Funder, ...] = ()


def next_april(today: date) -> date:
    """The first 1 April after a day: when tariffs are uplifted."""
    this_year = date(today.year, 4, 1)
    return this_year if today < this_year else date(today.year + 1, 4, 1)


def uplift(
    desk: Desk, with_code: str, effective: str, *, valid_until: str = "", shares: Sequence[Funder] = ()
) -> tuple[Uplifted, ...]:
    """Propose changes of all running trades with an authority from a day (ISO) on.

    Who funds a trade funds as large a part of the new price; `shares` are other parts, of every trade, in
    hundredths of a percent. Raises Refused where no tariff will be in force between the two on that day, or
    where the shares are not the whole.
    """
    must_trade(desk)
    must_know(desk, with_code)
    day = iso_date(effective, "effective")
    if in_force(desk, desk.code, with_code, day) is None:
        raise Refused(
            f"No tariff is in force between {desk.code} and {with_code} on {show_date(day)}.",
            where="effective",
            hint="Both adopt one first: `rcc tariff adopt`.",
        )
    if shares and sum(one.pence for one in shares) != WHOLE:
        raise Refused("The shares do not add up to 100 %.", where="shares", hint="Give all of them.")
    stays = [one for one in desk.read(queries.stays, code=desk.code) if with_code in (one.buyer, one.seller)]
    views = [show(desk, one.record) for one in stays]
    running = [one for one in views if one.in_force]
    return tuple(
        _one(desk, one, effective, valid_until, shares)
        for one in sorted(running, key=lambda v: (v.setting_name, v.id))
    )


def _one(
    desk: Desk, trade: TradeView, effective: str, valid_until: str, shares: Sequence[Funder]
) -> Uplifted:
    why, new = _not_to_change(trade, effective), trade.terms
    if not why:
        parts = tuple(shares) or new.funders
        try:
            changed = change(desk, trade.id, effective=effective, valid_until=valid_until, shares=parts)
        except Refused as refused:
            why = refused.message
        else:
            new = changed.change or new
    return Uplifted(trade.id, trade.setting_name, trade.weekly, new.weekly, why, new.funders)


def _not_to_change(trade: TradeView, effective: str) -> str:
    if trade.terms.off_tariff:
        return f"off the tariff ({trade.terms.off_tariff})"
    if trade.change is not None:
        return "a change of it waits for an answer"
    if effective < trade.start:
        return f"it begins after that day, on {show_date(trade.start)}"
    ends = trade.notice_on or trade.end
    return f"it ends on {show_date(ends)}" if ends and ends <= effective else ""
