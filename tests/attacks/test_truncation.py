"""A bundle cut short, or one that is still being written: nothing of it goes in."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export
from tests.attacks.facts import home
from tests.attacks.forge import everything, take_in
from tests.attacks.scale import often
from tests.attacks.tally import Tally

pytestmark = pytest.mark.threat(row="truncate")


@pytest.fixture
def path(region: dict[str, Desk], tmp_path: Path) -> Path:
    """A bundle of Oxfordshire's for Reading."""
    with region["931"].writing() as w:
        for number in range(often(30, 600)):
            w.act("setting", home(name=f"Home {sha256(bytes(number)).hexdigest()}"))
    (exported,) = export(region["931"], ["870"], tmp_path / "out")
    return Path(exported.file)


def _held(desk: Desk) -> int:
    return int(desk.store.write.execute("SELECT COUNT(*) FROM entry").fetchone()[0])


def test_cut_at_every_kilobyte_and_all_along_the_end(
    region: dict[str, Desk], path: Path, tally: Tally
) -> None:
    reading, raw = region["870"], path.read_bytes()
    before = everything(reading)
    assert len(raw) > 4096
    for length in sorted({*range(0, len(raw), often(1024, 256)), *range(len(raw) - 60, len(raw))}):
        path.write_bytes(raw[:length])
        result = take_in(reading, path)
        assert (result.result, result.exit_code) == ("refused", 3), length
        tally.add("cuts")
        tally.add("partial imports", _held(reading) > 0)
    assert everything(reading) == before


def test_a_file_that_is_still_growing(region: dict[str, Desk], path: Path, tally: Tally) -> None:
    reading, raw = region["870"], path.read_bytes()
    piece = len(raw) // 4 + 1
    results = []
    path.write_bytes(b"")
    for start in range(0, len(raw), piece):
        with path.open("ab") as file:
            file.write(raw[start : start + piece])
        result = take_in(reading, path)
        tally.add("partial imports", 0 < _held(reading) < often(30, 600))
        results.append(result.result)
    assert results == ["refused", "refused", "refused", "ok"]
    assert _held(reading) == often(30, 600)
