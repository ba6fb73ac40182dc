"""What the acts of a trade add up to while they are gone through in order."""

from __future__ import annotations

from dataclasses import dataclass, field

from rcc_tui.acts.amending import Amendments
from rcc_tui.acts.kind import Act, Heard, History
from rcc_tui.acts.trade_acts import Accept, Agreeing, Decline, Propose, Resolve, Vouch, Withdraw
from rcc_tui.domain.terms import Terms


def terms_of(heard: Heard) -> Terms:
    """The terms a proposal proposes."""
    assert isinstance(heard.act, Propose)
    return heard.act.terms


def _accepts(act: Act) -> tuple[bytes, str] | None:
    return (act.proposal, act.terms_hash) if isinstance(act, Agreeing) else None


@dataclass
class Book:
    """What the acts add up to while they are gone through in order."""

    proposals: dict[bytes, Heard] = field(default_factory=dict)
    accepts: list[Heard] = field(default_factory=list)
    kills: list[Heard] = field(default_factory=list)
    stated: dict[str, list[Heard]] = field(default_factory=dict)
    disputes: list[Heard] = field(default_factory=list)
    resolves: list[Heard] = field(default_factory=list)
    changes: Amendments = field(default_factory=lambda: Amendments(terms_of, _accepts))


def happened(book: Book) -> list[Heard]:
    """The statements that the child moved in or out: no resolution undoes what has happened."""
    return [
        heard for key, said in book.stated.items() if key.startswith(("Start:", "End:")) for heard in said
    ]


def lived(history: History, book: Book) -> Heard | None:
    """The acceptance by which the child moved in: the one that both sides knew when they stated the start.

    Whoever says afterwards not to have known of it has a quarrel, but the stay was by these terms.
    """
    known = [accept for accept in book.accepts if _both_started(history, book, accept)]
    one = {accept.act.proposal for accept in known if isinstance(accept.act, Agreeing)}
    return known[-1] if len(one) == 1 else None


def _both_started(history: History, book: Book, accept: Heard) -> bool:
    assert isinstance(accept.act, Agreeing)
    terms = terms_of(book.proposals[accept.act.proposal])
    return all(
        any(history.knew(start, accept) for start in book.stated.get(f"Start:{code}", ()))
        for code in (terms.buyer, terms.seller)
    )


def vouched(book: Book, agreed: list[Heard]) -> list[tuple[Heard, Vouch]]:
    """Those of the agreed proposals that a hub alone says were agreed to, each with the act that says so."""
    found = []
    for one in agreed:
        accepts = (*book.accepts, *book.changes.accepts.get(one.hash, ()))
        acts = [accept.act for accept in accepts if getattr(accept.act, "proposal", b"") == one.hash]
        said = [act for act in acts if isinstance(act, Vouch)]
        if said and not any(isinstance(act, Accept) for act in acts):
            found.append((one, said[-1]))
    return found


def stands(heard: Heard) -> bool:
    """Whether a resolution lets the agreement stand."""
    assert isinstance(heard.act, Resolve)
    return heard.act.stands


def killed(heard: Heard) -> bytes:
    """The hash of the proposal that an act ends."""
    act = heard.act
    if isinstance(act, Propose):
        return act.replaces
    return act.proposal if isinstance(act, Decline | Withdraw) else b""


def contested(history: History, book: Book) -> bool:
    """An acceptance and an end of the proposal that did not know of each other; or two acceptances of two."""
    accepted = {accept.act.proposal for accept in book.accepts if isinstance(accept.act, Agreeing)}
    return len(accepted) > 1 or _crossed(history, book)


def _crossed(history: History, book: Book) -> bool:
    return any(
        isinstance(accept.act, Agreeing)
        and killed(kill) == accept.act.proposal
        and not history.knew(accept, kill)
        and not history.knew(kill, accept)
        for accept in book.accepts
        for kill in book.kills
    )


def verdict(history: History, book: Book, about: list[Heard]) -> Heard | None:
    """The resolution of all of `about`: one that knew of it all. Two that contradict each other are none."""
    good = history.live([one for one in book.resolves if all(history.knew(one, heard) for heard in about)])
    if not good or any(stands(one) != stands(good[-1]) for one in good):
        return None
    return good[-1]
