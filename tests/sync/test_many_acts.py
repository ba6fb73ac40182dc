"""Many acts about one record: each relies on the last, however they are written."""

from __future__ import annotations

from rcc_tui.acts import vacancies
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.sync.entry import read_header

ACTS = 300


def _recount(writing: Writing, record: str, accepting: int) -> bytes:
    edit = vacancies.Edit(VacancyFacts("", accepting, 0, 0), ("accepting",))
    return writing.act("vacancy", edit, record=record).entry


def _open(writing: Writing, desk: Desk) -> tuple[str, bytes]:
    done = writing.act("vacancy", vacancies.Open("3f" * 16, desk.code, VacancyFacts("r", 2, 8, 14)))
    return done.record, done.entry


def _deps(desk: Desk, digest: bytes) -> tuple[bytes, ...]:
    (raw,) = desk.store.write.execute("SELECT header FROM entry WHERE hash=?", (digest,)).fetchone()
    return read_header(raw).deps


def test_each_relies_on_the_one_before(region: dict[str, Desk]) -> None:
    desk = region["931"]
    with desk.writing() as writing:
        record, last = _open(writing, desk)
        for number in range(ACTS):
            done = _recount(writing, record, number % 7)
            assert _deps(desk, done) == (last,)
            last = done
    with desk.writing() as writing:
        assert _deps(desk, _recount(writing, record, 5)) == (last,)
    row = desk.store.write.execute("SELECT accepting FROM vacancy WHERE record=?", (record,)).fetchone()
    assert row == (5,)
    assert desk.store.write.execute("SELECT COUNT(*) FROM conflict").fetchone() == (0,)


def test_two_records_in_turn(region: dict[str, Desk]) -> None:
    desk = region["931"]
    with desk.writing() as writing:
        records = [_open(writing, desk) for _ in range(2)]
        last = dict(records)
        for number in range(10):
            record = records[number % 2][0]
            done = _recount(writing, record, number)
            assert _deps(desk, done) == (last[record],)
            last[record] = done


def test_an_act_between_from_elsewhere_is_seen(region: dict[str, Desk]) -> None:
    desk = region["931"]
    with desk.writing() as outer:
        record, first = _open(outer, desk)
        _recount(outer, record, 1)
    with desk.writing() as outer:
        before = _recount(outer, record, 2)
        with desk.writing() as inner:
            between = _recount(inner, record, 3)
        after = _recount(outer, record, 4)
        assert _deps(desk, between) == (before,)
        assert _deps(desk, after) == (between,)
    assert first not in _deps(desk, after)
