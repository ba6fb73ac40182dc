"""From a key to the painted result at 100,000 places, in a real terminal of 120×40, beside the least.

`python -m bench.painting` prints it; `python -m bench.painting 20000` at that size. *Painted*: from the
key's arrival to the first frame handed to the terminal, which holds what the key finds (a test says so).
*Seen*: from the key's writing to the last byte of that frame. What stands beside the list follows once the
keys rest.
The floor is an application that does nothing but paint a list of the same columns, in the same run. Then the
first rows after the start, and what stays in memory.
"""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from fcntl import ioctl
from pathlib import Path
from statistics import median, quantiles
from termios import TIOCSWINSZ

from bench.big import big_store
from bench.startup import until_shown

COUNT = 100_000
SIZE = (40, 120)
LINES = ("fostr autisim 12f 20mi from RG1", "residental slough <3000 14m", "oxfrd sib2 emergency 8f")
STARTS = 5
# Seconds without a byte after which a frame is over; less than the screen waits for the keys to rest.
_QUIET = 0.04
_REST = 0.3  # seconds without a byte after which all that a key caused is there
_ANSWER = 2.0
_PATIENCE = 60.0


@dataclass
class Took:
    """Milliseconds, one a key."""

    painted: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    resident: float = 0.0


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, args: Sequence[str]) -> None:
        self.child, self._ours = pty.fork()
        if self.child == 0:
            os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
            os.execv(args[0], list(args))
        ioctl(self._ours, TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))

    def until(self, text: str) -> None:
        """Wait for a text. Raises TimeoutError."""
        seen = b""
        while text.encode() not in seen:
            if not select.select([self._ours], [], [], _PATIENCE)[0]:
                raise TimeoutError(f"{text!r} never came")
            seen += os.read(self._ours, 65536)

    def quiet(self, wait: float = _QUIET) -> float:
        """Read until nothing comes any more; when the last byte came."""
        last = time.perf_counter()
        while select.select([self._ours], [], [], wait)[0]:
            os.read(self._ours, 65536)
            last = time.perf_counter()
        return last

    def key(self, char: str) -> tuple[float, float]:
        """Type a key: when, and when the last byte of the first frame it caused came."""
        began = time.perf_counter()
        os.write(self._ours, char.encode())
        select.select([self._ours], [], [], _ANSWER)  # at least what was typed is shown
        seen = self.quiet()
        self.quiet(_REST)
        return began, seen

    def resident(self) -> float:
        """MiB in memory."""
        status = Path(f"/proc/{self.child}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+)", status)
        return int(found[1]) / 1024 if found else 0.0

    def close(self) -> None:
        """End it."""
        os.kill(self.child, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self._ours)


def typed(args: Sequence[str], log: Path, *, ours: bool) -> Took:
    """Type the lines, key by key, as somebody does who waits for each result."""
    took = Took()
    terminal = Terminal(args)
    try:
        terminal.until("Emergency" if ours else "Setting")
        terminal.quiet(1.0)
        if ours:
            terminal.key("3")
            terminal.quiet(2.0)
        spans: list[tuple[float, float]] = []
        for line in LINES:
            for char in line:
                spans.append(terminal.key(char))
            for _ in range(len(line)):
                terminal.key("\x7f")
            terminal.quiet(1.0)
        took.resident = terminal.resident()
    finally:
        terminal.close()
    took.seen = [(last - began) * 1000 for began, last in spans]
    took.painted = [took_ms for began, last in spans if (took_ms := _painted(log, began, last))]
    return took


def _painted(log: Path, began: float, last: float) -> float:
    """Milliseconds from a key's arrival to the first frame after it."""
    keys: list[int] = []
    frames: list[int] = []
    for line in log.read_text().splitlines():
        what, _, moment = line.partition(" ")
        if began <= int(moment) / 1e9 <= last + _QUIET / 2:
            (keys if what == "key" else frames).append(int(moment))
    after = [frame for frame in frames if keys and frame > keys[0]]
    return (after[0] - keys[0]) / 1e6 if after else 0.0


def _line(name: str, ours: list[float], floor: list[float]) -> str:
    def cuts(values: list[float]) -> tuple[float, float]:
        return median(values), quantiles(values, n=20)[18]

    (mid, slow), (least, least_slow) = cuts(ours), cuts(floor)
    return (
        f"{name:<10} p50 {mid:7.1f}  p95 {slow:7.1f} ms   floor p50 {least:6.1f}  p95 {least_slow:6.1f} ms"
        f"   ratio p50 {mid / least:.2f}  p95 {slow / least_slow:.2f}"
    )


def main(count: int = COUNT, store: str = "") -> None:
    """Print the figures."""
    python = sys.executable
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        at = store or str(big_store(root, count))
        log = root / "log"
        child = [python, "-m", "bench.painted", str(log)]
        floor = typed(child, log, ours=False)
        ours = typed([*child, at], log, ours=True)
        print(f"{count:,} places, {SIZE[1]}×{SIZE[0]}, {len(ours.seen)} keys", flush=True)
        subprocess.run([python, "-m", "bench.list_alone", at], check=True)
        print(_line("painted", ours.painted, floor.painted))
        print(_line("seen", ours.seen, floor.seen))
        print(f"resident   {ours.resident:.0f} MiB   the least {floor.resident:.0f} MiB")
        rcc = [str(Path(python).with_name("rcc")), "--store", at]
        minimal = [python, "-m", "bench.minimal"]
        pairs = [(until_shown(rcc, "Emergency"), until_shown(minimal, "hello")) for _ in range(STARTS)]
        first, least = (median(values) * 1000 for values in zip(*pairs, strict=True))
        print(f"first rows {first:.0f} ms   minimal app {least:.0f} ms   ratio {first / least:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else COUNT, sys.argv[2] if sys.argv[2:] else "")
