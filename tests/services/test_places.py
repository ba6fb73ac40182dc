"""Settings and vacancies: offered, held, confirmed, closed, handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts import vacancies as acts
from rcc_tui.acts.kind import Act
from rcc_tui.config import Clock
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import places
from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker
from tests.region import TODAY, carry, member_of, seat, signed_roll
from tests.services.made_places import BED, OAK, entries, offered

LATE = "2026-12-05T17:00"


def _last_act(desk: Desk) -> bytes:
    row = desk.store.write.execute("SELECT payload FROM entry ORDER BY n DESC LIMIT 1").fetchone()
    return bytes(row[0])


def test_a_setting_is_added_edited_and_listed(reading: Desk) -> None:
    made = places.add_setting(reading, replace(OAK, outcode="rg1 8bt", sector="Private"))
    assert made.facts == OAK
    assert (made.keeper, made.on_behalf, made.closed) == ("870", False, False)
    changed = places.edit_setting(reading, "SC100001", replace(OAK, occupied=3))
    assert changed.facts.occupied == 3
    assert b'"fields":["occupied"]' in _last_act(reading)
    with pytest.raises(Refused, match="Nothing has changed"):
        places.edit_setting(reading, made.id, changed.facts)
    with pytest.raises(Refused, match="does not change its authority"):
        places.edit_setting(reading, made.id, replace(OAK, authority="931"))
    with pytest.raises(Refused, match="already"):
        places.add_setting(reading, OAK)
    listed = places.settings(reading)
    assert (listed.rows, listed.total) == ((changed,), 1)


def test_an_authority_adds_only_its_own_settings(reading: Desk) -> None:
    with pytest.raises(Refused) as refused:
        places.add_setting(reading, replace(OAK, authority="931"))
    assert refused.value.where == "authority"
    assert entries(reading) == 0


def test_a_hub_enters_for_those_without_a_desk_alone(new_region: RegionMaker) -> None:
    hub = new_region(absent=("867",))["HUB-N"]
    for code in ("867", "868"):  # on the roll without a desk, and not on the roll
        made = places.add_setting(hub, replace(OAK, authority=code, ref=code))
        assert (made.keeper, made.on_behalf) == ("HUB-N", True)
    for code in ("870", "HUB-N", "999"):
        with pytest.raises(Refused) as refused:
            places.add_setting(hub, replace(OAK, authority=code, ref=code))
        assert refused.value.where == "authority"


def test_a_vacancy_is_offered_and_counts_as_confirmed(reading: Desk) -> None:
    made = places.show(reading, offered(reading))
    assert (made.state, made.place.free, made.stale, made.holds) == ("open", 2, False, ())
    assert made.place.vacancy == replace(BED, confirmed_on=TODAY)
    assert (made.place.setting, made.place.hub, made.place.authority_name) == (OAK, "N", "Reading")
    assert made.allocator == reading.key.public.hex()
    assert places.show(reading, "OAK-1") == made
    with pytest.raises(Refused, match="already"):
        places.add(reading, made.place.setting_id, BED)
    with pytest.raises(Refused, match="registered"):
        places.add(reading, made.place.setting_id, replace(BED, ref="OAK-2", accepting=5))


def test_an_edit_signs_what_differs_and_renews_the_date(reading: Desk) -> None:
    made = offered(reading, vacancy=replace(BED, confirmed_on="2026-10-01"))
    old = places.show(reading, made)
    assert old.stale
    changed = places.edit(reading, made, replace(old.place.vacancy, accepting=1))
    assert (changed.place.free, changed.stale) == (1, False)
    assert b'"fields":["accepting","confirmed_on"]' in _last_act(reading)
    with pytest.raises(Refused, match="Nothing has changed"):
        places.edit(reading, made, changed.place.vacancy)


def test_confirming_renews_the_date(reading: Desk) -> None:
    made = offered(reading, vacancy=replace(BED, confirmed_on="2026-10-01"))
    assert not places.confirm(reading, made).stale


def test_a_hold_takes_its_places_off_until_it_lapses(reading: Desk) -> None:
    made = offered(reading)
    held = places.hold(reading, made, held_for="931", until=LATE, what="a referral")
    assert (held.state, held.place.free) == ("open", 1)
    full = places.hold(reading, made, held_for="867", until="2026-12-05 18:00")
    assert (full.state, full.place.free) == ("held", 0)
    assert [one.lapsed for one in full.holds] == [False, False]
    assert places.free_for(reading, made, "931") == 1
    assert places.free_for(reading, made, "870") == 0
    with pytest.raises(Refused, match="cannot be held"):
        places.hold(reading, made, held_for="931", until=LATE)
    reading.clock = Clock(date(2026, 12, 6))
    later = places.show(reading, made)
    assert (later.state, later.place.free) == ("open", 2)
    assert [one.lapsed for one in later.holds] == [True, True]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"until": "2026-12-01T00:00"}, "until"),
        ({"until": "2026-12-05"}, "until"),
        ({"until": "2026-12-05T17:00+01:00"}, "until"),
        ({"until": "soon"}, "until"),
        ({"held_for": "Kent"}, "held_for"),
        ({"places": 3}, "places"),
        ({"places": 0}, "places"),
    ],
)
def test_a_hold_that_cannot_be_is_refused(reading: Desk, asked: dict[str, object], where: str) -> None:
    made = offered(reading)
    before = entries(reading)
    with pytest.raises(Refused) as refused:
        places.hold(reading, made, **{"held_for": "931", "until": LATE, **asked})  # type: ignore[arg-type]
    assert refused.value.where == where
    assert entries(reading) == before


def test_a_release_names_its_hold_where_there_are_two(reading: Desk) -> None:
    made = offered(reading)
    with pytest.raises(Refused, match="no such hold"):
        places.release(reading, made)
    first = places.hold(reading, made, held_for="931", until=LATE).holds[0]
    places.hold(reading, made, held_for="867", until=LATE)
    with pytest.raises(Refused, match="more than one"):
        places.release(reading, made)
    assert places.release(reading, made, first.id[:8]).place.free == 1
    released = places.release(reading, made)
    assert released.place.free == 2
    assert all(one.lapsed for one in released.holds)


def test_places_given_out_fill_a_vacancy(reading: Desk) -> None:
    made = offered(reading)
    with reading.writing() as group:
        group.act("vacancy", acts.Take("ab" * 16, 2), record=made)
    full = places.show(reading, made)
    assert (full.state, full.place.free, full.overbooked) == ("full", 0, False)


def test_a_closed_vacancy_stays_closed(reading: Desk) -> None:
    made = offered(reading)
    with pytest.raises(Refused, match="reason is missing"):
        places.close(reading, made, " ")
    assert places.close(reading, made, "fire damage").state == "closed"
    with pytest.raises(Refused, match="is closed"):
        places.confirm(reading, made)
    assert places.listing(reading).total == 1
    assert places.listing(reading, mine=False).total == 0
    assert places.free_for(reading, made, "931") == 0


def test_a_reservation_is_said_in_words(reading: Desk) -> None:
    made = offered(reading, vacancy=replace(BED, reserved_for=("931",), reserved_until="2026-12-05"))
    assert places.show(reading, made).reservation == "soft block for 931 until 05/12/2026"


def test_only_the_keeper_changes_a_place(region: dict[str, Desk], tmp_path: Path) -> None:
    made = offered(region["870"])
    carry(region["870"], region["931"], tmp_path)
    other = region["931"]
    assert places.show(other, made).keeper == "870"
    assert places.listing(other).total == 0
    assert [one.id for one in places.listing(other, mine=False, authority="870").rows] == [made]
    assert places.listing(other, mine=False, authority="931").total == 0
    with pytest.raises(Refused, match="870 keeps this vacancy"):
        places.confirm(other, made)
    with pytest.raises(Refused, match="870 keeps this setting"):
        places.edit_setting(other, "SC100001", replace(OAK, occupied=1))


def test_a_hub_hands_over_to_an_authority_that_joined(new_region: RegionMaker) -> None:
    hub = new_region(("870", "HUB-N"), absent=("867",))["HUB-N"]
    made = offered(hub, replace(OAK, authority="867"))
    with pytest.raises(Refused, match="no desk"):
        places.hand_over(hub, "867")
    joined = signed_roll(
        [
            member_of("870", [seat("870")], host=True),
            member_of("HUB-N", [seat("HUB-N")]),
            member_of("867", [seat("867")]),
        ],
        before=hub.rolls.signed[-1],
        version=2,
    )
    hub.adopt_roll(joined)
    assert places.hand_over(hub, "867") == 2
    handed = places.show(hub, made)
    assert (handed.keeper, handed.on_behalf) == ("867", False)
    assert handed.allocator == seat("867").desk.public.hex()
    assert places.listing(hub, mine=False).total == 1
    with pytest.raises(Refused, match="keeps nothing"):
        places.hand_over(hub, "867")


def test_an_authority_has_nothing_to_hand_over(reading: Desk) -> None:
    with pytest.raises(Refused, match="Only a hub"):
        places.hand_over(reading, "931")


def test_an_unknown_place_is_not_found(reading: Desk) -> None:
    with pytest.raises(NotFound):
        places.place_of(reading, "abcd")


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("hold"), st.integers(1, 4), st.sampled_from(("2026-11-30T10:00", LATE))),
        st.tuples(st.just("take"), st.integers(1, 4), st.just("")),
        st.tuples(st.just("state"), st.integers(0, 4), st.just("")),
        st.tuples(st.just("release"), st.integers(0, 3), st.just("")),
    ),
    max_size=8,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_free_is_what_is_left_and_never_below_none(reading: Desk, steps: list[tuple[str, int, str]]) -> None:
    """Whatever is held, given out, stated anew and given up, in acts that no service would have made."""
    number = entries(reading)
    home = places.add_setting(reading, replace(OAK, ref=f"home {number}"))
    made = places.add(reading, home.id, replace(BED, ref=f"bed {number}")).id
    for count, (what, places_of, until) in enumerate(steps):
        act: Act = acts.Hold("931", "", places_of, until)
        if what == "take":
            act = acts.Take(f"{count:032x}", places_of)
        elif what == "state":
            act = acts.Edit(replace(BED, accepting=places_of), ("accepting",))
        elif what == "release":
            holds = places.show(reading, made).holds
            if places_of >= len(holds):
                continue
            act = acts.Release(bytes.fromhex(holds[places_of].id))
        with reading.writing() as group:
            group.act("vacancy", act, record=made)
    found = places.show(reading, made)
    row = reading.store.write.execute("SELECT accepting, taken FROM vacancy WHERE record=?", (made,))
    accepting, taken = row.fetchone()
    held = sum(one.places for one in found.holds if not one.lapsed)
    assert found.place.free == max(0, max(0, accepting - taken) - held)
    assert (found.state == "open") == (found.place.free > 0)
    assert places.free_for(reading, made, "931") == max(0, accepting - taken)


def test_a_number_stated_anew_after_a_place_was_given_out_counts_again(region: dict[str, Desk]) -> None:
    """Two offered, one given out: one is left; saying "two" again is news, leaving "one" alone is none."""
    desk = region["870"]
    made = places.add(desk, places.add_setting(desk, OAK).id, replace(BED, accepting=2))
    with desk.writing() as group:
        group.act("vacancy", acts.Take("ab" * 16, 1), record=made.id)
    left = places.show(desk, made.id).place
    assert (left.vacancy.accepting, left.free) == (1, 1)
    with pytest.raises(Refused, match="Nothing has changed"):
        places.edit(desk, made.id, left.vacancy)
    again = places.edit(desk, made.id, replace(left.vacancy, accepting=2)).place
    assert (again.vacancy.accepting, again.free) == (2, 2)


def test_a_place_is_kept_for_authorities_that_exist(reading: Desk) -> None:
    vacancy = offered(reading)
    facts = places.show(reading, vacancy).place.vacancy
    with pytest.raises(Refused, match="“999” is no authority") as refused:
        places.edit(reading, vacancy, replace(facts, reserved_for=("867", "999")))
    assert refused.value.where == "reserved_for"


def test_a_ref_stays_the_only_one_when_a_vacancy_changes_its_own(reading: Desk) -> None:
    vacancy = offered(reading)
    facts = places.show(reading, vacancy).place.vacancy
    home = places.show(reading, vacancy).place.setting_id
    places.add(reading, home, replace(facts, ref="another"))
    with pytest.raises(Refused, match="“another” already"):
        places.edit(reading, vacancy, replace(facts, ref="another"))
    assert places.edit(reading, vacancy, replace(facts, ref="third")).place.vacancy.ref == "third"


def test_a_setting_lies_in_a_district_that_exists(reading: Desk) -> None:
    with pytest.raises(Refused, match="no postcode district ZZ9") as refused:
        places.add_setting(reading, replace(OAK, outcode="ZZ9"))
    assert refused.value.where == "outcode"
    made = places.add_setting(reading, OAK)
    with pytest.raises(Refused, match="no postcode district XX1"):
        places.edit_setting(reading, made.id, replace(OAK, outcode="XX1"))
