"""Tariffs: who publishes, who adopts, and which holds between two on a day."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import fixtures
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import ledger, places, tariffs, trades
from rcc_tui.services.desk import Desk
from tests.trading import BUYER, HUB, NEEDS, SELLER, carry, offer, proposed, tariff_between

TEXT = fixtures.worked_tariff_text()


def _version(number: int, valid_from: str = "2025-04-01", valid_to: str = "") -> str:
    return (
        TEXT.replace("version = 1", f"version = {number}")
        .replace('valid_from = "2025-04-01"', f'valid_from = "{valid_from}"')
        .replace('valid_to = ""', f'valid_to = "{valid_to}"')
    )


def test_only_the_host_publishes(region: dict[str, Desk]) -> None:
    for code in (SELLER, HUB):
        with pytest.raises(Refused, match="Only the host") as refused:
            tariffs.publish(region[code], TEXT)
        assert refused.value.hint == "Send the document to 870 Reading."
    published = tariffs.publish(region[BUYER], TEXT)
    assert (published.version, published.worked_example, published.adopted_by) == (1, True, ())
    assert tariffs.show(region[BUYER], published.id[:6]) == published
    assert published.document() == fixtures.worked_tariff()


def test_a_document_that_is_not_whole_is_refused_and_a_version_comes_once(reading: Desk) -> None:
    with pytest.raises(Refused, match="TOML"):
        tariffs.publish(reading, "name = ")
    with pytest.raises(Refused):
        tariffs.publish(reading, 'name = "x"\nversion = 1\nvalid_from = "2025-04-01"\n')
    tariffs.publish(reading, TEXT)
    with pytest.raises(Refused, match="published already"):
        tariffs.publish(reading, TEXT + "\n# a note\n")
    tariffs.publish(reading, _version(2))
    assert [one.version for one in tariffs.listing(reading)] == [2, 1]


def test_adopted_once_from_a_day_by_authorities(region: dict[str, Desk], tmp_path: Path) -> None:
    published = tariffs.publish(region[BUYER], _version(1, valid_to="2027-03-31"))
    carry(region, tmp_path / "box")
    with pytest.raises(Refused, match="hub"):
        tariffs.adopt(region[HUB], published.id, "2026-12-01")
    for day in ("2027-04-01", "1/12/2026"):
        with pytest.raises(Refused):
            tariffs.adopt(region[SELLER], published.id, day)
    with pytest.raises(NotFound):
        tariffs.adopt(region[SELLER], "beefbeef", "2026-12-01")
    assert tariffs.adopt(region[SELLER], published.id, "2026-12-01").adopted_by == (SELLER,)
    with pytest.raises(Refused, match="already"):
        tariffs.adopt(region[SELLER], published.id, "2026-12-02")


def test_in_force_needs_both_on_that_day(region: dict[str, Desk], tmp_path: Path) -> None:
    box = tmp_path / "box"
    tariff = tariff_between(region, box, BUYER, from_day="2026-12-05")
    hub = region[HUB]
    assert tariffs.in_force(hub, BUYER, SELLER, "2026-12-05") is None
    tariffs.adopt(region[SELLER], tariff, "2026-12-03")
    carry(region, box)
    for desk in region.values():
        found = tariffs.in_force(desk, SELLER, BUYER, "2026-12-05")
        assert found is not None
        assert (found.id, found.adopted_by) == (tariff, (BUYER, SELLER))
        assert tariffs.in_force(desk, BUYER, SELLER, "2026-12-04") is None
    with pytest.raises(Refused):
        tariffs.in_force(hub, BUYER, SELLER, "5 December")


def test_a_withdrawn_adoption_holds_up_to_its_day(reading: Desk) -> None:
    published = tariffs.publish(reading, TEXT)
    with pytest.raises(Refused, match="has not adopted"):
        tariffs.withdraw(reading, published.id, "2026-12-10")
    tariffs.adopt(reading, published.id, "2026-04-01")
    with pytest.raises(Refused, match="is over"):
        tariffs.withdraw(reading, published.id, "2026-11-30")
    tariffs.withdraw(reading, published.id, "2026-12-10")
    with pytest.raises(Refused, match="has not adopted"):
        tariffs.withdraw(reading, published.id, "2026-12-11")
    assert tariffs.in_force(reading, BUYER, BUYER, "2026-12-09") is not None
    assert tariffs.in_force(reading, BUYER, BUYER, "2026-12-10") is None
    assert tariffs.show(reading, published.id).adopted_by == ()
    again = tariffs.adopt(reading, published.id, "2027-01-01")
    assert again.adopted_by == (BUYER,)
    told = [(one.from_day, one.withdrawn_on) for one in again.adoptions]
    assert told == [("2026-04-01", "2026-12-10"), ("2027-01-01", "")]
    assert tariffs.in_force(reading, BUYER, BUYER, "2026-12-31") is None
    assert tariffs.in_force(reading, BUYER, BUYER, "2027-01-01") is not None


def test_one_side_that_withdraws_ends_it_for_both_and_what_is_agreed_stays(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    box = tmp_path / "box"
    trade = proposed(region, box, start="2026-12-03")
    agreed = trades.accept(region[SELLER], trade.id)
    carry(region, box)
    tariffs.withdraw(region[SELLER], agreed.terms.tariff, "2026-12-05")
    carry(region, box)
    for desk in region.values():
        assert tariffs.in_force(desk, BUYER, SELLER, "2026-12-04") is not None
        assert tariffs.in_force(desk, BUYER, SELLER, "2026-12-05") is None
        assert trades.show(desk, trade.id).state == "agreed"
        assert ledger.charges(desk, trade.id)
    (vacancy,) = places.listing(region[SELLER]).rows
    with pytest.raises(Refused, match="No tariff is in force between 870 and 931"):
        trades.quote(region[BUYER], vacancy.id, NEEDS, start="2026-12-05")


def test_a_tariff_nobody_has_adopted_prices_nothing(region: dict[str, Desk], tmp_path: Path) -> None:
    box = tmp_path / "box"
    tariffs.publish(region[BUYER], TEXT)
    vacancy = offer(region[SELLER])
    carry(region, box)
    assert tariffs.in_force(region[BUYER], BUYER, SELLER, "2026-12-05") is None
    with pytest.raises(Refused, match="No tariff is in force") as refused:
        trades.propose(region[BUYER], vacancy, start="2026-12-05", needs=NEEDS)
    assert "Both must have adopted one" in refused.value.hint


def test_a_quote_says_retainer_and_notice_by_length_of_stay(region: dict[str, Desk], tmp_path: Path) -> None:
    box = tmp_path / "box"
    tariff_between(region, box)
    vacancy = offer(region[SELLER])
    carry(region, box, SELLER)
    needs = replace(NEEDS, siblings=2, emergency=True, stay="long", risks=(("self_harm", "high"),))
    found = trades.quote(
        region[BUYER], vacancy, needs, start="2026-12-05", extras=["therapy", "transport:2.5"]
    )
    assert found.worked_example
    assert [(line.label, line.pence) for line in found.lines] == [
        ("core", 530_00),
        ("child 2 at 90 %", 477_00),
        ("therapy", 310_00),
        ("transport 2.5 hours", 66_25),
        ("emergency premium, first 7 nights", 105_00),
    ]
    assert found.weekly == 1488_25
    assert (found.retainer_percent, found.retainer_weekly) == (50, 691_63)
    assert (found.notice_days, [one.days for one in found.notice]) == (28, [7, 14, 28])


def test_the_next_version_is_written_published_and_compared(reading: Desk) -> None:
    first = tariffs.publish(reading, TEXT)
    with pytest.raises(Refused, match="holds from 01/04/2025 itself"):
        tariffs.uplift(reading, first.id, "2025-04-01")
    second = tariffs.publish(reading, tariffs.uplift(reading, first.id, "2027-04-01"))
    assert (second.version, second.valid_from, second.worked_example) == (2, "2027-04-01", True)
    found = {one.what: one for one in tariffs.compare(reading, first.id, second.id)}
    core = found["foster 11–15 Core"]
    assert (core.old, core.new, core.percent) == (530_00, 543_25, 250)
    assert "raised by 2.5 %" in second.text
    other = tariffs.uplift(reading, second.id, "2028-04-01", percent=400)
    third = tariffs.publish(reading, other)
    assert {one.percent for one in tariffs.compare(reading, second.id, third.id) if one.part == "price"} == {
        400
    }
    assert tariffs.compare(reading, third.id, third.id) == ()
    with pytest.raises(NotFound):
        tariffs.compare(reading, first.id, "beefbeef")


def test_the_newest_version_of_that_day_holds(reading: Desk) -> None:
    ids = {}
    for number, start in ((1, "2025-04-01"), (2, "2026-04-01"), (3, "2027-04-01")):
        ids[number] = tariffs.publish(reading, _version(number, start)).id
        tariffs.adopt(reading, ids[number], "2025-04-01")
    for day, number in (("2026-03-31", 1), ("2026-12-01", 2), ("2027-04-01", 3)):
        found = tariffs.in_force(reading, BUYER, BUYER, day)
        assert found is not None
        assert found.id == ids[number]
    assert tariffs.in_force(reading, BUYER, BUYER, "2025-03-31") is None
