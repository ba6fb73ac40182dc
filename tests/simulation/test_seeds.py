"""A few seeds of the simulation; `make simulate` runs as many as there is time for."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.run import discard_blank, simulate

_STEPS = 120
_HISTORY = """
from tests.simulation.run import discard_blank, simulate
print(simulate({seed}, {steps}).hash)
discard_blank()
"""


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    discard_blank()


@pytest.mark.parametrize("seed", range(1, 7))
def test_everything_holds(seed: int) -> None:
    outcome = simulate(seed, _STEPS)
    assert not outcome.broken, "\n".join(map(str, outcome.broken))
    assert outcome.steps == _STEPS
    assert outcome.outcomes["import done"] > 0


def test_a_seed_replays_exactly() -> None:
    """In another process too, where Python orders its sets otherwise."""
    seed = 3
    told: list[str] = []
    here = simulate(seed, _STEPS, told.append).hash
    assert len(told) > _STEPS
    there = subprocess.run(
        [sys.executable, "-c", _HISTORY.format(seed=seed, steps=_STEPS)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONHASHSEED": "7"},
    )
    assert there.stdout.strip() == here
    assert simulate(seed + 1, _STEPS).hash != here
