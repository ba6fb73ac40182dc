"""What a place costs by a tariff, with every step that led there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import half_up, percent_of, pounds
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.price_list import PER_HOUR, Extra, Rate, Step, Tariff
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.domain.vacancy import care_type

CORE = "core"
PREMIUM = "emergency premium"

# The shortest length of each expected stay, in nights: notice goes by it.
STAY_NIGHTS = {"respite": 0, "short": 0, "medium": 84, "long": 183}

# What a line is called: an extra by the hour, and the share of a further child.
_HOURS = re.compile(r" ([0-9.]+) hours$")
_CHILD = re.compile(r"child [0-9]+ at [0-9]+ %")

_ITEM_WORDS = {"dol": "deprivation of liberty", "drug_alcohol": "drug and alcohol use"}


@dataclass(frozen=True, slots=True)
class Quote:
    """A price: `lines` add up to `weekly` pence; `steps` say how; `score` fell in `band`.

    In an emergency one of the lines is the premium, due for its first nights alone.
    """

    band: str
    score: int
    steps: tuple[Step, ...]
    lines: tuple[Line, ...]
    weekly: int
    notice_days: int


def quote(tariff: Tariff, needs: Needs, type: str, place: str = "", extras: Sequence[str] = ()) -> Quote:
    """Price a need by a tariff, for the whole family group of `needs.places` children.

    `type` is a care type, `place` a PLACE code whose own rates, where the tariff has any, come first.
    `extras` are names of the tariff's extras, with hours a week after a colon where priced by the hour
    ("transport:2.5"). Raises Refused where the tariff has no such price.
    """
    kind = care_type(type or place)[0]
    rate_type = place if any(rate.type == place for rate in tariff.rates) else kind
    ages = _age_band(tariff, rate_type, needs.age)
    steps = [Step(f"age {needs.age} → {ages[0]}–{ages[1]}")]
    steps.extend(_scored(tariff, needs))
    score = sum(step.points for step in steps)
    band = _band(tariff, score)
    steps.append(Step(f"= {score} → {band}"))
    core = _core_rate(tariff, rate_type, ages, band)
    lines = _lines(tariff, core.weekly, needs.places, extras, needs.emergency)
    weekly = sum(line.pence for line in lines)
    steps.extend(Step(f"{line.label} {pounds(line.pence)}", 0, line.pence) for line in lines)
    parts = " + ".join(f"{pounds(line.pence)} {line.label}" for line in lines)
    steps.append(Step(f"{parts} = {pounds(weekly)} a week"))
    return Quote(
        band,
        score,
        tuple(steps),
        tuple(lines),
        weekly,
        notice_days(tariff, STAY_NIGHTS[needs.stay]),
    )


def lines_of(tariff: Tariff, terms: Terms, extras: Sequence[str] | None = None) -> tuple[Line, ...]:
    """What the terms cost by a tariff, in the band and with the extras they name: their own lines, where the
    price is the tariff's. `extras` are other ones instead. Raises Refused where it has no such price.
    """
    kind = care_type(terms.place)[0]
    rate_type = terms.place if any(rate.type == terms.place for rate in tariff.rates) else kind
    core = _core_rate(tariff, rate_type, _age_band(tariff, rate_type, terms.age), terms.band)
    emergency = any(line.nights for line in terms.lines)
    wanted = extras_in(terms) if extras is None else extras
    return tuple(_lines(tariff, core.weekly, terms.places, wanted, emergency))


def extras_in(terms: Terms) -> list[str]:
    """The extras that terms by a tariff have, as they are asked for: by name, with the hours behind a colon.

    An extra may well be part of the core; the core price itself and what it is for further children is none.
    """
    labels = [line.label for line in terms.lines if not line.nights] if terms.tariff else []
    return [_HOURS.sub(r":\1", one) for one in labels if one != CORE and not _CHILD.fullmatch(one)]


def is_taken(name: str) -> bool:
    """Whether an extra may not be called so, because a quote's own lines are."""
    return name.casefold() == CORE or bool(_CHILD.fullmatch(name) or _HOURS.search(name))


def _lines(tariff: Tariff, core: int, places: int, extras: Sequence[str], emergency: bool) -> list[Line]:
    lines = [Line(CORE, core, CORE), *_sibling_lines(tariff, places, core), *_extra_lines(tariff, extras)]
    nights = tariff.emergency_nights
    if emergency and tariff.emergency_premium > 0 and nights > 0:
        premium = f"{PREMIUM}, first {nights} nights"
        lines.append(Line(premium, tariff.emergency_premium, "additional", nights))
    return lines


