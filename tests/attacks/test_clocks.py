"""A desk whose clock is twenty years wrong, either way: later edits still win, all come to the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, take_in
from tests.attacks.facts import home, rename
from tests.attacks.forge import is_live_as_rebuilt
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="clocks")
WRONG = [date(2046, 12, 1), date(2006, 12, 1)]


def _tell(one: Desk, to: Desk, folder: Path) -> None:
    (exported,) = export(one, [to.code], folder)
    assert take_in(to, [Path(exported.file)])[0].exit_code == 0


def _name(desk: Desk) -> list[tuple[str]]:
    return desk.store.write.execute("SELECT name FROM setting").fetchall()


@pytest.mark.parametrize("wrong", WRONG, ids=str)
@pytest.mark.parametrize("wrong_first", [False, True])
def test_later_edits_still_win(
    copies: Copies, tmp_path: Path, tally: Tally, wrong: date, wrong_first: bool
) -> None:
    """Two desks of one authority edit one record in turn; a third, of a hub, only hears of it."""
    desks = [copies.desk(seat("870")), copies.desk(seat("870", 2))]
    desks[not wrong_first].clock = Clock(wrong)
    hub = copies.desk(seat("HUB-N"))
    with desks[0].writing() as w:
        record = w.act("setting", home("870")).record
    for number in range(often(6, 40)):
        earlier, later = desks[number % 2], desks[1 - number % 2]
        _tell(earlier, later, tmp_path)
        with later.writing() as w:
            w.act("setting", rename(f"Name {number}"), record=record)
        _tell(later, earlier, tmp_path)
        _tell(later, hub, tmp_path)
        tally.tried()
        for desk in (*desks, hub):
            won = _name(desk) == [(f"Name {number}",)]
            tally.add("later edits won" if won else "lost")
            assert won
        assert len({desk.digest("rcc") for desk in (*desks, hub)}) == 1
    assert all(is_live_as_rebuilt(desk) for desk in (*desks, hub))


@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_edits_at_one_time_are_a_conflict_and_neither_is_lost(
    copies: Copies, tmp_path: Path, tally: Tally, wrong: date
) -> None:
    """A clock that runs ahead decides what is shown first, and hides nothing."""
    one, other = copies.desk(seat("870")), copies.desk(seat("870", 2))
    with one.writing() as w:
        record = w.act("setting", home("870")).record
    _tell(one, other, tmp_path)
    other.clock = Clock(wrong)
    for desk, name in ((one, "Right"), (other, "Wrong")):
        with desk.writing() as w:
            w.act("setting", rename(name), record=record)
    _tell(one, other, tmp_path)
    _tell(other, one, tmp_path)
    tally.tried()
    for desk in (one, other):
        ((candidates,),) = desk.store.write.execute("SELECT candidates FROM conflict").fetchall()
        both = all(name in candidates for name in ("Right", "Wrong"))
        tally.add("lost", not both)
        assert both
    assert one.digest("rcc") == other.digest("rcc")
    with one.writing() as w:
        w.act("setting", rename("Settled"), record=record)
    _tell(one, other, tmp_path)
    assert _name(other) == [("Settled",)]
    assert other.store.write.execute("SELECT COUNT(*) FROM conflict").fetchone() == (0,)
