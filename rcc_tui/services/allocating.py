"""Which desk gives the places of a vacancy out, and handing that over to another desk of the authority.

One desk alone gives out, so that no bed is promised twice. It hands over itself; only where it is on the
roll no more (its laptop lost, its key revoked) another desk of the authority may take over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.queries import places as queries
from rcc_tui.acts import vacancies as acts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services.desk import Desk
from rcc_tui.services.place_views import VacancyView, must_keep, place_row, vacancy_view
from rcc_tui.services.trade_places import give_out

SHORTEST = 4


@dataclass(frozen=True, slots=True)
class SeatView:
    """A desk of my authority on the newest roll: its key in hex, its name, whether it is this one."""

    key: str
    name: str
    here: bool


def seats(desk: Desk) -> tuple[SeatView, ...]:
    """The desks of my authority that may give places out, this one first."""
    mine = desk.key.public
    found = [SeatView(seat.key.hex(), seat.name, seat.key == mine) for seat in desk.member.desks]
    return tuple(sorted(found, key=lambda one: (not one.here, one.name, one.key)))


def seat_named(desk: Desk, text: str) -> SeatView:
    """The desk of my authority that a name, or the first digits of its key, means.

    Raises NotFound, and Refused when it may mean more than one.
    """
    typed = text.strip()
    digits = typed.casefold()
    known = seats(desk)
    found = [one for one in known if one.name == typed] or [
        one for one in known if len(digits) >= SHORTEST and one.key.startswith(digits)
    ]
    told = ", ".join(f"{one.name} ({one.key[:8]})" for one in known)
    if len(found) > 1:
        raise Refused(f"“{typed}” means more than one desk.", where="desk", hint=f"Give its key: {told}.")
    if not found:
        raise NotFound(
            f"{desk.code} has no desk “{typed}” on the roll.", where="desk", hint=f"One of {told}."
        )
    return found[0]


def allocate(desk: Desk, id: str, to: str) -> VacancyView:
    """Hand the giving-out of a vacancy over to a desk of my authority, by name or key.

    Raises Refused when another desk gives out that is still on the roll, or it is that desk already.
    """
    row = place_row(desk, id)
    must_keep(desk, row.keeper, "vacancy")
    if row.closed:
        raise Refused("This vacancy is closed.", where=row.place.id[:8], hint="Offer the place anew.")
    seat = seat_named(desk, to)
    if why := _why_not(desk, row.allocator):
        raise Refused(why, where=row.place.id[:8], hint="Ask that desk to hand over.")
    if row.allocator == seat.key:
        raise Refused(f"{seat.name} gives these places out already.", where="desk")
    _hand_over(desk, [row.place.id], seat.key)
    return vacancy_view(desk, place_row(desk, row.place.id))


def allocate_all(desk: Desk, to: str) -> int:
    """Hand over every open vacancy of ours that this desk may; how many. Raises Refused where none is."""
    seat = seat_named(desk, to)
    every = [row for row in desk.read(queries.offered_by, desk.code) if not row.closed]
    due = [row.place.id for row in every if row.allocator != seat.key and not _why_not(desk, row.allocator)]
    if not due:
        raise Refused(
            f"There is nothing this desk could hand over to {seat.name}.",
            where="desk",
            hint="Only the desk that gives places out hands them over, while it is on the roll.",
        )
    _hand_over(desk, due, seat.key)
    return len(due)


def _why_not(desk: Desk, allocator: str) -> str:
    """Why this desk may not name who gives places out, empty when it may."""
    if allocator == desk.key.public.hex():
        return ""
    giving = next((one for one in seats(desk) if one.key == allocator), None)
    return f"{giving.name} gives these places out." if giving else ""


def _hand_over(desk: Desk, vacancies: Sequence[str], to: str) -> None:
    with desk.writing() as group:
        for vacancy in vacancies:
            group.act("vacancy", acts.Allocator(to), record=vacancy)
    # Trades agreed while nobody gave out have waited for this.
    give_out(desk)
