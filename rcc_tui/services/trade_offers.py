"""Terms on offer: a quote, a proposal, a trade made by telephone, a counter-proposal."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

import fixtures
from db.queries import trades as queries
from db.queries.places import PlaceRow
from rcc_tui.acts import names, referrals
from rcc_tui.acts import requests as request_acts
from rcc_tui.acts import trades as acts
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs, check_needs
from rcc_tui.domain.terms import Funder, Terms
from rcc_tui.domain.trade import check_terms
from rcc_tui.domain.vacancy import Place, care_type, is_reserved, reservation
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.services.place_views import place_row
from rcc_tui.services.pricing import (
    Asked,
    Price,
    QuoteView,
    extras_of,
    flat,
    no_tariff,
    quoted,
    settle_price,
)
from rcc_tui.services.requests import RequestView
from rcc_tui.services.tariffs import in_force
from rcc_tui.services.trade_views import LAPSED, TradeView, show

ANSWER_DAYS = 7


def quote(desk: Desk, vacancy: str, needs: Needs, *, start: str, extras: Sequence[str] = ()) -> QuoteView:
    """What a place costs my authority by the tariff in force on the day the placement starts (ISO).

    Raises Refused where no tariff is in force or it has no such price, NotFound for no such vacancy.
    """
    asked = _asked(desk.code, place_row(desk, vacancy).place, check_needs(needs), start, extras)
    found = quoted(desk, asked)
    if found is None:
        raise no_tariff(asked)
    return found


def propose(
    desk: Desk,
    vacancy: str,
    *,
    start: str,
    end: str = "",
    valid_until: str = "",
    request: str = "",
    needs: Needs | None = None,
    extras: Sequence[str] = (),
    weekly: int = 0,
    off_tariff: str = "",
    legal_basis: str = "",
    funders: Sequence[Funder] = (),
) -> TradeView:
    """Ask the authority that owns a place to take a child of mine: a referral and a proposal in one.

    The child is that of my `request`, or has `needs`. The price is the tariff's unless `weekly` (pence)
    and the reason `off_tariff` say otherwise; `funders` may share it, to the penny. An answer is due by
    `valid_until`, by default the start, at most in 7 days. Raises Refused naming the rule.
    """
    must_trade(desk)
    row = place_row(desk, vacancy, desk.code)
    asked_for = _request(desk, request, needs)
    needs = check_needs(asked_for.needs if asked_for else _given(needs))
    _check_open_to(desk, row, needs, desk.code)
    place = row.place
    asked = _asked(desk.code, place, needs, start, extras)
    price = settle_price(desk, asked, weekly, off_tariff, place.vacancy.weekly)
    terms = replace(
        _terms(asked, price, place.setting.name, end, answer_by(desk, start, valid_until)),
        vacancy=place.id,
        setting=place.setting_id,
        legal_basis=legal_basis.strip(),
        funders=tuple(funders),
    )
    check_terms(terms, place.setting)
    pair = names.pair(terms.buyer, terms.seller)
    with desk.writing() as w:
        referral = w.act(
            "referral",
            referrals.Open(terms.buyer, terms.seller, place.id, anonymised(needs)),
            audience=pair,
        )
        proposal = acts.Propose(replace(terms, referral=referral.record))
        done = w.act("trade", proposal, audience=pair, deps=[referral.entry])
        if asked_for:
            _link(w, asked_for, place.id, done.record)
    return show(desk, done.record)


def record(
    desk: Desk,
    with_code: str,
    *,
    setting_name: str = "",
    place: str = "",
    start: str,
    end: str = "",
    needs: Needs,
    weekly: int = 0,
    off_tariff: str = "",
    vacancy: str = "",
    as_seller: bool = False,
    legal_basis: str = "",
    funders: Sequence[Funder] = (),
    request: str = "",
) -> TradeView:
    """Write down a trade made by telephone with another authority, which is to countersign it.

    My authority buys unless `as_seller`. Without a `vacancy` the setting's name and its PLACE code are
    needed, and no place is taken off the list. `request` is the one of mine that it is for: `needs` are what
    was told of it. Raises Refused naming the rule.
    """
    must_trade(desk)
    asked_for = _request(desk, request, None) if request and not as_seller else None
    _must_be_member(desk, with_code)
    buyer, seller = (with_code, desk.code) if as_seller else (desk.code, with_code)
    needs = check_needs(needs)
    row = place_row(desk, vacancy, buyer) if vacancy else None
    if row is not None:
        _check_open_to(desk, row, needs, buyer)
        asked = replace(_asked(buyer, row.place, needs, start, ()), seller=seller)
        name, at, offered = row.place.setting.name, row.place, row.place.vacancy.weekly
    else:
        kind, code = care_type(place)
        asked = Asked(buyer, seller, kind, code, _day(start, "start"), needs)
        name, at, offered = setting_name.strip(), None, 0
    if not name:
        raise Refused("Which setting?", where="setting_name", hint="Give the name of the home or household.")
    price = settle_price(desk, asked, weekly, off_tariff, offered)
    terms = replace(
        _terms(asked, price, name, end, answer_by(desk, start, "")),
        vacancy=at.id if at else "",
        setting=at.setting_id if at else "",
        by_telephone=True,
        legal_basis=legal_basis.strip(),
        funders=tuple(funders),
    )
    check_terms(terms, at.setting if at else None)
    with desk.writing() as w:
        done = w.act("trade", acts.Propose(terms), audience=names.pair(buyer, seller))
        if asked_for:
            _link(w, asked_for, terms.vacancy, done.record)
    return show(desk, done.record)


def counter(
    desk: Desk,
    id: str,
    *,
    start: str = "",
    end: str = "",
    weekly: int = 0,
    off_tariff: str = "",
    valid_until: str = "",
    funders: Sequence[Funder] | None = None,
) -> TradeView:
    """Answer a proposal, or replace my own, with other terms. Raises Refused.

    Another price (pence a week) is one line and needs a reason, unless it is the tariff's own. The funders'
    shares stay while the price does.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    if trade.state not in ("proposed", LAPSED):
        raise Refused(
            f"This trade is {trade.state}.", where="trade", hint="Only a proposal can be countered."
        )
    old = trade.terms
    new = replace(old, start=start or old.start, end=end or old.end)
    if new.start != old.start and not weekly:
        _same_tariff(desk, new)
    new = _repriced(desk, new, weekly, off_tariff)
    # Shares of another price are no longer shares of this one.
    kept = old.funders if new.weekly == old.weekly else ()
    new = replace(new, funders=kept if funders is None else tuple(funders))
    if trade.state == "proposed" and not valid_until and new == old:
        raise Refused("These are the same terms.", where="trade", hint="Accept them, or change something.")
    new = replace(new, valid_until=answer_by(desk, new.start, valid_until))
    check_terms(new)
    with desk.writing() as w:
        w.act(
            "trade",
            acts.Propose(new, bytes.fromhex(trade.proposal)),
            record=trade.id,
            audience=names.pair(trade.buyer, trade.seller),
        )
    return show(desk, trade.id)


