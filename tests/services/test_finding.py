"""Finding a place: what the index knows is what the tables say, whatever happened in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import fixtures
from rcc_tui.acts import settings as setting_acts
from rcc_tui.acts import vacancies as acts
from rcc_tui.config import Clock
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.geography import UNKNOWN_MILES
from rcc_tui.domain.needs import Needs
from rcc_tui.services import erasing, finder, finding, places, requests, tariffs
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.sync.keys import write_key
from tests.region import carry, key_of
from tests.services.made_places import BED, OAK, line, offered, write

LATE = "2026-12-05T17:00"
ELM = replace(OAK, ref="SC100002", urn="SC100002", name="Elm House", outcode="OX1", town="Oxford")


def _found(desk: Desk, text: str) -> list[str]:
    return [hit.ref for hit in finding.search(desk, text).hits]


def test_a_misspelt_word_finds_the_place_and_says_so(reading: Desk) -> None:
    offered(reading)
    offered(reading, ELM, replace(BED, ref="ELM-1"))
    found = finding.search(reading, "oka readng autisim 12f ")
    assert [hit.ref for hit in found.hits] == ["OAK-1", "ELM-1"]  # Elm lacks one of the words
    assert found.total == 2
    assert ("readng", "Reading") in found.corrections
    assert "12 · female" in found.understood
    hit = found.hits[0]
    assert hit.score == sum(points for _, points in hit.reasons)
    assert (hit.weekly, hit.miles, hit.barriers) == (420000, UNKNOWN_MILES, ())
    assert hit.place == places.place_of(reading, hit.id)


def test_ids_are_those_of_the_search(reading: Desk) -> None:
    offered(reading)
    understood, total, found, *_ = finding.ids(reading, "oak 12f")
    same = finding.search(reading, "oak 12f")
    assert (understood, total, found) == (same.understood, same.total, tuple(hit.id for hit in same.hits))


def test_a_request_fills_in_what_the_query_leaves_open(reading: Desk) -> None:
    offered(reading)
    young = offered(reading, ELM, replace(BED, ref="ELM-1", age_min=0, age_max=9))
    made = requests.add(reading, Needs(age=5, sex="F", needed_by="2026-12-02", home="RG1", needs=("autism",)))
    found = finding.search(reading, "", request=made.id[:8])
    assert [hit.id for hit in found.hits] == [young]
    assert found.hits[0].miles == pytest.approx(24, abs=6)
    assert ("autism met", 8) in found.hits[0].reasons
    assert _found(reading, "12f") == ["OAK-1"]
    assert [hit.ref for hit in finding.search(reading, "12", request=made.id).hits] == ["OAK-1"]


def test_a_request_that_is_late_finds_what_is_open_today(reading: Desk) -> None:
    offered(reading, vacancy=replace(BED, available_from="2026-12-01"))
    request = requests.add(reading, Needs(age=12, sex="F", needed_by="2026-12-01"))
    late = requests.add(reading, Needs(age=12, sex="F", needed_by="2026-11-28"))
    for one in (request, late):
        assert finding.search(reading, "oak", request=one.id).total == 1


def test_a_place_that_cannot_be_comes_with_its_barrier(reading: Desk) -> None:
    offered(reading, vacancy=replace(BED, reserved_for=("931",)))
    (hit,) = finding.search(reading, "12f").hits
    assert hit.barriers == ("block for 931",)


def test_miles_are_measured_from_where_is_said(reading: Desk) -> None:
    offered(reading)
    assert finding.search(reading, "oak", origin="rg1 8bt").hits[0].miles == 0
    assert finding.search(reading, "oak from OX1").hits[0].miles > 20
    with pytest.raises(Refused) as refused:
        finding.search(reading, "oak", origin="nowhere")
    assert refused.value.where == "from"
    with pytest.raises(NotFound):
        finding.search(reading, "oak", request="abcd")


def test_a_filter_that_cannot_be_read_is_told(reading: Desk) -> None:
    offered(reading)
    found = finding.search(reading, "oak 20mi", typing=False)
    assert [hit.ref for hit in found.hits] == ["OAK-1"]
    assert found.problems == ("20mi: say where to measure from, for example: from SL1",)


def test_a_place_of_another_authority_is_priced_by_the_tariff_both_adopted(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    host, other = region["870"], region["931"]
    offered(other, replace(OAK, authority="931", type="foster", place="U6"), replace(BED, weekly=0))
    offered(host, ELM, replace(BED, ref="OWN", weekly=0))
    published = tariffs.publish(host, fixtures.worked_tariff_text())
    tariffs.adopt(host, published.id, "2026-04-01")
    carry(host, other, tmp_path)
    carry(other, host, tmp_path)
    assert {hit.ref: hit.weekly for hit in finding.search(host, "12f").hits} == {"OAK-1": 0, "OWN": 0}
    tariffs.adopt(other, published.id, "2026-04-01")
    carry(other, host, tmp_path)
    prices = {hit.ref: hit.weekly for hit in finding.search(host, "12f").hits}
    assert prices["OAK-1"] > 0
    assert prices["OWN"] == 0


def test_a_held_place_is_found_again_when_the_hold_lapses(region: dict[str, Desk], tmp_path: Path) -> None:
    desk = region["870"]
    made = offered(desk, vacancy=replace(BED, accepting=1))
    assert _found(desk, "oak") == ["OAK-1"]
    places.hold(desk, made, held_for="931", until=LATE)
    assert finding.search(desk, "oak").total == 0
    carry(desk, region["931"], tmp_path)
    carry(desk, region["HUB-N"], tmp_path)
    assert _found(region["931"], "oak") == ["OAK-1"]  # it is held for them
    assert _found(region["HUB-N"], "oak") == []
    desk.clock = Clock(date(2026, 12, 6))
    assert _found(desk, "oak") == ["OAK-1"]


def test_places_given_out_or_closed_are_not_found(reading: Desk) -> None:
    made = offered(reading)
    with reading.writing() as group:
        group.act("vacancy", acts.Take("ab" * 16, 2), record=made)
    assert _found(reading, "oak") == []
    with reading.writing() as group:
        group.act("vacancy", acts.GiveBack("ab" * 16), record=made)
    assert _found(reading, "oak") == ["OAK-1"]
    with reading.writing() as group:
        group.act("setting", setting_acts.Close("sold"), record=places.show(reading, made).place.setting_id)
    assert _found(reading, "oak") == []


def test_a_changed_setting_changes_all_its_places(reading: Desk, tmp_path: Path) -> None:
    rows = [line("A", urn="SC100001"), line("B", urn="SC100001")]
    places.import_csv(reading, write(tmp_path / "a.csv", rows))
    assert sorted(_found(reading, "oak")) == ["A", "B"]
    home = places.settings(reading).rows[0]
    places.edit_setting(reading, home.id, replace(home.facts, name="Willow Place"))
    assert sorted(_found(reading, "willow")) == ["A", "B"]
    assert _found(reading, "oak") == []


def _close_and_fail(desk: Desk, vacancy: str) -> None:
    with desk.writing() as group:
        group.act("vacancy", acts.Close("x"), record=vacancy)
        group.act("vacancy", acts.Release(b"no hold"), record=vacancy)


def test_acts_that_fail_leave_the_index_alone(reading: Desk) -> None:
    made = offered(reading)
    assert _found(reading, "oak") == ["OAK-1"]
    with pytest.raises(Refused):
        _close_and_fail(reading, made)
    assert _found(reading, "oak") == ["OAK-1"]


def _reopened(desk: Desk, name: str) -> Desk:
    folder = desk.store.folder
    if not (folder / "desk.key").exists():
        write_key(folder / "desk.key", key_of(f"desk {desk.code} 1"), kind="desk", name=name)
    desk.close()
    return open_desk(folder, clock=desk.clock)


@pytest.fixture
def reopen() -> Callable[[Desk], Desk]:
    """Closes a desk and opens it anew."""
    return lambda desk: _reopened(desk, "Desk 1")


def test_what_was_not_followed_is_noticed(reading: Desk, reopen: Callable[[Desk], Desk]) -> None:
    made = offered(reading, vacancy=replace(BED, ref="A"))
    assert _found(reading, "oak") == ["A"]
    refs = ["A"]
    for renamed in ("Willow", "Hazel"):
        desk = reopen(reading)
        home = places.show(desk, made).place.setting_id
        places.edit_setting(desk, home, replace(OAK, name=f"{renamed} Place"))  # nobody follows
        desk = reopen(desk)
        finding.attach(desk)
        assert sorted(_found(desk, renamed.lower())) == refs
        assert _found(desk, "oak") == []
        desk = reopen(desk)
        finding.attach(desk)
        refs.append(f"B{len(refs)}")
        places.add(desk, home, replace(BED, ref=refs[-1]))  # followed, not searched
        assert sorted(_found(desk, renamed.lower())) == refs
        reading = desk
    reading.close()


def test_attaching_twice_follows_once(reading: Desk) -> None:
    finding.attach(reading)
    finding.attach(reading)
    assert len(reading.followers) == 1
    assert finding.open_finder(reading) is finding.open_finder(reading)


def test_the_index_is_no_part_of_what_others_hear(reading: Desk) -> None:
    offered(reading)
    before = reading.digest("rcc")
    finding.search(reading, "oak")
    assert reading.digest("rcc") == before
    assert all(old == new for old, new in reading.rebuild().values())
    assert _found(reading, "oak") == ["OAK-1"]


def test_two_programs_on_one_store_see_each_others_changes(reading: Desk) -> None:
    made = offered(reading)
    assert _found(reading, "oak") == ["OAK-1"]
    folder = reading.store.folder
    write_key(folder / "desk.key", reading.key, kind="desk", name="Desk 1")
    other = open_desk(folder, clock=reading.clock)
    try:
        assert _found(other, "oak") == ["OAK-1"]
        finding.attach(other)
        places.close(other, made, "filled")
        assert _found(reading, "oak") == []
        places.add(reading, places.settings(reading).rows[0].id, replace(BED, ref="OAK-2"))
        assert _found(other, "oak") == ["OAK-2"]
    finally:
        other.close()


def test_what_another_program_adopts_is_priced_by_at_the_next_search(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    host, other = region["870"], region["931"]
    offered(other, replace(OAK, authority="931", type="foster", place="U6"), replace(BED, weekly=0))
    published = tariffs.publish(host, fixtures.worked_tariff_text())
    carry(host, other, tmp_path)
    tariffs.adopt(other, published.id, "2026-04-01")
    carry(other, host, tmp_path)
    assert finding.search(host, "12f").hits[0].weekly == 0
    folder = host.store.folder
    write_key(folder / "desk.key", host.key, kind="desk", name="Desk 1")
    program = open_desk(folder, clock=host.clock)
    try:
        tariffs.adopt(program, published.id, "2026-04-01")  # a program that does not search
    finally:
        program.close()
    assert finding.search(host, "12f").hits[0].weekly > 0


@pytest.mark.parametrize("many", [0, 300])
def test_words_side_by_side_are_found_in_every_field_of_text(
    reading: Desk, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked for in the store or place by place alike."""
    monkeypatch.setattr(finder, "_MANY", many)
    named = {
        "name": replace(OAK, name="St. Mary's Côte d'Or House", provider="A"),
        "provider": replace(OAK, name="B", provider="House, Saint-Mary Côte"),
        "ref": replace(OAK, name="C", provider="C"),
        "apart": replace(OAK, name="Mary", provider="St House Cote"),
    }
    for number, (ref, facts) in enumerate(named.items()):
        bed = replace(BED, ref=ref if ref != "ref" else "ST_MARYS/9", protected="old friars")
        offered(reading, replace(facts, ref=f"S{number}", urn=f"SC10000{number}"), bed)
    for phrase, refs in {
        '"st marys"': {"name", "ST_MARYS/9"},
        '"saint mary"': {"provider"},
        '"cote dor"': {"name"},
        '"mary cote"': {"provider"},
        '"old friars"': {"name", "provider", "ST_MARYS/9", "apart"},
        '"acorn care"': set(),
        '"house childrens"': set(),
    }.items():
        assert set(_found(reading, phrase)) == refs, phrase


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("offer", "close", "hold", "release", "take", "edit", "rename", "rebuild", "later")),
        st.integers(0, 3),
        st.booleans(),
    ),
    max_size=12,
)


