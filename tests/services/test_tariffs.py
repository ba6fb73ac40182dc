"""Tariffs: who publishes, who adopts, and which holds between two on a day."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures
from rcc_tui.acts.tariffs import WithdrawAdoption
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services import tariffs
from rcc_tui.services.desk import Desk
from tests.trading import BUYER, HUB, SELLER, carry, tariff_between

TEXT = fixtures.worked_tariff_text()


def _version(number: int, valid_from: str = "2025-04-01", valid_to: str = "") -> str:
    return (
        TEXT.replace("version = 1", f"version = {number}")
        .replace('valid_from = "2025-04-01"', f'valid_from = "{valid_from}"')
        .replace('valid_to = ""', f'valid_to = "{valid_to}"')
    )


def test_only_the_host_publishes(region: dict[str, Desk]) -> None:
    for code in (SELLER, HUB):
        with pytest.raises(Refused, match="Only the host"):
            tariffs.publish(region[code], TEXT)
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
    tariffs.adopt(reading, published.id, "2026-04-01")
    (record,) = reading.store.write.execute("SELECT record FROM adoption").fetchone()
    with reading.writing() as w:
        w.act("adoption", WithdrawAdoption("2026-12-10"), record=record)
    assert tariffs.in_force(reading, BUYER, BUYER, "2026-12-09") is not None
    assert tariffs.in_force(reading, BUYER, BUYER, "2026-12-10") is None
    assert tariffs.show(reading, published.id).adopted_by == ()
    assert tariffs.adopt(reading, published.id, "2027-01-01").adopted_by == (BUYER,)


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
