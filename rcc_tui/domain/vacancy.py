"""A vacancy: accepting places in a setting, on terms (domain rules of the Capacity Tracker kind)."""

from __future__ import annotations

from dataclasses import dataclass

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
