"""What a file of places would change: worked out first, then done in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from db.queries import places as queries
from rcc_tui.acts import providers
from rcc_tui.acts import settings as setting_acts
from rcc_tui.acts import vacancies as acts
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.interop.vacancy_csv import setting_key
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.services.place_views import differing

Step = Callable[[Writing], None]


@dataclass
class Home:
    """A setting as the plan has it so far. `id` is empty until it is opened; `stated` by which name the
    file has spoken of it: the first row that does says what the setting is like."""

    facts: SettingFacts
    id: str = ""
    closed: bool = False
    stated: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A vacancy that was there before the file, and its setting."""

    id: str
    facts: VacancyFacts
    home: Home


class Plan:
    """The settings and open vacancies this desk keeps, and the acts a file leads to."""

    def __init__(self, desk: Desk) -> None:
        self.steps: list[Step] = []
        self.homes: dict[str, Home] = {}
        self._today = desk.clock.today().isoformat()
        self._providers = {_folded(name) for name in desk.read(queries.provider_names)}
        by_id: dict[str, Home] = {}
        rows, _ = desk.read(queries.settings, desk.code, None)
        # A closed one is found only where no open one bears the name.
        for row in sorted(rows, key=lambda one: not one.closed):
            home = by_id[row.id] = Home(row.facts, row.id, row.closed)
            self.homes[row.facts.ref] = home
        self.homes.update({setting_key(home.facts): home for home in by_id.values()})
        self.offers = {
            row.place.vacancy.ref: Offer(row.place.id, _as_stated(row), by_id[row.place.setting_id])
            for row in desk.read(queries.offered_by, desk.code)
            if not row.closed and row.place.setting_id in by_id
        }

    def do(self, group: Writing) -> None:
        """Sign it all."""
        for step in self.steps:
            step(group)

    def open_home(self, key: str, facts: SettingFacts) -> Home:
        """A setting not known so far; its provider too, where nobody has entered it."""
        home = self.homes[key] = Home(facts, stated=key)
        if (name := _folded(facts.provider)) not in self._providers:
            self._providers.add(name)
            provider = providers.ProviderFacts(facts.provider, sector=facts.sector)
            self.steps.append(lambda group: _ignore(group.act("provider", providers.Open(provider))))

        def step(group: Writing) -> None:
            home.id = group.act("setting", setting_acts.Open(facts)).record

        self.steps.append(step)
        return home

    def edit_home(self, home: Home, facts: SettingFacts) -> bool:
        """The setting is like this now; whether that is a change."""
        changed = differing(home.facts, facts)
        if changed:
            old_key, home.facts = setting_key(home.facts), facts
            # Under a key it no longer has (its URN taken away, say) nobody would find it the next time.
            if old_key not in (setting_key(facts), facts.ref) and self.homes.get(old_key) is home:
                del self.homes[old_key]
            self.homes.setdefault(setting_key(facts), home)
            act = setting_acts.Edit(facts, changed)
            self.steps.append(lambda group: _ignore(group.act("setting", act, record=home.id)))
        return bool(changed)

    def open_offer(self, home: Home, facts: VacancyFacts) -> None:
        """A vacancy not known so far, as of today."""
        act_facts = replace(facts, confirmed_on=self._today)
        authority = home.facts.authority
        self.steps.append(
            lambda group: _ignore(group.act("vacancy", acts.Open(home.id, authority, act_facts)))
        )

    def edit_offer(self, offer: Offer, facts: VacancyFacts) -> bool:
        """The vacancy is like this now; whether that is a change. A change is as of today."""
        if not differing(offer.facts, facts):
            return False
        fresh = replace(facts, confirmed_on=self._today)
        act = acts.Edit(fresh, differing(offer.facts, fresh))
        self.steps.append(lambda group: _ignore(group.act("vacancy", act, record=offer.id)))
        return True

    def home_for(self, key: str, offer: Offer | None) -> Home | None:
        """The setting a row speaks of: the one its vacancy is in, else by name. Raises Refused."""
        named = self.homes.get(key)
        home = offer.home if offer else named
        if home is None:
            return None
        if named not in (None, home) and key not in (home.facts.ref, setting_key(home.facts)):
            raise Refused(
                f"is the ref of a place at {home.facts.name}; a place elsewhere needs another", where="ref"
            )
        if home.closed:
            raise Refused(f"{home.facts.name} has been closed", where="setting")
        if home.stated not in ("", key):
            raise Refused(f"an earlier row calls {home.facts.name} otherwise", where="setting")
        return home


def merged(old: SettingFacts, new: SettingFacts, names: Iterable[str]) -> SettingFacts:
    """The old facts with those of `names` taken from the new."""
    return replace(old, **{name: getattr(new, name) for name in names})


def _as_stated(row: queries.PlaceRow) -> VacancyFacts:
    """A file that still says what it said before knows nothing new of places given out in between."""
    return replace(row.place.vacancy, accepting=row.stated)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _ignore(_done: object) -> None:
    """A step's record matters to nobody."""
