"""What a careless or hostile script may hand to a command: one message, the right code, never a defect."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BUYER, HUB, SELLER, Town

BYTES = b"\xff\xfe".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    "words",
    [
        ("request", "add", "--age", "5", "--sex", "F", "--child", BYTES),
        ("request", "add", "--age", "5", "--sex", "F", "--need", BYTES),
        ("vacancy", "list", "--authority", BYTES),
        ("trade", "list", "--with", BYTES),
        ("request", "show", BYTES),
        ("vacancy", "import", BYTES),
        ("request", "list", "--limit", "9" * 30),
        ("trade", "list", "--offset", str(2**63)),
        ("ledger", "--with", "999"),
        ("trade", "list", "--with", "Slough"),
        ("vacancy", "list", "--authority", "999"),
        ("digest", "--audience", "pair:870:999"),
        ("request", "add", "--age", "5", "--sex", "F", "--needed-by", "9999-12-31"),
    ],
)
def test_refused_with_a_message(town: Town, words: tuple[str, ...]) -> None:
    ran = town.at(BUYER, *words, "--json")
    error = ran.document["error"]
    assert (ran.code, error["code"] == "defect") == (1, False), error
    assert error["message"]
    assert error["hint"]
    assert town.told(BUYER, "request", "list") == []


def test_a_surrogate_in_a_file_is_refused(town: Town) -> None:
    file = town.file("odd.json", '{"age": 5, "sex": "F", "child": "\\ud800"}')
    error = town.at(BUYER, "request", "add", "--from", file, "--json").document["error"]
    assert error["code"] == "text"


def test_a_page_that_was_typed_is_not_said_back_whole(town: Town) -> None:
    ran = town.at(BUYER, "request", "show", "x" * 90_000)
    assert (ran.code, len(ran.err) < 2000) == (1, True)
    assert "…" in ran.err


@pytest.mark.parametrize("audience", ["pair:870:870", "own:870", "", "everything"])
def test_what_is_no_audience(town: Town, audience: str) -> None:
    assert town.at(BUYER, "digest", "--audience", audience).code == 2


def test_a_pair_has_one_digest_whichever_way_it_is_named(town: Town) -> None:
    one, other = (
        town.told(HUB, "digest", "--audience", f"pair:{a}:{b}")["digest"]
        for a, b in ((BUYER, SELLER), (SELLER, BUYER))
    )
    assert one == other


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2026-02-30", "20261201", "soon", "2026-W49-2"])
def test_a_frozen_day_that_cannot_be(town: Town, monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    monkeypatch.setenv("RCC_TODAY", day)
    ran = town.at(BUYER, "today")
    assert (ran.code, ran.out) == (2, "")
    assert "RCC_TODAY" in ran.err


@pytest.mark.parametrize(
    ("words", "closed", "code"),
    [
        (("request", "list"), 1, 0),
        (("request", "list"), 0, 0),
        (("bogus",), 2, 2),
        (("request", "add", "--from", "-"), 0, 1),
        (("batch", "-"), 0, 0),
    ],
)
def test_a_stream_closed_beforehand(town: Town, words: tuple[str, ...], closed: int, code: int) -> None:
    """As `rcc … >&-` does: the child's own end of the stream is gone."""
    root = Path(__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-m", "rcc_tui", *words],
        env={**os.environ, "RCC_HOME": str(town.folder / BUYER), "PYTHONPATH": str(root)},
        preexec_fn=lambda: os.close(closed),
        capture_output=True,
        check=False,
    )
    assert ran.returncode == code
    assert b"Traceback" not in ran.stderr
    assert b"defect" not in ran.stderr


def test_a_damaged_store_is_called_damaged(town: Town) -> None:
    path = town.folder / BUYER / "rcc.db"
    body = bytearray(path.read_bytes())
    body[4096:] = bytes(len(body) - 4096)
    path.write_bytes(body)
    ran = town.at(BUYER, "request", "list")
    assert (ran.code, ran.out) == (1, "")
    assert "damaged" in ran.err


def test_words_of_a_search_need_no_quotes(town: Town) -> None:
    said = town.told(BUYER, "search", "foster", "12f", "--from", "SL1")
    assert said["query"] == "foster 12f"
    assert town.at(BUYER, "--json", "search", "--", "-stale 12f").document["query"] == "-stale 12f"


def test_every_line_of_a_batch_that_fails_is_numbered(town: Town) -> None:
    file = town.file("lines.txt", "# first\ntrade show 'abc\nrequest show feed\n")
    ran = town.at(BUYER, "batch", file, "--keep-going", "--json")
    assert [json.loads(line)["line"] for line in ran.out.splitlines()] == [2, 3]
    assert "line 2: rcc: This cannot be read: No closing quotation." in town.at(BUYER, "batch", file).err


def test_a_tariff_is_shown_without_being_named(market: Town) -> None:
    assert market.told(BUYER, "tariff", "show") == market.told(BUYER, "tariff", "list")
    assert len(market.told(BUYER, "tariff", "show")) == 1
