"""Requests: logged, changed, closed, listed; and what of them stays apart."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk
from tests.region import TODAY

GIRL = Needs(age=12, sex="F", needs=("autism",), needed_by="2026-12-10")


def _entries(desk: Desk) -> int:
    return int(desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0])


def test_a_request_is_logged_with_what_was_given(reading: Desk) -> None:
    made = requests.add(reading, GIRL, child=" 4711 ", home_postcode="sl14xy", officer="R. Okafor")
    assert (made.state, made.child, made.officer, made.entered_on) == ("open", "4711", "R. Okafor", TODAY)
    assert made.home_postcode == "SL1 4XY"
    assert made.needs == replace(GIRL, home="SL1")
    assert made.urgency == "> 5 days"
    assert made.deadline == ""
    assert requests.show(reading, made.id[:8]) == made


def test_a_full_postcode_as_home_is_kept_apart(reading: Desk) -> None:
    made = requests.add(reading, replace(GIRL, home="rg1 8bt"))
    assert (made.home_postcode, made.needs.home) == ("RG1 8BT", "RG1")
    row = reading.store.write.execute("SELECT needs FROM request").fetchone()[0]
    assert "8BT" not in row


def test_an_emergency_without_a_day_is_needed_today_and_due_the_next_working_day(reading: Desk) -> None:
    made = requests.add(reading, Needs(age=4, sex="M", emergency=True))
    assert made.needs.needed_by == TODAY
    assert (made.urgency, made.deadline) == ("Today", "2026-12-02T17:00")
    assert requests.withdraw(reading, made.id, "family found").deadline == ""


@pytest.mark.parametrize(
    ("needs", "postcode", "where"),
    [
        (replace(GIRL, age=40), "", "age"),
        (replace(GIRL, health="lives at SL1 4XY"), "", "health"),
        (GIRL, "SL1", "home_postcode"),
        (replace(GIRL, home="RG1"), "SL1 4XY", "home"),
    ],
)
def test_what_is_off_is_refused_by_field_and_nothing_is_kept(
    reading: Desk, needs: Needs, postcode: str, where: str
) -> None:
    with pytest.raises(Refused) as refused:
        requests.add(reading, needs, home_postcode=postcode)
    assert refused.value.where == where
    assert _entries(reading) == 0


def test_an_edit_signs_only_what_differs(reading: Desk) -> None:
    made = requests.add(reading, GIRL, child="4711", home_postcode="SL1 4XY")
    changed = requests.edit(reading, made.id, replace(made.needs, age=13, ratio="1:1"), officer="T. Hall")
    assert (changed.needs.age, changed.needs.ratio, changed.officer) == (13, "1:1", "T. Hall")
    assert (changed.child, changed.home_postcode) == ("4711", "SL1 4XY")
    payload = reading.store.write.execute("SELECT payload FROM entry ORDER BY n DESC LIMIT 1").fetchone()[0]
    assert b'"fields":["age","ratio","officer"]' in payload


def test_an_edit_of_nothing_is_refused(reading: Desk) -> None:
    made = requests.add(reading, GIRL, home_postcode="SL1 4XY")
    with pytest.raises(Refused, match="Nothing has changed"):
        requests.edit(reading, made.id, made.needs, child="", home_postcode="SL1 4XY")


def test_a_new_home_does_not_keep_the_old_postcode(reading: Desk) -> None:
    made = requests.add(reading, GIRL, home_postcode="SL1 4XY")
    moved = requests.edit(reading, made.id, replace(made.needs, home="RG1"))
    assert (moved.needs.home, moved.home_postcode) == ("RG1", "")


def test_a_closed_request_opens_again_with_a_reason(reading: Desk) -> None:
    made = requests.add(reading, GIRL)
    gone = requests.withdraw(reading, made.id, "stays with an aunt")
    assert (gone.state, gone.closed_why) == ("withdrawn", "stays with an aunt")
    with pytest.raises(Refused, match="is withdrawn"):
        requests.withdraw(reading, made.id, "again")
    with pytest.raises(Refused, match="is withdrawn"):
        requests.edit(reading, made.id, replace(GIRL, age=13))
    with pytest.raises(Refused, match="is withdrawn"):
        requests.place(reading, made.id, how="kin")
    with pytest.raises(Refused, match="reason is missing"):
        requests.reopen(reading, made.id, "  ")
    assert requests.reopen(reading, made.id, "the aunt cannot").state == "open"
    with pytest.raises(Refused, match="is open"):
        requests.reopen(reading, made.id, "twice")


def test_placed_through_no_trade_needs_words(reading: Desk) -> None:
    made = requests.add(reading, GIRL)
    with pytest.raises(Refused, match="How was"):
        requests.place(reading, made.id)
    placed = requests.place(reading, made.id, how="in-house carers")
    assert (placed.state, placed.closed_why, placed.trade) == ("placed", "in-house carers", "")


def test_a_shortlist_names_known_places_alone(reading: Desk) -> None:
    made = requests.add(reading, GIRL)
    with pytest.raises(NotFound):
        requests.shortlist(reading, made.id, "abcd1234")


def test_a_list_begins_with_emergencies_and_counts_all(reading: Desk) -> None:
    later = requests.add(reading, replace(GIRL, needed_by="2026-12-20"))
    soon = requests.add(reading, replace(GIRL, needed_by="2026-12-03"))
    now = requests.add(reading, replace(GIRL, needed_by="2026-12-05", emergency=True))
    gone = requests.add(reading, replace(GIRL, needed_by="2026-12-02", emergency=True))
    requests.withdraw(reading, gone.id, "no longer needed")
    found = requests.listing(reading, limit=3)
    assert [one.id for one in found.rows] == [now.id, soon.id, later.id]
    assert found.total == 4
    assert [one.id for one in requests.listing(reading, limit=3, offset=3).rows] == [gone.id]
    assert [one.id for one in requests.listing(reading, state="withdrawn").rows] == [gone.id]
    assert requests.listing(reading, state="placed").total == 0
    with pytest.raises(Refused, match="no state"):
        requests.listing(reading, state="lost")


def test_requests_stay_inside_the_authority(region: dict[str, Desk]) -> None:
    requests.add(region["870"], GIRL)
    audiences = region["870"].store.write.execute("SELECT DISTINCT audience FROM log").fetchall()
    assert audiences == [("own:870",)]


NEEDS = st.builds(
    Needs,
    age=st.integers(0, 25),
    sex=st.sampled_from(("F", "M", "U")),
    needed_by=st.sampled_from(("2026-12-01", "2026-12-09")),
    emergency=st.booleans(),
    siblings=st.integers(0, 12),
    home=st.sampled_from(("", "SL1", "RG1")),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=NEEDS, after=NEEDS)
def test_an_edit_brings_a_request_to_just_these_needs(reading: Desk, before: Needs, after: Needs) -> None:
    made = requests.add(reading, before)
    if before == after:
        with pytest.raises(Refused):
            requests.edit(reading, made.id, after)
    else:
        assert requests.edit(reading, made.id, after).needs == after
    assert requests.show(reading, made.id).needs == after


def test_a_home_is_in_a_district_that_exists(reading: Desk) -> None:
    for home in ("XX99", "ZZ1 1AA"):
        with pytest.raises(Refused, match="no postcode district") as refused:
            requests.add(reading, replace(GIRL, home=home))
        assert refused.value.where == "home"
    assert requests.listing(reading).total == 0
    # The national grid leaves Northern Ireland out, its children not.
    assert requests.add(reading, replace(GIRL, home="BT1")).needs.home == "BT1"
