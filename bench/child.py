"""One import, or its floor, in a process of its own: what an earlier run has left behind makes the next one
slower or larger.

`python -m bench.child import STORE BUNDLE`, `python -m bench.child floor STORE BUNDLE IMPORTED`, where STORE
has nothing yet and IMPORTED holds what the bundle brings. Prints its outcome as one line of JSON.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlcipher3 import dbapi2

from bench import floors
from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in
from rcc_tui.services.today import today

# Tables that an import of vacancies fills with what is folded from it.
_FOLDED = ("vacancy",)
_FILE = "rcc.db"
# As the program sets them.
_PRAGMAS = (
    "synchronous=FULL",
    "cache_size=-65536",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=ON",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a child process saw: seconds in all and by stage, and of all processors together; bytes of memory
    before, and at the most."""

    seconds: float
    cpu: float
    idle: int
    peak: int
    stages: dict[str, float] = field(default_factory=dict)


def peak_memory() -> int:
    """The most memory this process has held, in bytes.

    Where there is /proc that is asked: what `getrusage` tells of a child begins with what its parent held.
    """
    status = Path("/proc/self/status")
    if status.is_file():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _worked() -> float:
    """Seconds of all processors that this process and its children that have ended have used."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def importing(store: Path, bundle: Path) -> Outcome:
    """Import one bundle into a store, from the moment its desk is open and has been read from once."""
    desk = open_desk(store)
    today(desk)
    idle = peak_memory()
    began, worked = time.perf_counter(), _worked()
    (result,) = take_in(desk, [bundle])
    took, worked = time.perf_counter() - began, _worked() - worked
    peak = peak_memory()
    desk.close()
    if result.exit_code or not result.new:
        raise SystemExit(f"not imported: {result}")
    return Outcome(took, worked, idle, peak)


def floor(store: Path, bundle: Path, imported: Path) -> Outcome:
    """The same work in straight lines, into the same tables, by the same build of SQLite."""
    with dbapi2.connect(str(imported / _FILE)) as held:
        folded = {table: held.execute(f"SELECT * FROM {table}").fetchall() for table in _FOLDED}
    connection = dbapi2.connect(str(store / _FILE), isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    idle, worked = peak_memory(), _worked()
    stages = floors.taking_in(bundle, connection, folded)
    connection.close()
    return Outcome(stages.all, _worked() - worked, idle, peak_memory(), stages.seconds)


def apart(what: str, *paths: Path) -> Outcome:
    """`import` or `floor` in a fresh process. Raises CalledProcessError when it fails."""
    command = (sys.executable, "-m", "bench.child", what, *map(str, paths))
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    )
    return Outcome(**json.loads(done.stdout))


def main(what: str, *paths: str) -> None:
    """Do it and print the outcome."""
    store, bundle, *imported = map(Path, paths)
    outcome = floor(store, bundle, *imported) if what == "floor" else importing(store, bundle)
    print(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
