"""A bundle goes in slice by slice: however it is sliced the outcome is one, and it can be ended anywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from rcc_tui.acts import vacancies
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, take_in
from rcc_tui.sync import verifier, verifying
from rcc_tui.sync.arrivals import Arrivals, Verified
from rcc_tui.sync.entry import Signed
from tests.attacks.facts import home
from tests.attacks.forge import Forged, Scribe, Section, bundle, everything, lay
from tests.conftest import RegionMaker
from tests.region import seat

MAKER = "931"
ENTRIES = 60


class Ended(Exception):
    """What somebody who has seen enough raises."""


def _fill(desk: Desk, count: int = ENTRIES) -> None:
    """Vacancies, each offered and changed twice, the changes far from the offer."""
    offered: list[str] = []
    with desk.writing() as writing:
        for number in range(count // 3):
            facts = VacancyFacts(f"r{number}", 2, 8, 14)
            offered.append(writing.act("vacancy", vacancies.Open("3f" * 16, desk.code, facts)).record)
    for accepting in (1, 0):
        with desk.writing() as writing:
            for record in reversed(offered):
                edit = vacancies.Edit(VacancyFacts("", accepting, 0, 0), ("accepting",))
                writing.act("vacancy", edit, record=record)


@pytest.fixture
def carried(region: dict[str, Desk], tmp_path: Path) -> Path:
    """A bundle of a maker's that is several slices long when slices are short."""
    _fill(region[MAKER])
    (exported,) = export(region[MAKER], ["870"], tmp_path / "out")
    return Path(exported.file)


