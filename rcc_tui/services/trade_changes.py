"""Changes during a stay: other terms from a day on, and days on which the place was kept open and empty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from db.queries import trades as queries
from rcc_tui.acts import names
from rcc_tui.acts import trades as acts
from rcc_tui.acts.kind import Act
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.funding import split
from rcc_tui.domain.needs import Needs, check_needs
from rcc_tui.domain.quote import extras_in, lines_of
from rcc_tui.domain.terms import Funder, Line, Terms
from rcc_tui.domain.trade import check_terms
from rcc_tui.domain.vacancy import care_type
from rcc_tui.services.desk import Desk
from rcc_tui.services.pricing import Asked, extras_of, flat, no_tariff, settle_price
from rcc_tui.services.tariffs import in_force
from rcc_tui.services.trade_offers import answer_by, must_be_party
from rcc_tui.services.trade_views import TradeView, show


def change(
    desk: Desk,
    id: str,
    *,
    effective: str,
    weekly: int = 0,
    off_tariff: str = "",
    extras: Sequence[str] | None = None,
    end: str = "",
    funders: Sequence[Funder] | None = None,
    notice_days: int | None = None,
    age: int | None = None,
    valid_until: str = "",
    shares: Sequence[Funder] = (),
) -> TradeView:
    """Propose other terms from a day (ISO) on, for an agreed trade; the other party is to agree.

    The price is that of the tariff in force on that day, for the need the referral tells, else in the band
    that was agreed, unless `weekly` (pence) with its reason is given; without `weekly`, `extras` and another
    `age`, and where the tariff is the same, the price stays. `funders` say who pays; without them those
    before do while the price stays, or each a part as large as in `shares`. A proposed
    change that waits for an answer is countered by a further one. Raises Refused.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    if not trade.in_force:
        raise Refused(
            f"This trade is {trade.state}.", where="trade", hint="Only what both have agreed on is changed."
        )
    old = trade.change or trade.terms
    day = iso_date(effective, "effective").isoformat()
    if day < trade.start:
        raise Refused(
            f"The terms begin on {show_date(trade.start)}.", where="effective", hint="Give that day or later."
        )
    new = replace(old, effective=day, end=end or old.end, age=old.age if age is None else age)
    since = trade.started_seller or trade.started_buyer or trade.start
    asked = _asked(desk, new, since, extras)
    stays = extras is None and new.age == old.age
    if asked is None and new.tariff and not (weekly or off_tariff.strip()):
        new = _by_band(desk, new, since, extras, stays=stays)
    else:
        new = _priced(asked, desk, new, weekly, off_tariff, stays=stays)
    if notice_days is not None:
        new = replace(new, notice_days=notice_days)
    # Shares of another price are no longer shares of this one.
    kept = split(new.weekly, shares) if shares or new.weekly != old.weekly else old.funders
    new = replace(new, funders=kept if funders is None else tuple(funders))
    if replace(new, effective=old.effective, valid_until=old.valid_until) == old and old is trade.terms:
        raise Refused("These are the terms already agreed.", where="trade", hint="Change something.")
    new = replace(new, valid_until=answer_by(desk, day, valid_until))
    check_terms(new)
    replaces = trade.change_proposal or trade.proposal
    _do(desk, trade, acts.Propose(new, bytes.fromhex(replaces)))
    return show(desk, trade.id)


