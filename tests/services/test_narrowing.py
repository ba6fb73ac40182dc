"""What a search may be narrowed and widened by, at a desk."""

from __future__ import annotations

from dataclasses import replace

import pytest

import fixtures
from rcc_tui.domain.authorities import Authority
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.search.names import Names
from rcc_tui.services import alerts, finding, noticing, places, requests
from rcc_tui.services.desk import Desk
from rcc_tui.services.narrowing import around
from tests.screens.trading import CHILD, SETTING, VACANCY, offer, swap, with_tariff


def _offered(region: dict[str, Desk]) -> Desk:
    offer(region)
    desk, other = region["870"], region["931"]
    home = places.add_setting(desk, replace(SETTING, ref="R-2", name="Lock", type="residential", place="K2"))
    places.add(desk, home.id, VacancyFacts("R-2-1", 1, 8, 17, sex="M", confirmed_on="2026-11-30"))
    mine = replace(SETTING, ref="O-1", name="Isis", authority="931", town="Oxford", outcode="OX1")
    places.add(other, places.add_setting(other, mine).id, replace(VACANCY, ref="O-1-1", needs=()))
    swap(desk, other)
    return other


def test_counts_leave_their_own_filter_out(region: dict[str, Desk]) -> None:
    desk = _offered(region)
    found = around(desk, "12 type:residential")
    assert [(one.value, one.places, one.chosen) for one in found.types[:2]] == [
        ("foster", 2, False),
        ("residential", 1, True),
    ]
    assert [(one.value, one.label, one.places) for one in found.authorities] == [("870", "Reading", 1)]
    asked = around(desk, "12 la:oxfordshire type:residential").authorities
    assert [(one.value, one.places, one.chosen) for one in asked] == [("870", 1, False), ("931", 0, True)]


def test_what_a_little_less_would_find(region: dict[str, Desk]) -> None:
    desk = _offered(region)
    line = "12 f 10mi from OX1 "
    found = around(desk, line, counted=False)
    assert (found.types, found.authorities) == ((), ())
    first = found.misses[0]
    assert (first.said, first.more) == ("if 25 miles", 1)
    assert finding.search(desk, first.text).total == finding.search(desk, line).total + 1
    assert around(desk, line, near=False).misses == ()


def test_for_a_request(region: dict[str, Desk]) -> None:
    desk = _offered(region)
    request = requests.add(desk, replace(CHILD, max_miles=10, alongside="solo"))
    found = around(desk, "", request=request.id)
    assert sum(one.places for one in found.types) == finding.search(desk, "", request=request.id).total == 0
    assert [one.said for one in found.misses] == ["without solo"]


def test_an_authority_is_known_by_the_name_it_has_on_the_roll(
    region: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = _offered(region)
    called = Names((Authority("870", "", "Thames Valley", "N"),), fixtures.HUB_NAMES)
    monkeypatch.setattr("rcc_tui.services.narrowing.names", lambda _: called)
    found = around(desk, 'la:"thames valley" 12 ')
    assert [(one.value, one.chosen) for one in found.authorities] == [("870", True), ("931", False)]
    assert [(one.said, one.text) for one in found.misses if "authority" in one.said] == [
        ("of any authority", "12 ")
    ]


def test_a_price_asked_for_goes_by_the_tariff_where_a_place_has_none(region: dict[str, Desk]) -> None:
    with_tariff(region)
    desk = region["931"]
    (hit,) = finding.search(desk, "12f").hits
    assert (hit.place.vacancy.weekly, hit.weekly) == (0, 53_000)
    request = requests.add(desk, CHILD)
    for line, asked in (("12f", ""), ("", request.id)):
        priced = finding.search(desk, line, request=asked).hits[0].weekly
        for limit in (priced - 1, priced):
            text = f"{line} <{limit / 100:.2f}"
            total = finding.search(desk, text, request=asked).total
            assert total == (limit >= priced)
            found = around(desk, text, request=asked)
            assert sum(one.places for one in found.types) == total
            assert any(one.said.startswith("if up to") for one in found.misses) == (total == 0)
            if not asked:
                assert finding.ids(desk, text)[1] == total
    assert finding.search(desk, "<100").total == 1, "of nobody's age no tariff says anything"
    assert finding.search(region["870"], "12f <100").total == 1, "nor of an own place"


def test_a_kept_price_is_no_alert_for_what_the_tariff_makes_dearer(region: dict[str, Desk]) -> None:
    with_tariff(region)
    ours, desk = region["870"], region["931"]
    cheap, dear = (requests.add(desk, replace(CHILD, needs=())) for _ in range(2))
    requests.seek(desk, cheap.id, "<600")
    requests.seek(desk, dear.id, "<500")
    noticing.notice(desk)
    home = places.add_setting(ours, replace(SETTING, ref="R-9", name="New"))
    places.add(ours, home.id, replace(VACANCY, ref="R-9-1"))
    swap(ours, desk)
    noticing.notice(desk)
    assert {one.request.id for one in alerts.news(desk)} == {cheap.id}
