"""Settings, vacancies and requests out of a random generator: the same seed, the same region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

import fixtures
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.child import ChildFacts
from rcc_tui.domain.needs import Needs, Suitability
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts

# Roughly how children in care are placed: mostly with foster carers.
_TYPES = (
    ("foster", "U6", 5),
    ("residential", "K2", 4),
    ("supported", "K3", 2),
    ("secure", "K1", 0.1),
    ("school", "S1", 0.3),
)
_AGES = {
    "foster": (0, 17),
    "residential": (8, 17),
    "supported": (16, 17),
    "secure": (12, 17),
    "school": (6, 17),
}
_GRADES = ("Outstanding", "Good", "Good", "Good", "Requires improvement to be good", "")


@dataclass(frozen=True, slots=True)
class MadePlace:
    """A setting with the one vacancy it offers."""

    setting: SettingFacts
    vacancy: VacancyFacts


@dataclass(frozen=True, slots=True)
class MadeRequest:
    """A child and what it needs."""

    child: ChildFacts
    needs: Needs
    officer: str
    entered_on: str


class Maker:
    """Makes things up for one authority after the other."""

    def __init__(self, seed: str, today: date) -> None:
        self._random = Random(seed)
        self._today = today
        self._words = fixtures.demo_words()["words"]
        self._towns = fixtures.demo_words()["towns"]

    def places(self, authority: Authority, count: int) -> Iterator[MadePlace]:
        """Settings of an authority, each with a vacancy."""
        for number in range(1, count + 1):
            made = self._place(authority, number)
            yield self._welcoming(made) if number == 1 else made

    def _welcoming(self, made: MadePlace) -> MadePlace:
        """Each authority has one household that could take most children: there is always a trade to make."""
        setting = replace(
            made.setting,
            name=self._name("foster"),
            type="foster",
            place="U6",
            urn="",
            registered=3,
            occupied=1,
            grade="",
        )
        vacancy = VacancyFacts(
            made.setting.ref,
            accepting=2,
            age_min=5,
            age_max=16,
            needs=("adhd", "autism"),
            siblings=2,
            emergency=True,
            confirmed_on=self._today.isoformat(),
        )
        return MadePlace(setting, vacancy)

    def _town(self, authority: Authority) -> tuple[str, str]:
        outcode, _, town = self._random.choice(self._towns[authority.code]).partition(" ")
        return outcode, town

    def _place(self, authority: Authority, number: int) -> MadePlace:
        random = self._random
        outcode, town = self._town(authority)
        kind, place, _ = random.choices(_TYPES, [weight for *_, weight in _TYPES])[0]
        own = kind == "secure" or random.random() < 0.4
        registered = 1 + (random.randrange(3) if kind == "foster" else random.randrange(1, 6))
        accepting = random.choices((0, 1, 2, 3), (1, 6, 3, 1))[0]
        accepting = min(accepting, registered)
        ref = f"{authority.code}-{number:04d}"
        setting = SettingFacts(
            ref=ref,
            name=self._name(kind),
            provider=f"{authority.name} Council" if own else random.choice(self._words["provider"]),
            authority=authority.code,
            type=kind,
            place=place,
            outcode=outcode,
            town=town,
            urn="" if kind == "foster" else f"{random.randrange(1_000_000, 3_000_000)}",
            sector="local authority" if own else "private",
            registered=registered,
            occupied=registered - accepting,
            grade="" if kind in ("foster", "supported") else random.choice(_GRADES),
            framework="" if own else random.choice(("on framework", "spot")),
        )
        return MadePlace(setting, self._vacancy(authority, ref, kind, accepting))

    def _name(self, kind: str) -> str:
        choose = self._random.choice
        if kind == "foster":
            return f"{choose(self._words['surname'])} {choose(self._words['household'])}"
        return f"{choose(self._words['first'])} {choose(self._words['home'])}"

    def _vacancy(self, authority: Authority, ref: str, kind: str, accepting: int) -> VacancyFacts:
        random = self._random
        low, high = _AGES[kind]
        if high - low > 4:
            low = random.randrange(low, high - 3)
            high = min(high, low + random.randrange(4, 9))
        lot = random.random()
        return VacancyFacts(
            ref=ref,
            accepting=accepting,
            age_min=low,
            age_max=high,
            sex=random.choices("AFM", (7, 2, 1))[0],
            needs=tuple(sorted(random.sample(self._words["needs"], random.randrange(0, 4)))),
            siblings=max(1, min(accepting, random.choice((1, 1, 2, 3)))),
            solo=random.random() < 0.2,
            emergency=random.random() < 0.4,
            available_from=self._day(-10, 14),
            reserved_for=(authority.code,) if lot < 0.06 else (),
            reserved_until=self._day(3, 20) if 0.03 < lot < 0.06 else "",
            protected="UASC" if authority.code == "886" and lot > 0.9 else "",
            ratio=random.choices(("standard", "1:1", "2:1"), (6, 2, 1))[0],
            education=kind == "school" or (kind == "residential" and random.random() < 0.2),
            ground_floor=random.random() < 0.15,
            confirmed_on=self._day(-24, 1),
        )

    def _day(self, first: int, last: int) -> str:
        return (self._today + timedelta(days=self._random.randrange(first, last))).isoformat()

    def requests(self, authority: Authority, count: int) -> Iterator[MadeRequest]:
        """Open requests of an authority, each for a child of its own."""
        for number in range(1, count + 1):
            yield self._request(authority, number)

    def _request(self, authority: Authority, number: int) -> MadeRequest:
        random = self._random
        age = random.choices(range(18), [2] * 10 + [4] * 8)[0]
        sex = random.choice("FM")
        emergency = random.random() < 0.2
        outcode, _ = self._town(authority)
        born = date(self._today.year - age - 1, random.randrange(1, 13), random.randrange(1, 29))
        needs = Needs(
            age=age,
            sex=sex,
            needed_by=self._today.isoformat() if emergency else self._day(1, 30),
            emergency=emergency,
            stay=random.choice(("short", "medium", "long")),
            siblings=random.choices((1, 2, 3), (7, 2, 1))[0],
            home=outcode,
            max_miles=random.choice((0, 20, 20, 30)),
            suitability=Suitability(foster="preferred") if age < 12 else Suitability(),
            needs=tuple(sorted(random.sample(self._words["needs"], random.randrange(0, 3)))),
            ratio=random.choices(("unspecified", "standard", "1:1"), (5, 3, 1))[0],
            risks=tuple(sorted({self._risk() for _ in range(random.randrange(0, 3))})),
            legal_status=random.choice(("C1", "C2", "V2", "D1")),
            category=random.choice(("N1", "N1", "N1", "N4", "N5", "N8")),
        )
        child = ChildFacts(local_id=f"{authority.code}{number:05d}", dob=born.isoformat(), sex=sex)
        return MadeRequest(child, needs, random.choice(self._words["officers"]), self._day(-20, 1))

    def _risk(self) -> tuple[str, str]:
        return (
            self._random.choice(("self_harm", "going_missing", "criminal_exploitation", "harm_physical")),
            self._random.choice(("low", "low", "high")),
        )
