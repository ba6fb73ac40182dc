"""Who is in the region: the members of the newest roll."""

from __future__ import annotations

from dataclasses import dataclass

import fixtures
from rcc_tui.domain.errors import NotFound
from rcc_tui.services.desk import Desk


@dataclass(frozen=True, slots=True)
class MemberView:
    """A member of the roll. `role` is authority or hub, `hub` N or S, `desks` how many may sign for it."""

    code: str
    name: str
    hub: str
    role: str
    trust: str
    host: bool
    desks: int


def members(desk: Desk) -> tuple[MemberView, ...]:
    """Every member, authorities first, by name. Empty until the desk has a roll."""
    latest = desk.rolls.latest
    found = [
        MemberView(one.code, one.name, one.hub, one.role, one.trust, one.host, len(one.desks))
        for one in (latest.members if latest else ())
    ]
    return tuple(sorted(found, key=lambda one: (one.role != "authority", one.name, one.code)))


def name_of(desk: Desk, code: str) -> str:
    """The name of a member or of an authority of the region, or its code when neither is known."""
    member = desk.rolls.member(code)
    if member is not None:
        return member.name
    return next((one.name for one in fixtures.authorities() if one.code == code), code)


def has_desk(desk: Desk, code: str) -> bool:
    """Whether a member has a desk on the newest roll, and so signs for itself."""
    member = desk.rolls.member(code)
    return member is not None and bool(member.desks)


def must_know(desk: Desk, code: str) -> None:
    """Raises NotFound for a code that no member of the roll has and no authority of the region."""
    known = {one.code for one in members(desk)} | {one.code for one in fixtures.authorities()}
    if code not in known:
        raise NotFound(f"There is no member “{code}”.", where="authority", hint="Give its DfE code, as 871.")


def seat_name(desk: Desk, key: bytes) -> str:
    """The desk's name on the newest roll, or the first digits of its key when it is there no more."""
    latest = desk.rolls.latest
    names = (
        seat.name for member in (latest.members if latest else ()) for seat in member.desks if seat.key == key
    )
    return next(names, key.hex()[:8])
