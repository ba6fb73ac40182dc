"""Acts of any kind with any values: decoded the one way or refused, folded without a fault, by a rule."""

from __future__ import annotations

import dataclasses
import json
from itertools import combinations
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts.canonical import MAX_NUMBER, encode, is_normal, normal
from rcc_tui.acts.facts import known_fields, whole
from rcc_tui.acts.kind import Act, Author, Folded, Heard, History, record_id, settle
from rcc_tui.acts.kinds import KINDS
from rcc_tui.acts.names import is_code, may_read, may_write, own, pair, parties, scope
from tests.attacks.facts import HOME, home, rename

# ---- audiences


@pytest.mark.parametrize(
    ("audience", "named"),
    [
        ("rcc", ()),
        ("own:870", ("870",)),
        ("pair:870:931", ("870", "931")),
        ("pair:870:HUB-N", ("870", "HUB-N")),
    ],
)
def test_audiences_name_their_parties(audience: str, named: tuple[str, ...]) -> None:
    assert parties(audience) == named
    assert scope(audience) == audience.split(":")[0]


@given(st.text(max_size=30))
def test_any_text_is_an_audience_or_refused(text: str) -> None:
    try:
        named = parties(text)
    except ValueError:
        return
    assert text in ({"rcc"} if not named else {own(named[0])} if len(named) == 1 else {pair(*named)})
    assert all(map(is_code, named))


@pytest.mark.parametrize(
    "text", ["rcc\n", "own:870:", "own:87O ", "pair:931:870", "pair:8:9", "OWN:870", "own:८७०"]
)
def test_what_is_no_audience(text: str) -> None:
    with pytest.raises(ValueError, match=r"audience|order"):
        parties(text)


def test_a_pair_is_named_alike_by_both() -> None:
    assert pair("931", "870") == pair("870", "931")
    with pytest.raises(ValueError, match="different"):
        pair("870", "870")


@pytest.mark.parametrize("role", ["authority", "hub"])
def test_who_hears_and_who_writes(role: str) -> None:
    assert may_write("rcc", "870", role)
    assert may_read("own:870", "870", role)
    assert not may_read("own:870", "931", role)
    assert may_read("pair:870:931", "931", role)
    assert may_read("pair:870:931", "886", role) == (role == "hub")
    assert may_write("pair:870:931", "886", role) == (role == "hub")


# ---- acts with any values in them

numbers = st.one_of(st.integers(-3, 40), st.sampled_from([-(2**63), 2**63 - 1, MAX_NUMBER, MAX_NUMBER + 1]))
# Of the codes that may stand anywhere; the rest is any text there is.
texts = st.one_of(
    st.sampled_from(["", "870", "931", "2026-12-01", "2026-02-30", "9999-12-31", "0001-01-01", "00" * 16]),
    st.text(max_size=12),
    st.sampled_from(["accepting", "name", "ref", "a = [", "[" * 400, "\x00", "\u202e[red]"]),
)


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if hint is int:
        return numbers
    if hint is str:
        return texts
    if hint is bool:
        return st.booleans()
    if hint is bytes:
        return st.sampled_from([b"", b"\x00" * 32, b"\x01" * 32])
    if get_origin(hint) is tuple:
        inner = get_args(hint)
        if inner[-1] is Ellipsis:
            return st.lists(_values(inner[0]), max_size=3).map(tuple)
        return st.tuples(*map(_values, inner))
    assert dataclasses.is_dataclass(hint) or issubclass(hint, msgspec.Struct), hint
    return _built(hint)


def _built(kind: Any) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    names = (
        kind.__struct_fields__
        if issubclass(kind, msgspec.Struct)
        else [one.name for one in dataclasses.fields(kind)]
    )
    return st.builds(kind, **{name: _values(hints[name]) for name in names})


def _acts(kind: str) -> tuple[Any, ...]:
    acts = KINDS[kind].acts
    return get_args(acts) or (acts,)


