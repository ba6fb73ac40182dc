"""A vacancy: accepting places in a setting, on terms (domain rules of the Capacity Tracker kind)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from rcc_tui.domain.codes import check_urn
from rcc_tui.domain.dates import iso_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.geography import outcode_of
from rcc_tui.domain.needs import MAX_SIBLINGS, RATIOS, STAYS

STALE_AFTER_DAYS = 14

# Care types a vacancy is offered as, beside the SSDA903 PLACE codes they stand for.
CARE_TYPES: dict[str, tuple[str, ...]] = {
    "foster": ("U4", "U5", "U6", "U1", "U2", "U3"),
    "residential": ("K2", "R1", "R3"),
    "supported": ("K3", "H5"),
    "secure": ("K1",),
    "school": ("S1",),
}
SECTORS = ("local authority", "private", "voluntary", "health", "other")


@dataclass(frozen=True, slots=True)
class SettingFacts:
    """A home, household or agency as the authority that runs or commissions it states it.

    `type` is one of `CARE_TYPES`; `place` the SSDA903 PLACE code. Counts are places, as in the NHS
    Capacity Tracker: registered, occupied, reserved (accepting lies on the vacancy).
    """

    ref: str
    name: str
    provider: str
    authority: str
    type: str
    place: str
    outcode: str = ""
    town: str = ""
    urn: str = ""
    sector: str = ""
    registered: int = 0
    occupied: int = 0
    reserved: int = 0
    grade: str = ""
    framework: str = ""


@dataclass(frozen=True, slots=True)
class VacancyFacts:
    """Accepting places on terms. Ages whole years inclusive; `weekly` pence a week, 0 = by the tariff.

    `reserved_for` are DfE codes that have paid for the place or have first refusal; with
    `reserved_until` (ISO date) it is a soft block that opens to all after that day, without it a block.
    `protected` names the group it is kept for (for example UASC); others may see it and not propose.
    """

    ref: str
    accepting: int
    age_min: int
    age_max: int
    sex: str = "A"
    needs: tuple[str, ...] = ()
    siblings: int = 1
    solo: bool = False
    emergency: bool = False
    weekly: int = 0
    available_from: str = ""
    reserved_for: tuple[str, ...] = ()
    reserved_until: str = ""
    protected: str = ""
    ratio: str = "standard"
    stays: tuple[str, ...] = ()
    ground_floor: bool = False
    education: bool = False
    confirmed_on: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """One row of the regional list: a vacancy with its setting, as search and fit see it.

    `free` is what is left after holds and places given out; `id` and `setting_id` are hex record ids.
    """

    id: str
    setting_id: str
    setting: SettingFacts
    vacancy: VacancyFacts
    free: int
    hub: str = ""
    authority_name: str = ""
    owner: str = ""


# The PLACE code a care type stands for where nothing more is said.
_DEFAULT_PLACE = {"foster": "U6", "residential": "K2", "supported": "K3", "secure": "K1", "school": "S1"}
_TYPE_OF = {place: kind for kind, places in CARE_TYPES.items() for place in places}
_SEXES = {"F": "F", "M": "M", "A": "A", "ANY": "A", "": "A"}
_LARGEST_SETTING = 999
_OLDEST = 25


def care_type(code_or_type: str) -> tuple[str, str]:
    """(care type, PLACE code) of either: "K2" → ("residential", "K2"), "foster" → ("foster", "U6")."""
    typed = code_or_type.strip()
    if (place := typed.upper()) in _TYPE_OF:
        return _TYPE_OF[place], place
    if (kind := typed.casefold()) in _DEFAULT_PLACE:
        return kind, _DEFAULT_PLACE[kind]
    raise Refused(
        f"“{code_or_type}” is no type of place.",
        where="type",
        hint=f"Give {', '.join(_DEFAULT_PLACE)} or a PLACE code such as K2.",
    )


def check_setting(setting: SettingFacts) -> SettingFacts:
    """The same setting in its tidy form. Raises Refused naming the field."""
    for field in ("ref", "name", "provider", "authority"):
        if not getattr(setting, field).strip():
            raise Refused(f"A setting needs its {field}.", where=field, hint=f"Give {field}.")
    kind, place = care_type(setting.place or setting.type)
    if setting.type and care_type(setting.type)[0] != kind:
        raise Refused(
            f"{setting.place} is not a {setting.type} place.", where="type", hint=f"{place} is {kind}."
        )
    for field in ("registered", "occupied", "reserved"):
        _check_count(getattr(setting, field), field)
    if setting.registered and setting.occupied > setting.registered:
        raise Refused(
            f"{setting.occupied} of {setting.registered} registered places are occupied.",
            where="occupied",
            hint="Check both counts.",
        )
    if setting.sector and setting.sector.casefold() not in SECTORS:
        raise Refused(
            f"“{setting.sector}” is no sector.", where="sector", hint=f"One of {', '.join(SECTORS)}."
        )
    return replace(
        setting,
        type=kind,
        place=place,
        outcode=outcode_of(setting.outcode) if setting.outcode else "",
        urn=check_urn(setting.urn) if setting.urn else "",
        sector=setting.sector.casefold(),
    )


def _check_count(value: int, field: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST_SETTING:
        raise Refused(f"“{value}” is no number of places.", where=field, hint="Give a whole number from 0.")


def check_vacancy(vacancy: VacancyFacts) -> VacancyFacts:
    """The same vacancy in its tidy form. Raises Refused naming the field."""
    if not vacancy.ref.strip():
        raise Refused("A vacancy needs a ref.", where="ref", hint="Give an id of your own that stays.")
    _check_count(vacancy.accepting, "accepting")
    for field, age in (("age_min", vacancy.age_min), ("age_max", vacancy.age_max)):
        if isinstance(age, bool) or not 0 <= age <= _OLDEST:
            raise Refused(f"“{age}” is no age.", where=field, hint=f"Give 0 to {_OLDEST} years.")
    if vacancy.age_min > vacancy.age_max:
        raise Refused(
            f"Ages {vacancy.age_min} to {vacancy.age_max} run backwards.", where="age_min", hint="Swap them."
        )
    if (sex := _SEXES.get(vacancy.sex.strip().upper())) is None:
        raise Refused(f"“{vacancy.sex}” is no sex.", where="sex", hint="Give F, M or A for any.")
    if not 0 <= vacancy.siblings <= MAX_SIBLINGS:
        raise Refused(f"“{vacancy.siblings}” siblings.", where="siblings", hint=f"Give 0 to {MAX_SIBLINGS}.")
    if vacancy.weekly < 0:
        raise Refused("The weekly price is below zero.", where="weekly", hint="Give £0.00 or more.")
    for field in ("available_from", "reserved_until", "confirmed_on"):
        if day := getattr(vacancy, field):
            iso_date(day, field)
    if vacancy.reserved_until and not vacancy.reserved_for:
        raise Refused("Reserved, but for nobody.", where="reserved_for", hint="Name the authorities by code.")
    _check_words(vacancy)
    return replace(
        vacancy,
        sex=sex,
        siblings=max(1, vacancy.siblings),
        needs=tuple(" ".join(need.casefold().split()) for need in vacancy.needs if need.strip()),
        reserved_for=tuple(sorted({code.strip() for code in vacancy.reserved_for})),
    )


def _check_words(vacancy: VacancyFacts) -> None:
    if vacancy.ratio not in RATIOS:
        raise Refused(f"“{vacancy.ratio}” is no ratio.", where="ratio", hint=f"One of {', '.join(RATIOS)}.")
    for stay in vacancy.stays:
        if stay not in STAYS:
            raise Refused(f"“{stay}” is no stay.", where="stays", hint=f"One of {', '.join(STAYS)}.")
    for code in vacancy.reserved_for:
        if not (code.strip().isascii() and code.strip().isdigit() and len(code.strip()) == 3):
            raise Refused(f"“{code}” is no DfE code.", where="reserved_for", hint="Three digits, as 871.")


def is_stale(confirmed_on: str, today: date) -> bool:
    """Not confirmed for more than `STALE_AFTER_DAYS` days, or never."""
    return not confirmed_on or (today - iso_date(confirmed_on)).days > STALE_AFTER_DAYS


def reservation(vacancy: VacancyFacts, today: date) -> str:
    """ "" for a place open to all; else "block for 871" or "soft block for 867, 871 until 05/12/2026".

    The last day of a soft block still belongs to those it is reserved for.
    """
    if not is_reserved(vacancy, today):
        return ""
    whom = ", ".join(vacancy.reserved_for)
    if not vacancy.reserved_until:
        return f"block for {whom}"
    return f"soft block for {whom} until {show_date(vacancy.reserved_until)}"


def is_reserved(vacancy: VacancyFacts, today: date) -> bool:
    """Whether only those named in `reserved_for` may have the place on that day."""
    if not vacancy.reserved_for:
        return False
    return not vacancy.reserved_until or today <= iso_date(vacancy.reserved_until)
