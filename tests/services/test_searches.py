"""Searches kept under a name, and with a request."""

from __future__ import annotations

import pytest

from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import conflicts, erasing, requests, searches
from rcc_tui.services.desk import Desk
from tests.screens.trading import CHILD


def test_kept_found_by_name_replaced_and_dropped(region: dict[str, Desk]) -> None:
    desk = region["870"]
    searches.save(desk, " Teens  near Slough ", "slough  14f 20mi")
    searches.save(desk, "babies", "foster 0")
    assert [(one.name, one.text) for one in searches.listing(desk)] == [
        ("babies", "foster 0"),
        ("Teens near Slough", "slough 14f 20mi"),
    ]
    assert searches.show(desk, "teens NEAR slough").text == "slough 14f 20mi"
    newer = searches.save(desk, "teens near slough", "slough 15f")
    assert searches.show(desk, "Teens near Slough") == newer
    assert len(searches.listing(desk)) == 2
    searches.drop(desk, newer.id)
    assert [one.name for one in searches.listing(desk)] == ["babies"]
    before = desk.digest("own:870")
    assert desk.rebuild()["own:870"] == (before, before)


def test_what_is_refused(region: dict[str, Desk]) -> None:
    desk = region["870"]
    for name, text in (("", "slough"), ("n" * 61, "slough"), ("Teens", "  "), ("Teens", "w" * 301)):
        with pytest.raises(Refused):
            searches.save(desk, name, text)
    kept = searches.save(desk, "Teens", "slough")
    with pytest.raises(Refused, match="already"):
        searches.save(desk, "Teens", "slough")
    searches.drop(desk, kept.id)
    with pytest.raises(NotFound):
        searches.drop(desk, kept.id)
    with pytest.raises(NotFound):
        searches.show(desk, "Teens")


def test_a_request_keeps_its_words_and_takes_them_with_it(region: dict[str, Desk]) -> None:
    desk = region["870"]
    request = requests.add(desk, CHILD)
    kept = requests.seek(desk, request.id, " slough   autism ")
    assert kept.search == "slough autism"
    with pytest.raises(Refused, match="already"):
        requests.seek(desk, request.id, "slough autism")
    with pytest.raises(Refused):
        requests.seek(desk, request.id, "w" * 301)
    assert requests.seek(desk, request.id, "").search == ""
    requests.seek(desk, request.id, "quillfeather lane")
    erasing.erase(desk, request.id, "retention ended")
    assert requests.listing(desk).total == 0
    held = desk.store.write.execute("SELECT COUNT(*) FROM entry WHERE instr(payload, 'quillfeather')")
    assert held.fetchone() == (0,)
    assert not conflicts.listing(desk)


def test_a_closed_request_keeps_nothing_more(region: dict[str, Desk]) -> None:
    desk = region["870"]
    request = requests.add(desk, CHILD)
    requests.withdraw(desk, request.id, "home")
    with pytest.raises(Refused):
        requests.seek(desk, request.id, "slough")
