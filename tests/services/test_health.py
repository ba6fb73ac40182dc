"""How things stand: who is silent, what is held back, forks, revoked desks, the roll's end, erasures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.config import Clock
from rcc_tui.domain.needs import Needs
from rcc_tui.services import requests
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.services.erasing import erase
from rcc_tui.services.health import health, tails
from rcc_tui.sync.bundle import Head
from rcc_tui.sync.roll import Cut, SignedRoll, read_roll, roll_hash, sign_roll
from tests.attacks.facts import home, rename
from tests.attacks.forge import Scribe, bring, bundle, import_bytes
from tests.attacks.stores import Copies, copies_of, make_models
from tests.region import CODES, THRESHOLD, carry, member_of, roots, seat
from tests.trading import offer

HUB, LOST, OXFORD = seat("HUB-N").desk, seat("870", 2).desk, seat("931").desk


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed stores of Reading (two desks), Oxfordshire and the hub."""
    return make_models(tmp_path_factory.mktemp("models"), [*map(seat, CODES), seat("870", 2)])


@pytest.fixture
def copies(models: Path, tmp_path: Path) -> Iterator[Copies]:
    """Fresh desks as often as asked for."""
    with copies_of(models, tmp_path / "stores") as made:
        yield made


def next_roll(
    desk: Desk, *, without: bool = False, cuts: tuple[Cut, ...] = (), expires: str = ""
) -> SignedRoll:
    """The roll that follows: without Reading's second desk, or with another day to expire on."""
    before = desk.rolls.signed[-1]
    old = read_roll(before.document)
    first = member_of("870", [seat("870")], host=True)
    roll = msgspec.structs.replace(
        old,
        version=old.version + 1,
        prev=roll_hash(before.document),
        members=tuple(first if without and one.code == "870" else one for one in old.members),
        cuts=(*old.cuts, *cuts),
        expires=expires or old.expires,
    )
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in roots()[:THRESHOLD]]))


def test_who_is_silent_for_more_than_a_week(copies: Copies, tmp_path: Path) -> None:
    reading, oxford = copies.desk(seat("870")), copies.desk(seat("931"))
    said = {one.code: (one.days, one.quiet) for one in health(reading).silence}
    assert said == {"870": (None, False), "931": (None, True), "HUB-N": (None, True)}
    offer(oxford)
    carry(oxford, reading, tmp_path)
    for day, days, quiet in (("2026-12-01", 0, False), ("2026-12-08", 7, False), ("2026-12-09", 8, True)):
        reading.clock = Clock(date.fromisoformat(day))
        (one,) = (one for one in health(reading).silence if one.code == "931")
        assert (one.days, one.quiet) == (days, quiet)


def test_a_hub_that_signs_nothing_of_its_own_is_heard_by_its_bundles(copies: Copies) -> None:
    reading = copies.desk(seat("870"))
    scribe = Scribe(OXFORD, "rcc")
    scribe.write("setting", home())
    bring(reading, scribe, maker=HUB)
    (hub,) = (one for one in health(reading).silence if one.code == "HUB-N")
    assert (hub.at[:10], hub.days, hub.quiet) == ("2026-12-01", 0, False)
    reading.clock = Clock(date(2026, 12, 20))
    (hub,) = (one for one in health(reading).silence if one.code == "HUB-N")
    assert (hub.days, hub.quiet) == (19, True)


def test_a_tail_held_back_names_log_and_who_told(copies: Copies) -> None:
    reading = copies.desk(seat("870"))
    scribe = Scribe(OXFORD, "rcc")
    scribe.write("setting", home())
    far = Head(scribe.log, 4, b"\x01" * 32)
    import_bytes(reading, bundle(HUB, [scribe.section()], heads=(far,)))
    import_bytes(reading, bundle(OXFORD, heads=(Head(scribe.log, 6, b"\x02" * 32),)))
    (tail,) = health(reading).tails
    assert (tail.code, tail.desk, tail.audience) == ("931", "Desk 1", "rcc")
    assert (set(tail.said_by), tail.theirs, tail.ours, tail.missing) == ({"HUB-N", "931"}, 7, 1, 6)


def test_a_log_never_heard_of_is_nobodys_yet(copies: Copies) -> None:
    reading = copies.desk(seat("870"))
    unheard = Scribe(OXFORD, "rcc")
    import_bytes(reading, bundle(HUB, heads=(Head(unheard.log, 2, b"\x01" * 32),)))
    assert [(one.code, one.desk, one.missing) for one in tails(reading)] == [("?", "", 3)]


