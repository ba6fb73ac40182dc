"""What a stay would cost at each place of a shortlist, were it to last as long as is expected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import fixtures
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.ledger import Posting, Span, postings
from rcc_tui.domain.money import percent_of
from rcc_tui.domain.stay import price_stay
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.domain.vacancy import Place
from rcc_tui.services import places, requests, tariffs
from rcc_tui.services.desk import Desk
from rcc_tui.services.pricing import Asked, Price, flat, quoted

EXPECTED_NIGHTS = {"respite": 14, "short": 84, "medium": 183, "long": 365}
"""How long a stay is taken to last where nobody says: up to 12 weeks, up to 6 months, a year."""
MOST_NIGHTS = 3_660
OFFERED = "the place's own price"


@dataclass(frozen=True, slots=True)
class Option:
    """A place and what the stay costs there. Money integer pence; `miles` from home, or `UNKNOWN_MILES`.

    `weekly` is due for the whole stay; `premium` a week besides for its first `premium_nights`; `total` what
    the ledger would charge, `charges` month by month; `retainer` pence a week while kept open and empty.
    `source` says by what price; `why_not` why there is none, and then all amounts are 0.
    """

    vacancy: str
    setting_name: str
    authority: str
    authority_name: str
    miles: float
    free: int
    weekly: int
    premium: int
    premium_nights: int
    notice_days: int
    retainer: int
    total: int
    lines: tuple[Line, ...]
    charges: tuple[Posting, ...]
    source: str
    worked_example: bool
    why_not: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A request's stay from `start` up to `end` (ISO, the last not counted), and what it costs where: the
    cheapest first, places without a price last. `assumed`: the nights follow from the expected stay."""

    request: str
    start: str
    end: str
    nights: int
    assumed: bool
    stay: str
    options: tuple[Option, ...]


def what_if(desk: Desk, request: str, *, nights: int = 0, start: str = "", end: str = "") -> WhatIf:
    """The stay of a request's child at each shortlisted place.

    It begins on `start` (ISO; by default the day a place is needed, today at the earliest) and ends on `end`
    or after `nights`; without either it lasts as EXPECTED_NIGHTS says. The cheapest place comes first, of
    those that cost the same the nearest. Raises Refused, NotFound.
    """
    view = requests.show(desk, request)
    first = iso_date(start, "start") if start else _needed(desk, view.needs.needed_by)
    assumed = not (nights or end)
    if end:
        nights = (iso_date(end, "end") - first).days
        if nights < 1:
            raise Refused(
                f"The stay begins on {show_date(first)}: {show_date(end)} is not after it.",
                where="end",
                hint="Give the day after its last night.",
            )
    elif not nights:
        nights = EXPECTED_NIGHTS[view.needs.stay]
    if not 0 < nights <= MOST_NIGHTS:
        field = "end" if end else "nights"
        raise Refused(f"A stay of {nights} nights.", where=field, hint=f"Give 1 to {MOST_NIGHTS:,}.")
    last = first + timedelta(days=nights)
    found = [_option(desk, view, vacancy, first, last) for vacancy in view.shortlist]
    found.sort(key=lambda one: (bool(one.why_not), one.total, one.miles, one.setting_name, one.vacancy))
    return WhatIf(
        view.id, first.isoformat(), last.isoformat(), nights, assumed, view.needs.stay, tuple(found)
    )


def _needed(desk: Desk, day: str) -> date:
    today = desk.clock.today()
    return max(iso_date(day), today) if day else today


def _option(desk: Desk, view: requests.RequestView, vacancy: str, first: date, last: date) -> Option:
    try:
        place = places.place_of(desk, vacancy)
    except NotFound:
        return _none(vacancy, None, UNKNOWN_MILES, "this place has not been heard of here")
    needs, setting = view.needs, place.setting
    miles = fixtures.gazetteer().miles(needs.home, setting.outcode) if needs.home else UNKNOWN_MILES
    if setting.authority == desk.code:
        return _none(vacancy, place, miles, "our own place: nothing is charged")
    asked = Asked(desk.code, setting.authority, setting.type, setting.place, first.isoformat(), needs)
    try:
        price, source, example = _price(desk, asked, place)
    except Refused as refused:
        return _none(vacancy, place, miles, refused.message)
    if price is None:
        owner = place.authority_name or setting.authority
        why = f"no tariff is in force with {owner}, and no price is offered"
        return _none(vacancy, place, miles, why)
    return _priced(place, miles, price, _terms(asked, place, price), (first, last), source, example)


def _price(desk: Desk, asked: Asked, place: Place) -> tuple[Price | None, str, bool]:
    """The price, by what it is, and whether it is a worked example: the tariff's, else the place's own."""
    found = quoted(desk, asked)
    if found is None:
        offered = place.vacancy.weekly
        return (flat(offered, OFFERED) if offered else None), OFFERED, False
    price = Price(
        found.tariff, found.band, found.lines, found.weekly, found.notice_days, "", found.retainer_percent
    )
    version = next(one.version for one in tariffs.listing(desk) if one.id == found.tariff)
    return price, f"{found.tariff_name}, version {version}, {found.band}", found.worked_example


def _terms(asked: Asked, place: Place, price: Price) -> Terms:
    return Terms(
        buyer=asked.buyer,
        seller=asked.seller,
        referral="",
        vacancy=place.id,
        setting=place.setting_id,
        setting_name=place.setting.name,
        place=asked.place,
        start=asked.start,
        end="",
        age=asked.needs.age,
        sex=asked.needs.sex,
        places=asked.needs.places,
        tariff=price.tariff,
        band=price.band,
        lines=price.lines,
        weekly=price.weekly,
        notice_days=price.notice_days,
        off_tariff=price.off_tariff,
        retainer_percent=price.retainer_percent,
    )


def _priced(
    place: Place,
    miles: float,
    price: Price,
    terms: Terms,
    days: tuple[date, date],
    source: str,
    example: bool,
) -> Option:
    spans = [
        Span(place.id, terms.seller, terms.buyer, one.start, one.end, one.weekly, one.kind, one.tariff)
        for one in price_stay([terms], *days)
    ]
    charges = tuple(postings(spans, days[1]))
    first_nights = [line for line in price.lines if line.nights]
    weekly = sum(line.pence for line in price.lines if not line.nights)
    return Option(
        place.id,
        place.setting.name,
        place.setting.authority,
        place.authority_name,
        miles,
        place.free,
        weekly,
        sum(line.pence for line in first_nights),
        max((line.nights for line in first_nights), default=0),
        price.notice_days,
        percent_of(weekly, price.retainer_percent),
        sum(one.pence for one in charges),
        price.lines,
        charges,
        source,
        example,
        "",
    )


def _none(vacancy: str, place: Place | None, miles: float, why: str) -> Option:
    name = place.setting.name if place else vacancy[:8]
    owner = (place.setting.authority, place.authority_name) if place else ("", "")
    free = place.free if place else 0
    return Option(vacancy, name, *owner, miles, free, 0, 0, 0, 0, 0, 0, (), (), "", False, why)


def words(found: WhatIf) -> str:
    """The days that are reckoned with, in words."""
    days = f"{show_date(found.start)} up to {show_date(found.end)}, {found.nights} nights"
    return f"{days} (assumed: a {found.stay} stay)" if found.assumed else days
