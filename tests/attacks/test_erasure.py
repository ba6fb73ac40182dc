"""What is erased is gone everywhere, stays gone, and its place in the log stays provable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest

from rcc_tui.acts import children, trades
from rcc_tui.acts.erasure import Erase
from rcc_tui.acts.terms import terms_hash
from rcc_tui.domain.child import ChildFacts, EpisodeFacts
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import erasing
from rcc_tui.services.desk import Desk
from rcc_tui.services.history import history
from rcc_tui.services.syncing import check, export, status, take_in
from tests.attacks.facts import home, rename, request
from tests.attacks.forge import (
    Forged,
    Scribe,
    bring,
    bundle,
    digests,
    import_bytes,
    is_live_as_rebuilt,
    section_of,
)
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat
from tests.sync.histories import TERMS

pytestmark = pytest.mark.threat(row="erased")
READING, OXFORD, HUB = seat("870").desk, seat("931").desk, seat("HUB-N").desk
SECRET = "Zephaniah Quillfeather"


def erase(scribe: Scribe, target: Forged, by: Scribe | None = None, basis: str = "retention ended") -> Forged:
    """The record that `target` opened in `scribe`'s log is erased by `by`."""
    return (by or scribe).write(
        "erasure", Erase(scribe.key.public, scribe.incarnation, target.header.seq, basis)
    )


def bare(entry: Forged) -> Forged:
    """An entry passed on without its content."""
    return replace(entry, signed=replace(entry.signed, salt=b"", payload=b""))


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


def _occurrences(desk: Desk, token: str) -> int:
    """How often a token stands in the files of a store."""
    files = [path for path in desk.store.folder.glob("rcc.db*") if path.is_file()]
    assert files
    return sum(path.read_bytes().count(token.encode()) for path in files)


def _elms() -> tuple[Scribe, Forged]:
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home(name=SECRET))
    scribe.write("setting", rename(f"{SECRET} 2"), record=opened.record, deps=[opened.hash])
    scribe.write("setting", home(name="Kept"))
    return scribe, opened


def test_erased_and_every_earlier_bundle_again(reading: Desk, tally: Tally) -> None:
    scribe, opened = _elms()
    earlier = [bundle(HUB, [scribe.section(scribe.entries[:n])]) for n in (1, 2, 3)]
    for raw in earlier:
        import_bytes(reading, raw)
    assert _names(reading) == ["Kept", f"{SECRET} 2"]
    assert _occurrences(reading, SECRET) > 0
    erase(scribe, opened)
    bring(reading, scribe, maker=HUB)
    after = digests(reading)
    for raw in (*earlier, bundle(HUB, [scribe.section()])):
        import_bytes(reading, raw)
        assert digests(reading) == after
        tally.add("occurrences", _occurrences(reading, SECRET))
        assert _occurrences(reading, SECRET) == 0
    assert _names(reading) == ["Kept"]
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok
    assert _occurrences(reading, SECRET) == 0


def test_what_was_typed_and_not_sent_goes_with_it(reading: Desk) -> None:
    with reading.writing() as w:
        kept = w.act("setting", home("870", "Kept"))
        gone = w.act("setting", home("870", SECRET))
    reading.set_meta("draft:setting:new", f"the same as {SECRET}")
    erasing.erase(reading, gone.record, "sent by mistake")
    assert reading.meta("draft:setting:new") == ""
    assert _occurrences(reading, SECRET) == 0
    reading.set_meta("draft:setting:new", "another")
    with reading.writing() as w:
        w.act("setting", rename("Renamed"), record=kept.record)
    assert reading.meta("draft:setting:new") == "another"


def test_erasure_heard_first(reading: Desk) -> None:
    """The act comes by another log, before anything of the record."""
    scribe, opened = _elms()
    by = Scribe(OXFORD, "rcc")
    erase(scribe, opened, by)
    bring(reading, by, maker=HUB)
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Kept"]
    assert _occurrences(reading, SECRET) == 0


