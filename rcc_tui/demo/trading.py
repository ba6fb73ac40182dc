"""Half a year of made-up trades, agreed and carried as real ones are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TypeVar

from rcc_tui.acts import names, vacancies
from rcc_tui.acts import trades as acts
from rcc_tui.config import Clock
from rcc_tui.demo.workshop import Workshop, at_desk
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import Place, is_reserved
from rcc_tui.services import places, trades
from rcc_tui.services.desk import Desk

T = TypeVar("T")

COUNT = 200
_DAYS = 180
_LEAVE_OPEN_DAYS = 6
_ENDINGS = ("CARPL", "CHILD", "PLACE", "APPRR")
_DECLINES = ("no_match", "needs", "staffing")


@dataclass(frozen=True, slots=True)
class Planned:
    """A trade still to be made: who buys, which place, for whom, from when; and how it will go."""

    number: int
    buyer: str
    place: Place
    needs: Needs
    start: date
    nights: int
    declined: str
    ending: str

    @property
    def seller(self) -> str:
        """Whose place it is."""
        return self.place.setting.authority

    @property
    def end(self) -> date | None:
        """The day it is to end; None when that is open."""
        return self.start + timedelta(days=self.nights) if self.nights else None


@dataclass
class Half:
    """Half a year of trades: planned, proposed, answered and lived, each act dated as it would have been."""

    today: date
    plans: list[Planned]
    proposed: dict[int, str] = field(default_factory=dict)
    agreed: set[int] = field(default_factory=set)

    @classmethod
    def planned(cls, workshop: Workshop, seed: int) -> Half:
        """A fitting child of another authority for each of the places drawn, in order of the start."""
        authorities = [code for code in workshop.stores if not code.startswith("HUB")]
        with at_desk(workshop.stores["HUB-N"]) as desk:
            today = desk.clock.today()
            offered = places.listing(desk, mine=False, limit=1_000_000).rows
        free = sorted(
            (view.place for view in offered if _tradable(view.place, today)), key=lambda one: one.vacancy.ref
        )
        random = Random(seed)
        drawn = random.sample(free, min(COUNT, len(free)))
        plans = [_plan(number, place, authorities, random, today) for number, place in enumerate(drawn)]
        return cls(today, sorted(plans, key=lambda plan: (plan.start, plan.number)))

    def propose(self, workshop: Workshop) -> None:
        """Every buyer proposes."""
        made = workshop.each(_propose, _by(self.plans, lambda plan: [plan.buyer]))
        self.proposed = {number: trade for part in made.values() for number, trade in part.items()}

    def answer(self, workshop: Workshop) -> None:
        """Every seller answers, but for the proposals of the last days."""
        due = [plan for plan in self.plans if (self.today - plan.start).days > -_LEAVE_OPEN_DAYS]
        given = _by([(plan, self.proposed[plan.number]) for plan in due], lambda one: [one[0].seller])
        self.agreed = {number for part in workshop.each(_answer, given).values() for number in part}

    def live(self, workshop: Workshop) -> None:
        """Children move in; where the agreed time is over, they have left again. Both sides state both."""
        begun = [
            (plan, self.proposed[plan.number])
            for plan in self.plans
            if plan.number in self.agreed and plan.start <= self.today
        ]
        workshop.each(_live, _by(begun, lambda one: [one[0].buyer, one[0].seller]))


def _by(items: Iterable[T], whose: Callable[[T], Iterable[str]]) -> dict[str, tuple[list[T]]]:
    """The items by the desks that have to do with them, as arguments of their work."""
    found: dict[str, tuple[list[T]]] = {}
    for item in items:
        for code in whose(item):
            found.setdefault(code, ([],))[0].append(item)
    return found


def _tradable(place: Place, today: date) -> bool:
    facts = place.vacancy
    return (
        place.free > 0
        and not is_reserved(facts, today)
        and not facts.protected
        and place.setting.type != "secure"
    )


def _plan(number: int, place: Place, authorities: list[str], random: Random, today: date) -> Planned:
    start = today - timedelta(days=random.randrange(-10, _DAYS))
    return Planned(
        number=number,
        buyer=random.choice([code for code in authorities if code != place.setting.authority]),
        place=place,
        needs=_fitting(place, random, start),
        start=start,
        nights=random.choice((0, 28, 56, 84, 120, 200)),
        declined=random.choice(_DECLINES) if random.randrange(12) == 0 else "",
        ending=random.choice(_ENDINGS),
    )


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


def _propose(desk: Desk, plans: list[Planned]) -> dict[int, str]:
    """The buyer's proposals, five days before each start; an answer is due within the week after."""
    made = {}
    for plan in plans:
        desk.clock = Clock(plan.start - timedelta(days=5))
        proposed = trades.propose(
            desk,
            plan.place.id,
            start=plan.start.isoformat(),
            end=plan.end.isoformat() if plan.end else "",
            valid_until=(plan.start + timedelta(days=7)).isoformat(),
            needs=plan.needs,
        )
        made[plan.number] = proposed.id
    return made


def _answer(desk: Desk, waiting: list[tuple[Planned, str]]) -> list[int]:
    """The seller's answers, two days before each start. Returns the numbers of those agreed."""
    agreed = []
    for plan, trade in waiting:
        desk.clock = Clock(plan.start - timedelta(days=2))
        if plan.declined:
            trades.decline(desk, trade, plan.declined)
        else:
            trades.accept(desk, trade)
            agreed.append(plan.number)
    return agreed


def _live(desk: Desk, lived: list[tuple[Planned, str]]) -> None:
    """One side's statements of start and end; the seller's place is free again after the end."""
    today = desk.clock.today()
    with desk.writing() as writing:
        for plan, trade in lived:
            pair = names.pair(plan.buyer, plan.seller)
            desk.clock = Clock(plan.start)
            writing.act("trade", acts.Start(plan.start.isoformat()), record=trade, audience=pair)
            if plan.end is None or plan.end > today:
                continue
            desk.clock = Clock(plan.end)
            writing.act("trade", acts.End(plan.end.isoformat(), plan.ending), record=trade, audience=pair)
            if desk.code == plan.seller:
                writing.act("vacancy", vacancies.GiveBack(trade), record=plan.place.id)
