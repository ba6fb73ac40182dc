"""What a bundle holds, and what is left for the next."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from rcc_tui.domain.errors import Refused, StoreError
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import Exported, export, take_in
from rcc_tui.sync import outgoing
from rcc_tui.sync.bundle import unpack
from rcc_tui.sync.outgoing import Outgoing, put
from tests.attacks.facts import home
from tests.attacks.forge import AT_MS, inside
from tests.region import member_of, seat


def _sent(desk: Desk, to: str, folder: Path) -> Exported:
    (exported,) = export(desk, [to], folder)
    return exported


def test_more_than_one_bundle_holds_goes_with_the_next(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender, reader = region["931"], region["870"]
    monkeypatch.setattr(outgoing, "SECTION_TARGET", 2000)
    monkeypatch.setattr(outgoing, "MOST", 6000)
    with sender.writing() as w:
        for number in range(30):
            w.act("setting", home("931", f"Home {number}"))
    told = []
    for _ in range(20):
        exported = _sent(sender, "870", tmp_path)
        told.append(exported.rest)
        assert take_in(reader, [Path(exported.file)])[0].exit_code == 0
        back = _sent(reader, "931", tmp_path)
        assert take_in(sender, [Path(back.file)])[0].exit_code == 0
        if reader.digest("rcc") == sender.digest("rcc"):
            break
    # Reading's other desk never answers, and does not hold up the one that does.
    assert 2 < len(told) < 20
    assert all(told)


def test_heads_say_how_far_a_log_is_held_whole(region: dict[str, Desk], tmp_path: Path) -> None:
    """An entry without its content is not held: else nobody would send it again."""
    desk = region["870"]
    with desk.writing() as w:
        for number in range(4):
            w.act("setting", home("870", f"Home {number}"))
    out = Outgoing(desk.store.write, desk.key, desk.rolls)
    oxford = desk.rolls.member("931")
    assert oxford is not None
    owed = out.owed(oxford)
    desk.store.write.execute("UPDATE log SET missing=2")
    written = out.write(oxford, tmp_path, AT_MS)
    (head,) = unpack(inside(written.file.read_bytes(), seat("931").desk)).manifest.heads
    rows = desk.store.write.execute("SELECT hash FROM entry WHERE seq=1").fetchall()
    assert (head.seq, [(head.hash,)]) == (1, rows)
    assert out.owed(oxford) != owed
    desk.store.write.execute("UPDATE log SET missing=0")
    written = out.write(oxford, tmp_path, AT_MS)
    assert unpack(inside(written.file.read_bytes(), seat("931").desk)).manifest.heads == ()


def test_a_bundle_is_on_the_disk_before_it_has_its_name(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes, read back, then its name, then the folder that holds the name."""
    steps: list[str] = []
    fsync, rename, read_bytes = os.fsync, Path.rename, Path.read_bytes

    def synced(descriptor: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        fsync(descriptor)

    def renamed(part: Path, final: Path) -> Path:
        steps.append("name")
        return rename(part, final)

    def read(path: Path) -> bytes:
        steps.append("read back")
        return read_bytes(path)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "read_bytes", read)
    put(tmp_path / "out", b"bytes", "rcc_00000000.rccb")
    assert steps == ["file", "read back", "name", "folder"][: 4 if os.name == "posix" else 3]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["rcc_00000000.rccb"]


def test_interrupted_as_it_gets_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(part: Path, final: Path) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt):
        put(tmp_path, b"bytes", "rcc_00000000.rccb")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_is_held_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A virus scanner looks at the new file: a little patience; and not for ever."""
    rename, tries = Path.rename, [0]
    waited: list[float] = []

    def held(part: Path, final: Path) -> Path:
        tries[0] += 1
        if tries[0] < 4:
            raise PermissionError(13, "in use")
        return rename(part, final)

    monkeypatch.setattr(Path, "rename", held)
    monkeypatch.setattr("time.sleep", waited.append)
    assert put(tmp_path, b"bytes", "rcc_00000000.rccb").read_bytes() == b"bytes"
    assert len(waited) == 3
    tries[0] = -10
    with pytest.raises(StoreError, match="in use"):
        put(tmp_path, b"bytes", "rcc_00000001.rccb")
    assert [path.name for path in tmp_path.iterdir()] == ["rcc_00000000.rccb"]


def test_who_could_open_it_is_part_of_what_is_owed(region: dict[str, Desk]) -> None:
    desk, first, second = region["870"], seat("931"), seat("931", 2)
    out = Outgoing(desk.store.write, desk.key, desk.rolls)
    owed = [out.owed(member_of("931", seats)) for seats in ([first], [second], [first, second], [first])]
    assert len(set(owed)) == 3
    assert owed[0] == owed[3]


def test_a_member_without_another_desk_is_sent_nothing(region: dict[str, Desk]) -> None:
    desk = region["870"]
    out = Outgoing(desk.store.write, desk.key, desk.rolls)
    for member in (member_of("867", []), member_of("870", [seat("870")])):
        with pytest.raises(Refused, match="no desk that could open"):
            out.recipients(member)


def test_what_nobody_would_take_in_is_not_written(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outgoing, "MAX_FILE", 500)
    with pytest.raises(Refused, match="larger than any may be"):
        _sent(region["931"], "870", tmp_path)
    assert list(tmp_path.glob("*.rccb")) == []
