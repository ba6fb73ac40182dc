"""What the two parties to a trade can do, and how each act reads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rcc_tui.acts.days import said_day
from rcc_tui.acts.kind import Act
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.terms import Terms


class Propose(Act, frozen=True, tag="propose"):
    """The whole terms. `replaces` is the hash of the proposal it counters, empty for the first.

    Terms with a day they take effect change those agreed, and `replaces` names these.
    """

    terms: Terms
    replaces: bytes = b""


class Accept(Act, frozen=True, tag="accept"):
    """Countersigns one proposal, by its entry's hash and its terms hash."""

    proposal: bytes
    terms_hash: str


class Vouch(Act, frozen=True, tag="vouch"):
    """A hub enters that an authority which has no desk has agreed to a proposal: `how` is one of HOW, `roll`
    the version of the roll by which it has none. Once it has one, it countersigns itself, or disputes."""

    proposal: bytes
    terms_hash: str
    how: str
    roll: int


HOW = ("paper", "telephone")
Agreeing = Accept | Vouch


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


class KeepOpen(Act, frozen=True, tag="keep_open"):
    """This side states all days on which the place was kept open and empty: spans, their end not counted."""

    spans: tuple[tuple[str, str], ...]


class Dispute(Act, frozen=True, tag="dispute"):
    """This side disputes something of the trade."""

    what: str


class Resolve(Act, frozen=True, tag="resolve"):
    """Settles what was disputed or contested: whether the agreement `stands`, and how."""

    stands: bool
    how: str


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Propose):
        first = said_day(act.terms.effective or act.terms.start)
        signed = f"from {first}, terms {terms_hash(act.terms)[:8]}"
        if act.terms.effective:
            return f"proposed a change {signed}"
        return f"{'countered with' if act.replaces else 'proposed'} {act.terms.setting_name} {signed}"
    lines: dict[type, Callable[[Any], str]] = {
        Accept: lambda a: f"accepted terms {a.terms_hash[:8]}",
        Vouch: lambda a: f"entered the other side's agreement, by {a.how}, to terms {a.terms_hash[:8]}",
        Decline: lambda a: f"declined: {a.reason} {a.note}".rstrip(),
        Withdraw: lambda a: f"withdrew the proposal {a.note}".rstrip(),
        Start: lambda a: f"stated the start: {said_day(a.on)}",
        Notice: lambda a: f"gave notice on {said_day(a.on)} for {said_day(a.ends)}",
        End: lambda a: f"stated the end: {said_day(a.on)}, {a.reason}",
        KeepOpen: lambda a: (
            "stated the place kept open: "
            + (", ".join(f"{said_day(first)} to {said_day(stop)}" for first, stop in a.spans) or "on no day")
        ),
        Dispute: lambda a: f"disputed: {a.what}",
        Resolve: lambda a: f"resolved ({'stands' if a.stands else 'does not stand'}): {a.how}",
    }
    return lines[type(act)](act) if type(act) in lines else ""
