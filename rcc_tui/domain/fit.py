"""How well a place fits a child: what rules it out, and what speaks for and against it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.geography import UNKNOWN_MILES, borderline
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import RATIOS, Needs
from rcc_tui.domain.vacancy import STALE_AFTER_DAYS, Place, is_reserved, reservation
from rcc_tui.domain.weights import Weights

Reason = tuple[str, int]

# Homes of these kinds are registered with Ofsted each by itself; households are not.
MUST_REGISTER = ("residential", "supported", "secure")
YOUNGEST_SUPPORTED = 16
_SEX_WORDS = {"F": "girls", "M": "boys"}


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a place is possible at all, the `barriers` if not, and the `points` it gathers.

    `reasons` are (words, points) and add up to `points`; they are given for impossible places too.
    """

    possible: bool
    barriers: tuple[str, ...]
    points: int
    reasons: tuple[Reason, ...]


def fit(
    needs: Needs,
    place: Place,
    *,
    today: date,
    miles: float,
    buyer: str,
    weights: Weights,
    tariff_weekly: int = 0,
    own_hub: str = "",
) -> Fit:
    """Judge one place for one request on a day.

    `miles` from home (`UNKNOWN_MILES` where not known); `buyer` the placing authority's code;
    `tariff_weekly` what the tariff says for this child in pence, 0 where none is in force. Of a child not
    fully known (age -1, sex and stay empty) only what is known is weighed.
    """
    barriers = tuple(_barriers(needs, place, today, buyer))
    reasons = (
        *_needs_reasons(needs, place, weights),
        *_age_reasons(needs, place, weights),
        *_distance_reasons(needs, miles, weights),
        *_price_reasons(needs, place, tariff_weekly, weights),
        *_freshness_reasons(place, today, weights),
        *_supply_reasons(place, today, buyer, own_hub, weights),
        *_company_reasons(needs, place, weights),
        *_type_reasons(needs, place, weights),
        *_timing_reasons(needs, place, today, weights),
        *((("not possible for this child", weights["impossible"]),) if barriers else ()),
    )
    return Fit(not barriers, barriers, sum(points for _, points in reasons), reasons)


def _barriers(needs: Needs, place: Place, today: date, buyer: str) -> Iterator[str]:
    vacancy, setting = place.vacancy, place.setting
    if needs.age >= 0 and not vacancy.age_min <= needs.age <= vacancy.age_max:
        yield f"takes ages {vacancy.age_min}–{vacancy.age_max}, the child is {needs.age}"
    if vacancy.sex != "A" and needs.sex in ("F", "M") and vacancy.sex != needs.sex:
        yield f"takes {_SEX_WORDS.get(vacancy.sex, vacancy.sex)} only"
    if place.free < needs.places:
        yield "no place free" if place.free <= 0 else f"{place.free} free, {needs.places} needed"
    if needs.places > max(1, vacancy.siblings):
        yield f"takes {max(1, vacancy.siblings)} together, {needs.places} needed"
    if 0 < setting.registered < needs.places:
        yield f"registered for {setting.registered}, {needs.places} needed"
    if setting.type == "supported" and 0 <= needs.age < YOUNGEST_SUPPORTED:
        yield f"supported accommodation is not for under {YOUNGEST_SUPPORTED}s"
    if getattr(needs.suitability, setting.type, "") == "unsuitable":
        yield f"{setting.type} care is unsuitable for this child"
    if needs.emergency and not vacancy.emergency:
        yield "takes no emergencies"
    if avoided := _avoided(needs, place):
        yield f"{avoided} is to be avoided"
    yield from _kept_for_others(needs, place, today, buyer)


def _kept_for_others(needs: Needs, place: Place, today: date, buyer: str) -> Iterator[str]:
    vacancy = place.vacancy
    if is_reserved(vacancy, today) and buyer not in vacancy.reserved_for:
        yield reservation(vacancy, today)
    if group := vacancy.protected.strip():
        fits_group = group.casefold() == "uasc" and needs.uasc
        if not fits_group and buyer != place.setting.authority:
            yield f"protected for {group}"


def _avoided(needs: Needs, place: Place) -> str:
    names = {place.setting.outcode.casefold(), place.setting.town.casefold()} - {""}
    return next((where for where in needs.avoid if where.casefold() in names), "")


def _needs_reasons(needs: Needs, place: Place, weights: Weights) -> Iterator[Reason]:
    offered = frozenset(place.vacancy.needs)
    for need in needs.needs:
        if need in offered:
            yield f"{need} met", weights["need met"]
        else:
            yield f"{need} not stated", weights["need not stated"]
    if needs.adaptation and place.vacancy.ground_floor:
        yield "ground floor", weights["ground floor"]
    asked, given = needs.ratio, place.vacancy.ratio
    if asked in RATIOS[:4] and given in RATIOS[:4] and RATIOS.index(asked) > RATIOS.index(given):
        yield f"ratio {asked} asked, {given} offered", weights["more adults needed"]


