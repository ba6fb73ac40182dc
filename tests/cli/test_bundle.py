"""rcc bundle, rcc sync: files between desks, one result a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from rcc_tui.cli.bundle import exported_table
from rcc_tui.domain.errors import StoreError
from rcc_tui.services.syncing import Exported
from tests.cli.conftest import BUYER, HUB, SELLER, Town

KEYS = {"file", "result", "new", "known", "parked", "quarantined", "reason"}


def exported(town: Town) -> str:
    """A bundle of the host's for Oxfordshire, with something in it."""
    import fixtures

    text = town.file("tariff.toml", fixtures.worked_tariff_text())
    if town.told(BUYER, "tariff", "list") == []:
        town.told(BUYER, "tariff", "publish", text)
    (written,) = town.told(BUYER, "bundle", "export", "--to", SELLER, "--out", str(town.folder))["files"]
    assert (written["to"], written["entries"]) == (SELLER, 1)
    return str(written["file"])


def test_one_result_a_file_and_the_worst_exit_code(town: Town) -> None:
    good = exported(town)
    bad = town.folder / "bad.rccb"
    bad.write_bytes(Path(good).read_bytes()[:-9])
    ran = town.at(SELLER, "bundle", "import", str(bad), good, "--json")
    assert ran.code == 3
    first, second = ran.document
    assert first.keys() >= KEYS
    assert (first["result"], first["new"], bool(first["reason"])) == ("refused", 0, True)
    assert (second["result"], second["new"]) == ("ok", 1)
    again = town.told(SELLER, "bundle", "import", good)
    assert [one["result"] for one in again] == ["known"]


def test_verify_keeps_nothing(town: Town) -> None:
    good = exported(town)
    before = town.told(SELLER, "digest")
    assert town.told(SELLER, "bundle", "verify", good)[0]["new"] == 1
    assert town.told(SELLER, "digest") == before
    assert town.told(SELLER, "bundle", "import", good)[0]["result"] == "ok"
    assert town.told(SELLER, "digest") == town.told(BUYER, "digest") != before


def test_as_text(town: Town) -> None:
    good = exported(town)
    shown = town.at(SELLER, "bundle", "show", good)
    assert shown.code == 0
    assert "rcc" in shown.out
    taken = town.at(SELLER, "bundle", "import", good)
    assert Path(good).name in taken.out
    assert "ok" in taken.out


def test_sealed_and_open(town: Town) -> None:
    good = exported(town)
    assert town.told(SELLER, "bundle", "show", good)["recipients"] == [SELLER]
    for code in (HUB, BUYER):
        told = town.told(code, "bundle", "show", good)
        assert (told["sealed"], told["opened"], told["logs"]) == (True, False, [])
        assert "not sealed to this desk" in town.at(code, "bundle", "show", good).out
        ran = town.at(code, "bundle", "import", good, "--json")
        assert (ran.code, ran.document[0]["result"]) == (1, "refused")
    nowhere = town.run("bundle", "show", good, "--store", str(town.folder / "none"))
    assert (nowhere.code, "not sealed to this desk" in nowhere.out) == (0, True)
    out = ("--to", SELLER, "--out", str(town.folder), "--unsealed")
    (written,) = town.told(BUYER, "bundle", "export", *out)["files"]
    assert (written["sealed"], written["left_out"], written["entries"]) == (False, 0, 1)
    assert town.told(HUB, "bundle", "show", written["file"])["sealed"] is False
    assert "open" in town.at(BUYER, "bundle", "export", *out).out


def test_what_a_bundle_does_not_hold_is_said() -> None:
    told = exported_table([Exported("931", "a.rccb", 3, False, 2), Exported("870", "b.rccb", 9, rest=True)])
    assert "931: 2 entries between members or of one authority were left out" in told
    assert "870: more than one bundle holds" in told


def test_a_stick_one_cannot_write_to(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    box = town.folder / "box"
    box.mkdir()
    exported(town)
    town.at(BUYER, "sync", "--mailbox", str(box))

    def full(*_: object) -> Path:
        raise StoreError("The bundle cannot be written: No space left on device.")

    monkeypatch.setattr("rcc_tui.sync.outgoing.put", full)
    ran = town.at(SELLER, "sync", "--mailbox", str(box), "--json")
    assert ran.code == 1
    assert [one["new"] for one in ran.document["received"]] == [1]
    assert [one["to"] for one in ran.document["unsent"]] == [BUYER, HUB]
    ran = town.at(SELLER, "sync", "--mailbox", str(box))
    assert ran.code == 1
    assert ran.out.count("No space left") == 1
    assert f"Nothing was left for {BUYER}, {HUB}" in ran.out


def test_export_to_all_and_to_several(town: Town) -> None:
    out = ("--out", str(town.folder))
    everyone = town.told(BUYER, "bundle", "export", "--to", "all", *out)["files"]
    assert [one["to"] for one in everyone] == [SELLER, HUB]
    both = town.told(BUYER, "bundle", "export", "--to", f"{SELLER},{HUB}", *out)["files"]
    assert [one["to"] for one in both] == [SELLER, HUB]
    assert town.at(BUYER, "bundle", "export", "--to", "999", *out).code == 1
    assert town.at(BUYER, "bundle", "export").code == 2


def test_no_bundle_at_all(town: Town) -> None:
    path = town.file("text.rccb", "hello")
    assert town.at(SELLER, "bundle", "show", path, "--json").document["error"]["code"] == "bundle"
    ran = town.at(SELLER, "bundle", "import", path, str(town.folder / "missing.rccb"), "--json")
    assert ran.code > 0
    assert [one["result"] for one in ran.document] == ["refused", "refused"]


def test_a_shared_folder(town: Town) -> None:
    box = town.folder / "box"
    box.mkdir()
    exported(town)
    for code in (BUYER, SELLER, HUB, BUYER, SELLER, HUB):
        ran = town.at(code, "sync", "--mailbox", str(box), "--json")
        assert ran.code == 0, ran
        assert ran.document.keys() == {"sent", "received", "unsent"}
    assert len({town.told(code, "digest")["digest"] for code in (BUYER, SELLER, HUB)}) == 1
    assert town.at(BUYER, "sync", "--mailbox", str(town.folder / "nobox")).code == 1


def test_readers_are_named_in_any_of_three_ways(town: Town) -> None:
    for words in (("--to", "931", "--to", "HUB-N"), ("--to", "931", "HUB-N"), ("--to", "931,HUB-N")):
        written = town.told("870", "bundle", "export", *words, "--out", str(town.folder / "out"))
        assert [one["to"] for one in written["files"]] == ["931", "HUB-N"]
