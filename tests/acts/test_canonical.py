"""The one way acts are written down, and that it can grow."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
import pytest

from rcc_tui.acts import requests, settings
from rcc_tui.acts.canonical import encode, is_canonical, lean
from rcc_tui.acts.kind import Act
from rcc_tui.domain.needs import Needs, Suitability
from rcc_tui.domain.vacancy import SettingFacts

FACTS = SettingFacts("r1", "Meadow House", "Bright Path", "870", "residential", "K2", registered=4)


@dataclass(frozen=True)
class Old:
    """Facts as an earlier release had them."""

    name: str
    places: int = 0


@dataclass(frozen=True)
class New:
    """The same with a field that came later, in the middle."""

    name: str
    floor: str = ""
    places: int = 0


class OpenOld(Act, frozen=True, tag="open"):
    """An act of the earlier release."""

    facts: Old


class OpenNew(Act, frozen=True, tag="open"):
    """The same act in the later one."""

    facts: New


class Listed(Act, frozen=True, tag="listed"):
    """An act with facts in a list, numbers in a list and a measure, as a later release might have."""

    facts: tuple[New, ...] = ()
    counts: tuple[int, ...] = ()
    share: float = 0.0


def test_what_an_earlier_release_wrote_is_canonical_in_a_later_one() -> None:
    payload = encode(OpenOld(Old("Meadow", 3)))
    act = msgspec.json.decode(payload, type=OpenNew)
    assert act == OpenNew(New("Meadow", "", 3))
    assert is_canonical(act, payload)


def test_hashes_over_facts_outlast_new_fields() -> None:
    assert encode(lean(Old("Meadow", 3))) == encode(lean(New("Meadow", "", 3)))
    assert encode(lean(New("Meadow", "2", 3))) != encode(lean(New("Meadow", "", 3)))


def test_lean_reaches_into_lists_and_nested_facts() -> None:
    needs = Needs(12, "F", suitability=Suitability(foster="preferred"), risks=(("self_harm", "low"),))
    assert lean(needs) == {
        "age": 12,
        "sex": "F",
        "suitability": {"foster": "preferred"},
        "risks": [["self_harm", "low"]],
    }


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(":4", ": 4"),
        lambda text: text.replace(":4", ":4.0"),
        lambda text: text.replace('"ref":"r1",', "").replace('"name"', '"ref":"r1","name"', 1)[::1] + " ",
        lambda text: text.replace('"ref":"r1"', '"ref":"r0","ref":"r1"'),
        lambda text: text.replace('"urn":""', '"urn":"","colour":"red"'),
        lambda text: text.replace('"ref":"r1","name":"Meadow House"', '"name":"Meadow House","ref":"r1"'),
        lambda text: text.replace("Meadow", "Me\\u0061dow"),
        lambda text: text.replace("Meadow", "Me\u0301adow"),
    ],
    ids=["space", "float", "trailing", "doubled", "unknown", "order", "escape", "decomposed"],
)
def test_any_other_way_of_writing_is_not_canonical(change) -> None:  # type: ignore[no-untyped-def]
    text = change(encode(settings.Open(FACTS)).decode())
    with pytest.raises(ValueError, match=r"canonical|not an act"):
        settings.KIND.decode(text.encode())


def test_a_field_left_out_reads_as_its_default() -> None:
    full = requests.Open(Needs(12, "F"), requests.RequestFacts())
    short = encode(full).decode().replace('"school":"",', "").encode()
    assert requests.KIND.decode(short) == full


def test_facts_in_a_list_may_lack_what_came_later_and_nothing_else() -> None:
    def read(payload: bytes) -> bool:
        return is_canonical(msgspec.json.decode(payload, type=Listed), payload)

    whole = encode(Listed((New("Meadow", "2", 3),)))
    assert read(whole.replace(b'"floor":"2",', b"").replace(b',"share":0.0', b""))
    assert not read(whole.replace(b'"floor":"2","places":3', b'"places":3,"floor":"2"'))


def test_no_number_is_written_as_another_kind_of_number() -> None:
    payload = encode(Listed(share=4.0)).replace(b"4.0", b"4")
    assert not is_canonical(msgspec.json.decode(payload, type=Listed), payload)


def test_what_one_act_is_written_as_is_no_other() -> None:
    longer = encode(Listed(counts=(1, 2, 3)))
    assert is_canonical(Listed(counts=(1, 2, 3)), longer)
    assert not is_canonical(Listed(counts=(1, 2)), longer)
