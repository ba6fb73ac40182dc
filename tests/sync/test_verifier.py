"""Signatures verified in threads or in a process of its own: the answer is one, and never a process's word
for what it did not answer."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Sequence

import pytest

from rcc_tui.sync import verifier as verifying
from rcc_tui.sync.entry import HEADER_TYPE
from rcc_tui.sync.keys import new_key
from rcc_tui.sync.verifier import LONG, Signed, serve, verifier

KEY = new_key(b"7" * 32)
LENGTHS = {"threads": 0, "process": LONG}


def _signed(count: int, bad: Sequence[int] = ()) -> list[tuple[bytes, bytes]]:
    found = []
    for number in range(count):
        body = b"header %d" % number * (number + 1)
        signature = KEY.sign(HEADER_TYPE, body)
        found.append((body, bytes(64) if number in bad else signature))
    return found


BATCHES: list[tuple[Signed, int]] = [
    (_signed(5), 5),
    (_signed(5, [0]), 0),
    (_signed(5, [4]), 4),
    (_signed(9, [3, 6]), 3),
    (_signed(0), 0),
]


@pytest.mark.parametrize("way", LENGTHS)
def test_how_many_hold(way: str) -> None:
    with verifier(LENGTHS[way]) as one:
        assert one.beside is (way == "process")
        begun = [one.begin(KEY.public, signed) for signed, _ in BATCHES]
        assert [held() for held in begun] == [count for _, count in BATCHES]


def test_answers_may_be_left_out_and_asked_again() -> None:
    with verifier(LONG) as one:
        begun = [one.begin(KEY.public, signed) for signed, _ in BATCHES]
        assert begun[3]() == 3
        assert begun[1]() == 0
        assert begun[3]() == 3


def test_another_key_and_another_type_do_not_hold() -> None:
    other = new_key(b"8" * 32)
    signed = [(b"header", KEY.sign(b"application/vnd.rcc.roll.v1", b"header"))]
    with verifier(LONG) as one:
        assert one.begin(other.public, _signed(3))() == 0
        assert one.begin(KEY.public, signed)() == 0


@pytest.mark.parametrize(
    "program", ["pass", "import sys; sys.stdin.buffer.read(9)", "print('no', flush=True, end='')"]
)
def test_a_process_that_does_not_answer(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def started() -> subprocess.Popen[bytes]:
        command = (sys.executable, "-c", program)
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    monkeypatch.setattr(verifying, "_started", started)
    with verifier(LONG) as one:
        begun = [one.begin(KEY.public, signed) for signed, _ in BATCHES]
        assert [held() for held in begun] == [count for _, count in BATCHES]


@pytest.mark.parametrize("program", ["", "/no/such/python"])
def test_where_there_can_be_no_process(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", program)
    with verifier(LONG) as one:
        assert not one.beside
        assert one.begin(KEY.public, _signed(3, [2]))() == 2


def test_it_has_ended_when_it_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[subprocess.Popen[bytes]] = []
    whole = verifying._started

    def started() -> subprocess.Popen[bytes] | None:
        process = whole()
        assert process is not None
        begun.append(process)
        return process

    monkeypatch.setattr(verifying, "_started", started)
    signed = _signed(60)
    with verifier(LONG) as one:
        for _ in range(50):
            one.begin(KEY.public, signed)
    assert begun[0].returncode is not None


def test_a_question_cut_short_is_not_answered() -> None:
    question = verifying._question(KEY.public, _signed(2))
    sink = io.BytesIO()
    serve(io.BytesIO(question + question[:-1]), sink)
    assert sink.getvalue() == (2).to_bytes(4, "big")
