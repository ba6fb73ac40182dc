"""A folder that others write to, that is full, locked, read-only or pulled out: said, and nothing lost."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import asdict
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.names import pair
from rcc_tui.acts.referrals import Open
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.services.mailbox import Mailbox, sync
from rcc_tui.services.syncing import export
from rcc_tui.sync import opening
from rcc_tui.sync.roll import DESK_TYPE, DeskSeat, Member, seat_body
from rcc_tui.sync.seal import MAX_HEADER, is_sealed_to
from tests.attacks.facts import request
from tests.attacks.forge import bundle, everything, lay
from tests.attacks.postbox import good, lying, rounds, write
from tests.attacks.stores import Copies
from tests.region import CODES, TODAY, Seat, member_of, roots, seat, signed_roll

FULL, READ_ONLY = (
    OSError(errno.ENOSPC, "No space left on device"),
    OSError(errno.EROFS, "Read-only file system"),
)


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """An empty mailbox folder."""
    folder = tmp_path / "box"
    folder.mkdir()
    return folder


# What is still being written


def _half(region: dict[str, Desk], box: Path) -> tuple[Path, bytes]:
    write(region["931"])
    export(region["931"], ["870"], box)
    (path,) = box.iterdir()
    return path, path.read_bytes()


@pytest.mark.parametrize("part", [0, 5, 300, -1])
@pytest.mark.parametrize("padded", [False, True], ids=["short", "filled with zeros"])
def test_half_a_file_waits_while_it_is_fresh(
    region: dict[str, Desk], box: Path, part: int, padded: bool
) -> None:
    """Some ways of copying take the room first and fill it later."""
    path, raw = _half(region, box)
    path.write_bytes(raw[:part] + bytes(len(raw) - len(raw[:part]) if padded else 0))
    (result,) = sync(region["870"], box, now=lambda: path.stat().st_mtime + 1).received
    assert (result.result, result.new, result.exit_code) == ("waiting", 0, 0)
    assert "next sync" in result.reason
    (result,) = sync(region["870"], box, now=lambda: path.stat().st_mtime + 3600).received
    assert (result.result, result.exit_code) == ("refused", 3)
    assert region["870"].store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (0,)
    path.write_bytes(raw)
    (result,) = sync(region["870"], box).received
    assert (result.result, result.new, result.exit_code) == ("ok", 1, 0)


def test_half_an_open_file_waits_too(region: dict[str, Desk], box: Path) -> None:
    path = lay(box, bundle(seat("931").desk)[:-5])
    (result,) = sync(region["870"], box).received
    assert (result.result, result.exit_code) == ("waiting", 0)
    os.utime(path, (0, 0))
    (result,) = sync(region["870"], box).received
    assert (result.result, result.exit_code) == ("refused", 3)


def test_a_file_that_changes_between_two_looks(
    region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though what has come so far would do: another version of it is on its way."""
    path, _ = _half(region, box)
    read = opening.read_file

    def then_it_grows(*args: object, **more: object) -> bytes:
        found = read(*args, **more)  # type: ignore[arg-type]
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1000))
        return found

    monkeypatch.setattr("rcc_tui.services.mailbox.read_file", then_it_grows)
    (result,) = sync(region["870"], box).received
    assert (result.result, result.new, result.exit_code) == ("waiting", 0, 0)
    monkeypatch.undo()
    assert sync(region["870"], box).received[0].new == 1


# What lies there besides


def test_a_damaged_file_does_not_stop_the_others(region: dict[str, Desk], box: Path) -> None:
    path, raw = _half(region, box)
    damaged = bytearray(raw)
    damaged[-60] ^= 1
    bad = lay(box, bytes(damaged))
    os.utime(bad, (0, 0))
    (box / "notes.rccb").write_text("no bundle")
    os.utime(box / "notes.rccb", (0, 0))
    (box / "folder.rccb").mkdir()
    results = {one.file: one for one in sync(region["870"], box).received}
    assert results[str(path)].new == 1
    assert results[str(bad)].exit_code == results[str(box / "notes.rccb")].exit_code == 3
    assert len(results) == 3
    assert path.exists()
    assert bad.exists()


