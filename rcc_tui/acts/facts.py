"""What kinds with facts share: open with all of them, edit some, and who may do it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import msgspec

from rcc_tui.acts.kind import Act, Folded, Heard, History, settle


def encode_list(values: object) -> str:
    """A list or structure as the JSON text a column holds."""
    return _encode(values).decode() if values != () else "[]"


_encode = msgspec.json.Encoder().encode


def named(facts: Any, names: tuple[str, ...]) -> dict[str, object]:
    """The fields of `facts` that an edit names."""
    return {name: getattr(facts, name) for name in names}


def whole(facts: Any) -> dict[str, object]:
    """All fields of a dataclass of facts, as they are."""
    return {name: getattr(facts, name) for name in _names(type(facts))}


_NAMES: dict[type, tuple[str, ...]] = {}


def _names(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a dataclass; asked for once for every entry, so it is remembered."""
    if kind not in _NAMES:
        _NAMES[kind] = tuple(item.name for item in fields(kind))
    return _NAMES[kind]


def changed(facts: Any, names: tuple[str, ...]) -> str:
    """What an edit says, as one line: each field it names with its value; one that does not exist bare."""
    known = _names(type(facts))
    return ", ".join(f"{name} {getattr(facts, name)}" if name in known else name for name in names)


def known_fields(heard: Heard, facts: Any, names: tuple[str, ...], folded: Folded) -> bool:
    """Whether an edit names fields that exist, and some; else it is set aside."""
    if names and set(names) <= set(_names(type(facts))):
        return True
    folded.refuse(heard, "edits no field, or one that does not exist")
    return False


def kept(
    history: History, opening: Heard, rest: list[Heard], folded: Folded, owner: str
) -> Iterator[tuple[Heard, str]]:
    """The acts after the opening that the keeper of the record may do, each with the keeper then.

    A hub may open a record for an authority that is not on the system yet and keeps it until it hands
    it over; from then on the authority alone acts on it.
    """
    keeper = opening.author.code
    for heard in rest:
        if heard.author.code != keeper:
            folded.refuse(heard, f"{heard.author.code} does not keep this record; {keeper} does")
            continue
        to = getattr(heard.act, "to", None)
        if to is not None:
            if to != owner:
                folded.refuse(heard, f"can be handed over to {owner} alone")
                continue
            keeper = str(to)
        yield heard, keeper


def may_open(opening: Heard, owner: str, folded: Folded) -> bool:
    """An authority opens its own records; a hub may open one for an authority not yet on the system."""
    if opening.author.code == owner or opening.author.role == "hub":
        return True
    folded.refuse(opening, f"{opening.author.code} may not open a record of {owner}")
    return False


def refuse_all(rest: list[Heard], folded: Folded) -> Folded:
    """The opening does not count, so nothing about the record does."""
    for heard in rest:
        folded.refuse(heard, "about a record that was not opened rightly")
    return folded


def fold_facts(
    history: History, open_kind: type[Act], edit_kind: type[Any], folded: Folded
) -> tuple[Heard, dict[str, object]] | None:
    """Opening and settled facts of a record that only its own authority writes; None when never opened."""
    opening, rest = history.opening(open_kind, folded)
    if opening is None:
        return None
    first: Any = opening.act
    writes: list[tuple[Heard, dict[str, object]]] = [(opening, whole(first.facts))]
    for heard in rest:
        if heard.author.code != opening.author.code:
            folded.refuse(heard, f"{heard.author.code} does not keep this record")
        elif isinstance(heard.act, edit_kind):
            edit: Any = heard.act
            if known_fields(heard, first.facts, edit.fields, folded):
                writes.append((heard, named(edit.facts, edit.fields)))
    return opening, settle(history, writes, folded)
