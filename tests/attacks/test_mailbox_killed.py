"""A visit to a mailbox that is ended at any of its steps: the stick pulled out, the power gone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from rcc_tui.services import mailbox
from rcc_tui.services.desk import Desk
from rcc_tui.services.mailbox import Mailbox, sync
from rcc_tui.services.syncing import export
from tests.attacks.facts import rename
from tests.attacks.postbox import good, lying, write
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.region import seat


class _Steps:
    """Ends this process at the `last`th step of a visit, before or after anything that leaves a trace."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._done = 0

    def step(self) -> None:
        """One step more."""
        self._done += 1
        if self._done == self._last:
            os._exit(9)

    def around(self, owner: object, name: str) -> None:
        """Count a function as two steps: it has not begun, it has ended."""
        really: Callable[..., object] = getattr(owner, name)

        def counted(*args: object, **more: object) -> object:
            self.step()
            outcome = really(*args, **more)
            self.step()
            return outcome

        setattr(owner, name, counted)


def _killed_at(last: int, copies: Copies, store: Path, box: Path) -> bool:
    """Visit the mailbox in a child that ends at a step; whether it did."""
    child = os.fork()
    if child == 0:
        try:
            desk = copies.opened(store, seat("870"))
            steps = _Steps(last)
            for owner, name in ((os, "fsync"), (Path, "rename"), (Path, "unlink"), (Path, "open")):
                steps.around(owner, name)
            for name in ("set_meta", "adopt_roll"):
                steps.around(Desk, name)
            steps.around(mailbox, "noted")
            steps.around(mailbox, "take_in_opened")
            sync(desk, box)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_between_any_two_steps(copies: Copies, tmp_path: Path) -> None:
    """The next visit completes: one bundle for each, nothing of others gone, nothing half, nothing lost."""
    box = tmp_path / "box"
    box.mkdir()
    other = copies.desk(seat("931"))
    record = write(other)
    (first,) = export(other, ["870"], box)
    desk = copies.desk(seat("870"))
    good(sync(desk, box))
    with other.writing() as w:
        w.act("setting", rename("Renamed"), record=record)
    (second,) = export(other, ["870"], box)
    peers = {Path(one.file).name for one in (first, second)}
    write(desk, "Mine")
    desk.close()
    last = 0
    killed = True
    while killed:
        last += often(5, 1)
        store, stick = tmp_path / f"store {last}", tmp_path / f"stick {last}"
        shutil.copytree(desk.store.folder, store)
        shutil.copytree(box, stick)
        killed = _killed_at(last, copies, store, stick)
        again = copies.opened(store, seat("870"))
        good(sync(again, stick))
        assert again.digest("rcc") != other.digest("rcc")
        mine = set(lying(stick)) - peers
        assert peers <= set(lying(stick))
        assert len(mine) == 3
        assert all(name.endswith(".rccb") for name in mine)
        assert again.store.write.execute("SELECT name FROM setting WHERE name='Renamed'").fetchall()
        lay_there = lying(stick)
        assert good(sync(again, stick)) == Mailbox((), ())
        assert lying(stick) == lay_there
        again.close()
    assert last > 40
