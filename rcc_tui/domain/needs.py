"""What a child needs: the request, field by field, as the field's standards name it.

Sources: national Placements Data Standard v3 (2026-06) and the 2025 RCC data standards.
"""

from __future__ import annotations

from dataclasses import dataclass

STAYS = ("short", "medium", "long", "respite")
SUITABILITIES = ("preferred", "suitable", "unsuitable", "unspecified")
ALONGSIDE = ("any", "solo", "with", "older", "younger")
RATIOS = ("standard", "1:1", "2:1", ">2:1", "unspecified")
SUPPORTS = ("supervision", "therapeutic", "respite_worker", "school_taxi", "other")
RISK_LEVELS = ("none", "low", "high")
RISKS = (
    "self_harm",
    "criminal_exploitation",
    "sexual_exploitation",
    "drug_alcohol",
    "eating_disorder",
    "going_missing",
    "harm_physical",
    "harm_sexual",
    "harm_fire",
    "harm_animals",
    "harm_criminal_exploitation",
)
COMMUNICATION = ("ESOL", "BSL", "Makaton", "Other")
OUT_OF_AREA_REASONS = ("safeguarding", "bail", "court", "other")


@dataclass(frozen=True, slots=True)
class Suitability:
    """How well each kind of care would suit the child; each one of `SUITABILITIES`."""

    foster: str = "unspecified"
    residential: str = "unspecified"
    supported: str = "unspecified"


@dataclass(frozen=True, slots=True)
class Needs:
    """What may be told to another authority about a child who needs a place.

    There is no field here for a name, a date of birth, a local identifier or a full postcode, so none
    can leave: this is the struct a referral carries. `age` in whole years; `sex` F, M or U; `siblings`
    is the size of the family group to be placed together, this child included (0 and 1: alone);
    `home` an outcode; dates ISO 8601; `budget_weekly` integer pence, 0 when not given.
    """

    age: int
    sex: str
    needed_by: str = ""
    emergency: bool = False
    stay: str = "short"
    siblings: int = 1
    home: str = ""
    max_miles: int = 0
    local: bool = True
    out_of_area_reason: str = ""
    suitability: Suitability = Suitability()
    alongside: str = "any"
    needs: tuple[str, ...] = ()
    communication: str = ""
    cultural: str = ""
    adaptation: str = ""
    pets: str = ""
    education: str = ""
    health: str = ""
    ratio: str = "unspecified"
    support: tuple[str, ...] = ()
    support_other: str = ""
    risks: tuple[tuple[str, str], ...] = ()
    dol: bool = False
    uasc: bool = False
    legal_status: str = ""
    category: str = ""
    avoid: tuple[str, ...] = ()
    school: str = ""
    budget_weekly: int = 0

    @property
    def places(self) -> int:
        """How many places the family group takes."""
        return max(1, self.siblings)
