"""Two processes on one store, the screens and a command: they wait for each other, nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from rcc_tui.services.syncing import check, export, status
from tests.attacks.facts import home
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="processes")
ACTS = often(15, 150)

_ACTING = """
import sys
from pathlib import Path
from rcc_tui.services.desk import open_desk
from tests.attacks.facts import home

desk = open_desk(Path(sys.argv[1]))
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    with desk.writing() as w:
        done = w.act("setting", home("870", f"{sys.argv[3]} {number}"))
    print(done.record, flush=True)
desk.close()
"""

_IMPORTING = """
import sys
from pathlib import Path
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in

desk = open_desk(Path(sys.argv[1]))
sys.stdin.readline()
for path in sys.argv[2:]:
    (result,) = take_in(desk, [Path(path)])
    print(result.result, flush=True)
desk.close()
"""


def _start(code: str, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def test_three_processes_act_and_import_at_once(copies: Copies, tmp_path: Path, tally: Tally) -> None:
    folder = copies.closed(seat("870"))
    sender = copies.desk(seat("931"))
    bundles = []
    for number in range(ACTS):
        with sender.writing() as w:
            w.act("setting", home("931", f"Sent {number}"))
        (exported,) = export(sender, ["870"], tmp_path / "out")
        bundles.append(exported.file)
    watching = copies.opened(folder, seat("870"))
    seen = watching.store.data_version()
    children = [
        _start(_ACTING, str(folder), str(ACTS), "screens"),
        _start(_ACTING, str(folder), str(ACTS), "command"),
        _start(_IMPORTING, str(folder), *bundles),
    ]
    # All are let go at one moment; each reads its line when it has opened the store.
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    said = [child.communicate()[0].split() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0]
    assert set(said[2]) == {"ok"}
    held = {record.hex() for (record,) in watching.store.write.execute("SELECT record FROM entry")}
    acknowledged = {*said[0], *said[1]}
    tally.tried(count=3)
    tally.add("acts", len(acknowledged))
    tally.add("lost", len(acknowledged - held))
    tally.add("forks", status(watching).forks)
    assert len(acknowledged) == 2 * ACTS
    assert len(held) == 3 * ACTS
    assert status(watching).forks == 0
    places = watching.store.write.execute(
        "SELECT e.seq FROM entry e JOIN log l ON l.n=e.log WHERE l.desk=? ORDER BY e.seq",
        (seat("870").desk.public,),
    ).fetchall()
    assert places == [(seq,) for seq in range(2 * ACTS)]
    assert watching.store.data_version() != seen
    assert check(watching, deep=True).ok
