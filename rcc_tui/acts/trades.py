"""Acts about a trade: proposed, agreed on one terms hash by both, started, ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rcc_tui.acts import names
from rcc_tui.acts.days import is_day
from rcc_tui.acts.facts import encode_list, refuse_all
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind, Row
from rcc_tui.acts.terms import spans, terms_hash, unsound
from rcc_tui.domain.terms import Terms


class Propose(Act, frozen=True, tag="propose"):
    """The whole terms. `replaces` is the hash of the proposal it counters, empty for the first."""

    terms: Terms
    replaces: bytes = b""


class Accept(Act, frozen=True, tag="accept"):
    """Countersigns one proposal, by its entry's hash and its terms hash."""

    proposal: bytes
    terms_hash: str


class Decline(Act, frozen=True, tag="decline"):
    """The other party will not: `reason` is one of codes.REFUSAL_REASONS."""

    proposal: bytes
    reason: str
    note: str


class Withdraw(Act, frozen=True, tag="withdraw"):
    """The proposer takes a proposal back."""

    proposal: bytes
    note: str


class Start(Act, frozen=True, tag="start"):
    """This side states the day the child moved in."""

    on: str


class Notice(Act, frozen=True, tag="notice"):
    """This side gives notice that the placement ends on a day."""

    on: str
    ends: str


class End(Act, frozen=True, tag="end"):
    """This side states the day the child left, and why (an SSDA903 REASON_PLACE_CHANGE code)."""

    on: str
    reason: str


class Dispute(Act, frozen=True, tag="dispute"):
    """This side disputes something of the trade."""

    what: str


class Resolve(Act, frozen=True, tag="resolve"):
    """Settles what was disputed or contested: whether the agreement `stands`, and how."""

    stands: bool
    how: str


@dataclass
class _Book:
    """What the acts add up to while they are gone through in order."""

    proposals: dict[bytes, Heard] = field(default_factory=dict)
    accepts: list[Heard] = field(default_factory=list)
    kills: list[Heard] = field(default_factory=list)
    stated: dict[str, list[Heard]] = field(default_factory=dict)
    disputes: list[Heard] = field(default_factory=list)
    resolves: list[Heard] = field(default_factory=list)


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
    if why := unsound(opening.act.terms):
        folded.refuse(opening, why)
        return refuse_all(rest, folded)
    book = _Book(proposals={opening.hash: opening})
    for heard in rest:
        if heard.author.code not in parties:
            folded.refuse(heard, f"{heard.author.code} is no party to this trade")
        else:
            _apply(history, book, heard, opening, folded)
    _row(history, book, folded)
    return folded


def _terms(heard: Heard) -> Terms:
    assert isinstance(heard.act, Propose)
    return heard.act.terms


def _buyer_seller(heard: Heard) -> tuple[str, ...]:
    terms = _terms(heard)
    return tuple(sorted((terms.buyer, terms.seller)))


def _apply(history: History, book: _Book, heard: Heard, opening: Heard, folded: Folded) -> None:
    act = heard.act
    if isinstance(act, Propose):
        _counter(history, book, heard, opening, folded)
    elif isinstance(act, Accept):
        _accept(history, book, heard, act, folded)
    elif isinstance(act, Decline | Withdraw):
        named = book.proposals.get(act.proposal)
        mine = named is not None and named.author.code == heard.author.code
        if named is None or mine != isinstance(act, Withdraw):
            folded.refuse(heard, "one withdraws one's own proposal and declines the other's")
        else:
            _kills(history, book, heard, act.proposal, folded)
    elif isinstance(act, Start | Notice | End):
        _state_day(history, book, heard, folded)
    elif isinstance(act, Dispute):
        book.disputes.append(heard)
    elif isinstance(act, Resolve):
        if _resolvable(history, book, heard):
            book.resolves.append(heard)
        else:
            folded.refuse(heard, "resolves nothing that was disputed or contested")


def _counter(history: History, book: _Book, heard: Heard, opening: Heard, folded: Folded) -> None:
    assert isinstance(heard.act, Propose)
    first, terms = _terms(opening), heard.act.terms
    if (terms.buyer, terms.seller) != (first.buyer, first.seller) or heard.act.replaces not in book.proposals:
        folded.refuse(heard, "counters no proposal of this trade, or changes who buys and sells")
    elif why := unsound(terms):
        folded.refuse(heard, why)
    elif _kills(history, book, heard, heard.act.replaces, folded):
        book.proposals[heard.hash] = heard


