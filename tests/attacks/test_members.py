"""A member that keeps to no rule: what it signs is set aside or waits for ever, alike everywhere."""

from __future__ import annotations

from itertools import permutations

import pytest

from db import folded
from rcc_tui.acts import referrals, settings, trades, vacancies
from rcc_tui.acts.canonical import encode
from rcc_tui.acts.names import pair
from rcc_tui.domain.errors import Refused
from rcc_tui.domain.needs import Needs
from rcc_tui.services.desk import Desk
from rcc_tui.sync.arrivals import PARKED, READY, UNCONNECTED
from rcc_tui.sync.bundle import Head
from rcc_tui.sync.entry import MAX_CLOCK
from tests.attacks.facts import home, places, recount, rename, request
from tests.attacks.forge import (
    AT_MS,
    Scribe,
    bring,
    bundle,
    digests,
    everything,
    import_bytes,
    is_live_as_rebuilt,
    set_aside,
    states,
)
from tests.region import seat

OXFORD = seat("931").desk
READING = seat("870").desk
HUB = seat("HUB-N").desk


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


BAD_PAYLOADS: dict[str, bytes] = {
    "no JSON": b"\x00\x01",
    "no act": b"{}",
    "another's act": encode(request()),
    "an act that does not exist": b'{"act":"burn"}',
    "a key twice": encode(rename("A")).replace(b'{"act"', b'{"act":"edit","act"', 1),
    "a key more": encode(rename("A")).replace(b'{"act"', b'{"more":1,"act"', 1),
    "keys in another order": b'{"why":"shut","act":"close"}',
    "spaces": b'{"act":"close", "why":"shut"}',
    "a float": encode(rename("A")).replace(b'"registered":0', b'"registered":0.5'),
    "a float that is whole": encode(rename("A")).replace(b'"registered":0', b'"registered":0.0'),
    "an exponent": encode(rename("A")).replace(b'"registered":0', b'"registered":0e5'),
    "a huge number": encode(rename("A")).replace(b'"registered":0', b'"registered":18446744073709551615'),
    "a number beyond 64 bits": encode(rename("A")).replace(b'"registered":0', b'"registered":' + b"9" * 400),
    "a number beyond what is added up": encode(rename("A")).replace(
        b'"registered":0', b'"registered":1000000000001'
    ),
    "text for a number": encode(rename("A")).replace(b'"registered":0', b'"registered":"0"'),
    "decomposed text": encode(rename("Cafe\u0301")),
    "escaped text": b'{"act":"close","why":"\\u0041"}',
    "half a character": b'{"act":"close","why":"\\ud800"}',
    "invalid UTF-8": b'{"act":"close","why":"\xff"}',
    "deep nesting": b'{"act":"close","why":' + b"[" * 30_000 + b"]" * 30_000 + b"}",
    "deep objects": b'{"act":"close","why":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_000 + b"}",
    "NaN": encode(rename("A")).replace(b'"registered":0', b'"registered":NaN'),
    "null": b"null",
    "a list": b"[]",
}


@pytest.mark.parametrize("payload", BAD_PAYLOADS.values(), ids=BAD_PAYLOADS.keys())
def test_payloads_that_are_no_act_are_set_aside_with_the_reason(reading: Desk, payload: bytes) -> None:
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    bad = scribe.write("setting", payload, record=opened.record, deps=[opened.hash])
    good = scribe.write("setting", rename("Ash"), record=opened.record, deps=[opened.hash])
    result = bring(reading, scribe, maker=OXFORD)
    assert (result.new, result.quarantined, result.exit_code) == (3, 1, 0)
    reasons = set_aside(reading)
    assert set(reasons) == {bad.hash}
    assert reasons[bad.hash]
    assert states(reading)[good.hash] == READY
    assert _names(reading) == ["Ash"]
    assert is_live_as_rebuilt(reading)


def test_text_that_is_composed_is_heard(reading: Desk) -> None:
    scribe = Scribe(OXFORD, "rcc")
    scribe.write("setting", home(name="Caf\u00e9"))
    assert bring(reading, scribe, maker=OXFORD).quarantined == 0
    assert _names(reading) == ["Caf\u00e9"]


def test_a_desk_composes_its_own_text(reading: Desk) -> None:
    with reading.writing() as w:
        w.act("setting", home("870", "Cafe\u0301"))
    assert _names(reading) == ["Caf\u00e9"]
    assert is_live_as_rebuilt(reading)