def anonymised(needs: Needs) -> Needs:
    """What the other authority is told of a need: all that a carer must know, and nothing else.

    The budget would spoil the price; the school and the places to avoid could tell who the child is; why
    and under what order the child is in care is nobody's business but the placing authority's.
    """
    return replace(
        needs, budget_weekly=0, school="", avoid=(), legal_status="", category="", out_of_area_reason=""
    )


def must_trade(desk: Desk) -> None:
    """Raises Refused at a hub: it sees trades and makes none."""
    if desk.role != "authority":
        raise Refused(
            f"{desk.code} is a hub: it sees the trades of its region and acts on none.",
            where="trade",
            hint="One of the two authorities has to do this at its own desk.",
        )


def must_be_party(desk: Desk, trade: TradeView) -> None:
    """Raises Refused unless my authority buys or sells in this trade."""
    must_trade(desk)
    if desk.code not in (trade.buyer, trade.seller):
        raise Refused(f"{desk.code} is no party to this trade.", where="trade", hint="Its parties act on it.")


def answer_by(desk: Desk, start: str, given: str) -> str:
    """The last day (ISO) for an answer: the one given, else the start, at most in 7 days."""
    today = desk.clock.today()
    if given:
        if iso_date(given, "valid_until") < today:
            raise Refused(
                f"{show_date(given)} is over.", where="valid_until", hint="Give today or a day to come."
            )
        return given
    latest = today + timedelta(days=ANSWER_DAYS)
    begins = iso_date(start, "start")
    return (begins if today <= begins <= latest else latest).isoformat()


def _day(text: str, field: str) -> str:
    return iso_date(text, field).isoformat()


def _asked(buyer: str, place: Place, needs: Needs, start: str, extras: Sequence[str]) -> Asked:
    setting = place.setting
    day = _day(start, "start")
    return Asked(buyer, setting.authority, setting.type, setting.place, day, needs, extras_of(extras))


