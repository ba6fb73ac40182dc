"""The whole job by commands alone: three stores, bundles in every order and twice, one outcome."""

from __future__ import annotations

import shutil
from itertools import permutations
from pathlib import Path
from typing import Any

from tests.cli.conftest import Town

PAIR = "pair:870:931"
COLUMNS = (
    "ref,provider,setting,authority,town,outcode,type,accepting,registered,age_min,age_max,sex,needs,siblings"
)
OFFERS = f"""{COLUMNS}
OX-1,Oxfordshire Council,Oakley family,931,Abingdon,OX14,foster,2,3,8,16,A,autism|adhd,2
OX-2,Oxfordshire Council,Kingfisher House,931,Banbury,OX16,residential,1,4,10,17,M,,1
OX-3,Oxfordshire Council,Nobody,931,Banbury,ZZ99Q,residential,1,4,10,17,M,,1
"""


def _bundle(town: Town, maker: str, reader: str) -> Path:
    written = town.told(maker, "bundle", "export", "--to", reader, "--out", str(town.folder / "stick"))
    return Path(written["files"][0]["file"])


def _heard(town: Town, reader: str, *files: Path) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = town.told(reader, "bundle", "import", *map(str, files))
    return results


def _digests(town: Town, code: str) -> tuple[str, str]:
    return (
        town.told(code, "digest", "--audience", "rcc")["digest"],
        town.told(code, "digest", "--audience", PAIR)["digest"],
    )


def _propose(town: Town) -> str:
    """Reading logs a request, searches with slips, and proposes to Oxfordshire on the tariff."""
    request = town.told(
        "870",
        "request",
        "add",
        "--age",
        "12",
        "--sex",
        "F",
        "--home",
        "RG4",
        "--need",
        "autism",
        "--child",
        "870-1",
    )
    assert request["state"] == "open"
    found = town.told(
        "870", "search", "fostr abbingdon autisim 12f 30mi from RG4", "--request", request["id"]
    )
    assert found["results"][0]["setting"] == "Oakley family"
    assert found["results"][0]["reasons"]
    trade = town.told(
        "870",
        *("trade", "propose", "--vacancy", found["results"][0]["id"], "--request", request["id"]),
        *("--start", "2026-12-07", "--end", "2027-02-01"),
    )
    assert (trade["state"], trade["signed_by"], trade["flags"]) == ("proposed", ["870"], [])
    assert sum(line["pence"] for line in trade["lines"]) == trade["weekly"] > 0
    return str(trade["id"])


def _live(town: Town, trade: str) -> None:
    """Both sides state that the child moved in and, in the end, out."""
    for code in ("870", "931"):
        assert town.told(code, "trade", "start", trade, "--on", "2026-12-07")["state"] == "started"
        ended = town.told(code, "trade", "end", trade, "--on", "2027-01-20", "--reason", "CARPL")
        assert ended["state"] == "ended"


def test_the_whole_job_in_every_order(region: Town) -> None:
    town = region
    offers = town.file("offers.csv", OFFERS)
    taken = town.told("931", "vacancy", "import", offers)
    assert (taken["new"], taken["refused"]) == (2, 1)
    assert "OX-3" in Path(taken["rejected_file"]).read_text(encoding="utf-8")
    assert town.told("931", "vacancy", "import", offers)["known"] == 2
    _heard(town, "870", _bundle(town, "931", "870"))
    shutil.copytree(town.folder / "HUB-N", town.folder / "hub-before")

    trade = _propose(town)
    to_hub = [_bundle(town, "870", "HUB-N")]
    _heard(town, "931", _bundle(town, "870", "931"))
    accepted = town.told("931", "trade", "accept", trade)
    assert (accepted["state"], accepted["signed_by"]) == ("agreed", ["870", "931"])
    to_hub.append(_bundle(town, "931", "HUB-N"))
    _heard(town, "870", _bundle(town, "931", "870"))
    _live(town, trade)
    _heard(town, "870", _bundle(town, "931", "870"))
    _heard(town, "931", _bundle(town, "870", "931"))
    to_hub.extend((_bundle(town, "870", "HUB-N"), _bundle(town, "931", "HUB-N")))

    expected = _digests(town, "870")
    assert _digests(town, "931") == expected
    for number, order in enumerate(permutations(to_hub)):
        hub = f"hub-{number}"
        shutil.copytree(town.folder / "hub-before", town.folder / hub)
        for file in (*order, *reversed(order)):
            town.told(hub, "bundle", "import", str(file))
        assert _digests(town, hub) == expected, [file.name for file in order]
        shutil.rmtree(town.folder / hub)
    _heard(town, "HUB-N", *to_hub)

    ledgers = {code: town.told(code, "ledger") for code in ("870", "931", "HUB-N")}
    assert ledgers["870"] == ledgers["931"] == ledgers["HUB-N"]
    assert [row["nights"] for row in ledgers["870"]] == [25, 19]
    assert all(row["pence"] == (2 * row["weekly"] * row["nights"] + 7) // 14 for row in ledgers["870"])
    for code in ("870", "931", "HUB-N"):
        assert town.at(code, "rebuild").code == 0
        assert town.told(code, "check", "--deep")["ok"]
        assert _digests(town, code) == expected


def test_a_byte_flipped_on_the_way_changes_nothing(region: Town) -> None:
    town = region
    town.told("931", "vacancy", "import", town.file("offers.csv", OFFERS))
    file = _bundle(town, "931", "870")
    before = _digests(town, "870")
    raw = file.read_bytes()
    for place in range(0, len(raw), max(1, len(raw) // 40)):
        file.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        ran = town.at("870", "bundle", "import", str(file), "--json")
        assert ran.code == 3
        assert ran.document[0]["result"] == "refused"
        assert ran.document[0]["reason"]
        assert "Traceback" not in ran.err
    assert _digests(town, "870") == before
    file.write_bytes(raw)
    assert _heard(town, "870", file)[0]["result"] == "ok"


def test_a_hub_enters_places_for_an_authority_and_hands_them_over(region: Town) -> None:
    """Slough is not on the system: the hub keeps its places, marked so, until it joins."""
    town = region
    offers = town.file("slough.csv", OFFERS.replace("931", "871").replace("ZZ99Q", "SL3"))
    assert town.told("HUB-N", "vacancy", "import", offers)["new"] == 3
    _heard(town, "870", _bundle(town, "HUB-N", "870"))
    seen = town.told("870", "search", "oakley")["results"]
    assert [place["authority"] for place in seen] == ["871"]


def test_mailboxes_bring_all_to_one_state(region: Town) -> None:
    town = region
    town.told("931", "vacancy", "import", town.file("offers.csv", OFFERS))
    box = town.folder / "share"
    box.mkdir()
    for _ in range(2):
        for code in ("931", "870", "HUB-N"):
            assert town.at(code, "sync", "--mailbox", str(box)).code == 0
    assert (
        len({town.told(code, "digest", "--audience", "rcc")["digest"] for code in ("870", "931", "HUB-N")})
        == 1
    )
    settled = sorted(file.name for file in box.iterdir())
    for code in ("931", "870", "HUB-N") * 2:
        assert town.at(code, "sync", "--mailbox", str(box)).code == 0
    once = sorted(file.name for file in box.iterdir())
    for code in ("931", "870", "HUB-N"):
        town.at(code, "sync", "--mailbox", str(box))
    assert sorted(file.name for file in box.iterdir()) == once, settled
