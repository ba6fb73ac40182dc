"""Start-up: the version, the first frame and the first rows, beside the least that could be done."""

from __future__ import annotations

import os
import pty
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from fcntl import ioctl
from pathlib import Path
from termios import TIOCSWINSZ

from rcc_tui import demo

RUNS = 7
_PATIENCE = 30.0


def _spawn(args: Sequence[str]) -> tuple[int, int]:
    """A process in a terminal of 80×24; returns its id and our end."""
    child, ours = pty.fork()
    if child == 0:
        os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
        os.execv(args[0], list(args))
    ioctl(ours, TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    return child, ours


def until_shown(args: Sequence[str], text: str) -> float:
    """Seconds from starting a program in a terminal until it has written `text`."""
    started = time.perf_counter()
    child, ours = _spawn(args)
    seen = b""
    try:
        while text.encode() not in seen:
            ready, _, _ = select.select([ours], [], [], _PATIENCE)
            if not ready:
                raise TimeoutError(f"{args} never showed {text!r}")
            seen += os.read(ours, 65536)
        return time.perf_counter() - started
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ours)


def _run(args: Sequence[str]) -> float:
    started = time.perf_counter()
    subprocess.run(args, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _compare(name: str, ours: Callable[[], float], floor: Callable[[], float], beside: str) -> None:
    """Both in turn, so that a busy machine slows both; prints medians and their ratio."""
    ours(), floor()
    mine, least = [], []
    for _ in range(RUNS):
        mine.append(ours())
        least.append(floor())
    took, bound = statistics.median(mine), statistics.median(least)
    print(f"{name:<22} {took * 1000:7.0f} ms   {beside} {bound * 1000:5.0f} ms   ratio {took / bound:.2f}")


def main() -> None:
    """Print the three figures."""
    python = sys.executable
    rcc = str(Path(python).with_name("rcc"))
    minimal = [python, "-m", "bench.minimal"]
    _compare(
        "rcc --version",
        lambda: _run([rcc, "--version"]),
        lambda: _run([python, "-c", "pass"]),
        "python -c pass",
    )
    with tempfile.TemporaryDirectory() as scratch:
        at = Path(scratch) / "region"
        stores = demo.make(at, vacancies=600, seed=1, progress=lambda *_: None)
        screens = [rcc, "--store", str(stores["870"])]
        _compare(
            "first frame",
            lambda: until_shown(screens, "Today"),
            lambda: until_shown(minimal, "hello"),
            "minimal app",
        )
        _compare(
            "first rows",
            lambda: until_shown(screens, "Emergency"),
            lambda: until_shown(minimal, "hello"),
            "minimal app",
        )


if __name__ == "__main__":
    main()
