"""A bit flipped anywhere in the file of a plain store: found, or of no meaning."""

from __future__ import annotations

import random
from datetime import date
from pathlib import Path

import pytest

from rcc_tui.config import Clock
from rcc_tui.domain.errors import RccError, StoreError
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.syncing import check
from tests.attacks.facts import home, places, rename, request
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import TODAY, seat

pytestmark = pytest.mark.threat(row="rot")
CLOCK = Clock(date.fromisoformat(TODAY))
# What this desk notes for itself alone and nobody signs: no other copy of it exists to compare with. One is
# that it goes on in new logs: forgotten, how far the old ones reached is still noted outside the store.
LOCAL = {"meta", "receipt", "peer_head", "closed logs"}


def _filled(copies: Copies) -> Path:
    folder = copies.closed(seat("870"))
    desk = open_desk(folder, clock=CLOCK)
    with desk.writing() as w:
        for number in range(40):
            made = w.act("setting", home("870", f"Home {number}"))
            w.act("setting", rename(f"Ash {number}"), record=made.record)
            w.act("vacancy", places("870"))
            w.act("request", request(number % 18))
    desk.store.write.execute("VACUUM")
    desk.close()
    return folder


def _read(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    tables = desk.store.write.execute("SELECT name FROM sqlite_master WHERE type='table' AND sql IS NOT NULL")
    found = {
        name: sorted(desk.store.write.execute(f'SELECT * FROM "{name}"'), key=repr)
        for (name,) in tables.fetchall()
    }
    place = [name for _, name, *_ in desk.store.write.execute("PRAGMA table_info(log)")].index("closed")
    logs = found.get("log", [])
    found["closed logs"] = [(row[place],) for row in logs]
    found["log"] = [(*row[:place], *row[place + 1 :]) for row in logs]
    return found


def _outcome(folder: Path, honest: dict[str, list[tuple[object, ...]]]) -> str:
    """found, harmless (every row reads as before), local (only the desk's own notes) or missed."""
    try:
        desk = open_desk(folder, clock=CLOCK)
    except RccError:
        return "found"
    try:
        if not check(desk, deep=True).ok:
            return "found"
        read = _read(desk)
    except RccError:
        return "found"
    finally:
        desk.close()
    changed = {name for name in honest.keys() | read.keys() if honest.get(name) != read.get(name)}
    if not changed:
        return "harmless"
    return "in local notes" if changed <= LOCAL else "missed"


@pytest.mark.parametrize("word", [b"REFERENCES", b"CREATE TABLE authority", b"CREATE TABLE setting"])
def test_a_shape_that_is_no_text_any_more(copies: Copies, word: bytes) -> None:
    """SQLite says what it cannot read in the very bytes that are no text."""
    path = _filled(copies) / "rcc.db"
    raw = bytearray(path.read_bytes())
    raw[raw.index(word) + len(word) - 2] ^= 0x80
    path.write_bytes(raw)
    with pytest.raises(StoreError, match="damaged"):
        open_desk(path.parent, clock=CLOCK)


def test_a_bit_flipped_anywhere_in_the_file(copies: Copies, tally: Tally) -> None:
    folder = _filled(copies)
    path = folder / "rcc.db"
    raw = path.read_bytes()
    whole = open_desk(folder, clock=CLOCK)
    honest = _read(whole)
    assert check(whole, deep=True).ok
    whole.close()
    noted = (folder / "desk.heads").read_bytes()
    chance = random.Random(1907)
    missed = []
    for _ in range(often(60, 600)):
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        changed = bytearray(raw)
        place, bit = chance.randrange(len(raw)), chance.randrange(8)
        changed[place] ^= 1 << bit
        path.write_bytes(bytes(changed))
        (folder / "desk.heads").write_bytes(noted)
        with tally.attempt():
            outcome = _outcome(folder, honest)
        tally.add(outcome)
        if outcome == "missed":
            missed.append((place, bit, raw[max(place - 40, 0) : place + 40]))
    assert missed == []