ANY_ACT = {name: st.one_of([_built(act) for act in _acts(name)]) for name in KINDS}
AUTHORS = [
    Author("870", "authority", "a" * 64, host=True),
    Author("931", "authority", "b" * 64),
    Author("HUB-N", "hub", "c" * 64),
]
any_amount = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("kind", sorted(KINDS))
@any_amount
@given(data=st.data())
def test_any_act_is_decoded_to_itself_or_set_aside(kind: str, data: st.DataObject) -> None:
    act = data.draw(ANY_ACT[kind])
    payload = normal(encode(act))
    try:
        assert encode(KINDS[kind].decode(payload)) == payload
    except ValueError:
        assert b"1000000000001" in payload or b"922337203685477580" in payload


@pytest.mark.parametrize("kind", sorted(KINDS))
@any_amount
@given(data=st.data())
def test_any_acts_fold_without_a_fault(kind: str, data: st.DataObject) -> None:
    """Whatever decodes comes to rows that tables can hold, or is set aside with the reason."""
    heard = data.draw(_heard(kind))
    audience = {"rcc": "rcc", "own": own("870"), "pair": pair("870", "931"), "any": "rcc"}[KINDS[kind].scope]
    folded = KINDS[kind].fold(History(heard[0][1], audience, [one for one, _ in heard]))
    assert set(folded.rows) <= set(KINDS[kind].tables)
    for row in (row for rows in folded.rows.values() for row in rows):
        for value in row.values():
            assert isinstance(value, str | int)
            assert not isinstance(value, int) or abs(value) < 2**63
    assert {digest for digest, _ in folded.refused} <= {one.hash for one, _ in heard}
    assert all(why for _, why in folded.refused)
    for one, _ in heard:
        assert isinstance(KINDS[kind].line(one.act), str)


@st.composite
def _heard(draw: st.DrawFn, kind: str) -> list[tuple[Heard, bytes]]:
    logs = [bytes([number]) * 32 for number in range(3)]
    record = record_id(logs[0], 0)
    found: list[tuple[Heard, bytes]] = []
    places = [0, 0, 0]
    for number in range(draw(st.integers(1, 6))):
        which = 0 if number == 0 else draw(st.integers(0, 2))
        try:
            act = KINDS[kind].decode(normal(encode(draw(ANY_ACT[kind]))))
        except ValueError:
            continue
        deps = tuple(one.hash for one, _ in found if draw(st.booleans()))
        heard = Heard(
            bytes([number]) * 32, act, AUTHORS[which], number + 1, logs[which], places[which], 0, deps
        )
        places[which] += 1
        found.append((heard, record))
    if not found:
        act = msgspec.json.decode(encode(home("870")), type=type(home("870")))
        found.append((Heard(b"h" * 32, act, AUTHORS[0], 1, logs[0], 0, 0, ()), record))
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(raw=st.binary(max_size=120))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_an_act_or_refused(kind: str, raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"act|canonical|number"):
        KINDS[kind].decode(raw)


@pytest.mark.parametrize("number", [MAX_NUMBER, -MAX_NUMBER])
def test_numbers_up_to_a_bound(number: int) -> None:
    act = rename("A")
    fits = msgspec.structs.replace(act, facts=dataclasses.replace(HOME, registered=number))
    beyond = msgspec.structs.replace(
        act, facts=dataclasses.replace(HOME, registered=number + (1 if number > 0 else -1))
    )
    assert KINDS["setting"].decode(encode(fits)) == fits
    with pytest.raises(ValueError, match="too large"):
        KINDS["setting"].decode(encode(beyond))


def test_many_digits_in_a_text_are_no_number() -> None:
    act = rename("1" * 40)
    assert KINDS["setting"].decode(encode(act)) == act


@given(st.text(max_size=20))
def test_text_is_composed_before_it_is_signed(text: str) -> None:
    payload = encode(rename(text))
    assert is_normal(normal(payload))
    assert normal(normal(payload)) == normal(payload)


# ---- who knew of whom, and what a field then is


