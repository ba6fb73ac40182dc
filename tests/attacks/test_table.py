"""The table of attacks: every row has its tests, every test its row, and the sums are right."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.attacks.elsewhere import ROWS, row_of
from tests.attacks.tally import CHANGED, ESCAPED, REFUSED, THREATS, TRIES, Row, Tally, opened, table

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent


def test_every_row_has_tests_and_every_attack_a_row() -> None:
    marked = re.compile(r'threat\(row="(\w+)"\)')
    rows = {row for path in HERE.glob("test_*.py") for row in marked.findall(path.read_text())}
    assert rows | set(ROWS.values()) == set(THREATS)
    unmarked = {path.name for path in HERE.glob("test_*.py") if not marked.search(path.read_text())}
    named = {Path(name.partition("::")[0]).name for name in ROWS}
    assert unmarked - named == {Path(__file__).name}


@pytest.mark.parametrize("name", ROWS)
def test_what_stands_elsewhere_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    text = (ROOT / file).read_text()
    assert f"def {test or 'test_'}" in text


def test_the_longest_name_counts() -> None:
    assert row_of("tests/attacks/test_members.py::test_a_hub_may_speak") == "matrix"
    assert row_of("tests/attacks/test_members.py::test_payloads[0]") == "malformed"
    assert row_of("tests/services/test_trades.py::test_a") == ""


def test_what_is_refused_may_not_change_a_thing() -> None:
    states = iter(["same", "same", "one", "other", "one", "other"])
    with opened("tamper") as tally:
        for refused in (True, True, False):
            with tally.attempt(lambda: next(states)) as attempt:
                attempt.refused = refused
        with pytest.raises(RuntimeError), tally.attempt():
            raise RuntimeError
    assert [tally.counts[name] for name in (TRIES, REFUSED, CHANGED, ESCAPED)] == [4, 2, 1, 1]


def test_a_row_is_not_met_without_tests_nor_with_harm() -> None:
    threat = THREATS["killed"]
    row = Row()
    assert not row.ok(threat)
    row.add({"kills": 3}, {})
    assert row.ok(threat)
    assert row.counts[TRIES] == 1
    row.add({"lost": 1, TRIES: 2}, {})
    assert not row.ok(threat)
    assert "kills 3" in row.figure(threat)
    assert "lost 1" in row.figure(threat)
    assert "not met" in "\n".join(table({"killed": row}))


def test_no_row_of_another_name() -> None:
    with pytest.raises(KeyError), opened("weather"):
        pass
    assert Tally("").counts == {}
