"""rcc demo: when it plays, when it only makes, when it opens the screens."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from rcc_tui import __main__ as program
from tests.cli.conftest import BUYER, Town


class Pretended:
    """Stands for the made-up region, which takes seconds to make: only the command is tested here."""

    def __init__(self) -> None:
        self.made: list[tuple[Path, int, int]] = []

    def make(
        self, at: Path, *, vacancies: int, seed: int, progress: Callable[[str, int, int], None]
    ) -> dict[str, Path]:
        self.made.append((at, vacancies, seed))
        progress("places\x1b", 1, 2)
        return {BUYER: at / BUYER, "HUB-N": at / "HUB-N"}

    def play(self, at: Path, say: Callable[[str], None]) -> None:
        say("1. Reading logs a request.\x1b")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Pretended:
    """The region that is pretended."""
    pretended = Pretended()
    monkeypatch.setattr(program, "_demo", lambda: pretended)
    return pretended


def test_only_made(town: Town, made: Pretended) -> None:
    at = town.folder / "region"
    words = ("demo", "--at", str(at), "--vacancies", "20", "--seed", "7")
    ran = town.run(*words, "--no-open", "--json")
    assert (ran.code, ran.document) == (0, {"stores": {code: str(at / code) for code in (BUYER, "HUB-N")}})
    assert made.made == [(at, 20, 7)]
    assert str(at / BUYER) in town.run(*words, "--no-open").out


def test_without_a_terminal_it_plays(town: Town, made: Pretended) -> None:
    ran = town.run("demo")
    assert (ran.code, ran.out) == (0, "1. Reading logs a request.\\x1b\n")
    ((at, _, _),) = made.made
    assert not at.parent.exists()


def test_with_a_terminal_the_screens_open(
    town: Town, made: Pretended, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Path] = []

    def run(store: Path, unlocked: object = None) -> int:
        opened.append(store)
        return 0

    monkeypatch.setattr("rcc_tui.app.run", run)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    at = town.folder / "region"
    assert program.main(["demo", "--at", str(at)]) == 0
    assert opened == [at / BUYER]
    said = capsys.readouterr().err
    assert "1 of 2 places\\x1b" in said
    assert said.endswith("\r")