def _chain(knowledge: list[tuple[int, tuple[int, ...]]]) -> History:
    """Entries of `knowledge`: (log, the numbers of those it names)."""
    heard: list[Heard] = []
    for number, (log, deps) in enumerate(knowledge):
        heard.append(
            Heard(
                bytes([number]) * 32,
                rename(f"{number}"),
                AUTHORS[0],
                number + 1,
                bytes([log]) * 32,
                number,
                0,
                tuple(bytes([dep]) * 32 for dep in deps),
            )
        )
    return History(b"r" * 16, "rcc", heard)


@st.composite
def knowledges(draw: st.DrawFn) -> list[tuple[int, tuple[int, ...]]]:
    count = draw(st.integers(1, 8))
    return [
        (draw(st.integers(0, 2)), tuple(draw(st.sets(st.integers(0, number - 1))) if number else ()))
        for number in range(count)
    ]


def _knows(knowledge: list[tuple[int, tuple[int, ...]]], later: int, earlier: int) -> bool:
    """By the plain rule: through what an entry names and what its log said before."""
    log, deps = knowledge[later]
    causes = {*deps, *(number for number in range(later) if knowledge[number][0] == log)}
    return earlier in causes or any(_knows(knowledge, cause, earlier) for cause in causes if cause > earlier)


@given(knowledges())
def test_who_knew_of_whom(knowledge: list[tuple[int, tuple[int, ...]]]) -> None:
    history = _chain(knowledge)
    for earlier, later in combinations(range(len(knowledge)), 2):
        assert history.knew(history.heard[later], history.heard[earlier]) == _knows(knowledge, later, earlier)
        assert not history.knew(history.heard[earlier], history.heard[later])


@given(knowledges(), st.lists(st.sampled_from("abc"), min_size=8, max_size=8))
def test_a_field_keeps_every_value_that_nobody_replaced(
    knowledge: list[tuple[int, tuple[int, ...]]], values: list[str]
) -> None:
    history, folded = _chain(knowledge), Folded()
    writes = [(heard, {"f": values[number]}) for number, heard in enumerate(history.heard)]
    shown = settle(history, writes, folded)
    last = len(knowledge) - 1
    live = [
        number
        for number in range(last + 1)
        if not any(_knows(knowledge, other, number) for other in range(number + 1, last + 1))
    ]
    assert shown == {"f": values[live[-1]]}
    if len({values[number] for number in live}) > 1:
        assert folded.conflicts == [("f", tuple((history.heard[n].hash, values[n]) for n in live))]
    else:
        assert folded.conflicts == []


def test_an_edit_must_name_fields_there_are() -> None:
    (heard,) = _chain([(0, ())]).heard
    for names, good in (((), False), (("name",), True), (("name", "none"), False), (("__class__",), False)):
        folded = Folded()
        assert known_fields(heard, HOME, names, folded) == good
        assert bool(folded.refused) != good
    assert set(whole(HOME)) == {item.name for item in dataclasses.fields(HOME)}


def test_an_edit_of_fields_that_do_not_exist_still_reads_as_a_line() -> None:
    for name in ("setting", "vacancy", "provider", "child", "episode"):
        (edit,) = (act for act in _acts(name) if act.__struct_config__.tag == "edit")
        facts = get_type_hints(edit)["facts"]
        required = [item for item in dataclasses.fields(facts) if item.default is dataclasses.MISSING]
        act = edit(facts=facts(*(["1"] * len(required))), fields=("none", "__class__", ""))
        assert KINDS[name].line(act).startswith("changed none")


def test_a_record_is_opened_by_one_place_of_one_log_alone() -> None:
    ids = {record_id(bytes([log]) * 32, seq) for log in range(5) for seq in range(50)}
    assert len(ids) == 250
    assert {len(one) for one in ids} == {16}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_acts_are_told_apart_by_their_names(name: str) -> None:
    tags = [act.__struct_config__.tag for act in _acts(name)]
    assert len(set(tags)) == len(tags)
    assert all(issubclass(act, Act) for act in _acts(name))
    assert all(json.dumps(tag).isascii() for tag in tags)
