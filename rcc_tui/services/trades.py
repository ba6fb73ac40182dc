"""Trades: proposed, answered, started, ended; what each party may do, and when."""

from __future__ import annotations

from datetime import date, timedelta

from db.queries import trades as queries
from rcc_tui.acts import names, referrals
from rcc_tui.acts import requests as request_acts
from rcc_tui.acts import trades as acts
from rcc_tui.acts.kind import Act
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.codes import REASON_PLACE_CHANGE, REFUSAL_REASONS, check_code
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import pounds
from rcc_tui.domain.quote import lines_of
from rcc_tui.domain.terms import Terms
from rcc_tui.domain.trade import check_terms
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.services.pricing import QuoteView
from rcc_tui.services.tariffs import TariffView, in_force
from rcc_tui.services.trade_changes import change, keep_open
from rcc_tui.services.trade_offers import counter, must_be_party, propose, quote, record
from rcc_tui.services.trade_places import give_out, giving_back, taking
from rcc_tui.services.trade_steps import steps_of
from rcc_tui.services.trade_views import LAPSED, STATES, TradeView, listing, show
from rcc_tui.services.trade_vouching import countersign, to_countersign, vouch

__all__ = [
    "STATES",
    "QuoteView",
    "TradeView",
    "accept",
    "change",
    "counter",
    "decline",
    "dispute",
    "end",
    "give_out",
    "keep_open",
    "listing",
    "notice",
    "propose",
    "quote",
    "record",
    "resolve",
    "short_notice",
    "show",
    "start",
    "vouch",
    "withdraw",
]


def accept(desk: Desk, id: str) -> TradeView:
    """Countersign the other party's terms, or what a hub has agreed to for us. At the desk that gives out
    the seller's places, the place is taken off the list in the same breath; elsewhere the trade is
    provisional until that desk has heard.

    Raises Refused: not mine to answer, lapsed, a rule broken, or no place free.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    if trade.change is not None and trade.change_proposer != desk.code:
        return _accept_change(desk, trade, trade.change)
    if to_countersign(desk, trade):
        return countersign(desk, trade)
    if trade.change is not None:
        return _accept_change(desk, trade, trade.change)
    _must_be_answerable(desk, trade, "accepted")
    check_terms(trade.terms)
    _check_tariff(desk, trade.terms)
    give = taking(desk, trade.id, trade.terms) if desk.code == trade.seller else None
    proposal = bytes.fromhex(trade.proposal)
    with desk.writing() as w:
        deps = [proposal] + ([give(w)] if give else [])
        act = acts.Accept(proposal, trade.terms_hash)
        w.act("trade", act, record=trade.id, audience=_pair(trade), deps=deps)
    return show(desk, trade.id)


def decline(desk: Desk, id: str, reason: str, note: str = "") -> TradeView:
    """Turn the other party's terms down; `reason` is one of codes.REFUSAL_REASONS. Raises Refused.

    When the seller declines, the referral is refused for the same reason.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    why = check_code(reason, REFUSAL_REASONS, "reason")
    if _proposed_by(trade) == desk.code and (trade.change or trade.state in ("proposed", LAPSED)):
        raise Refused("These are your own terms.", where="trade", hint="Withdraw them instead.")
    if trade.change is not None:
        return _answer_change(desk, trade, acts.Decline(_waiting(trade), why, note.strip()))
    _must_be_open(trade, "declined")
    proposal = bytes.fromhex(trade.proposal)
    with desk.writing() as w:
        w.act("trade", acts.Decline(proposal, why, note.strip()), record=trade.id, audience=_pair(trade))
        if desk.code == trade.seller:
            _close_referral(desk, w, trade, referrals.Refuse(why, note.strip()))
    return show(desk, trade.id)


def withdraw(desk: Desk, id: str, note: str = "") -> TradeView:
    """Take my own proposal back. When the buyer does, the referral is withdrawn too. Raises Refused."""
    trade = show(desk, id)
    must_be_party(desk, trade)
    if trade.change is None:
        _must_be_open(trade, "withdrawn")
    if _proposed_by(trade) != desk.code:
        raise Refused("These are the other party's terms.", where="trade", hint="Decline them instead.")
    if trade.change is not None:
        return _answer_change(desk, trade, acts.Withdraw(_waiting(trade), note.strip()))
    proposal = bytes.fromhex(trade.proposal)
    with desk.writing() as w:
        w.act("trade", acts.Withdraw(proposal, note.strip()), record=trade.id, audience=_pair(trade))
        if desk.code == trade.buyer:
            _close_referral(desk, w, trade, referrals.Withdraw(note.strip()))
    return show(desk, trade.id)


