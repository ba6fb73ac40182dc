"""What holds for every command: exit codes, refusals, defects, terminals, character sets."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from db import cipher
from rcc_tui import __main__ as program
from rcc_tui.cli import failures, printing
from rcc_tui.domain.errors import IntegrityError, NotFound
from tests.cli.conftest import BUYER, Town


def test_version(town: Town) -> None:
    for word in ("--version", "-V"):
        ran = town.run(word)
        assert (ran.code, ran.out.split()[0], ran.err) == (0, "rcc", "")
    assert town.run("--json", "--version").out == town.run("--version").out


def test_help_names_every_noun(town: Town) -> None:
    ran = town.run("--help")
    assert ran.code == 0
    for noun in ("demo", "request", "trade", "import", "batch"):
        assert f"\n  {noun} " in ran.out


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["reqest"], "Did you mean request?"),
        (["request", "lst"], "list"),
        (["request"], "One of add, edit, list"),
        (["status", "--colour"], "rcc status --help"),
        (["trade", "show"], "rcc trade show --help"),
        (["request", "list", "--limit", "many"], "rcc request list --help"),
    ],
)
def test_words_that_are_off(town: Town, words: list[str], hint: str) -> None:
    ran = town.at(BUYER, *words)
    assert (ran.code, ran.out) == (2, "")
    assert hint in ran.err
    error = town.at(BUYER, *words, "--json").document["error"]
    assert error["code"] == "usage"
    assert error["message"]


@pytest.mark.parametrize("words", [("reconcile",), ("report",)])
def test_later_nouns_are_not_there(town: Town, words: tuple[str, ...]) -> None:
    assert town.run(*words).code == 2


def test_no_store(town: Town, tmp_path: Path) -> None:
    ran = town.run("status", "--store", str(tmp_path / "nowhere"))
    assert (ran.code, ran.out) == (1, "")
    assert "There is no store here." in ran.err
    assert "nowhere" in ran.err


@pytest.mark.parametrize("place", ["before", "between", "after"])
def test_store_and_json_go_anywhere(town: Town, place: str) -> None:
    words = {
        "before": ("--store", str(town.folder / BUYER), "--json", "request", "list"),
        "between": ("request", "--store", str(town.folder / BUYER), "--json", "list"),
        "after": ("request", "list", "--store", str(town.folder / BUYER), "--json"),
    }
    ran = town.run(*words[place])
    assert (ran.code, ran.document) == (0, [])


def test_without_a_terminal_the_screens_stay_shut(town: Town) -> None:
    for words in ((), ("--store", str(town.folder / BUYER)), (f"--store={town.folder / BUYER}",)):
        ran = town.run(*words)
        assert (ran.code, ran.out) == (2, "")
        assert "terminal" in ran.err


def _terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)


def test_with_a_terminal_the_screens_open(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []

    def run(store: Path, unlocked: object = None) -> int:
        opened.append(store)
        return 7

    monkeypatch.setattr("rcc_tui.app.run", run)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    _terminal(monkeypatch)
    monkeypatch.setenv("RCC_HOME", str(town.folder / BUYER))
    assert program.main([]) == 7
    assert opened == [town.folder / BUYER]


def _raise(error: BaseException) -> None:
    raise error


def _at_status(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    monkeypatch.setattr("rcc_tui.services.syncing.status", lambda desk: _raise(error))


def test_a_defect_is_one_line_and_no_traceback(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    _at_status(monkeypatch, ZeroDivisionError("by\x1b[31m nought"))
    ran = town.at(BUYER, "status")
    assert (ran.code, ran.out) == (1, "")
    assert "This is a defect in rcc: ZeroDivisionError: by\\x1b[31m nought" in ran.err
    assert "Traceback" not in ran.err
    assert town.at(BUYER, "status", "--json").document["error"]["code"] == "defect"
    monkeypatch.setenv("RCC_DEBUG", "1")
    assert "Traceback" in town.at(BUYER, "status").err


def test_exit_codes_follow_the_error(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for error, code in (
        (NotFound("No."), 1),
        (IntegrityError("No."), 3),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 0),
        (OSError(28, "No space left on device"), 1),
        (cipher.OperationalError("database or disk is full"), 1),
    ):
        _at_status(monkeypatch, error)
        ran = town.at(BUYER, "status")
        assert (ran.code, ran.out) == (code, ""), error
        assert "defect" not in ran.err


def test_a_refusal_names_what_where_and_what_to_do() -> None:
    told = failures.failure(NotFound("No such thing.", where="field\x1b[2J", hint="Look\u202e again."))
    assert told.document == {
        "error": {
            "code": "not-found",
            "message": "No such thing.",
            "where": "field\x1b[2J",
            "hint": "Look\u202e again.",
        }
    }
    assert told.text == "rcc: No such thing.\n  where: field\\x1b[2J\n  Look<U+202E> again."


def test_any_locale_carries_our_text(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    printing.speak_utf8()
    sys.stdout.write("£1 – é \ud800\n")
    sys.stdout.flush()
    assert raw.getvalue().decode() == "£1 – é ?\n"


def test_nobody_is_asked_without_a_terminal(
    town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    request = town.told(BUYER, "request", "add", "--age", "3", "--sex", "M")["id"]
    assert town.told(BUYER, "request", "withdraw", request, "--why", "not needed")["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("said", "code", "state"), [("n\n", 1, "open"), ("", 1, "open"), ("y\n", 0, "withdrawn")]
)
def test_on_a_terminal_a_person_is_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch, said: str, code: int, state: str
) -> None:
    request = town.told(BUYER, "request", "add", "--age", "3", "--sex", "M")["id"]
    words = ("request", "withdraw", request, "--why", "not needed")
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdin", io.StringIO(said))
        _terminal(patch)
        ran = town.at(BUYER, *words)
    assert ran.code == code
    assert "[y/N]" in ran.err
    assert town.told(BUYER, "request", "show", request)["state"] == state


def test_yes_answers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    request = town.told(BUYER, "request", "add", "--age", "3", "--sex", "M")["id"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\n"))
    _terminal(monkeypatch)
    ran = town.at(BUYER, "request", "withdraw", request, "--why", "not needed", "--yes")
    assert (ran.code, "[y/N]" in ran.err) == (0, False)
