"""Two valid rolls of one version: everything stops, and goes on only by a roll that people have chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.tariffs import Publish
from rcc_tui.domain.errors import BundleError, Refused
from rcc_tui.services.desk import Desk
from rcc_tui.services.mailbox import sync
from rcc_tui.services.region_files import RollFile, write_struct
from rcc_tui.services.roll_fork import resolve_roll_fork, roll_fork
from rcc_tui.services.syncing import check, export
from rcc_tui.sync.bundle import RollPart
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.roll import Cut, Roll, SignedRoll, read_roll, roll_hash, sign_roll
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bring, bundle, import_bytes, is_live_as_rebuilt, lay, set_aside
from tests.attacks.stores import Copies
from tests.region import member_of, roots, seat

OXFORD = seat("931").desk


def _signed(roll: Roll, signers: tuple[SigningKey, ...]) -> SignedRoll:
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in signers]))


def _after(before: SignedRoll, **changes: object) -> SignedRoll:
    """A valid roll that follows `before`."""
    old = read_roll(before.document)
    plain = msgspec.structs.replace(old, version=old.version + 1, prev=roll_hash(before.document))
    return _signed(msgspec.structs.replace(plain, **changes), roots()[:2])


def _file(folder: Path, signed: SignedRoll) -> Path:
    found = read_roll(signed.document)
    signatures = tuple(sign_roll(signed.document, key) for key in roots()[:2])
    path = folder / f"given-{found.version}-{roll_hash(signed.document).hex()[:6]}.json"
    write_struct(path, RollFile(signed.document, signatures))
    return path


def _carried(*rolls: SignedRoll) -> bytes:
    return bundle(OXFORD, rolls=[RollPart(one.document, one.signatures) for one in rolls])


def _as_roll(desk: Desk, signed: SignedRoll) -> None:
    with pytest.raises(BundleError, match="two valid rolls"):
        desk.adopt_roll(signed)


def _in_bundle(desk: Desk, signed: SignedRoll) -> None:
    result = import_bytes(desk, _carried(signed))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert "two valid rolls" in result.reason


def _while_verifying(desk: Desk, signed: SignedRoll) -> None:
    assert import_bytes(desk, _carried(signed), verify_only=True).exit_code == 3


@pytest.fixture
def first(reading: Desk) -> SignedRoll:
    return reading.rolls.signed[0]


@pytest.fixture
def second(reading: Desk, first: SignedRoll) -> SignedRoll:
    """The roll that Reading goes by."""
    signed = _after(first)
    reading.adopt_roll(signed)
    return signed


@pytest.fixture
def twin(first: SignedRoll) -> SignedRoll:
    """Another roll 2, as well signed."""
    return _after(first, expires="2031-01-01")


def _stands_still(desk: Desk, folder: Path) -> None:
    """Nothing is written, sent or taken in; every refusal says why and what to do."""
    folder.mkdir(exist_ok=True)
    scribe = Scribe(OXFORD, "rcc")
    scribe.write("setting", home())
    before = desk.digest("rcc")
    said = bring(desk, scribe, maker=OXFORD)
    assert (said.result, said.exit_code) == ("refused", 3)
    assert "two valid rolls" in said.reason
    for stopped in (
        lambda: desk.writing().__enter__(),
        lambda: export(desk, ["931"], folder),
        lambda: sync(desk, folder),
        lambda: desk.adopt_roll(_after(desk.rolls.signed[-1])),
    ):
        with pytest.raises(BundleError) as refused:
            stopped()
        assert refused.value.code == "roll-fork"
        assert "rcc region roll resolve" in refused.value.hint
    assert list(folder.iterdir()) == []
    assert desk.digest("rcc") == before
    assert roll_fork(desk) in check(desk).problems


def _works(desk: Desk, folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    with desk.writing():
        pass
    assert export(desk, ["931"], folder)
    assert not roll_fork(desk)
    assert check(desk).ok
    assert is_live_as_rebuilt(desk)


@pytest.mark.parametrize("meets", [_as_roll, _in_bundle, _while_verifying])
def test_everything_stops(
    reading: Desk,
    second: SignedRoll,
    twin: SignedRoll,
    tmp_path: Path,
    meets: Callable[[Desk, SignedRoll], None],
) -> None:
    meets(reading, twin)
    _stands_still(reading, tmp_path / "out")


def test_a_visit_to_a_mailbox_that_brings_the_second_leaves_nothing_there(
    reading: Desk, second: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    given = lay(box, _carried(twin))
    visit = sync(reading, box)
    assert [one.result for one in visit.received] == ["refused"]
    assert visit.sent == ()
    assert list(box.iterdir()) == [given]
    with pytest.raises(BundleError, match="two valid rolls"):
        sync(reading, box)


def test_both_come_in_one_bundle(reading: Desk, first: SignedRoll, twin: SignedRoll, tmp_path: Path) -> None:
    """Neither is taken in, and the store remembers both."""
    other = _after(first)
    assert import_bytes(reading, _carried(other, twin)).exit_code == 3
    assert reading.rolls.signed == [first]
    _stands_still(reading, tmp_path / "out")
    assert resolve_roll_fork(reading, [_file(tmp_path, _after(other))]) == 3
    _works(reading, tmp_path / "out")


def test_it_is_remembered(reading: Desk, second: SignedRoll, twin: SignedRoll, copies: Copies) -> None:
    _as_roll(reading, twin)
    folder = reading.store.folder
    reading.close()
    again = copies.opened(folder, seat("870"))
    assert "two valid rolls 2" in roll_fork(again)
    _stands_still(again, folder / "out")


def test_what_is_no_second_valid_roll_stops_nothing(
    reading: Desk, first: SignedRoll, second: SignedRoll, tmp_path: Path
) -> None:
    """Else a single desk, or a single root key, could stop a region."""
    changed = msgspec.structs.replace(read_roll(second.document), expires="2031-01-01")
    forged = _signed(changed, roots()[:1])
    with pytest.raises(BundleError):
        reading.adopt_roll(forged)
    assert import_bytes(reading, _carried(forged)).exit_code == 3
    assert import_bytes(reading, _carried(first, second)).exit_code == 0
    _works(reading, tmp_path / "out")


def test_settled_for_the_roll_held(
    reading: Desk, second: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    _as_roll(reading, twin)
    third = _after(second)
    assert resolve_roll_fork(reading, [_file(tmp_path, third)]) == 3
    assert [one.document for one in reading.rolls.signed[1:]] == [second.document, third.document]
    _works(reading, tmp_path / "out")


def test_settled_for_the_other(reading: Desk, first: SignedRoll, second: SignedRoll, tmp_path: Path) -> None:
    """What a desk wrote that only the roll set aside knew counts for nothing, and `rcc check` names it."""
    newcomer = member_of("886", [seat("886")])
    members = read_roll(first.document).members
    mine = _after(second, members=(*members, newcomer))
    reading.adopt_roll(mine)
    scribe = Scribe(seat("886").desk, "rcc")
    scribe.write("setting", home("886"))
    bring(reading, scribe, maker=OXFORD)
    assert reading.store.write.execute("SELECT count(*) FROM setting").fetchone() == (1,)
    twin = _after(first, cuts=(Cut(b"a" * 32, 1, b"b" * 32),))
    _in_bundle(reading, twin)
    third = _after(twin, expires="2032-01-01")
    assert resolve_roll_fork(reading, [_file(tmp_path, third)]) == 3
    assert [one.document for one in reading.rolls.signed[1:]] == [twin.document, third.document]
    assert reading.store.write.execute("SELECT count(*) FROM setting").fetchone() == (0,)
    (problem,) = check(reading).problems
    assert problem.endswith("its desk is on no roll")
    assert is_live_as_rebuilt(reading)
    with reading.writing():
        pass


def test_what_desks_were_by_the_roll_set_aside_is_undone(
    reading: Desk, first: SignedRoll, tmp_path: Path
) -> None:
    """By it Oxfordshire was host, and Reading's tariff counted for nothing: now it counts."""
    scribe = Scribe(seat("870").desk, "rcc")
    tariff = scribe.write("tariff", Publish('name = "T"'))
    bring(reading, scribe, maker=OXFORD)
    hosts = [member_of("870", [seat("870")]), member_of("931", [seat("931")], host=True)]
    reading.adopt_roll(_after(first, members=(*hosts, member_of("HUB-N", [seat("HUB-N")]))))
    assert "host" in set_aside(reading)[tariff.hash]
    twin = _after(first, expires="2031-01-01")
    _as_roll(reading, twin)
    resolve_roll_fork(reading, [_file(tmp_path, _after(twin))])
    assert "host" not in set_aside(reading)[tariff.hash]
    _works(reading, tmp_path / "out")


