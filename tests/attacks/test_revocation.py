"""A desk is lost: the roll ends its logs, and what its key signs afterwards counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.erasure import Erase
from rcc_tui.acts.standing import Uphold
from rcc_tui.domain.errors import Refused
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, status
from rcc_tui.sync.bundle import Head, RollPart
from rcc_tui.sync.roll import Cut, SignedRoll, read_roll, roll_hash, sign_roll
from tests.attacks.facts import home, rename, request
from tests.attacks.forge import Forged, Scribe, bring, bundle, digests, import_bytes, is_live_as_rebuilt
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import member_of, roots, seat

pytestmark = pytest.mark.threat(row="orders")
LOST = seat("870", 2).desk
KEPT = seat("870").desk
HUB = seat("HUB-N").desk


def _cut(scribe: Scribe, last: Forged) -> Cut:
    return Cut(scribe.log, last.header.seq, last.hash)


def revoking(desk: Desk, cuts: Sequence[Cut]) -> SignedRoll:
    """The next roll, without Reading's second desk."""
    before = desk.rolls.signed[-1]
    old = read_roll(before.document)
    members = [member_of(code, [seat(code)], host=code == "870") for code in ("870", "931", "HUB-N")]
    roll = msgspec.structs.replace(
        old,
        version=old.version + 1,
        prev=roll_hash(before.document),
        members=tuple(members),
        cuts=(*old.cuts, *cuts),
    )
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in roots()[:2]]))


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


def uphold(scribe: Scribe, last: Forged, by: Scribe) -> Forged:
    """`by` holds that the log counts up to its entry `last`."""
    return by.write("standing", Uphold(scribe.key.public, scribe.incarnation, last.header.seq, last.hash))


def _lost_laptop() -> tuple[Scribe, Forged, Forged]:
    """Two honest homes, then what the thief signs."""
    scribe = Scribe(LOST, "rcc")
    first = scribe.write("setting", home("870", "Honest"))
    last = scribe.write("setting", home("870", "Also honest"))
    scribe.write("setting", rename("Stolen"), record=first.record, deps=[first.hash])
    scribe.write("setting", home("870", "Thief's"))
    return scribe, first, last


def test_what_comes_after_the_cut_counts_for_nothing(reading: Desk) -> None:
    scribe, _, last = _lost_laptop()
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Also honest", "Stolen", "Thief's"]
    reading.adopt_roll(revoking(reading, [_cut(scribe, last)]))
    assert _names(reading) == ["Also honest", "Honest"]
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok


def test_a_log_the_roll_does_not_name_counts_for_nothing(reading: Desk) -> None:
    """The thief opens a log nobody has heard of, and dates it back."""
    scribe, _, last = _lost_laptop()
    reading.adopt_roll(revoking(reading, [_cut(scribe, last)]))
    other = Scribe(LOST, "rcc")
    other.write("setting", home("870", "Dated back"), at_ms=1)
    assert bring(reading, scribe, other, maker=HUB).new == 5
    assert _names(reading) == ["Also honest", "Honest"]


@dataclass(frozen=True, slots=True)
class Heard:
    """What a store adds up to after hearing some things in some order."""

    digests: dict[str, str]
    names: list[str]


class _Forget(Exception):
    """Leaves a transaction so that nothing of it is kept."""


def _after(desk: Desk, files: Sequence[bytes], *, rebuilt: bool = False) -> Heard:
    """What these bundles add up to; the store forgets them again."""
    found: list[Heard] = []
    try:
        with desk.store.transaction():
            for raw in files:
                import_bytes(desk, raw)
            assert not rebuilt or is_live_as_rebuilt(desk)
            found.append(Heard(digests(desk), _names(desk)))
            raise _Forget
    except _Forget:
        desk.rolls.reload()
    return found[0]


def test_the_order_in_which_it_is_heard_does_not_matter(copies: Copies, tally: Tally) -> None:
    """A log in three pieces, the roll, what another built on it, an act that upholds one more: 720 orders."""
    desk = copies.desk(seat("931"))
    scribe, first, last = _lost_laptop()
    roll = revoking(desk, [_cut(scribe, last)])
    hub, kept = Scribe(HUB, "rcc"), Scribe(KEPT, "rcc")
    hub.write("setting", rename("Built upon"), record=first.record, deps=[scribe.entries[2].hash])
    uphold(scribe, scribe.entries[2], kept)
    logs = [scribe.section(scribe.entries[at:to]) for at, to in ((0, 1), (1, 3), (3, 4))]
    files = [
        *(bundle(HUB, [log], to=("931",)) for log in logs),
        bundle(HUB, rolls=[RollPart(roll.document, roll.signatures)], to=("931",)),
        bundle(HUB, [hub.section()], to=("931",)),
        bundle(HUB, [kept.section()], to=("931",)),
    ]
    expected = _after(desk, files, rebuilt=True)
    assert expected.names == ["Also honest", "Stolen"]
    seen = set()
    for number, order in enumerate(permutations(files)):
        heard = _after(desk, order, rebuilt=number % 30 == 0)
        assert heard == expected
        seen.add(tuple(sorted(heard.digests.items())))
        tally.add("orders")
    tally.add("digests", len(seen))


