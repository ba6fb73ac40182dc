"""What attacks met, counted by the tests that make them: the rows of the table in the design of sync."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rcc_tui.domain.errors import RccError

# The name under which a test's counts travel in its report, from one process to another.
PROPERTY = "tally"
TRIES, REFUSED, CHANGED, ESCAPED = "tries", "refused", "changed", "escaped"


@dataclass(frozen=True, slots=True)
class Threat:
    """A row of the table. `figures` are counters of its own, shown even when nothing was counted.

    `harm` are those of them that must stay at 0.
    """

    what: str
    figures: tuple[str, ...] = ()
    harm: tuple[str, ...] = ()


THREATS: dict[str, Threat] = {
    "tamper": Threat("a byte flipped", ("harmless",)),
    "truncate": Threat("cut short, still growing", ("cuts",), ("partial imports",)),
    "replay": Threat("replayed; old after new", ("nothing new",)),
    "withheld": Threat("a tail withheld", ("withheld", "reported"), ("false alarms", "missed")),
    "equivocation": Threat("one key, two histories", ("forks", "found within one exchange")),
    "orders": Threat("revocation, in all orders", ("orders", "digests")),
    "roll": Threat("a roll that may not follow"),
    "matrix": Threat("wrong owner, audience, role", ("cases",), ("illegal folds",)),
    "signatures": Threat("keys and signatures almost right"),
    "malformed": Threat("malformed: JSON, text, numbers"),
    "bomb": Threat("bombs: 1 GiB, 10⁹ entries"),
    "escapes": Threat("text that steers a terminal"),
    "carrier": Threat("read by a carrier", (), ("plaintext tokens",)),
    "erased": Threat("erased, then every bundle again", (), ("occurrences",)),
    "clocks": Threat("a clock 20 years wrong", ("later edits won",), ("lost",)),
    "killed": Threat("killed at any moment", ("kills",), ("partial", "corrupt", "lost", "not completed")),
    "full": Threat("disk full", (), ("files left",)),
    "rot": Threat("bits flipped in the store", ("found", "harmless"), ("missed",)),
    "restored": Threat("restored, copied, older program"),
    "processes": Threat("two processes on one store", ("acts",), ("lost", "forks")),
}


@dataclass
class Attempt:
    """One try. It tells whether it was refused; what is refused may change nothing at all."""

    refused: bool = False
    same: bool = False


@dataclass
class Tally:
    """The counts of one test."""

    threat: str
    counts: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def add(self, what: str, count: int = 1) -> None:
        """Count something of the threat's own figures."""
        self.counts[what] += count

    def most(self, what: str, value: int) -> None:
        """Keep the largest of a figure that is not summed: memory, time."""
        self.largest[what] = max(self.largest.get(what, 0), value)

    def tried(self, *, refused: bool = False, count: int = 1) -> None:
        """Count tries made in a way that leaves no state to compare: a function of bytes alone."""
        self.add(TRIES, count)
        self.add(REFUSED, count if refused else 0)

    @contextmanager
    def attempt(self, state: Callable[[], object] | None = None) -> Iterator[Attempt]:
        """A try. `state` is measured before and after; what is refused or the same may not change it.

        An error of the program's own family is a refusal and goes on to the test; any other has escaped.
        """
        # Where nothing is counted nothing needs to be measured.
        state = state if self.threat else None
        before = state() if state else None
        attempt = Attempt()
        self.add(TRIES)
        try:
            yield attempt
        except RccError:
            attempt.refused = True
            raise
        except BaseException:
            self.add(ESCAPED)
            raise
        finally:
            self.add(REFUSED, attempt.refused)
            if state and (attempt.refused or attempt.same):
                self.add(CHANGED, state() != before)


_NOBODYS = Tally("")
_open: list[Tally] = [_NOBODYS]


def current() -> Tally:
    """The tally of the test that runs; counts outside of any go nowhere."""
    return _open[-1]


@contextmanager
def opened(threat: str) -> Iterator[Tally]:
    """Count for a threat as long as this lasts."""
    if threat not in THREATS:
        raise KeyError(f"no row of the table is called {threat}")
    _open.append(Tally(threat))
    try:
        yield _open[-1]
    finally:
        _open.pop()


@dataclass
class Row:
    """A threat and what all its tests counted."""

    tests: int = 0
    failed: int = 0
    skipped: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    largest: dict[str, int] = field(default_factory=dict)

    def add(self, counts: Mapping[str, int], largest: Mapping[str, int]) -> None:
        """Add what one test counted. One that counts no tries is a try itself."""
        self.tests += 1
        self.counts[TRIES] += TRIES not in counts
        self.counts.update(counts)
        for what, value in largest.items():
            self.largest[what] = max(self.largest.get(what, 0), value)

    def figure(self, threat: Threat) -> str:
        """The figure asked for, as text."""
        shown = [f"{name} {self.counts[name]:,}" for name in (*threat.figures, *threat.harm)]
        shown += [f"{name} {value:,}" for name, value in self.largest.items()]
        shown += [f"{self.failed} FAILED"] if self.failed else []
        shown += [f"{self.skipped} skipped"] if self.skipped else []
        return ", ".join(shown)

    def ok(self, threat: Threat) -> bool:
        """Whether it has tests, all of them passed, and nothing happened that may not."""
        harm = sum(self.counts[name] for name in (CHANGED, ESCAPED, *threat.harm))
        return self.tests > 0 and not self.failed and not harm


def table(rows: Mapping[str, Row]) -> list[str]:
    """The lines of the table."""
    lines = [
        f"{'threat':<33}{'tests':>6}{'tries':>9}{'refused':>9}{'changed':>9}{'escaped':>9}  figure",
        "─" * 110,
    ]
    for name, row in rows.items():
        threat = THREATS[name]
        numbers = "".join(f"{row.counts[what]:>9,}" for what in (TRIES, REFUSED, CHANGED, ESCAPED))
        mark = "" if row.ok(threat) else "  ← not met"
        lines.append(f"{threat.what:<33}{row.tests:>6}{numbers}  {row.figure(threat)}{mark}".rstrip())
    return lines
