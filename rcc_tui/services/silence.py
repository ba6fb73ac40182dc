"""When each member was last heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from db.queries import sync as stored
from db.queries.health import bundles_of
from rcc_tui.domain.dates import iso_date
from rcc_tui.services.desk import Desk
from rcc_tui.services.moments import minute_of
from rcc_tui.sync.entry import read_header

QUIET_DAYS = 7


@dataclass(frozen=True, slots=True)
class Silence:
    """When a member was last heard: `at` (ISO minute, empty for never), whole `days` ago (None for never),
    `quiet` past 7 days. Never quiet: my own authority, and one without a desk."""

    code: str
    name: str
    at: str
    days: int | None
    quiet: bool


def silence(desk: Desk) -> tuple[Silence, ...]:
    """Each member by the newest entry held of its desks, by their clocks. One that signs none of its own (a
    hub passes on what others sign) by the last bundle of its making that came in.
    """
    heard = stored.heard_of(desk.store.write)
    bundles = bundles_of(desk.store.write)
    today = desk.clock.today()
    found = []
    for member in desk.rolls.latest.members if desk.rolls.latest else ():
        headers = [header for seat in member.desks if seat.key in heard for header in heard[seat.key][1]]
        last = max((read_header(header).at_ms for header in headers), default=0)
        at = minute_of(last) if last else bundles.get(member.code, "")
        days = _days(at, today)
        speaks = member.code != desk.code and bool(member.desks)
        quiet = speaks and (days is None or days > QUIET_DAYS)
        found.append(Silence(member.code, member.name, at, days, quiet))
    return tuple(found)


def _days(at: str, today: date) -> int | None:
    """How long ago; a clock that runs ahead says a day to come: then it was today."""
    return max(0, (today - iso_date(at[:10])).days) if at else None
