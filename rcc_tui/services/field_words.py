"""Fields and values of records in the words of the field, and values read back from what people type."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, get_type_hints

from rcc_tui.domain.dates import parse_date, show_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.money import parse_pounds, pounds

_MONEY = frozenset({"weekly", "budget_weekly"})
_DAYS = frozenset(
    {
        *("available_from", "reserved_until", "confirmed_on", "needed_by", "entered_on"),
        *("dob", "mother_dob", "uasc_ceased", "start", "end"),
    }
)
_YES = {"yes": True, "y": True, "on": True, "no": False, "n": False, "off": False}
_LISTED = re.compile(r"\s*[|,;]\s*")

LABELS = {
    "accepting": "Places accepting",
    "age_max": "Oldest",
    "age_min": "Youngest",
    "alongside": "Alongside",
    "authority": "Authority",
    "available_from": "Free from",
    "avoid": "Places to avoid",
    "budget_weekly": "Weekly budget",
    "category": "Category of need",
    "change_reason": "Reason of the move",
    "confirmed_on": "Confirmed",
    "dob": "Date of birth",
    "dol": "Deprivation of liberty",
    "education": "Education",
    "emergency": "Emergency",
    "end_reason": "Reason of the end",
    "entered_on": "Entered",
    "ethnic": "Ethnicity",
    "ground_floor": "Ground floor",
    "home_postcode": "Home postcode",
    "legal_status": "Legal status",
    "local": "Near home",
    "local_id": "Local id",
    "max_miles": "Miles at most",
    "mother_dob": "Mother's date of birth",
    "needed_by": "Needed by",
    "occupied": "Occupied places",
    "out_of_area_reason": "Reason out of area",
    "place": "PLACE code",
    "place_postcode": "Place postcode",
    "place_provider": "PLACE_PROVIDER",
    "protected": "Protected for",
    "ratio": "Adults to a child",
    "ref": "Reference",
    "registered": "Registered places",
    "reserved": "Reserved places",
    "reserved_for": "Reserved for",
    "reserved_until": "Reserved until",
    "siblings": "Siblings together",
    "solo": "Solo possible",
    "stay": "Stay",
    "stays": "Stays",
    "support_other": "Other support",
    "uasc": "Unaccompanied",
    "uasc_ceased": "Unaccompanied until",
    "upn": "UPN",
    "urn": "URN",
    "weekly": "Weekly price",
}


def label(field: str) -> str:
    """What a field is called."""
    return LABELS.get(field) or field.replace("_", " ").capitalize()


def value_text(field: str, value: object) -> str:
    """A value as people read it; `-` where there is none."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return (pounds(value) if value else "by the tariff") if field in _MONEY else f"{value:,}"
    if is_dataclass(value):
        return ", ".join(f"{one.name} {getattr(value, one.name)}" for one in fields(value))
    if isinstance(value, tuple | list):
        return (
            ", ".join(" ".join(map(str, one)) if isinstance(one, tuple | list) else str(one) for one in value)
            or "-"
        )
    text = str(value)
    return (show_date(text) if field in _DAYS and text else text) or "-"


def read_value(facts: Any, field: str, text: str, today: date) -> object:
    """The value that `text` means for a field of `facts`. Raises Refused for what it cannot be."""
    kind = get_type_hints(type(facts))[field]
    read = _READ.get(kind)
    if read is None:
        raise Refused(
            f"{label(field)} cannot be typed in one line.",
            where=field,
            hint="Take one of the values as it is.",
        )
    typed = text.strip()
    if field in _MONEY:
        return parse_pounds(typed, field) if typed else 0
    if field in _DAYS:
        return parse_date(typed, today, field).isoformat() if typed else ""
    return read(typed, field)


def read_yes(text: str, field: str) -> bool:
    """Yes or no. Raises Refused for anything else."""
    if (found := _YES.get(text.strip().casefold())) is None:
        raise Refused(f"“{text}” is neither yes nor no.", where=field, hint="Type yes or no.")
    return found


def _whole(text: str, field: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text):
        raise Refused(f"“{text}” is no number.", where=field, hint="Type a whole number, such as 2.")
    return int(text)


def _list(text: str, field: str) -> tuple[str, ...]:
    return tuple(part for part in _LISTED.split(text) if part)


_READ: dict[object, Callable[[str, str], object]] = {
    str: lambda text, _: text,
    int: _whole,
    bool: read_yes,
    tuple[str, ...]: _list,
}
