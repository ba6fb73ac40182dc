"""Verifying many signatures beside other work: in threads, or for a long bundle in a process of its own.

libsodium runs outside the interpreter's lock, but for one signature at a time: threads that come back from
it and one that stores keep each other waiting, and take longer than one after the other. A second process
takes half of the work away. Nothing rests on it: what it does not answer is verified here.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from queue import SimpleQueue
from struct import Struct
from threading import Thread
from typing import IO, Protocol

from rcc_tui.sync import keys
from rcc_tui.sync.entry import HEADER_TYPE

# Bytes of a bundle from which on a process is worth its start.
LONG = 8 * 1024 * 1024
_U32 = Struct(">I")
_KEY, _SIGNATURE = 32, 64

Signed = Sequence[tuple[bytes, bytes]]


class Verifier(Protocol):
    """`beside` says whether it works while something else goes on here."""

    beside: bool

    def begin(self, public: bytes, signed: Signed) -> Callable[[], int]:
        """Begin to verify headers with their signatures by one key; the result tells how many hold before
        one does not."""


class _InThreads:
    beside = False

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def begin(self, public: bytes, signed: Signed) -> Callable[[], int]:
        return keys.verify_many(public, HEADER_TYPE, signed, self._pool)


class _InProcess:
    beside = True

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._sink: IO[bytes] = process.stdin
        self._source: IO[bytes] = process.stdout
        self._asked = 0
        self._answers: list[int] = []
        self._due: SimpleQueue[bytes] = SimpleQueue()
        self._writer = Thread(target=self._write, name="verify", daemon=True)
        self._writer.start()

    def begin(self, public: bytes, signed: Signed) -> Callable[[], int]:
        number, self._asked = self._asked, self._asked + 1
        self._due.put(_question(public, signed))

        def held() -> int:
            answer = self._answer(number)
            return _held(public, signed) if answer is None else answer

        return held

    def _answer(self, number: int) -> int | None:
        """The answer to a question, None when there will be none."""
        while len(self._answers) <= number:
            raw = self._source.read(_U32.size)
            if len(raw) != _U32.size:
                return None
            self._answers.append(_U32.unpack(raw)[0])
        return self._answers[number]

    def _write(self) -> None:
        with suppress(OSError, ValueError):
            while question := self._due.get():
                self._sink.write(question)
                self._sink.flush()

    def close(self) -> None:
        """No more questions; the process has ended."""
        self._due.put(b"")
        self._writer.join()
        for stream in (self._sink, self._source):
            with suppress(OSError):
                stream.close()


@contextmanager
def verifier(length: int) -> Iterator[Verifier]:
    """What verifies a bundle of so many bytes. What it has not done when it is over, it does not do."""
    process = _started() if length >= LONG else None
    if process is None:
        pool = ThreadPoolExecutor(2, thread_name_prefix="verify")
        try:
            yield _InThreads(pool)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
        return
    other = _InProcess(process)
    try:
        yield other
    finally:
        process.kill()
        process.wait()
        other.close()


def _started() -> subprocess.Popen[bytes] | None:
    """The process, None where there can be none."""
    if not sys.executable or getattr(sys, "frozen", False):
        return None
    try:
        return subprocess.Popen(
            # -P: nothing is loaded from the folder one happens to be in.
            (sys.executable, "-P", "-m", __name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


def _question(public: bytes, signed: Signed) -> bytes:
    pieces = [public]
    for body, signature in signed:
        pieces += (_U32.pack(len(body)), body, signature)
    question = b"".join(pieces)
    return _U32.pack(len(question)) + question


def _read(question: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = _KEY
    while at < len(question):
        (length,) = _U32.unpack_from(question, at)
        stop = at + _U32.size + length
        yield question[at + _U32.size : stop], question[stop : stop + _SIGNATURE]
        at = stop + _SIGNATURE


def _held(public: bytes, signed: Signed) -> int:
    for place, (body, signature) in enumerate(signed):
        if not keys.verify(public, HEADER_TYPE, body, signature):
            return place
    return len(signed)


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Answer questions until there are no more."""
    while len(head := source.read(_U32.size)) == _U32.size:
        (length,) = _U32.unpack(head)
        question = source.read(length)
        if len(question) != length:
            return
        sink.write(_U32.pack(_held(question[:_KEY], list(_read(question)))))
        sink.flush()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt, BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)
