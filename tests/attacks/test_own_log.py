"""What a desk may not write itself: nobody could read it, or all would wait for it."""

from __future__ import annotations

import os

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.services.desk import Desk
from rcc_tui.sync.entry import MAX_DEPS, MAX_PAYLOAD, read_header
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bring
from tests.region import seat

pytestmark = pytest.mark.threat(row="malformed")


def _entries(desk: Desk) -> int:
    (count,) = desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()
    return int(count)


def test_an_act_larger_than_others_would_read(reading: Desk) -> None:
    with pytest.raises(Refused, match="too large"), reading.writing() as w:
        w.act("setting", home("870", name="x" * MAX_PAYLOAD))
    assert _entries(reading) == 0


def test_an_act_that_relies_on_more_than_others_would_read(reading: Desk) -> None:
    with reading.writing() as w:
        relied = [w.act("setting", home("870")).entry for _ in range(MAX_DEPS + 1)]
    with pytest.raises(Refused, match="too many entries"), reading.writing() as w:
        w.act("setting", home("870"), deps=relied)
    with reading.writing() as w:
        w.act("setting", home("870"), deps=relied[:MAX_DEPS])
    assert _entries(reading) == MAX_DEPS + 2


def test_a_new_log_does_not_rely_on_a_head_that_waits(reading: Desk) -> None:
    """The old log ends in an entry that waits for what has not come: all would wait for the new one too."""
    old = Scribe(seat("870").desk, "rcc")
    old.write("setting", home("870", "Waits"), deps=[os.urandom(32)])
    bring(reading, old, maker=seat("HUB-N").desk)
    with reading.writing() as w:
        done = w.act("setting", home("870", "New"))
    (raw,) = reading.store.write.execute("SELECT header FROM entry WHERE hash=?", (done.entry,)).fetchone()
    assert read_header(raw).deps == ()
