"""Whether a tariff says one price, and only one, for every need it claims to cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

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

_MOST = 12  # of further faults are named


def check_tariff(tariff: Tariff) -> Tariff:
    """The tariff itself when it is whole. Raises Refused naming the first gap, overlap or missing band; what
    else is wrong stands in its hint, so that a list is put right at once."""
    found = list(faults(tariff))
    if found:
        raise all_of(found)
    return tariff


def all_of(found: Sequence[Refused]) -> Refused:
    """Several faults as one: the first as it is, the others by where they are and what they are."""
    first, others = found[0], found[1:]
    if not others:
        return first
    more = "; ".join(f"{one.where}: {one.message.rstrip('.')}" for one in others[:_MOST])
    rest = f"; and {len(others) - _MOST} more" if len(others) > _MOST else ""
    return Refused(first.message, where=first.where, hint=f"{first.hint} Also wrong: {more}{rest}.")


def faults(tariff: Tariff) -> Iterator[Refused]:
    """Everything that is wrong with a tariff, in the order in which it is written."""
    for check in (_check_head, _check_bands, _check_scores, _check_rates, _check_extras, _check_notice):
        try:
            yield from check(tariff)
        except Refused as refused:  # of a day or a code that is none: what follows in this part rests on it
            yield refused


def _refuse(message: str, where: str, hint: str = "Correct the tariff document.") -> Refused:
    return Refused(message, where=where, hint=hint)


def _check_head(tariff: Tariff) -> Iterator[Refused]:
    if not tariff.name.strip():
        yield _refuse("The tariff has no name.", "name")
    if tariff.version < 1:
        yield _refuse(f"Version {tariff.version} is not a version.", "version", "Count from 1.")
    for field, high in (("sibling_percent", 200), ("retainer_percent", 100), ("emergency_nights", 365)):
        if not 0 <= getattr(tariff, field) <= high:
            yield _refuse(f"{field} is {getattr(tariff, field)}.", field, f"Give 0 to {high}.")
    if tariff.emergency_premium < 0:
        yield _refuse("emergency_premium is below zero.", "emergency_premium")
    if not -5_000 <= tariff.uplift <= 10_000:
        yield _refuse(f"An uplift of {tariff.uplift} hundredths of a percent.", "uplift")
    start = iso_date(tariff.valid_from, "valid_from")
    if tariff.valid_to and iso_date(tariff.valid_to, "valid_to") < start:
        yield _refuse("valid_to lies before valid_from.", "valid_to")


def _check_bands(tariff: Tariff) -> Iterator[Refused]:
    if not tariff.bands:
        yield _refuse("The tariff has no need bands.", "bands")
    names = [band.name for band in tariff.bands]
    if twice := _first_twice(names):
        yield _refuse(f"The band {twice} is given twice.", "bands")
    ordered = sorted(tariff.bands, key=lambda band: band.low)
    yield from _check_tiling(((band.low, band.high, band.name) for band in ordered), 0, "bands", "score")


def _check_tiling(
    spans: Iterable[tuple[int, int, str]], first: int | None, where: str, unit: str
) -> Iterator[Refused]:
    """Spans, in order of their start, that follow one another without gap or overlap."""
    expected = first
    previous = "the start"
    for low, high, name in spans:
        if high < low:
            yield _refuse(f"{name} runs backwards, {low} to {high}.", where)
        elif expected is not None and low < expected:
            yield _refuse(f"{previous} and {name} overlap at {unit} {low}.", where)
        elif expected is not None and low > expected:
            yield _refuse(f"Nothing covers {unit} {expected}, between {previous} and {name}.", where)
        expected, previous = max(high + 1, expected or 0), name


def _check_scores(tariff: Tariff) -> Iterator[Refused]:
    for score in tariff.scores:
        if score.value not in SCORABLE.get(score.item, ()):
            known = ", ".join(SCORABLE.get(score.item, SCORABLE))
            yield _refuse(f"No request says {score.item} {score.value}.", "scores", f"Known: {known}.")
        if score.points < 0:
            yield _refuse(f"{score.item} {score.value} scores below zero.", "scores")
    if twice := _first_twice([f"{score.item} {score.value}" for score in tariff.scores]):
        yield _refuse(f"{twice} is scored twice.", "scores")
    best = {score.item: 0 for score in tariff.scores}
    for score in tariff.scores:
        # Support items add up; of any other item only one value holds.
        summed = best[score.item] + score.points
        best[score.item] = summed if score.item == "support" else max(best[score.item], score.points)
    reach, covered = sum(best.values()), max((band.high for band in tariff.bands), default=None)
    if covered is not None and reach > covered:
        yield _refuse(f"Scores reach {reach}, the bands only {covered}.", "bands", "Raise the last band.")


def _check_rates(tariff: Tariff) -> Iterator[Refused]:
    if not tariff.rates:
        yield _refuse("The tariff has no rates.", "rates")
    bands = [band.name for band in tariff.bands]
    by_type: dict[str, dict[tuple[int, int], list[Rate]]] = {}
    for rate in tariff.rates:
        try:
            care_type(rate.type)
        except Refused as refused:
            yield _refuse(refused.message, f"rates.{rate.type}", refused.hint)
            continue
        if rate.band not in bands:
            yield _refuse(f"{_named(rate)} names no band of this tariff.", f"rates.{rate.type}")
        if rate.weekly < 0 or not 0 <= rate.age_min <= rate.age_max <= MAX_AGE:
            yield _refuse(f"{_named(rate)} has an impossible age or price.", f"rates.{rate.type}")
        else:
            by_type.setdefault(rate.type, {}).setdefault((rate.age_min, rate.age_max), []).append(rate)
    for kind, ages in by_type.items():
        where = f"rates.{kind}"
        for (low, high), rates in ages.items():
            yield from _check_band_row([one.band for one in rates], bands, f"{kind} {low}–{high}", where)
        spans = ((low, high, f"{kind} {low}–{high}") for low, high in sorted(ages))
        yield from _check_tiling(spans, None, where, "age")


def _check_band_row(given: list[str], bands: list[str], row: str, where: str) -> Iterator[Refused]:
    if twice := _first_twice(given):
        yield _refuse(f"{row} has two prices for {twice}.", where)
    if missing := [band for band in bands if band not in given]:
        yield _refuse(f"{row} has no price for {', '.join(missing)}.", where)


def _named(rate: Rate) -> str:
    return f"{rate.type} {rate.age_min}–{rate.age_max} {rate.band}"


def _check_extras(tariff: Tariff) -> Iterator[Refused]:
    if twice := _first_twice([extra.name for extra in tariff.extras]):
        yield _refuse(f"The extra {twice} is given twice.", "extras")
    for extra in tariff.extras:
        if extra.per not in (PER_WEEK, PER_HOUR):
            yield _refuse(f"{extra.name} is priced per {extra.per}.", "extras", "Per week or per hour.")
        if extra.part not in PARTS:
            yield _refuse(f"{extra.name} is no part {extra.part}.", "extras", f"One of {', '.join(PARTS)}.")
        if extra.pence < 0 or not extra.name.strip() or ":" in extra.name or is_taken(extra.name):
            yield _refuse(f"The extra “{extra.name}” has an impossible name or price.", "extras")


def _check_notice(tariff: Tariff) -> Iterator[Refused]:
    starts = [rule.nights_from for rule in tariff.notice]
    if starts and (starts[0] != 0 or starts != sorted(set(starts))):
        yield _refuse("Notice rules must begin at 0 nights and rise.", "notice")
    if any(rule.days < 0 for rule in tariff.notice):
        yield _refuse("Notice is below zero days.", "notice")


def _first_twice(names: list[str]) -> str:
    return next((name for at, name in enumerate(names) if name in names[:at]), "")
