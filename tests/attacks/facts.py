"""Small acts that tests of every attack write."""

from __future__ import annotations

from dataclasses import replace

from rcc_tui.acts import requests, settings, vacancies
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts

HOME = SettingFacts("S1", "The Elms", "Elm Care", "931", "residential", "K2")
PLACES = VacancyFacts("V1", 2, 8, 14)


def home(authority: str = "931", name: str = "The Elms") -> settings.Open:
    """A setting of an authority."""
    return settings.Open(replace(HOME, authority=authority, name=name))


def rename(name: str) -> settings.Edit:
    """A setting's new name."""
    return settings.Edit(replace(HOME, name=name), ("name",))


def places(authority: str = "931", accepting: int = 2) -> vacancies.Open:
    """Places on offer."""
    return vacancies.Open("00" * 16, authority, replace(PLACES, accepting=accepting))


def recount(accepting: int) -> vacancies.Edit:
    """How many places are accepting now."""
    return vacancies.Edit(replace(PLACES, accepting=accepting), ("accepting",))


def request(age: int = 12) -> requests.Open:
    """A child needs a place."""
    return requests.Open(Needs(age, "F"), requests.RequestFacts(child="C1"))
