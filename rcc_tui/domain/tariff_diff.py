"""What differs between two tariffs: every price, band, score, extra and rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import half_up, pounds
from rcc_tui.domain.price_list import Tariff

HEAD, RULE, NOTICE, BAND, SCORE, PRICE, EXTRA = "head", "rule", "notice", "band", "score", "price", "extra"
PARTS = (HEAD, RULE, NOTICE, BAND, SCORE, PRICE, EXTRA)
PENCE, DAY = "pence", "day"

Value = int | str | None


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs. `part` is one of PARTS, `what` names it, as “foster 11–15 Core”.

    `old` and `new` are None where that tariff does not have it; amounts are pence where `unit` says so.
    `change` is new less old where both are numbers; `percent` the same in hundredths of a percent of the
    old, rounded half up.
    """

    part: str
    what: str
    old: Value
    new: Value
    unit: str = ""

    @property
    def change(self) -> int | None:
        """New less old, where both are numbers; a version is a name."""
        if self.part != HEAD and isinstance(self.old, int) and isinstance(self.new, int):
            return self.new - self.old
        return None

    @property
    def percent(self) -> int | None:
        """The change in hundredths of a percent of the old; None where there is nothing to compare with."""
        if self.change is None or not isinstance(self.old, int) or not self.old:
            return None
        return half_up(Fraction(self.change * 10_000, self.old))


def percent_words(hundredths: int) -> str:
    """“2.5 %” of 250 hundredths of a percent."""
    whole, rest = divmod(abs(hundredths), 100)
    figure = f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
    return f"{'-' if hundredths < 0 else ''}{figure} %"


def words_of(one: Difference) -> tuple[str, ...]:
    """A difference as people read it: part, what, old, new, difference, percent."""
    what = one.what.replace("_", " ") if one.part == SCORE else one.what
    change = "" if one.change is None else _words(one.change, one.unit)
    percent = "" if one.percent is None else percent_words(one.percent)
    return one.part, what, _words(one.old, one.unit), _words(one.new, one.unit), change, percent


def _words(value: Value, unit: str) -> str:
    if value is None:
        return "none"
    if unit == DAY:
        return show_date(str(value)) or "open"
    return pounds(value) if unit == PENCE and isinstance(value, int) else str(value)


def differences(old: Tariff, new: Tariff) -> tuple[Difference, ...]:
    """What is otherwise in `new`, part by part; nothing where they price alike, whatever their names."""
    before, after = _facts(old), _facts(new)
    found = [
        Difference(part, what, before.get((part, what, unit)), after.get((part, what, unit)), unit)
        for part, what, unit in dict.fromkeys([*before, *after])
        if before.get((part, what, unit)) != after.get((part, what, unit))
    ]
    return tuple(sorted(found, key=lambda one: PARTS.index(one.part)))


def _facts(tariff: Tariff) -> dict[tuple[str, str, str], Value]:
    """All that a tariff says, each under its part, its name and its unit."""
    return {(part, what, unit): value for part, what, unit, value in _said(tariff)}


def _said(tariff: Tariff) -> Iterator[tuple[str, str, str, Value]]:
    yield HEAD, "name", "", tariff.name
    yield HEAD, "version", "", tariff.version
    yield HEAD, "valid from", DAY, tariff.valid_from
    yield HEAD, "valid to", DAY, tariff.valid_to
    yield HEAD, "worked example", "", "yes" if tariff.worked_example else "no"
    yield RULE, "further child together", "percent", tariff.sibling_percent
    yield RULE, "emergency premium", PENCE, tariff.emergency_premium
    yield RULE, "emergency premium for", "nights", tariff.emergency_nights
    yield RULE, "retainer", "percent", tariff.retainer_percent
    yield RULE, "yearly uplift", "hundredths of a percent", tariff.uplift
    for rule in tariff.notice:
        yield NOTICE, f"from {rule.nights_from} nights", "days", rule.days
    for band in tariff.bands:
        yield BAND, band.name, "", f"{band.low} to {band.high}"
    for score in tariff.scores:
        yield SCORE, f"{score.item} {score.value}", "points", score.points
    for rate in tariff.rates:
        yield PRICE, f"{rate.type} {rate.age_min}–{rate.age_max} {rate.band}", PENCE, rate.weekly
    for extra in tariff.extras:
        yield EXTRA, f"{extra.name} per {extra.per}", PENCE, extra.pence
        yield EXTRA, f"{extra.name} is part of", "", extra.part