def _age_reasons(needs: Needs, place: Place, weights: Weights) -> Iterator[Reason]:
    vacancy = place.vacancy
    margin = min(needs.age - vacancy.age_min, vacancy.age_max - needs.age, weights["age margin years"])
    if margin > 0:
        span = f"{vacancy.age_min}–{vacancy.age_max}"
        yield f"age {needs.age} well inside {span}", margin * weights["age margin"]
    if needs.sex == "U" and vacancy.sex != "A":
        words = _SEX_WORDS.get(vacancy.sex, vacancy.sex)
        yield f"takes {words} only, sex not recorded", weights["sex not recorded"]


def _distance_reasons(needs: Needs, miles: float, weights: Weights) -> Iterator[Reason]:
    if miles >= UNKNOWN_MILES:
        if needs.home:
            yield "distance unknown", 0
        return
    shown = f"{'about 20 miles: ' if borderline(miles) else ''}{miles:.1f} miles"
    if not needs.local:
        away = miles > 20
        yield shown, weights["away as asked"] if away else weights["near though away was asked"]
    else:
        yield shown, max(weights["farthest"], weights["next door"] - int(miles / weights["miles a point"]))
    if 0 < needs.max_miles < miles:
        yield f"beyond the {needs.max_miles} miles asked", weights["beyond the miles asked"]


def _price_reasons(needs: Needs, place: Place, tariff_weekly: int, weights: Weights) -> Iterator[Reason]:
    weekly = place.vacancy.weekly or tariff_weekly
    if not weekly:
        return
    if tariff_weekly and weekly < tariff_weekly:
        yield f"{pounds(tariff_weekly - weekly)} under tariff", weights["under tariff"]
    elif tariff_weekly and weekly > tariff_weekly:
        over = weekly - tariff_weekly
        tenths = -(-over * 10 // tariff_weekly)
        yield f"{pounds(over)} over tariff", max(weights["dearest"], tenths * weights["over tariff"])
    if 0 < needs.budget_weekly < weekly:
        yield f"{pounds(weekly - needs.budget_weekly)} over budget", weights["over budget"]


def _freshness_reasons(place: Place, today: date, weights: Weights) -> Iterator[Reason]:
    confirmed = place.vacancy.confirmed_on
    if not confirmed:
        yield "never confirmed", weights["stale"]
        return
    days = (today - iso_date(confirmed)).days
    if days > STALE_AFTER_DAYS:
        yield f"not confirmed for {days} days", weights["stale"]
    elif days <= weights["lately"]:
        yield "confirmed lately", weights["confirmed lately"]


def _supply_reasons(
    place: Place, today: date, buyer: str, own_hub: str, weights: Weights
) -> Iterator[Reason]:
    if own_hub and place.hub == own_hub:
        yield "own hub", weights["own hub"]
    if buyer in place.vacancy.reserved_for and is_reserved(place.vacancy, today):
        yield "block place already paid for", weights["already paid for"]


def _company_reasons(needs: Needs, place: Place, weights: Weights) -> Iterator[Reason]:
    room = min(place.vacancy.siblings, place.free, place.setting.registered or place.free)
    if 1 < needs.places <= room:
        yield f"room for {needs.places} together", weights["siblings together"]
    if needs.alongside == "solo":
        if place.vacancy.solo:
            yield "solo possible", weights["solo"]
        else:
            yield "solo not offered", weights["not solo"]


def _type_reasons(needs: Needs, place: Place, weights: Weights) -> Iterator[Reason]:
    kind = place.setting.type
    suitability = getattr(needs.suitability, kind, "")
    if suitability == "preferred":
        yield f"{kind} care preferred", weights["type preferred"]
    elif suitability == "suitable":
        yield f"{kind} care suitable", weights["type suitable"]
    if kind in MUST_REGISTER and not place.setting.urn:
        yield "no Ofsted registration stated", weights["registration not stated"]
    if kind == "secure":
        yield "secure home: needs a legal basis", weights["secure"]


def _timing_reasons(needs: Needs, place: Place, today: date, weights: Weights) -> Iterator[Reason]:
    vacancy = place.vacancy
    if vacancy.available_from:
        wanted = iso_date(needs.needed_by) if needs.needed_by else today
        if iso_date(vacancy.available_from) > max(wanted, today):
            yield f"free only from {show_date(vacancy.available_from)}", weights["free too late"]
    if needs.stay and vacancy.stays and needs.stay not in vacancy.stays:
        yield f"takes {', '.join(vacancy.stays)} stays", weights["stay not taken"]
