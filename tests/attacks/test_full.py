"""A disk that is full, really: an import takes back all it did, an export leaves no file behind."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, export, take_in
from tests.attacks.facts import home, rename
from tests.attacks.forge import digests
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="full")
ROOT = Path(__file__).parents[2]
ENTRIES = 200

# A file system of two megabytes that only the child sees, with some room left in it.
_MOUNT = 'mount -t tmpfs -o size=2m tmpfs "$1" && shift && exec "$@"'

_ON_DISK = """
import json, os, shutil, sys
from pathlib import Path
from rcc_tui.domain.errors import RccError
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import export, take_in

disk, store, bundle, back = map(Path, sys.argv[1:5])
room = int(sys.argv[5])
small = Path(shutil.copytree(store, disk / "store"))
(disk / "out").mkdir()
desk = open_desk(small)
desk.store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
filler = os.open(disk / "filler", os.O_WRONLY | os.O_CREAT)
try:
    while os.write(filler, bytes(4096)):
        pass
except OSError:
    pass
os.truncate(filler, os.fstat(filler).st_size // 4096 * 4096 - room)
(result,) = take_in(desk, [bundle])
said = {"import": [result.result, str(result.exit_code), result.reason]}
try:
    export(desk, ["931"], disk / "out")
    said["export"] = ""
except RccError as error:
    said["export"] = error.message
said["left"] = [path.name for path in (disk / "out").iterdir()]
os.unlink(disk / "filler")
desk.close()
shutil.copytree(small, back)
print(json.dumps(said))
"""

_ON_SHORT_FILES = """
import json, resource, sys
from pathlib import Path
from rcc_tui.domain.errors import RccError
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import export, take_in

store, bundle, most, out = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4])
desk = open_desk(store)
desk.store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
(result,) = take_in(desk, [bundle])
said = {"import": [result.result, str(result.exit_code), result.reason]}
try:
    export(desk, ["931"], out)
    said["export"] = ""
except RccError as error:
    said["export"] = error.message
said["left"] = [path.name for path in out.iterdir()] if out.is_dir() else []
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
desk.close()
print(json.dumps(said))
"""


@cache
def _own_disks() -> bool:
    """Whether this machine lets a program mount a file system for itself alone."""
    if shutil.which("unshare") is None:
        return False
    tried = subprocess.run(
        ["unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False
    )
    return tried.returncode == 0


@pytest.fixture
def bundle(copies: Copies, tmp_path: Path) -> Path:
    """More than fits into the room that is left."""
    sender = copies.desk(seat("931"))
    with sender.writing() as w:
        made = w.act("setting", home("931"))
        for number in range(ENTRIES - 1):
            w.act("setting", rename(f"{number} " + os.urandom(400).hex()), record=made.record)
    (exported,) = export(sender, ["870"], tmp_path / "sent")
    return Path(exported.file)


def _run(words: list[str]) -> dict[str, list[str]]:
    ran = subprocess.run(words, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    said: dict[str, list[str]] = json.loads(ran.stdout)
    return said


def _state(desk: Desk) -> object:
    """What an import may not have changed; that an export went out may have been noted since."""
    rows = [
        desk.store.write.execute(f"SELECT * FROM {table}").fetchall() for table in ("log", "entry", "roll")
    ]
    return rows, digests(desk)


def _look(copies: Copies, store: Path, bundle: Path, said: dict[str, list[str]], tally: Tally) -> None:
    """The import happened whole or not at all, was told of, and goes in when there is room again."""
    outcome, code, reason = said["import"]
    desk = copies.opened(store, seat("870"))
    before = copies.desk(seat("870"))
    tally.tried(refused=outcome == "refused")
    tally.tried(refused=bool(said["export"]))
    if outcome == "refused":
        assert code == "1"
        assert reason
        tally.add("changed", _state(desk) != _state(before))
    assert check(desk, deep=True).ok
    if said["export"]:
        tally.add("files left", len(said["left"]))
        assert said["left"] == []
    assert take_in(desk, [bundle])[0].exit_code == 0
    assert desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (ENTRIES,)
    desk.close()
    assert not tally.counts["changed"]


def test_a_disk_that_is_full(copies: Copies, bundle: Path, tmp_path: Path, tally: Tally) -> None:
    if not _own_disks():
        pytest.skip("this machine lets no program mount a file system of its own")
    (tmp_path / "disk").mkdir()
    mount = ["unshare", "-rm", "sh", "-c", _MOUNT, "sh", str(tmp_path / "disk")]
    for room in range(0, often(400, 1600) * 1024, often(80, 32) * 1024):
        store, back = copies.closed(seat("870")), tmp_path / f"back {room}"
        child = [
            sys.executable,
            "-c",
            _ON_DISK,
            str(tmp_path / "disk"),
            str(store),
            str(bundle),
            str(back),
            str(room),
        ]
        _look(copies, back, bundle, _run([*mount, *child]), tally)
    assert 0 < tally.counts["refused"] < tally.counts["tries"] or often(1, 0)


@pytest.mark.skipif(os.name != "posix", reason="the length of files is limited by a POSIX call")
def test_a_file_that_may_not_grow(copies: Copies, bundle: Path, tmp_path: Path, tally: Tally) -> None:
    for most in range(0, often(400, 1600) * 1024, often(80, 32) * 1024):
        store = copies.closed(seat("870"))
        child = [
            sys.executable,
            "-c",
            _ON_SHORT_FILES,
            str(store),
            str(bundle),
            str(most),
            str(tmp_path / f"out {most}"),
        ]
        _look(copies, store, bundle, _run(child), tally)
    assert tally.counts["refused"]
