"""Acts about a child of the own authority and its episodes of care. They never leave it."""

from __future__ import annotations

from rcc_tui.acts.days import said_day
from rcc_tui.acts.facts import encode_list, fold_facts
from rcc_tui.acts.kind import Act, Folded, History, Kind
from rcc_tui.domain.child import ChildFacts, EpisodeFacts, ReturnRow


class Open(Act, frozen=True, tag="open"):
    """A child comes on the books; `returns` are rows of a return's other tables, kept as given."""

    facts: ChildFacts
    returns: tuple[ReturnRow, ...] = ()


class Edit(Act, frozen=True, tag="edit"):
    """Some facts have changed: `fields` names those of `facts` that count."""

    facts: ChildFacts
    fields: tuple[str, ...]


class AddReturns(Act, frozen=True, tag="returns"):
    """Further rows of a return's other tables."""

    returns: tuple[ReturnRow, ...]


class OpenEpisode(Act, frozen=True, tag="open"):
    """A placement begins; `child` is the child's record."""

    child: str
    facts: EpisodeFacts


class EditEpisode(Act, frozen=True, tag="edit"):
    """Some facts have changed, its end among them: `fields` names those of `facts` that count."""

    facts: EpisodeFacts
    fields: tuple[str, ...]


def fold(history: History) -> Folded:
    """One row of `child`."""
    folded = Folded()
    found = fold_facts(history, Open, Edit, folded)
    if found is None:
        return folded
    opening, values = found
    returns: dict[ReturnRow, None] = {}
    for heard in history.heard:
        if isinstance(heard.act, Open | AddReturns) and heard.author.code == opening.author.code:
            returns.update(dict.fromkeys(heard.act.returns))
    folded.rows["child"] = [{**values, "returns": encode_list(tuple(returns))}]
    return folded


def fold_episode(history: History) -> Folded:
    """One row of `episode`."""
    folded = Folded()
    found = fold_facts(history, OpenEpisode, EditEpisode, folded)
    if found is not None and isinstance(found[0].act, OpenEpisode):
        folded.rows["episode"] = [{**found[1], "child": found[0].act.child}]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    if isinstance(act, Open):
        return f"entered child {act.facts.local_id}"
    if isinstance(act, AddReturns):
        return f"kept {len(act.returns)} further row(s) of the return"
    if isinstance(act, OpenEpisode):
        return f"placement from {said_day(act.facts.start)}"
    return f"changed {', '.join(act.fields)}" if isinstance(act, Edit | EditEpisode) else ""


CHILD = Kind("child", "own", Open | Edit | AddReturns, ("child",), fold, line)
EPISODE = Kind("episode", "own", OpenEpisode | EditEpisode, ("episode",), fold_episode, line)
