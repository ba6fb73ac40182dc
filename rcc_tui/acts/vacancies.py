"""Acts about a vacancy: accepting places, who holds them, who was given them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rcc_tui.acts.days import is_day, said_day
from rcc_tui.acts.facts import changed, encode_list, kept, known_fields, may_open, named, refuse_all, whole
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind, Row, settle
from rcc_tui.domain.vacancy import VacancyFacts

# Beyond any setting and any price there is, and well inside a column.
_MOST_PLACES = 999
_MOST_WEEKLY = 10**9


class Open(Act, frozen=True, tag="open"):
    """Places of a setting are offered. `authority` is the code of the setting's owner."""

    setting: str
    authority: str
    facts: VacancyFacts


class Edit(Act, frozen=True, tag="edit"):
    """The terms have changed: `fields` names those of `facts` that count."""

    facts: VacancyFacts
    fields: tuple[str, ...]


class Confirm(Act, frozen=True, tag="confirm"):
    """Unchanged, on a day (ISO)."""

    on: str


class Hold(Act, frozen=True, tag="hold"):
    """Places kept until a time (ISO, to the minute) for an authority; `what` names the referral or trade."""

    held_for: str
    what: str
    places: int
    until: str


class Release(Act, frozen=True, tag="release"):
    """A hold is given up before its time; `hold` is the hash of its entry."""

    hold: bytes


class Take(Act, frozen=True, tag="take"):
    """Places are given out to a trade. Only the allocator's desk may: so nobody promises one bed twice."""

    trade: str
    places: int


class GiveBack(Act, frozen=True, tag="give_back"):
    """The places of a trade are free again."""

    trade: str


class HandOver(Act, frozen=True, tag="hand_over"):
    """A hub hands the vacancy to the authority that has joined; `allocator` is the desk that gives out."""

    to: str
    allocator: str


class Allocator(Act, frozen=True, tag="allocator"):
    """Another desk of the same authority gives the places out from now on."""

    desk: str


class Close(Act, frozen=True, tag="close"):
    """No longer offered."""

    why: str


@dataclass
class _Book:
    """What the acts add up to while they are gone through in order."""

    keeper: str
    allocator: str
    writes: list[tuple[Heard, dict[str, object]]]
    holds: dict[bytes, Row] = field(default_factory=dict)
    takes: list[Heard] = field(default_factory=list)
    backs: list[Heard] = field(default_factory=list)
    closed: bool = False


def fold(history: History) -> Folded:
    """One row of `vacancy`, and its holds and takes."""
    folded = Folded()
    opening, rest = history.opening(Open, folded)
    if opening is None or not isinstance(opening.act, Open):
        return folded
    act = opening.act
    if not may_open(opening, act.authority, folded):
        return refuse_all(rest, folded)
    if why := _unsound(act):
        folded.refuse(opening, why)
        return refuse_all(rest, folded)
    book = _Book(opening.author.code, opening.author.desk, [(opening, whole(act.facts))])
    for heard, keeper in kept(history, opening, rest, folded, act.authority):
        book.keeper = keeper
        if why := _unsound(heard.act):
            folded.refuse(heard, why)
        else:
            _apply(book, heard, act.facts, folded)
    values = settle(history, book.writes, folded)
    taken, takes = _given_out(history, book, int(str(values["accepting"])))
    for name in ("needs", "reserved_for", "stays"):
        values[name] = encode_list(values[name])
    folded.rows["vacancy"] = [
        {
            **values,
            "keeper": book.keeper,
            "allocator": book.allocator,
            "setting": act.setting,
            "taken": taken,
            "overbooked": any(take["over"] for take in takes),
            "state": "closed" if book.closed else "open",
        }
    ]
    folded.rows["hold"] = list(book.holds.values())
    folded.rows["take"] = takes
    return folded


def _apply(book: _Book, heard: Heard, facts: VacancyFacts, folded: Folded) -> None:
    act = heard.act
    if isinstance(act, Edit):
        if known_fields(heard, facts, act.fields, folded):
            book.writes.append((heard, named(act.facts, act.fields)))
    elif isinstance(act, Confirm):
        book.writes.append((heard, {"confirmed_on": act.on}))
    elif isinstance(act, Hold):
        book.holds[heard.hash] = {
            "hold": heard.hash.hex(),
            "held_for": act.held_for,
            "what": act.what,
            "places": act.places,
            "until": act.until,
            "released": False,
        }
    elif isinstance(act, Release):
        if act.hold in book.holds:
            book.holds[act.hold]["released"] = True
        else:
            folded.refuse(heard, "releases a hold that is not there")
    elif isinstance(act, Take | GiveBack):
        _give(book, heard, folded)
    elif isinstance(act, HandOver):
        book.allocator = act.allocator
    elif isinstance(act, Allocator):
        book.allocator = act.desk
    elif isinstance(act, Close):
        book.closed = True
    elif isinstance(act, Open):
        folded.refuse(heard, "opens what is open already")


