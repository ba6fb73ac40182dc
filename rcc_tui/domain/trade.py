"""The rules of a trade: the states it goes through and what its terms must satisfy.

Source of the numbered rules: DfE SSDA903 validation rules.
"""

from __future__ import annotations

from datetime import date

from rcc_tui.domain.codes import PLACE, place_codes
from rcc_tui.domain.dates import collection_year, iso_date, nights
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS
from rcc_tui.domain.terms import FUNDERS, PARTS, Terms
from rcc_tui.domain.vacancy import SettingFacts, care_type

# Each state and the states it may lead to. Contested is a flag beside the state, not a state.
NEXT_STATES: dict[str, tuple[str, ...]] = {
    "proposed": ("agreed", "countered", "declined", "withdrawn", "lapsed"),
    "agreed": ("started", "disputed", "withdrawn"),
    "started": ("notice", "ended", "disputed"),
    "notice": ("ended", "disputed"),
    "ended": ("settled", "disputed"),
    "disputed": ("resolved",),
    "resolved": ("started", "notice", "ended", "settled", "disputed"),
    "settled": (),
    "countered": (),
    "declined": (),
    "withdrawn": (),
    "lapsed": (),
}
STATES = tuple(NEXT_STATES)
CLOSED = tuple(state for state, following in NEXT_STATES.items() if not following)

UNUSUALLY_LOW = 100_00
UNUSUALLY_HIGH = 100_000_00
_SUPPORTED_FROM = 16


def check_terms(terms: Terms, setting: SettingFacts | None = None) -> list[str]:
    """Warnings about terms that may stand. Raises Refused naming the rule that terms break.

    With the `setting` the place is checked against it too: its type, and the authority it belongs to.
    """
    _check_parties(terms, setting)
    _check_child(terms)
    _check_place(terms, setting)
    start = _check_dates(terms)
    _check_money(terms)
    return _warnings(terms, start)


def _check_parties(terms: Terms, setting: SettingFacts | None) -> None:
    for field, code in (("buyer", terms.buyer), ("seller", terms.seller)):
        if not (len(code) == 3 and code.isascii() and code.isdigit()):
            raise Refused(f"“{code}” is no DfE code.", where=field, hint="Three digits, as 871.")
    owner = setting.authority if setting else terms.seller
    if terms.buyer in (terms.seller, owner):
        raise Refused(
            f"Rule 229: a PR2 place belongs to another authority than the placing one ({terms.buyer}).",
            where="seller",
            hint="An own place needs no trade.",
        )
    if owner != terms.seller:
        raise Refused(
            f"The setting belongs to {owner}, not to the seller {terms.seller}.",
            where="seller",
            hint="Propose to the authority whose place it is.",
        )


def _check_child(terms: Terms) -> None:
    if not 0 <= terms.age <= MAX_AGE:
        raise Refused(f"Age {terms.age}.", where="age", hint=f"Give 0 to {MAX_AGE} years.")
    if terms.sex not in ("F", "M", "U"):
        raise Refused(f"“{terms.sex}” is no sex.", where="sex", hint="Give F, M or U.")
    if not 1 <= terms.places <= MAX_SIBLINGS:
        raise Refused(f"{terms.places} places.", where="places", hint=f"Give 1 to {MAX_SIBLINGS}.")


def _check_place(terms: Terms, setting: SettingFacts | None) -> None:
    if terms.place not in PLACE:
        raise Refused(f"“{terms.place}” is no PLACE code.", where="place", hint="For example U6, K2 or K3.")
    kind = care_type(terms.place)[0]
    if setting and setting.type != kind:
        raise Refused(
            f"Type suits setting: {setting.name} is {setting.type}, {terms.place} is {kind}.",
            where="place",
            hint=f"Use a code of {setting.type} care.",
        )
    check_age(kind, terms.age)
    if terms.place == "K1" and not terms.legal_basis.strip():
        raise Refused(
            "A secure children's home (K1) needs a legal basis.",
            where="legal_basis",
            hint="Name the order, for example a secure accommodation order.",
        )


def check_age(kind: str, age: int) -> None:
    """Raises Refused where the law does not allow a care type at an age, whatever a tariff says of it."""
    if kind == "supported" and age < _SUPPORTED_FROM:
        raise Refused(
            f"No supported accommodation under {_SUPPORTED_FROM}: the child is {age}.",
            where="place",
            hint="Choose foster or residential care.",
        )


def _check_dates(terms: Terms) -> date:
    start = iso_date(terms.start, "start")
    if terms.end:
        nights(start, iso_date(terms.end, "end"))
    if terms.valid_until:
        iso_date(terms.valid_until, "valid_until")
    if terms.notice_days < 0:
        raise Refused("Notice is below zero days.", where="notice_days", hint="Give 0 or more.")
    return start


def _check_money(terms: Terms) -> None:
    if not terms.lines:
        raise Refused("The price has no lines.", where="lines", hint="Give at least the core price.")
    for line in terms.lines:
        if line.part not in PARTS:
            raise Refused(f"“{line.part}” is no part.", where="lines", hint=f"One of {', '.join(PARTS)}.")
        if not line.label.strip():
            raise Refused("A line has no label.", where="lines", hint="Say what it pays for.")
    if terms.weekly < 0:
        raise Refused("The weekly price is below zero.", where="weekly", hint="Give £0.00 or more.")
    if below := [line.label for line in terms.lines if line.pence < 0]:
        raise Refused(f"“{below[0]}” is below zero.", where="lines", hint="Give £0.00 or more.")
    _check_sum("lines", [line.pence for line in terms.lines], terms.weekly)
    for funder in terms.funders:
        if funder.name not in FUNDERS or funder.pence < 0:
            raise Refused(
                f"“{funder.name}” {pounds(funder.pence)} is no share of a funder.",
                where="funders",
                hint=f"One of {', '.join(FUNDERS)}, £0.00 or more.",
            )
    if len({funder.name for funder in terms.funders}) < len(terms.funders):
        raise Refused("A funder is named twice.", where="funders", hint="Give each one share.")
    if terms.funders:
        _check_sum("funders", [funder.pence for funder in terms.funders], terms.weekly)
    if not terms.tariff and not terms.off_tariff.strip():
        raise Refused(
            "A price off the tariff needs a reason.", where="off_tariff", hint="Say why, or use a tariff."
        )


def _check_sum(field: str, parts: list[int], weekly: int) -> None:
    if (total := sum(parts)) != weekly:
        raise Refused(
            f"The {field} add up to {pounds(total)}, the weekly price is {pounds(weekly)}.",
            where=field,
            hint=f"{pounds(abs(total - weekly))} is {'too much' if total > weekly else 'missing'}.",
        )


def _warnings(terms: Terms, start: date) -> list[str]:
    warnings: list[str] = []
    if terms.weekly < UNUSUALLY_LOW:
        warnings.append(f"{pounds(terms.weekly)} a week is under {pounds(UNUSUALLY_LOW)}.")
    if terms.weekly > UNUSUALLY_HIGH:
        warnings.append(f"{pounds(terms.weekly)} a week is over {pounds(UNUSUALLY_HIGH)}.")
    year = collection_year(start)
    if terms.place not in place_codes(year):
        warnings.append(f"{terms.place} is not a PLACE code of the {year} collection.")
    return warnings