@pytest.mark.parametrize("kind", ["burn", "Setting", "set ting", "sqlite_master", "conflict"])
def test_kinds_that_nobody_knows_here(reading: Desk, kind: str) -> None:
    """A newer program may know them: they are kept, and count for nothing until this one does."""
    scribe = Scribe(OXFORD, "rcc")
    made = scribe.write(kind, b'{"act":"open"}')
    result = bring(reading, scribe, maker=OXFORD)
    assert (result.new, result.quarantined) == (1, 1)
    assert set_aside(reading) == {made.hash: "of a kind not known here"}
    assert is_live_as_rebuilt(reading)


def test_an_act_of_another_kind_about_a_record(reading: Desk) -> None:
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    bad = scribe.write("vacancy", places(), record=opened.record)
    bring(reading, scribe, maker=OXFORD)
    assert set_aside(reading) == {bad.hash: "a vacancy act about a setting"}
    assert _names(reading) == ["The Elms"]


@pytest.mark.parametrize(
    ("kind", "act", "audience"),
    [
        ("request", request(), "rcc"),
        ("setting", home(), pair("870", "931")),
        ("vacancy", places(), pair("870", "931")),
        ("referral", referrals.Open("931", "870", "", Needs(9, "F")), "rcc"),
        ("trade", trades.Withdraw(b"", ""), "rcc"),
    ],
)
def test_a_kind_in_a_scope_it_is_not_told_to(
    reading: Desk, kind: str, act: settings.Open, audience: str
) -> None:
    scribe = Scribe(OXFORD, audience)
    made = scribe.write(kind, act)
    result = bring(reading, scribe, maker=OXFORD)
    assert (result.new, result.quarantined) == (1, 1)
    assert "is not told to" in set_aside(reading)[made.hash]
    for table in (kind, "hold", "take"):
        assert reading.store.write.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


def test_my_record_cannot_be_opened_nor_edited_by_another(reading: Desk) -> None:
    mine = Scribe(READING, "rcc")
    opened = mine.write("setting", home("870", "Mine"))
    other = Scribe(OXFORD, "rcc")
    opening = other.write("setting", home("870", "Theirs"), record=opened.record)
    edit = other.write("setting", rename("Theirs"), record=opened.record, deps=[opened.hash])
    close = other.write("setting", settings.Close("theirs"), record=opened.record)
    over = other.write("setting", settings.HandOver("931"), record=opened.record)
    for order in permutations([mine, other]):
        bring(reading, *order, maker=OXFORD)
    assert set(set_aside(reading)) == {opening.hash, edit.hash, close.hash, over.hash}
    row = reading.store.write.execute("SELECT name, keeper, authority, closed FROM setting").fetchall()
    assert row == [("Mine", "870", "870", 0)]


def test_my_record_cannot_be_claimed_before_it_is_heard_of(reading: Desk) -> None:
    mine, other = Scribe(READING, "rcc"), Scribe(OXFORD, "rcc")
    opened = mine.write("setting", home("870", "Mine"))
    claim = other.write("setting", home("931", "Theirs"), record=opened.record)
    bring(reading, other, maker=OXFORD)
    assert _names(reading) == []
    bring(reading, mine, maker=OXFORD)
    assert _names(reading) == ["Mine"]
    assert set(set_aside(reading)) == {claim.hash}
    assert is_live_as_rebuilt(reading)


def test_a_record_of_one_audience_cannot_be_written_from_another(region: dict[str, Desk]) -> None:
    audience = pair("870", "931")
    told, between = Scribe(OXFORD, "rcc"), Scribe(OXFORD, audience)
    opened = told.write("setting", home())
    edit = between.write("setting", rename("From aside"), record=opened.record)
    for scribes in permutations([told, between]):
        for code in ("870", "HUB-N"):
            for scribe in scribes:
                bring(region[code], scribe, maker=OXFORD)
    for code in ("870", "HUB-N"):
        assert _names(region[code]) == ["The Elms"]
        assert edit.hash in set_aside(region[code])
        assert is_live_as_rebuilt(region[code])
    assert digests(region["870"]) == digests(region["HUB-N"])


def test_an_author_outside_the_pair_cannot_write_for_it(region: dict[str, Desk]) -> None:
    scribe = Scribe(OXFORD, pair("870", "HUB-N"))
    scribe.write("referral", referrals.Open("870", "HUB-N", "", Needs(9, "F")))
    for code in ("870", "HUB-N"):
        result = bring(region[code], scribe, maker=OXFORD)
        assert (result.new, result.exit_code) == (0, 3)


def test_a_hub_may_speak_in_a_pair_and_is_no_party(reading: Desk) -> None:
    audience = pair("870", "931")
    party, hub = Scribe(OXFORD, audience), Scribe(HUB, audience)
    opened = party.write("referral", referrals.Open("931", "870", "", Needs(9, "F")))
    bad = hub.write("referral", referrals.Refuse("full", ""), record=opened.record, deps=[opened.hash])
    claim = hub.write("referral", referrals.Open("931", "870", "", Needs(9, "F")))
    bring(reading, party, hub, maker=HUB)
    assert set(set_aside(reading)) == {bad.hash, claim.hash}
    assert reading.store.write.execute("SELECT state FROM referral").fetchall() == [("sent",)]


