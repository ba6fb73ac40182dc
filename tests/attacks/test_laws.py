"""Acts that decide what else counts, used against what they are for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.erasure import Erase
from rcc_tui.acts.standing import Uphold
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, status
from rcc_tui.sync.bundle import RollPart
from rcc_tui.sync.entry import Signed, read_header
from rcc_tui.sync.proof import Proof, encode_proof
from rcc_tui.sync.roll import Cut, SignedRoll, read_roll, roll_hash, sign_roll
from tests.attacks.facts import home, places, rename
from tests.attacks.forge import Forged, Scribe, bring, bundle, digests, import_bytes, is_live_as_rebuilt
from tests.attacks.stores import Copies
from tests.region import key_of, member_of, roots, seat

pytestmark = pytest.mark.threat(row="orders")
READING, OXFORD, HUB = seat("870").desk, seat("931").desk, seat("HUB-N").desk
SECOND = seat("870", 2).desk
THIRD = seat("870", 3).desk
SECRET = "Zephaniah Quillfeather"


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


def _bare(entry: Forged) -> Forged:
    return replace(entry, signed=replace(entry.signed, salt=b"", payload=b""))


def _erase(scribe: Scribe, target: Forged, by: Scribe) -> Forged:
    return by.write("erasure", Erase(scribe.key.public, scribe.incarnation, target.header.seq, "basis"))


def _uphold(of: Scribe, last: Forged, by: Scribe) -> Forged:
    return by.write("standing", Uphold(of.key.public, of.incarnation, last.header.seq, last.hash))


def _part(*pieces: tuple[Scribe, Sequence[Forged]], to: str = "870") -> bytes:
    return bundle(HUB, [scribe.section(entries) for scribe, entries in pieces], to=(to,))


def _held(desk: Desk, token: str) -> int:
    files = [path for path in desk.store.folder.glob("rcc.db*") if path.is_file()]
    return sum(path.read_bytes().count(token.encode()) for path in files)


class _Forget(Exception):
    """Leaves a transaction so that nothing of it is kept."""


@contextmanager
def _forgotten(desk: Desk) -> Iterator[None]:
    """What the desk hears inside is taken back."""
    with suppress(_Forget), desk.store.transaction():
        yield
        raise _Forget
    desk.rolls.reload()


def _sound(desk: Desk) -> None:
    assert is_live_as_rebuilt(desk)
    assert check(desk, deep=True).problems == ()


def _in_any_order(desk: Desk, piles: Sequence[Sequence[Scribe]], names: list[str]) -> None:
    """However these logs come, the desk comes to the same, and to these settings."""
    seen = set()
    for number, order in enumerate(permutations(piles)):
        with _forgotten(desk):
            for pile in order:
                bring(desk, *pile, maker=HUB)
            assert _names(desk) == names
            if number % 5 == 0:
                _sound(desk)
            seen.add(tuple(sorted(digests(desk).items())))
    assert len(seen) == 1


def test_what_was_erased_comes_where_it_must_wait(reading: Desk) -> None:
    """The tail of an old bundle: its content waits for nothing before it is taken away again."""
    scribe, by = Scribe(OXFORD, "rcc"), Scribe(OXFORD, "rcc")
    scribe.write("setting", home(name="Kept"))
    opened = scribe.write("setting", home(name=SECRET))
    _erase(scribe, opened, by)
    bring(reading, by, maker=HUB)
    import_bytes(reading, _part((scribe, scribe.entries[1:])))
    assert _held(reading, SECRET) == 0
    import_bytes(reading, _part((scribe, scribe.entries[:1])))
    assert _names(reading) == ["Kept"]
    _sound(reading)


def test_what_was_erased_comes_past_a_cut(reading: Desk) -> None:
    scribe, by = Scribe(OXFORD, "rcc"), Scribe(OXFORD, "rcc")
    trunk = scribe.write("setting", home(name="Kept"))
    other = scribe.copy()
    scribe.write("setting", home(name="A"))
    other.write("setting", home(name="B"), after=trunk)
    bring(reading, scribe, maker=HUB)
    bring(reading, other, maker=HUB)
    opened = scribe.write("setting", home(name=SECRET))
    _erase(scribe, opened, by)
    bring(reading, by, maker=HUB)
    import_bytes(reading, _part((scribe, scribe.entries)))
    assert _held(reading, SECRET) == 0
    _sound(reading)


def test_left_out_content_comes_before_what_it_joins_on_to(reading: Desk) -> None:
    """A carrier sends the withdrawal hollow and early, when nothing can be told of it yet."""
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home(name="First"))
    scribe.write("setting", rename("Second"), record=opened.record, deps=[opened.hash])
    scribe.write("setting", home(name="Third"))
    import_bytes(reading, _part((scribe, [_bare(scribe.entries[1])])))
    import_bytes(reading, _part((scribe, [scribe.entries[0], scribe.entries[2]])))
    assert _names(reading) == ["First"]
    _sound(reading)
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Second", "Third"]
    _sound(reading)


def test_a_law_that_is_said_to_be_erased_is_waited_for(copies: Copies) -> None:
    """An erasure is not erased: who passes it on hollow has withheld it, whatever else is signed."""
    scribe, by = Scribe(OXFORD, "rcc"), Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home(name="Erased"))
    erased = _erase(scribe, opened, scribe)
    _erase(scribe, erased, by)
    scribe.write("setting", home(name="Kept"))
    desk, other = copies.desk(seat("870")), copies.desk(seat("870", 2))
    import_bytes(desk, _part((by, by.entries), (scribe, scribe.entries)))
    import_bytes(other, _part((by, by.entries), (scribe, [opened, _bare(erased), scribe.entries[2]])))
    assert _names(desk) == ["Kept"]
    assert _names(other) == ["Erased"]
    _sound(other)
    import_bytes(other, _part((scribe, scribe.entries)))
    assert digests(desk) == digests(other)
    _sound(other)


@pytest.mark.parametrize("kind", ["erasure", "standing"])
def test_a_law_put_into_a_record_of_another(reading: Desk, kind: str) -> None:
    """It makes no law of the record: what is upheld of it counts."""
    left = Scribe(OXFORD, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right = left.copy()
    opened = left.write("setting", home(name="Left"))
    right.write("setting", home(name="Right"), after=trunk)
    other = Scribe(READING, "rcc")
    other.write(kind, b"{}", record=opened.record)
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, opened, oxford)
    _uphold(left, opened, hub)
    _in_any_order(reading, [[left], [right], [other], [oxford, hub]], ["Left", "Trunk"])


@pytest.mark.parametrize("kind", ["adoption", "erasure"])
def test_a_third_history_does_not_rename_what_is_upheld(reading: Desk, kind: str) -> None:
    """The thief opens, in the place of an upheld record, one of a kind that comes before it."""
    left = Scribe(OXFORD, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right = left.copy()
    opened = left.write("setting", home(name="Left"))
    right.write(kind, b"{}", after=trunk)
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, opened, oxford)
    _uphold(left, opened, hub)
    _in_any_order(reading, [[left], [right], [oxford, hub]], ["Left", "Trunk"])


def test_a_third_history_without_content_holds_back_nothing_that_is_upheld(reading: Desk) -> None:
    """Who has the key can always write one more; nobody has what it says."""
    left = Scribe(OXFORD, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right, third = left.copy(), left.copy()
    left.write("setting", home(name="Left"))
    left.write("setting", home(name="Left 2"))
    right.write("setting", home(name="Right"), after=trunk)
    hollow = third.write("setting", home(name="Third"), after=trunk)
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, left.entries[-1], oxford)
    _uphold(left, left.entries[-1], hub)
    third.entries = [trunk, _bare(hollow)]
    _in_any_order(reading, [[left], [right], [third], [oxford, hub]], ["Left", "Left 2", "Trunk"])


def test_what_is_upheld_counts_up_to_where_content_is_missing(reading: Desk) -> None:
    left = Scribe(OXFORD, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right = left.copy()
    left.write("setting", home(name="Left"))
    left.write("setting", home(name="Left 2"))
    left.write("setting", home(name="Left 3"))
    right.write("setting", home(name="Right"), after=trunk)
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, left.entries[-1], oxford)
    _uphold(left, left.entries[-1], hub)
    import_bytes(reading, _part((right, right.entries), (oxford, oxford.entries), (hub, hub.entries)))
    entries = [*left.entries[:2], _bare(left.entries[2]), left.entries[3]]
    import_bytes(reading, _part((left, entries)))
    assert _names(reading) == ["Left", "Trunk"]
    _sound(reading)
    bring(reading, left, maker=HUB)
    assert _names(reading) == ["Left", "Left 2", "Left 3", "Trunk"]
    _sound(reading)


def _with_third_desk(desk: Desk) -> SignedRoll:
    """The next roll: Reading has one desk more."""
    return _next(desk, {"870": (1, 2, 3), "931": (1,), "HUB-N": (1,)}, [])


def _next(desk: Desk, seats: Mapping[str, Sequence[int]], cuts: Sequence[Cut]) -> SignedRoll:
    before = desk.rolls.signed[-1]
    old = read_roll(before.document)
    members = [
        member_of(code, [seat(code, number) for number in numbers], host=code == "870")
        for code, numbers in seats.items()
    ]
    roll = msgspec.structs.replace(
        old,
        version=old.version + 1,
        prev=roll_hash(before.document),
        members=tuple(members),
        cuts=(*old.cuts, *cuts),
    )
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in roots()[:2]]))


def test_a_law_heard_before_the_roll_that_names_whose_it_is_about(copies: Copies) -> None:
    first, desk = copies.desk(seat("931")), copies.desk(seat("931"))
    roll = _with_third_desk(first)
    third = Scribe(THIRD, "rcc")
    opened = third.write("setting", home("870", SECRET))
    reading = Scribe(READING, "rcc")
    _erase(third, opened, reading)
    part = RollPart(roll.document, roll.signatures)
    files = [
        bundle(HUB, rolls=[part], to=("931",)),
        bundle(HUB, [reading.section()], to=("931",)),
        bundle(HUB, [third.section()], to=("931",)),
    ]
    for raw in files:
        import_bytes(first, raw)
    for raw in (files[1], files[0], files[2]):
        import_bytes(desk, raw)
    assert _names(first) == _names(desk) == []
    assert digests(first) == digests(desk)
    _sound(desk)
    assert _held(desk, SECRET) == 0


def test_what_a_roll_brings_into_force_is_erased_from_the_files_too(copies: Copies) -> None:
    """A roll that revoked a desk without a cut is followed by one that names it: its erasure counts."""
    desk = copies.desk(seat("931"))
    scribe = Scribe(SECOND, "rcc")
    opened = Scribe(READING, "rcc")
    secret = opened.write("setting", home("870", SECRET))
    erased = _erase(opened, secret, scribe)
    seats = {"870": (1,), "931": (1,), "HUB-N": (1,)}
    desk.adopt_roll(_next(desk, seats, []))
    import_bytes(desk, _part((scribe, scribe.entries), (opened, opened.entries), to="931"))
    assert _names(desk) == [SECRET]
    desk.adopt_roll(_next(desk, seats, [Cut(scribe.log, 0, erased.hash)]))
    assert _names(desk) == []
    assert _held(desk, SECRET) == 0
    _sound(desk)


def test_the_end_the_roll_names_without_what_leads_to_it(copies: Copies) -> None:
    """Brought alone it must not make the thief's history, which lies in its place, the one that counts."""
    desk = copies.desk(seat("931"))
    scribe = Scribe(SECOND, "rcc")
    trunk = scribe.write("setting", home("870", "Trunk"))
    other = scribe.copy()
    scribe.write("setting", home("870", "Honest"))
    last = scribe.write("setting", home("870", "Honest 2"))
    other.write("setting", home("870", "Thief's"), after=trunk)
    other.write("setting", home("870", "Thief's 2"))
    seats = {"870": (1,), "931": (1,), "HUB-N": (1,)}
    desk.adopt_roll(_next(desk, seats, [Cut(scribe.log, 2, last.hash)]))
    import_bytes(desk, _part((other, other.entries), to="931"))
    assert _names(desk) == []
    import_bytes(desk, _part((scribe, [last]), to="931"))
    assert _names(desk) == []
    _sound(desk)
    import_bytes(desk, _part((scribe, scribe.entries), to="931"))
    assert _names(desk) == ["Honest", "Honest 2", "Trunk"]
    _sound(desk)