def keep_open(desk: Desk, id: str, spans: Sequence[tuple[str, str]]) -> TradeView:
    """State all days on which the place was kept open and empty: (first day, day after the last), ISO.

    Stated again they take the place of those before; none takes them back. Raises Refused.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    if not (trade.in_force or trade.is_over):
        raise Refused(f"This trade is {trade.state}.", where="trade", hint="Nothing was agreed on.")
    if not trade.terms.retainer_percent:
        raise Refused(
            "No retainer is agreed for days the place is kept open.",
            where="trade",
            hint="Propose a change of terms, or state the end.",
        )
    stated = []
    for first, stop in spans:
        begins, ends = iso_date(first, "from"), iso_date(stop, "to")
        if begins >= ends:
            raise Refused(
                f"{show_date(begins)} to {show_date(ends)} is no night.", where="to", hint="Check both days."
            )
        stated.append((begins.isoformat(), ends.isoformat()))
    said, other = trade.kept_buyer, trade.kept_seller
    if desk.code == trade.seller:
        said, other = other, said
    # That there were none is worth saying where the other side says there were.
    if tuple(sorted(stated)) == said and (stated or not other):
        raise Refused("You have stated these days already.", where="trade", hint="There is nothing to do.")
    _do(desk, trade, acts.KeepOpen(tuple(sorted(stated))))
    return show(desk, trade.id)


def _priced(
    asked: Asked | None, desk: Desk, terms: Terms, weekly: int, off_tariff: str, *, stays: bool
) -> Terms:
    reason = off_tariff.strip()
    if asked is not None:
        price = settle_price(desk, asked, weekly, reason)
        if not weekly and stays and price.tariff == terms.tariff:
            return terms
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
    if not weekly:
        return terms
    if not reason:
        raise Refused("Another price needs a reason.", where="off_tariff", hint="Say why.")
    price = flat(weekly, reason, band=terms.band, notice_days=terms.notice_days)
    return replace(terms, tariff="", lines=price.lines, weekly=weekly, off_tariff=reason)


def _by_band(desk: Desk, terms: Terms, since: str, extras: Sequence[str] | None, *, stays: bool) -> Terms:
    """Terms by a tariff of which no referral tells the need, as of a trade made by telephone: their band is
    what was agreed, and the price is that of the tariff in force on the day."""
    found = in_force(desk, terms.buyer, terms.seller, terms.effective)
    if found is None or (stays and found.id == terms.tariff):
        return terms
    document = found.document()
    lasting = tuple(line for line in terms.lines if _lasts(line, terms.effective, since))
    lines = lines_of(document, replace(terms, lines=lasting), extras)
    return replace(
        terms,
        tariff=found.id,
        lines=lines,
        weekly=sum(line.pence for line in lines),
        retainer_percent=document.retainer_percent,
    )


def _lasts(line: Line, day: str, since: str) -> bool:
    """Whether a line is still due on a day (ISO) of a stay that began on another."""
    return not line.nights or iso_date(day) < iso_date(since) + timedelta(days=line.nights)


def _asked(desk: Desk, terms: Terms, since: str, extras: Sequence[str] | None) -> Asked | None:
    """What is to be priced anew, by the need the referral tells; None where there is no referral, or the
    price was off the tariff and is to stay as it is. `since` is the day (ISO) the stay began: while its first
    nights last, what is due for them is part of the price."""
    kind = care_type(terms.place)[0]
    told = desk.read(queries.referral, terms.referral)
    if told is None or (terms.off_tariff and extras is None):
        if extras and not terms.tariff:
            raise no_tariff(
                Asked(
                    terms.buyer, terms.seller, kind, terms.place, terms.effective, Needs(terms.age, terms.sex)
                )
            )
        return None
    # Written by the other authority's program: checked before anything is reckoned with it.
    needs = check_needs(msgspec.json.decode(told[1], type=Needs))
    emergency = any(line.nights and _lasts(line, terms.effective, since) for line in terms.lines)
    needs = replace(needs, age=terms.age, emergency=emergency)
    wanted = extras_of(extras_in(terms) if extras is None else extras)
    return Asked(terms.buyer, terms.seller, kind, terms.place, terms.effective, needs, wanted)


def _do(desk: Desk, trade: TradeView, act: Act) -> None:
    with desk.writing() as w:
        w.act("trade", act, record=trade.id, audience=names.pair(trade.buyer, trade.seller))
