"""Desks and a folder between them: they converge, then stay still; nothing half comes of anything."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.names import pair
from rcc_tui.acts.referrals import Open
from rcc_tui.config import Clock
from rcc_tui.domain.errors import IntegrityError, Refused, UsageError
from rcc_tui.domain.needs import Needs
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.services.mailbox import sync
from rcc_tui.services.syncing import check, describe, export, moved, status, take_in
from rcc_tui.sync.bundle import pack, unpack
from tests.attacks.facts import home, rename, request
from tests.attacks.forge import (
    Scribe,
    bundle,
    digests,
    everything,
    inside,
    is_live_as_rebuilt,
    lay,
    sealed_again,
)
from tests.attacks.stores import Copies
from tests.region import roots, seat


def _box(tmp_path: Path) -> Path:
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


def _rounds(desks: list[Desk], folder: Path, count: int = 4) -> None:
    for _ in range(count):
        for desk in desks:
            assert all(result.exit_code == 0 for result in sync(desk, folder).received)


def test_desks_and_a_folder_converge_and_then_stay_still(region: dict[str, Desk], tmp_path: Path) -> None:
    folder, desks = _box(tmp_path), list(region.values())
    for code, desk in region.items():
        with desk.writing() as w:
            w.act("setting", home(code))
            w.act("request", request()) if code != "HUB-N" else None
    with region["870"].writing() as w:
        w.act("referral", Open("870", "931", "", Needs(9, "F")), audience=pair("870", "931"))
    _rounds(desks, folder)
    assert len({desk.digest("rcc") for desk in desks}) == 1
    assert len({desk.digest(pair("870", "931")) for desk in desks}) == 1
    files = sorted(path.name for path in folder.iterdir())
    before = [everything(desk) for desk in desks]
    for desk in desks:
        visit = sync(desk, folder)
        assert (visit.sent, visit.received) == ((), ())
    assert sorted(path.name for path in folder.iterdir()) == files
    assert [everything(desk) for desk in desks] == before
    # What is one authority's own has gone nowhere.
    for desk in desks:
        held = {audience for (audience,) in desk.store.write.execute("SELECT audience FROM log")}
        assert held <= {"rcc", pair("870", "931"), f"own:{desk.code}"}


def test_a_change_goes_round_once(region: dict[str, Desk], tmp_path: Path) -> None:
    folder, desks = _box(tmp_path), list(region.values())
    _rounds(desks, folder)
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    _rounds(desks, folder)
    assert all(_count(desk, "setting") == 1 for desk in desks)
    assert all(not sync(desk, folder).sent for desk in desks)


def _count(desk: Desk, table: str) -> int:
    return int(desk.store.write.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def test_a_half_file_and_a_strangers_are_left_alone_and_told_of_each_time(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    folder, desk = _box(tmp_path), region["870"]
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    sync(region["931"], folder)
    half = lay(folder, bundle(seat("931").desk)[:-9])
    os.utime(half, (0, 0))
    strange = lay(folder, bundle(seat("999").desk))
    part = folder / "rcc_00000000.part"
    part.write_bytes(b"being written")
    (folder / "notes.txt").write_text("not ours")
    (folder / "folder.rccb").mkdir()
    kept = {path.name for path in folder.iterdir()}
    for expected in (3, 2, 2):
        results = sync(desk, folder).received
        assert len(results) == expected
        assert {result.file for result in results if result.exit_code} == {str(half), str(strange)}
        assert all(result.reason for result in results if result.exit_code)
        assert kept <= {path.name for path in folder.iterdir()}
    assert _count(desk, "setting") == 1


def test_what_is_addressed_to_others_is_none_of_our_business(region: dict[str, Desk], tmp_path: Path) -> None:
    folder = _box(tmp_path)
    with region["931"].writing() as w:
        w.act("referral", Open("931", "HUB-N", "", Needs(9, "F")), audience=pair("931", "HUB-N"))
    sync(region["931"], folder)
    (result,) = sync(region["870"], folder).received
    assert (result.new, result.exit_code) == (0, 0)
    # Though it could be read, and holds something new.
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    export(region["931"], ["HUB-N"], folder, unsealed=True)
    assert sync(region["870"], folder).received == ()


def test_a_mailbox_that_is_not_there(reading: Desk, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no such mailbox"):
        sync(reading, tmp_path / "none")
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="no such mailbox"):
        sync(reading, tmp_path / "file")


def test_an_own_bundle_somebody_removed_is_written_again(region: dict[str, Desk], tmp_path: Path) -> None:
    folder, desk = _box(tmp_path), region["870"]
    assert [one.to for one in sync(desk, folder).sent] == ["870", "931", "HUB-N"]
    for path in folder.glob("*.rccb"):
        path.unlink()
    assert [one.to for one in sync(desk, folder).sent] == ["870", "931", "HUB-N"]


def test_only_what_is_lacking_is_sent(region: dict[str, Desk], tmp_path: Path) -> None:
    one, other = region["HUB-N"], region["931"]
    for number in range(5):
        with one.writing() as w:
            w.act("setting", home("870", f"Home {number}"))
    (first,) = export(one, ["931"], tmp_path)
    assert first.entries == 5
    assert take_in(other, [Path(first.file)])[0].new == 5
    (back,) = export(other, ["HUB-N"], tmp_path)
    assert back.entries == 0
    take_in(one, [Path(back.file)])
    with one.writing() as w:
        w.act("setting", home("870", "Sixth"))
    (second,) = export(one, ["931"], tmp_path)
    assert second.entries == 1
    assert take_in(other, [Path(second.file)])[0].new == 1
    assert one.digest("rcc") == other.digest("rcc")


def test_a_later_section_before_the_earlier(region: dict[str, Desk], tmp_path: Path) -> None:
    desk, scribe = region["870"], Scribe(seat("931").desk, "rcc")
    opened = scribe.write("setting", home())
    for name in "abcde":
        scribe.write("setting", rename(name), record=opened.record, deps=[scribe.entries[-1].hash])
    late = lay(tmp_path, bundle(seat("931").desk, [scribe.section(scribe.entries[3:])]))
    early = lay(tmp_path, bundle(seat("931").desk, [scribe.section(scribe.entries[:3])]))
    (result,) = take_in(desk, [late])
    assert (result.new, result.parked) == (3, 3)
    assert status(desk).parked == 3
    assert _count(desk, "setting") == 0
    (result,) = take_in(desk, [early])
    assert (result.new, result.parked) == (3, 0)
    assert desk.store.write.execute("SELECT connected, hex(head) FROM log").fetchall() == [
        (6, scribe.entries[-1].hash.hex().upper())
    ]
    assert desk.store.write.execute("SELECT name FROM setting").fetchall() == [("e",)]
    assert is_live_as_rebuilt(desk)


def test_a_withheld_tail_is_told_of(region: dict[str, Desk], tmp_path: Path) -> None:
    """A carrier brings the hub's bundle, which speaks of an entry, and withholds the one that holds it."""
    desk, hub = region["870"], region["HUB-N"]
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["HUB-N"], tmp_path)
    take_in(hub, [Path(exported.file)])
    (exported,) = export(hub, ["870"], tmp_path)
    manifest = unpack(inside(Path(exported.file).read_bytes(), desk.key)).manifest
    bare = sealed_again(pack(msgspec.structs.replace(manifest, parts=()), [], hub.key))
    take_in(desk, [lay(tmp_path, bare)])
    assert status(desk).withheld == 1
    take_in(desk, [Path(exported.file)])
    assert status(desk).withheld == 0