def test_a_fork_says_whose_and_from_where(copies: Copies) -> None:
    reading = copies.desk(seat("870"))
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    twin = scribe.copy()
    scribe.write("setting", rename("Left"), record=opened.record, deps=[opened.hash])
    twin.write("setting", rename("Right"), record=opened.record, deps=[opened.hash])
    bring(reading, scribe, maker=HUB)
    bring(reading, twin, maker=HUB)
    (log,) = health(reading).amiss
    assert (log.code, log.desk, log.why, log.counts, len(log.endings)) == ("931", "Desk 1", "fork", 1, 2)


def test_a_revoked_desk_since_when_and_what_of_it_counts(copies: Copies) -> None:
    reading = copies.desk(seat("870"))
    scribe = Scribe(LOST, "rcc")
    last = scribe.write("setting", home("870", "Honest"))
    scribe.write("setting", home("870", "Thief's"))
    bring(reading, scribe, maker=HUB)
    assert health(reading).gone == ()
    reading.adopt_roll(next_roll(reading, without=True, cuts=(Cut(scribe.log, 0, last.hash),)))
    reading.adopt_roll(next_roll(reading))
    (gone,) = health(reading).gone
    assert (gone.code, gone.desk, gone.key) == ("870", "Desk 2", LOST.public.hex())
    assert (gone.since, gone.entries, gone.counts) == (2, 2, 1)
    assert all("roll no more" not in said for said in health(reading).warnings)


def test_this_desk_is_told_when_it_was_revoked_itself(copies: Copies) -> None:
    second = copies.desk(seat("870", 2))
    second.adopt_roll(next_roll(second, without=True))
    assert "This desk is on the roll no more: nobody believes what it signs." in health(second).warnings


@pytest.mark.parametrize(
    ("expires", "said"),
    [
        ("2026-11-30", ["The roll expired on 30/11/2026: ask the hubs for a newer one."]),
        ("2026-12-01", ["The roll expires on 01/12/2026: ask the hubs for a newer one."]),
        ("2027-01-30", ["The roll expires on 30/01/2027: ask the hubs for a newer one."]),
        ("2027-01-31", []),
    ],
)
def test_the_end_of_the_roll_is_told_two_months_before(copies: Copies, expires: str, said: list[str]) -> None:
    reading = copies.desk(seat("870"))
    reading.adopt_roll(next_roll(reading, expires=expires))
    assert [one for one in health(reading).warnings if "expire" in one] == said
    assert health(reading).expires == expires


def test_a_plain_store_says_so(copies: Copies) -> None:
    found = health(copies.desk(seat("870")))
    assert (found.encryption, found.behind) == ("none", False)
    assert any("not encrypted" in said for said in found.warnings)


def test_bad_lines_of_ones_own_abbreviations_are_named(
    copies: Copies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rcc_tui.services.health.config_folder", lambda: tmp_path)
    desk = copies.desk(seat("870"))
    before = health(desk).warnings
    (tmp_path / "synonyms.csv").write_text("short,meaning\npda,demand avoidance\npda\n", encoding="utf-8")
    assert health(desk).warnings == (
        *before,
        "synonyms.csv line 3: 1 columns, not two: short,meaning",
    )


def test_how_far_an_erasure_has_come(copies: Copies, tmp_path: Path) -> None:
    one, two = copies.desk(seat("870")), copies.desk(seat("870", 2))
    request = requests.add(one, Needs(age=12, sex="F", needed_by="2026-12-03"))
    carry(one, two, tmp_path)
    erase(one, request.id, "retention ended")
    (covered,) = health(one).erased
    assert (covered.record, covered.confirmed, covered.of, covered.missing) == (request.id, 1, 2, ("870",))
    carry(one, two, tmp_path)
    carry(two, one, tmp_path)
    (covered,) = health(one).erased
    assert (covered.confirmed, covered.of, covered.missing) == (2, 2, ())


def test_it_can_be_asked_before_there_is_a_roll(tmp_path: Path) -> None:
    desk = make_desk(
        tmp_path, code="870", name="Desk 1", roots=[key.public for key in roots()], key=seat("870").desk
    )
    try:
        found = health(desk)
        assert (found.silence, found.tails, found.gone, found.expires) == ((), (), (), "")
    finally:
        desk.close()
