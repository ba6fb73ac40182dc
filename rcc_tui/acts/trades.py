"""A trade: proposed, agreed on one terms hash by both, changed, started, ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rcc_tui.acts import names
from rcc_tui.acts.days import is_day
from rcc_tui.acts.facts import refuse_all
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind
from rcc_tui.acts.terms import terms_hash, unsound
from rcc_tui.acts.trade_acts import (
    HOW,
    Accept,
    Agreeing,
    Decline,
    Dispute,
    End,
    KeepOpen,
    Notice,
    Propose,
    Resolve,
    Start,
    Vouch,
    Withdraw,
    line,
)
from rcc_tui.acts.trade_book import Book, happened, killed, stands, terms_of
from rcc_tui.acts.trade_row import fold_row
from rcc_tui.domain.terms import Terms

__all__ = [
    "HOW",
    "KIND",
    "Accept",
    "Decline",
    "Dispute",
    "End",
    "KeepOpen",
    "Notice",
    "Propose",
    "Resolve",
    "Start",
    "Vouch",
    "Withdraw",
]


def fold(history: History) -> Folded:
    """One row of `trade`, and its charges."""
    folded = Folded()
    opening, rest = history.opening(Propose, folded)
    if opening is None or not isinstance(opening.act, Propose):
        return folded
    parties = names.parties(history.audience)
    if _buyer_seller(opening) != parties or opening.author.code not in parties:
        folded.refuse(opening, "its terms are not between the two members of this pair")
        return refuse_all(rest, folded)
    if why := unsound(opening.act.terms) or _changes(opening.act.terms):
        folded.refuse(opening, why)
        return refuse_all(rest, folded)
    book = Book(proposals={opening.hash: opening})
    for heard in rest:
        if isinstance(heard.act, Vouch):
            _vouch(history, book, heard, heard.act, folded)
        elif heard.author.code not in parties:
            folded.refuse(heard, f"{heard.author.code} is no party to this trade")
        else:
            _apply(history, book, heard, opening, folded)
    fold_row(history, book, folded)
    return folded


def _buyer_seller(heard: Heard) -> tuple[str, ...]:
    terms = terms_of(heard)
    return tuple(sorted((terms.buyer, terms.seller)))


def _apply(history: History, book: Book, heard: Heard, opening: Heard, folded: Folded) -> None:
    act = heard.act
    if isinstance(act, Propose) and act.terms.effective:
        _change(history, book, heard, act, folded)
    elif isinstance(act, Propose):
        _counter(history, book, heard, opening, folded)
    elif isinstance(act, Accept):
        _accept(history, book, heard, act, folded)
    elif isinstance(act, Decline | Withdraw):
        _end_proposal(history, book, heard, act, folded)
    elif isinstance(act, Start | Notice | End | KeepOpen):
        _state_day(history, book, heard, folded)
    elif isinstance(act, Dispute):
        book.disputes.append(heard)
    elif isinstance(act, Resolve):
        if _resolvable(history, book, heard):
            book.resolves.append(heard)
        else:
            folded.refuse(heard, "resolves nothing that was disputed or contested")


def _changes(terms: Terms) -> str:
    """Why terms cannot open a trade, empty when they can."""
    return "changes terms that nobody had agreed" if terms.effective else ""


def _change(history: History, book: Book, heard: Heard, act: Propose, folded: Folded) -> None:
    agreed = [
        (book.proposals[one.act.proposal], one) for one in book.accepts if isinstance(one.act, Agreeing)
    ]
    if why := book.changes.propose(history, heard, act.replaces, agreed):
        folded.refuse(heard, why)


def _end_proposal(
    history: History, book: Book, heard: Heard, act: Decline | Withdraw, folded: Folded
) -> None:
    named = book.proposals.get(act.proposal) or book.changes.proposals.get(act.proposal)
    mine = named is not None and named.author.code == heard.author.code
    if named is None or mine != isinstance(act, Withdraw):
        folded.refuse(heard, "one withdraws one's own proposal and declines the other's")
    elif act.proposal in book.proposals:
        _kills(history, book, heard, act.proposal, folded)
    elif why := book.changes.end(history, heard, act.proposal):
        folded.refuse(heard, why)


def _counter(history: History, book: Book, heard: Heard, opening: Heard, folded: Folded) -> None:
    assert isinstance(heard.act, Propose)
    first, terms = terms_of(opening), heard.act.terms
    if (terms.buyer, terms.seller) != (first.buyer, first.seller) or heard.act.replaces not in book.proposals:
        folded.refuse(heard, "counters no proposal of this trade, or changes who buys and sells")
    elif why := unsound(terms):
        folded.refuse(heard, why)
    elif _kills(history, book, heard, heard.act.replaces, folded):
        book.proposals[heard.hash] = heard


def _state_day(history: History, book: Book, heard: Heard, folded: Folded) -> None:
    days = _days_of(heard.act)
    if not any(history.knew(heard, accept) for accept in book.accepts):
        folded.refuse(heard, "nothing had been agreed that could start or end")
    elif not all(is_day(day) for day in days):
        folded.refuse(heard, "names a day that does not exist")
    elif _undone(history, book, heard):
        folded.refuse(heard, "comes after it was resolved that the agreement does not stand")
    else:
        book.stated.setdefault(f"{type(heard.act).__name__}:{heard.author.code}", []).append(heard)


def _days_of(act: Act) -> list[str]:
    """The days a statement names; one that does not exist for a span that runs backwards."""
    if isinstance(act, KeepOpen):
        return [day for first, stop in act.spans for day in ((first, stop) if first < stop else ("",))]
    return [act.on, act.ends] if isinstance(act, Notice) else [str(getattr(act, "on", ""))]


def _undone(history: History, book: Book, heard: Heard) -> bool:
    """Whether the author knew that the agreement had been given up, and of nothing that came of it."""
    known = history.live([one for one in book.resolves if history.knew(heard, one)])
    if not known or any(stands(one) for one in known):
        return False
    return not any(history.knew(heard, fact) for fact in happened(book))


def _resolvable(history: History, book: Book, heard: Heard) -> bool:
    """Whether its author knew of a dispute, or of an acceptance and something that contests it."""
    if any(history.knew(heard, dispute) for dispute in book.disputes):
        return True
    # Who countersigns what a hub has entered accepts the same once more: that is no quarrel.
    known = [one.act for one in book.accepts if history.knew(heard, one)]
    accepted = {act.proposal for act in known if isinstance(act, Agreeing)}
    return len(accepted) > 1 or (bool(accepted) and any(history.knew(heard, kill) for kill in book.kills))


def _kills(history: History, book: Book, heard: Heard, proposal: bytes, folded: Folded) -> bool:
    """Note that `heard` ends a proposal; one that knew of its acceptance comes too late."""
    for accept in book.accepts:
        if history.knew(heard, accept):
            folded.refuse(heard, "comes after the agreement")
            return False
    book.kills.append(heard)
    return True


def _vouch(history: History, book: Book, heard: Heard, act: Vouch, folded: Folded) -> None:
    """A hub's word for an authority that had no desk on the roll it names."""
    named = book.proposals.get(act.proposal) or book.changes.proposals.get(act.proposal)
    proposer = named.author.code if named else ""
    others = set(names.parties(history.audience)) - {proposer}
    if heard.author.role != "hub" or act.how not in HOW:
        folded.refuse(heard, "a hub enters what an authority has agreed to on paper or by telephone")
    elif act.roll < 1 or any(
        one.code in others and one.since <= act.roll for one in history.authors.values()
    ):
        folded.refuse(heard, "vouches for an authority that signs for itself")
    elif named is not None and _has_signed(history, others, (heard, named)):
        folded.refuse(heard, "vouches for an authority that was known to have signed for itself")
    else:
        _accept(history, book, heard, act, folded)


