"""A place that was found, in words: why it ranks where it does, what stands against it, what it offers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.geography import UNKNOWN_MILES, borderline
from rcc_tui.domain.money import pounds
from rcc_tui.domain.vacancy import Place, is_stale, reservation
from screens.needs_words import risks_known, who
from screens.pane import fact, section
from screens.place_text import offer_lines, setting_facts
from screens.widgets.rows import Column, Row
from screens.widgets.text import join, safe

if TYPE_CHECKING:
    from rcc_tui.services.finding import Hit
    from rcc_tui.services.requests import RequestView

COLUMNS = (
    Column("setting", "Setting", 13, flex=3),
    Column("authority", "Authority", 10, flex=1, priority=1),
    Column("where", "Where", 8, flex=1, priority=4),
    Column("type", "Type", 4, priority=3),
    Column("ages", "Ages", 5, priority=2),
    Column("free", "Free", 4, align="right"),
    Column("miles", "Miles", 5, align="right"),
    Column("weekly", "A week", 10, align="right"),
)


def hit_row(hit: Hit, today: date, shortlist: Iterable[str], fresh: Iterable[str] = ()) -> Row:
    """A place found, as a row."""
    place = hit.place
    cells = (
        place.setting.name,
        place.authority_name,
        place.setting.town or place.setting.outcode,
        place.setting.place,
        f"{place.vacancy.age_min}-{place.vacancy.age_max}",
        str(place.free),
        miles(hit.miles),
        pounds(hit.weekly) if hit.weekly else "by tariff",
    )
    return Row(hit.id, cells, "".join(letter for letter, _ in marked(hit, today, shortlist, fresh))[:3])


def miles(distance: float) -> str:
    """Miles to one place; `~` where it may lie on either side of twenty, `?` where it is not known."""
    if distance >= UNKNOWN_MILES:
        return "?"
    return f"{'~' if borderline(distance) else ''}{distance:.1f}"


def marked(
    hit: Hit, today: date, shortlist: Iterable[str], fresh: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """The letters that mark a place, the gravest first, and what each means."""
    vacancy = hit.place.vacancy
    confirmed = show_date(vacancy.confirmed_on)
    found = (
        ("x", "does not fit, see below", bool(hit.barriers)),
        ("N", "new: it came, or was given back, since this request was last searched for", hit.id in fresh),
        ("L", "on the shortlist; s takes it off", hit.id in shortlist),
        ("s", f"stale: last confirmed {confirmed or 'never'}", is_stale(vacancy.confirmed_on, today)),
        ("B", reservation(vacancy, today), bool(reservation(vacancy, today))),
        ("P", f"protected for {vacancy.protected}", bool(vacancy.protected)),
        ("E", "takes emergencies", vacancy.emergency),
    )
    return [(letter, words) for letter, words, holds in found if holds]


def hit_lines(hit: Hit, today: date, shortlist: Iterable[str], fresh: Iterable[str] = ()) -> list[Content]:
    """A place found: first what decides, then everything else."""
    place = hit.place
    price = f"{pounds(hit.weekly)} a week" if hit.weekly else "price by the tariff"
    own = "" if place.vacancy.weekly or not hit.weekly else " (by the tariff)"
    return [
        join((place.setting.name, "bold"), f"  {place.authority_name} · {where(place)} · {price}{own}"),
        *(safe(f"x {barrier}", "bold") for barrier in hit.barriers),
        reason_line(hit),
        *(
            safe(f"{letter} {words}")
            for letter, words in marked(hit, today, shortlist, fresh)
            if letter != "x"
        ),
        *offer_lines(place),
        fact("Distance", distance(hit.miles)),
        fact("Confirmed", show_date(place.vacancy.confirmed_on) or "never"),
        *section("Setting", [*setting_facts(place.setting), fact("Vacancy", place.vacancy.ref)]),
    ]


def reason_line(hit: Hit) -> Content:
    """Why the place ranks where it does: the points, the weightiest first."""
    if not hit.reasons:
        return fact("Rank", "nothing asked that tells places apart")
    ordered = sorted(hit.reasons, key=lambda reason: -abs(reason[1]))
    said = (f"{points:+d} {words}" if points else words for words, points in ordered)
    return fact(f"Rank {hit.score}", " · ".join(said))


def distance(far: float) -> str:
    """Miles in words."""
    if far >= UNKNOWN_MILES:
        return "not known: say where to measure from, such as: from SL1"
    about = ", about 20: it may lie on either side" if borderline(far) else ""
    return f"{far:.1f} miles{about}"


def where(place: Place) -> str:
    """Town and outcode, as far as known."""
    return " ".join(part for part in (place.setting.town, place.setting.outcode) if part) or "place not said"


def whom_line(request: RequestView) -> str:
    """For whom is being searched."""
    needs = request.needs
    parts = [f"For {who(needs)}"]
    parts += [f"{needs.siblings} together"] if needs.siblings > 1 else []
    parts += [f"from {needs.home}"] if needs.home else []
    parts += [f"by {show_date(needs.needed_by)}"] if needs.needed_by else []
    parts += ["EMERGENCY"] if needs.emergency else []
    parts += [", ".join(needs.needs)] if needs.needs else []
    return " · ".join([*parts, *risks_known(needs)])


def request_label(request: RequestView) -> str:
    """An open request, to pick it from a list."""
    return f"{whom_line(request)} ({request.id[:4]}…)"
