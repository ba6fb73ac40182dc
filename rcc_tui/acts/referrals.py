"""Acts about a referral: an anonymised request put to the authority that has a place."""

from __future__ import annotations

from rcc_tui.acts import names
from rcc_tui.acts.days import is_day
from rcc_tui.acts.facts import encode_list, refuse_all
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind
from rcc_tui.domain.needs import Needs


class Open(Act, frozen=True, tag="open"):
    """The referral is made. `Needs` has no field for a name, a birthday or a local identifier."""

    buyer: str
    seller: str
    vacancy: str
    needs: Needs


class Refuse(Act, frozen=True, tag="refuse"):
    """The seller cannot take the child: `reason` is one of codes.REFUSAL_REASONS."""

    reason: str
    note: str


class Withdraw(Act, frozen=True, tag="withdraw"):
    """The buyer asks no longer."""

    note: str


def fold(history: History) -> Folded:
    """One row of `referral`."""
    folded = Folded()
    opening, rest = history.opening(Open, folded)
    if opening is None or not isinstance(opening.act, Open):
        return folded
    act = opening.act
    if opening.author.code != act.buyer or names.parties(history.audience) != tuple(
        sorted((act.buyer, act.seller))
    ):
        folded.refuse(opening, "a referral is made by the placing authority to the other of the pair")
        return refuse_all(rest, folded)
    if act.needs.needed_by and not is_day(act.needs.needed_by):
        folded.refuse(opening, "names a day that does not exist")
        return refuse_all(rest, folded)
    state, reason, note = "sent", "", ""
    for heard in rest:
        by = _answer(heard)
        if by is None or heard.author.code != (act.seller if by == "refused" else act.buyer):
            folded.refuse(heard, "not for this party to do")
            continue
        state = by
        reason = getattr(heard.act, "reason", "")
        note = getattr(heard.act, "note", "")
    folded.rows["referral"] = [
        {
            "buyer": act.buyer,
            "seller": act.seller,
            "vacancy": act.vacancy,
            "needs": encode_list(act.needs),
            "state": state,
            "reason": reason,
            "note": note,
        }
    ]
    return folded


def _answer(heard: Heard) -> str | None:
    return {Refuse: "refused", Withdraw: "withdrawn"}.get(type(heard.act))


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        return f"{act.buyer} referred a child of {act.needs.age} to {act.seller}"
    if isinstance(act, Refuse):
        return f"refused: {act.reason} {act.note}".rstrip()
    return f"withdrew the referral {act.note}".rstrip() if isinstance(act, Withdraw) else ""


KIND = Kind("referral", "pair", Open | Refuse | Withdraw, ("referral",), fold, line)
