"""What is news for a request, and for how long."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rcc_tui.domain.authorities import Authority
from rcc_tui.search.names import Names
from rcc_tui.services import alerts, erasing, noticing, places, requests, trades
from rcc_tui.services.desk import Desk
from rcc_tui.services.finder import attach
from rcc_tui.services.noticing import Watch, notice
from rcc_tui.services.today import today
from tests.screens.trading import CHILD, SETTING, VACANCY, offer, swap, with_tariff


def _told(desk: Desk) -> dict[str, int]:
    """How many new places there are, by request."""
    notice(desk)
    return {one.request.id: len(one.places) for one in alerts.news(desk)}


def _another(desk: Desk, ref: str, **facts: object) -> str:
    home = places.add_setting(desk, replace(SETTING, ref=ref, name=f"Home {ref}"))
    return places.add(desk, home.id, replace(VACANCY, ref=f"{ref}-1", **facts)).id  # type: ignore[arg-type]


def test_a_place_that_comes_is_news_until_looked_at(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    offer(region)
    swap(ours, desk)
    request = requests.add(desk, CHILD)
    assert _told(desk) == {}, "what fits from the beginning is no news"
    new = _another(ours, "R-2")
    _another(ours, "R-3", age_min=15, age_max=17)
    swap(ours, desk)
    assert _told(desk) == {request.id: 1}
    assert _told(desk) == {request.id: 1}, "it stays so until somebody looks"
    (item,) = (one for one in today(desk) if one.kind == "fits")
    assert (item.text, item.where, item.id) == (
        "1 new place fits the girl of 12 from OX1",
        "search",
        request.id,
    )
    assert alerts.look(desk, request.id) == (new,)
    assert alerts.look(desk, request.id) == ()
    assert _told(desk) == {}


def test_confirming_again_is_no_news(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    vacancy = offer(region)
    swap(ours, desk)
    requests.add(desk, CHILD)
    assert _told(desk) == {}
    places.confirm(ours, vacancy)
    places.edit(ours, vacancy, replace(VACANCY, solo=True))
    swap(ours, desk)
    assert _told(desk) == {}


def test_a_place_given_back_is_news(region: dict[str, Desk]) -> None:
    with_tariff(region)
    ours, desk = region["870"], region["931"]
    single = _another(ours, "R-2", accepting=1, siblings=1)
    swap(ours, desk)
    first = requests.add(desk, CHILD)
    assert _told(desk) == {}
    other = requests.add(desk, replace(CHILD, age=10, sex="M"))
    trade = trades.propose(desk, single, start="2026-12-03", request=other.id)
    swap(desk, ours)
    trades.accept(ours, trade.id)
    swap(ours, desk)
    assert _told(desk) == {}
    assert trades.show(desk, trade.id).state == "agreed"
    for one in (desk, ours):
        trades.start(one, trade.id, "2026-12-01")
        trades.end(one, trade.id, "2026-12-01", "CHILD")
    swap(desk, ours)
    swap(ours, desk)
    assert _told(desk).get(first.id) == 1


def test_a_changed_request_knows_what_fits_it_now(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    offer(region)
    _another(ours, "R-2", age_min=15, age_max=17)
    swap(ours, desk)
    request = requests.add(desk, CHILD)
    assert _told(desk) == {}
    requests.edit(desk, request.id, replace(CHILD, age=15))
    assert _told(desk) == {}
    requests.seek(desk, request.id, "nowhere")
    assert _told(desk) == {}


def test_kept_words_and_hard_limits_count(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    request = requests.add(desk, CHILD)
    requests.seek(desk, request.id, "windsr <900")
    other = requests.add(desk, replace(CHILD, uasc=False, age=11))
    assert _told(desk) == {}
    _another(ours, "R-2", weekly=50_000)
    _another(ours, "R-3", protected="UASC")
    home = places.add_setting(ours, replace(SETTING, ref="R-4", town="Windsor", name="Weir"))
    fits = places.add(ours, home.id, replace(VACANCY, ref="R-4-1", weekly=80_000)).id
    places.add(ours, home.id, replace(VACANCY, ref="R-4-2", weekly=95_000))
    swap(ours, desk)
    assert _told(desk) == {request.id: 1, other.id: 3}
    assert alerts.look(desk, request.id) == (fits,)


def test_a_name_that_only_the_roll_has_narrows_a_kept_search(
    region: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, desk = region["870"], region["931"]
    renamed = Names([Authority("869", "", "Windmere", "N")], {})
    monkeypatch.setattr(noticing, "names", lambda _: renamed)
    request = requests.add(desk, CHILD)
    requests.seek(desk, request.id, "la:windmere")
    assert _told(desk) == {}
    _another(ours, "R-2")
    swap(ours, desk)
    assert _told(desk) == {}, "it is no place of Windmere"


def test_it_outlives_the_program_and_not_the_request(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    attach(desk)
    one, two = requests.add(desk, CHILD), requests.add(desk, replace(CHILD, age=11))
    watch = Watch()
    watch.begin(desk)
    while watch.more:
        watch.go_on(desk)
    watch.begin(desk)
    assert not watch.more, "nothing has changed since"
    _another(ours, "R-2")
    swap(ours, desk)
    assert _told(desk) == {one.id: 1, two.id: 1}
    # Another program at the same store reads the same, without looking again.
    assert {news.request.id for news in alerts.news(desk)} == {one.id, two.id}
    requests.withdraw(desk, two.id, "home")
    assert _told(desk) == {one.id: 1}
    erasing.erase(desk, one.id, "retention ended")
    for table in ("search_news", "search_fit"):
        (left,) = desk.store.write.execute(f"SELECT COUNT(*) FROM {table}").fetchone()
        assert left == 0, table


def test_what_is_known_already_is_not_gone_through_place_by_place(
    region: dict[str, Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, desk = region["870"], region["931"]
    for number in range(3):
        _another(ours, f"R-{number}")
    swap(ours, desk)
    request = requests.add(desk, CHILD)
    assert _told(desk) == {}
    looked: list[str] = []
    key = noticing._key

    def counted(id: str) -> bytes:
        looked.append(id)
        return key(id)

    monkeypatch.setattr(noticing, "_key", counted)
    assert _told(desk) == {}, "another start of the program, nothing new"
    assert looked == []
    _another(ours, "R-9")
    swap(ours, desk)
    assert _told(desk) == {request.id: 1}


def test_what_is_taken_before_anybody_looks_is_news_no_more(region: dict[str, Desk]) -> None:
    ours, desk = region["870"], region["931"]
    request = requests.add(desk, CHILD)
    assert _told(desk) == {}
    new = _another(ours, "R-2")
    swap(ours, desk)
    assert _told(desk) == {request.id: 1}
    places.close(ours, new, "shut")
    swap(ours, desk)
    assert _told(desk) == {}


def test_a_hub_has_none(region: dict[str, Desk]) -> None:
    assert not notice(region["HUB-N"])
    assert alerts.news(region["HUB-N"]) == ()
    assert alerts.look(region["HUB-N"], "00" * 16) == ()
