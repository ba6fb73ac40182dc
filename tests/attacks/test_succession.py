"""What a later roll may not undo, and what no roll may hold: each by name, seen to be refused."""

from __future__ import annotations

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import status
from rcc_tui.sync.bundle import RollPart
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.roll import (
    DESK_TYPE,
    READS_FORMAT,
    Cut,
    DeskSeat,
    Member,
    Roll,
    SignedRoll,
    check_succession,
    read_roll,
    roll_hash,
    seat_body,
    sign_roll,
)
from tests.attacks.forge import bundle, everything, import_bytes
from tests.attacks.tally import current
from tests.region import key_of, member_of, roots, seat

pytestmark = pytest.mark.threat(row="roll")

OXFORD = seat("931").desk
CUTS = (Cut(b"a" * 32, 4, b"x" * 32), Cut(b"b" * 32, 0, b"y" * 32))
# Of small order: signatures under them can be made to hold for any message.
SMALL = (bytes(32), b"\x01" + bytes(31), b"\xec" + b"\xff" * 30 + b"\x7f")


def _signed(roll: Roll, signers: tuple[SigningKey, ...] = ()) -> SignedRoll:
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in signers or roots()]))


def _next(before: SignedRoll, **changes: object) -> Roll:
    old = read_roll(before.document)
    plain = msgspec.structs.replace(old, version=old.version + 1, prev=roll_hash(before.document))
    return msgspec.structs.replace(plain, **changes)


def _members(*others: Member) -> tuple[Member, ...]:
    return (member_of("870", [seat("870")], host=True), member_of("HUB-N", [seat("HUB-N")]), *others)


def _seated(code: str, key: SigningKey, recipient: str = "") -> Member:
    """A member with one desk, admitted by the member's own key."""
    bare = DeskSeat(key.public, "Desk 1", recipient, True, b"")
    signature = seat(code).member.sign(DESK_TYPE, seat_body(code, bare))
    return msgspec.structs.replace(
        member_of(code, []), desks=(msgspec.structs.replace(bare, admitted=signature),)
    )


@pytest.fixture
def first(reading: Desk) -> SignedRoll:
    return reading.rolls.signed[0]


def _refused(desk: Desk, roll: Roll, why: str) -> None:
    """Refused by itself and inside a bundle, though all three roots signed it; nothing changes."""
    before, held, signed = everything(desk), desk.rolls.latest, _signed(roll)
    with pytest.raises(BundleError, match=why), current().attempt(lambda: everything(desk)):
        desk.adopt_roll(signed)
    result = import_bytes(desk, bundle(OXFORD, rolls=[RollPart(signed.document, signed.signatures)]))
    assert (result.result, result.exit_code) == ("refused", 3)
    assert everything(desk) == before
    assert desk.rolls.latest == held


def test_cuts_that_stay_and_grow(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first, cuts=CUTS[:1]))
    assert reading.adopt_roll(second)
    assert reading.adopt_roll(_signed(_next(second, cuts=CUTS)))
    assert status(reading).roll == 3


@pytest.mark.parametrize(
    "cuts",
    [
        (),
        CUTS[1:],
        (msgspec.structs.replace(CUTS[0], seq=5),),
        (msgspec.structs.replace(CUTS[0], seq=3),),
        (msgspec.structs.replace(CUTS[0], hash=b"z" * 32),),
    ],
    ids=["dropped", "another", "later", "earlier", "another branch"],
)
def test_a_cut_dropped_or_moved(reading: Desk, first: SignedRoll, cuts: tuple[Cut, ...]) -> None:
    second = _signed(_next(first, cuts=CUTS[:1]))
    reading.adopt_roll(second)
    _refused(reading, _next(second, cuts=cuts), "takes back or moves a cut")


def test_a_log_cut_twice(reading: Desk, first: SignedRoll) -> None:
    twice = (CUTS[0], msgspec.structs.replace(CUTS[0], seq=9))
    _refused(reading, _next(first, cuts=twice), "cuts a log twice")


@pytest.mark.parametrize(
    "changes",
    [{"log": b"a"}, {"hash": b"x" * 31}, {"hash": b""}, {"seq": -1}, {"seq": 2**53}, {"seq": 2**63}],
)
def test_a_cut_that_cannot_be(reading: Desk, first: SignedRoll, changes: dict[str, object]) -> None:
    cut = msgspec.structs.replace(CUTS[0], **changes)
    _refused(reading, _next(first, cuts=(cut,)), "cut of a form")


def test_a_desk_that_passes_to_another_member(reading: Desk, first: SignedRoll) -> None:
    moved = _seated("931", seat("870").desk)
    members = (member_of("870", [seat("870", 2)], host=True), member_of("HUB-N", [seat("HUB-N")]), moved)
    _refused(reading, _next(first, members=members), "passes a desk of 870 on to 931")
    with pytest.raises(BundleError, match="passes a desk"):
        check_succession(_signed(_next(first, members=members)), first, ())


