"""A region set up by its own commands, as its keepers would."""

from __future__ import annotations

from pathlib import Path

import pytest

import fixtures
from tests.cli.conftest import Town, unlike_this_machine

TODAY = "2026-12-01"
MEMBERS = (
    ("870", "Reading", "authority", "--host"),
    ("931", "Oxfordshire", "authority"),
    ("HUB-N", "Hub North", "hub"),
)


@pytest.fixture
def region(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Town:
    """Reading, Oxfordshire and the North hub: a roll two of three signed, desks, a tariff adopted."""
    monkeypatch.setenv("RCC_TODAY", TODAY)
    unlike_this_machine(tmp_path, monkeypatch)
    town = Town(tmp_path, capsys, monkeypatch)
    at = ("--at", str(tmp_path / "keys"))

    def done(*args: str) -> None:
        ran = town.run(*args)
        assert ran.code == 0, ran

    done("region", "init", "--name", "South East", *at)
    for code, name, role, *host in MEMBERS:
        done(
            "region",
            "enrol",
            "authority",
            "--code",
            code,
            "--name",
            name,
            "--role",
            role,
            "--hub",
            "N",
            *host,
            *at,
        )
        new_desk = ("init", "--authority", code, "--region", f"{at[1]}/region.json", "--key-file")
        done("--store", str(tmp_path / code), *new_desk)
        request = str(tmp_path / code / f"desk-{code}.json")
        done("region", "enrol", "desk", request, "--key", f"{at[1]}/authority-{code}.key", *at)
    assert town.run("region", "roll", "publish", *at).code == 3, "nobody has signed yet"
    done("region", "roll", "sign", "--key", f"{at[1]}/root-1.key", *at)
    assert town.run("region", "roll", "publish", *at).code == 3, "one signature is not two"
    done("region", "roll", "sign", "--key", f"{at[1]}/root-3.key", *at)
    done("region", "roll", "publish", *at)
    for code, *_ in MEMBERS:
        done("--store", str(tmp_path / code), "region", "roll", "adopt", f"{at[1]}/roll-1.json")
    text = town.file("tariff.toml", fixtures.worked_tariff_text())
    tariff = town.told("870", "tariff", "publish", text)["id"]
    town.carry("870", "931")
    for code in ("870", "931"):
        town.told(code, "tariff", "adopt", tariff[:8], "--from", "2026-04-01")
    return town
