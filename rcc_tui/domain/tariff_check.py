"""Whether a tariff says one price, and only one, for every need it claims to cover."""

from __future__ import annotations

from collections.abc import Iterable

from rcc_tui.domain.dates import iso_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import MAX_AGE, RATIOS, RISK_LEVELS, RISKS, SUPPORTS
from rcc_tui.domain.price_list import PER_HOUR, PER_WEEK, Rate, Tariff
from rcc_tui.domain.quote import is_taken
from rcc_tui.domain.terms import PARTS
from rcc_tui.domain.vacancy import care_type

# What the request can answer, and so what a tariff can score.
SCORABLE: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(RISKS, RISK_LEVELS),
    "ratio": RATIOS,
    "support": SUPPORTS,
    "dol": ("yes",),
}


def check_tariff(tariff: Tariff) -> Tariff:
    """The tariff itself when it is whole. Raises Refused naming the first gap, overlap or missing band."""
    _check_head(tariff)
    _check_bands(tariff)
    _check_scores(tariff)
    _check_rates(tariff)
    _check_extras(tariff)
    _check_notice(tariff)
    return tariff


def _refuse(message: str, where: str, hint: str = "Correct the tariff document.") -> Refused:
    return Refused(message, where=where, hint=hint)


def _check_head(tariff: Tariff) -> None:
    if not tariff.name.strip():
        raise _refuse("The tariff has no name.", "name")
    if tariff.version < 1:
        raise _refuse(f"Version {tariff.version} is not a version.", "version", "Count from 1.")
    start = iso_date(tariff.valid_from, "valid_from")
    if tariff.valid_to and iso_date(tariff.valid_to, "valid_to") < start:
        raise _refuse("valid_to lies before valid_from.", "valid_to")
    for field, high in (("sibling_percent", 200), ("retainer_percent", 100), ("emergency_nights", 365)):
        if not 0 <= getattr(tariff, field) <= high:
            raise _refuse(f"{field} is {getattr(tariff, field)}.", field, f"Give 0 to {high}.")
    if tariff.emergency_premium < 0:
        raise _refuse("emergency_premium is below zero.", "emergency_premium")
    if not -5_000 <= tariff.uplift <= 10_000:
        raise _refuse(f"An uplift of {tariff.uplift} hundredths of a percent.", "uplift")


def _check_bands(tariff: Tariff) -> None:
    if not tariff.bands:
        raise _refuse("The tariff has no need bands.", "bands")
    names = [band.name for band in tariff.bands]
    if twice := _first_twice(names):
        raise _refuse(f"The band {twice} is given twice.", "bands")
    ordered = sorted(tariff.bands, key=lambda band: band.low)
    _check_tiling(((band.low, band.high, band.name) for band in ordered), 0, "bands", "score")


def _check_tiling(spans: Iterable[tuple[int, int, str]], first: int | None, where: str, unit: str) -> None:
    """Spans, in order of their start, that follow one another without gap or overlap."""
    expected = first
    previous = "the start"
    for low, high, name in spans:
        if high < low:
            raise _refuse(f"{name} runs backwards, {low} to {high}.", where)
        if expected is not None and low < expected:
            raise _refuse(f"{previous} and {name} overlap at {unit} {low}.", where)
        if expected is not None and low > expected:
            raise _refuse(f"Nothing covers {unit} {expected}, between {previous} and {name}.", where)
        expected, previous = high + 1, name


def _check_scores(tariff: Tariff) -> None:
    for score in tariff.scores:
        if score.value not in SCORABLE.get(score.item, ()):
            known = ", ".join(SCORABLE.get(score.item, SCORABLE))
            raise _refuse(f"No request says {score.item} {score.value}.", "scores", f"Known: {known}.")
        if score.points < 0:
            raise _refuse(f"{score.item} {score.value} scores below zero.", "scores")
    if twice := _first_twice([f"{score.item} {score.value}" for score in tariff.scores]):
        raise _refuse(f"{twice} is scored twice.", "scores")
    best = {score.item: 0 for score in tariff.scores}
    for score in tariff.scores:
        # Support items add up; of any other item only one value holds.
        summed = best[score.item] + score.points
        best[score.item] = summed if score.item == "support" else max(best[score.item], score.points)
    reach, covered = sum(best.values()), max(band.high for band in tariff.bands)
    if reach > covered:
        raise _refuse(f"Scores reach {reach}, the bands only {covered}.", "bands", "Raise the last band.")


def _check_rates(tariff: Tariff) -> None:
    if not tariff.rates:
        raise _refuse("The tariff has no rates.", "rates")
    bands = [band.name for band in tariff.bands]
    by_type: dict[str, dict[tuple[int, int], list[Rate]]] = {}
    for rate in tariff.rates:
        care_type(rate.type)
        if rate.band not in bands:
            raise _refuse(f"{_named(rate)} names no band of this tariff.", f"rates.{rate.type}")
        if rate.weekly < 0 or not 0 <= rate.age_min <= rate.age_max <= MAX_AGE:
            raise _refuse(f"{_named(rate)} has an impossible age or price.", f"rates.{rate.type}")
        by_type.setdefault(rate.type, {}).setdefault((rate.age_min, rate.age_max), []).append(rate)
    for kind, ages in by_type.items():
        for (low, high), rates in ages.items():
            _check_band_row([rate.band for rate in rates], bands, f"{kind} {low}–{high}")
        spans = ((low, high, f"{kind} {low}–{high}") for low, high in sorted(ages))
        _check_tiling(spans, None, f"rates.{kind}", "age")


def _check_band_row(given: list[str], bands: list[str], row: str) -> None:
    if twice := _first_twice(given):
        raise _refuse(f"{row} has two prices for {twice}.", "rates")
    if missing := [band for band in bands if band not in given]:
        raise _refuse(f"{row} has no price for {', '.join(missing)}.", "rates")


def _named(rate: Rate) -> str:
    return f"{rate.type} {rate.age_min}–{rate.age_max} {rate.band}"


def _check_extras(tariff: Tariff) -> None:
    if twice := _first_twice([extra.name for extra in tariff.extras]):
        raise _refuse(f"The extra {twice} is given twice.", "extras")
    for extra in tariff.extras:
        if extra.per not in (PER_WEEK, PER_HOUR):
            raise _refuse(f"{extra.name} is priced per {extra.per}.", "extras", "Per week or per hour.")
        if extra.part not in PARTS:
            raise _refuse(f"{extra.name} is no part {extra.part}.", "extras", f"One of {', '.join(PARTS)}.")
        if extra.pence < 0 or not extra.name.strip() or ":" in extra.name or is_taken(extra.name):
            raise _refuse(f"The extra “{extra.name}” has an impossible name or price.", "extras")


def _check_notice(tariff: Tariff) -> None:
    starts = [rule.nights_from for rule in tariff.notice]
    if starts and (starts[0] != 0 or starts != sorted(set(starts))):
        raise _refuse("Notice rules must begin at 0 nights and rise.", "notice")
    if any(rule.days < 0 for rule in tariff.notice):
        raise _refuse("Notice is below zero days.", "notice")


def _first_twice(names: list[str]) -> str:
    return next((name for at, name in enumerate(names) if name in names[:at]), "")
