"""What needs me: named while it does, gone when it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from rcc_tui.acts import trades as trade_acts
from rcc_tui.acts import vacancies as acts
from rcc_tui.acts.names import pair
from rcc_tui.config import Clock
from rcc_tui.domain.needs import Needs
from rcc_tui.domain.terms import Line, Terms
from rcc_tui.services import places, requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import status
from rcc_tui.services.today import MOST, Item, today
from tests.region import carry, member_of, open_at, seat, signed_roll
from tests.services.made_places import BED, OAK, line, offered, write

GIRL = Needs(age=12, sex="F", needed_by="2026-12-03", home="RG1", siblings=2)
TERMS = Terms(
    buyer="931",
    seller="870",
    referral="",
    vacancy="",
    setting="",
    setting_name="Oak House",
    place="K2",
    start="2026-12-10",
    end="",
    age=12,
    sex="F",
    places=1,
    tariff="",
    band="",
    lines=(Line("agreed", 400000),),
    weekly=400000,
    notice_days=28,
    off_tariff="none adopted",
    valid_until="2026-12-04",
)


def _kind(desk: Desk, kind: str) -> list[Item]:
    return [item for item in today(desk) if item.kind == kind]


def _kinds(items: Sequence[Item]) -> list[str]:
    return [item.kind for item in items]


def test_emergencies_come_first_with_their_deadline(reading: Desk) -> None:
    soon = requests.add(reading, GIRL)
    requests.add(reading, replace(GIRL, needed_by="2026-12-20"))
    now = requests.add(reading, Needs(age=4, sex="U", emergency=True))
    found = [item for item in today(reading) if item.where == "requests"]
    assert [(item.kind, item.id, item.due, item.urgent) for item in found] == [
        ("emergency", now.id, "2026-12-02T17:00", True),
        ("request", soon.id, "2026-12-03", False),
    ]
    assert found[0].text == "Emergency: child of 4"
    assert found[1].text == "A place for a girl of 12, 2 together from RG1"
    requests.withdraw(reading, now.id, "home again")
    assert _kind(reading, "emergency") == []


def test_an_overdue_request_is_urgent(reading: Desk) -> None:
    requests.add(reading, GIRL)
    reading.clock = Clock(date(2026, 12, 5))
    assert [item.urgent for item in _kind(reading, "request")] == [True]


def test_more_than_a_handful_are_counted(reading: Desk) -> None:
    for _ in range(MOST + 3):
        requests.add(reading, GIRL)
    assert len(_kind(reading, "request")) == MOST
    assert [item.text for item in _kind(reading, "more")] == ["3 more requests are due"]


def test_a_proposal_of_the_other_waits_for_me_until_it_lapses(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    mine, theirs = region["870"], region["931"]
    with theirs.writing() as group:
        made = group.act("trade", trade_acts.Propose(TERMS), audience=pair("870", "931"))
    carry(theirs, mine, tmp_path)
    (item,) = _kind(mine, "proposal")
    assert (item.id, item.due, item.where, item.urgent) == (made.record, "2026-12-04", "trades", False)
    assert item.text == "Oxfordshire proposes Oak House from 10/12/2026"
    assert _kind(theirs, "proposal") == []
    mine.clock = Clock(date(2026, 12, 4))
    assert [one.urgent for one in _kind(mine, "proposal")] == [True]
    mine.clock = Clock(date(2026, 12, 5))
    assert _kind(mine, "proposal") == []


def test_a_disputed_trade_is_named_to_both_and_the_hub(region: dict[str, Desk], tmp_path: Path) -> None:
    mine, theirs, hub = region["870"], region["931"], region["HUB-N"]
    audience = pair("870", "931")
    with theirs.writing() as group:
        made = group.act("trade", trade_acts.Propose(TERMS), audience=audience)
    with theirs.writing() as group:
        dispute = trade_acts.Dispute("the start")
        group.act("trade", dispute, record=made.record, audience=audience)
    for desk in (mine, hub):
        carry(theirs, desk, tmp_path)
    for desk in (mine, theirs, hub):
        assert [item.id for item in _kind(desk, "disputed")] == [made.record]


def test_a_hold_that_lapses_today_is_named_to_both_sides(region: dict[str, Desk], tmp_path: Path) -> None:
    mine, theirs = region["870"], region["931"]
    made = offered(mine)
    places.hold(mine, made, held_for="931", until="2026-12-01T23:59")
    places.hold(mine, made, held_for="931", until="2026-12-02T09:00")
    carry(mine, theirs, tmp_path)
    for desk in (mine, theirs):
        (item,) = _kind(desk, "hold")
        assert (item.id, item.due, item.urgent) == (made, "2026-12-01T23:59", True)
        assert item.text == "The hold at Oak House for Oxfordshire lapses at 23:59"
    places.release(mine, made, places.show(mine, made).holds[0].id)
    assert _kind(mine, "hold") == []


def test_stale_places_are_one_line_a_setting(reading: Desk, tmp_path: Path) -> None:
    rows = [line(f"R{number}", setting=f"House {number // 2:02}") for number in range(30)]
    places.import_csv(reading, write(tmp_path / "a.csv", rows))
    assert _kind(reading, "stale") == []
    reading.clock = Clock(date(2026, 12, 15))
    assert _kind(reading, "stale") == []
    reading.clock = Clock(date(2026, 12, 16))
    found = _kind(reading, "stale")
    assert len(found) == MOST
    assert found[0].text == "Confirm 2 vacancies of House 00, last confirmed 01/12/2026"
    assert [item.text for item in _kind(reading, "more")] == ["5 more settings have vacancies to confirm"]
    for one in places.listing(reading).rows[:2]:
        places.confirm(reading, one.id)
    assert _kind(reading, "stale")[0].text.startswith("Confirm 2 vacancies of House 01")


def test_a_place_promised_twice_is_shown(reading: Desk) -> None:
    made = offered(reading)
    for number in (1, 2, 3):
        with reading.writing() as group:
            group.act("vacancy", acts.Take(f"{number:032x}", 1), record=made)
    (item,) = _kind(reading, "overbooked")
    assert (item.id, item.urgent, item.text) == (f"{3:032x}", True, "Oak House is OVERBOOKED")


def test_two_values_of_one_field_are_named(tmp_path: Path) -> None:
    """Two desks of one authority change the same field without having heard of each other."""
    signed = signed_roll([member_of("870", [seat("870"), seat("870", 2)], host=True)])
    one = open_at(tmp_path / "one", seat("870"), signed)
    other = open_at(tmp_path / "two", seat("870", 2), signed)
    try:
        home = places.add_setting(one, OAK)
        carry(one, other, tmp_path)
        places.edit_setting(one, home.id, replace(OAK, occupied=1))
        places.edit_setting(other, home.id, replace(OAK, occupied=2))
        carry(other, one, tmp_path)
        (item,) = _kind(one, "conflict")
        assert (item.id, item.where, item.text) == (
            home.id,
            "sync",
            "Two values of Occupied places: Setting Oak House",
        )
    finally:
        one.close()
        other.close()


def test_members_not_heard_of_are_named_until_they_are(region: dict[str, Desk], tmp_path: Path) -> None:
    mine = region["870"]
    (item,) = _kind(mine, "unheard")
    assert item.text == "Not heard from for 7 days: Oxfordshire, North hub"
    offered(region["931"])
    carry(region["931"], mine, tmp_path)
    assert _kind(mine, "unheard")[0].text == "Not heard from for 7 days: North hub"
    mine.clock = Clock(date(2026, 12, 20))
    assert _kind(mine, "unheard")[0].text == "Not heard from for 7 days: Oxfordshire, North hub"


def test_the_newest_log_of_a_desk_says_when_it_was_heard_of(reading: Desk) -> None:
    # Of its two logs one is old, the other of today, and then the other way round.
    for old, new in (("rcc", "own"), ("own", "rcc")):
        for audience, day in ((old, date(2026, 11, 1)), (new, date(2026, 12, 1))):
            reading.clock = Clock(day)
            if audience == "own":
                requests.add(reading, GIRL)
            else:
                ref = f"{old} {day}"
                offered(reading, replace(OAK, ref=ref, urn=""), replace(BED, ref=ref))
        heard = {one.code: one.heard_at[:10] for one in status(reading).members}
        assert heard == {"870": "2026-12-01", "931": "", "HUB-N": ""}


def test_urgent_things_come_before_the_rest(reading: Desk) -> None:
    offered(reading, vacancy=replace(BED, confirmed_on="2026-10-01"))
    requests.add(reading, GIRL)
    requests.add(reading, Needs(age=4, sex="F", emergency=True))
    found = today(reading)
    assert _kinds(found) == ["emergency", "request", "stale", "unheard"]
    assert today(reading) == found


def test_a_hub_logs_no_requests_and_still_sees_what_is_amiss(region: dict[str, Desk]) -> None:
    assert set(_kinds(today(region["HUB-N"]))) == {"unheard"}
