"""One key, two histories: a laptop copied, a backup restored, or somebody lies."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from db import folded
from db.engine import open_store
from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, status, take_in
from rcc_tui.sync.arrivals import READY
from rcc_tui.sync.bundle import SECTION_TARGET, Head
from rcc_tui.sync.entry import Signed, frame, read_header
from tests.attacks.facts import home, places, recount, rename
from tests.attacks.forge import (
    Forged,
    Scribe,
    bring,
    bundle,
    digests,
    import_bytes,
    is_live_as_rebuilt,
    section_of,
    states,
)
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

OXFORD = seat("931").desk
Cloner = Callable[[Desk, str], Desk]


@pytest.fixture
def cloned(tmp_path: Path) -> Iterator[Cloner]:
    """A store copied, key and all, as it stands now; the copies are closed afterwards."""
    with ExitStack() as stack:

        def copy(desk: Desk, name: str) -> Desk:
            desk.store.write.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            folder = tmp_path / name
            shutil.copytree(desk.store.folder, folder)
            store, _ = open_store(folder)
            store.write.execute("PRAGMA synchronous=OFF")
            other = Desk(store, desk.key, desk.clock)
            stack.callback(other.close)
            return other

        yield copy


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


def _forked() -> tuple[Scribe, list[Forged], list[Forged]]:
    """A log of three entries, continued twice from the second."""
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home(name="Trunk"))
    second = scribe.write("setting", home(name="Second"))
    other = scribe.copy()
    left = [scribe.write("setting", rename("Left"), record=opened.record, deps=[opened.hash])]
    left.append(scribe.write("setting", home(name="Left home")))
    right = [other.write("setting", rename("Right"), record=opened.record, deps=[opened.hash], after=second)]
    right.append(other.write("vacancy", places()))
    right.append(other.write("vacancy", recount(1), record=right[1].record, deps=[right[1].hash]))
    return scribe, left, right


def test_both_histories_are_kept_and_neither_counts_in_whatever_order_they_come(
    copies: Copies,
) -> None:
    scribe, left, right = _forked()
    trunk = scribe.entries[:2]
    outcome = set()
    for order in permutations([trunk, left, right]):
        desk = copies.desk(seat("870"))
        results = [import_bytes(desk, bundle(OXFORD, [scribe.section(part)])) for part in order]
        assert all(result.exit_code == 0 for result in results)
        assert states(desk) == dict.fromkeys((one.hash for one in (*trunk, *left, *right)), READY)
        assert _names(desk) == ["Second", "Trunk"]
        assert desk.store.write.execute("SELECT cut, cut_why FROM log").fetchall() == [(2, "fork")]
        assert status(desk).forks == 1
        for table in ("vacancy", "hold", "take"):
            assert desk.store.write.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)
        assert is_live_as_rebuilt(desk)
        outcome.add(desk.digest("rcc"))
    assert len(outcome) == 1


def test_what_is_added_to_a_forked_log_later_does_not_count_either(reading: Desk) -> None:
    scribe, left, right = _forked()
    for part in (scribe.entries[:2], left, right):
        import_bytes(reading, bundle(OXFORD, [scribe.section(part)]))
    before = reading.digest("rcc")
    later = scribe.write("setting", home(name="Later"))
    assert import_bytes(reading, bundle(OXFORD, [scribe.section([later])])).new == 1
    assert states(reading)[later.hash] == READY
    assert reading.digest("rcc") == before
    assert is_live_as_rebuilt(reading)


def test_a_fork_at_the_first_entry_takes_every_row_away(reading: Desk) -> None:
    scribe = Scribe(OXFORD, "rcc")
    twin = scribe.copy()
    vacancy = scribe.write("vacancy", places())
    scribe.write("vacancy", recount(1), record=vacancy.record, deps=[vacancy.hash])
    twin.write("setting", home())
    touched: list[list[str]] = []
    reading.followers.append(lambda _, what: touched.append(list(what.get("vacancy", ()))))
    empty = reading.digest("rcc")
    bring(reading, scribe, maker=OXFORD)
    assert reading.digest("rcc") != empty
    bring(reading, twin, maker=OXFORD)
    # The followers hear that the vacancy changed, under the name of its kind, or they would show it still.
    assert touched == [[vacancy.record], [vacancy.record]]
    assert reading.digest("rcc") == empty
    assert is_live_as_rebuilt(reading)


def test_two_entries_in_a_place_that_joins_on_to_nothing_prove_nothing_yet(region: dict[str, Desk]) -> None:
    """What cannot be passed on may not change the tables: others would not come to the same."""
    scribe, left, _ = _forked()
    stray = scribe.copy().write("setting", home(name="Stray"), seq=1, prev=b"?" * 32)
    desk, hub = region["870"], region["HUB-N"]
    import_bytes(
        desk, bundle(OXFORD, [scribe.section([*scribe.entries[:2], *left]), scribe.section([stray])])
    )
    (exported,) = export(desk, ["HUB-N"], desk.store.folder / "out")
    take_in(hub, [Path(exported.file)])
    assert digests(hub)["rcc"] == digests(desk)["rcc"]
    assert status(desk).forks == status(hub).forks == 0


def test_a_cloned_desk_is_found_out_within_one_exchange(
    region: dict[str, Desk], cloned: Cloner, tmp_path: Path, tally: Tally
) -> None:
    desk, hub = region["931"], region["HUB-N"]
    with desk.writing() as w:
        w.act("setting", home(name="Before"))
    copy = cloned(desk, "copy")
    for one, name in ((desk, "Mine"), (copy, "Copy")):
        for number in range(3):
            with one.writing() as w:
                w.act("setting", home(name=f"{name} {number}"))
    for one, reader in ((desk, region["870"]), (copy, hub)):
        (exported,) = export(one, [reader.code], tmp_path / "out")
        take_in(reader, [Path(exported.file)])
    # Reading and the hub have heard one history each. One exchange between them shows it to both.
    for one, reader in ((region["870"], hub), (hub, region["870"])):
        (exported,) = export(one, [reader.code], tmp_path / "out")
        assert take_in(reader, [Path(exported.file)])[0].exit_code == 0
    for one in (hub, region["870"]):
        tally.add("forks")
        tally.add("found within one exchange", status(one).forks)
        assert status(one).forks == 1
        assert _names(one) == ["Before"]
        assert is_live_as_rebuilt(one)
    assert hub.digest("rcc") == region["870"].digest("rcc")


def test_a_history_heard_in_part_is_asked_for_whole(
    region: dict[str, Desk], cloned: Cloner, tmp_path: Path
) -> None:
    """A reader that said it holds five entries may hold five others than ours."""
    desk, reading = region["931"], region["870"]

    def tell(one: Desk, to: Desk) -> None:
        (exported,) = export(one, [to.code], tmp_path / "out")
        assert take_in(to, [Path(exported.file)])[0].exit_code == 0

    copy = cloned(desk, "copy")
    for one, name in ((desk, "Mine"), (copy, "Copy")):
        with one.writing() as w:
            for number in range(3):
                w.act("setting", home(name=f"{name} {number}"))
    # The clone opened a log of its own: take one log for both, as copies made after the first act have.
    assert status(desk).forks == 0
    copy.close()
    shutil.rmtree(tmp_path / "copy")
    copy = cloned(desk, "copy")
    for one, name, count in ((desk, "Mine", 2), (copy, "Copy", 4)):
        for number in range(count):
            with one.writing() as w:
                w.act("setting", home(name=f"{name} later {number}"))
    tell(desk, reading)
    tell(reading, desk)
    tell(reading, copy)
    tell(copy, reading)
    assert status(reading).forks == 1
    assert is_live_as_rebuilt(reading)


@pytest.mark.parametrize("known", [False, True])
def test_who_holds_the_other_history_is_sent_ours_from_the_fork(
    region: dict[str, Desk], tmp_path: Path, known: bool
) -> None:
    """The hub says it holds four entries of this log: not the four we hold."""
    scribe, left, right = _forked()
    trunk, desk, hub = scribe.entries[:2], region["870"], region["HUB-N"]
    import_bytes(hub, bundle(OXFORD, [scribe.section([*trunk, *left])], to=("HUB-N",)))
    import_bytes(desk, bundle(OXFORD, [scribe.section([*trunk, *right])]))
    if known:
        import_bytes(desk, bundle(OXFORD, [scribe.section(left)]))
    heads = [Head(scribe.log, 3, left[-1].hash)]
    assert import_bytes(desk, bundle(hub.key, heads=heads)).exit_code == 0
    (exported,) = export(desk, ["HUB-N"], tmp_path / "out")
    assert take_in(hub, [Path(exported.file)])[0].parked == 0
    assert status(hub).forks == 1
    assert _names(hub) == ["Second", "Trunk"]


def test_a_forked_log_is_not_continued(region: dict[str, Desk], cloned: Cloner, tmp_path: Path) -> None:
    desk = region["931"]
    with desk.writing() as w:
        first = w.act("setting", home(name="Before"))
    copy = cloned(desk, "copy")
    for one, name in ((desk, "Mine"), (copy, "Copy")):
        with one.writing() as w:
            w.act("setting", home(name=name))
    (exported,) = export(copy, ["870"], tmp_path / "out", unsealed=True)
    take_in(desk, [Path(exported.file)])
    assert status(desk).forks == 1
    with desk.writing() as w:
        w.act("setting", rename("After"), record=first.record)
        w.act("setting", home(name="New"))
    assert _names(desk) == ["After", "New"]
    assert desk.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (2,)
    assert is_live_as_rebuilt(desk)
    (exported,) = export(desk, ["870"], tmp_path / "out")
    take_in(region["870"], [Path(exported.file)])
    assert region["870"].digest("rcc") == desk.digest("rcc")
    with desk.writing() as w:
        w.act("setting", rename("On"), record=first.record)
    assert desk.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (2,)


def test_a_restored_backup_gets_back_what_it_lost_and_does_not_fork(
    region: dict[str, Desk], cloned: Cloner, tmp_path: Path
) -> None:
    desk, reading = region["931"], region["870"]

    def tell(one: Desk, to: Desk) -> None:
        (exported,) = export(one, [to.code], tmp_path / "out")
        assert take_in(to, [Path(exported.file)])[0].exit_code == 0

    with desk.writing() as w:
        w.act("setting", home(name="Before"))
    with reading.writing() as w:
        w.act("setting", home("870", "Reading before"))
    tell(desk, reading)
    tell(reading, desk)
    backup = cloned(desk, "backup")
    with desk.writing() as w:
        w.act("setting", home(name="Lost"))
    with reading.writing() as w:
        w.act("setting", home("870", "Reading later"))
    tell(reading, desk)
    tell(desk, reading)
    whole = desk.digest("rcc")
    # The disk dies; the next day the backup is restored. It says what it holds, and is told the rest.
    backup.clock = Clock(date(2026, 12, 2))
    tell(backup, reading)
    tell(reading, backup)
    assert backup.digest("rcc") == whole == reading.digest("rcc")
    with backup.writing() as w:
        w.act("setting", home(name="Again"))
    tell(backup, reading)
    assert status(reading).forks == 0
    assert "Again" in _names(reading)
    assert reading.digest("rcc") == backup.digest("rcc")


def test_entries_of_mine_that_do_not_join_on_open_a_new_incarnation(
    region: dict[str, Desk], cloned: Cloner
) -> None:
    desk = region["931"]
    with desk.writing() as w:
        w.act("setting", home(name="Before"))
    backup = cloned(desk, "backup")
    for number in range(3):
        with desk.writing() as w:
            w.act("setting", home(name=f"Lost {number}"))
    # All but the first of what was lost comes back, by a peer that thought it held more.
    rows = desk.store.write.execute(
        "SELECT header, signature, salt, payload, hash FROM entry WHERE seq >= 2 ORDER BY seq"
    ).fetchall()
    log = desk.store.write.execute("SELECT incarnation FROM log").fetchone()[0]
    scribe = Scribe(OXFORD, "rcc", log)
    entries = [
        Forged(read_header(header), Signed(header, signature, salt, payload), digest)
        for header, signature, salt, payload, digest in rows
    ]
    raw = b"".join(frame(one.signed) for one in entries)
    import_bytes(backup, bundle(seat("870").desk, [section_of(scribe, raw, entries)], to=("931",)))
    assert status(backup).parked == 2
    with backup.writing() as w:
        w.act("setting", home(name="After"))
    assert backup.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (2,)
    assert status(backup).forks == 0


def test_a_forked_log_longer_than_a_section_travels(region: dict[str, Desk], tmp_path: Path) -> None:
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    twin = scribe.copy()
    long = "x" * 60_000
    for branch in (scribe, twin):
        for _ in range(SECTION_TARGET // len(long) + 4):
            branch.write("setting", rename(long), record=opened.record, deps=[branch.entries[-1].hash])
    desk, hub = region["870"], region["HUB-N"]
    for branch in (scribe, twin):
        import_bytes(desk, bundle(OXFORD, [branch.section()]))
    (exported,) = export(desk, ["HUB-N"], tmp_path / "out")
    (result,) = take_in(hub, [Path(exported.file)])
    assert (result.new, result.exit_code) == (len(scribe.entries) + len(twin.entries) - 1, 0)
    assert folded.digest(hub.store.write, "rcc") == desk.digest("rcc")
    assert status(hub).forks == 1
