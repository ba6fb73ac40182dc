"""What a child needs: the request, field by field, as the field's standards name it.

Sources: national Placements Data Standard v3 (2026-06) and the 2025 RCC data standards.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rcc_tui.domain.codes import CIN, LEGAL_STATUS, check_code
from rcc_tui.domain.dates import iso_date, parse_date
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.geography import is_outcode, is_postcode, outcode_of

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


_FREE_TEXTS = ("cultural", "adaptation", "pets", "education", "health", "school", "support_other")
_MAX_TEXT = 500
MAX_SIBLINGS = 12
MAX_AGE = 25
_POSTCODE_WITHIN = re.compile(r"\b[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)


def check_needs(needs: Needs) -> Needs:
    """The same needs in their tidy form: codes as listed, outcodes in capitals, risks in the list's order.

    Raises Refused naming the field. A full postcode in a free text is refused: these words leave the
    authority.
    """
    _check_number(needs.age, 0, MAX_AGE, "age", "years")
    _check_number(needs.siblings, 0, MAX_SIBLINGS, "siblings", "children")
    _check_number(needs.max_miles, 0, 999, "max_miles", "miles")
    _check_number(needs.budget_weekly, 0, 10**10, "budget_weekly", "pence")
    for field in _FREE_TEXTS:
        _check_text(getattr(needs, field), field)
    if needs.needed_by:
        iso_date(needs.needed_by, "needed_by")
    support = tuple(_one_of(item, SUPPORTS, "support") for item in needs.support)
    if "other" in support and not needs.support_other.strip():
        raise Refused("Support “other” needs words.", where="support_other", hint="Say which support.")
    return replace(
        needs,
        sex=_one_of(needs.sex, ("F", "M", "U"), "sex"),
        stay=_one_of(needs.stay, STAYS, "stay"),
        home=outcode_of(needs.home, "home") if needs.home else "",
        out_of_area_reason=_optional(needs.out_of_area_reason, OUT_OF_AREA_REASONS, "out_of_area_reason"),
        suitability=_check_suitability(needs.suitability),
        alongside=_one_of(needs.alongside, ALONGSIDE, "alongside"),
        needs=tuple(_need(need) for need in needs.needs),
        communication=_optional(needs.communication, COMMUNICATION, "communication"),
        ratio=_one_of(needs.ratio, RATIOS, "ratio"),
        support=support,
        risks=_check_risks(needs.risks),
        legal_status=check_code(needs.legal_status, LEGAL_STATUS, "legal_status")
        if needs.legal_status
        else "",
        category=check_code(needs.category, CIN, "category") if needs.category else "",
        avoid=tuple(_avoided(place) for place in needs.avoid),
    )


def _check_number(value: int, low: int, high: int, field: str, unit: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Refused(f"“{value}” is no {field}.", where=field, hint=f"Give {low} to {high} {unit}.")


def _check_text(value: str, field: str) -> None:
    if len(value) > _MAX_TEXT:
        raise Refused(f"{field} is longer than {_MAX_TEXT} characters.", where=field, hint="Say it shorter.")
    if found := _POSTCODE_WITHIN.search(value):
        raise Refused(
            f"{field} holds the full postcode {found[0]}.",
            where=field,
            hint="Name only the first half: these words leave the authority.",
        )


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    by_fold = {option.casefold(): option for option in allowed}
    if (found := by_fold.get(value.strip().casefold())) is None:
        raise Refused(f"“{value}” is no {field}.", where=field, hint=f"One of {', '.join(allowed)}.")
    return found


def _optional(value: str, allowed: tuple[str, ...], field: str) -> str:
    return _one_of(value, allowed, field) if value.strip() else ""


def _check_suitability(given: Suitability) -> Suitability:
    return Suitability(
        _one_of(given.foster, SUITABILITIES, "suitability.foster"),
        _one_of(given.residential, SUITABILITIES, "suitability.residential"),
        _one_of(given.supported, SUITABILITIES, "suitability.supported"),
    )


def _check_risks(risks: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    levels: dict[str, str] = {}
    for name, level in risks:
        risk = _one_of(name, RISKS, "risks")
        if risk in levels:
            raise Refused(f"The risk {risk} is given twice.", where=f"risks.{risk}", hint="Give it once.")
        levels[risk] = _one_of(level, RISK_LEVELS, f"risks.{risk}")
    return tuple((risk, levels[risk]) for risk in RISKS if risk in levels)


def _need(need: str) -> str:
    tidy = " ".join(need.casefold().split())
    if not tidy:
        raise Refused("A need has no words.", where="needs", hint="Leave it out or name it.")
    _check_text(tidy, "needs")
    return tidy


def _avoided(place: str) -> str:
    """A place to keep away from: an outcode where the text is one, otherwise the name of a town."""
    tidy = " ".join(place.split())
    if not tidy:
        raise Refused("A place to avoid has no name.", where="avoid", hint="Leave it out or name it.")
    if is_postcode(tidy) or is_outcode(tidy):
        return outcode_of(tidy, "avoid")
    _check_text(tidy, "avoid")
    return tidy


def urgency(needed_by: str, today: date) -> str:
    """The band of the Placements Data Standard: Today, < 5 days, > 5 days. No date given counts as Today.

    The fifth day itself is within 5 days, as the standard's vocabulary words it.
    """
    if not needed_by:
        return "Today"
    ahead = (iso_date(needed_by, "needed_by") - today).days
    if ahead <= 0:
        return "Today"
    return "< 5 days" if ahead <= 5 else "> 5 days"


_NUMBERS = ("age", "siblings", "max_miles", "budget_weekly")
_SWITCHES = ("emergency", "local", "dol", "uasc")
_WORDS = (
    *("sex", "stay", "out_of_area_reason", "alongside", "communication", "cultural", "adaptation", "pets"),
    *("education", "health", "ratio", "support_other", "legal_status", "category", "school"),
)
_LISTS = ("needs", "support", "avoid")
_OWN = ("child", "home_postcode")
REQUEST_KEYS = frozenset(
    (*_NUMBERS, *_SWITCHES, *_WORDS, *_LISTS, *_OWN, "needed_by", "home", "suitability", "risks")
)


def needs_from_json(document: dict[str, object], today: date) -> tuple[Needs, dict[str, str]]:
    """A request as a JSON object: what may leave the authority, and what may not.

    The second part holds `child` (the local identifier) and `home_postcode` (a full postcode), each only
    where given; of the home only the outcode is in the needs. Raises Refused naming the key.
    """
    for key in document:
        if key not in REQUEST_KEYS:
            near = difflib.get_close_matches(key, REQUEST_KEYS, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(sorted(REQUEST_KEYS))}."
            raise Refused(f"“{key}” is no part of a request.", where=key, hint=hint)
    for key in ("age", "sex"):
        if document.get(key) in (None, ""):
            raise Refused(f"A request needs the {key}.", where=key, hint=f"Give {key}.")
    values: dict[str, Any] = {}
    for keys, read in ((_NUMBERS, _number), (_SWITCHES, _switch), (_WORDS, _word), (_LISTS, _list)):
        values.update((key, read(document[key], key)) for key in keys if document.get(key) is not None)
    if needed := _word(document.get("needed_by") or "", "needed_by"):
        values["needed_by"] = parse_date(needed, today, "needed_by").isoformat()
    suitability = _object(document.get("suitability"), "suitability", ("foster", "residential", "supported"))
    risks = _object(document.get("risks"), "risks", RISKS)
    own = _own_part(document)
    home = _word(document.get("home") or "", "home") or own.get("home_postcode", "")
    needs = Needs(**values, home=home, suitability=Suitability(**suitability), risks=tuple(risks.items()))
    return check_needs(needs), own


def _own_part(document: dict[str, object]) -> dict[str, str]:
    own = {key: text for key in _OWN if (text := _word(document.get(key) or "", key).strip())}
    if "home_postcode" in own and not is_postcode(own["home_postcode"]):
        raise Refused(
            "home_postcode is no full postcode.", where="home_postcode", hint="Write it like SL1 4XY."
        )
    home = document.get("home")
    if isinstance(home, str) and is_postcode(home):
        own.setdefault("home_postcode", home)
    if "home_postcode" in own:
        compact = "".join(own["home_postcode"].upper().split())
        own["home_postcode"] = f"{compact[:-3]} {compact[-3:]}"
    return own


def _number(value: object, key: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refused(f"{key} is not a whole number.", where=key, hint="Give digits without quotes.")
    return value


def _switch(value: object, key: str) -> bool:
    if not isinstance(value, bool):
        raise Refused(f"{key} is neither true nor false.", where=key, hint="Give true or false.")
    return value


def _word(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise Refused(f"{key} is not text.", where=key, hint="Give text in quotes.")
    return value


def _list(value: object, key: str) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise Refused(f"{key} is not a list.", where=key, hint="Give a list of texts.")
    return tuple(_word(item, key) for item in value)


def _object(value: object, key: str, known: tuple[str, ...]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{key} is not an object.", where=key, hint=f"Its keys are {', '.join(known)}.")
    for name in value:
        if name not in known:
            raise Refused(
                f"“{name}” is no part of {key}.", where=f"{key}.{name}", hint=f"One of {', '.join(known)}."
            )
    return {name: _word(level, f"{key}.{name}") for name, level in value.items()}


def needs_to_json(needs: Needs) -> dict[str, object]:
    """The needs as the JSON object that `needs_from_json` reads back to the same."""
    document: dict[str, object] = {
        key: getattr(needs, key) for key in (*_NUMBERS, *_SWITCHES, *_WORDS, "needed_by", "home")
    }
    document.update({key: list(getattr(needs, key)) for key in _LISTS})
    document["suitability"] = {
        "foster": needs.suitability.foster,
        "residential": needs.suitability.residential,
        "supported": needs.suitability.supported,
    }
    document["risks"] = dict(needs.risks)
    return document
