"""The rival: git carries as many small changes in a bundle, unsigned, and understands none of them."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

COMMITS = 20_000
_WHO = "Desk <desk@example.invalid>"


def _git(folder: Path, *args: str, given: bytes | None = None) -> None:
    subprocess.run(("git", "-C", str(folder), *args), input=given, check=True, capture_output=True)


def _stream(payloads: Sequence[bytes]) -> Iterator[bytes]:
    """A commit for each payload: the file `act` holds it from then on, so no tree is larger than another."""
    for number, payload in enumerate(payloads):
        body = payload + b" %d" % number
        yield b"commit refs/heads/main\ncommitter %b %d +0000\n" % (_WHO.encode(), 1_700_000_000 + number)
        yield b"data 3\nact\nM 644 inline act\ndata %d\n%b\n" % (len(body), body)


def repository(folder: Path, payloads: Sequence[bytes]) -> None:
    """A repository with one commit for each payload."""
    folder.mkdir()
    _git(folder, "init", "--quiet", "--bare")
    _git(folder, "fast-import", "--quiet", given=b"".join(_stream(payloads)))


def carried(folder: Path, scratch: Path) -> tuple[float, float]:
    """Seconds of `git bundle create`, and of `git fetch` from it into an empty repository."""
    scratch.mkdir()
    bundle, into = scratch / "all.bundle", scratch / "into"
    into.mkdir()
    _git(into, "init", "--quiet", "--bare")
    began = time.perf_counter()
    _git(folder, "bundle", "create", "--quiet", str(bundle), "main")
    between = time.perf_counter()
    _git(into, "fetch", "--quiet", str(bundle), "main:main")
    return between - began, time.perf_counter() - between
