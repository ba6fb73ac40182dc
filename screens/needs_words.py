"""A child's needs in words, as officers say them."""

from __future__ import annotations

from collections.abc import Iterable

from rcc_tui.domain import codes
from rcc_tui.domain.dates import show_date
from rcc_tui.domain.money import pounds
from rcc_tui.domain.needs import RISKS, Needs

SEXES = {"F": "Female", "M": "Male", "U": "Unknown or unspecified"}
STAYS = {
    "short": "Short, under 12 weeks",
    "medium": "Medium, 12 weeks to 6 months",
    "long": "Long, over 6 months",
    "respite": "Respite",
}
SUITABILITIES = {
    "preferred": "Preferred",
    "suitable": "Suitable but not preferred",
    "unsuitable": "Unsuitable",
    "unspecified": "Not specified",
}
ALONGSIDE = {
    "any": "No preference",
    "solo": "Solo placement recommended",
    "with": "With other children recommended",
    "older": "Only with other older children",
    "younger": "Only with other younger children",
}
RATIOS = {
    "standard": "Standard",
    "1:1": "One adult to one child",
    "2:1": "Two adults to one child",
    ">2:1": "More than two adults to one child",
    "unspecified": "Not specified",
}
SUPPORTS = {
    "supervision": "Additional supervision",
    "therapeutic": "Therapeutic support",
    "respite_worker": "A worker for respite",
    "school_taxi": "Taxis to school",
    "other": "Other",
}
LEVELS = {"none": "No known risk", "low": "Low risk", "high": "High risk"}
RISK_NAMES = {
    "self_harm": "Self-harm",
    "criminal_exploitation": "Criminal exploitation",
    "sexual_exploitation": "Sexual exploitation",
    "drug_alcohol": "Drug and alcohol use",
    "eating_disorder": "Eating disorder",
    "going_missing": "Going missing",
    "harm_physical": "Physical harm to others",
    "harm_sexual": "Sexual harm to others",
    "harm_fire": "Fire setting",
    "harm_animals": "Harm to animals",
    "harm_criminal_exploitation": "Criminal exploitation of others",
}
COMMUNICATION = {
    "ESOL": "English as another language",
    "BSL": "British Sign Language",
    "Makaton": "Makaton",
    "Other": "Other",
}
RISKS_WITH_LEVEL = {
    f"{risk}:{level}": f"{RISK_NAMES[risk]} {level}" for risk in RISKS for level in ("high", "low")
}
"""Every risk at each level: what the short form picks from."""


def options(words: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Codes and meanings for a field that picks a code."""
    return tuple(words.items())


def who(needs: Needs) -> str:
    """Age and sex in the shortest form: `12 F`."""
    return f"{needs.age} {needs.sex}"


def risks_known(needs: Needs) -> list[str]:
    """Risks that are low or high, high ones first, each with its level."""
    known = [(level, risk) for risk, level in needs.risks if level != "none"]
    return [f"{RISK_NAMES.get(risk, risk)}: {level}" for level, risk in sorted(known, key=lambda one: one[0])]


def facts(needs: Needs) -> list[tuple[str, str]]:
    """Every fact that is set, as a label and words, in the order of the form."""
    suit = needs.suitability
    told: Iterable[tuple[str, str]] = (
        ("Age, sex", f"{needs.age}, {SEXES.get(needs.sex, needs.sex)}"),
        ("Needed by", show_date(needs.needed_by)),
        ("Emergency", "yes" if needs.emergency else ""),
        ("Stay", STAYS.get(needs.stay, needs.stay)),
        ("Siblings", f"{needs.siblings} together" if needs.siblings > 1 else ""),
        ("Home", needs.home),
        ("Within", f"{needs.max_miles} miles" if needs.max_miles else ""),
        ("Local", "preferred" if needs.local else "not preferred"),
        ("Out of area", codes.OUT_OF_AREA.get(needs.out_of_area_reason, needs.out_of_area_reason)),
        ("Avoid", ", ".join(needs.avoid)),
        ("Risks", "; ".join(risks_known(needs))),
        (
            "No risk of",
            ", ".join(RISK_NAMES.get(risk, risk) for risk, level in needs.risks if level == "none"),
        ),
        ("Foster care", _said(SUITABILITIES, suit.foster)),
        ("Residential", _said(SUITABILITIES, suit.residential)),
        ("Supported", _said(SUITABILITIES, suit.supported)),
        ("Alongside", _said(ALONGSIDE, needs.alongside, "any")),
        ("Adults", _said(RATIOS, needs.ratio)),
        ("Support", ", ".join(SUPPORTS.get(item, item) for item in needs.support)),
        ("Other help", needs.support_other),
        ("Needs", ", ".join(needs.needs)),
        ("Speaks", COMMUNICATION.get(needs.communication, needs.communication)),
        ("Cultural", needs.cultural),
        ("Adaptation", needs.adaptation),
        ("Pets", needs.pets),
        ("Education", needs.education),
        ("School", needs.school),
        ("Health", needs.health),
        ("DoL order", "yes" if needs.dol else ""),
        ("UASC", "yes" if needs.uasc else ""),
        ("Legal status", _coded(codes.LEGAL_STATUS, needs.legal_status)),
        ("In need for", _coded(codes.CIN, needs.category)),
        ("Budget", f"{pounds(needs.budget_weekly)} a week" if needs.budget_weekly else ""),
    )
    return [(label, words) for label, words in told if words]


def _said(words: dict[str, str], code: str, default: str = "unspecified") -> str:
    return "" if code == default else words.get(code, code)


def _coded(words: dict[str, str], code: str) -> str:
    return f"{code} {words.get(code, '')}".strip()
