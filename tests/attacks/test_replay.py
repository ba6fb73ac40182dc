"""Bundles that come again, or an old one after a new: nothing new, and nothing goes back."""

from __future__ import annotations

import os
from itertools import permutations
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export
from tests.attacks.facts import home, rename
from tests.attacks.forge import everything, lay, take_in
from tests.attacks.tally import Tally

pytestmark = pytest.mark.threat(row="replay")


def _told(desk: Desk, folder: Path) -> Path:
    (exported,) = export(desk, ["870"], folder)
    return Path(exported.file)


def test_replay_changes_nothing(region: dict[str, Desk], tmp_path: Path, tally: Tally) -> None:
    reading, sender = region["870"], region["931"]
    with sender.writing() as w:
        for _ in range(3):
            w.act("setting", home())
    path = _told(sender, tmp_path / "out")
    assert take_in(reading, path).result == "ok"
    before = everything(reading)
    for _ in range(3):
        result = take_in(reading, path)
        assert (result.result, result.new, result.known, result.exit_code) == ("known", 0, 3, 0)
        tally.add("nothing new")
    assert everything(reading) == before


def test_a_copy_under_another_name_and_time(region: dict[str, Desk], tmp_path: Path, tally: Tally) -> None:
    reading, sender = region["870"], region["931"]
    with sender.writing() as w:
        w.act("setting", home())
    path = _told(sender, tmp_path / "out")
    take_in(reading, path)
    before = everything(reading)
    copy = lay(tmp_path / "copy", path.read_bytes())
    os.utime(copy, (0, 0))
    assert take_in(reading, copy).result == "known"
    tally.add("nothing new")
    assert everything(reading) == before


def test_an_old_bundle_after_a_new_one_in_every_order(
    region: dict[str, Desk], tmp_path: Path, tally: Tally
) -> None:
    reading, sender = region["870"], region["931"]
    record, paths = "", []
    for number in range(4):
        with sender.writing() as w:
            act = rename(f"Name {number}") if record else home()
            record = w.act("setting", act, record=record).record
        paths.append(_told(sender, tmp_path / "out"))
    take_in(reading, paths[-1])
    digest, peers = reading.digest("rcc"), _peers(reading)
    assert digest == sender.digest("rcc")
    for order in permutations(paths[:-1]):
        for path in order:
            result = take_in(reading, path)
            assert (result.result, result.new) == ("known", 0)
            tally.add("nothing new")
            assert (reading.digest("rcc"), _peers(reading)) == (digest, peers)


def _peers(desk: Desk) -> list[tuple[object, ...]]:
    """What Reading believes the sender holds: an older word may not take back a newer one."""
    return desk.store.write.execute("SELECT * FROM peer_head ORDER BY 1, 2").fetchall()
