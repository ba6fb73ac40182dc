"""rcc vacancy allocator: one desk gives places out, and hands that over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Town
from tests.region import seat
from tests.screens.quarrel import make_quarrel

FIRST, SECOND = (seat("870", number).desk.public.hex() for number in (1, 2))


@pytest.fixture
def vacancy(town: Town, tmp_path: Path) -> str:
    """A vacancy that the desk in `one` gives out, and both desks of Reading know."""
    return make_quarrel(tmp_path)


def test_by_name_and_back_by_key(town: Town, vacancy: str) -> None:
    shown = town.told("one", "vacancy", "show", "OX-1")
    assert (shown["allocator"], shown["allocator_name"]) == (FIRST, "Desk 1")
    done = town.told("one", "vacancy", "allocator", "OX-1", "--desk", "Desk 2")
    assert (done["id"], done["allocator"], done["allocator_name"]) == (vacancy, SECOND, "Desk 2")
    assert "given out by" in town.at("one", "vacancy", "show", "OX-1").out
    refused = town.at("one", "vacancy", "allocator", "OX-1", "--desk", FIRST[:8])
    assert (refused.code, refused.out) == (1, "")
    assert "Desk 2 gives these places out." in refused.err


def test_all_at_once(town: Town, vacancy: str) -> None:
    done = town.told("one", "vacancy", "allocator", "--all", "--desk", "Desk 2")
    assert done == {"desk": SECOND, "name": "Desk 2", "handed_over": 1}
    assert town.at("one", "vacancy", "allocator", "--all", "--desk", "Desk 2").code == 1


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("OX-1",), 2),
        (("--desk", "Desk 2"), 2),
        (("OX-1", "--all", "--desk", "Desk 2"), 2),
        (("OX-1", "--desk", "Desk 9"), 1),
        (("OX-9", "--desk", "Desk 2"), 1),
    ],
)
def test_what_hands_nothing_over(town: Town, vacancy: str, words: tuple[str, ...], code: int) -> None:
    assert town.at("one", "vacancy", "allocator", *words).code == code
    assert town.told("one", "vacancy", "show", "OX-1")["allocator"] == FIRST
