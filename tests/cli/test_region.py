"""rcc region: what is refused says why, and leaves the draft as it was."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.cli.conftest import Town


@pytest.fixture
def keepers(town: Town) -> Town:
    """A region's folder in which Reading and its one desk are on the draft."""
    at = str(town.folder / "keys")
    for line in (
        ("region", "init", "--name", "South East", "--at", at),
        ("region", "enrol", "authority", "--code", "870", "--at", at),
        (
            "init",
            "--authority",
            "870",
            "--region",
            f"{at}/region.json",
            "--key-file",
            "--store",
            f"{at}/desk",
        ),
        (
            "region",
            "enrol",
            "desk",
            f"{at}/desk/desk-870.json",
            "--key",
            f"{at}/authority-870.key",
            "--at",
            at,
        ),
    ):
        ran = town.run(*line)
        assert ran.code == 0, ran
    return town


def _draft(town: Town) -> bytes:
    return (town.folder / "keys" / "draft.json").read_bytes()


@pytest.mark.parametrize(
    ("line", "code", "said"),
    [
        (("revoke", "870", "--desk", "attic", "--void"), 1, "no desk"),
        (("revoke", "999", "--desk", "attic", "--void"), 1, "not on the roll"),
        (("revoke", "870", "--desk", "placements", "--void", "--from", "x"), 2, "exclude each other"),
        (("revoke", "870", "--desk", "placements", "--from", "nowhere.json"), 1, "cannot be read"),
        (("leave", "870", "--on", "someday"), 1, "not a date"),
        (("leave", "870", "--on", "today", "--from", "nowhere.json"), 1, "cannot be read"),
        (("rotate", "authority", "999"), 1, "not on the roll"),
        (("rotate", "root", "4"), 1, "no root key 4"),
        (("roll", "expire", "30/2/2027"), 1, "not a day"),
    ],
)
def test_what_is_refused_changes_nothing(keepers: Town, line: Sequence[str], code: int, said: str) -> None:
    before, files = _draft(keepers), sorted((keepers.folder / "keys").iterdir())
    ran = keepers.run("region", *line, "--at", str(keepers.folder / "keys"))
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert "Traceback" not in ran.err
    assert _draft(keepers) == before
    assert sorted((keepers.folder / "keys").iterdir()) == files


def test_nothing_a_desk_wrote_counts(keepers: Town) -> None:
    """--void names no log: the answer says that this leaves nothing."""
    at = ("--at", str(keepers.folder / "keys"))
    ran = keepers.run("region", "revoke", "870", "--desk", "placements", "--void", *at)
    assert ran.code == 0
    assert "No log of it is named." in ran.out
    assert "counts for nothing" in ran.out


def test_the_draft_is_shown_as_it_will_be(keepers: Town) -> None:
    at = ("--at", str(keepers.folder / "keys"))
    shown = keepers.run("region", "roll", "expire", "31/12/2027", *at)
    assert "31/12/2027" in shown.out
    assert "0 root keys, 2 needed" in shown.out


@pytest.mark.parametrize("line", [("rotate", "finish"), ("roll", "resolve", "nowhere.json")])
def test_a_desk_with_nothing_to_do(town: Town, line: Sequence[str]) -> None:
    ran = town.at("870", "region", *line)
    assert ran.code == 1
    assert "Traceback" not in ran.err


def test_heads_go_by_this_desks_own_store(town: Town) -> None:
    out = town.folder / "heads.json"
    told = town.told("870", "region", "heads", "931", "--desk", "Desk 1", "--out", str(out))
    assert told == {"code": "931", "desk": told["desk"], "logs": 0, "file": str(out)}
    assert Path(out).is_file()