def test_the_order_in_which_it_is_heard_does_not_matter(copies: Copies, tally: Tally) -> None:
    scribe, opened = _elms()
    hub = Scribe(HUB, "rcc")
    hub.write("setting", rename("Hub's"), record=opened.record, deps=[opened.hash])
    by = Scribe(OXFORD, "rcc")
    erase(scribe, opened, by)
    hollow = [bare(one) if one.record == opened.record else one for one in scribe.entries]
    files = [
        bundle(HUB, [scribe.section(scribe.entries[:2])]),
        bundle(HUB, [scribe.section(hollow)]),
        bundle(HUB, [hub.section()]),
        bundle(HUB, [by.section()]),
    ]
    seen = set()
    for order in permutations(files):
        desk = copies.desk(seat("870"))
        for raw in order:
            import_bytes(desk, raw)
        assert _names(desk) == ["Kept"]
        assert is_live_as_rebuilt(desk)
        seen.add(tuple(sorted(digests(desk).items())))
    assert len(seen) == 1
    tally.add("orders", 24)


@pytest.mark.parametrize("by", [READING, HUB])
def test_nobody_else_erases_it(reading: Desk, by: object) -> None:
    scribe, opened = _elms()
    other = Scribe(READING if by is READING else HUB, "rcc")
    erase(scribe, opened, other)
    bring(reading, scribe, other, maker=HUB)
    assert _names(reading) == ["Kept", f"{SECRET} 2"]


def test_a_thief_cannot_erase_by_a_second_history(reading: Desk) -> None:
    """The act lies past the place where the key wrote two histories: it does not count."""
    scribe, opened = _elms()
    other = scribe.copy()
    other.write("setting", home(name="Other"), after=scribe.entries[1])
    erase(scribe, opened)
    bring(reading, scribe, maker=HUB)
    bring(reading, other, maker=HUB)
    assert check(reading).ok
    # Its content is gone here; what it was is asked for again, and until it comes the log stands still.
    assert status(reading).forks == 1
    bring(reading, other, maker=HUB)
    assert _names(reading) == [f"{SECRET} 2"]
    assert is_live_as_rebuilt(reading)


def test_content_left_out_by_a_carrier_is_as_good_as_withheld(reading: Desk) -> None:
    """Else a hub could make "not withdrawn" of what was withdrawn."""
    scribe, _opened = _elms()
    entries = [scribe.entries[0], bare(scribe.entries[1]), scribe.entries[2]]
    result = import_bytes(reading, bundle(HUB, [scribe.section(entries)]))
    assert result.new == 3
    assert _names(reading) == [SECRET]
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Kept", f"{SECRET} 2"]
    assert is_live_as_rebuilt(reading)


def test_what_is_missing_is_asked_for_again(region: dict[str, Desk], tmp_path: Path) -> None:
    """A desk says it holds a log up to where its content is whole: who has the rest sends it."""
    reading, hub, oxford = region["870"], region["HUB-N"], region["931"]

    def tell(sender: Desk, receiver: Desk) -> int:
        (sent,) = export(sender, [receiver.code], tmp_path)
        (result,) = take_in(receiver, [Path(sent.file)])
        assert result.result != "refused", result.reason
        return sent.entries

    with reading.writing() as w:
        w.act("setting", home("870", name="First"))
        w.act("setting", home("870", name="Second"))
    tell(reading, oxford)
    oxford.store.write.execute("UPDATE entry SET salt=x'', payload=x'' WHERE seq=0")
    tell(oxford, hub)
    assert _names(hub) == []
    assert status(hub).withheld == 1
    tell(hub, reading)
    assert tell(reading, hub) == 2
    assert _names(hub) == ["First", "Second"]
    assert status(hub).withheld == 0
    tell(hub, reading)
    assert tell(reading, hub) == 0


def test_content_of_another_entry_does_not_fit(reading: Desk) -> None:
    scribe, _ = _elms()
    entries = [bare(scribe.entries[0]), *scribe.entries[1:]]
    import_bytes(reading, bundle(HUB, [scribe.section(entries)]))
    wrong = replace(
        scribe.entries[0],
        signed=replace(
            scribe.entries[0].signed,
            salt=scribe.entries[2].signed.salt,
            payload=scribe.entries[2].signed.payload,
        ),
    )
    raw = bundle(HUB, [section_of(scribe, scribe.section([wrong]).packed[1], [wrong])])
    assert import_bytes(reading, raw).result == "refused"
    assert import_bytes(reading, bundle(HUB, [scribe.section([wrong])])).result == "refused"
    assert _names(reading) == []


def test_an_erasure_is_not_erased(reading: Desk) -> None:
    scribe, opened = _elms()
    erased = erase(scribe, opened)
    erase(scribe, erased)
    bring(reading, scribe, maker=HUB)
    bring(reading, scribe, maker=HUB)
    assert _names(reading) == ["Kept"]
    assert is_live_as_rebuilt(reading)


# ---- by a desk