def _step(desk: Desk, what: str, number: int, offers: list[str]) -> None:
    """One thing that may happen to one of four places of two settings; what cannot be is left."""
    homes = places.settings(desk).rows
    if what == "offer":
        ref = f"P{len(offers)}"
        offers.append(places.add(desk, homes[number % 2].id, replace(BED, ref=ref, accepting=1)).id)
        return
    if what == "rename":
        home = homes[number % 2]
        places.edit_setting(desk, home.id, replace(home.facts, occupied=home.facts.occupied + 1))
    elif what == "rebuild":
        desk.rebuild()
    elif what == "later":
        desk.clock = Clock(date(2026, 12, 6))
    elif number < len(offers):
        one = offers[number]
        if what == "close":
            places.close(desk, one, "x")
        elif what == "hold":
            places.hold(desk, one, held_for="931" if number % 2 else "870", until="2026-12-20T10:00")
        elif what == "release":
            places.release(desk, one)
        elif what == "edit":
            accepting = places.show(desk, one).place.vacancy.accepting
            facts = replace(places.show(desk, one).place.vacancy, accepting=(accepting + 1) % 3)
            places.edit(desk, one, facts)
        else:
            with desk.writing() as group:
                group.act("vacancy", acts.Take(f"{len(offers):032x}", 1), record=one)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_the_index_says_what_the_tables_say(
    reading: Desk, steps: list[tuple[str, int, bool]]
) -> None:
    for home in (OAK, ELM):
        if places.settings(reading).total < 2:
            places.add_setting(reading, home)
    reading.clock = Clock(date(2026, 12, 1))
    for one in places.listing(reading, mine=True, limit=1000).rows:
        if one.state != "closed":
            places.close(reading, one.id, "another story begins")
    offers: list[str] = []
    for what, number, look in steps:
        try:
            _step(reading, what, number, offers)
        except Refused:
            continue
        if look:
            assert set(finding.ids(reading, "")[2]) == _free(reading)
    assert set(finding.ids(reading, "")[2]) == _free(reading)


