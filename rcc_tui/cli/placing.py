"""A setting and its vacancy, as options: the columns of the vacancy file, one option each."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any, ClassVar

from rcc_tui.cli.command import Choice, OptionSet
from rcc_tui.cli.options import iso_day, pence
from rcc_tui.domain.errors import UsageError
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts, care_type

_REQUIRED = ("ref", "accepting", "age_min", "age_max")
_NEW_SETTING = ("setting", "provider", "type", "outcode")


class SettingOptions(OptionSet):
    """A setting on the command line; `setting` is its name, or the id or ref of one that is known."""

    CHOICES: ClassVar = (
        Choice("setting", str, ("--setting",), "The id or ref of a setting, or the name of a new one."),
        Choice("provider", str, ("--provider",), "Who runs it. With a provider the setting is a new one."),
        Choice("authority", str, ("--authority",), "DfE code of the authority it belongs to, if not yours."),
        Choice("type", str, ("--type",), "A PLACE code as K2, or foster, residential, supported, …"),
        Choice("outcode", str, ("--outcode",), "The first half of its postcode."),
        Choice("town", str, ("--town",), "Its town."),
        Choice("urn", str, ("--urn",), "Its Ofsted URN."),
        Choice("sector", str, ("--sector",), "local authority, private, voluntary, health or other."),
        Choice("registered", int, ("--registered",), "Registered places."),
        Choice("occupied", int, ("--occupied",), "Occupied places."),
        Choice("reserved", int, ("--reserved",), "Reserved places."),
        Choice("grade", str, ("--grade",), "The last Ofsted grade."),
        Choice("framework", str, ("--framework",), "Framework status, in words."),
    )

    @property
    def is_new(self) -> bool:
        """Whether a setting is described, rather than one named that is known."""
        return "provider" in self

    def facts(self, own: str) -> SettingFacts:
        """The new setting, of authority `own` where none is named. Raises UsageError, Refused."""
        missing = [key for key in _NEW_SETTING if key not in self]
        if missing:
            raise UsageError(f"A new setting needs --{', --'.join(missing)}.")
        kind, place = care_type(self["type"])
        given = {key: value for key, value in self.items() if key not in ("setting", "type", "authority")}
        facts = SettingFacts(
            **{"ref": "", **given},
            name=self["setting"],
            authority=self.get("authority", own),
            type=kind,
            place=place,
        )
        from rcc_tui.interop.vacancy_csv import setting_key

        return replace(facts, ref=setting_key(facts))

    def over(self, before: SettingFacts) -> SettingFacts:
        """A known setting with what was given changed. Raises Refused."""
        given: dict[str, Any] = dict(self)
        if "setting" in given:
            given["name"] = given.pop("setting")
        if "type" in given:
            given["type"], given["place"] = care_type(given["type"])
        return replace(before, **given)


class VacancyOptions(OptionSet):
    """A vacancy on the command line."""

    CHOICES: ClassVar = (
        Choice("ref", str, ("--ref",), "Your own id of this vacancy, which stays."),
        Choice("accepting", int, ("--accepting",), "How many places are on offer."),
        Choice("age_min", int, ("--age-min",), "Youngest age in years."),
        Choice("age_max", int, ("--age-max",), "Oldest age in years."),
        Choice("sex", str, ("--sex",), "F, M or A for any."),
        Choice("needs", list[str], ("--need",), "A need that is met, as autism. May be given again."),
        Choice("siblings", int, ("--siblings",), "So many siblings together."),
        Choice("solo", bool, ("--solo/--no-solo",), "A solo placement is possible."),
        Choice("emergency", bool, ("--emergency/--no-emergency",), "Takes emergencies."),
        Choice("weekly", str, ("--weekly",), "Pounds a week; without it the tariff says."),
        Choice("available_from", str, ("--available-from",), "The first day."),
        Choice("reserved_for", list[str], ("--reserved-for",), "DfE code it is blocked for. Again."),
        Choice("reserved_until", str, ("--reserved-until",), "The last day of a soft block."),
        Choice("protected", str, ("--protected",), "The group it is kept for, as UASC."),
        Choice("ratio", str, ("--ratio",), "Adults to children: standard, 1:1, 2:1 or >2:1."),
        Choice("stays", list[str], ("--stay",), "short, medium, long or respite. Again."),
        Choice("ground_floor", bool, ("--ground-floor/--no-ground-floor",), "On the ground floor."),
        Choice("education", bool, ("--education/--no-education",), "Education on site."),
    )

    def facts(self, today: date) -> VacancyFacts:
        """A new vacancy, confirmed today. Raises UsageError, Refused."""
        missing = [f"--{key.replace('_', '-')}" for key in _REQUIRED if key not in self]
        if missing:
            raise UsageError(f"A vacancy needs {', '.join(missing)}.")
        return VacancyFacts(**{"confirmed_on": today.isoformat(), **self._values(today)})

    def over(self, before: VacancyFacts, today: date) -> VacancyFacts:
        """The vacancy with what was given changed. Raises Refused."""
        return replace(before, **self._values(today))

    def _values(self, today: date) -> dict[str, Any]:
        values: dict[str, Any] = dict(self)
        for key in ("available_from", "reserved_until"):
            if key in values:
                values[key] = iso_day(values[key], today, f"--{key.replace('_', '-')}")
        if "weekly" in values:
            values["weekly"] = pence(values["weekly"], "--weekly")
        return {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}


def as_json(facts: SettingFacts | VacancyFacts) -> dict[str, object]:
    """The facts by name, lists as lists."""
    values = ((one.name, getattr(facts, one.name)) for one in fields(facts))
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values}
