"""Acts about a search kept under a name, for all desks of the authority. It is never changed: saved anew."""

from __future__ import annotations

from rcc_tui.acts.kind import Act, Folded, History, Kind

MAX_NAME = 60
MAX_TEXT = 300


class Keep(Act, frozen=True, tag="keep"):
    """A query is kept under a name."""

    name: str
    text: str


class Drop(Act, frozen=True, tag="drop"):
    """It is wanted no more."""


def fold(history: History) -> Folded:
    """One row of `saved_search`, none once it is dropped. Two of one name, kept by desks that did not know of
    each other, both stay."""
    folded = Folded()
    opening, rest = history.opening(Keep, folded)
    if opening is None or not isinstance(opening.act, Keep):
        return folded
    name, text = opening.act.name, opening.act.text
    for heard in rest:
        if not isinstance(heard.act, Drop):
            folded.refuse(heard, "a search is kept once")
    if not 0 < len(name.strip()) <= MAX_NAME or not 0 < len(text.strip()) <= MAX_TEXT:
        folded.refuse(opening, "a search has a name and words, neither too long")
    elif not any(isinstance(heard.act, Drop) for heard in rest):
        folded.rows["saved_search"] = [{"name": name, "text": text}]
    return folded


def line(act: Act) -> str:
    """The act as one line of history."""
    return f"kept a search as {act.name}" if isinstance(act, Keep) else "dropped the search"


KIND = Kind("search", "own", Keep | Drop, ("saved_search",), fold, line)
