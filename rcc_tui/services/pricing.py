"""What a place is to cost: by the tariff in force, or by another price with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import percent_of, pounds
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.price_list import NoticeRule
from rcc_tui.domain.tariff import quote as quote_by
from rcc_tui.domain.terms import Line
from rcc_tui.domain.trade import check_age
from rcc_tui.services.desk import Desk
from rcc_tui.services.tariffs import in_force

AGREED = "agreed"


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A price by a tariff: `lines` add up to `weekly` pence, `steps` say in words how it came about.

    `tariff` is the hash of the document; `worked_example` must be said wherever the price is shown. `notice`
    are the tariff's rules, by length of stay; `notice_days` what they say of the stay asked for.
    """

    tariff: str
    tariff_name: str
    worked_example: bool
    band: str
    steps: tuple[str, ...]
    lines: tuple[Line, ...]
    weekly: int
    notice_days: int
    retainer_percent: int
    notice: tuple[NoticeRule, ...] = ()

    @property
    def retainer_weekly(self) -> int:
        """Pence a week while the place is kept open and empty, of the lines due for the whole stay."""
        lasting = sum(line.pence for line in self.lines if not line.nights)
        return percent_of(lasting, self.retainer_percent)


@dataclass(frozen=True, slots=True)
class Price:
    """The price that goes into terms: `tariff` empty and `off_tariff` the reason, or the other way round."""

    tariff: str
    band: str
    lines: tuple[Line, ...]
    weekly: int
    notice_days: int
    off_tariff: str
    retainer_percent: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be priced: who buys of whom, the care type and PLACE code, from which day (ISO)."""

    buyer: str
    seller: str
    type: str
    place: str
    start: str
    needs: Needs
    extras: tuple[str, ...] = ()


def quoted(desk: Desk, asked: Asked) -> QuoteView | None:
    """The price by the tariff in force between the two on the day; None when none is.

    Raises Refused where that tariff has no price for such a child, or no such extra, and where the care
    is not allowed at the child's age.
    """
    check_age(asked.type, asked.needs.age)
    tariff = in_force(desk, asked.buyer, asked.seller, asked.start)
    if tariff is None:
        return None
    document = tariff.document()
    price = quote_by(document, asked.needs, asked.type, asked.place, asked.extras)
    return QuoteView(
        tariff.id,
        tariff.name,
        tariff.worked_example,
        price.band,
        tuple(step.text for step in price.steps),
        price.lines,
        price.weekly,
        price.notice_days,
        document.retainer_percent,
        document.notice,
    )


def no_tariff(asked: Asked) -> Refused:
    """The refusal when there is no tariff to go by."""
    return Refused(
        f"No tariff is in force between {asked.buyer} and {asked.seller} on {show_date(asked.start)}.",
        where="tariff",
        hint="Both must have adopted one for that day; or give a weekly price and the reason for it.",
    )


def settle_price(desk: Desk, asked: Asked, weekly: int, off_tariff: str, offered: int = 0) -> Price:
    """The price of terms: the tariff's, unless another is given in pence a week with its reason.

    `offered` is the place's own price, taken where no tariff is in force and none is given. Raises Refused
    naming both prices when a price off the tariff lacks its reason.
    """
    reason = off_tariff.strip()
    if weekly < 0:
        raise Refused("The weekly price is below zero.", where="weekly", hint="Give £0.00 or more.")
    try:
        found = quoted(desk, asked)
    except Refused as refused:
        if not (weekly and reason) or refused.where in ("extras", "place"):
            raise
        return flat(weekly, reason)
    if found is None:
        return _without_tariff(asked, weekly or offered, reason)
    if weekly in (0, found.weekly):
        if reason and not weekly:
            raise Refused(
                f"A reason off the tariff, but no other price than its {pounds(found.weekly)}.",
                where="weekly",
                hint="Give the weekly price that was agreed, or leave the reason out.",
            )
        return Price(
            found.tariff, found.band, found.lines, found.weekly, found.notice_days, "", found.retainer_percent
        )
    if not reason:
        raise Refused(
            f"{pounds(weekly)} a week is off the tariff, which says {pounds(found.weekly)}.",
            where="off_tariff",
            hint="Say why the price differs, or take the tariff's.",
        )
    price = flat(weekly, reason, band=found.band, notice_days=found.notice_days)
    return replace(price, retainer_percent=found.retainer_percent)


def flat(weekly: int, reason: str, *, band: str = "", notice_days: int = 0) -> Price:
    """A price off the tariff: one line, for whatever the two agreed."""
    return Price("", band, (Line(AGREED, weekly, "core"),), weekly, notice_days, reason)


def _without_tariff(asked: Asked, weekly: int, reason: str) -> Price:
    if asked.extras:
        raise Refused(
            "Extras are priced by a tariff, and none is in force.", where="extras", hint="Leave them out."
        )
    if not weekly:
        raise no_tariff(asked)
    if not reason:
        raise Refused(
            f"{pounds(weekly)} a week is off the tariff: none is in force between {asked.buyer} and "
            f"{asked.seller} on {show_date(asked.start)}.",
            where="off_tariff",
            hint="Say why, for example that none is adopted yet.",
        )
    return flat(weekly, reason)


def extras_of(asked: Sequence[str]) -> tuple[str, ...]:
    """Extras as typed, without empty ones."""
    return tuple(one.strip() for one in asked if one.strip())
