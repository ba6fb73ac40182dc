"""Places given out to trades: only the desk that keeps the list gives, so no bed is promised twice."""

from __future__ import annotations

from collections.abc import Callable

from db.queries import trades as queries
from db.queries.places import PlaceRow
from rcc_tui.acts import vacancies as acts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.terms import Terms
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.services.moments import minute
from rcc_tui.services.place_views import place_row
from rcc_tui.services.trade_views import TradeView, read_terms

Give = Callable[[Writing], bytes]


def offered(desk: Desk, vacancy: str, buyer: str) -> PlaceRow:
    """The vacancy that terms name, places held for the buyer counted as free. Raises NotFound."""
    row = place_row(desk, vacancy, buyer)
    if row.place.id != vacancy:
        raise NotFound("The place of this trade is not known here.", where="vacancy")
    return row


def taking(desk: Desk, trade: str, terms: Terms) -> Give | None:
    """What gives the places of a trade out at this desk; None when another desk gives them out.

    Raises Refused when fewer are free than the terms ask for. A hold for the buyer is used up by it.
    """
    if not terms.vacancy:
        return None
    row = offered(desk, terms.vacancy, terms.buyer)
    if row.closed:
        raise Refused("The vacancy is closed.", where="vacancy", hint="Offer the place anew, or decline.")
    if not _gives_out(desk, row):
        return None
    if row.place.free < terms.places:
        raise Refused(
            f"Free places at {terms.setting_name}: {row.place.free}, needed: {terms.places}.",
            where="vacancy",
            hint="Change the vacancy if there is room after all, release a hold, or decline.",
        )

    def give(w: Writing) -> bytes:
        _use_holds(w, desk, row, terms)
        return w.act("vacancy", acts.Take(trade, terms.places), record=terms.vacancy).entry

    return give


def giving_back(desk: Desk, trade: TradeView) -> Callable[[Writing], None] | None:
    """What puts the places of a trade back on the list; None when this desk has none to put back."""
    taken = desk.read(queries.takes, [trade.id]).get(trade.id)
    if taken is None or taken.given_back:
        return None
    if not _gives_out(desk, offered(desk, trade.terms.vacancy, trade.buyer)):
        return None

    def give_back(w: Writing) -> None:
        w.act("vacancy", acts.GiveBack(trade.id), record=trade.terms.vacancy)

    return give_back


def give_out(desk: Desk) -> int:
    """Take the places of trades agreed elsewhere off the list, and put back those of trades that are over.

    Only what this desk allocates, and only where places are free: the other trades stay provisional.
    Returns how many trades were served.
    """
    return sum(_serve(desk, due) for due in desk.read(queries.dues, desk.key.public.hex()))


def _serve(desk: Desk, due: queries.Due) -> bool:
    trade = due.trade
    try:
        if due.back:
            if not _gives_out(desk, offered(desk, trade.vacancy, trade.buyer)):
                return False
            with desk.writing() as w:
                w.act("vacancy", acts.GiveBack(trade.record), record=trade.vacancy)
            return True
        give = taking(desk, trade.record, read_terms(trade.terms))
        if give is None:
            return False
        with desk.writing() as w:
            give(w)
    except Refused:
        # No place is free, or another program at this desk has just done it: the flag stays for people.
        return False
    return True


def _gives_out(desk: Desk, row: PlaceRow) -> bool:
    return row.keeper == desk.code and row.allocator == desk.key.public.hex()


def _use_holds(w: Writing, desk: Desk, row: PlaceRow, terms: Terms) -> None:
    """Release what was held for the buyer as far as the trade uses it up, and hold the rest on."""
    wanted = terms.places
    now = minute(desk)
    for hold in row.holds:
        if wanted <= 0 or hold.held_for != terms.buyer or not hold.is_live(now):
            continue
        w.act("vacancy", acts.Release(bytes.fromhex(hold.id)), record=terms.vacancy)
        if rest := max(0, hold.places - wanted):
            w.act("vacancy", acts.Hold(hold.held_for, hold.what, rest, hold.until), record=terms.vacancy)
        wanted -= hold.places