def test_a_roll_that_was_set_aside_stops_nothing_again(
    reading: Desk, first: SignedRoll, second: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    """Whoever still goes by it is refused, and does not stop those who have settled it."""
    _as_roll(reading, twin)
    resolve_roll_fork(reading, [_file(tmp_path, _after(twin))])
    for _ in range(2):
        result = import_bytes(reading, _carried(first, second))
        assert (result.result, result.exit_code) == ("refused", 3)
    _works(reading, tmp_path / "out")
    third_twin = _after(first, expires="2033-01-01")
    _as_roll(reading, third_twin)
    _stands_still(reading, tmp_path / "still")


@pytest.mark.parametrize("signers", [roots()[:1], ()])
def test_it_takes_the_threshold_to_settle_it(
    reading: Desk, second: SignedRoll, twin: SignedRoll, tmp_path: Path, signers: tuple[SigningKey, ...]
) -> None:
    _as_roll(reading, twin)
    third = read_roll(_after(twin).document)
    document = encode(third)
    path = tmp_path / "third.json"
    write_struct(path, RollFile(document, tuple(sign_roll(document, key) for key in signers)))
    with pytest.raises(BundleError, match="not signed by enough"):
        resolve_roll_fork(reading, [path])
    assert [one.document for one in reading.rolls.signed[1:]] == [second.document]
    _stands_still(reading, tmp_path / "out")


def test_what_settles_nothing(
    reading: Desk, first: SignedRoll, second: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    for one in (first, second, twin):
        with pytest.raises(Refused, match="no later"):
            resolve_roll_fork(reading, [_file(tmp_path, one)])
    assert [one.document for one in reading.rolls.signed] == [first.document, second.document]
    _works(reading, tmp_path / "works")
    _as_roll(reading, twin)
    stranger = _after(_after(first, expires="2040-01-01"))
    for one, why in ((twin, "no later"), (second, "no later"), (first, "no later"), (stranger, "neither")):
        with pytest.raises(Refused, match=why):
            resolve_roll_fork(reading, [_file(tmp_path, one)])
    _stands_still(reading, tmp_path / "out")


def test_the_rolls_between_may_be_given(
    reading: Desk, second: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    _as_roll(reading, twin)
    third = _after(twin)
    fourth = _after(third)
    with pytest.raises(Refused, match="neither"):
        resolve_roll_fork(reading, [_file(tmp_path, fourth)])
    paths = [_file(tmp_path, one) for one in (fourth, third)]
    assert resolve_roll_fork(reading, paths) == 4
    _works(reading, tmp_path / "out")


def test_a_desk_that_met_only_one_of_the_two_is_led_the_same_way(
    copies: Copies, first: SignedRoll, twin: SignedRoll, tmp_path: Path
) -> None:
    """One goes by the roll that is set aside, one by the other: both are given the same files."""
    third = _after(twin)
    files = [_file(tmp_path, one) for one in (twin, third)]
    for number, gone_by in enumerate((_after(first), twin)):
        desk = copies.desk(seat("870"))
        desk.adopt_roll(gone_by)
        assert resolve_roll_fork(desk, files) == 3
        assert [one.document for one in desk.rolls.signed[1:]] == [twin.document, third.document]
        _works(desk, tmp_path / f"out {number}")


def test_two_first_rolls_are_settled_too(reading: Desk, first: SignedRoll, tmp_path: Path) -> None:
    other = _signed(msgspec.structs.replace(read_roll(first.document), expires="2031-01-01"), roots()[:2])
    _as_roll(reading, other)
    assert resolve_roll_fork(reading, [_file(tmp_path, _after(other))]) == 2
    assert reading.rolls.signed[0].document == other.document
    _works(reading, tmp_path / "out")
