"""What tests of a mailbox folder share."""

from __future__ import annotations

from pathlib import Path

from rcc_tui.services.desk import Desk
from rcc_tui.services.mailbox import Mailbox, sync
from tests.attacks.facts import home


def write(desk: Desk, name: str = "A home") -> str:
    with desk.writing() as w:
        return w.act("setting", home(desk.code if desk.code in ("870", "931") else "870", name)).record


def lying(box: Path) -> dict[str, tuple[int, bytes]]:
    """What lies in the folder: names, times to the nanosecond, bytes."""
    return {path.name: (path.stat().st_mtime_ns, path.read_bytes()) for path in box.iterdir()}


def good(visit: Mailbox) -> Mailbox:
    assert [one for one in visit.received if one.exit_code or one.result == "refused"] == []
    assert visit.unsent == ()
    return visit


def rounds(desks: list[Desk], box: Path, count: int = 4) -> None:
    for _ in range(count):
        for desk in desks:
            good(sync(desk, box))
