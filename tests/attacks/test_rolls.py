"""Who is a member: every way in which a roll may not follow, by name."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from itertools import permutations

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.tariffs import Publish
from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, status
from rcc_tui.sync.bundle import MAX_ROLLS, RollPart
from rcc_tui.sync.entry import HEADER_TYPE
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.roll import (
    DESK_TYPE,
    DeskSeat,
    Member,
    Roll,
    Rolls,
    RollSignature,
    SignedRoll,
    check_succession,
    read_roll,
    roll_hash,
    seat_body,
    sign_roll,
)
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bring, bundle, everything, import_bytes, is_live_as_rebuilt, set_aside
from tests.attacks.tally import current
from tests.region import key_of, member_of, roots, seat, signed_roll

pytestmark = pytest.mark.threat(row="roll")

OXFORD = seat("931").desk
PINNED = tuple(key.public for key in roots())


def _signed(roll: Roll, signers: Sequence[SigningKey]) -> SignedRoll:
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in signers]))


def _members(*codes: str) -> list[Member]:
    return [member_of(code, [seat(code)], host=code == "870") for code in codes or ("870", "931", "HUB-N")]


def _next(before: SignedRoll, **changes: object) -> Roll:
    """A roll that may follow `before`, but for `changes`."""
    old = read_roll(before.document)
    plain = msgspec.structs.replace(old, version=old.version + 1, prev=roll_hash(before.document))
    return msgspec.structs.replace(plain, **changes)


@pytest.fixture
def first(reading: Desk) -> SignedRoll:
    return reading.rolls.signed[0]


def _refused(desk: Desk, signed: SignedRoll, why: str) -> None:
    """Refused as a roll by itself and as one that a bundle carries; nothing changes, not in memory either."""
    before, held = everything(desk), desk.rolls.latest
    with pytest.raises(BundleError, match=why), current().attempt(lambda: everything(desk)):
        desk.adopt_roll(signed)
    result = import_bytes(desk, bundle(OXFORD, rolls=[RollPart(signed.document, signed.signatures)]))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert everything(desk) == before
    assert desk.rolls.latest == held


def test_a_roll_that_follows(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first), roots()[:2])
    assert reading.adopt_roll(second)
    assert not reading.adopt_roll(second)
    assert not reading.adopt_roll(first)
    assert status(reading).roll == 2


def test_rollback(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first), roots()[:2])
    reading.adopt_roll(second)
    other = msgspec.structs.replace(read_roll(first.document), expires="2031-01-01")
    _refused(reading, _signed(other, roots()[:1]), "not signed by enough")


def test_skip(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first), roots()[:2])
    _refused(reading, _signed(_next(second), roots()[:2]), "does not follow")


def test_fast_forward(reading: Desk, first: SignedRoll) -> None:
    _refused(reading, _signed(_next(first, version=1000), roots()[:2]), "does not follow")


def test_another_past(reading: Desk, first: SignedRoll) -> None:
    _refused(reading, _signed(_next(first, prev=b"?" * 32), roots()[:2]), "does not follow")


@pytest.mark.parametrize("count", [0, 1])
def test_under_threshold(reading: Desk, first: SignedRoll, count: int) -> None:
    _refused(reading, _signed(_next(first), roots()[:count]), "not signed by enough")


def test_one_root_that_signs_twice(reading: Desk, first: SignedRoll) -> None:
    one = roots()[0]
    _refused(reading, _signed(_next(first), [one, one, one]), "not signed by enough")


def test_strangers_that_sign(reading: Desk, first: SignedRoll) -> None:
    signers = [roots()[0], key_of("stranger 1"), key_of("stranger 2")]
    _refused(reading, _signed(_next(first), signers), "not signed by enough")


def test_signatures_over_another_thing(reading: Desk, first: SignedRoll) -> None:
    document = encode(_next(first))
    made = [RollSignature(key.public, key.sign(HEADER_TYPE, document)) for key in roots()]
    _refused(reading, SignedRoll(document, encode(made)), "not signed by enough")
    moved = [RollSignature(key.public, sign_roll(first.document, key).signature) for key in roots()]
    _refused(reading, SignedRoll(document, encode(moved)), "not signed by enough")


NEW_ROOTS = tuple(key_of(f"new root {number}") for number in range(3))


def test_old_keys_only(reading: Desk, first: SignedRoll) -> None:
    roll = _next(first, roots=tuple(key.public for key in NEW_ROOTS))
    _refused(reading, _signed(roll, roots()), "not signed by enough root keys")


def test_new_keys_only(reading: Desk, first: SignedRoll) -> None:
    roll = _next(first, roots=tuple(key.public for key in NEW_ROOTS))
    _refused(reading, _signed(roll, NEW_ROOTS), "former root keys")


def test_old_and_new_keys(reading: Desk, first: SignedRoll) -> None:
    roll = _next(first, roots=tuple(key.public for key in NEW_ROOTS))
    second = _signed(roll, [*roots()[:2], *NEW_ROOTS[:2]])
    assert reading.adopt_roll(second)
    assert reading.adopt_roll(_signed(_next(second), NEW_ROOTS[1:]))


@pytest.mark.parametrize(("keys", "threshold"), [(3, 1), (3, 0), (3, 4), (2, 1), (1, 0)])
def test_a_threshold_that_a_minority_meets(keys: int, threshold: int) -> None:
    """The pinned keys say nothing of how many must sign: a first roll may not make it one."""
    roll = _roll(roots=PINNED[:keys], threshold=threshold)
    with pytest.raises(BundleError):
        check_succession(_signed(roll, roots()[:1]), None, PINNED[:keys])


def _roll(**changes: object) -> Roll:
    return msgspec.structs.replace(read_roll(signed_roll(_members()).document), **changes)


def test_two_valid_rolls_of_one_version(reading: Desk, first: SignedRoll) -> None:
    """Whoever holds one does not take in the other; what follows from it: test_roll_forks.py."""
    second = _signed(_next(first), roots()[:2])
    reading.adopt_roll(second)
    other = _signed(_next(first, expires="2031-01-01"), roots()[1:])
    with pytest.raises(BundleError, match="two valid rolls 2") as refused:
        reading.adopt_roll(other)
    assert refused.value.code == "roll-fork"
    assert [one.document for one in reading.rolls.signed] == [first.document, second.document]


def test_another_regions_roll(tmp_path: object) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE roll (version INTEGER PRIMARY KEY, document BLOB, signatures BLOB)")
    rolls = Rolls(connection)
    pinned = tuple(key.public for key in NEW_ROOTS)
    with pytest.raises(BundleError, match="another region"):
        rolls.adopt(signed_roll(_members()), pinned)
    with pytest.raises(BundleError, match="must be version 1"):
        rolls.adopt(_signed(_roll(version=2), roots()[:2]), PINNED)
    connection.close()


def test_a_desk_not_admitted_by_its_authority(reading: Desk, first: SignedRoll) -> None:
    oxford = member_of("931", [seat("931")])
    stolen = DeskSeat(key_of("thief").public, "Desk 2", "", True, oxford.desks[0].admitted)
    hub = seat("HUB-N").member
    by_hub = msgspec.structs.replace(stolen, admitted=hub.sign(DESK_TYPE, seat_body("931", stolen)))
    promoted = msgspec.structs.replace(oxford.desks[0], allocator=False)
    for seats in ((stolen,), (by_hub,), (promoted,)):
        changed = msgspec.structs.replace(oxford, desks=seats)
        roll = _next(first, members=(*_members("870", "HUB-N"), changed))
        _refused(reading, _signed(roll, roots()[:2]), "never admitted")


def test_a_desk_admitted_for_another_member(reading: Desk, first: SignedRoll) -> None:
    moved = msgspec.structs.replace(member_of("HUB-N", [seat("HUB-N")]), code="HUB-S")
    roll = _next(first, members=(*_members(), moved))
    _refused(reading, _signed(roll, roots()[:2]), "twice")
    roll = _next(first, members=(*_members("870", "931"), moved))
    _refused(reading, _signed(roll, roots()[:2]), "never admitted")


def test_a_member_twice(reading: Desk, first: SignedRoll) -> None:
    again = member_of("931", [seat("931", 2)])
    _refused(reading, _signed(_next(first, members=(*_members(), again)), roots()[:2]), "twice")


def test_unsound_keys_and_roles(reading: Desk, first: SignedRoll) -> None:
    oxford = member_of("931", [])
    zero = bytes(32)
    for member, why in (
        (msgspec.structs.replace(oxford, key=zero), "no sound"),
        (msgspec.structs.replace(oxford, role="king"), "role"),
        (msgspec.structs.replace(oxford, code="own:870"), "no code"),
        (msgspec.structs.replace(oxford, code="931\n"), "no code"),
        (msgspec.structs.replace(oxford, code=""), "no code"),
    ):
        roll = _next(first, members=(*_members("870", "HUB-N"), member))
        _refused(reading, _signed(roll, roots()[:2]), why)
    bad_roots = (zero, *PINNED[1:])
    _refused(reading, _signed(_next(first, roots=bad_roots), roots()), "no sound")


@pytest.mark.parametrize("document", [b"", b"{}", b"[" * 50_000, b"\xff", b"x" * 70_000])
def test_what_is_no_roll(reading: Desk, document: bytes) -> None:
    signatures = encode([sign_roll(document, key) for key in roots()])
    with pytest.raises(BundleError):
        reading.adopt_roll(SignedRoll(document, signatures))


def test_a_roll_written_another_way(reading: Desk, first: SignedRoll) -> None:
    """One roll, one hash: else a version could have two."""
    document = msgspec.json.format(encode(_next(first)))
    signatures = encode([sign_roll(document, key) for key in roots()])
    _refused(reading, SignedRoll(document, signatures), "canonical")


@pytest.mark.parametrize("signatures", [b"", b"{}", b"[" * 4000, b"\xff", b"x" * 5000])
def test_what_are_no_signatures(reading: Desk, first: SignedRoll, signatures: bytes) -> None:
    _refused(reading, SignedRoll(encode(_next(first)), signatures), "signature|signed")


def test_a_roll_and_its_first_entries_come_in_one_bundle(reading: Desk, first: SignedRoll) -> None:
    newcomer = member_of("886", [seat("886")])
    second = _signed(_next(first, members=(*_members(), newcomer)), roots()[:2])
    scribe = Scribe(seat("886").desk, "rcc")
    scribe.write("setting", home("886"))
    carried = RollPart(second.document, second.signatures)
    assert import_bytes(reading, bundle(OXFORD, [scribe.section()])).exit_code == 3
    result = import_bytes(reading, bundle(seat("886").desk, [scribe.section()], rolls=[carried]))
    assert (result.new, result.exit_code) == (1, 0)
    assert reading.rolls.member("886") is not None


def test_to_verify_a_bundle_adopts_no_roll(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first, members=(*_members(), member_of("886", [seat("886")]))), roots()[:2])
    before = everything(reading)
    raw = bundle(OXFORD, rolls=[RollPart(second.document, second.signatures)])
    assert import_bytes(reading, raw, verify_only=True).result == "ok"
    assert everything(reading) == before
    assert reading.rolls.member("886") is None
    assert seat("886").desk.public not in reading.rolls.authors


def test_a_roll_that_changes_who_is_host_folds_anew(reading: Desk, first: SignedRoll) -> None:
    """What a desk's acts are worth depends on the roll: live tables must follow it as a rebuild would."""
    scribe = Scribe(seat("870").desk, "rcc")
    made = scribe.write("tariff", Publish('name = "T"'))
    bring(reading, scribe, maker=OXFORD)
    assert "host" not in set_aside(reading)[made.hash]
    changed = [member_of("870", [seat("870")]), member_of("931", [seat("931")], host=True)]
    second = _signed(_next(first, members=(*changed, *_members("HUB-N"))), roots()[:2])
    import_bytes(reading, bundle(OXFORD, rolls=[RollPart(second.document, second.signatures)]))
    assert "host" in set_aside(reading)[made.hash]
    assert is_live_as_rebuilt(reading)
    third = _signed(_next(second, members=tuple(_members())), roots()[:2])
    reading.adopt_roll(third)
    assert "host" not in set_aside(reading)[made.hash]
    assert is_live_as_rebuilt(reading)


def test_more_rolls_than_a_bundle_carries(region: dict[str, Desk], first: SignedRoll) -> None:
    desk = region["870"]
    signed = first
    for _ in range(MAX_ROLLS + 2):
        signed = _signed(_next(signed, members=()), roots()[:2])
        desk.adopt_roll(signed)
    desk.adopt_roll(_signed(_next(signed, members=tuple(_members())), roots()[:2]))
    (exported,) = export(desk, ["931"], desk.store.folder / "out")
    assert exported.to == "931"


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_rolls_that_come_out_of_order_are_refused_until_they_follow(
    reading: Desk, first: SignedRoll, order: tuple[int, ...]
) -> None:
    chain = [first]
    for _ in range(3):
        chain.append(_signed(_next(chain[-1]), roots()[:2]))
    for number in order * 3:
        signed = chain[number + 1]
        import_bytes(reading, bundle(OXFORD, rolls=[RollPart(signed.document, signed.signatures)]))
    assert status(reading).roll == 4