def test_a_bundle_for_another_says_nothing_of_what_its_maker_holds_of_ours(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["HUB-N"], tmp_path, unsealed=True)
    (result,) = take_in(region["870"], [Path(exported.file)])
    assert (result.new, result.exit_code) == (1, 0)
    assert _count(region["870"], "peer_head") == 0


def test_my_own_entries_go_to_my_other_desk_alone_and_when_named(copies: Copies, tmp_path: Path) -> None:
    first, second, other = copies.desk(seat("870")), copies.desk(seat("870", 2)), copies.desk(seat("931"))
    with first.writing() as w:
        w.act("request", request())
    assert "870" not in [one.to for one in export(first, ["all"], tmp_path)]
    (exported,) = export(first, ["870"], tmp_path)
    (result,) = take_in(second, [Path(exported.file)])
    assert (result.new, result.exit_code) == (1, 0)
    assert second.digest("own:870") == first.digest("own:870")
    (result,) = take_in(other, [Path(exported.file)])
    assert (result.new, result.exit_code) == (0, 1)
    with pytest.raises(Refused):
        export(other, ["931"], tmp_path)


@pytest.mark.parametrize(("to", "problem"), [([], UsageError), (["999"], Refused), (["870"], None)])
def test_for_whom(copies: Copies, tmp_path: Path, to: list[str], problem: type[Exception] | None) -> None:
    desk = copies.desk(seat("870"))
    if problem is None:
        assert [one.to for one in export(desk, to, tmp_path)] == to
        return
    with pytest.raises(problem):
        export(desk, to, tmp_path)
    assert list(tmp_path.glob("*.rccb")) == []


