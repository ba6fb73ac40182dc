"""The whole made-up return of 2023: every row is taken or refused with a reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from rcc_tui.interop.ssda903 import Return903, read_903, write_903
from rcc_tui.interop.ssda903_layout import LAYOUTS, kind_of
from rcc_tui.interop.tables import REFUSED
from tests.shared import DATA, needs_data

FAKE = DATA / "ssda903-fake-2023"
pytestmark = needs_data


@pytest.fixture(scope="module")
def whole() -> Return903:
    return read_903([FAKE])


def test_every_child_and_episode_is_accounted_for(whole: Return903) -> None:
    header, episodes = whole.count("Header"), whole.count("Episodes")
    assert header.taken + header.refused == 2_675
    assert episodes.taken + episodes.refused == 5_050
    assert (len(whole.children), len(whole.episodes)) == (header.taken, episodes.taken)


def test_taken_and_refused_are_the_rows_of_every_file(whole: Return903) -> None:
    rows: dict[str, int] = dict.fromkeys(LAYOUTS, 0)
    for path in FAKE.glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as handle:
            reader = csv.DictReader(handle)
            rows[kind_of(reader.fieldnames or ())] += sum(1 for _ in reader)
    counted = {count.kind: count.taken + count.refused for count in whole.counts}
    assert counted == rows


def test_what_is_no_table_is_reported_and_passed_over(whole: Return903) -> None:
    passed = {problem.file for problem in whole.problems if problem.row == 0}
    assert passed == {path.name for path in FAKE.iterdir() if path.suffix != ".csv"}


def test_every_refusal_points_at_a_line_and_gives_a_reason(whole: Return903) -> None:
    refused = [problem for problem in whole.problems if problem.severity == REFUSED]
    assert refused
    assert all(problem.file and problem.row > 1 and problem.column and problem.reason for problem in refused)


def test_a_row_says_which_line_it_stood_in(whole: Return903) -> None:
    lines = (FAKE / "episodes.csv").read_text().splitlines()
    for episode in whole.episodes[::500]:
        assert episode.file == "episodes.csv"
        assert lines[episode.row - 1].startswith(f"{episode.child},")


def test_the_xml_alone_is_read_whole() -> None:
    xml = read_903([FAKE / "fake_903.xml"])
    assert (len(xml.children), len(xml.episodes)) == (253, 459)
    assert sum(child.uasc for child in xml.children) == 12
    assert {count.kind: count.taken + count.refused for count in xml.counts}["Reviews"] == 1_206


def test_written_and_read_again_it_is_the_same(whole: Return903, tmp_path: Path) -> None:
    write_903(tmp_path, whole.children, whole.episodes, whole.extras)
    again = read_903([tmp_path])
    assert again.children == whole.children
    assert again.episodes == whole.episodes
    assert set(again.extras) == set(whole.extras)
