"""Two programs at one store: writes wait for each other, nothing is lost, no log forks, rolls are noticed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from rcc_tui.domain.errors import Refused
from rcc_tui.services.desk import Desk, make_desk, open_desk
from rcc_tui.services.secrets import BESIDE
from rcc_tui.services.syncing import check
from rcc_tui.sync.roll import SignedRoll, read_roll
from tests.attacks.facts import home
from tests.region import Seat, key_of, member_of, roots, seat, signed_roll

ROOT = Path(__file__).parents[2]
ACTS = 40
CODES = ("870", "931")
FIRST = signed_roll([member_of(code, [seat(code)], host=code == "870") for code in CODES])

# Says that it is ready, waits for the word, then signs and tells of each act that was acknowledged.
_WRITER = """
import sys
from pathlib import Path
from rcc_tui.services.desk import open_desk
from tests.attacks.facts import home

desk = open_desk(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(int(sys.argv[2])):
    with desk.writing() as w:
        print(w.act("setting", home("870", f"{sys.argv[3]} {number}")).entry.hex())
desk.close()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Reading's encrypted store, on the first roll."""
    one = seat("870")
    pinned = [key.public for key in roots()]
    made = make_desk(tmp_path / "870", code="870", name="x", roots=pinned, key=one.desk, keeping=BESIDE)
    made.adopt_roll(FIRST)
    made.close()
    return tmp_path / "870"


def _start(folder: Path, name: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _WRITER, str(folder), str(ACTS), name]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def test_two_programs_write_at_the_same_time(folder: Path) -> None:
    programs = [_start(folder, name) for name in ("a", "b")]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    told: list[str] = []
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    for program in programs:
        out, _ = program.communicate()
        assert program.returncode == 0
        told += out.split()
    desk = open_desk(folder)
    rows = desk.store.write.execute("SELECT hash, seq FROM entry ORDER BY seq").fetchall()
    logs = desk.store.write.execute("SELECT connected, cut FROM log").fetchall()
    assert {digest.hex() for digest, _ in rows} == set(told)
    assert [seq for _, seq in rows] == list(range(2 * ACTS))
    assert logs == [(2 * ACTS, None)]
    assert check(desk, deep=True).ok
    assert not desk.behind
    desk.close()


def _second_roll(seats: dict[str, Sequence[Seat]]) -> SignedRoll:
    members = [member_of(code, of_it, host=code == "870") for code, of_it in seats.items()]
    return signed_roll(members, before=FIRST, version=2)


def _act(desk: Desk) -> None:
    with desk.writing() as w:
        w.act("setting", home("870"))


def test_a_roll_another_program_takes_in_is_noticed(folder: Path) -> None:
    """A desk that is revoked meanwhile signs nothing more, whichever program is asked."""
    screens, command = open_desk(folder), open_desk(folder)
    _act(screens)
    new = Seat("870", "Desk 2", key_of("desk 870 2"), key_of("member 870"))
    second = _second_roll({"870": [new], "931": [seat("931")]})
    roll = read_roll(second.document)
    assert command.adopt_roll(second)
    assert screens.rolls.latest is not None
    assert screens.rolls.latest.version == 1
    with pytest.raises(Refused, match="revoked"):
        _act(screens)
    assert screens.rolls.latest is not None
    assert screens.rolls.latest.version == roll.version
    for desk in (screens, command):
        desk.close()


def test_looking_again_is_enough(folder: Path) -> None:
    screens, command = open_desk(folder), open_desk(folder)
    command.adopt_roll(_second_roll({"870": [seat("870"), seat("870", 2)], "931": [seat("931")]}))
    screens.refresh()
    assert screens.rolls.latest is not None
    assert len(screens.member.desks) == 2
    for desk in (screens, command):
        desk.close()
