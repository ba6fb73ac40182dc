"""The tariff document: an agreed price list, immutable, with the table that scores a need."""

from __future__ import annotations

from dataclasses import dataclass

PER_WEEK = "week"
PER_HOUR = "hour"


@dataclass(frozen=True, slots=True)
class BandRange:
    """A need band: scores from `low` to `high`, both included."""

    name: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Score:
    """Points for one answer of the request: an item such as "self_harm" or "ratio", and its value."""

    item: str
    value: str
    points: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Core pence a week of a care type (or one PLACE code), ages `age_min` to `age_max`, in a band."""

    type: str
    age_min: int
    age_max: int
    band: str
    weekly: int


@dataclass(frozen=True, slots=True)
class Extra:
    """A named extra in pence per "week" or "hour"; `part` is the part of the weekly cost it belongs to."""

    name: str
    per: str
    pence: int
    part: str = "additional"


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """Days of notice for stays of `nights_from` nights or more, up to the next rule."""

    nights_from: int
    days: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """A tariff. Dates ISO 8601, `valid_to` the last day in force (empty: open); pence are integers.

    `sibling_percent` is the share of the core rate that the second and each further child placed together
    pays. `emergency_premium` is pence a week during the first `emergency_nights` of an emergency placement.
    `retainer_percent` is the share of the weekly price while an empty place is kept open. `uplift` is the
    yearly rise of all prices on 1 April in hundredths of a percent (250 = 2.5 %), taking effect as a new
    version. Rounding is half up once per line; the start day counts, the end day does not.
    """

    name: str
    version: int
    valid_from: str
    valid_to: str
    worked_example: bool
    bands: tuple[BandRange, ...]
    scores: tuple[Score, ...]
    rates: tuple[Rate, ...]
    extras: tuple[Extra, ...] = ()
    sibling_percent: int = 100
    emergency_premium: int = 0
    emergency_nights: int = 0
    retainer_percent: int = 0
    notice: tuple[NoticeRule, ...] = ()
    uplift: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a quote as people read it, with the `points` and the `pence` a week it adds."""

    text: str
    points: int = 0
    pence: int = 0
