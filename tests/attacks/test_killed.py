"""A program killed in the middle of an import: nothing half done, nothing lost, trying again completes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from rcc_tui.services.syncing import check, export, take_in
from rcc_tui.sync.keys import write_key
from tests.attacks.facts import home, rename
from tests.attacks.stores import Copies
from tests.region import seat

pytestmark = pytest.mark.threat(row="killed")
KILLS = int(os.environ.get("RCC_KILLS", "25"))
ENTRIES = 60

# For each store a child imports the bundle; its alarm, which nothing catches, kills it wherever it is.
# The first child is left alone: it says how long an import takes, so that the moments spread over all of it.
_IMPORTER = """
import os, signal, sys, time
from pathlib import Path
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in

bundle, folders = Path(sys.argv[1]), sys.argv[2:]

def work(folder, moment):
    desk = open_desk(Path(folder))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if moment:
        signal.setitimer(signal.ITIMER_REAL, moment)
    (result,) = take_in(desk, [bundle])
    os.write(1, f"acknowledged {folder}\\n".encode())
    os._exit(0 if result.exit_code == 0 else 9)

took = 0.0
for number, folder in enumerate(folders):
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        work(folder, took * number / len(folders))
    _, status = os.waitpid(child, 0)
    took = took or time.perf_counter() - started
    if os.WIFSIGNALED(status):
        os.write(1, f"killed {folder}\\n".encode())
"""


@pytest.mark.skipif(os.name != "posix", reason="a store's process is killed by a POSIX signal")
def test_killed_at_any_moment_of_an_import(copies: Copies, tmp_path: Path) -> None:
    sender = copies.desk(seat("931"))
    with sender.writing() as w:
        for number in range(ENTRIES // 2):
            made = w.act("setting", home("931", f"Home {number} " + "x" * 500))
            w.act("setting", rename(f"Ash {number}"), record=made.record)
    (exported,) = export(sender, ["870"], tmp_path / "out")
    bundle, whole = Path(exported.file), sender.digest("rcc")
    empty = copies.desk(seat("870")).digest("rcc")
    folders = [_fresh(copies) for _ in range(KILLS + 1)]
    told = subprocess.run(
        [sys.executable, "-c", _IMPORTER, str(bundle), *map(str, folders)],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    ).stdout.split("\n")
    acknowledged = {line.partition(" ")[2] for line in told if line.startswith("acknowledged")}
    killed = {line.partition(" ")[2] for line in told if line.startswith("killed")}
    assert killed | acknowledged == set(map(str, folders))
    assert killed, "no child was killed"
    for folder in folders:
        desk = copies.opened(folder, seat("870"))
        assert check(desk, deep=True).ok
        if str(folder) in acknowledged:
            assert desk.digest("rcc") == whole
        else:
            assert desk.digest("rcc") in (empty, whole)
        (result,) = take_in(desk, [bundle])
        assert (result.exit_code, result.new) in ((0, 0), (0, ENTRIES))
        assert desk.digest("rcc") == whole
        assert check(desk).ok


def _fresh(copies: Copies) -> Path:
    desk = copies.desk(seat("870"))
    desk.close()
    folder = desk.store.folder
    write_key(folder / "desk.key", seat("870").desk, kind="desk", name="Desk 1")
    return folder
