"""A place in words: what it offers, on what terms, what speaks against it. Marks are letters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.codes import PLACE
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.vacancy import Place, SettingFacts
from screens.pane import fact, section
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.services.places import HoldView, SettingView, VacancyView

SEX_WORDS = {"A": "girls and boys", "F": "girls", "M": "boys"}


MARK_WORDS = {
    "x": "closed",
    "!": "overbooked",
    "s": "stale",
    "f": "full",
    "h": "held",
    "B": "block",
    "P": "protected",
}


def marks(view: VacancyView) -> str:
    """Up to three letters of `MARK_WORDS`, the gravest first."""
    return "".join(_marked(view))[:3]


def mark_words(view: VacancyView) -> list[str]:
    """All that the marks say, in words."""
    return [MARK_WORDS[letter] for letter in _marked(view)]


def _marked(view: VacancyView) -> list[str]:
    closed = view.state == "closed"
    found = {
        "x": closed,
        "!": view.overbooked,
        "s": view.stale and not closed,
        "f": view.state == "full",
        "h": any(not one.lapsed for one in view.holds),
        "B": bool(view.reservation),
        "P": bool(view.place.vacancy.protected),
    }
    return [letter for letter, holds in found.items() if holds]


def vacancy_lines(view: VacancyView, name_of: Callable[[str], str]) -> list[Content]:
    """Everything about a vacancy of ours."""
    place = view.place
    held = [one for one in view.holds if not one.lapsed]
    return [
        join((place.setting.name, "bold"), safe(f"  {place.vacancy.ref}  ({view.state})")),
        *_warnings(view),
        fact("Counts", _counts(place.setting)),
        fact("Offered", f"{place.vacancy.accepting}, of which {place.free} free"),
        *offer_lines(place),
        fact("Confirmed", show_date(place.vacancy.confirmed_on) or "never"),
        fact("Given out by", view.allocator_name or f"{view.allocator[:8]}, which is on the roll no more"),
        *section("Holds", [_hold(one, name_of) for one in held]),
        *section("Setting", setting_facts(place.setting)),
    ]


def _warnings(view: VacancyView) -> list[Content]:
    said = (
        ("! overbooked: more places given out than there are", view.overbooked),
        ("s stale: not confirmed for 14 days; c confirms it", view.stale and view.state != "closed"),
        ("f full: every place is given out", view.state == "full"),
        (f"B {view.reservation}", bool(view.reservation)),
        (f"P protected for {view.place.vacancy.protected}", bool(view.place.vacancy.protected)),
        (f"kept by {view.keeper} on behalf of {view.place.setting.authority}", view.on_behalf),
    )
    return [safe(text, "bold") for text, holds in said if holds]


def _counts(setting: SettingFacts) -> str:
    return (
        f"{setting.registered} registered, {setting.occupied} occupied, {setting.reserved} reserved"
        if setting.registered
        else "registered places not said"
    )


def offer_lines(place: Place) -> list[Content]:
    """For whom, and on what terms."""
    vacancy = place.vacancy
    can = [
        word
        for word, holds in (
            ("emergencies", vacancy.emergency),
            ("solo", vacancy.solo),
            (f"{vacancy.siblings} siblings together", vacancy.siblings > 1),
            ("ground floor", vacancy.ground_floor),
            ("education on site", vacancy.education),
        )
        if holds
    ]
    lines = [
        fact("For", f"{SEX_WORDS.get(vacancy.sex, vacancy.sex)} of {vacancy.age_min} to {vacancy.age_max}")
    ]
    lines += [fact("Needs met", ", ".join(vacancy.needs))] if vacancy.needs else []
    lines += [fact("Takes", ", ".join(can))] if can else []
    lines += [fact("Stays", ", ".join(vacancy.stays))] if vacancy.stays else []
    lines += [fact("Adults", vacancy.ratio)] if vacancy.ratio not in ("standard", "unspecified") else []
    lines += [fact("Free from", show_date(vacancy.available_from))] if vacancy.available_from else []
    return [*lines, fact("Price", f"{pounds(vacancy.weekly)} a week" if vacancy.weekly else "by the tariff")]


def setting_facts(setting: SettingFacts) -> list[Content]:
    """Where and what a setting is; what is not known is left out."""
    known = (
        ("Provider", setting.provider),
        ("Type", f"{setting.place} {PLACE.get(setting.place, setting.type)}"),
        ("Where", " ".join(part for part in (setting.town, setting.outcode) if part)),
        ("Ofsted URN", setting.urn),
        ("Last grade", setting.grade),
        ("Sector", setting.sector),
        ("Framework", setting.framework),
        ("Own ref", setting.ref),
    )
    return [fact(label, value) for label, value in known if value]


def setting_lines(view: SettingView) -> list[Content]:
    """A setting that offers nothing."""
    return [
        join((view.facts.name, "bold"), "  no vacancy; n offers one"),
        fact("Counts", _counts(view.facts)),
        *setting_facts(view.facts),
    ]


def _hold(hold: HoldView, name_of: Callable[[str], str]) -> Content:
    until = f"{show_date(hold.until[:10])} {hold.until[11:16]}"
    what = f", {hold.what}" if hold.what else ""
    return safe(f" {hold.places} for {hold.held_for} {name_of(hold.held_for)} until {until}{what}")