def _age_band(tariff: Tariff, kind: str, age: int) -> tuple[int, int]:
    found = [(rate.age_min, rate.age_max) for rate in tariff.rates if rate.type == kind]
    for low, high in found:
        if low <= age <= high:
            return low, high
    offered = ", ".join(f"{low}–{high}" for low, high in sorted(set(found))) or "no ages at all"
    raise Refused(
        f"{tariff.name} has no {kind} price at age {age}.",
        where="age",
        hint=f"It prices {offered}; another price needs a reason.",
    )


def _scored(tariff: Tariff, needs: Needs) -> list[Step]:
    points = {(score.item, score.value): score.points for score in tariff.scores}
    answers: list[tuple[str, str, str]] = [("ratio", needs.ratio, f"ratio {needs.ratio}")]
    answers += [(risk, level, f"{_words(risk)} {level}") for risk, level in needs.risks]
    answers += [("support", item, f"support {_words(item)}") for item in needs.support]
    if needs.dol:
        answers.append(("dol", "yes", _words("dol")))
    return [
        Step(f"{text} +{points[item, value]}", points[item, value])
        for item, value, text in answers
        if points.get((item, value), 0)
    ]


def _words(item: str) -> str:
    if item == "self_harm":
        return "self-harm"
    return _ITEM_WORDS.get(item, item.replace("_", " "))


def _band(tariff: Tariff, score: int) -> str:
    for band in tariff.bands:
        if band.low <= score <= band.high:
            return band.name
    raise Refused(
        f"{tariff.name} has no band for a score of {score}.", where="band", hint="Check the tariff."
    )


def _core_rate(tariff: Tariff, kind: str, ages: tuple[int, int], band: str) -> Rate:
    for rate in tariff.rates:
        if rate.type == kind and (rate.age_min, rate.age_max) == ages and rate.band == band:
            return rate
    raise Refused(
        f"{tariff.name} has no {kind} price at {ages[0]}–{ages[1]} {band}.",
        where="band",
        hint="Another price needs a reason.",
    )


def _sibling_lines(tariff: Tariff, places: int, core: int) -> list[Line]:
    each = percent_of(core, tariff.sibling_percent)
    return [
        Line(f"child {number} at {tariff.sibling_percent} %", each, CORE) for number in range(2, places + 1)
    ]


def _extra_lines(tariff: Tariff, asked: Sequence[str]) -> Iterator[Line]:
    named: set[str] = set()
    for one in asked:
        name, _, amount = (part.strip() for part in one.partition(":"))
        if name.casefold() in named:
            raise Refused(f"The extra {name} is given twice.", where="extras", hint="Give it once.")
        named.add(name.casefold())
        yield _extra_line(tariff, name, amount)


def _extra_line(tariff: Tariff, name: str, amount: str) -> Line:
    extra = next((one for one in tariff.extras if one.name.casefold() == name.casefold()), None)
    if extra is None:
        offered = ", ".join(one.name for one in tariff.extras) or "none"
        raise Refused(f"{tariff.name} has no extra “{name}”.", where="extras", hint=f"It has {offered}.")
    if extra.per == PER_HOUR:
        hours = _hours(extra, amount)
        shown = f"{float(hours):g}"
        return Line(f"{extra.name} {shown} hours", half_up(hours * extra.pence), extra.part)
    if amount:
        raise Refused(f"{extra.name} is priced by the week.", where="extras", hint="Leave the hours out.")
    return Line(extra.name, extra.pence, extra.part)


def _hours(extra: Extra, amount: str) -> Fraction:
    whole, _, part = amount.partition(".")
    if not (whole.isascii() and whole.isdigit() and len(whole) <= 3 and (not part or part in _QUARTERS)):
        raise Refused(
            f"{extra.name} is priced by the hour.",
            where="extras",
            hint=f"Say how many hours a week, in quarters: {extra.name}:2.5.",
        )
    hours = Fraction(amount)
    if not 0 < hours <= 168:
        raise Refused(f"{amount} hours a week of {extra.name}.", where="extras", hint="Give up to 168.")
    return hours


_QUARTERS = ("0", "00", "25", "5", "50", "75")


def notice_days(tariff: Tariff, nights: int) -> int:
    """Days of notice due for a stay of so many nights; 0 where the tariff has no rule."""
    return next((rule.days for rule in reversed(tariff.notice) if rule.nights_from <= nights), 0)


def retainer(tariff: Tariff, weekly: int) -> int:
    """Pence a week while the place is kept open but empty."""
    return percent_of(weekly, tariff.retainer_percent)
