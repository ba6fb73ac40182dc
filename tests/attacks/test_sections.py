"""Sections whose hashes and manifest hold, and whose entries are not what was signed for that log."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.acts import referrals
from rcc_tui.domain.needs import Needs
from rcc_tui.services.desk import Desk
from rcc_tui.sync.bundle import Head
from rcc_tui.sync.entry import frame
from tests.attacks.facts import home, rename
from tests.attacks.forge import AT_MS, Forged, Scribe, bundle, import_bytes, section_of
from tests.region import seat

pytestmark = pytest.mark.threat(row="tamper")
MAKER = seat("931").desk


def _refused(desk: Desk, scribe: Scribe, entries: list[Forged], why: str) -> None:
    raw = b"".join(frame(one.signed) for one in entries)
    result = import_bytes(desk, bundle(MAKER, [section_of(scribe, raw, entries)]))
    assert (result.new, result.exit_code) == (0, 3)
    assert why in result.reason
    assert desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (0,)


def test_other_words_than_were_signed_for(reading: Desk) -> None:
    scribe = Scribe(MAKER, "rcc")
    made = scribe.write("setting", home(name="True"))
    said = made.signed.payload
    for signed in (
        replace(made.signed, payload=said.replace(b"True", b"Lies")),
        replace(made.signed, payload=said.replace(b"True", b"Longer")),
        replace(made.signed, payload=said + b" "),
        replace(made.signed, salt=bytes(16)),
    ):
        _refused(reading, scribe, [replace(made, signed=signed)], "not what was signed for")


def test_a_salt_without_what_it_salts(reading: Desk) -> None:
    """With its salt the commitment of an erased name could be searched for."""
    scribe = Scribe(MAKER, "rcc")
    made = scribe.write("setting", home())
    bare = replace(made, signed=replace(made.signed, payload=b""))
    _refused(reading, scribe, [bare], "no salt either")


def test_entries_of_another_log_of_the_same_desk(reading: Desk) -> None:
    """Else what was said between two could be told to all."""
    scribe, other = Scribe(MAKER, "rcc"), Scribe(MAKER, "pair:870:931")
    entry = other.write("setting", home())
    _refused(reading, scribe, [entry], "another log")
    scribe.write("setting", home())
    _refused(reading, scribe, [scribe.entries[0], entry], "another log")


def test_entries_out_of_order(reading: Desk) -> None:
    scribe = Scribe(MAKER, "rcc")
    for _ in range(3):
        scribe.write("setting", home())
    first, second, third = scribe.entries
    _refused(reading, scribe, [second, first, third], "not in order")
    _refused(reading, scribe, [first, third, second], "not in order")


def test_one_bad_log_is_left_out_and_leaves_not_even_its_name(reading: Desk) -> None:
    bad, good = Scribe(MAKER, "rcc"), Scribe(MAKER, "rcc")
    opened = bad.write("setting", home(name="Bad"))
    bad.write("setting", rename("Worse"), record=opened.record)
    good.write("setting", home(name="Good"))
    forged = replace(bad.entries[1], signed=replace(bad.entries[1].signed, signature=bytes(64)))
    sections = [bad.section(bad.entries[:1]), bad.section([forged]), good.section()]
    result = import_bytes(reading, bundle(MAKER, sections))
    assert (result.result, result.new, result.exit_code) == ("ok", 1, 3)
    assert "signature of its entry 1" in result.reason
    assert reading.store.write.execute("SELECT log FROM log").fetchall() == [(good.log,)]
    assert reading.store.write.execute("SELECT name FROM setting").fetchall() == [("Good",)]


def test_what_a_peer_holds_is_what_it_said_last(reading: Desk) -> None:
    """By the moment it said so and not by the highest number: a restored desk holds less than before."""

    def said(seq: int, at_ms: int) -> list[tuple[int]]:
        heads = [Head(b"l" * 32, seq, b"h" * 32)]
        assert import_bytes(reading, bundle(MAKER, heads=heads, at_ms=at_ms)).exit_code == 0
        return reading.store.write.execute("SELECT seq FROM peer_head").fetchall()

    assert said(9, AT_MS + 10) == [(9,)]
    assert said(4, AT_MS + 20) == [(4,)]
    assert said(9, AT_MS + 10) == [(4,)]
    assert said(7, AT_MS + 20) == [(7,)]
    assert import_bytes(reading, bundle(MAKER, at_ms=AT_MS + 30)).exit_code == 0
    assert reading.store.write.execute("SELECT COUNT(*) FROM peer_head").fetchone() == (0,)


@pytest.mark.parametrize("size", [0, 15, 17])
def test_an_incarnation_is_sixteen_bytes(reading: Desk, size: int) -> None:
    """Of another length a log's name could be that of another audience's log."""
    scribe = Scribe(MAKER, "rcc", bytes(size))
    scribe.write("setting", home())
    result = import_bytes(reading, bundle(MAKER, [scribe.section()]))
    assert (result.new, result.exit_code) == (0, 3)
    assert "does not fit its desk and audience" in result.reason


def test_what_stands_under_an_audience_its_author_is_none_of_counts_for_nothing(reading: Desk) -> None:
    """However it came to stand there: the fold looks for itself."""
    with reading.writing() as w:
        act = referrals.Open("870", "931", "", Needs(9, "F"))
        w.act("referral", act, audience="pair:870:931")
    reading.store.write.execute("UPDATE log SET audience='pair:931:938' WHERE audience='pair:870:931'")
    reading.refold()
    assert reading.store.write.execute("SELECT why FROM set_aside").fetchall() == [
        ("its author does not belong to this audience",)
    ]