def _state_day(history: History, book: _Book, heard: Heard, folded: Folded) -> None:
    act = heard.act
    days = (act.on, act.ends) if isinstance(act, Notice) else (getattr(act, "on", ""),)
    if not any(history.knew(heard, accept) for accept in book.accepts):
        folded.refuse(heard, "nothing had been agreed that could start or end")
    elif not all(is_day(day) for day in days):
        folded.refuse(heard, "names a day that does not exist")
    elif _undone(history, book, heard):
        folded.refuse(heard, "comes after it was resolved that the agreement does not stand")
    else:
        book.stated.setdefault(f"{type(act).__name__}:{heard.author.code}", []).append(heard)


def _happened(book: _Book) -> list[Heard]:
    """The statements that the child moved in or out: no resolution undoes what has happened."""
    return [heard for key, said in book.stated.items() if not key.startswith("Notice") for heard in said]


def _undone(history: History, book: _Book, heard: Heard) -> bool:
    """Whether the author knew that the agreement had been given up, and of nothing that came of it."""
    known = history.live([one for one in book.resolves if history.knew(heard, one)])
    if not known or any(_stands(one) for one in known):
        return False
    return not any(history.knew(heard, fact) for fact in _happened(book))


def _stands(heard: Heard) -> bool:
    assert isinstance(heard.act, Resolve)
    return heard.act.stands


def _resolvable(history: History, book: _Book, heard: Heard) -> bool:
    """Whether its author knew of a dispute, or of an acceptance and something that contests it."""
    if any(history.knew(heard, dispute) for dispute in book.disputes):
        return True
    accepts = sum(history.knew(heard, accept) for accept in book.accepts)
    return accepts > 1 or (accepts == 1 and any(history.knew(heard, kill) for kill in book.kills))


def _kills(history: History, book: _Book, heard: Heard, proposal: bytes, folded: Folded) -> bool:
    """Note that `heard` ends a proposal; one that knew of its acceptance comes too late."""
    for accept in book.accepts:
        if history.knew(heard, accept):
            folded.refuse(heard, "comes after the agreement")
            return False
    book.kills.append(heard)
    return True


def _killed(heard: Heard) -> bytes:
    act = heard.act
    if isinstance(act, Propose):
        return act.replaces
    return act.proposal if isinstance(act, Decline | Withdraw) else b""


def _accept(history: History, book: _Book, heard: Heard, act: Accept, folded: Folded) -> None:
    named = book.proposals.get(act.proposal)
    if named is None or named.author.code == heard.author.code:
        folded.refuse(heard, "accepts no proposal of the other party")
    elif terms_hash(_terms(named)) != act.terms_hash:
        folded.refuse(heard, "accepts other terms than those proposed")
    elif any(_killed(kill) == act.proposal and history.knew(heard, kill) for kill in book.kills):
        folded.refuse(heard, "accepts what was withdrawn, declined or countered before")
    else:
        book.accepts.append(heard)


def _contested(history: History, book: _Book) -> bool:
    """An acceptance and an end of the proposal that did not know of each other; or two acceptances of two."""
    accepted = {accept.act.proposal for accept in book.accepts if isinstance(accept.act, Accept)}
    return len(accepted) > 1 or _crossed(history, book)


def _crossed(history: History, book: _Book) -> bool:
    return any(
        isinstance(accept.act, Accept)
        and _killed(kill) == accept.act.proposal
        and not history.knew(accept, kill)
        and not history.knew(kill, accept)
        for accept in book.accepts
        for kill in book.kills
    )


def _verdict(history: History, book: _Book, about: list[Heard]) -> Heard | None:
    """The resolution of all of `about`: one that knew of it all. Two that contradict each other are none."""
    good = history.live([one for one in book.resolves if all(history.knew(one, heard) for heard in about)])
    if not good or any(_stands(one) != _stands(good[-1]) for one in good):
        return None
    return good[-1]


def _standing(book: _Book) -> Heard:
    """The proposal that counts: the accepted one, else the last that nothing replaced."""
    for accept in book.accepts[-1:]:
        if isinstance(accept.act, Accept):
            return book.proposals[accept.act.proposal]
    replaced = {_killed(kill) for kill in book.kills if isinstance(kill.act, Propose)}
    return [one for digest, one in book.proposals.items() if digest not in replaced][-1]