def test_what_others_of_the_audience_cannot_hear_is_waited_for_by_all(region: dict[str, Desk]) -> None:
    """The hub hears both pairs, Reading one: they must still come to the same tables."""
    other = Scribe(OXFORD, pair("931", "HUB-N"))
    secret = other.write("referral", referrals.Open("931", "HUB-N", "", Needs(9, "F")))
    scribe = Scribe(OXFORD, pair("870", "931"))
    opened = scribe.write("referral", referrals.Open("931", "870", "", Needs(9, "F")), deps=[secret.hash])
    later = scribe.write("referral", referrals.Withdraw("no"), record=opened.record, deps=[opened.hash])
    bring(region["870"], scribe, maker=OXFORD)
    bring(region["HUB-N"], other, scribe, maker=OXFORD)
    audience = pair("870", "931")
    assert region["870"].digest(audience) == region["HUB-N"].digest(audience)
    for code in ("870", "HUB-N"):
        assert states(region[code])[opened.hash] == states(region[code])[later.hash] == PARKED
        assert is_live_as_rebuilt(region[code])


def test_a_desk_does_not_sign_what_others_could_not_hear(region: dict[str, Desk]) -> None:
    desk = region["870"]
    with desk.writing() as w:
        own = w.act("request", request())
    for audience in (pair("870", "931"), pair("870", "HUB-N")):
        act = referrals.Open("870", "931", "", Needs(9, "F"))
        with pytest.raises(Refused, match="cannot hear"), desk.writing() as w:
            w.act("referral", act, audience=audience, deps=[own.entry])
    with pytest.raises(Refused, match="not here"), desk.writing() as w:
        w.act("request", request(), deps=[b"?" * 32])
    assert desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (1,)


def test_an_act_that_breaks_a_rule_undoes_all_that_went_with_it(region: dict[str, Desk]) -> None:
    desk = region["870"]
    scribe = Scribe(OXFORD, "rcc")
    theirs = scribe.write("setting", home())
    bring(desk, scribe, maker=OXFORD)
    before = everything(desk)
    with pytest.raises(Refused, match="does not keep"):
        _rename_with_another(desk, theirs.record)
    assert everything(desk) == before


def _rename_with_another(desk: Desk, record: str) -> None:
    with desk.writing() as w:
        w.act("setting", home("870"))
        w.act("setting", rename("Mine now"), record=record)


def test_a_hub_opens_for_another_and_hands_over(reading: Desk) -> None:
    hub, owner = Scribe(HUB, "rcc"), Scribe(READING, "rcc")
    opened = hub.write("vacancy", places("870"))
    early = owner.write("vacancy", recount(9), record=opened.record, deps=[opened.hash], clock=AT_MS + 5)
    wrong = hub.write(
        "vacancy",
        vacancies.HandOver("931", OXFORD.public.hex()),
        record=opened.record,
        deps=[opened.hash],
        clock=AT_MS + 10,
    )
    over = hub.write(
        "vacancy",
        vacancies.HandOver("870", READING.public.hex()),
        record=opened.record,
        deps=[opened.hash],
        clock=AT_MS + 20,
    )
    late = hub.write("vacancy", recount(7), record=opened.record, deps=[over.hash], clock=AT_MS + 30)
    good = owner.write("vacancy", recount(5), record=opened.record, deps=[over.hash], clock=AT_MS + 40)
    bring(reading, owner, hub, maker=HUB)
    assert set(set_aside(reading)) == {early.hash, wrong.hash, late.hash}
    assert states(reading)[good.hash] == READY
    row = reading.store.write.execute("SELECT keeper, allocator, accepting FROM vacancy").fetchall()
    assert row == [("870", READING.public.hex(), 5)]


def test_an_authority_opens_no_record_of_another(reading: Desk) -> None:
    scribe = Scribe(OXFORD, "rcc")
    claim = scribe.write("setting", home("870"))
    later = scribe.write("setting", rename("A"), record=claim.record, deps=[claim.hash])
    bring(reading, scribe, maker=OXFORD)
    assert set(set_aside(reading)) == {claim.hash, later.hash}
    assert _names(reading) == []


