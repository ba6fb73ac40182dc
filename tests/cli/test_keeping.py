"""rcc status, check, digest, rebuild, today, tariff: what the desk holds, and whether it holds together."""

from __future__ import annotations

import pytest

import fixtures
from db import cipher, engine
from tests.cli.conftest import BUYER, CHILD, HUB, SELLER, Town


def test_status(market: Town) -> None:
    found = market.told(BUYER, "status")
    assert found["authority"] == BUYER
    assert found["entries"] > 0
    assert [one["code"] for one in found["members"]] == [BUYER, SELLER, HUB]
    assert all(one.keys() >= {"heard_to", "heard_at"} for one in found["members"])
    assert {"parked", "quarantined", "conflicts"} <= found.keys()
    assert "Oxfordshire" in market.at(BUYER, "status").out


def test_digests_by_audience(market: Town) -> None:
    pair = f"pair:{BUYER}:{SELLER}"
    digests = {one: market.told(BUYER, "digest", "--audience", one) for one in ("own", "rcc", pair)}
    assert [found["audience"] for found in digests.values()] == list(digests)
    assert market.told(SELLER, "digest", "--audience", pair)["digest"] == digests[pair]["digest"]
    backwards = market.told(BUYER, "digest", "--audience", f"pair:{SELLER}:{BUYER}")
    assert backwards["digest"] == digests[pair]["digest"]
    assert market.at(BUYER, "digest", "--audience", "everybody").code == 2


def test_check_and_rebuild(market: Town) -> None:
    assert market.told(SELLER, "check")["problems"] == []
    assert market.told(SELLER, "check", "--deep")["ok"] is True
    assert market.told(SELLER, "rebuild")["ok"] is True


def test_a_flipped_bit_is_found(market: Town) -> None:
    store = cipher.connect(market.folder / SELLER / engine.FILE)
    changed = store.execute("UPDATE vacancy SET accepting = accepting + 1").rowcount
    store.close()
    assert changed
    found = market.at(SELLER, "check", "--deep", "--json")
    assert (found.code, found.document["ok"], bool(found.document["problems"])) == (3, False, True)
    rebuilt = market.at(SELLER, "rebuild", "--json")
    assert (rebuilt.code, rebuilt.document["ok"]) == (3, False)
    assert market.told(SELLER, "rebuild")["ok"] is True


def test_tariff_by_commands(market: Town) -> None:
    (tariff,) = market.told(BUYER, "tariff", "list")
    assert tariff["worked_example"] is True
    assert set(tariff["adopted_by"]) == {BUYER, SELLER}
    shown = market.told(SELLER, "tariff", "show", tariff["id"][:8])
    assert shown["text"] == fixtures.worked_tariff_text()
    assert "WORKED EXAMPLE" in market.at(SELLER, "tariff", "show", tariff["id"]).out


def test_a_quote_shows_every_step(market: Town) -> None:
    needs = ("--age", "12", "--sex", "F", "--ratio", "1:1", "--risk", "self_harm=high")
    quote = market.told(BUYER, "tariff", "quote", "OX-1", *needs, "--start", "2026-12-07")
    assert sum(line["pence"] for line in quote["lines"]) == quote["weekly"]
    assert any("self-harm high" in step or "self_harm" in step for step in quote["steps"])
    text = market.at(BUYER, "tariff", "quote", "--vacancy", "OX-1", *needs).out
    assert "WORKED EXAMPLE" in text
    request = market.told(BUYER, "request", "add", *CHILD)["id"]
    by_request = market.told(BUYER, "tariff", "quote", "OX-1", "--request", request)
    assert by_request["weekly"] < quote["weekly"]
    over = market.told(BUYER, "tariff", "quote", "OX-1", "--request", request, *needs[4:])
    assert over["weekly"] == quote["weekly"]
    assert market.at(BUYER, "tariff", "quote", "OX-1").code == 2
    assert market.at(BUYER, "tariff", "quote", *needs).code == 2


@pytest.mark.parametrize("body", [b"\xff\xfe", b"name = ", b"x" * (1 << 20) + b"y", b""])
def test_no_tariff_is_refused(town: Town, body: bytes) -> None:
    path = town.folder / "tariff.toml"
    path.write_bytes(body)
    ran = town.at(BUYER, "tariff", "publish", str(path), "--json")
    assert ran.code == 1
    assert ran.document["error"]["code"] != "defect"
    assert town.at(SELLER, "tariff", "publish", str(path)).code == 1


def test_today(market: Town) -> None:
    market.told(BUYER, "request", "add", "--age", "3", "--sex", "F", "--emergency")
    items = market.told(BUYER, "today")
    assert any(item["where"] == "requests" and item["urgent"] for item in items)
    assert market.at(BUYER, "today").code == 0
