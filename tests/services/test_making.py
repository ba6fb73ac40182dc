"""A desk whose making was killed: begun anew, or there when next opened; nothing to take away by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from db.engine import FILE
from rcc_tui.domain.errors import StoreError
from rcc_tui.services.desk import open_desk
from rcc_tui.services.region import init_desk, init_region
from rcc_tui.services.region_files import read_request
from rcc_tui.services.syncing import check
from rcc_tui.sync.keys import read_key

KILLS = 16

# The first child is left alone: it says how long it takes. The others are killed by their alarm on the way.
_MAKER = """
import os, signal, sys, time
from pathlib import Path
from rcc_tui.services.region import init_desk
from db.migrating import migrate
import alembic.command, sqlalchemy.dialects.sqlite

region, folders = Path(sys.argv[1]), sys.argv[2:]
took = 0.0
for number, folder in enumerate(folders):
    started = time.perf_counter()
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        if number:
            signal.setitimer(signal.ITIMER_REAL, took * number / len(folders))
        init_desk(Path(folder), region, "871", "placements")
        os._exit(0)
    _, status = os.waitpid(child, 0)
    took = took or time.perf_counter() - started
    print("killed" if os.WIFSIGNALED(status) else "made", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="a store's process is killed by a POSIX signal")
def test_killed_at_any_moment_of_its_making(tmp_path: Path) -> None:
    init_region(tmp_path / "region", "Test")
    region = tmp_path / "region" / "region.json"
    folders = [tmp_path / f"desk {number}" for number in range(KILLS + 1)]
    command = [sys.executable, "-c", _MAKER, str(region), *map(str, folders)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    told = ran.stdout.split()
    assert told[0] == "made"
    assert "killed" in told
    for folder in folders:
        try:
            open_desk(folder).close()
        except StoreError:
            init_desk(folder, region, "871", "placements")
        desk = open_desk(folder)
        assert check(desk).ok
        asked = read_request(folder / "desk-871.json")
        assert asked.key == desk.key.public == read_key(folder / "desk.key", "desk").public
        desk.close()
        names = {path.name for path in folder.iterdir()} - {"desk.key.part", "desk-871.part"}
        assert names == {FILE, "desk.key", "desk-871.json"}
