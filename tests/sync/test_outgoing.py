"""What a bundle holds, and what is left for the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import Exported, export, take_in
from rcc_tui.sync import outgoing
from rcc_tui.sync.bundle import unpack
from rcc_tui.sync.outgoing import Outgoing
from tests.attacks.facts import home
from tests.attacks.forge import AT_MS, inside
from tests.region import seat


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
