from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.vacancy import (
    CARE_TYPES,
    SettingFacts,
    VacancyFacts,
    care_type,
    check_setting,
    check_vacancy,
    is_reserved,
    is_stale,
    reservation,
)

TODAY = date(2026, 12, 1)
SETTING = SettingFacts("r1", "Elm House", "Elm Care", "871", "residential", "K2", registered=4, occupied=3)
VACANCY = VacancyFacts("r1", 2, 8, 17)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("K2", ("residential", "K2")),
        ("k1", ("secure", "K1")),
        ("foster", ("foster", "U6")),
        ("Supported ", ("supported", "K3")),
        ("school", ("school", "S1")),
        ("u1", ("foster", "U1")),
        ("R3", ("residential", "R3")),
    ],
)
def test_a_care_type_from_a_code_or_a_word(typed: str, found: tuple[str, str]) -> None:
    assert care_type(typed) == found


def test_every_care_type_stands_for_one_of_its_own_codes() -> None:
    for kind, places in CARE_TYPES.items():
        assert care_type(kind)[1] in places
        assert all(care_type(place) == (kind, place) for place in places)


@pytest.mark.parametrize("typed", ["", "P1", "hotel", "K9"])
def test_no_care_type(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        care_type(typed)
    assert refused.value.where == "type"


def test_a_setting_is_tidied() -> None:
    given = replace(SETTING, type="", place="k2", outcode="sl1 4xy", urn="sc123456", sector="Private")
    tidy = check_setting(given)
    assert (tidy.type, tidy.place, tidy.outcode) == ("residential", "K2", "SL1")
    assert (tidy.urn, tidy.sector) == ("SC123456", "private")
    assert check_setting(tidy) == tidy


def test_a_setting_with_a_type_alone_gets_the_usual_code() -> None:
    assert check_setting(replace(SETTING, type="supported", place="")).place == "K3"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ref": " "}, "ref"),
        ({"name": ""}, "name"),
        ({"provider": ""}, "provider"),
        ({"authority": ""}, "authority"),
        ({"type": "foster"}, "type"),
        ({"place": "P1"}, "type"),
        ({"outcode": "slough"}, "outcode"),
        ({"urn": "12"}, "urn"),
        ({"sector": "martian"}, "sector"),
        ({"registered": -1}, "registered"),
        ({"occupied": 5}, "occupied"),
        ({"reserved": 1000}, "reserved"),
    ],
)
def test_a_setting_refused(change: dict[str, object], where: str) -> None:
    with pytest.raises(Refused) as refused:
        check_setting(replace(SETTING, **change))  # type: ignore[arg-type]
    assert refused.value.where == where


def test_a_vacancy_is_tidied() -> None:
    given = replace(
        VACANCY, sex="any", siblings=0, needs=("Autism ", " "), reserved_for=("871", "867", "871")
    )
    tidy = check_vacancy(given)
    assert (tidy.sex, tidy.siblings, tidy.needs) == ("A", 1, ("autism",))
    assert tidy.reserved_for == ("867", "871")
    assert check_vacancy(tidy) == tidy


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"ref": ""}, "ref"),
        ({"accepting": -1}, "accepting"),
        ({"accepting": True}, "accepting"),
        ({"age_min": 18}, "age_min"),
        ({"age_max": 26}, "age_max"),
        ({"age_min": -1}, "age_min"),
        ({"sex": "X"}, "sex"),
        ({"siblings": 13}, "siblings"),
        ({"weekly": -1}, "weekly"),
        ({"available_from": "3/12/2026"}, "available_from"),
        ({"reserved_until": "2026-02-30", "reserved_for": ("871",)}, "reserved_until"),
        ({"reserved_until": "2026-12-03"}, "reserved_for"),
        ({"reserved_for": ("Slough",)}, "reserved_for"),
        ({"confirmed_on": "soon"}, "confirmed_on"),
        ({"ratio": "9:1"}, "ratio"),
        ({"stays": ("ages",)}, "stays"),
    ],
)
def test_a_vacancy_refused(change: dict[str, object], where: str) -> None:
    with pytest.raises(Refused) as refused:
        check_vacancy(replace(VACANCY, **change))  # type: ignore[arg-type]
    assert refused.value.where == where


def test_a_vacancy_is_stale_past_fourteen_days() -> None:
    assert not is_stale("2026-11-17", TODAY)
    assert is_stale("2026-11-16", TODAY)
    assert is_stale("", TODAY)


def test_blocks_and_soft_blocks() -> None:
    block = replace(VACANCY, reserved_for=("867", "871"))
    assert reservation(block, TODAY) == "block for 867, 871"
    soft = replace(block, reserved_until="2026-12-01")
    assert reservation(soft, TODAY) == "soft block for 867, 871 until 01/12/2026"
    assert is_reserved(soft, TODAY)
    assert reservation(soft, date(2026, 12, 2)) == ""
    assert reservation(VACANCY, TODAY) == ""