def _unsound(act: Act) -> str:
    """Why an act cannot be counted with, empty when it can: only what the lists and the sums rest on."""
    if isinstance(act, Open | Edit):
        facts = act.facts
        days = (facts.available_from, facts.reserved_until, facts.confirmed_on)
        counts = (facts.accepting, facts.age_min, facts.age_max, facts.siblings)
        if not all(0 <= count <= _MOST_PLACES for count in counts) or not 0 <= facts.weekly <= _MOST_WEEKLY:
            return "names a number or a price that cannot be"
        return "" if all(is_day(day) for day in days if day) else "names a day that does not exist"
    if isinstance(act, Hold | Take) and not 1 <= act.places <= _MOST_PLACES:
        return "is about no number of places there can be"
    if isinstance(act, Confirm | Hold) and not is_day(act.on if isinstance(act, Confirm) else act.until[:10]):
        return "names a day that does not exist"
    return ""


def _give(book: _Book, heard: Heard, folded: Folded) -> None:
    if heard.author.desk != book.allocator:
        folded.refuse(heard, "gives places out at a desk that is not their allocator")
    elif isinstance(heard.act, Take):
        if any(_trade(take) == heard.act.trade for take in book.takes):
            folded.refuse(heard, "gives out a place given to this trade already")
        else:
            book.takes.append(heard)
    elif not any(_trade(take) == _trade(heard) for take in book.takes):
        folded.refuse(heard, "gives back what was never taken")
    elif any(_trade(back) == _trade(heard) for back in book.backs):
        folded.refuse(heard, "gives back what was given back already")
    else:
        book.backs.append(heard)


def _trade(heard: Heard) -> str:
    return heard.act.trade if isinstance(heard.act, Take | GiveBack) else ""


def _given_out(history: History, book: _Book, accepting: int) -> tuple[int, list[Row]]:
    """Places given out since `accepting` was last stated, and the rows of all takes.

    A take that the stated number already knew of is in that number; one it did not know of comes off.
    """
    if not book.takes:
        return 0, []
    stated = next(heard for heard, values in reversed(book.writes) if "accepting" in values)
    back = {_trade(heard): heard for heard in book.backs}
    taken = 0
    rows: list[Row] = []
    for heard in book.takes:
        if not isinstance(heard.act, Take):
            continue
        given_back = back.get(heard.act.trade)
        if not history.knew(stated, heard):
            taken += heard.act.places
        if given_back is not None and not history.knew(stated, given_back):
            taken -= heard.act.places
        over = given_back is None and taken > accepting and not history.knew(stated, heard)
        rows.append(
            {
                "trade": heard.act.trade,
                "places": heard.act.places,
                "given_back": given_back is not None,
                "over": over,
            }
        )
    return taken, rows


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        facts = act.facts
        return f"offered {facts.accepting} place(s) for ages {facts.age_min}–{facts.age_max}"
    if isinstance(act, Edit):
        return f"changed {changed(act.facts, act.fields)}"
    lines: dict[type, Callable[[Any], str]] = {
        Confirm: lambda a: f"confirmed unchanged on {said_day(a.on)}",
        Hold: lambda a: f"held {a.places} place(s) for {a.held_for} until {said_day(a.until)}",
        Release: lambda _: "released a hold",
        Take: lambda a: f"gave {a.places} place(s) to trade {a.trade[:8]}",
        GiveBack: lambda a: f"took back the place(s) of trade {a.trade[:8]}",
        HandOver: lambda a: f"handed the vacancy over to {a.to}",
        Allocator: lambda a: f"named desk {a.desk[:8]} the allocator",
        Close: lambda a: f"closed the vacancy: {a.why}",
    }
    return lines[type(act)](act) if type(act) in lines else ""


KIND = Kind(
    "vacancy",
    "rcc",
    Open | Edit | Confirm | Hold | Release | Take | GiveBack | HandOver | Allocator | Close,
    ("vacancy", "hold", "take"),
    fold,
    line,
)
