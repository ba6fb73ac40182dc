"""Acts about a request: a child needs a place. They stay inside the authority."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from rcc_tui.acts.days import is_day, said_day
from rcc_tui.acts.facts import encode_list, known_fields, named, refuse_all, whole
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind, Row, settle
from rcc_tui.domain.needs import Needs


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What only the own authority knows of a request: the child's local id, the full home postcode."""

    child: str = ""
    home_postcode: str = ""
    officer: str = ""
    entered_on: str = ""


MAX_SEARCH = 300
_RECORD = re.compile(r"[0-9a-f]{32}")
NO_DAY = "names a day that does not exist"


class _Standing(NamedTuple):
    """Whether the request is open, and what closed it."""

    state: str
    trade: str
    why: str


class Open(Act, frozen=True, tag="open"):
    """A request is logged."""

    needs: Needs
    facts: RequestFacts


class Edit(Act, frozen=True, tag="edit"):
    """Some of it has changed: `fields` names fields of `needs` or of `facts`."""

    needs: Needs
    facts: RequestFacts
    fields: tuple[str, ...]


class Shortlist(Act, frozen=True, tag="shortlist"):
    """A vacancy is put on the shortlist, or taken off it."""

    vacancy: str
    on: bool


class Seek(Act, frozen=True, tag="seek"):
    """The words typed to search for it are kept with it; empty: none are."""

    text: str


class Refer(Act, frozen=True, tag="refer"):
    """It has been put to another authority, by a `trade` (its record). Nobody else is to know which request a
    trade is for: it is said here, within the authority, and in no act that the other hears."""

    trade: str


class Place(Act, frozen=True, tag="place"):
    """The child has a place: through `trade` (its record), or otherwise as `how` says."""

    trade: str
    how: str


class Withdraw(Act, frozen=True, tag="withdraw"):
    """No place is needed any more."""

    why: str


class Reopen(Act, frozen=True, tag="reopen"):
    """A place is needed after all."""

    why: str


def fold(history: History) -> Folded:
    """One row of `request`, and one of `request_trade` for each trade it was put to others by."""
    folded = Folded()
    opening, rest = history.opening(Open, folded)
    if opening is None or not isinstance(opening.act, Open):
        return folded
    first = opening.act
    if _no_day(first):
        folded.refuse(opening, NO_DAY)
        return refuse_all(rest, folded)
    writes: list[tuple[Heard, dict[str, object]]] = [(opening, {**whole(first.needs), **whole(first.facts)})]
    state: list[tuple[Heard, dict[str, object]]] = [(opening, {"closed": _Standing("open", "", "")})]
    lists: list[tuple[Heard, dict[str, object]]] = []
    sought: list[tuple[Heard, dict[str, object]]] = [(opening, {"search": ""})]
    for heard in rest:
        act = heard.act
        if isinstance(act, Edit):
            _edit(heard, act, writes, folded)
        elif isinstance(act, Shortlist):
            lists.append((heard, {act.vacancy: act.on}))
        elif isinstance(act, Seek):
            _seek(heard, act, sought, folded)
        elif isinstance(act, Refer):
            _refer(heard, act, folded)
        elif isinstance(act, Place):
            state.append((heard, {"closed": _Standing("placed", act.trade, act.how)}))
        elif isinstance(act, Withdraw):
            state.append((heard, {"closed": _Standing("withdrawn", "", act.why)}))
        elif isinstance(act, Reopen):
            state.append((heard, {"closed": _Standing("open", "", act.why)}))
    values = settle(history, writes, folded)
    shortlist = sorted(vacancy for vacancy, on in settle(history, lists, folded).items() if on)
    standing = settle(history, state, folded)["closed"]
    search = settle(history, sought, folded)["search"]
    assert isinstance(standing, _Standing)
    needs = Needs(**{name: values[name] for name in whole(first.needs)})  # type: ignore[arg-type]
    folded.rows["request"] = [
        {
            **{name: values[name] for name in ("child", "officer", "entered_on", "home_postcode")},
            **{name: getattr(needs, name) for name in _COLUMNS},
            "state": "shortlisted" if standing.state == "open" and shortlist else standing.state,
            "needs": encode_list(needs),
            "shortlist": encode_list(shortlist),
            "search": search,
            "trade": standing.trade,
            "closed_why": standing.why,
        }
    ]
    return folded


_COLUMNS = ("age", "sex", "siblings", "needed_by", "emergency", "home")


def _edit(heard: Heard, act: Edit, writes: list[tuple[Heard, dict[str, object]]], folded: Folded) -> None:
    of_facts = tuple(name for name in act.fields if name in whole(act.facts))
    of_needs = tuple(name for name in act.fields if name not in of_facts)
    if of_needs and not known_fields(heard, act.needs, of_needs, folded):
        return
    if _no_day(act):
        folded.refuse(heard, NO_DAY)
        return
    if not act.fields:
        folded.refuse(heard, "edits no field")
        return
    writes.append((heard, {**named(act.needs, of_needs), **named(act.facts, of_facts)}))


def _seek(heard: Heard, act: Seek, sought: list[tuple[Heard, dict[str, object]]], folded: Folded) -> None:
    if len(act.text) > MAX_SEARCH:
        folded.refuse(heard, "words to search for are a line")
    else:
        sought.append((heard, {"search": act.text.strip()}))


def _refer(heard: Heard, act: Refer, folded: Folded) -> None:
    row: Row = {"trade": act.trade, "clock": heard.clock}
    if not _RECORD.fullmatch(act.trade):
        folded.refuse(heard, "names no record")
    elif all(known["trade"] != act.trade for known in folded.rows.setdefault("request_trade", [])):
        folded.rows["request_trade"].append(row)


def _no_day(act: Open | Edit) -> bool:
    days = (act.needs.needed_by, act.facts.entered_on)
    return not all(is_day(day) for day in days if day)


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        needs = act.needs
        urgent = "emergency: " if needs.emergency else ""
        by = said_day(needs.needed_by) or "any day"
        return f"{urgent}logged the request, {needs.age} {needs.sex}, by {by}"
    if isinstance(act, Edit):
        return f"changed {', '.join(act.fields)}"
    if isinstance(act, Shortlist):
        return f"{'put' if act.on else 'took'} {act.vacancy[:8]} {'on' if act.on else 'off'} the shortlist"
    if isinstance(act, Seek):
        return f"searches for: {act.text}" if act.text.strip() else "keeps no words to search for"
    if isinstance(act, Refer):
        return f"put it to another authority: trade {act.trade[:8]}"
    if isinstance(act, Place):
        return f"placed: {act.how or 'trade ' + act.trade[:8]}"
    if isinstance(act, Withdraw):
        return f"withdrew the request: {act.why}"
    return f"opened it again: {act.why}" if isinstance(act, Reopen) else ""


KIND = Kind(
    "request",
    "own",
    Open | Edit | Shortlist | Seek | Refer | Place | Withdraw | Reopen,
    ("request", "request_trade"),
    fold,
    line,
)
