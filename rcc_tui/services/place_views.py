"""What people see of settings and vacancies, and who may enter them for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import fixtures
from db.queries import places as queries
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.vacancy import Place, SettingFacts, is_stale, reservation
from rcc_tui.services.desk import Desk
from rcc_tui.services.ids import full_id
from rcc_tui.services.moments import minute


@dataclass(frozen=True, slots=True)
class SettingView:
    """A setting. `keeper` acts for it; `on_behalf`: a hub does, for an authority not on the system yet."""

    id: str
    facts: SettingFacts
    keeper: str
    on_behalf: bool
    closed: bool


@dataclass(frozen=True, slots=True)
class HoldView:
    """A place kept for an authority until an ISO minute; `lapsed` once that is over or it was released."""

    id: str
    held_for: str
    what: str
    places: int
    until: str
    lapsed: bool


@dataclass(frozen=True, slots=True)
class VacancyView:
    """A vacancy. `state` is open, full (all given out), held (the rest is on hold) or closed.

    `keeper` acts for it and `allocator` is the key of the desk that gives places out, `allocator_name` what
    the newest roll calls it, empty when it is not on it; `stale`: not confirmed for 14 days; `reservation`
    says for whom it is kept, empty when it is open to all.
    """

    id: str
    place: Place
    state: str
    keeper: str
    allocator: str
    allocator_name: str
    on_behalf: bool
    overbooked: bool
    stale: bool
    holds: tuple[HoldView, ...]
    reservation: str


def setting_view(row: queries.SettingRow) -> SettingView:
    """A setting as people see it."""
    return SettingView(row.id, row.facts, row.keeper, row.keeper != row.facts.authority, row.closed)


def vacancy_view(desk: Desk, row: queries.PlaceRow) -> VacancyView:
    """A vacancy as people see it."""
    now, today = minute(desk), desk.clock.today()
    place = row.place
    return VacancyView(
        id=place.id,
        place=place,
        state=_state(row),
        keeper=row.keeper,
        allocator=row.allocator,
        allocator_name=_seat_name(desk, row.keeper, row.allocator),
        on_behalf=row.keeper != place.setting.authority,
        overbooked=row.overbooked,
        stale=is_stale(place.vacancy.confirmed_on, today),
        holds=tuple(
            HoldView(one.id, one.held_for, one.what, one.places, one.until, not one.is_live(now))
            for one in row.holds
        ),
        reservation=reservation(place.vacancy, today),
    )


def _seat_name(desk: Desk, keeper: str, key: str) -> str:
    member = desk.rolls.member(keeper)
    return next((seat.name for seat in (member.desks if member else ()) if seat.key.hex() == key), "")


def _state(row: queries.PlaceRow) -> str:
    if row.closed:
        return "closed"
    if row.place.vacancy.accepting <= 0:
        return "full"
    return "open" if row.place.free else "held"


def setting_row(desk: Desk, id: str) -> queries.SettingRow:
    """The setting of an id as typed. Raises NotFound."""
    row = desk.read(queries.setting, full_id(desk, "setting", id))
    if row is None:
        raise NotFound(f"There is no setting “{id}” here.", where="setting")
    return row


def place_row(desk: Desk, id: str, asker: str = "") -> queries.PlaceRow:
    """The vacancy of an id as typed, places held for `asker` counted as free. Raises NotFound."""
    record = full_id(desk, "vacancy", id)
    row = desk.read(queries.places, [record], minute(desk), asker).get(record)
    if row is None:
        raise NotFound(
            f"The setting of the vacancy “{id}” has not been heard of here yet.",
            where="vacancy",
            hint="Take in the bundles of the authority that keeps it.",
        )
    return row


def authority_codes(desk: Desk) -> frozenset[str]:
    """The DfE codes that may own a place: the region's, and those of the roll."""
    members = desk.rolls.latest.members if desk.rolls.latest else ()
    enrolled = (one.code for one in members if one.role == "authority")
    return frozenset((*(one.code for one in fixtures.authorities()), *enrolled))


def why_not_for(desk: Desk, authority: str) -> str:
    """Why this desk may not enter places of an authority; empty when it may.

    An authority enters its own; a hub enters those of authorities that have no desk on the roll.
    """
    if authority not in authority_codes(desk):
        return f"“{authority}” is no authority of this region"
    if desk.role != "hub":
        return "" if authority == desk.code else f"{authority} enters its own places, {desk.code} cannot"
    member = desk.rolls.member(authority)
    if member is not None and member.desks:
        return f"{authority} has desks of its own and enters its own places"
    return ""


def must_keep(desk: Desk, keeper: str, what: str) -> None:
    """Raises Refused when another member acts for the record."""
    if keeper != desk.code:
        raise Refused(
            f"{keeper} keeps this {what}; {desk.code} cannot change it.", hint=f"Ask {keeper} to change it."
        )


def differing(old: Any, new: Any, among: Iterable[str] | None = None) -> tuple[str, ...]:
    """The fields in which two facts of one kind differ, in the order of the fields."""
    names = [one.name for one in fields(old)] if among is None else list(among)
    return tuple(name for name in names if getattr(old, name) != getattr(new, name))