@pytest.mark.parametrize("apart", [False, True])
def test_a_clock_that_does_not_run_up_stops_the_log(region: dict[str, Desk], apart: bool) -> None:
    """Alike whether the entries come in one section or several: else two stores would disagree."""
    scribe = Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    back = scribe.write("setting", rename("Back"), record=opened.record, deps=[opened.hash], clock=AT_MS)
    later = scribe.write("setting", rename("On"), record=opened.record, deps=[opened.hash], clock=AT_MS + 9)
    desk = region["870"]
    if apart:
        for entry in reversed(scribe.entries):
            import_bytes(desk, bundle(OXFORD, [scribe.section([entry])]))
    else:
        bring(desk, scribe, maker=OXFORD)
    assert states(desk) == {opened.hash: READY, back.hash: UNCONNECTED, later.hash: UNCONNECTED}
    assert _names(desk) == ["The Elms"]
    assert is_live_as_rebuilt(desk)


@pytest.mark.parametrize("apart", [False, True])
def test_an_entry_in_a_place_that_does_not_follow(reading: Desk, apart: bool) -> None:
    scribe, other = Scribe(OXFORD, "rcc"), Scribe(OXFORD, "rcc")
    opened = scribe.write("setting", home())
    foreign = other.write("setting", home(name="Other"))
    skips = scribe.write("setting", rename("Skips"), record=opened.record, seq=5, prev=opened.hash)
    astray = scribe.write(
        "setting", rename("Astray"), record=opened.record, seq=1, prev=foreign.hash, clock=AT_MS + 50
    )
    for entries in [[one] for one in scribe.entries] if apart else [scribe.entries]:
        import_bytes(reading, bundle(OXFORD, [scribe.section(entries), other.section()]))
    assert states(reading)[skips.hash] == states(reading)[astray.hash] == UNCONNECTED
    assert _names(reading) == ["Other", "The Elms"]
    assert is_live_as_rebuilt(reading)


def test_a_clock_that_does_not_run_past_what_it_relied_on(reading: Desk) -> None:
    one, other = Scribe(OXFORD, "rcc"), Scribe(OXFORD, "rcc")
    opened = one.write("setting", home(), clock=AT_MS + 100)
    late = other.write("setting", rename("Before"), record=opened.record, deps=[opened.hash], clock=AT_MS)
    bring(reading, one, other, maker=OXFORD)
    assert "clock" in set_aside(reading)[late.hash]
    assert _names(reading) == ["The Elms"]


def test_a_clock_run_to_the_end_stops_nobody_else(region: dict[str, Desk]) -> None:
    """Oxford drives its clock to the last tick in the pair; Reading must still be able to write."""
    desk = region["870"]
    audience = pair("870", "931")
    scribe = Scribe(OXFORD, audience)
    act = referrals.Open("931", "870", "", Needs(9, "F"))
    ended = scribe.write("referral", act, clock=MAX_CLOCK)
    nearly = Scribe(OXFORD, audience)
    almost = nearly.write("referral", act, clock=MAX_CLOCK - 1)
    bring(desk, scribe, nearly, maker=OXFORD)
    with desk.writing() as w:
        w.act("referral", referrals.Refuse("full", ""), record=almost.record, audience=audience)
    with desk.writing() as w:
        again = w.act("referral", referrals.Open("870", "931", "", Needs(8, "M")), audience=audience)
        w.act("referral", referrals.Withdraw("no"), record=again.record, audience=audience)
    with pytest.raises(Refused, match="clock"), desk.writing() as w:
        w.act("request", request(), deps=[ended.hash])
    rows = desk.store.write.execute("SELECT state FROM referral ORDER BY state").fetchall()
    assert rows == [("refused",), ("sent",), ("withdrawn",)]
    assert is_live_as_rebuilt(desk)


def test_a_member_claims_to_hold_more_than_there_is(reading: Desk) -> None:
    """Heads are a member's own word: they may cost it what it then is not sent, and nobody else anything."""
    with reading.writing() as w:
        w.act("setting", home("870"))
    log = reading.store.write.execute("SELECT log FROM log").fetchone()[0]
    heads = [Head(log, 10**9, b"?" * 32), Head(b"x" * 32, 3, b"?" * 32)]
    assert import_bytes(reading, bundle(OXFORD, heads=heads)).exit_code == 0
    with reading.writing() as w:
        w.act("setting", home("870", "Next"))
    assert reading.store.write.execute("SELECT COUNT(*) FROM log").fetchone() == (1,)
    assert is_live_as_rebuilt(reading)


def test_every_audience_is_digested_apart(reading: Desk) -> None:
    before = {audience: reading.digest(audience) for audience in ("rcc", "own:870")}
    with reading.writing() as w:
        w.act("request", request())
    assert reading.digest("rcc") == before["rcc"]
    assert reading.digest("own:870") != before["own:870"]
    assert folded.audiences(reading.store.write) == ("own:870", "rcc")
