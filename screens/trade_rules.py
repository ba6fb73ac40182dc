"""Which key of the Trades screen may act on a trade, and if not, why not.

The rules themselves are kept by the services; here they are said before anything is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rcc_tui.domain.dates import show_date

if TYPE_CHECKING:
    from rcc_tui.services.trades import TradeView

_OPEN = ("proposed", "lapsed")
CONTESTED = "contested"
AMISS = (CONTESTED, "disputed")


def why_not(action: str, trade: TradeView, code: str) -> str:
    """Why an authority may not do this to a trade now; "" when it may.

    `action` is accept, decline, counter (other terms of an agreed trade too), withdraw, begin, notice,
    keep, end, dispute, settle or vouch; `code` the authority or hub that asks.
    """
    if action == "vouch":
        return _vouch(trade, code)
    if code not in (trade.buyer, trade.seller):
        return "Only the two parties act on a trade; others see it."
    return _RULES[action](trade, code)


def waiting(trade: TradeView) -> bool:
    """Whether a change of a running trade waits for an answer."""
    return trade.change is not None and trade.in_force


def to_resolve(trade: TradeView) -> bool:
    """Whether something of the trade waits to be resolved, by an act of either party."""
    return any(flag in trade.flags for flag in AMISS)


def _dispute(trade: TradeView, code: str) -> str:
    if trade.in_force or trade.is_over:
        return ""
    return f"This trade is {trade.state}: there is no agreement to dispute."


def _settle(trade: TradeView, code: str) -> str:
    return "" if to_resolve(trade) else "Nothing of this trade is contested or disputed."


def _vouch(trade: TradeView, code: str) -> str:
    if code in (trade.buyer, trade.seller):
        return "A hub enters what an authority without a desk has agreed to."
    if waiting(trade) or trade.state == "proposed":
        return ""
    return f"This trade is {trade.state}: nothing waits for an answer."


def _accept(trade: TradeView, code: str) -> str:
    if trade.vouched and trade.my_turn:
        return ""
    if waiting(trade):
        return _answer_change(trade, code)
    if trade.state == "lapsed":
        return f"It lapsed on {show_date(trade.valid_until)}: c proposes other terms."
    return _decline(trade, code)


def _answer_change(trade: TradeView, code: str) -> str:
    if trade.change_proposer != code:
        return ""
    other = trade.seller_name if code == trade.buyer else trade.buyer_name
    return f"Our change: {other} answers; w withdraws."


def _decline(trade: TradeView, code: str) -> str:
    if waiting(trade):
        return _answer_change(trade, code)
    if trade.state not in _OPEN:
        return f"This trade is {trade.state}: nothing to answer."
    if trade.proposer == code:
        other = trade.seller_name if code == trade.buyer else trade.buyer_name
        return f"Our own: {other} answers; w withdraws."
    return ""


def _counter(trade: TradeView, code: str) -> str:
    if trade.in_force:
        return "Contested: s settles whether it stands." if CONTESTED in trade.flags else ""
    return "" if trade.state in _OPEN else f"This trade is {trade.state}: its terms stay as they are."


def _withdraw(trade: TradeView, code: str) -> str:
    if waiting(trade):
        return "" if trade.change_proposer == code else "The change is theirs: d declines it."
    if trade.state not in _OPEN:
        return f"This trade is {trade.state}: nothing to withdraw."
    return "" if trade.proposer == code else "The proposal is theirs: d declines it."


def _in_force(trade: TradeView, code: str) -> str:
    if CONTESTED in trade.flags:
        return "Contested: s settles whether it stands."
    if trade.is_over:
        return "The placement has ended: x changes day or reason."
    return "" if trade.in_force else f"This trade is {trade.state}: nothing is agreed."


def _keep(trade: TradeView, code: str) -> str:
    if not (trade.in_force or trade.is_over):
        return f"This trade is {trade.state}: nothing is agreed."
    if not trade.terms.retainer_percent:
        return "No retainer is agreed for days the place is kept open."
    return ""


def _end(trade: TradeView, code: str) -> str:
    if trade.state == "agreed":
        return "The placement has not begun: b begins it."
    return (
        "" if trade.state == "started" or trade.is_over else f"This trade is {trade.state}: nothing to end."
    )


_RULES: dict[str, Callable[[TradeView, str], str]] = {
    "accept": _accept,
    "decline": _decline,
    "counter": _counter,
    "withdraw": _withdraw,
    "begin": _in_force,
    "notice": _in_force,
    "keep": _keep,
    "end": _end,
    "dispute": _dispute,
    "settle": _settle,
}
