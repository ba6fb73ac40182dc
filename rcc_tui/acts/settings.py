"""Acts about a setting: a home, household or agency that has places."""

from __future__ import annotations

from rcc_tui.acts.facts import changed, kept, known_fields, may_open, named, refuse_all, whole
from rcc_tui.acts.kind import Act, Folded, Heard, History, Kind, settle
from rcc_tui.domain.vacancy import SettingFacts


class Open(Act, frozen=True, tag="open"):
    """A setting is put on the region's list."""

    facts: SettingFacts


class Edit(Act, frozen=True, tag="edit"):
    """Some facts have changed: `fields` names those of `facts` that count."""

    facts: SettingFacts
    fields: tuple[str, ...]


class HandOver(Act, frozen=True, tag="hand_over"):
    """A hub hands a setting it kept to the authority that has joined."""

    to: str


class Close(Act, frozen=True, tag="close"):
    """The setting takes no children any more."""

    why: str


def fold(history: History) -> Folded:
    """One row of `setting`."""
    folded = Folded()
    opening, rest = history.opening(Open, folded)
    if opening is None or not isinstance(opening.act, Open):
        return folded
    facts = opening.act.facts
    if not may_open(opening, facts.authority, folded):
        return refuse_all(rest, folded)
    writes: list[tuple[Heard, dict[str, object]]] = [(opening, whole(facts))]
    keeper, closed = opening.author.code, False
    for heard, now_keeper in kept(history, opening, rest, folded, facts.authority):
        keeper = now_keeper
        if isinstance(heard.act, Edit) and known_fields(heard, facts, heard.act.fields, folded):
            writes.append((heard, named(heard.act.facts, heard.act.fields)))
        elif isinstance(heard.act, Close):
            closed = True
    values = settle(history, writes, folded)
    folded.rows["setting"] = [{**values, "authority": facts.authority, "keeper": keeper, "closed": closed}]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        return f"put {act.facts.name} on the list with {act.facts.registered} registered places"
    if isinstance(act, Edit):
        return f"changed {changed(act.facts, act.fields)}"
    if isinstance(act, HandOver):
        return f"handed the setting over to {act.to}"
    return f"closed the setting: {act.why}" if isinstance(act, Close) else ""


KIND = Kind("setting", "rcc", Open | Edit | HandOver | Close, ("setting",), fold, line)