def start(desk: Desk, id: str, on: str) -> TradeView:
    """State the day (ISO) the child moved in; stated again it corrects the first. Raises Refused.

    At the buyer's desk that knows the request, the request is placed by it.
    """
    trade = _going(desk, id)
    day = iso_date(on, "on")
    if "contested" in trade.flags:
        raise Refused("The agreement is contested.", where="trade", hint="Resolve that first.")
    said = trade.started_buyer if desk.code == trade.buyer else trade.started_seller
    if said == day.isoformat():
        raise _said_already(day)
    mine = trade.ended_buyer if desk.code == trade.buyer else trade.ended_seller
    if mine and day > iso_date(mine):
        raise Refused(f"You stated the end as {show_date(mine)}.", where="on", hint="Give a day before.")
    request = requests.show(desk, trade.request) if trade.request else None
    with desk.writing() as w:
        w.act("trade", acts.Start(day.isoformat()), record=trade.id, audience=_pair(trade))
        if request is not None and request.is_open and desk.code == trade.buyer:
            w.act("request", request_acts.Place(trade.id, ""), record=request.id)
    return show(desk, trade.id)


def not_come_yet(desk: Desk, on: str) -> str:
    """A warning, where what is stated of a day (ISO) is to happen yet; else empty. It may be stated again."""
    if iso_date(on, "on") <= desk.clock.today():
        return ""
    today = show_date(desk.clock.today())
    return f"{show_date(on)} has not come yet: today is {today}. It counts until another day is stated."


def short_notice(desk: Desk, trade: TradeView, ends: str) -> str:
    """A warning, where a notice given today for a day (ISO) is shorter than agreed; else empty.

    It is no reason to refuse: what is charged goes to the day the notice names, and the rest is to be agreed.
    A day that is over is no short notice: it is refused.
    """
    days = (iso_date(ends, "ends") - desk.clock.today()).days
    agreed = trade.terms.notice_days
    if days >= agreed or days < 0:
        return ""
    due = desk.clock.today() + timedelta(days=agreed)
    given = f"{days} day{'' if days == 1 else 's'}"
    return (
        f"The notice is {given}; agreed are {agreed}, to {show_date(due)}. The charge goes to the day given."
    )


def notice(desk: Desk, id: str, ends: str) -> TradeView:
    """Give notice today that the placement ends on a day (ISO); `short_notice` says where it is shorter than
    agreed. Raises Refused."""
    trade = _going(desk, id)
    day = iso_date(ends, "ends")
    _not_before_start(trade, day, "ends")
    if day < desk.clock.today():
        raise Refused(f"{show_date(day)} is over.", where="ends", hint="State the end instead.")
    if trade.end and day >= iso_date(trade.end):
        raise Refused(
            f"The end agreed is {show_date(trade.end)}.",
            where="ends",
            hint="Give a day before; a longer stay is a change of terms.",
        )
    act = acts.Notice(desk.clock.today().isoformat(), day.isoformat())
    with desk.writing() as w:
        w.act("trade", act, record=trade.id, audience=_pair(trade))
    return show(desk, trade.id)