def _has_signed(history: History, codes: Collection[str], knowing: Sequence[Heard]) -> bool:
    """Whether one of these authorities has signed what the author of one of these acts had heard."""
    signed = [one for one in history.heard if one.author.code in codes]
    return any(history.knew(later, one) for later in knowing for one in signed)


def _accept(history: History, book: Book, heard: Heard, act: Agreeing, folded: Folded) -> None:
    named = book.proposals.get(act.proposal)
    if act.proposal in book.changes.proposals:
        if why := book.changes.accept(history, heard):
            folded.refuse(heard, why)
    elif named is None or named.author.code == heard.author.code:
        folded.refuse(heard, "accepts no proposal of the other party")
    elif terms_hash(terms_of(named)) != act.terms_hash:
        folded.refuse(heard, "accepts other terms than those proposed")
    elif any(killed(kill) == act.proposal and history.knew(heard, kill) for kill in book.kills):
        folded.refuse(heard, "accepts what was withdrawn, declined or countered before")
    else:
        book.accepts.append(heard)


KIND = Kind(
    "trade",
    "pair",
    Propose | Accept | Vouch | Decline | Withdraw | Start | Notice | End | KeepOpen | Dispute | Resolve,
    ("trade", "charge"),
    fold,
    line,
    by_roll="vouched <> '[]'",
)
