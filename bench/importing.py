"""Importing a bundle of many entries, beside its floor: verify the same signatures, insert the same bytes."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from nacl import bindings

from bench.made import region
from rcc_tui.acts import vacancies
from rcc_tui.domain.vacancy import VacancyFacts
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, take_in
from rcc_tui.sync.bundle import inflate
from rcc_tui.sync.entry import HEADER_TYPE, Signed, pae, unframe
from rcc_tui.sync.incoming import open_bundle

ENTRIES = 100_000


def _fill(desk: Desk, count: int) -> None:
    with desk.writing() as writing:
        for number in range(count):
            facts = VacancyFacts(
                f"r{number}", 1 + number % 3, 8, 14, needs=("autism",), confirmed_on="2026-12-01"
            )
            writing.act("vacancy", vacancies.Open("3f" * 16, desk.code, facts))


def _floor(path: Path, folder: Path) -> float:
    """One thread, PyNaCl over every entry, one executemany of the same bytes into one table."""
    opened = open_bundle(path)
    entries: list[tuple[bytes, Signed]] = []
    for part, (length, packed) in zip(opened.manifest.parts, opened.packed, strict=True):
        entries.extend((part.desk, one) for one in unframe(inflate(part, length, packed)))
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE entry (hash BLOB PRIMARY KEY, header BLOB, signature BLOB, salt BLOB, payload BLOB)"
    )
    started = time.perf_counter()
    for desk, one in entries:
        bindings.crypto_sign_open(one.signature + pae(HEADER_TYPE, one.header), desk)
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO entry VALUES (?, ?, ?, ?, ?)",
        (
            (one.header[-64:] + one.salt, one.header, one.signature, one.salt, one.payload)
            for _, one in entries
        ),
    )
    connection.execute("COMMIT")
    took = time.perf_counter() - started
    connection.close()
    return took


def main(entries: int = ENTRIES, runs: int = 3) -> None:
    """Print import and floor in seconds, and their ratio, each the median of `runs` in turn."""
    imports, floors = [], []
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        made = region(root / "region", ("870", "931", "886", "871", "872")[: runs + 1])
        sender = made["870"]
        _fill(sender, entries)
        for number, reader in enumerate([desk for code, desk in made.items() if code != "870"][:runs]):
            (exported,) = export(sender, [reader.code], root / "out")
            path = Path(exported.file)
            folder = root / f"floor{number}"
            folder.mkdir()
            floors.append(_floor(path, folder))
            started = time.perf_counter()
            (result,) = take_in(reader, [path])
            imports.append(time.perf_counter() - started)
            assert result.new >= entries, result
        for desk in made.values():
            desk.close()
    took, floor = statistics.median(imports), statistics.median(floors)
    print(f"import of {entries:,} entries: {took:.2f} s; floor {floor:.2f} s; ratio {took / floor:.2f}")


if __name__ == "__main__":
    main()
