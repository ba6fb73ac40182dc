"""The fields of a request, and the way between them and a child's needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from textual.widget import Widget

from rcc_tui.domain import codes
from rcc_tui.domain.dates import parse_date
from rcc_tui.domain.geography import is_postcode, outcode_of
from rcc_tui.domain.needs import MAX_AGE, MAX_SIBLINGS, RISKS, Needs, Suitability, check_needs
from screens import needs_words as words
from screens.needs_words import options
from screens.widgets.codesfield import CodesField
from screens.widgets.field import Check
from screens.widgets.form import CodeField, DateField, Form, MoneyField, NumberField, TextField, YesNoField

_PROBE = Needs(age=0, sex="U")
_RISK = "risks."
_LISTS = ("needs", "avoid", "support")
_NUMBERS = ("age", "siblings", "max_miles", "budget_weekly")
_SWITCHES = ("emergency", "local", "dol", "uasc")
_TEXTS = (
    *("sex", "needed_by", "stay", "out_of_area_reason", "alongside", "communication", "cultural"),
    *("adaptation", "pets", "education", "health", "ratio", "support_other", "legal_status", "category"),
    "school",
)
_DEFAULTS = {"siblings": "1", "max_miles": "0", "budget_weekly": "0"}


def split(text: str) -> tuple[str, ...]:
    """Words with commas between them, tidied, the empty ones left out."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _by_the_rules(key: str, read: Callable[[str], object] = str) -> Check:
    """Says what the rules of a request say of one of its facts."""

    def check(value: str) -> str:
        one: dict[str, Any] = {key: read(value)}
        check_needs(replace(_PROBE, **one))
        return ""

    return check


def check_home(value: str) -> str:
    """An outcode or a full postcode. Raises Refused."""
    outcode_of(value, "home")
    return ""


def _text(key: str, label: str, hint: str = "") -> TextField:
    return TextField(key, label, check=_by_the_rules(key), hint=hint)


def _list(key: str, label: str, hint: str) -> TextField:
    return TextField(key, label, check=_by_the_rules(key, split), hint=hint)


def _day(today: date, value: str, required: bool) -> DateField:
    return DateField(
        "needed_by",
        "Needed by",
        lambda text: parse_date(text, today).isoformat(),
        value=value,
        required=required,
    )


def _first(today: date) -> list[Widget]:
    return [
        NumberField("age", "Age", most=MAX_AGE, required=True, hint="whole years"),
        CodeField("sex", "Sex", options(words.SEXES), required=True, hint="f, m or u"),
    ]


def _siblings() -> NumberField:
    return NumberField(
        "siblings", "Siblings together", value="1", most=MAX_SIBLINGS, hint="this child counted too"
    )


def _home() -> TextField:
    return TextField("home", "Home postcode", check=check_home, hint="SL1 4XY stays here; others see SL1")


def _own() -> list[Widget]:
    return [
        TextField("child", "Child's reference", hint="your own; never leaves the authority"),
        TextField("officer", "Officer"),
    ]


def emergency_fields(today: date) -> list[Widget]:
    """The short form, one page: what the duty team knows at night. The rest can come later."""
    return [
        *_first(today),
        _siblings(),
        CodesField(
            "risks", "Risks known", options(words.RISKS_WITH_LEVEL), hint="a few letters, Enter, the next"
        ),
        _home(),
        _day(today, today.isoformat(), required=True),
        *_own(),
    ]


