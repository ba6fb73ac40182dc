"""Disks that are full, folders that are none, stores that may only be read: refused, nothing half done."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from rcc_tui.domain.errors import IntegrityError, StoreError
from rcc_tui.services.desk import Desk, Writing
from rcc_tui.services.syncing import check, export, take_in
from tests.attacks.facts import home
from tests.attacks.forge import everything


class _FullDisk(OSError):
    """What the system says of a full disk."""

    def __init__(self) -> None:
        super().__init__(28, "No space left on device")


@pytest.mark.parametrize("where", ["fsync", "rename"])
def test_disk_full_on_export(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def full(*_: object) -> None:
        raise _FullDisk

    desk = region["870"]
    before = everything(desk)
    monkeypatch.setattr(os, "fsync", full) if where == "fsync" else monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StoreError, match="No space left"):
        export(desk, ["931"], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    assert everything(desk) == before


def test_a_bundle_that_does_not_read_back(
    region: dict[str, Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda _: b"other bytes")
    with pytest.raises(IntegrityError, match="read back"):
        export(region["870"], ["931"], tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_file_in_place_of_the_folder(region: dict[str, Desk], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(StoreError, match="cannot be written"):
            export(region["870"], ["931"], folder)


@dataclass
class _Pages:
    """The room a store has."""

    connection: sqlite3.Connection

    @contextmanager
    def full(self) -> Iterator[None]:
        """No page more than there are."""
        used = self.connection.execute("PRAGMA page_count").fetchone()[0]
        self.connection.execute(f"PRAGMA max_page_count={used}")
        try:
            yield
        finally:
            self.connection.execute("PRAGMA max_page_count=1073741823")


def _many(writing: Writing, count: int) -> None:
    for number in range(count):
        writing.act("setting", home("870", f"{number} " + "x" * 2000))


def test_disk_full_on_import_and_on_an_act(region: dict[str, Desk], tmp_path: Path) -> None:
    desk = region["870"]
    for number in range(40):
        with region["931"].writing() as w:
            w.act("setting", home("931", f"{number} " + "x" * 2000))
    (exported,) = export(region["931"], ["870"], tmp_path)
    before = everything(desk)
    with _Pages(desk.store.write).full():
        (result,) = take_in(desk, [Path(exported.file)])
        assert (result.result, result.exit_code) == ("refused", 1)
        assert "full" in result.reason
        assert everything(desk) == before
        with pytest.raises(StoreError, match="full"), desk.writing() as w:
            _many(w, 40)
        assert everything(desk) == before
    assert not desk.store.write.in_transaction
    assert take_in(desk, [Path(exported.file)])[0].new == 40
    assert check(desk, deep=True).ok


def test_a_read_only_store(region: dict[str, Desk], tmp_path: Path) -> None:
    """The same refusal as a folder one may not write: chmod stops no root, so the connection is told."""
    desk = region["870"]
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["870"], tmp_path)
    before = everything(desk)
    desk.store.write.execute("PRAGMA query_only=ON")
    (result,) = take_in(desk, [Path(exported.file)])
    assert (result.result, result.exit_code) == ("refused", 1)
    assert "readonly" in result.reason
    desk.store.write.execute("PRAGMA query_only=OFF")
    assert everything(desk) == before
