"""A wall clock that was years ahead is put right: what its desk says it holds is believed all the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, status, take_in
from tests.attacks.facts import home

pytestmark = pytest.mark.threat(row="clocks")


def test_heads_are_believed_after_a_clock_was_put_back(region: dict[str, Desk], tmp_path: Path) -> None:
    oxford, hub = region["931"], region["HUB-N"]
    oxford.clock = Clock(date(2046, 12, 1))
    (sent,) = export(oxford, ["HUB-N"], tmp_path)
    take_in(hub, [Path(sent.file)])
    oxford.clock = Clock(date(2026, 12, 1))
    with oxford.writing() as w:
        w.act("setting", home(name="After"))
    (sent,) = export(oxford, ["HUB-N"], tmp_path)
    take_in(hub, [Path(sent.file)])
    assert status(hub).withheld == 0
    told = hub.store.write.execute("SELECT COUNT(*) FROM peer_head WHERE desk=?", (oxford.key.public,))
    assert told.fetchone() == (1,)
