"""Settings, vacancies and vacancy files for the tests of the services."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from rcc_tui.domain.vacancy import SettingFacts, VacancyFacts
from rcc_tui.services import places
from rcc_tui.services.desk import Desk

OAK = SettingFacts(
    ref="SC100001",
    name="Oak House",
    provider="Acorn Care",
    authority="870",
    type="residential",
    place="K2",
    outcode="RG1",
    town="Reading",
    urn="SC100001",
    sector="private",
    registered=4,
)
BED = VacancyFacts(ref="OAK-1", accepting=2, age_min=10, age_max=16, needs=("autism",), weekly=420000)
HEADER = ("ref", "provider", "setting", "authority", "outcode", "type", "accepting", "age_min", "age_max")


def offered(desk: Desk, setting: SettingFacts = OAK, vacancy: VacancyFacts = BED) -> str:
    """A vacancy in a setting of its own; its id. At an authority's desk the setting is its own."""
    if desk.role == "authority":
        setting = replace(setting, authority=desk.code)
    home = places.add_setting(desk, setting)
    return places.add(desk, home.id, vacancy).id


def line(ref: str, **cells: str) -> dict[str, str]:
    """A good row of a vacancy CSV, with these cells instead."""
    row = dict.fromkeys(HEADER, "")
    row.update(
        ref=ref,
        provider="Acorn Care",
        setting="Oak House",
        authority="870",
        outcode="RG1",
        type="K2",
        accepting="2",
        age_min="10",
        age_max="16",
    )
    return {**row, **cells}


def write(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    """A vacancy CSV of these rows."""
    rows = list(rows)
    names = list(dict.fromkeys([*HEADER, *(name for row in rows for name in row)]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def entries(desk: Desk) -> int:
    """How many entries a store holds."""
    return int(desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0])