def test_a_desk_that_passes_to_another_member_by_a_roll_between(reading: Desk, first: SignedRoll) -> None:
    without = _members(member_of("931", []))[1:]
    second = _signed(_next(first, members=without))
    reading.adopt_roll(second)
    moved = (without[0], _seated("931", seat("870").desk))
    _refused(reading, _next(second, members=moved), "passes a desk of 870 on to 931")


def test_a_desk_that_left_comes_back_to_its_own_member(reading: Desk, first: SignedRoll) -> None:
    second = _signed(_next(first, members=_members(member_of("931", []))))
    reading.adopt_roll(second)
    assert reading.adopt_roll(_signed(_next(second, members=_members(_seated("931", OXFORD)))))


@pytest.mark.parametrize(
    "recipient",
    [
        "age",
        "age1" + "q" * 57,
        "age1" + "q" * 59,
        "age1" + "b" * 58,
        "AGE1" + "Q" * 58,
        "age1" + "q" * 57 + "\n",
        "ssh-ed25519 AAAA",
    ],
)
def test_what_is_no_age_recipient(reading: Desk, first: SignedRoll, recipient: str) -> None:
    _refused(
        reading, _next(first, members=_members(_seated("931", OXFORD, recipient))), "no age recipient|cannot"
    )


def test_two_desks_with_one_recipient(reading: Desk, first: SignedRoll) -> None:
    """Else a bundle sealed to one desk could be opened by the other, whoever it belongs to."""
    hers = member_of("870", [seat("870")]).desks[0].recipient
    thief = _seated("931", OXFORD, hers)
    _refused(reading, _next(first, members=_members(thief)), "one age recipient")


def test_desks_without_a_recipient(reading: Desk, first: SignedRoll) -> None:
    bare = (_seated("931", OXFORD), _seated("HUB-N", seat("HUB-N").desk))
    assert reading.adopt_roll(_signed(_next(first, members=(_members()[0], *bare))))


@pytest.mark.parametrize("small", SMALL, ids=["zero", "one", "minus one"])
@pytest.mark.parametrize("place", ["root", "member", "desk"])
def test_a_small_order_key_at_every_place(reading: Desk, first: SignedRoll, place: str, small: bytes) -> None:
    oxford = _seated("931", OXFORD)
    bare = DeskSeat(small, "Desk 1", "", True, b"")
    admitted = seat("931").member.sign(DESK_TYPE, seat_body("931", bare))
    changed: dict[str, dict[str, object]] = {
        "root": {"roots": (*(key.public for key in roots()[:2]), small)},
        "member": {"members": _members(msgspec.structs.replace(oxford, key=small, desks=()))},
        "desk": {
            "members": _members(
                msgspec.structs.replace(oxford, desks=(msgspec.structs.replace(bare, admitted=admitted),))
            )
        },
    }
    _refused(reading, _next(first, **changed[place]), "no sound Ed25519 key")


def test_a_roll_that_asks_for_a_newer_program(reading: Desk, first: SignedRoll) -> None:
    newer = _next(first, minimum_format=READS_FORMAT + 1)
    _refused(reading, newer, "newer program")
    with pytest.raises(BundleError) as refused:
        reading.adopt_roll(_signed(newer))
    assert refused.value.hint == "Update rcc."
    assert reading.adopt_roll(_signed(_next(first, minimum_format=READS_FORMAT)))


@pytest.mark.parametrize(
    "day", ["soon", "2026-02-30", "20261201", "2026-1-1", "2026-12-01T00:00", "２026-01-01"]
)
def test_days_that_are_none(reading: Desk, first: SignedRoll, day: str) -> None:
    _refused(reading, _next(first, expires=day), "expires on what is no day")
    for field in ("joined", "left"):
        oxford = msgspec.structs.replace(_seated("931", OXFORD), **{field: day})
        _refused(reading, _next(first, members=_members(oxford)), "on what is no day")


@pytest.mark.parametrize("day", ["", "1999-12-31"])
def test_expiry_refuses_nothing(reading: Desk, first: SignedRoll, day: str) -> None:
    """No clock decides what counts: a roll that expired long ago is taken in and gone by."""
    second = _signed(_next(first, expires=day))
    assert reading.adopt_roll(second)
    assert import_bytes(reading, bundle(OXFORD)).exit_code == 0


def test_a_replaced_root_signs_no_more(reading: Desk, first: SignedRoll) -> None:
    """The two roots that stay are two of the old and two of the new; the lost one is worth nothing."""
    old, new = roots(), key_of("root anew")
    renewed = (old[0].public, new.public, old[2].public)
    second = _signed(_next(first, roots=renewed), (old[0], old[2]))
    assert reading.adopt_roll(second)
    third = _next(second, expires="2031-01-01")
    with pytest.raises(BundleError, match="not signed by enough"):
        reading.adopt_roll(_signed(third, (old[0], old[1])))
    assert reading.adopt_roll(_signed(third, (old[0], new)))
