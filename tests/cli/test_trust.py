"""rcc erase and rcc log: what people type when something must go, or a key was in two places."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.services.desk import open_desk
from rcc_tui.services.syncing import take_in
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle, lay
from tests.cli.conftest import BUYER, HUB, Town
from tests.region import seat

NEEDS = ("--age", "12", "--sex", "F", "--child", "C-77", "--home", "RG1 4XY")


def test_erased_here_and_at_nobody_else(town: Town) -> None:
    added = town.told(BUYER, "request", "add", *NEEDS)
    assert town.told(BUYER, "erase") == []
    assert town.at(BUYER, "erase").out == "Nothing was erased.\n"
    ran = town.at(BUYER, "erase", added["id"][:8], "--basis", "retention ended")
    assert ran.code == 0
    assert f"Erased request {added['id'][:8]}" in ran.out
    (found,) = town.told(BUYER, "erase")
    assert (found["record"], found["kind"], found["basis"]) == (added["id"], "request", "retention ended")
    assert (found["confirmed"], found["of"], found["missing"]) == (1, 1, [])
    assert "1 of 1" in town.at(BUYER, "erase").out
    assert town.at(BUYER, "request", "show", added["id"]).code == 1
    assert town.told(BUYER, "request", "list") == []
    assert town.at(BUYER, "check", "--deep").code == 0
    assert town.at(BUYER, "rebuild").code == 0


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("erase", "0000"), 1, "no record"),
        (("erase", "--basis", "why"), 2, "Erase what?"),
        (("log", "show", "0000"), 1, "no such log"),
        (("log", "uphold", "0000", "--entry", "0000"), 1, "no such log"),
        (("log", "uphold", "0000"), 2, "--entry"),
    ],
)
def test_what_is_not_there(town: Town, args: tuple[str, ...], code: int, said: str) -> None:
    ran = town.at(BUYER, *args)
    assert ran.code == code
    assert said in ran.err


def test_without_a_basis_nothing_is_erased(town: Town) -> None:
    added = town.told(BUYER, "request", "add", *NEEDS)
    ran = town.at(BUYER, "erase", added["id"])
    assert (ran.code, "basis" in ran.err) == (1, True)
    assert town.told(BUYER, "request", "list") != []


def _fork(town: Town, *codes: str) -> tuple[str, str]:
    """Oxfordshire's log in two histories, heard by some; the log's id and the last entry of the first."""
    left = Scribe(seat("931").desk, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right = left.copy()
    left.write("setting", home(name="Left"))
    right.write("setting", home(name="Right"), after=trunk)
    raw = [bundle(seat("931").desk, [one.section()], to=codes) for one in (left, right)]
    for code in codes:
        desk = open_desk(town.folder / code)
        take_in(desk, [lay(town.folder / "given", one) for one in raw])
        desk.close()
    return left.log.hex(), left.entries[-1].hash.hex()


def test_a_fork_is_shown_and_resolved_together(town: Town) -> None:
    log, entry = _fork(town, HUB, "931")
    (listed,) = town.told(HUB, "log", "list", "--amiss")
    assert (listed["log"], listed["why"], listed["entries"], listed["counts"]) == (log, "fork", 2, 1)
    shown = town.at(HUB, "log", "show", log[:8]).out
    assert "1 of 2 entries count (fork)" in shown
    assert entry[:8] in shown
    town.told(HUB, "log", "uphold", log[:8], "--entry", entry[:8])
    town.carry(HUB, "931")
    done = town.told("931", "log", "uphold", log[:8], "--entry", entry[:8])
    assert done["counts"] == 2
    assert [one["upheld_by"] for one in done["endings"] if one["entry"] == entry] == [["931", "HUB-N"]]
    assert "931 HUB-N" in town.at("931", "log", "show", log[:8]).out


def test_logs_that_all_count(town: Town) -> None:
    town.told(BUYER, "request", "add", *NEEDS)
    (one,) = town.told(BUYER, "log", "list")
    assert (one["code"], one["audience"], one["why"]) == (BUYER, f"own:{BUYER}", "")
    assert town.at(BUYER, "log", "list", "--amiss").out == "Every log counts to its end.\n"


def test_no_secret_is_in_the_files_of_a_plain_store(town: Town) -> None:
    added = town.told(BUYER, "request", "add", *NEEDS)
    town.told(BUYER, "erase", added["id"], "--basis", "retention ended")
    files = [path for path in Path(town.folder / BUYER).glob("rcc.db*") if path.is_file()]
    assert files
    assert not any(b"C-77" in path.read_bytes() for path in files)