def _state(history: History, book: _Book, standing: Heard) -> tuple[str, str, bool]:
    """State, the reason for a dead one, and whether it is contested."""
    contested = _contested(history, book)
    verdicts = [_verdict(history, book, book.disputes)] if book.accepts and book.disputes else []
    if contested and (settled := _verdict(history, book, [*book.accepts, *book.kills])):
        contested = False
        verdicts.append(settled)
    for verdict in verdicts:
        if verdict and not _stands(verdict) and not _happened(book):
            assert isinstance(verdict.act, Resolve)
            return "withdrawn", verdict.act.how, False
    if book.accepts:
        done = {key.partition(":")[0] for key in book.stated}
        state = "ended" if "End" in done else "started" if "Start" in done else "agreed"
        return state, "", contested
    for kill in book.kills:
        if _killed(kill) == standing.hash and isinstance(kill.act, Decline):
            return "declined", f"{kill.act.reason} {kill.act.note}".strip(), False
        if _killed(kill) == standing.hash and isinstance(kill.act, Withdraw):
            return "withdrawn", kill.act.note, False
    return "proposed", "", False


def _row(history: History, book: _Book, folded: Folded) -> None:
    standing = _standing(book)
    terms = _terms(standing)
    state, reason, contested = _state(history, book, standing)
    accept = book.accepts[-1] if book.accepts else None
    disputed = bool(book.disputes) and _verdict(history, book, book.disputes) is None
    row: Row = {
        "state": state,
        "buyer": terms.buyer,
        "seller": terms.seller,
        "vacancy": terms.vacancy,
        "referral": terms.referral,
        "setting": terms.setting,
        "setting_name": terms.setting_name,
        "terms": encode_list(terms),
        "terms_hash": terms_hash(terms),
        "proposal": standing.hash.hex(),
        "proposer": standing.author.code,
        "signed_by": encode_list(
            sorted({standing.author.code, *([accept.author.code] if accept is not None else [])})
        ),
        "weekly": terms.weekly,
        "start": terms.start,
        "end": terms.end,
        "valid_until": terms.valid_until,
        "off_tariff": bool(terms.off_tariff),
        "contested": contested,
        "disputed": disputed,
        "reason": reason,
        "acceptance": accept.hash.hex() if accept is not None else "",
        **_stated(history, book, terms),
    }
    folded.rows["trade"] = [row]
    folded.rows["charge"] = (
        _charges(row, terms) if state in ("agreed", "started", "ended") and not contested else []
    )


def _last(history: History, book: _Book, what: str, code: str) -> Act | None:
    said = history.live(book.stated.get(f"{what}:{code}", []))
    return said[-1].act if said else None


def _stated(history: History, book: _Book, terms: Terms) -> Row:
    """What each side says of the start and the end; two that differ are shown, not hidden."""
    row: Row = {"notice_on": "", "end_reason": ""}
    for side, code in (("buyer", terms.buyer), ("seller", terms.seller)):
        start, end = _last(history, book, "Start", code), _last(history, book, "End", code)
        notice = _last(history, book, "Notice", code)
        row[f"started_{side}"] = start.on if isinstance(start, Start) else ""
        row[f"ended_{side}"] = end.on if isinstance(end, End) else ""
        if isinstance(end, End):
            row["end_reason"] = end.reason
        if isinstance(notice, Notice):
            row["notice_on"] = notice.ends
    return row


def _charges(row: Row, terms: Terms) -> list[Row]:
    """The span both sides charge for: what the seller states, else the buyer, else the terms."""
    start = str(row["started_seller"] or row["started_buyer"] or row["start"])
    end = str(row["ended_seller"] or row["ended_buyer"] or row["notice_on"] or row["end"])
    return spans(terms, start, end)


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Propose):
        word = "countered with" if act.replaces else "proposed"
        return f"{word} {act.terms.setting_name} from {act.terms.start}, terms {terms_hash(act.terms)[:8]}"
    lines: dict[type, Callable[[Any], str]] = {
        Accept: lambda a: f"accepted terms {a.terms_hash[:8]}",
        Decline: lambda a: f"declined: {a.reason} {a.note}".rstrip(),
        Withdraw: lambda a: f"withdrew the proposal {a.note}".rstrip(),
        Start: lambda a: f"stated the start: {a.on}",
        Notice: lambda a: f"gave notice on {a.on} for {a.ends}",
        End: lambda a: f"stated the end: {a.on}, {a.reason}",
        Dispute: lambda a: f"disputed: {a.what}",
        Resolve: lambda a: f"resolved ({'stands' if a.stands else 'does not stand'}): {a.how}",
    }
    return lines[type(act)](act) if type(act) in lines else ""


KIND = Kind(
    "trade",
    "pair",
    Propose | Accept | Decline | Withdraw | Start | Notice | End | Dispute | Resolve,
    ("trade", "charge"),
    fold,
    line,
)
