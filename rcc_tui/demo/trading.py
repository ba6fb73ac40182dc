"""Half a year of made-up trades, agreed and carried as real ones are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from rcc_tui.config import Clock
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import Place, is_reserved
from rcc_tui.services import places, trades
from rcc_tui.services.desk import Desk

COUNT = 200
_DAYS = 180
_LEAVE_OPEN_DAYS = 6
_ENDINGS = ("CARPL", "CHILD", "PLACE", "APPRR")
_DECLINES = ("no_match", "needs", "staffing")


@dataclass(frozen=True, slots=True)
class _Planned:
    """A trade still to be made: who buys, which place, for whom, from when."""

    buyer: str
    place: Place
    needs: Needs
    start: date
    nights: int


def trade_for_half_a_year(
    desks: dict[str, Desk], seed: int, exchange: Callable[[], None], progress: Callable[[str, int, int], None]
) -> None:
    """Propose, carry, answer, carry, start and end, carry: each act dated when it would have been done."""
    today = next(iter(desks.values())).clock.today()
    random = Random(seed + 1)
    proposed = [(plan, _propose(desks[plan.buyer], plan)) for plan in _plans(desks, random, today)]
    exchange()
    progress("answers to proposals", 4, 6)
    agreed = [
        (plan, trade)
        for plan, trade in proposed
        if (today - plan.start).days > -_LEAVE_OPEN_DAYS
        and _answer(desks[plan.place.setting.authority], plan, trade, random)
    ]
    for desk in desks.values():
        desk.clock = Clock(today)
    exchange()
    progress("starts and endings", 5, 6)
    for plan, trade in agreed:
        if plan.start <= today:
            _live(desks, plan, trade, today, random)
    for desk in desks.values():
        desk.clock = Clock(today)
    exchange()


def _plans(desks: dict[str, Desk], random: Random, today: date) -> list[_Planned]:
    """A fitting child of another authority for each of the places drawn, in order of the start."""
    desk = desks["HUB-N"]
    offered = places.listing(desk, mine=False, limit=1_000_000).rows
    free = [
        view.place
        for view in offered
        if view.place.free > 0
        and not is_reserved(view.place.vacancy, today)
        and not view.place.vacancy.protected
        and view.place.setting.type != "secure"
    ]
    authorities = [code for code, desk in desks.items() if desk.role == "authority"]
    plans = []
    for place in random.sample(free, min(COUNT, len(free))):
        buyer = random.choice([code for code in authorities if code != place.setting.authority])
        start = today - timedelta(days=random.randrange(-10, _DAYS))
        nights = random.choice((0, 28, 56, 84, 120, 200))
        plans.append(_Planned(buyer, place, _fitting(place, random, start), start, nights))
    return sorted(plans, key=lambda plan: (plan.start, plan.place.id))


def _fitting(place: Place, random: Random, start: date) -> Needs:
    facts = place.vacancy
    return Needs(
        age=random.randrange(facts.age_min, facts.age_max + 1),
        sex=facts.sex if facts.sex in "FM" else random.choice("FM"),
        needed_by=start.isoformat(),
        stay=random.choice(("short", "medium", "long")),
        needs=facts.needs[:1],
        home=place.setting.outcode,
        risks=random.choice(((), (("going_missing", "low"),), (("self_harm", "high"),))),
        ratio=random.choice(("standard", "standard", "1:1")),
    )


def _on(desk: Desk, day: date) -> Desk:
    desk.clock = Clock(day)
    return desk


def _propose(desk: Desk, plan: _Planned) -> str:
    end = (plan.start + timedelta(days=plan.nights)).isoformat() if plan.nights else ""
    made = trades.propose(
        _on(desk, plan.start - timedelta(days=5)),
        plan.place.id,
        start=plan.start.isoformat(),
        end=end,
        valid_until=(plan.start + timedelta(days=7)).isoformat(),
        needs=plan.needs,
    )
    return made.id


def _answer(desk: Desk, plan: _Planned, trade: str, random: Random) -> bool:
    """The seller's answer, two days before the start; one in twelve cannot take the child."""
    _on(desk, plan.start - timedelta(days=2))
    if random.randrange(12) == 0:
        trades.decline(desk, trade, random.choice(_DECLINES))
        return False
    trades.accept(desk, trade)
    return True


def _live(desks: dict[str, Desk], plan: _Planned, trade: str, today: date, random: Random) -> None:
    """The child moves in; where the agreed time is over, it has left again. Both sides state both."""
    end = plan.start + timedelta(days=plan.nights)
    reason = random.choice(_ENDINGS)
    for code in (plan.buyer, plan.place.setting.authority):
        trades.start(_on(desks[code], plan.start), trade, plan.start.isoformat())
        if plan.nights and end <= today:
            trades.end(_on(desks[code], end), trade, end.isoformat(), reason)
