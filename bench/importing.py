"""Import and export of many entries beside their floors and beside git, all in one run, as ratios."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import child, floors, git
from bench.made import region
from rcc_tui.acts import vacancies
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.syncing import export

ENTRIES = 100_000
RUNS = 5
_FILE = "rcc.db"
MIB = 1024 * 1024


def fill(desk: Desk, count: int) -> None:
    """Offer `count` places of one setting."""
    with desk.writing() as writing:
        for number in range(count):
            facts = VacancyFacts(
                f"r{number}", 1 + number % 3, 8, 14, needs=("autism",), confirmed_on="2026-12-01"
            )
            writing.act("vacancy", vacancies.Open("3f" * 16, desk.code, facts))


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sender's store with the entries, two readers' with none, plain and encrypted, the bundle for either,
    a store that has taken it in, and a git repository."""

    root: Path
    sender: Path
    reader: Path
    encrypted: Path
    bundle: Path
    commits: Path
    imported: Path

    def fresh(self, name: str, *, encrypted: bool = False) -> Path:
        """A copy of a reader's store."""
        return Path(shutil.copytree(self.encrypted if encrypted else self.reader, self.root / name))


@dataclass
class Measured:
    """Figures by name, a value for each run, in the order they were taken."""

    runs: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """One more value."""
        self.runs.setdefault(name, []).append(value)

    def typical(self, name: str) -> float:
        """The median."""
        return median(self.runs[name])

    def ratio(self, name: str, beside: str) -> float:
        """The median of the ratios run by run: a machine that slows down slows both."""
        pairs = zip(self.runs[name], self.runs[beside], strict=True)
        return median(one / other for one, other in pairs)


def prepare(root: Path, entries: int, commits: int) -> Prepared:
    """Make everything that is measured afterwards."""
    made = region(root / "region", ("870", "931", "886"), plain=("870", "931"))
    fill(made["870"], entries)
    (exported,) = export(made["870"], ["931"], root / "out", unsealed=True)
    payloads = [
        payload
        for (payload,) in made["870"].store.write.execute(
            "SELECT payload FROM entry WHERE kind='vacancy' ORDER BY n LIMIT ?", (commits,)
        )
    ]
    for desk in made.values():
        desk.close()
    git.repository(root / "commits", payloads)
    reader, imported = root / "region" / "931", root / "imported"
    shutil.copytree(reader, imported)
    child.apart("import", imported, Path(exported.file))
    return Prepared(
        root=root,
        sender=root / "region" / "870",
        reader=reader,
        encrypted=root / "region" / "886",
        bundle=Path(exported.file),
        commits=root / "commits",
        imported=imported,
    )


def _import(ready: Prepared, name: str, measured: Measured) -> None:
    outcome = child.apart("import", ready.fresh(name), ready.bundle)
    measured.note("import", outcome.seconds)
    measured.note("import, cpu", outcome.cpu)
    measured.note("memory", (outcome.peak - outcome.idle) / MIB)


def _import_encrypted(ready: Prepared, name: str, measured: Measured) -> None:
    outcome = child.apart("import", ready.fresh(name, encrypted=True), ready.bundle)
    measured.note("encrypted", outcome.seconds)
    measured.note("encrypted, cpu", outcome.cpu)


def _import_floor(ready: Prepared, name: str, measured: Measured) -> None:
    outcome = child.apart("floor", ready.fresh(name), ready.bundle, ready.imported)
    measured.note("import floor", outcome.seconds)
    measured.note("floor, cpu", outcome.cpu)
    for stage, seconds in outcome.stages.items():
        measured.note(f"  {stage}", seconds)


def _export(ready: Prepared, name: str, measured: Measured) -> None:
    desk = open_desk(ready.sender)
    began = time.perf_counter()
    export(desk, ["931"], ready.root / name, unsealed=True)
    measured.note("export", time.perf_counter() - began)
    desk.close()


def _export_floor(ready: Prepared, name: str, measured: Measured) -> None:
    connection = sqlite3.connect(ready.sender / _FILE)
    stages = floors.writing_out(connection, ready.root / name)
    connection.close()
    measured.note("export floor", stages.all)


def _git(ready: Prepared, name: str, measured: Measured) -> None:
    bundle, fetch = git.carried(ready.commits, ready.root / name)
    measured.note("git bundle", bundle)
    measured.note("git fetch", fetch)


STEPS: tuple[Callable[[Prepared, str, Measured], None], ...] = (
    _import,
    _import_floor,
    _import_encrypted,
    _export,
    _export_floor,
    _git,
)


def measure(ready: Prepared, runs: int) -> Measured:
    """Every step `runs` times in turn; what a run wrote is taken away before the next."""
    measured = Measured()
    for run in range(runs):
        for step in STEPS:
            name = f"{step.__name__}{run}"
            step(ready, name, measured)
            left = ready.root / name
            shutil.rmtree(left) if left.is_dir() else left.unlink()
    return measured


def main(entries: int = ENTRIES, runs: int = RUNS, commits: int = git.COMMITS) -> None:
    """Print medians in seconds, and ratios run by run."""
    with tempfile.TemporaryDirectory() as scratch:
        measured = measure(prepare(Path(scratch), entries, commits), runs)
    for name in measured.runs:
        if name != "memory":
            print(f"{name:<14} {measured.typical(name):8.2f} s")
    each = commits / entries
    shown = {
        f"import of {entries:,} entries / floor": measured.ratio("import", "import floor"),
        "  by the processors' time": measured.ratio("import, cpu", "floor, cpu"),
        "into an encrypted store / a plain one": measured.ratio("encrypted", "import"),
        "  by the processors' time, too": measured.ratio("encrypted, cpu", "import, cpu"),
        f"export of {entries:,} entries / floor": measured.ratio("export", "export floor"),
        f"import / git fetch of {commits:,}, an entry": measured.ratio("import", "git fetch") * each,
        f"export / git bundle of {commits:,}, an entry": measured.ratio("export", "git bundle") * each,
    }
    for name, ratio in shown.items():
        print(f"{name:<44} {ratio:6.2f}")
    print(f"memory of the import over the idle process   {measured.typical('memory'):6.0f} MiB")


if __name__ == "__main__":
    main()
