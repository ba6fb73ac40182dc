"""Fresh stores for attacks, copied from models made once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from rcc_tui.services.desk import Desk
from tests.attacks.stores import Copies, copies_of, make_models
from tests.region import CODES, seat


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed stores of Reading (two desks), Oxfordshire and the hub, all on one roll."""
    return make_models(tmp_path_factory.mktemp("models"), [*map(seat, CODES), seat("870", 2)])


@pytest.fixture
def copies(models: Path, tmp_path: Path) -> Iterator[Copies]:
    """Fresh desks as often as asked for."""
    with copies_of(models, tmp_path / "stores") as made:
        yield made


@pytest.fixture
def region(copies: Copies) -> dict[str, Desk]:
    """A desk of each member, by code."""
    return copies.region()


@pytest.fixture
def reading(copies: Copies) -> Desk:
    """Reading's first desk alone."""
    return copies.desk(seat("870"))