def full_fields(today: date) -> list[Widget]:
    """Every fact of a request, in sections. Age, sex and the day are needed."""
    return [
        Form.heading("The child"),
        *_first(today),
        _siblings(),
        *_own(),
        Form.heading("When and where"),
        _day(today, "", required=True),
        YesNoField("emergency", "Emergency", value="no"),
        CodeField("stay", "Expected stay", options(words.STAYS), value="short"),
        _home(),
        NumberField("max_miles", "At most miles away", most=999, hint="0 or empty: any distance"),
        YesNoField("local", "Local preferred", value="yes"),
        CodeField("out_of_area_reason", "Why out of area", options(codes.OUT_OF_AREA)),
        _list("avoid", "Places to avoid", "SL1, Reading"),
        TextField("school", "School to keep", check=_by_the_rules("school")),
        Form.heading("Risks: h high, l low, n no known risk"),
        *(
            CodeField(_RISK + risk, words.RISK_NAMES[risk], options(words.LEVELS), hint="h, l or n")
            for risk in RISKS
        ),
        Form.heading("Kind of care"),
        *(
            CodeField(f"suitability.{key}", label, options(words.SUITABILITIES), value="unspecified")
            for key, label in (
                ("foster", "Foster care"),
                ("residential", "Residential care"),
                ("supported", "Supported lodging"),
            )
        ),
        CodeField("alongside", "Alongside others", options(words.ALONGSIDE), value="any"),
        CodeField("ratio", "Adults to children", options(words.RATIOS), value="unspecified"),
        CodesField("support", "Support", options(words.SUPPORTS), hint="a few letters, Enter, the next"),
        _text("support_other", "Other support"),
        Form.heading("Needs"),
        _list("needs", "Needs", "autism, wheelchair"),
        CodeField("communication", "Communication", options(words.COMMUNICATION)),
        _text("cultural", "Cultural"),
        _text("adaptation", "Adaptation of the home"),
        _text("pets", "Pets"),
        _text("education", "Education"),
        _text("health", "Health"),
        Form.heading("Legal, and money"),
        YesNoField("dol", "Deprivation of liberty", value="no"),
        YesNoField("uasc", "UASC", value="no"),
        CodeField("legal_status", "Legal status", options(codes.LEGAL_STATUS)),
        CodeField("category", "Category of need", options(codes.CIN)),
        MoneyField("budget_weekly", "Budget a week", hint="£, may stay empty"),
    ]


def needs_of(values: Mapping[str, str], base: Needs | None = None) -> Needs:
    """The needs that a form's values say, on top of `base` (facts the form has no field for stay).

    Of a full home postcode only the outcode; the caller keeps the rest. Raises Refused naming the field.
    """
    given: dict[str, Any] = {key: values[key] for key in _TEXTS if key in values}
    given |= {key: int(values[key] or _DEFAULTS[key]) for key in _NUMBERS if key in values}
    given |= {key: values[key] == "yes" for key in _SWITCHES if key in values}
    given |= {key: split(values[key]) for key in _LISTS if key in values}
    for key in _LISTS:
        if base is not None and values.get(key) == _joined(base, key):
            del given[key]  # an item that holds a comma stays one item
    if "home" in values:
        given["home"] = outcode_of(values["home"], "home") if values["home"] else ""
    if "suitability.foster" in values:
        given["suitability"] = Suitability(
            **{
                key: values[f"suitability.{key}"] or "unspecified"
                for key in ("foster", "residential", "supported")
            }
        )
    for key, default in (("stay", "short"), ("alongside", "any"), ("ratio", "unspecified")):
        if given.get(key) == "":
            given[key] = default
    if (risks := _risks(values)) is not None:
        given["risks"] = risks
    return check_needs(replace(base or _PROBE, **given))


def _risks(values: Mapping[str, str]) -> tuple[tuple[str, str], ...] | None:
    if "risks" in values:
        # Both levels of one risk picked: the higher one stands.
        picked = [one.rsplit(":", 1) for one in split(values["risks"])]
        levels = dict(sorted(((risk, level) for risk, level in picked), key=lambda one: one[1] == "high"))
        return tuple(levels.items())
    given = [(risk, values[_RISK + risk]) for risk in RISKS if values.get(_RISK + risk)]
    return tuple(given) if any(key.startswith(_RISK) for key in values) else None


def postcode_of(values: Mapping[str, str]) -> str:
    """The full home postcode where one was given, else empty."""
    home = values.get("home", "")
    return home if is_postcode(home) else ""


def values_of(needs: Needs, home_postcode: str, child: str, officer: str) -> dict[str, str]:
    """The values of the full form that say these needs: `needs_of` reads them back to the same."""
    values = {key: str(getattr(needs, key)) for key in (*_TEXTS, *_NUMBERS)}
    values |= {key: "yes" if getattr(needs, key) else "no" for key in _SWITCHES}
    values |= {key: _joined(needs, key) for key in _LISTS}
    values |= {_RISK + risk: level for risk, level in needs.risks}
    values |= {
        f"suitability.{key}": getattr(needs.suitability, key)
        for key in ("foster", "residential", "supported")
    }
    for key in ("max_miles", "budget_weekly"):
        if values[key] == "0":
            values[key] = ""
    return values | {"home": home_postcode or needs.home, "child": child, "officer": officer}


def _joined(needs: Needs, key: str) -> str:
    items: tuple[str, ...] = getattr(needs, key)
    return ("," if key == "support" else ", ").join(items)
