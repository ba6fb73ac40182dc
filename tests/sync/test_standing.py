"""What counts is what the rolls and the entries heard say, in whatever order and pieces they are heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.erasure import Erase
from rcc_tui.acts.kind import Act
from rcc_tui.acts.names import pair
from rcc_tui.acts.standing import Uphold
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check
from rcc_tui.sync.bundle import RollPart
from rcc_tui.sync.roll import Cut, SignedRoll, read_roll, roll_hash, sign_roll
from tests.attacks.facts import home, rename
from tests.attacks.forge import AT_MS, Forged, Scribe, bundle, digests, import_bytes, is_live_as_rebuilt
from tests.attacks.stores import copies_of
from tests.region import member_of, roots, seat
from tests.sync.histories import sections

BETWEEN = pair("870", "931")
KEPT, LOST, LATER = (seat("870", number) for number in (1, 2, 3))
OXFORD, HUB = seat("931"), seat("HUB-N")
# The logs of the desk that the next roll revokes and of the one it seats, then all others.
WRITERS = ((LOST, "rcc"), (LATER, "rcc"), (KEPT, "rcc"), (OXFORD, "rcc"), (HUB, "rcc"), (OXFORD, BETWEEN))
# How often all is told again, until nothing that was passed on without its content is missing.
ROUNDS = 4

Item = tuple[Scribe, Forged]


@dataclass(frozen=True, slots=True)
class Story:
    """All that is ever said. `roll` seats a desk and revokes another, with cuts or without."""

    entries: tuple[Item, ...]
    roll: RollPart
    erases: bool

    def whole(self) -> bytes:
        """The roll and every entry with its content, in one bundle."""
        return bundle(HUB.desk, sections(list(self.entries)), rolls=[self.roll])


@contextmanager
def _same_salts() -> Iterator[None]:
    """Salts that are the same in every run: an example that failed fails again."""
    count = iter(range(10_000))
    with patch("os.urandom", lambda size: sha256(b"%d" % next(count)).digest()[:size]):
        yield


def _law(draw: st.DrawFn, heard: Sequence[Item]) -> tuple[str, Act]:
    """An act about any record or log there is: rightly or wrongly, whoever signs it."""
    scribe, target = draw(st.sampled_from(heard))
    place = target.header.seq
    if draw(st.booleans()):
        return "erasure", Erase(scribe.key.public, scribe.incarnation, place, "retention ended")
    return "standing", Uphold(scribe.key.public, scribe.incarnation, place, target.hash)


@st.composite
def entries(draw: st.DrawFn) -> list[Item]:
    """Up to a dozen entries: records, laws, laws put into records, logs with several histories."""
    logs = [Scribe(one.desk, audience, bytes([n]) * 16) for n, (one, audience) in enumerate(WRITERS)]
    written: list[Item] = []
    for number in range(draw(st.integers(3, 12))):
        scribe = draw(st.sampled_from(logs))
        heard = [item for item in written if item[0].audience == scribe.audience]
        what = draw(st.integers(0, 9)) if heard else 0
        kind: str = "setting" if what < 9 else "tariff"
        act: Act = home(name=f"Home {number}")
        record, deps = "", []
        if 3 <= what < 8:
            kind, act = _law(draw, heard)
        if what in (2, 7, 8):
            _, about = draw(st.sampled_from(heard))
            record = about.record
            deps = [one.hash for _, one in heard if one.record == record and draw(st.booleans())]
            kind, act = (kind, act) if what == 7 else ("setting", rename(f"Name {number}"))
        forks = bool(scribe.entries) and not draw(st.integers(0, 3))
        after = draw(st.sampled_from(scribe.entries)) if forks else None
        before = after or (scribe.entries[-1] if scribe.entries else None)
        clocks = [one.header.clock for _, one in heard if one.hash in deps]
        clocks += [before.header.clock] if before else []
        made = scribe.write(
            kind, act, record=record, deps=deps, after=after, clock=max([AT_MS, *(one + 1 for one in clocks)])
        )
        written.append((scribe, made))
    return written


def _next_roll(before: SignedRoll, cuts: Sequence[Cut]) -> RollPart:
    old = read_roll(before.document)
    members = (
        member_of("870", [KEPT, LATER], host=True),
        member_of("931", [OXFORD]),
        member_of("HUB-N", [HUB]),
    )
    roll = msgspec.structs.replace(
        old, version=2, prev=roll_hash(before.document), members=members, cuts=tuple(cuts)
    )
    document = encode(roll)
    return RollPart(document, encode([sign_roll(document, key) for key in roots()[:2]]))


@st.composite
def stories(draw: st.DrawFn, first: SignedRoll) -> Story:
    """Entries, and a roll whose cut of the lost desk's log is right, or of another history, or not there."""
    with _same_salts():
        written = draw(entries())
    lost = [item for item in written if item[0].key is LOST.desk]
    cuts: list[Cut] = []
    if draw(st.integers(0, 3)) and lost:
        scribe, last = draw(st.sampled_from(lost))
        digest = last.hash if draw(st.integers(0, 3)) else sha256(b"nobody's").digest()
        cuts.append(Cut(scribe.log, last.header.seq, digest))
    erases = any(one.header.kind == "erasure" for _, one in written)
    return Story(tuple(written), _next_roll(first, cuts), erases)


def _hollow(item: Item) -> Item:
    scribe, one = item
    return scribe, replace(one, signed=replace(one.signed, salt=b"", payload=b""))


@st.composite
def piles(draw: st.DrawFn, story: Story, *, hollow: bool) -> list[bytes]:
    """Bundles with every entry in one or two of them, at times without its content; one has the roll."""
    count = draw(st.integers(1, 4))
    found: list[list[Item]] = [[] for _ in range(count)]
    for item in story.entries:
        for number in draw(st.sets(st.integers(0, count - 1), min_size=1, max_size=2)):
            found[number].append(_hollow(item) if hollow and not draw(st.integers(0, 2)) else item)
    return [bundle(HUB.desk, rolls=[story.roll]), *(bundle(HUB.desk, sections(one)) for one in found if one)]


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
    assert check(desk).problems == ()


def _whole(desk: Desk, story: Story) -> dict[str, str]:
    """What the desk adds up to when it is told everything, again until no content is missing."""
    for _ in range(ROUNDS):
        import_bytes(desk, story.whole())
        if desk.store.write.execute("SELECT 1 FROM log WHERE missing IS NOT NULL").fetchone() is None:
            break
    else:
        pytest.fail("content that was told is still missing")
    _sound(desk)
    return digests(desk)


@pytest.fixture(scope="module")
def desk(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Reading's first desk; each example forgets what it heard."""
    with copies_of(models, tmp_path_factory.mktemp("standing")) as copies:
        yield copies.desk(KEPT)


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data(), hollow=st.booleans())
def test_the_order_of_hearing_does_not_matter(desk: Desk, data: st.DataObject, hollow: bool) -> None:
    story = data.draw(stories(desk.rolls.signed[0]))
    with _forgotten(desk):
        expected = _whole(desk, story)
    files = data.draw(piles(story, hollow=hollow))
    # What somebody erased who may not after all, or is not seated yet, is told again; all else is known.
    known = not (hollow or story.erases or any(scribe.key is LATER.desk for scribe, _ in story.entries))
    for _ in range(2):
        order = data.draw(st.permutations(files))
        again = data.draw(st.lists(st.sampled_from(files), max_size=2))
        with _forgotten(desk):
            for raw in (*order, *again):
                import_bytes(desk, raw)
            _sound(desk)
            assert not known or digests(desk) == expected
            assert _whole(desk, story) == expected
