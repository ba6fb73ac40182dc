"""Places from files: the vacancy CSV of providers and authorities, and Ofsted's provider lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

import fixtures
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts, care_type, check_setting
from rcc_tui.interop import vacancy_csv
from rcc_tui.interop.providers import ProviderRow, read_providers
from rcc_tui.interop.tables import REFUSED, Problem, column_key, read_table
from rcc_tui.interop.vacancy_csv import Rejected, VacancyRow, setting_key
from rcc_tui.services.desk import Desk
from rcc_tui.services.outcodes import must_exist
from rcc_tui.services.place_plan import Offer, Plan, merged
from rcc_tui.services.place_views import authority_codes, why_not_for

# What a column of the file says of a setting; a column that is not in the file leaves its facts alone.
_SETTING_COLUMNS = {
    "provider": ("provider",),
    "setting": ("name",),
    "urn": ("urn",),
    "town": ("town",),
    "outcode": ("outcode",),
    "type": ("type", "place"),
    "sector": ("sector",),
    "registered": ("registered",),
}
_OF_SETTING = {*_SETTING_COLUMNS, "authority"}
_VACANCY_COLUMNS = tuple(
    name for name in (*vacancy_csv.REQUIRED, *vacancy_csv.OPTIONAL) if name not in _OF_SETTING
)
# What a provider list knows best; its other facts only fill gaps.
_OFSTED = ("registered", "grade")
_FILLED = ("town", "outcode", "urn", "sector")


@dataclass(frozen=True, slots=True)
class VacancyImport:
    """What became of the rows of a file. `rejected_file` is where the bad ones are, empty when none."""

    new: int
    changed: int
    known: int
    refused: int
    rejected_file: str
    unknown_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProvidersImport:
    """What became of the rows of a list; `problems` name each row not taken, and why."""

    new: int
    known: int
    refused: int
    problems: tuple[Problem, ...]
    changed: int = 0


def import_csv(desk: Desk, path: Path, *, dry_run: bool = False) -> VacancyImport:
    """Put the places of a vacancy CSV in: good rows together in one transaction, bad ones into
    FILE.rejected.csv with the reason.

    A row is known by its `ref`: the same facts again change nothing, others are edited in. `dry_run`
    says what would happen and writes nothing. Raises Refused when the file is no such table.
    """
    file = vacancy_csv.read_vacancies(path, desk.clock.today(), authority_codes(desk))
    taking = _Taking(desk, {column_key(name) for name in file.header})
    tally: Counter[str] = Counter()
    faults: dict[int, tuple[str, str]] = {}
    left = list(file.rows)
    # A row may be refused only for what a later one puts right (the registered places of its setting, say):
    # it is tried again as long as others go in, or the same file would change something the second time.
    while left:
        tried, left = left, []
        for row in tried:
            try:
                tally[taking.row(row)] += 1
                faults.pop(row.row, None)
            except Refused as refused:
                faults[row.row] = (refused.where, f"{refused.where} {refused.message}")
                left.append(row)
        if len(left) == len(tried):
            break
    rejected = sorted((*file.rejected, *_rejected(path, faults)), key=lambda one: one.row)
    written = ""
    if not dry_run:
        written = _done(desk, taking.plan, path, file.header, rejected)
    return VacancyImport(
        tally["new"], tally["changed"], tally["known"], len(rejected), written, file.unknown_columns
    )


class _Taking:
    """Goes through the rows of a vacancy CSV."""

    def __init__(self, desk: Desk, columns: set[str]) -> None:
        self.plan = Plan(desk)
        self._desk = desk
        self._why_not: dict[str, str] = {}
        self._of_setting = [
            name for one, names in _SETTING_COLUMNS.items() if one in columns for name in names
        ]
        self._of_vacancy = [name for name in _VACANCY_COLUMNS if name in columns]

    def row(self, row: VacancyRow) -> str:
        """Plan one row: new, changed or known. Raises Refused, with the column, and plans nothing."""
        if why := self._reason_against(row.setting.authority):
            raise Refused(why, where="authority")
        must_exist(row.setting.outcode, "outcode")
        offer = self.plan.offers.get(row.ref)
        key = row.setting.ref
        home = self.plan.home_for(key, offer)
        facts = self._vacancy(row, offer)
        if home is None:
            home = self.plan.open_home(key, row.setting)
            changed = True
        else:
            setting = home.facts if home.stated else self._setting(home.facts, row.setting)
            _check(setting, row.setting, facts)
            home.stated = key
            self.plan.homes[key] = home
            changed = self.plan.edit_home(home, setting)
        if offer is None:
            self.plan.open_offer(home, facts)
            return "new"
        changed = self.plan.edit_offer(offer, facts) or changed
        return "changed" if changed else "known"

    def _reason_against(self, authority: str) -> str:
        if authority not in self._why_not:
            self._why_not[authority] = why_not_for(self._desk, authority)
        return self._why_not[authority]

    def _setting(self, old: SettingFacts, new: SettingFacts) -> SettingFacts:
        names = self._of_setting
        kind, place = care_type(new.type)
        if old.type == kind and new.place == place:
            # "foster" says no more than the PLACE code already known.
            names = [name for name in names if name != "place"]
        return merged(old, new, names)

    def _vacancy(self, row: VacancyRow, offer: Offer | None) -> VacancyFacts:
        if offer is None:
            return row.vacancy
        return replace(offer.facts, **{name: getattr(row.vacancy, name) for name in self._of_vacancy})


def _check(home: SettingFacts, said: SettingFacts, facts: VacancyFacts) -> None:
    if home.authority != said.authority:
        raise Refused(f"is {said.authority}, but {home.name} belongs to {home.authority}", where="authority")
    if home.registered and facts.accepting > home.registered:
        raise Refused(f"is more than the {home.registered} registered places", where="accepting")


def _rejected(path: Path, faults: dict[int, tuple[str, str]]) -> list[Rejected]:
    """The rows that were well written and still cannot go in, with their cells as sent."""
    if not faults:
        return []
    table = read_table(path)
    names = dict(zip(table.columns, table.header, strict=True))
    return [
        Rejected(
            row.line,
            {names[column]: cell for column, cell in row.cells.items()},
            faults[row.line][1],
            faults[row.line][0],
        )
        for row in table.rows
        if row.line in faults
    ]


def _done(desk: Desk, plan: Plan, path: Path, header: tuple[str, ...], rejected: list[Rejected]) -> str:
    """Do what was planned and write the rejected rows; both or neither."""
    if not plan.steps:
        return str(vacancy_csv.write_rejected(path, header, rejected)) if rejected else ""
    with desk.writing() as group:
        plan.do(group)
        return str(vacancy_csv.write_rejected(path, header, rejected)) if rejected else ""


def import_providers(desk: Desk, path: Path) -> ProvidersImport:
    """Put the settings of a provider list in, in one transaction: those of my authority, or at a hub those
    of authorities without a desk. Places, grade and gaps are brought up to date; twice changes nothing.

    Raises Refused when the file is no such list.
    """
    members = desk.rolls.latest.members if desk.rolls.latest else ()
    names = {one.name: one.code for one in fixtures.authorities()}
    names.update({one.name: one.code for one in members if one.role == "authority"})
    found = read_providers(path, names)
    plan = Plan(desk)
    problems = list(found.problems)
    tally: Counter[str] = Counter()
    against = {code: why_not_for(desk, code) for code in set(names.values())}
    for row in found.settings:
        try:
            if why := against[row.authority]:
                raise Refused(why, where="local authority")
            tally[_provider_row(plan, row)] += 1
        except Refused as refused:
            reason = f"{refused.message} {refused.hint}".strip()
            problems.append(Problem(path.name, row.row, refused.where, row.urn, reason))
    if plan.steps:
        with desk.writing() as group:
            plan.do(group)
    refused_rows = {one.row for one in problems if one.severity == REFUSED}
    problems.sort(key=lambda one: one.row)
    return ProvidersImport(tally["new"], tally["known"], len(refused_rows), tuple(problems), tally["changed"])


def _provider_row(plan: Plan, row: ProviderRow) -> str:
    facts = SettingFacts(
        ref="",
        name=row.name,
        provider=row.owner or row.name,
        authority=row.authority,
        type=row.type,
        place=row.place,
        outcode=row.outcode,
        town=row.town,
        urn=row.urn,
        sector=row.sector,
        registered=row.places,
        grade=row.grade,
    )
    key = setting_key(facts)
    facts = check_setting(replace(facts, ref=key))
    home = plan.home_for(key, None)
    if home is None:
        plan.open_home(key, facts)
        return "new"
    if home.stated:
        return "known"
    home.stated = key
    names = [name for name in _OFSTED if getattr(facts, name)]
    names += [name for name in _FILLED if not getattr(home.facts, name)]
    return "changed" if plan.edit_home(home, merged(home.facts, facts, names)) else "known"