def _child(desk: Desk) -> str:
    with desk.writing() as w:
        child = w.act("child", children.Open(ChildFacts("C1", name=SECRET)))
        w.act("episode", children.OpenEpisode(child.record, EpisodeFacts("C1", "2026-01-01")))
        w.act("request", request())
        w.act("child", children.Open(ChildFacts("C2", name="Another")))
    return child.record


def _count(desk: Desk, tables: Sequence[str]) -> list[int]:
    return [desk.store.write.execute(f"SELECT COUNT(*) FROM {one}").fetchone()[0] for one in tables]


def test_a_child_and_all_that_was_told_of_it(reading: Desk) -> None:
    _child(reading)
    taken = erasing.erase(reading, "C1", "retention ended")
    assert sorted(one.kind for one in taken) == ["child", "episode", "request"]
    assert _count(reading, ("child", "episode", "request")) == [1, 0, 0]
    assert _occurrences(reading, SECRET) == 0
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok
    assert "erased" in history(reading, taken[0].record)[0].what
    with pytest.raises(NotFound):
        erasing.erase(reading, "C1", "again")
    with pytest.raises(Refused, match="erased already"):
        erasing.erase(reading, taken[0].record, "again")


def test_it_goes_to_the_other_desk_and_is_confirmed(copies: Copies, tmp_path: Path) -> None:
    one, other = copies.desk(seat("870")), copies.desk(seat("870", 2))
    _child(one)
    (sent,) = export(one, ["870"], tmp_path / "a")
    take_in(other, [Path(sent.file)])
    assert _count(other, ("child",)) == [2]
    erasing.erase(one, "C1", "retention ended")
    assert {(found.confirmed, found.of, found.missing) for found in erasing.coverage(one)} == {
        (1, 2, ("870",))
    }
    (sent,) = export(one, ["870"], tmp_path / "b")
    take_in(other, [Path(sent.file)])
    assert _count(other, ("child",)) == [1]
    assert _occurrences(other, SECRET) == 0
    (sent,) = export(other, ["870"], tmp_path / "c")
    take_in(one, [Path(sent.file)])
    assert {(found.confirmed, found.of, found.missing) for found in erasing.coverage(one)} == {(2, 2, ())}
    assert one.digest("own:870") == other.digest("own:870")


def test_what_others_opened_is_theirs_to_erase(reading: Desk) -> None:
    scribe, opened = _elms()
    bring(reading, scribe, maker=HUB)
    with pytest.raises(Refused, match="931"):
        erasing.erase(reading, opened.record, "spite")


@pytest.mark.parametrize("basis", ["", "  ", "x" * 201])
def test_an_erasure_needs_its_basis(reading: Desk, basis: str) -> None:
    _child(reading)
    with pytest.raises(Refused, match="basis"):
        erasing.erase(reading, "C1", basis)


@pytest.mark.parametrize("text", ["", "abc", "nobody", "00000000", "g" * 40, "a" * 200])
def test_what_is_not_here(reading: Desk, text: str) -> None:
    _child(reading)
    with pytest.raises(NotFound):
        erasing.erase(reading, text, "retention ended")


def test_a_debtor_cannot_erase_the_debt(reading: Desk) -> None:
    """Whoever opened a trade signs that it is erased: for everybody it stands."""
    scribe = Scribe(OXFORD, "pair:870:931")
    other = Scribe(READING, "pair:870:931")
    opened = scribe.write("trade", trades.Propose(replace(TERMS, buyer="931", seller="870")))
    agreed = trades.Accept(opened.hash, terms_hash(replace(TERMS, buyer="931", seller="870")))
    other.write("trade", agreed, record=opened.record, deps=[opened.hash], clock=opened.header.clock + 1)
    bring(reading, scribe, other, maker=HUB)
    before = _count(reading, ("trade", "charge"))
    assert before[0] == 1
    erase(scribe, opened)
    bring(reading, scribe, maker=HUB)
    assert _count(reading, ("trade", "charge", "erasure")) == [*before, 1]
    assert is_live_as_rebuilt(reading)
    assert check(reading, deep=True).ok
    with pytest.raises(Refused, match="never erased"):
        erasing.erase(reading, _own_trade(reading), "spite")


def _own_trade(desk: Desk) -> str:
    with desk.writing() as w:
        done = w.act(
            "trade",
            trades.Propose(replace(TERMS, buyer="870", seller="931")),
            audience="pair:870:931",
        )
    return done.record
