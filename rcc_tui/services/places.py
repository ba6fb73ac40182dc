"""Settings and their vacancies: offered, confirmed, held, closed, handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from db.queries import places as queries
from rcc_tui.acts import settings as setting_acts
from rcc_tui.acts import vacancies as acts
from rcc_tui.acts.kind import Act
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts, check_setting, check_vacancy
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import must_know
from rcc_tui.services.listing import Listing, check_page
from rcc_tui.services.moments import minute
from rcc_tui.services.outcodes import must_exist
from rcc_tui.services.place_files import ProvidersImport, VacancyImport, import_csv, import_providers
from rcc_tui.services.place_views import (
    HoldView,
    SettingView,
    VacancyView,
    authority_codes,
    differing,
    must_keep,
    place_row,
    setting_row,
    setting_view,
    vacancy_view,
    why_not_for,
)

__all__ = [
    "HoldView",
    "ProvidersImport",
    "SettingView",
    "VacancyImport",
    "VacancyView",
    "add",
    "add_setting",
    "close",
    "confirm",
    "edit",
    "edit_setting",
    "free_for",
    "hand_over",
    "hold",
    "import_csv",
    "import_providers",
    "listing",
    "place_of",
    "release",
    "settings",
    "show",
    "show_setting",
]


def add_setting(desk: Desk, facts: SettingFacts) -> SettingView:
    """Put a setting on the region's list. Raises Refused naming the field.

    An authority adds its own; a hub those of an authority that has no desk yet, until it hands over.
    """
    facts = check_setting(facts)
    must_exist(facts.outcode, "outcode")
    if why := why_not_for(desk, facts.authority):
        raise Refused(f"{why}.", where="authority", hint="Check the authority's code.")
    if desk.read(queries.setting_ref_taken, desk.code, facts.ref):
        raise Refused(f"You have a setting “{facts.ref}” already.", where="ref", hint="Give another ref.")
    with desk.writing() as group:
        done = group.act("setting", setting_acts.Open(facts))
    return show_setting(desk, done.record)


def edit_setting(desk: Desk, id: str, facts: SettingFacts) -> SettingView:
    """Bring a setting to these facts; only what differs is signed. Raises Refused when nothing does."""
    row = setting_row(desk, id)
    must_keep(desk, row.keeper, "setting")
    facts = check_setting(facts)
    if facts.authority != row.facts.authority:
        raise Refused(
            "A setting does not change its authority.", where="authority", hint="Add it as a new setting."
        )
    changed = differing(row.facts, facts)
    if "outcode" in changed:
        must_exist(facts.outcode, "outcode")
    if not changed:
        raise Refused("Nothing has changed.", hint="Change a field, or leave the setting as it is.")
    with desk.writing() as group:
        group.act("setting", setting_acts.Edit(facts, changed), record=row.id)
    return show_setting(desk, row.id)


def settings(desk: Desk, *, mine: bool = True, limit: int = 50, offset: int = 0) -> Listing[SettingView]:
    """The settings this desk acts for, or all of the region, by name."""
    check_page(limit, offset)
    rows, total = desk.read(queries.settings, desk.code if mine else "", limit, offset)
    return Listing(tuple(map(setting_view, rows)), total)


def show_setting(desk: Desk, id: str) -> SettingView:
    """One setting. Raises NotFound."""
    return setting_view(setting_row(desk, id))


def add(desk: Desk, setting_id: str, facts: VacancyFacts) -> VacancyView:
    """Offer places of a setting. Without a day it counts as confirmed today. Raises Refused."""
    home = setting_row(desk, setting_id)
    must_keep(desk, home.keeper, "setting")
    if home.closed:
        raise Refused(f"{home.facts.name} is closed.", where="setting")
    facts = _checked(desk, home.facts, facts)
    facts = replace(facts, confirmed_on=facts.confirmed_on or desk.clock.today().isoformat())
    _must_be_new(desk, facts.ref)
    with desk.writing() as group:
        done = group.act("vacancy", acts.Open(home.id, home.facts.authority, facts))
    return show(desk, done.record)


def edit(desk: Desk, id: str, facts: VacancyFacts) -> VacancyView:
    """Bring a vacancy to these facts; who changes it has looked at it, so it counts as confirmed today.

    Only what differs is signed. Raises Refused when nothing does.
    """
    row = _open_row(desk, id)
    facts = _checked(desk, row.place.setting, facts)
    old = row.place.vacancy
    if facts.ref != old.ref:
        _must_be_new(desk, facts.ref)
    if not differing(old, facts):
        raise Refused("Nothing has changed.", hint="Confirm it instead, or change a field.")
    if facts.confirmed_on == old.confirmed_on:
        facts = replace(facts, confirmed_on=desk.clock.today().isoformat())
    return _act(desk, row, acts.Edit(facts, differing(old, facts)))


def confirm(desk: Desk, id: str) -> VacancyView:
    """Unchanged, as of today."""
    return _act(desk, _open_row(desk, id), acts.Confirm(desk.clock.today().isoformat()))


def hold(desk: Desk, id: str, *, held_for: str, until: str, what: str = "", places: int = 1) -> VacancyView:
    """Keep places for an authority until a time (ISO, to the minute). It lapses by itself.

    Raises Refused when fewer are free, the time is over or nobody is known by that code.
    """
    row = _open_row(desk, id)
    if held_for not in authority_codes(desk):
        raise Refused(f"“{held_for}” is no authority.", where="held_for", hint="Give its DfE code, as 871.")
    if not 1 <= places <= row.place.free:
        raise Refused(
            f"{row.place.free} free, {places} cannot be held.", where="places", hint="Hold what is free."
        )
    return _act(desk, row, acts.Hold(held_for, what.strip(), places, _future(desk, until)))


def release(desk: Desk, id: str, hold: str = "") -> VacancyView:
    """Give up a hold before its time; without saying which, the only one there is. Raises Refused."""
    row = _open_row(desk, id)
    now = minute(desk)
    live = [one for one in row.holds if one.is_live(now) and one.id.startswith(hold.strip().casefold())]
    if not live:
        raise Refused("There is no such hold that still counts.", where="hold", hint="It may have lapsed.")
    if len(live) > 1:
        known = ", ".join(f"{one.id[:8]} for {one.held_for}" for one in live)
        raise Refused("There is more than one hold.", where="hold", hint=f"Say which: {known}.")
    return _act(desk, row, acts.Release(bytes.fromhex(live[0].id)))


def close(desk: Desk, id: str, why: str) -> VacancyView:
    """No longer offered. Raises Refused without a reason."""
    row = _open_row(desk, id)
    if not why.strip():
        raise Refused("The reason is missing.", where="why", hint="Say why in a few words.")
    return _act(desk, row, acts.Close(why.strip()))


def hand_over(desk: Desk, authority: str) -> int:
    """Hand all this hub keeps for an authority over to it, now that it has joined; how many records.

    The places are given out by the desk its roll entry names for that. Raises Refused.
    """
    member = desk.rolls.member(authority)
    if desk.role != "hub":
        raise Refused("Only a hub keeps places for others.", hint="There is nothing to hand over.")
    if member is None or not member.desks:
        raise Refused(
            f"{authority} has no desk on the roll yet.", where="authority", hint="Enrol a desk of it first."
        )
    homes, offered = desk.read(queries.kept_for, desk.code, authority)
    if not homes and not offered:
        raise Refused(f"{desk.code} keeps nothing for {authority}.", where="authority")
    allocator = next((seat for seat in member.desks if seat.allocator), member.desks[0]).key.hex()
    with desk.writing() as group:
        for home in homes:
            group.act("setting", setting_acts.HandOver(authority), record=home)
        for vacancy in offered:
            group.act("vacancy", acts.HandOver(authority, allocator), record=vacancy)
    return len(homes) + len(offered)


def listing(
    desk: Desk, *, mine: bool = True, authority: str = "", limit: int = 50, offset: int = 0
) -> Listing[VacancyView]:
    """The vacancies this desk acts for, closed ones last, or those the region sees.

    `authority` narrows the list to settings of one.
    """
    check_page(limit, offset)
    if authority:
        must_know(desk, authority)
    rows, total = desk.read(
        queries.page,
        keeper=desk.code if mine else "",
        authority=authority,
        limit=limit,
        offset=offset,
        now=minute(desk),
    )
    return Listing(tuple(vacancy_view(desk, row) for row in rows), total)


def show(desk: Desk, id: str) -> VacancyView:
    """One vacancy. Raises NotFound."""
    return vacancy_view(desk, place_row(desk, id))


def place_of(desk: Desk, vacancy_id: str) -> Place:
    """A vacancy with its setting, every hold that counts taken off what is free. Raises NotFound."""
    return place_row(desk, vacancy_id).place


def free_for(desk: Desk, vacancy_id: str, authority: str) -> int:
    """How many places an authority may still have: those free, and those held for it. Raises NotFound."""
    row = place_row(desk, vacancy_id, authority)
    return 0 if row.closed else row.place.free


def _open_row(desk: Desk, id: str) -> queries.PlaceRow:
    """A vacancy this desk may act on. Raises Refused."""
    row = place_row(desk, id)
    must_keep(desk, row.keeper, "vacancy")
    if row.closed:
        raise Refused("This vacancy is closed.", where=row.place.id[:8], hint="Offer the place anew.")
    return row


def _act(desk: Desk, row: queries.PlaceRow, act: Act) -> VacancyView:
    with desk.writing() as group:
        group.act("vacancy", act, record=row.place.id)
    return show(desk, row.place.id)


def _must_be_new(desk: Desk, ref: str) -> None:
    if desk.read(queries.vacancy_ref_taken, desk.code, ref):
        raise Refused(f"You have a vacancy “{ref}” already.", where="ref", hint="Give another ref.")


def _checked(desk: Desk, home: SettingFacts, facts: VacancyFacts) -> VacancyFacts:
    facts = check_vacancy(facts)
    known = authority_codes(desk)
    if stranger := next((code for code in facts.reserved_for if code not in known), ""):
        raise Refused(
            f"“{stranger}” is no authority.", where="reserved_for", hint="Give its DfE code, as 871."
        )
    if home.registered and facts.accepting > home.registered:
        raise Refused(
            f"{facts.accepting} places, but {home.name} has {home.registered} registered.",
            where="accepting",
            hint="Check both counts.",
        )
    return facts


def _future(desk: Desk, until: str) -> str:
    try:
        moment = datetime.fromisoformat(until.strip())
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None or len(until.strip()) <= len("2026-12-01"):
        raise Refused(f"“{until}” is not a time.", where="until", hint="Write it like 2026-12-05T17:00.")
    written = moment.isoformat(timespec="minutes")
    if written <= minute(desk):
        raise Refused("This time is over already.", where="until", hint="Give a time to come.")
    return written
