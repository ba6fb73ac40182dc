"""Trades with an authority that is not on the system: its hub enters what it has agreed to.

Such an agreement binds as far as paper does: it is charged, reconciled with the authority's spreadsheets, and
said to be uncountersigned wherever it is shown, until the authority has a desk and countersigns or disputes.
"""

from __future__ import annotations

from rcc_tui.acts import names
from rcc_tui.acts import trades as acts
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.trade import check_terms
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import has_desk, name_of
from rcc_tui.services.trade_places import taking
from rcc_tui.services.trade_views import TradeView, show

HOW = acts.HOW


def vouch(desk: Desk, id: str, how: str) -> TradeView:
    """Enter, at a hub, that the authority without a desk has agreed to the terms that wait; `how` is one of
    HOW. Where the place is one this hub keeps for it, it is given out. Raises Refused."""
    trade = show(desk, id)
    if desk.role != "hub":
        raise Refused(
            "A hub enters what an authority without a desk has agreed to.",
            where="trade",
            hint="Send the hub a bundle, and the paper.",
        )
    if how not in HOW:
        raise Refused(f"By “{how}”?", where="how", hint=f"One of {', '.join(HOW)}.")
    if trade.change is None and trade.state != "proposed":
        raise Refused(f"This trade is {trade.state}.", where="trade", hint="Nothing waits for an answer.")
    proposer = trade.change_proposer if trade.change else trade.proposer
    other = trade.other(proposer)
    if has_desk(desk, other):
        raise Refused(
            f"{name_of(desk, other)} has a desk and signs for itself.", where="trade", hint="Wait for it."
        )
    terms = trade.change or trade.terms
    check_terms(terms)
    give = taking(desk, trade.id, terms) if other == trade.seller and not trade.change else None
    proposal = bytes.fromhex(trade.change_proposal or trade.proposal)
    roll = desk.rolls.latest.version if desk.rolls.latest else 0
    with desk.writing() as w:
        deps = [proposal] + ([give(w)] if give else [])
        act = acts.Vouch(proposal, terms_hash(terms), how, roll)
        w.act("trade", act, record=trade.id, audience=names.pair(trade.buyer, trade.seller), deps=deps)
    return show(desk, trade.id)


def to_countersign(desk: Desk, trade: TradeView) -> bool:
    """Whether a hub has agreed to a trade for my authority, which now signs for itself."""
    mine = desk.code in (trade.buyer, trade.seller) and desk.code != trade.proposer
    return bool(trade.vouched) and mine and (trade.in_force or trade.is_over)


def countersign(desk: Desk, trade: TradeView) -> TradeView:
    """Sign what a hub has entered for my authority. Raises Refused."""
    with desk.writing() as w:
        for proposal, digest, _ in trade.vouched:
            act = acts.Accept(bytes.fromhex(proposal), digest)
            w.act("trade", act, record=trade.id, audience=names.pair(trade.buyer, trade.seller))
    return show(desk, trade.id)
