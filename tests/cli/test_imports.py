"""rcc import: the field's files, row by row."""

from __future__ import annotations

from tests.cli.conftest import BUYER, HUB, Town
from tests.shared import DATA, needs_data

HEADER = """CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB
C1,F,01/02/2014,WBRI,,,
C2,F,31/02/2014,WBRI,,,
"""
EPISODES = """CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN
C1,01/05/2026,S,C2,N1,U6,PR1,,,,RG4 8AA,RG1 1AA,
"""


def test_an_ssda903_return(town: Town) -> None:
    paths = (town.file("header.csv", HEADER), town.file("episodes.csv", EPISODES))
    first = town.told(BUYER, "import", "ssda903", *paths)
    for kind in ("children", "episodes"):
        assert first[kind].keys() >= {"new", "known", "refused"}
    assert (first["children"]["new"], first["children"]["refused"]) == (1, 1)
    assert first["episodes"]["new"] == 1
    assert any(
        problem.keys() >= {"file", "row", "column", "value", "reason"}
        and (problem["row"], problem["column"], problem["value"]) == (3, "DOB", "31/02/2014")
        for problem in first["problems"]
    )
    again = town.told(BUYER, "import", "ssda903", *paths)
    assert (again["children"]["new"], again["children"]["known"]) == (0, 1)
    text = town.at(BUYER, "import", "ssda903", *paths).out
    assert "31/02/2014" in text
    assert "children" in text


def test_no_return_at_all(town: Town) -> None:
    for path in (town.file("x.csv", "hello"), str(town.folder / "missing")):
        ran = town.at(BUYER, "import", "ssda903", path, "--json")
        assert ran.code == 1
        assert ran.document["error"]["code"] != "defect"
    assert town.at(BUYER, "import", "ssda903").code == 2


def test_a_provider_list_that_is_none(town: Town) -> None:
    ran = town.at(BUYER, "import", "providers", town.file("x.csv", "hello"), "--json")
    assert ran.code == 1
    assert ran.document["error"]["code"] != "defect"


@needs_data
def test_the_real_provider_list(town: Town) -> None:
    path = str(DATA / "ofsted_providers_south_east_2023-03-31.csv")
    first = town.told(HUB, "import", "providers", path)
    assert first["new"] > 200
    assert all(problem["row"] and problem["reason"] for problem in first["problems"])
    again = town.told(HUB, "import", "providers", path)
    assert (again["new"], again["changed"], again["known"]) == (0, 0, first["new"] + first["changed"])
