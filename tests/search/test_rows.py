"""How a place of the regional list becomes a row, and what the search may load."""

from __future__ import annotations

import subprocess
import sys

from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.vacancy import Place, SettingFacts, VacancyFacts
from rcc_tui.search.rows import index_row
from tests.search.made import engine
from tests.search.test_engine import ask

SETTING = SettingFacts(
    ref="S-1",
    name="St Mary's",
    provider="Thames Care",
    authority="931",
    type="foster",
    place="U6",
    outcode="OX4",
    town="Oxford",
)
VACANCY = VacancyFacts(
    ref="V7", accepting=2, age_min=4, age_max=11, needs=("asd", "harm_fire"), confirmed_on="2026-11-30"
)
PLACE = Place("ab12", "cd34", SETTING, VACANCY, free=2, hub="N", authority_name="Oxfordshire")
AUTHORITY = Authority("931", "E10000025", "Oxfordshire", "N", "", ("oxon",))


def test_a_place_is_found_by_all_its_words() -> None:
    row = index_row(PLACE, AUTHORITY, {"asd": "autism"})
    for text in (
        "marys",
        "thames",
        "oxford",
        "oxfordshire",
        "oxon",
        "fostering",
        "autism",
        "asd",
        "fire",
        "u6",
        "v7",
    ):
        assert text in row.words
    assert (row.id, row.age_min, row.age_max, row.hub, row.free) == ("ab12", 4, 11, "N", 2)
    assert row.stale_on == "2026-11-30"
    assert ask(engine([row]), "st mary's oxn 5f type:foster hub:north").ids == ("ab12",)


def test_a_place_is_found_without_knowing_its_authority() -> None:
    row = index_row(PLACE)
    assert "oxon" not in row.words
    assert "oxfordshire" in row.words


def loaded_by(module: str) -> set[str]:
    code = f"import {module}, sys; print(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_search_loads_neither_screens_nor_tables_nor_numpy() -> None:
    heavy = {"textual", "rich", "sqlmodel", "sqlalchemy", "pydantic", "numpy", "pandas", "rapidfuzz"}
    assert not heavy & loaded_by("rcc_tui.search.engine")
    assert not heavy & loaded_by("rcc_tui.search.query")
