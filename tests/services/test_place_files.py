"""Places from files: what is new goes in, what is known stays, what is off comes back."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fixtures
from rcc_tui.acts import settings as acts
from rcc_tui.domain.errors import Refused
from rcc_tui.interop.providers import read_providers
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.region import TODAY
from tests.services.made_places import BED, OAK, entries, line, offered, write
from tests.shared import DATA, needs_data


def _take(desk: Desk, folder: Path, *rows: Mapping[str, str], dry_run: bool = False) -> places.VacancyImport:
    return places.import_csv(desk, write(folder / "places.csv", rows), dry_run=dry_run)


def _counts(done: places.VacancyImport) -> tuple[int, int, int, int]:
    return done.new, done.changed, done.known, done.refused


def _acts(desk: Desk, after: int) -> list[tuple[str, Mapping[str, object]]]:
    rows = desk.store.write.execute("SELECT kind, payload FROM entry WHERE n > ? ORDER BY n", (after,))
    return [(kind, json.loads(payload)) for kind, payload in rows]


def test_a_first_file_opens_provider_setting_and_vacancies(reading: Desk, tmp_path: Path) -> None:
    done = _take(reading, tmp_path, line("A"), line("B", accepting="1"), line("C", setting="Elm House"))
    assert _counts(done) == (3, 0, 0, 0)
    assert done.rejected_file == ""
    kinds = [kind for kind, _ in _acts(reading, 0)]
    assert (kinds.count("provider"), kinds.count("setting"), kinds.count("vacancy")) == (1, 2, 3)
    found = places.listing(reading).rows
    assert [(one.place.vacancy.ref, one.place.setting.name) for one in found] == [
        ("C", "Elm House"),
        ("A", "Oak House"),
        ("B", "Oak House"),
    ]
    assert {one.place.vacancy.confirmed_on for one in found} == {TODAY}


def test_the_same_file_twice_changes_nothing(reading: Desk, tmp_path: Path) -> None:
    rows = [line("A", weekly="4200.00", needs="autism|adhd"), line("B", setting="Elm House")]
    _take(reading, tmp_path, *rows)
    before, digest = entries(reading), reading.digest("rcc")
    assert _counts(_take(reading, tmp_path, *rows)) == (0, 0, 2, 0)
    assert (entries(reading), reading.digest("rcc")) == (before, digest)


def test_a_changed_row_signs_just_what_changed(reading: Desk, tmp_path: Path) -> None:
    _take(reading, tmp_path, line("A", weekly="4200.00"), line("B"))
    before = entries(reading)
    assert _counts(_take(reading, tmp_path, line("A", weekly="4100.00"), line("B"))) == (0, 1, 1, 0)
    ((kind, act),) = _acts(reading, before)
    assert (kind, act["fields"]) == ("vacancy", ["weekly"])
    assert places.show(reading, "A").place.vacancy.weekly == 410000


def test_a_change_renews_a_date_that_had_gone_stale(reading: Desk, tmp_path: Path) -> None:
    offered(reading, vacancy=replace(BED, ref="A", confirmed_on="2026-10-01"))
    done = _take(reading, tmp_path, line("A", accepting="1", urn="SC100001"))
    assert done.changed == 1
    assert not places.show(reading, "A").stale


def test_columns_that_are_not_there_leave_facts_alone(reading: Desk, tmp_path: Path) -> None:
    """A home entered by hand is found by its URN; the file says nothing of needs, price or town."""
    offered(reading, vacancy=replace(BED, ref="A", ratio="1:1"))
    done = _take(reading, tmp_path, line("A", urn="SC100001"))
    assert _counts(done) == (0, 0, 1, 0)
    found = places.show(reading, "A").place
    assert (found.vacancy.needs, found.vacancy.weekly, found.vacancy.ratio) == (("autism",), 420000, "1:1")
    assert found.setting == OAK


def test_a_care_type_says_no_more_than_a_code_already_known(reading: Desk, tmp_path: Path) -> None:
    row = line("A", setting="The Hills", type="U4")
    _take(reading, tmp_path, row)
    assert _counts(_take(reading, tmp_path, {**row, "type": "foster"})) == (0, 0, 1, 0)
    assert places.show(reading, "A").place.setting.place == "U4"


def test_a_setting_by_another_name_is_the_same_setting(reading: Desk, tmp_path: Path) -> None:
    _take(reading, tmp_path, line("A"), line("B"))
    renamed = [line("A", setting="Oak Lodge"), line("B", setting="Oak Lodge")]
    assert _counts(_take(reading, tmp_path, *renamed)) == (0, 1, 1, 0)
    assert places.settings(reading).total == 1
    assert places.show(reading, "B").place.setting.name == "Oak Lodge"
    assert _counts(_take(reading, tmp_path, *renamed)) == (0, 0, 2, 0)


def test_a_ref_stays_with_its_setting(reading: Desk, tmp_path: Path) -> None:
    _take(reading, tmp_path, line("A"), line("B", setting="Elm House"))
    done = _take(reading, tmp_path, line("A", setting="Elm House"), line("B", setting="Elm House"))
    assert _counts(done) == (0, 0, 1, 1)


def test_bad_rows_come_back_with_the_reason_and_good_rows_go_in(reading: Desk, tmp_path: Path) -> None:
    rows = [
        line("A", comment="ring first"),
        line("B", age_min="18", age_max="3"),
        line("C", authority="931", setting="Elm House"),
        line("D", accepting="lots"),
    ]
    done = _take(reading, tmp_path, *rows)
    assert _counts(done) == (1, 0, 0, 3)
    assert done.unknown_columns == ("comment",)
    assert done.rejected_file == str(tmp_path / "places.rejected.csv")
    with open(done.rejected_file, encoding="utf-8", newline="") as file:
        rejected = list(csv.DictReader(file))
    assert [one["ref"] for one in rejected] == ["B", "C", "D"]
    assert rejected[1]["reason"] == "authority 931 enters its own places, 870 cannot"
    assert {name: cell for name, cell in rejected[1].items() if name != "reason"} == {
        **rows[2],
        "comment": "",
    }


def test_a_dry_run_says_the_same_and_does_nothing(reading: Desk, tmp_path: Path) -> None:
    rows = [line("A"), line("B", authority="931")]
    dry = _take(reading, tmp_path, *rows, dry_run=True)
    assert (_counts(dry), dry.rejected_file) == ((1, 0, 0, 1), "")
    assert entries(reading) == 0
    assert not (tmp_path / "places.rejected.csv").exists()
    assert _counts(_take(reading, tmp_path, *rows)) == _counts(dry)


def test_nothing_goes_in_when_the_rejected_rows_cannot_be_written(reading: Desk, tmp_path: Path) -> None:
    (tmp_path / "places.rejected.csv").mkdir()
    with pytest.raises(Refused, match="cannot be written"):
        _take(reading, tmp_path, line("A"), line("B", authority="931"))
    assert entries(reading) == 0


def test_a_file_that_is_no_vacancy_csv_is_refused(reading: Desk, tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("name,colour\noak,green\n")
    with pytest.raises(Refused, match="lacks the columns"):
        places.import_csv(reading, path)


def test_a_hub_takes_rows_of_those_without_a_desk(new_region: RegionMaker, tmp_path: Path) -> None:
    hub = new_region(absent=("867",))["HUB-N"]
    done = _take(hub, tmp_path, line("A", authority="867"), line("B", authority="870", setting="Elm House"))
    assert _counts(done) == (1, 0, 0, 1)
    assert places.show(hub, "A").on_behalf
    reason = (tmp_path / "places.rejected.csv").read_text(encoding="utf-8")
    assert "authority 870 has desks of its own" in reason


def test_a_closed_vacancy_is_offered_anew_and_a_closed_setting_is_not(reading: Desk, tmp_path: Path) -> None:
    _take(reading, tmp_path, line("A"))
    places.close(reading, "A", "filled in house")
    assert _counts(_take(reading, tmp_path, line("A"))) == (1, 0, 0, 0)
    assert _counts(_take(reading, tmp_path, line("A"))) == (0, 0, 1, 0)
    with reading.writing() as group:
        group.act("setting", acts.Close("sold"), record=places.settings(reading).rows[0].id)
    assert _counts(_take(reading, tmp_path, line("A"), line("B", setting="Elm House"))) == (1, 0, 0, 1)


REFS = st.sampled_from(("A", "B", "C", "D"))
ROWS = st.lists(
    st.builds(
        line,
        REFS,
        setting=st.sampled_from(("Oak House", "Elm House", "oak  house", "")),
        outcode=st.sampled_from(("RG1", "SL1", "nowhere")),
        type=st.sampled_from(("K2", "residential", "foster", "U4", "Z9")),
        authority=st.sampled_from(("870", "870", "931")),
        accepting=st.sampled_from(("0", "1", "2", "x")),
        registered=st.sampled_from(("", "1", "2")),
        urn=st.sampled_from(("", "SC100001", "SC100002")),
        provider=st.sampled_from(("Acorn Care", "ACORN CARE", "Beech Ltd")),
        town=st.sampled_from(("", "Reading")),
        weekly=st.sampled_from(("", "900", "-1")),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS)
def test_any_file_sent_twice_changes_nothing_the_second_time(
    reading: Desk, tmp_path: Path, first: list[dict[str, str]], second: list[dict[str, str]]
) -> None:
    for rows in (first, second):
        dry = _take(reading, tmp_path, *rows, dry_run=True)
        once = _take(reading, tmp_path, *rows)
        assert _counts(once) == _counts(dry)
        assert sum(_counts(once)) == len(rows)
        before = entries(reading)
        again = _take(reading, tmp_path, *rows)
        assert (again.new, again.changed, again.refused) == (0, 0, once.refused)
        assert entries(reading) == before


PROVIDERS = """URN,Provision type,Local authority,Name,Places,Postcode,Overall effectiveness,Owner name
SC100001,Children's home,Reading,Oak House,4,RG1 8BT,Good,Acorn Care
SC100002,Children's home,Oxfordshire,Elm House,3,OX1 1AA,Good,Acorn Care
SC100003,Children's home,Bracknell Forest,Ash House,2,RG12 1AA,Good,Acorn Care
SC100004,Adoption support agency,Reading,Birch,,RG1 8BT,Good,Acorn Care
"""


def test_an_authority_takes_its_homes_from_a_provider_list(reading: Desk, tmp_path: Path) -> None:
    path = tmp_path / "providers.csv"
    path.write_text(PROVIDERS, encoding="utf-8")
    done = places.import_providers(reading, path)
    assert (done.new, done.known, done.changed, done.refused) == (1, 0, 0, 3)
    assert {one.row: one.reason for one in done.problems}[3] == "931 enters its own places, 870 cannot"
    (found,) = places.settings(reading).rows
    assert (found.facts.name, found.facts.registered, found.facts.outcode) == ("Oak House", 4, "RG1")
    before = entries(reading)
    again = places.import_providers(reading, path)
    assert (again.new, again.known, again.changed, again.refused) == (0, 1, 0, 3)
    assert entries(reading) == before


def test_a_newer_list_brings_places_and_grade_up_to_date(reading: Desk, tmp_path: Path) -> None:
    path = tmp_path / "providers.csv"
    path.write_text(PROVIDERS, encoding="utf-8")
    made = places.add_setting(reading, replace(OAK, name="Oak Lodge"))
    assert places.import_providers(reading, path).changed == 1
    assert places.show_setting(reading, made.id).facts == replace(OAK, name="Oak Lodge", grade="Good")
    path.write_text(PROVIDERS.replace("Oak House,4,RG1 8BT,Good", "Oak House,5,,Outstanding"))
    assert places.import_providers(reading, path).changed == 1
    facts = places.show_setting(reading, made.id).facts
    assert (facts.registered, facts.grade, facts.outcode) == (5, "Outstanding", "RG1")


def test_a_hub_takes_the_homes_of_those_without_a_desk(new_region: RegionMaker, tmp_path: Path) -> None:
    hub = new_region()["HUB-N"]
    path = tmp_path / "providers.csv"
    path.write_text(PROVIDERS, encoding="utf-8")
    assert places.import_providers(hub, path).new == 1
    assert [one.facts.name for one in places.settings(hub).rows] == ["Ash House"]


@needs_data
def test_the_published_list_goes_in_once_whole(new_region: RegionMaker) -> None:
    """Every setting of the region is taken by the one desk that may enter it, and by no other."""
    desks = new_region(("870", "HUB-N"))
    path = DATA / "ofsted_providers_south_east_2023-03-31.csv"
    total = len(read_providers(path, {one.name: one.code for one in fixtures.authorities()}).settings)
    taken = 0
    for desk in desks.values():
        first = places.import_providers(desk, path)
        again = places.import_providers(desk, path)
        assert (again.new, again.changed, again.known) == (0, 0, first.new + first.known)
        taken += first.new + first.known
    assert taken == total > 300


def test_one_row_of_another_world_leaves_the_others_alone(reading: Desk, tmp_path: Path) -> None:
    done = _take(
        reading,
        tmp_path,
        line("A"),
        line("B", setting="Elm House", outcode="ZZ9"),
        line("C", setting="Ash House", weekly="99,999,999,999.00"),
    )
    assert _counts(done) == (1, 0, 0, 2)
    told = Path(done.rejected_file).read_text(encoding="utf-8")
    assert "outcode There is no postcode district ZZ9" in told
    assert "weekly" in told
