"""A program killed at any moment: nothing half done, nothing acknowledged is lost, a retry completes."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, export, take_in
from tests.attacks.facts import home, rename
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = [
    pytest.mark.threat(row="killed"),
    pytest.mark.skipif(os.name != "posix", reason="a process is forked, and killed by a POSIX signal"),
]
KILLS = int(os.environ.get("RCC_KILLS", often(25, 620)))
ENTRIES = 60

# For each store a child does acts of its own and imports the bundle; it is killed wherever it is.
# The first child is left alone, and others end before their moment comes: they say how long it takes just
# now, so that the moments spread over all of it however busy the machine is.
_CHILD = """
import os, signal, sys, time
from pathlib import Path
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in
from tests.attacks.facts import request

bundle, folders = Path(sys.argv[1]), sys.argv[2:]

def say(*words):
    os.write(1, (" ".join(words) + "\\n").encode())

def work(number, folder, ready):
    desk = open_desk(Path(folder))
    os.write(ready, b".")
    for _ in range(2):
        with desk.writing() as w:
            done = w.act("request", request())
        say("acted", str(number), done.record)
    (result,) = take_in(desk, [bundle])
    say("imported", str(number), result.result)
    os._exit(0)

took = 0.0
for number, folder in enumerate(folders):
    hears, ready = os.pipe()
    child = os.fork()
    if child == 0:
        work(number, folder, ready)
    os.read(hears, 1)
    started = time.perf_counter()
    moment = took * (number * 0.618 % 1) if number else 60.0
    status = None
    while status is None:
        left = started + moment - time.perf_counter()
        if left <= 0:
            os.kill(child, signal.SIGKILL)
            status = os.waitpid(child, 0)[1]
            break
        time.sleep(min(left, 0.0005))
        ended, code = os.waitpid(child, os.WNOHANG)
        if ended:
            status, took = code, time.perf_counter() - started
    os.close(hears)
    os.close(ready)
    if os.WIFSIGNALED(status):
        say("killed", str(number), "")
"""


@dataclass
class _Told:
    """What a child had said before it ended."""

    acts: list[str] = field(default_factory=list)
    imported: str = ""
    killed: bool = False


def _run(bundle: Path, folders: list[Path]) -> list[_Told]:
    said = subprocess.run(
        [sys.executable, "-c", _CHILD, str(bundle), *map(str, folders)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout
    told = [_Told() for _ in folders]
    for line in said.splitlines():
        what, number, rest = line.split(" ")
        one = told[int(number)]
        if what == "acted":
            one.acts.append(rest)
        elif what == "imported":
            one.imported = rest
        else:
            one.killed = True
    return told


def _look(desk: Desk, told: _Told, empty: str, whole: str, tally: Tally) -> None:
    """Count what is amiss in a store whose program was killed."""
    held = {record.hex() for (record,) in desk.store.write.execute("SELECT record FROM entry")}
    tally.tried()
    tally.add("kills", told.killed)
    tally.add("corrupt", not check(desk, deep=True).ok)
    tally.add("partial", desk.digest("rcc") not in (empty, whole))
    tally.add("lost", sum(record not in held for record in told.acts))
    tally.add("lost", bool(told.imported) and desk.digest("rcc") != whole)


def test_killed_at_any_moment_of_acting_and_importing(copies: Copies, tmp_path: Path, tally: Tally) -> None:
    sender = copies.desk(seat("931"))
    with sender.writing() as w:
        for number in range(ENTRIES // 2):
            made = w.act("setting", home("931", f"Home {number} " + "x" * 500))
            w.act("setting", rename(f"Ash {number}"), record=made.record)
    (exported,) = export(sender, ["870"], tmp_path / "out")
    bundle, whole = Path(exported.file), sender.digest("rcc")
    empty = copies.desk(seat("870")).digest("rcc")
    folders = [copies.closed(seat("870")) for _ in range(KILLS + 1)]
    for folder, told in zip(folders, _run(bundle, folders), strict=True):
        assert told.killed or told.imported == "ok"
        desk = copies.opened(folder, seat("870"))
        _look(desk, told, empty, whole, tally)
        (result,) = take_in(desk, [bundle])
        complete = result.new in (0, ENTRIES) and desk.digest("rcc") == whole and check(desk).ok
        tally.add("not completed", not complete)
        desk.close()
    assert tally.counts["kills"] > KILLS // 2, "most were killed too late"
    harm = {name: tally.counts[name] for name in ("partial", "corrupt", "lost", "not completed")}
    assert not any(harm.values()), harm
