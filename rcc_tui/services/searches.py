"""Searches kept under a name, for all desks of my authority."""

from __future__ import annotations

from dataclasses import dataclass

from db.queries import searches as queries
from rcc_tui.acts import searches as acts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services.desk import Desk


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A query (`text`, as it was typed) and its name."""

    id: str
    name: str
    text: str


def listing(desk: Desk) -> tuple[SavedSearch, ...]:
    """All that are kept, by name."""
    return tuple(SavedSearch(*row) for row in desk.read(queries.saved))


def show(desk: Desk, name: str) -> SavedSearch:
    """The search of that name, whatever its capitals; of several the one last in everybody's order of ids.
    Raises NotFound."""
    found = _named(desk, name)
    if not found:
        raise NotFound(
            f"No search is kept as “{name.strip()}”.", where="name", hint="`rcc search --kept` lists them."
        )
    return found[-1]


def save(desk: Desk, name: str, text: str) -> SavedSearch:
    """Keep a query under a name; what was kept under it before goes. Raises Refused."""
    name, text = " ".join(name.split()), " ".join(text.split())
    if not name or len(name) > acts.MAX_NAME:
        raise Refused("A search needs a name.", where="name", hint=f"{acts.MAX_NAME} letters at most.")
    if not text or len(text) > acts.MAX_TEXT:
        raise Refused("There is nothing to keep, or too much.", where="text", hint="Type a query first.")
    before = _named(desk, name)
    if [(one.name, one.text) for one in before] == [(name, text)]:
        raise Refused(f"This is kept as “{name}” already.", where="name")
    with desk.writing() as group:
        for one in before:
            group.act("search", acts.Drop(), record=one.id)
        done = group.act("search", acts.Keep(name, text))
    return SavedSearch(done.record, name, text)


def drop(desk: Desk, id: str) -> SavedSearch:
    """Keep a search no longer. Raises NotFound."""
    found = next((one for one in listing(desk) if one.id == id), None)
    if found is None:
        raise NotFound("This search is not kept any more.", where="search")
    with desk.writing() as group:
        group.act("search", acts.Drop(), record=id)
    return found


def drop_named(desk: Desk, name: str) -> tuple[SavedSearch, ...]:
    """Keep no search of that name any longer. Raises NotFound."""
    show(desk, name)
    found = _named(desk, name)
    with desk.writing() as group:
        for one in found:
            group.act("search", acts.Drop(), record=one.id)
    return tuple(found)


def _named(desk: Desk, name: str) -> list[SavedSearch]:
    wanted = " ".join(name.split()).casefold()
    return [one for one in listing(desk) if one.name.casefold() == wanted]