@pytest.fixture(params=["in threads", "in a process"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All of it both ways: however short the bundle is."""
    if request.param == "in a process":
        monkeypatch.setattr(verifier, "LONG", 0)


def _sliced(monkeypatch: pytest.MonkeyPatch, entries: int, window: int = 2) -> None:
    monkeypatch.setattr(verifying, "SLICE", entries)
    monkeypatch.setattr(verifying, "_WINDOW", window)


@pytest.mark.parametrize(("entries", "window"), [(1, 1), (1, 2), (2, 3), (7, 1), (7, 4), (59, 2), (500, 24)])
def test_however_it_is_sliced(
    region: dict[str, Desk], carried: Path, monkeypatch: pytest.MonkeyPatch, entries: int, window: int
) -> None:
    _sliced(monkeypatch, entries, window)
    (result,) = take_in(region["870"], [carried])
    assert (result.result, result.new, result.parked, result.quarantined) == ("ok", ENTRIES, 0, 0)
    assert region["870"].digest("rcc") == region[MAKER].digest("rcc")
    (again,) = take_in(region["870"], [carried])
    assert (again.result, again.new, again.known) == ("known", 0, ENTRIES)


def test_little_is_in_hand(region: dict[str, Desk], carried: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _sliced(monkeypatch, 7)
    handed: list[int] = []
    whole = Arrivals.take_in

    def counted(self: Arrivals, entries: Sequence[Verified]) -> dict[bytes, list[Verified]]:
        handed.append(len(entries))
        return whole(self, entries)

    monkeypatch.setattr(Arrivals, "take_in", counted)
    assert take_in(region["870"], [carried])[0].new == ENTRIES
    assert sum(handed) == ENTRIES
    assert max(handed) == 7


def test_it_tells_how_far_it_is(
    region: dict[str, Desk], carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sliced(monkeypatch, 7)
    told: list[tuple[int, int]] = []
    take_in(region["870"], [carried], reached=lambda done, total: told.append((done, total)))
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert len({total for _, total in told}) == 1
    assert told[-1][0] == told[-1][1]
    assert len(set(done)) > ENTRIES // 7


def _ending(at: int) -> Callable[[int, int], None]:
    calls = iter(range(at))

    def reached(done: int, total: int) -> None:
        if next(calls, None) is None:
            raise Ended

    return reached


def test_ended_anywhere_it_leaves_nothing(
    region: dict[str, Desk], carried: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sliced(monkeypatch, 20)
    desk = region["870"]
    before, authors = everything(desk), dict(desk.rolls.authors)
    ended = 0
    while True:
        try:
            (result,) = take_in(desk, [carried], reached=_ending(ended))
            break
        except Ended:
            ended += 1
            assert everything(desk) == before
            assert desk.rolls.authors == authors
    assert ended > 2 * ENTRIES // 20
    assert result.new == ENTRIES
    assert desk.digest("rcc") == region[MAKER].digest("rcc")


def test_what_came_before_it_was_ended_is_in(region: dict[str, Desk], carried: Path, tmp_path: Path) -> None:
    desk = region["870"]
    second = lay(tmp_path, bundle(seat(MAKER).desk, [_scribe("HUB-N", 3).section()]))

    begun: list[int] = []

    def reached(done: int, total: int) -> None:
        if begun[-1] == 1:
            raise Ended

    with pytest.raises(Ended):
        take_in(desk, [carried, second], progress=lambda name, at, of: begun.append(at), reached=reached)
    assert desk.digest("rcc") == region[MAKER].digest("rcc")


def _scribe(code: str, entries: int) -> Scribe:
    scribe = Scribe(seat(code).desk, "rcc")
    for number in range(entries):
        scribe.write("setting", home(name=f"{code} {number}"))
    return scribe


def _damaged(scribe: Scribe, place: int) -> Section:
    """The log with the signature of one entry gone."""
    entries = list(scribe.entries)
    made = entries[place]
    signed = Signed(made.signed.header, bytes(64), made.signed.salt, made.signed.payload)
    entries[place] = Forged(made.header, signed, made.hash)
    return scribe.section(entries)


@pytest.fixture
def begun_again(monkeypatch: pytest.MonkeyPatch) -> list[set[bytes]]:
    """The logs to be left out, each time that an import began again."""
    found: list[set[bytes]] = []

    class Noted(verifying.Faulty):
        def __init__(self, logs: Mapping[bytes, str]) -> None:
            found.append(set(logs))
            super().__init__(logs)

    monkeypatch.setattr(verifying, "Faulty", Noted)
    return found


@pytest.mark.parametrize("place", range(8))
@pytest.mark.parametrize("first", [True, False])
def test_a_fault_found_late_leaves_nothing_of_its_log(
    new_region: RegionMaker,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun_again: list[set[bytes]],
    place: int,
    first: bool,
) -> None:
    _sliced(monkeypatch, 2, 1)
    good, bad = _scribe("931", 5), _scribe("HUB-N", 8)
    sections = [_damaged(bad, place), good.section()]
    maker = seat(MAKER).desk
    mixed = lay(tmp_path, bundle(maker, sections if first else sections[::-1]))
    clean = lay(tmp_path, bundle(maker, [good.section()]))
    desk, other = new_region()["870"], new_region()["870"]
    (result,) = take_in(desk, [mixed])
    take_in(other, [clean])
    assert (result.new, result.exit_code) == (5, 3)
    assert f"The signature of its entry {place} does not hold." in result.reason
    assert desk.digest("rcc") == other.digest("rcc")
    assert desk.store.write.execute("SELECT log FROM log").fetchall() == [(good.log,)]
    # What was never handed on need not be taken back.
    assert begun_again == ([{bad.log}] if place >= 2 else [])


def test_two_faults_found_late_are_found_in_one_going_through(
    region: dict[str, Desk],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun_again: list[set[bytes]],
) -> None:
    _sliced(monkeypatch, 2)
    bad = [_scribe("931", 6), _scribe("HUB-N", 6)]
    good = _scribe("931", 4)
    sections = [_damaged(bad[0], 5), good.section(), _damaged(bad[1], 4)]
    (result,) = take_in(region["870"], [lay(tmp_path, bundle(seat(MAKER).desk, sections))])
    assert (result.new, result.exit_code) == (4, 3)
    assert begun_again == [{one.log for one in bad}]


def test_content_that_comes_in_a_later_slice(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sliced(monkeypatch, 1)
    scribe = _scribe("931", 3)
    hollow = [
        Forged(one.header, Signed(one.signed.header, one.signed.signature, b"", b""), one.hash)
        for one in scribe.entries
    ]
    sections = [scribe.section(hollow), scribe.section()]
    (result,) = take_in(region["870"], [lay(tmp_path, bundle(seat(MAKER).desk, sections))])
    assert result.exit_code == 0
    (other,) = take_in(region["HUB-N"], [lay(tmp_path, bundle(seat(MAKER).desk, [scribe.section()]))])
    assert other.new == 3
    assert region["870"].digest("rcc") == region["HUB-N"].digest("rcc")