def test_a_gap_is_no_damage(reading: Desk) -> None:
    scribe = Scribe(OXFORD, "rcc")
    for number in range(3):
        scribe.write("setting", home(name=f"{number}"))
    import_bytes(reading, _part((scribe, scribe.entries[1:])))
    assert check(reading, deep=True).problems == ()


def test_a_proof_about_a_key_nobody_has_heard_of_is_not_kept(reading: Desk) -> None:
    """Else anybody with a seat fills every store with them, and crowds out the true ones."""
    documents = []
    for number in range(3):
        left = Scribe(key_of(f"stranger {number}"), "rcc")
        right = left.copy()
        one, other = sorted(
            (left.write("setting", home()), right.write("setting", places())), key=lambda e: e.hash
        )
        documents.append(
            encode_proof(
                Proof(
                    left.key.public,
                    "rcc",
                    left.incarnation,
                    one.signed.header,
                    one.signed.signature,
                    other.signed.header,
                    other.signed.signature,
                )
            )
        )
    import_bytes(reading, bundle(HUB, proofs=documents))
    assert reading.store.write.execute("SELECT COUNT(*) FROM proof").fetchone() == (0,)


def _read_back(desk: Desk) -> Scribe:
    """The one log of a desk, as it lies in its store."""
    (incarnation,) = desk.store.write.execute("SELECT incarnation FROM log").fetchone()
    rows = desk.store.write.execute("SELECT hash, header, signature, salt, payload FROM entry ORDER BY seq")
    entries = [Forged(read_header(raw), Signed(raw, *signed), digest) for digest, raw, *signed in rows]
    return Scribe(desk.key, "rcc", incarnation, entries)


def test_own_log_written_on_elsewhere_is_not_continued(
    region: dict[str, Desk], copies: Copies, tmp_path: Path
) -> None:
    """A copy of this store has signed more in the same log: to go on in it here would be a second history."""
    desk = region["931"]
    with desk.writing() as w:
        w.act("setting", home(name="Before"))
    desk.store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(desk.store.folder, tmp_path / "copy")
    copy = copies.opened(tmp_path / "copy", seat("931"))
    with copy.writing() as w:
        w.act("setting", home(name="Copy"))
    bring(desk, _read_back(copy), maker=HUB)
    for one, name in ((desk, "Mine"), (copy, "Copy 2")):
        with one.writing() as w:
            w.act("setting", home(name=name))
    bring(desk, _read_back(copy), maker=HUB)
    assert status(desk).forks == 0
    assert _names(desk) == ["Before", "Copy", "Copy 2", "Mine"]
