"""Members by the roll, ids as people type them, and history as people read it."""

from __future__ import annotations

import pytest

from rcc_tui.acts import requests, vacancies
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import members, name_of
from rcc_tui.services.history import history
from rcc_tui.services.ids import full_id
from rcc_tui.services.listing import check_page


def _request(desk: Desk, age: int = 12) -> str:
    with desk.writing() as w:
        facts = requests.RequestFacts(entered_on="2026-12-01")
        return w.act("request", requests.Open(Needs(age=age, sex="F"), facts)).record


def _vacancy(desk: Desk, ref: str, authority: str = "870") -> str:
    with desk.writing() as w:
        facts = VacancyFacts(ref=ref, accepting=1, age_min=5, age_max=15)
        return w.act("vacancy", vacancies.Open("00" * 16, authority, facts)).record


def test_members_are_those_of_the_roll_authorities_first(region: dict[str, Desk]) -> None:
    found = members(region["931"])
    assert [(one.code, one.role, one.host, one.desks) for one in found] == [
        ("931", "authority", False, 1),
        ("870", "authority", True, 1),
        ("HUB-N", "hub", False, 1),
    ]
    assert name_of(region["931"], "870") == "Reading"
    assert name_of(region["931"], "999") == "999"


def test_first_digits_are_enough(reading: Desk) -> None:
    record = _request(reading)
    for typed in (record, record[:4], f" {record[:9].upper()} ", record[:8] + "…"):
        assert full_id(reading, "request", typed) == record


@pytest.mark.parametrize("typed", ["", "ab", "zzzz", "%%%%", "f" * 40])
def test_what_means_nothing_is_not_found(reading: Desk, typed: str) -> None:
    _request(reading)
    with pytest.raises(NotFound):
        full_id(reading, "request", typed)


def test_an_id_of_another_kind_is_not_found(reading: Desk) -> None:
    record = _request(reading)
    with pytest.raises(NotFound):
        full_id(reading, "trade", record)


def test_digits_of_two_are_refused_with_what_tells_them_apart(reading: Desk) -> None:
    # Ids of four equal digits seldom meet; a ref of hex digits meets an id as another id would.
    prefix = _vacancy(reading, "V1")[:4]
    other = _vacancy_of_hub(reading, prefix)
    with pytest.raises(Refused, match="more than one") as refused:
        full_id(reading, "vacancy", prefix)
    assert other[:8] in refused.value.hint


def _vacancy_of_hub(desk: Desk, ref: str) -> str:
    """A vacancy that another keeps bears `ref`; only the table says so, which is all that is read."""
    record = _vacancy(desk, ref)
    with desk.store.transaction() as write:
        write.execute("UPDATE vacancy SET keeper='931' WHERE record=?", (record,))
    return record


def test_a_place_is_known_by_its_ref_and_an_own_ref_comes_first(reading: Desk) -> None:
    record = _vacancy(reading, "RDG-7")
    assert full_id(reading, "vacancy", "RDG-7") == record
    _vacancy_of_hub(reading, "RDG-7")
    assert full_id(reading, "vacancy", "RDG-7") == record


def test_a_ref_cannot_shadow_a_whole_id(reading: Desk) -> None:
    record = _vacancy(reading, "RDG-7")
    _vacancy(reading, record)
    assert full_id(reading, "vacancy", record) == record


def test_history_tells_every_act_in_order(reading: Desk) -> None:
    record = _request(reading)
    with reading.writing() as w:
        w.act("request", requests.Withdraw("went home"), record=record)
    lines = history(reading, record)
    assert [(one.who, one.desk) for one in lines] == [("870", "Desk 1")] * 2
    assert lines[0].what.startswith("logged the request, 12 F")
    assert lines[1].what == "withdrew the request: went home"
    assert all(one.at.startswith("2026-12-01T") and len(one.at) == 16 for one in lines)
    assert len({one.entry for one in lines}) == 2


def test_history_marks_what_counts_for_nothing(region: dict[str, Desk]) -> None:
    desk = region["870"]
    record = _vacancy(desk, "V1")
    with desk.store.transaction() as write:
        (entry,) = write.execute("SELECT hash FROM entry").fetchone()
        write.execute(
            "INSERT INTO set_aside (record, audience, kind, entry, why) VALUES (?, 'rcc', 'vacancy', ?, ?)",
            (record, entry.hex(), "not for this party to do"),
        )
    (line,) = history(desk, record)
    assert line.what.endswith("(set aside: not for this party to do)")


@pytest.mark.parametrize("record", ["00" * 16, "no id"])
def test_history_of_nothing_is_not_found(reading: Desk, record: str) -> None:
    with pytest.raises(NotFound):
        history(reading, record)


def test_a_page_below_zero_is_refused() -> None:
    check_page(0, 0)
    for limit, offset in ((-1, 0), (10, -1)):
        with pytest.raises(Refused):
            check_page(limit, offset)