def _terms(asked: Asked, price: Price, setting_name: str, end: str, valid_until: str) -> Terms:
    return Terms(
        buyer=asked.buyer,
        seller=asked.seller,
        referral="",
        vacancy="",
        setting="",
        setting_name=setting_name,
        place=asked.place,
        start=asked.start,
        end=end,
        age=asked.needs.age,
        sex=asked.needs.sex,
        places=asked.needs.places,
        tariff=price.tariff,
        band=price.band,
        lines=price.lines,
        weekly=price.weekly,
        notice_days=price.notice_days,
        valid_until=valid_until,
        off_tariff=price.off_tariff,
        retainer_percent=price.retainer_percent,
    )


def _given(needs: Needs | None) -> Needs:
    if needs is None:
        raise Refused("For which child?", where="request", hint="Name a request, or give age and sex.")
    return needs


def _request(desk: Desk, request: str, needs: Needs | None) -> RequestView | None:
    if not request:
        return None
    if needs is not None:
        raise Refused("A request and other needs.", where="request", hint="Give one of the two.")
    found = requests.show(desk, request)
    if not found.is_open:
        raise Refused(f"This request is {found.state}.", where="request", hint="Open it again first.")
    return found


def _link(w: Writing, request: RequestView, vacancy: str, trade: str) -> None:
    """The request keeps to this authority, and so do the acts that say what was asked for it, and where."""
    if vacancy and vacancy not in request.shortlist:
        w.act("request", request_acts.Shortlist(vacancy, True), record=request.id)
    w.act("request", request_acts.Refer(trade), record=request.id)


def _check_open_to(desk: Desk, row: PlaceRow, needs: Needs, buyer: str) -> None:
    """Raises Refused when the place is gone, full, or kept for others."""
    place, vacancy = row.place, row.place.vacancy
    if not row.listed:
        raise Refused("This vacancy is no longer offered.", where="vacancy", hint="Search again.")
    if is_reserved(vacancy, desk.clock.today()) and buyer not in vacancy.reserved_for:
        kept = reservation(vacancy, desk.clock.today())
        raise Refused(
            f"The place is a {kept}.", where="vacancy", hint="Choose another place, or ask them first."
        )
    group = vacancy.protected.strip()
    if group and not (group.casefold() == "uasc" and needs.uasc):
        raise Refused(f"The place is protected for {group}.", where="vacancy", hint="Choose another place.")
    if place.free < needs.places:
        raise Refused(
            f"Free places at {place.setting.name}: {place.free}, needed: {needs.places}.",
            where="vacancy",
            hint="Choose another place, or ask for a hold.",
        )


def _must_be_member(desk: Desk, code: str) -> None:
    """Also one that is not on the system yet: its hub enters what it agrees to."""
    member = desk.rolls.member(code)
    known = {one.code for one in fixtures.authorities()}
    if (member is None and code not in known) or (member is not None and member.role != "authority"):
        raise NotFound(f"There is no authority {code}.", where="with", hint="Give its DfE code.")


def _same_tariff(desk: Desk, terms: Terms) -> None:
    """The day moved, the price stayed: it must still be the price of that day."""
    found = in_force(desk, terms.buyer, terms.seller, terms.start) if terms.tariff else None
    if terms.tariff and (found is None or found.id != terms.tariff):
        raise Refused(
            f"On {show_date(terms.start)} another tariff is in force, or none.",
            where="start",
            hint="Give the weekly price with a reason, or propose anew.",
        )


def _repriced(desk: Desk, terms: Terms, weekly: int, off_tariff: str) -> Terms:
    """The terms at another price, where one is given."""
    reason = off_tariff.strip()
    if not weekly or weekly == terms.weekly:
        if reason and not terms.off_tariff:
            raise Refused(
                "A reason off the tariff, but no other price.", where="weekly", hint="Give the weekly price."
            )
        return replace(terms, off_tariff=reason) if reason else terms
    told = desk.read(queries.referral, terms.referral)
    if told is not None:
        # Written by the other authority's program: checked before anything is reckoned with it.
        needs = check_needs(msgspec.json.decode(told[1], type=Needs))
        kind = care_type(terms.place)[0]
        asked = Asked(terms.buyer, terms.seller, kind, terms.place, terms.start, needs)
        price = settle_price(desk, asked, weekly, reason)
    elif reason:
        price = flat(weekly, reason, band=terms.band, notice_days=terms.notice_days)
    else:
        raise Refused("Another price needs a reason.", where="off_tariff", hint="Say why.")
    return replace(
        terms,
        tariff=price.tariff,
        band=price.band,
        lines=price.lines,
        weekly=price.weekly,
        notice_days=price.notice_days,
        off_tariff=price.off_tariff,
        retainer_percent=price.retainer_percent,
    )