@pytest.mark.skipif(os.name != "posix", reason="pipes and bytes as names are of POSIX")
def test_names_of_any_kind(region: dict[str, Desk], tmp_path: Path) -> None:
    """In any alphabet and in none; a pipe in the folder is no reason to wait for ever."""
    box = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xff\xd0x"))
    box.mkdir()
    _, raw = _half(region, box)
    for name in ("Ящик für 子供 \u202e.rccb", "UPPER.RCCB", os.fsdecode(b"rcc_\xff\xfe.rccb")):
        (box / name).write_bytes(raw)
    os.mkfifo(box / "pipe.rccb")
    told: list[str] = []
    visit = sync(region["870"], box, lambda what, done, of_all: told.append(what))
    assert [(one.result, one.exit_code) for one in visit.received if one.exit_code] == [("refused", 1)]
    assert sum(one.new for one in visit.received) == 1
    json.dumps(asdict(visit), ensure_ascii=False).encode()
    "".join(told).encode()
    assert any("\\xff\\xfe" in one for one in told)
    assert sync(region["870"], box).sent == ()


def test_a_locked_file_is_told_of_and_the_others_come_in(
    region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, raw = _half(region, box)
    other = lay(box, raw)
    really, waited = os.open, list[float]()

    def held(target: object, *args: object, **more: object) -> int:
        if target == path:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(target, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", held)
    results = {one.file: one for one in sync(region["870"], box, sleep=waited.append).received}
    assert (results[str(path)].result, results[str(path)].exit_code) == ("refused", 1)
    assert results[str(other)].new == 1
    assert 0 < len(waited) < 10


# Sticks that are full, read-only, plugged in elsewhere


def _fails(monkeypatch: pytest.MonkeyPatch, error: OSError, box: Path, times: int = 10**6) -> list[Path]:
    """Writing into the folder fails; returns what was tried."""
    really, tried = Path.open, list[Path]()

    def write(path: Path, mode: str = "r", *args: object, **more: object) -> object:
        if path.parent == box and "x" in mode:
            tried.append(path)
            if len(tried) <= times:
                raise error
        return really(path, mode, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", write)
    return tried


def test_read_only_media(region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies there comes in; nothing can be left there: said, and not tried for every member."""
    _half(region, box)
    desk, lay_there = region["870"], lying(box)
    tried = _fails(monkeypatch, READ_ONLY, box)
    visit = sync(desk, box)
    assert [one.new for one in visit.received] == [1]
    assert [one.to for one in visit.unsent] == ["870", "931", "HUB-N"]
    assert all("Read-only" in one.reason and one.exit_code == 1 for one in visit.unsent)
    assert (visit.sent, len(tried), lying(box)) == ((), 1, lay_there)
    assert '"writing":"rcc' not in desk.meta(f"mailbox:{box.resolve()}")
    monkeypatch.undo()
    visit = good(sync(desk, box))
    assert [one.to for one in visit.sent] == ["870", "931", "HUB-N"]
    _fails(monkeypatch, READ_ONLY, box)
    # Nothing is owed: nothing needs to be written, and nothing is amiss.
    assert good(sync(desk, box)).sent == ()


def test_a_full_stick(region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No half file, what lay there stays, and those there is room for are served."""
    desk = region["870"]
    good(sync(desk, box))
    before = lying(box)
    write(desk)

    def full(descriptor: int) -> None:
        raise FULL

    monkeypatch.setattr(os, "fsync", full)
    visit = sync(desk, box)
    assert [one.to for one in visit.unsent] == ["870", "931", "HUB-N"]
    assert all("No space left" in one.reason for one in visit.unsent)
    assert lying(box) == before
    monkeypatch.undo()
    _fails(monkeypatch, FULL, box, times=1)
    visit = sync(desk, box)
    assert ([one.to for one in visit.unsent], [one.to for one in visit.sent]) == (["870"], ["931", "HUB-N"])
    assert len(lying(box)) == 3
    monkeypatch.undo()
    assert [one.to for one in good(sync(desk, box)).sent] == ["870"]
    assert len(lying(box)) == 3
    assert not before.keys() & lying(box).keys()


def test_an_old_bundle_somebody_holds_open_goes_later(
    region: dict[str, Desk], box: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = region["870"]
    good(sync(desk, box))
    old = set(lying(box))
    write(desk)

    def held(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "in use")

    monkeypatch.setattr(Path, "unlink", held)
    assert len(good(sync(desk, box)).sent) == 3
    assert old < set(lying(box))
    monkeypatch.undo()
    assert good(sync(desk, box)).sent == ()
    assert len(lying(box)) == 3
    assert not old & set(lying(box))


def test_the_same_stick_elsewhere(region: dict[str, Desk], box: Path, tmp_path: Path) -> None:
    desk = region["870"]
    good(sync(desk, box))
    moved = box.rename(tmp_path / "other drive")
    lay_there = lying(moved)
    assert good(sync(desk, moved)) == Mailbox((), ())
    assert lying(moved) == lay_there
    write(desk)
    assert len(good(sync(desk, moved)).sent) == 3
    assert len(lying(moved)) == 3
    # Another stick, that has never been here, is another mailbox.
    (tmp_path / "new").mkdir()
    assert len(good(sync(desk, tmp_path / "new")).sent) == 3
    assert len(lying(moved)) == 3


def test_a_bundle_of_mine_that_was_damaged_is_written_anew(region: dict[str, Desk], box: Path) -> None:
    desk = region["870"]
    good(sync(desk, box))
    victim = sorted(box.iterdir())[0]
    victim.write_bytes(victim.read_bytes()[:100])
    assert len(good(sync(desk, box)).sent) == 1
    assert not victim.exists()
    assert len(lying(box)) == 3


# Who is served


def test_twice_does_nothing_the_second_time(copies: Copies, box: Path) -> None:
    desks = [copies.desk(one) for one in (*map(seat, CODES), seat("870", 2))]
    for desk in desks:
        write(desk)
    with desks[0].writing() as w:
        w.act("request", request())
        w.act("referral", Open("870", "931", "", Needs(9, "F")), audience=pair("870", "931"))
    rounds(desks, box)
    lay_there, held = lying(box), [everything(desk) for desk in desks]
    for desk in desks:
        assert good(sync(desk, box)) == Mailbox((), ())
    assert lying(box) == lay_there
    assert [everything(desk) for desk in desks] == held
    assert len({desk.digest("rcc") for desk in desks}) == 1
    # The other desk of Reading has heard all that Reading keeps to itself, and nobody else.
    assert desks[3].digest("own:870") == desks[0].digest("own:870")
    for desk in desks[1:3]:
        assert desk.store.write.execute("SELECT COUNT(*) FROM log WHERE audience='own:870'").fetchone() == (
            0,
        )


def _members(oxford: list[Seat], **changed: str) -> list[Member]:
    return [
        member_of("870", [seat("870"), seat("870", 2)], host=True),
        msgspec.structs.replace(member_of("931", oxford), **changed),
        member_of("HUB-N", [seat("HUB-N")]),
    ]


def _adopt(desk: Desk, members: list[Member]) -> None:
    before = desk.rolls.signed[-1]
    assert desk.adopt_roll(signed_roll(members, before=before, version=len(desk.rolls.signed) + 1))


def _left_for(desk: Desk, code: str, box: Path) -> list[Path]:
    left = json.loads(desk.meta(f"mailbox:{box.resolve()}"))
    return [box / left[code]["file"]] if code in left else []


def test_a_desk_that_comes_or_goes_is_sealed_to_or_no_more(copies: Copies, box: Path) -> None:
    desk, old, new = copies.desk(seat("870")), seat("931"), seat("931", 2)
    good(sync(desk, box))
    for seats, opens in (([old, new], (True, True)), ([new], (False, True))):
        _adopt(desk, _members(seats))
        good(sync(desk, box))
        (path,) = _left_for(desk, "931", box)
        assert tuple(is_sealed_to(path.read_bytes(), one.desk) for one in (old, new)) == opens
        assert len(lying(box)) == 3


@pytest.mark.parametrize("how", ["left", "no desk", "off the roll"])
def test_a_member_that_leaves_finds_nothing_more(copies: Copies, box: Path, how: str) -> None:
    desk = copies.desk(seat("870"))
    good(sync(desk, box))
    (path,) = _left_for(desk, "931", box)
    members = _members(
        [] if how == "no desk" else [seat("931")], **({"left": TODAY} if how == "left" else {})
    )
    _adopt(desk, [one for one in members if how != "off the roll" or one.code != "931"])
    write(desk)
    assert [one.to for one in good(sync(desk, box)).sent] == ["870", "HUB-N"]
    assert not path.exists()
    assert len(lying(box)) == 2
    with pytest.raises(Refused):
        export(desk, ["931"], box)


def test_one_desk_that_cannot_be_sealed_to_does_not_stop_the_others(copies: Copies, box: Path) -> None:
    desk, oxford = copies.desk(seat("870")), seat("931")
    bare = DeskSeat(oxford.desk.public, "Old desk", "", True, b"")
    admitted = msgspec.structs.replace(bare, admitted=oxford.member.sign(DESK_TYPE, seat_body("931", bare)))
    members = _members([oxford])
    members[1] = msgspec.structs.replace(members[1], desks=(admitted,))
    _adopt(desk, members)
    for sent in (["870", "HUB-N"], []):
        visit = sync(desk, box)
        assert [one.to for one in visit.sent] == sent
        ((to, reason),) = [(one.to, one.reason) for one in visit.unsent]
        assert to == "931"
        assert "Old desk" in reason


def test_a_desk_before_its_first_roll(region: dict[str, Desk], box: Path, tmp_path: Path) -> None:
    """It answers as soon as a bundle has brought the roll; until then it is told why it does not."""
    one = seat("870", 2)
    pinned = [key.public for key in roots()]
    desk = make_desk(tmp_path / "new", code="870", name=one.name, roots=pinned, key=one.desk)
    try:
        (unsent,) = sync(desk, box).unsent
        assert (unsent.to, "no roll yet" in unsent.reason) == ("all", True)
        _half(region, box)
        visit = good(sync(desk, box))
        assert [one.new for one in visit.received] == [1]
        assert [one.to for one in visit.sent] == ["870", "931", "HUB-N"]
    finally:
        desk.close()


def test_progress_names_each_file_and_each_member(region: dict[str, Desk], box: Path) -> None:
    path, _ = _half(region, box)
    sync(region["870"], box)
    told: list[tuple[str, int, int]] = []
    sync(region["870"], box, lambda *one: told.append(one))
    assert told == [
        (f"reading {path.name}", 0, 1),
        ("writing for 870", 0, 3),
        ("writing for 931", 1, 3),
        ("writing for HUB-N", 2, 3),
        ("", 3, 3),
    ]


def test_a_mailbox_is_quick_to_say_that_there_is_nothing(region: dict[str, Desk], box: Path) -> None:
    """What is sealed for others is known by its first kilobytes: the rest of it is not read."""
    desk, read = region["870"], list[int]()
    (exported,) = export(region["931"], ["HUB-N"], box)
    with Path(exported.file).open("ab") as file:
        file.write(bytes(1 << 20))
    really = opening.read_file

    def counted(path: Path, limit: int = 1 << 30, **more: object) -> bytes:
        read.append(limit)
        return really(path, limit, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("rcc_tui.services.mailbox.read_file", counted)
        assert sync(desk, box).received == ()
    assert read == [MAX_HEADER]