def test_its_authority_takes_up_again_what_was_honest(reading: Desk) -> None:
    """The hub did not hold the last honest entries when the cut was made."""
    scribe, first, last = _lost_laptop()
    reading.adopt_roll(revoking(reading, [_cut(scribe, first)]))
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Honest"]
    kept = Scribe(KEPT, "rcc")
    uphold(scribe, last, kept)
    assert bring(reading, kept, maker=HUB).new == 1
    assert _names(reading) == ["Also honest", "Honest"]
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok


@pytest.mark.parametrize("by", ["931", "HUB-N", "870 2"])
def test_nobody_else_takes_it_up(reading: Desk, by: str) -> None:
    """Not another authority, not a hub alone, not the thief with the stolen key."""
    scribe, first, last = _lost_laptop()
    reading.adopt_roll(revoking(reading, [_cut(scribe, first)]))
    code, _, number = by.partition(" ")
    other = Scribe(seat(code, int(number or 1)).desk, "rcc")
    uphold(scribe, last, other)
    bring(reading, scribe, other, maker=HUB)
    assert _names(reading) == ["Honest"]


def test_what_is_taken_up_cannot_take_up_more(reading: Desk) -> None:
    """Else a thief's log, taken up by mistake, would take up all his others."""
    scribe, first, _ = _lost_laptop()
    thief = Scribe(LOST, "rcc")
    thief.write("setting", home("870", "Thief's other"))
    uphold(thief, thief.entries[0], scribe)
    reading.adopt_roll(revoking(reading, [_cut(scribe, first)]))
    kept = Scribe(KEPT, "rcc")
    uphold(scribe, scribe.entries[-1], kept)
    bring(reading, scribe, thief, kept, maker=HUB)
    assert "Thief's other" not in _names(reading)
    assert "Thief's" in _names(reading)


def test_a_revoked_desk_erases_nothing(reading: Desk) -> None:
    scribe, _, last = _lost_laptop()
    reading.adopt_roll(revoking(reading, [_cut(scribe, last)]))
    scribe.write("erasure", Erase(LOST.public, scribe.incarnation, 0, "spite"))
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Also honest", "Honest"]


def test_the_word_of_a_revoked_desk_on_what_it_holds_is_not_believed(reading: Desk) -> None:
    """What it carries of others proves itself and is taken in."""
    scribe, _, last = _lost_laptop()
    reading.adopt_roll(revoking(reading, [_cut(scribe, last)]))
    oxford = Scribe(seat("931").desk, "rcc")
    oxford.write("setting", home(name="Oxford's"))
    heads = [Head(oxford.log, 1000, bytes(32))]
    result = import_bytes(reading, bundle(LOST, [oxford.section()], heads=heads))
    assert result.new == 1
    assert "revoked" in result.reason
    assert status(reading).withheld == 0


def test_a_desk_that_was_revoked_signs_nothing_more(copies: Copies) -> None:
    desk = copies.desk(seat("870", 2))
    with desk.writing() as w:
        w.act("request", request())
    desk.adopt_roll(revoking(desk, []))
    with pytest.raises(Refused, match="was revoked"), desk.writing() as w:
        w.act("request", request())


def test_own_acts_go_on_in_a_new_log_after_a_cut(reading: Desk, tmp_path: Path) -> None:
    """A cut of a log of a desk that still sits (its key was rotated back in): it does not write past it."""
    with reading.writing() as w:
        first = w.act("setting", home("870", "Before"))
    log, seq = reading.store.write.execute(
        "SELECT l.log, e.seq FROM entry e JOIN log l ON l.n=e.log"
    ).fetchone()
    reading.adopt_roll(revoking(reading, [Cut(log, seq, first.entry)]))
    with reading.writing() as w:
        w.act("setting", home("870", "After"))
    assert _names(reading) == ["After", "Before"]
    assert reading.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (2,)


def test_the_branch_the_roll_names_is_the_one_that_counts(reading: Desk) -> None:
    """The thief's history and the honest one part before the cut: the roll says which was meant."""
    scribe = Scribe(LOST, "rcc")
    trunk = scribe.write("setting", home("870", "Trunk"))
    other = scribe.copy()
    honest = scribe.write("setting", home("870", "Honest"))
    other.write("setting", home("870", "Thief's"), after=trunk)
    other.write("setting", home("870", "Thief's second"))
    bring(reading, scribe, maker=HUB)
    bring(reading, other, maker=HUB)
    assert _names(reading) == ["Trunk"]
    reading.adopt_roll(revoking(reading, [_cut(scribe, honest)]))
    assert _names(reading) == ["Honest", "Trunk"]
    assert is_live_as_rebuilt(reading)


def test_only_the_other_branch_is_held(reading: Desk) -> None:
    """Where the roll's cut names an entry not held, and another lies in its place, nothing can be told."""
    scribe = Scribe(LOST, "rcc")
    trunk = scribe.write("setting", home("870", "Trunk"))
    other = scribe.copy()
    honest = scribe.write("setting", home("870", "Honest"))
    other.write("setting", home("870", "Thief's"), after=trunk)
    bring(reading, other, maker=HUB)
    reading.adopt_roll(revoking(reading, [_cut(scribe, honest)]))
    assert _names(reading) == []
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Honest", "Trunk"]
    assert is_live_as_rebuilt(reading)