@pytest.fixture
def rollless(tmp_path: Path) -> Iterator[Desk]:
    """A desk that has no roll yet."""
    one = seat("870")
    pinned = [key.public for key in roots()]
    desk = make_desk(tmp_path / "new", code="870", name="Desk 1", roots=pinned, key=one.desk)
    yield desk
    desk.close()


def test_a_desk_before_its_first_roll(rollless: Desk, region: dict[str, Desk], tmp_path: Path) -> None:
    for refused in (
        lambda: export(rollless, ["931"], tmp_path),
        lambda: rollless.member,
        lambda: rollless.writing().__enter__(),
    ):
        with pytest.raises(Refused):
            refused()
    assert rollless.role == "authority"
    assert status(rollless).members == ()
    assert check(rollless).ok
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["870"], tmp_path)
    (result,) = take_in(rollless, [Path(exported.file)])
    assert (result.new, result.exit_code) == (1, 0)
    assert digests(rollless)["rcc"] == region["931"].digest("rcc")


def test_an_import_that_ends_in_any_other_way_leaves_no_roll_behind(
    rollless: Desk, region: dict[str, Desk], tmp_path: Path
) -> None:
    (exported,) = export(region["931"], ["870"], tmp_path)

    def breaks(_connection: object, _touched: object) -> None:
        raise KeyboardInterrupt

    rollless.followers.append(breaks)
    with pytest.raises(KeyboardInterrupt):
        take_in(rollless, [Path(exported.file)])
    assert rollless.rolls.latest is None
    assert rollless.rolls.authors == {}
    assert _count(rollless, "roll") == 0


def test_describe_believes_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["870"], tmp_path)
    told = describe(Path(exported.file), region["870"].key)
    assert told["recipients"] == ["870"]
    assert isinstance(told["logs"], list)
    with pytest.raises(IntegrityError):
        describe(tmp_path)


def test_what_went_and_came_is_listed(region: dict[str, Desk], tmp_path: Path) -> None:
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["870"], tmp_path)
    take_in(region["870"], [Path(exported.file)])
    assert [(one.direction, one.peer, one.what) for one in moved(region["931"])] == [
        ("out", "870", "1 entries")
    ]
    assert [(one.direction, one.peer, one.what) for one in moved(region["870"])] == [("in", "931", "1 new")]


def test_the_final_name_tells_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    files = [Path(one.file) for one in export(region["870"], ["all"], tmp_path / "out")]
    for file in files:
        assert file.name.removeprefix("rcc_").removesuffix(".rccb").isalnum()
        assert len(file.name) == len("rcc_12345678.rccb")
    assert sorted(files) == sorted((tmp_path / "out").iterdir())


def test_two_programs_on_one_store_lose_nothing(copies: Copies, tmp_path: Path) -> None:
    """The screens are open and act; a command beside them imports and acts: no entry lost, no fork."""
    screens = copies.desk(seat("870"))
    command = copies.opened(screens.store.folder, seat("870"))
    other = copies.desk(seat("931"))
    seen = screens.store.data_version()
    for number in range(6):
        for desk, name in ((screens, "screens"), (command, "command")):
            with desk.writing() as w:
                w.act("setting", home("870", f"{name} {number}"))
        with other.writing() as w:
            w.act("setting", home("931", f"other {number}"))
        (exported,) = export(other, ["870"], tmp_path)
        assert take_in(command, [Path(exported.file)])[0].exit_code == 0
    assert screens.store.data_version() != seen
    for desk in (screens, command):
        assert _count(desk, "setting") == 18
        assert status(desk).forks == 0
        assert check(desk, deep=True).ok


def test_a_clock_set_back_costs_only_what_is_sent_twice(region: dict[str, Desk], tmp_path: Path) -> None:
    one, other = region["870"], region["931"]
    for day in (date(2046, 1, 1), date(2026, 12, 2), date(2006, 1, 1)):
        other.clock = Clock(day)
        for desk, to in ((one, other), (other, one)):
            with desk.writing() as w:
                w.act("setting", home(desk.code, f"{day} {desk.code}"))
            (exported,) = export(desk, [to.code], tmp_path)
            assert take_in(to, [Path(exported.file)])[0].exit_code == 0
    (exported,) = export(one, ["931"], tmp_path)
    take_in(other, [Path(exported.file)])
    assert one.digest("rcc") == other.digest("rcc")
    assert _count(one, "setting") == 6
