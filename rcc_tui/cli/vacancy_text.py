"""How vacancies read: as documents for scripts, as lines and tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rcc_tui.cli.output import Column, blocks, cut, day, fields, short, table, yes
from rcc_tui.cli.placing import as_json
from rcc_tui.domain.money import pounds

if TYPE_CHECKING:
    from rcc_tui.services.places import VacancyImport, VacancyView


def vacancy_json(view: VacancyView) -> dict[str, object]:
    """A vacancy with the keys scripts rely on."""
    place, facts = view.place, view.place.vacancy
    holds = [
        {
            "id": hold.id,
            "held_for": hold.held_for,
            "what": hold.what,
            "places": hold.places,
            "until": hold.until,
            "lapsed": hold.lapsed,
        }
        for hold in view.holds
    ]
    return {
        "id": view.id,
        **as_json(facts),
        "state": view.state,
        "free": place.free,
        "setting_id": place.setting_id,
        "setting": place.setting.name,
        "provider": place.setting.provider,
        "authority": place.setting.authority,
        "type": place.setting.type,
        "place": place.setting.place,
        "outcode": place.setting.outcode,
        "town": place.setting.town,
        "urn": place.setting.urn,
        "sector": place.setting.sector,
        "registered": place.setting.registered,
        "keeper": view.keeper,
        "allocator": view.allocator,
        "allocator_name": view.allocator_name,
        "on_behalf": view.on_behalf,
        "overbooked": view.overbooked,
        "stale": view.stale,
        "reservation": view.reservation,
        "holds": holds,
    }


def _price(weekly: int) -> str:
    return pounds(weekly) if weekly else "tariff"


def _marks(view: VacancyView) -> str:
    marks = (("OVERBOOKED", view.overbooked), ("stale", view.stale), ("on behalf", view.on_behalf))
    return ", ".join((*(name for name, holds in marks if holds), *filter(None, (view.reservation,))))


def listed(rows: Sequence[VacancyView], total: int) -> str:
    """Vacancies as a table."""
    columns = (
        *("id", "ref", "setting", "authority", "type", "outcode", Column("accepting", right=True)),
        *(Column("free", right=True), "ages", "sex", Column("weekly", right=True), "state", "marks"),
    )
    body = [
        (
            short(one.id),
            one.place.vacancy.ref,
            one.place.setting.name,
            one.place.setting.authority,
            one.place.setting.place,
            one.place.setting.outcode,
            str(one.place.vacancy.accepting),
            str(one.place.free),
            f"{one.place.vacancy.age_min}–{one.place.vacancy.age_max}",
            one.place.vacancy.sex,
            _price(one.place.vacancy.weekly),
            one.state,
            _marks(one),
        )
        for one in rows
    ]
    return blocks(table(body, columns) or "No vacancies.", cut(len(rows), total))


def vacancy_text(view: VacancyView) -> str:
    """One vacancy, field by field, and its holds."""
    setting, facts = view.place.setting, view.place.vacancy
    said = fields(
        (
            ("vacancy", view.id),
            ("ref", facts.ref),
            ("state", view.state),
            ("setting", f"{setting.name} ({short(view.place.setting_id)})"),
            ("provider", setting.provider),
            ("authority", f"{setting.authority} {view.place.authority_name}".strip()),
            ("type", f"{setting.place} {setting.type}"),
            ("where", f"{setting.outcode} {setting.town}".strip()),
            ("accepting", f"{facts.accepting}, {view.place.free} free"),
            ("ages, sex", f"{facts.age_min} to {facts.age_max}, {facts.sex}"),
            ("needs", ", ".join(facts.needs)),
            ("siblings", str(facts.siblings) if facts.siblings > 1 else ""),
            ("ratio", facts.ratio if facts.ratio != "standard" else ""),
            ("stays", ", ".join(facts.stays)),
            ("solo", yes(facts.solo)),
            ("emergency", yes(facts.emergency)),
            ("ground floor", yes(facts.ground_floor)),
            ("education on site", yes(facts.education)),
            ("a week", _price(facts.weekly)),
            ("available from", day(facts.available_from)),
            ("reserved", view.reservation),
            ("protected", facts.protected),
            ("given out by", view.allocator_name or f"{short(view.allocator)}, on the roll no more"),
            ("confirmed on", day(facts.confirmed_on)),
            ("marks", _marks(view)),
        )
    )
    holds = [
        (
            short(hold.id),
            hold.held_for,
            str(hold.places),
            day(hold.until),
            "lapsed" if hold.lapsed else "",
            hold.what,
        )
        for hold in view.holds
    ]
    return blocks(said, table(holds, ("hold", "for", Column("places", right=True), "until", "", "what")))


def imported_json(found: VacancyImport) -> dict[str, object]:
    """The outcome of an import with the keys scripts rely on."""
    return {
        "new": found.new,
        "changed": found.changed,
        "known": found.known,
        "refused": found.refused,
        "rejected_file": str(found.rejected_file),
        "unknown_columns": list(found.unknown_columns),
    }


def imported_text(found: VacancyImport, *, dry_run: bool) -> str:
    """The outcome in a few lines."""
    would = "would be " if dry_run else ""
    return fields(
        (
            (f"{would}new", f"{found.new:,}"),
            (f"{would}changed", f"{found.changed:,}"),
            ("known", f"{found.known:,}"),
            ("refused", f"{found.refused:,}"),
            ("rejected rows", str(found.rejected_file or "")),
            ("unknown columns", ", ".join(found.unknown_columns)),
        )
    )