def end(desk: Desk, id: str, on: str, reason: str) -> TradeView:
    """State the day (ISO) the child left, and why (an SSDA903 reason such as CARPL). Raises Refused.

    Stated by the seller at the desk that gives its places out, the place is back on the list.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    day = iso_date(on, "on")
    why = check_code(reason, REASON_PLACE_CHANGE, "reason")
    if not (trade.state == "started" or trade.is_over):
        raise Refused(
            f"This trade is {trade.state}; it has not started.",
            where="trade",
            hint="State the day the child moved in first.",
        )
    _not_before_start(trade, day, "on")
    said = trade.ended_buyer if desk.code == trade.buyer else trade.ended_seller
    if (said, trade.end_reason) == (day.isoformat(), why):
        raise _said_already(day)
    back = giving_back(desk, trade) if desk.code == trade.seller else None
    with desk.writing() as w:
        w.act("trade", acts.End(day.isoformat(), why), record=trade.id, audience=_pair(trade))
        if back is not None:
            back(w)
    return show(desk, trade.id)


def dispute(desk: Desk, id: str, what: str) -> TradeView:
    """Dispute something of an agreed trade, in words. Raises Refused."""
    trade = show(desk, id)
    must_be_party(desk, trade)
    if not (trade.in_force or trade.is_over):
        raise Refused(f"This trade is {trade.state}.", where="trade", hint="Only what is agreed is disputed.")
    with desk.writing() as w:
        w.act("trade", acts.Dispute(_said(what, "what")), record=trade.id, audience=_pair(trade))
    return show(desk, trade.id)


def resolve(desk: Desk, id: str, how: str, stands: bool = True) -> TradeView:
    """Settle what is disputed or contested: whether the agreement `stands`, and how that was found.

    An agreement that nothing has come of may be given up so; once the child has moved in it can only end.
    Raises Refused.
    """
    trade = show(desk, id)
    must_be_party(desk, trade)
    if not {"contested", "disputed"} & set(trade.flags):
        raise Refused("Nothing is disputed or contested.", where="trade", hint="There is nothing to do.")
    if not stands and trade.state != "agreed":
        raise Refused(
            "The child has moved in: that cannot be undone.", where="stands", hint="State the end instead."
        )
    back = giving_back(desk, trade) if not stands and desk.code == trade.seller else None
    with desk.writing() as w:
        w.act("trade", acts.Resolve(stands, _said(how, "how")), record=trade.id, audience=_pair(trade))
        if back is not None:
            back(w)
    return show(desk, trade.id)


def _proposed_by(trade: TradeView) -> str:
    """Whose terms wait for an answer: those of a change, once a trade is agreed."""
    return trade.change_proposer if trade.change else trade.proposer


def _waiting(trade: TradeView) -> bytes:
    return bytes.fromhex(trade.change_proposal)


def _accept_change(desk: Desk, trade: TradeView, terms: Terms) -> TradeView:
    if trade.change_proposer == desk.code:
        raise Refused(
            "These are your own terms: the other party answers them.", where="trade", hint="Wait for it."
        )
    if terms.valid_until and terms.valid_until < desk.clock.today().isoformat():
        raise Refused(
            f"The change lapsed: an answer was due by {show_date(terms.valid_until)}.",
            where="valid_until",
            hint="Propose it anew.",
        )
    check_terms(terms)
    _check_tariff(desk, terms)
    return _answer_change(desk, trade, acts.Accept(_waiting(trade), terms_hash(terms)))


def _answer_change(desk: Desk, trade: TradeView, act: Act) -> TradeView:
    with desk.writing() as w:
        w.act("trade", act, record=trade.id, audience=_pair(trade))
    return show(desk, trade.id)


def _pair(trade: TradeView) -> str:
    return names.pair(trade.buyer, trade.seller)


def _said_already(day: date) -> Refused:
    return Refused(
        f"You have stated {show_date(day)} already.", where="on", hint="Another day would correct it."
    )


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Refused("Nothing is said.", where=field, hint="Say it in a few words.")
    return text.strip()


def _must_be_open(trade: TradeView, what: str) -> None:
    if trade.state in ("proposed", LAPSED):
        return
    undo = trade.in_force and what != "accepted"
    hint = "Dispute it and resolve that it does not stand." if undo else "There is nothing to do."
    raise Refused(f"This trade is {trade.state} and cannot be {what}.", where="trade", hint=hint)


def _must_be_answerable(desk: Desk, trade: TradeView, what: str) -> None:
    _must_be_open(trade, what)
    if trade.proposer == desk.code:
        raise Refused(
            "These are your own terms: the other party answers them.", where="trade", hint="Wait for it."
        )
    if trade.state == LAPSED:
        raise Refused(
            f"The proposal lapsed: an answer was due by {show_date(trade.valid_until)}.",
            where="valid_until",
            hint="Counter it with a new day to answer by.",
        )


def _check_tariff(desk: Desk, terms: Terms) -> None:
    """Terms that name a tariff must name the one in force: else a price off it would go by unmarked.

    A change may keep the tariff of the day the placement began.
    """
    if not terms.tariff:
        return
    days = dict.fromkeys((terms.start, terms.effective or terms.start))
    found = [in_force(desk, terms.buyer, terms.seller, day) for day in days]
    if terms.tariff not in {one.id for one in found if one}:
        raise Refused(
            f"The terms name a tariff that is not in force between {terms.buyer} and {terms.seller} on "
            f"{show_date(terms.effective or terms.start)}.",
            where="tariff",
            hint="Take in the newest bundles, or counter with a price and a reason.",
        )
    named = next(one for one in found if one and one.id == terms.tariff)
    if not _priced_by(desk, terms, named):
        raise Refused(
            f"The price of {pounds(terms.weekly)} a week is not that of {named.name}, which the terms name.",
            where="lines",
            hint="Counter with the price and the reason for it, or decline.",
        )


def _priced_by(desk: Desk, terms: Terms, tariff: TariffView) -> bool:
    """Whether a tariff says the price and the retainer of terms: for the need, where a referral tells it."""
    document = tariff.document()
    try:
        lines = lines_of(document, terms)
    except Refused:
        return False
    told = desk.read(queries.referral, terms.referral) if terms.referral else None
    return (
        lines == terms.lines
        and terms.retainer_percent == document.retainer_percent
        and (told is None or bool(steps_of(desk, terms)))
    )


def _going(desk: Desk, id: str) -> TradeView:
    trade = show(desk, id)
    must_be_party(desk, trade)
    if not trade.in_force:
        raise Refused(
            f"This trade is {trade.state}.", where="trade", hint="Only what both have agreed on can start."
        )
    return trade


def _not_before_start(trade: TradeView, day: date, field: str) -> None:
    first = trade.started_seller or trade.started_buyer or trade.start
    if day < iso_date(first):
        raise Refused(
            f"{show_date(day)} lies before the start {show_date(first)}.",
            where=field,
            hint="Check both days.",
        )


def _close_referral(desk: Desk, w: Writing, trade: TradeView, act: Act) -> None:
    told = desk.read(queries.referral, trade.terms.referral)
    if told is not None and told[0] == "sent":
        w.act("referral", act, record=trade.terms.referral, audience=_pair(trade))
