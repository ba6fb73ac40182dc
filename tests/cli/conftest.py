"""A small region in folders, and the command run in this process at one of its desks."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import fixtures
from rcc_tui.__main__ import main
from rcc_tui.config import KEY_FILE
from rcc_tui.services import heads
from rcc_tui.sync.keys import write_key
from tests.region import CODES, TODAY, close_all, make_region, seat

BUYER, SELLER, HUB = CODES


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON it printed."""
        return json.loads(self.out)


class Town:
    """Stores in folders; commands run at the desk of a member."""

    def __init__(
        self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder = folder
        self._capsys = capsys
        self._monkeypatch = monkeypatch

    def run(self, *args: str) -> Ran:
        """Run the command as it stands."""
        self._capsys.readouterr()
        code = main(args)
        said = self._capsys.readouterr()
        return Ran(code, said.out, said.err)

    def at(self, code: str, *args: str) -> Ran:
        """Run a command at a member's desk."""
        self._monkeypatch.setenv("RCC_HOME", str(self.folder / code))
        return self.run(*args)

    def told(self, code: str, *args: str) -> Any:
        """Run a command that must succeed; its JSON."""
        ran = self.at(code, *args, "--json")
        assert ran.code == 0, ran
        return ran.document

    def carry(self, maker: str, reader: str) -> list[dict[str, Any]]:
        """Take a bundle from one desk to another."""
        written = self.told(maker, "bundle", "export", "--to", reader, "--out", str(self.folder))
        results: list[dict[str, Any]] = self.told(
            reader, "bundle", "import", *(one["file"] for one in written["files"])
        )
        return results

    def file(self, name: str, text: str) -> str:
        """A file in the town's folder; its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)


def unlike_this_machine(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No key ring, no passphrase, no key file named, and state of one's own."""
    for name in ("RCC_KEY_FILE", "RCC_PASSPHRASE", "RCC_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setattr(heads, "state_folder", lambda: folder / "state")


@pytest.fixture
def town(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Town:
    """Reading (870, the host), Oxfordshire (931) and the North hub on 1 December 2026, stores closed."""
    close_all(make_region(tmp_path))
    for code in CODES:
        write_key(tmp_path / code / KEY_FILE, seat(code).desk, kind="desk", name=code)
    monkeypatch.setenv("RCC_TODAY", TODAY)
    unlike_this_machine(tmp_path, monkeypatch)
    return Town(tmp_path, capsys, monkeypatch)


@pytest.fixture
def market(town: Town) -> Town:
    """The town with a tariff both authorities have adopted and one place of Oxfordshire's all know of."""
    text = town.file("tariff.toml", fixtures.worked_tariff_text())
    tariff = town.told(BUYER, "tariff", "publish", text)["id"]
    town.carry(BUYER, SELLER)
    for code in (BUYER, SELLER):
        town.told(code, "tariff", "adopt", tariff[:8], "--from", "2026-11-01")
    town.told(SELLER, "vacancy", "add", *PLACE)
    town.carry(BUYER, SELLER)
    town.carry(SELLER, BUYER)
    return town


PLACE = (
    *("--setting", "Hill House", "--provider", "Oxfordshire County Council", "--type", "foster"),
    *("--outcode", "OX4", "--town", "Oxford", "--registered", "3"),
    *("--ref", "OX-1", "--accepting", "2", "--age-min", "8", "--age-max", "16", "--need", "autism"),
)
CHILD = ("--age", "12", "--sex", "F", "--home", "RG4 8AA", "--child", "870-0001", "--needed-by", "7/12/2026")