def _free(desk: Desk) -> set[str]:
    listed = places.listing(desk, mine=False, limit=1000).rows
    return {one.id for one in listed if places.free_for(desk, one.id, desk.code)}


@pytest.mark.parametrize("followed", [True, False])
def test_an_erased_name_leaves_the_list_of_words(reading: Desk, followed: bool) -> None:
    """The snapshot of the index names every word: it goes in the breath in which one of them is erased."""
    offered(reading, replace(OAK, name="Quillfeather Lodge"))
    offered(reading, ELM, replace(BED, ref="ELM-1"))
    assert _found(reading, "quillfeather") == ["OAK-1"]
    assert _kept_words(reading, "quillfeather") > 0
    followers = list(reading.followers)
    if not followed:
        reading.followers.clear()
    (home,) = reading.store.write.execute("SELECT record FROM setting WHERE name LIKE 'Quill%'").fetchone()
    erasing.erase(reading, home, "retention ended")
    if not followed:
        finding.attach(reading)
    assert _kept_words(reading, "quillfeather") == 0
    reading.followers[:] = followers
    assert _found(reading, "elm") == ["ELM-1"]


def _kept_words(desk: Desk, word: str) -> int:
    """In how many names and pages of the snapshot a word stands."""
    return int(
        desk.store.write.execute(
            "SELECT COUNT(*) FROM search_blob WHERE instr(name, ?) OR instr(data, ?)", (word, word.encode())
        ).fetchone()[0]
    )
