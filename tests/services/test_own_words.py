"""Abbreviations of one's own: added, changed, off, and in time taken up by the index."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fixtures
from rcc_tui.services import finder, finding, own_words
from rcc_tui.services.desk import Desk
from rcc_tui.services.own_words import FILE, known_words
from tests.services.made_places import BED, OAK, offered


def written(folder: Path, text: str | bytes) -> Path:
    data = text.encode() if isinstance(text, str) else text
    (folder / FILE).write_bytes(data)
    return folder


def test_no_file_is_no_problem(tmp_path: Path) -> None:
    assert known_words(tmp_path) == (fixtures.synonyms(), ())
    assert known_words(tmp_path / "not" / "there") == (fixtures.synonyms(), ())


def test_lines_add_and_may_say_otherwise(tmp_path: Path) -> None:
    text = '﻿short,meaning\n# ours\n\nPDA,Pathological demand avoidance\nasd,"autistic, spectrum"\n'
    words, problems = known_words(written(tmp_path, text))
    assert problems == ()
    assert words["pda"] == "pathological demand avoidance"
    assert words["asd"] == "autistic spectrum"
    assert words["ehcp"] == fixtures.synonyms()["ehcp"]


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("pda", "1 columns"),
        ("pda,a,b", "3 columns"),
        ("two words,meaning", "one word"),
        (",meaning", "one word"),
        ("pda,", "must be words"),
        ("pda," + "x" * 101, "must be words"),
        ("zzz,again", "already"),
        ('"pda,open', "columns"),
    ],
)
def test_a_line_that_is_off_is_named_and_the_others_count(tmp_path: Path, line: str, about: str) -> None:
    words, (problem,) = known_words(written(tmp_path, f"short,meaning\nzzz,sleep\n{line}\nyyy,why\n"))
    assert problem.startswith(f"{FILE} line 3: ")
    assert about in problem
    assert (words["zzz"], words["yyy"]) == ("sleep", "why")


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / FILE).mkdir()
    assert "cannot be read" in known_words(tmp_path)[1][0]
    (tmp_path / FILE).rmdir()
    assert "not UTF-8" in known_words(written(tmp_path, b"p\xff,x\n"))[1][0]
    monkeypatch.setattr(own_words, "_MOST_BYTES", 10)
    assert known_words(written(tmp_path, "pda,demand avoidance\n")) == (
        fixtures.synonyms(),
        (f"{FILE}: longer than 10 bytes, left out",),
    )


def test_many_bad_lines_are_not_all_said(tmp_path: Path) -> None:
    _, problems = known_words(written(tmp_path, "pda\n" * 3_000))
    assert len(problems) == 6
    assert "only the first 2,000 lines" in problems[0]
    assert problems[-1].endswith("1996 more lines are off")


@given(st.binary(max_size=300))
def test_no_file_breaks_it(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        words, _ = known_words(written(Path(folder), data))
    assert words.keys() >= fixtures.synonyms().keys()


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings folder of this person."""
    folder = tmp_path / "settings"
    folder.mkdir()
    monkeypatch.setattr(finder, "config_folder", lambda: folder)
    return folder


def anew(desk: Desk) -> None:
    """The program is started again."""
    for follower in desk.followers:
        if isinstance(follower, finder.Following):
            follower.finder = None


def found(desk: Desk, text: str) -> list[str]:
    return [hit.ref for hit in finding.search(desk, text).hits]


def test_places_are_listed_under_the_new_words_after_the_file_has_changed(reading: Desk, own: Path) -> None:
    offered(reading, replace(OAK, name="Oak PDA House"))
    offered(reading, replace(OAK, ref="S2", urn="SC999999", name="Demand Lodge"), replace(BED, ref="B-2"))
    assert found(reading, '"avoidance"') == []
    written(own, "pda,demand avoidance\n")
    assert found(reading, '"avoidance"') == []  # read when the program starts
    anew(reading)
    assert found(reading, '"avoidance"') == ["OAK-1"]
    assert found(reading, "demand ")[0] in {"OAK-1", "B-2"}
    anew(reading)
    assert found(reading, '"avoidance"') == ["OAK-1"]  # from the snapshot
    (own / FILE).unlink()
    anew(reading)
    assert found(reading, '"avoidance"') == []


def test_what_is_off_is_said_at_the_first_search(reading: Desk, own: Path) -> None:
    written(own, "pda\n")
    offered(reading)
    anew(reading)
    assert finding.search(reading, "oak").problems == (f"{FILE} line 1: 1 columns, not two: short,meaning",)
    assert finding.search(reading, "oak").problems == ()
