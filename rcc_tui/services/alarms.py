"""What stops or will stop this desk as a whole: two rolls, a revoked desk, an older copy of its store."""

from __future__ import annotations

from dataclasses import dataclass

from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.services.desk import Desk
from rcc_tui.services.roll_fork import roll_fork

EXPIRY_DAYS = 60


@dataclass(frozen=True, slots=True)
class Alarm:
    """`brief` is a word or two, `text` says what to do; `stops`: until then nothing is signed here."""

    brief: str
    text: str
    stops: bool = True


def alarms(desk: Desk) -> tuple[Alarm, ...]:
    """All there are, the worst first."""
    found = []
    if said := roll_fork(desk):
        found.append(Alarm("two rolls", f"{said} Speak with both hubs."))
    if desk.rolls.latest is not None and desk.key.public not in desk.rolls.seated:
        found.append(Alarm("revoked", "This desk is on the roll no more: nobody believes what it signs."))
    if desk.behind:
        found.append(
            Alarm(
                "older copy",
                "This store is older than what this desk has signed: r on Sync lets it sign again.",
            )
        )
    if said := _expiry(desk):
        found.append(Alarm("roll ends", said, stops=False))
    return tuple(found)


def _expiry(desk: Desk) -> str:
    """Why a newer roll is wanted, empty until two months before this one ends."""
    roll = desk.rolls.latest
    if roll is None or not roll.expires:
        return ""
    left = (iso_date(roll.expires) - desk.clock.today()).days
    if left > EXPIRY_DAYS:
        return ""
    ends = "expired" if left < 0 else "expires"
    return f"The roll {ends} on {show_date(roll.expires)}: ask the hubs for a newer one."
