"""Search while something else goes on: what is shown belongs to the line and to the request there are now."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rcc_tui.domain.errors import StoreError
from rcc_tui.services import finding
from tests.screens.store import app_at, press, settle, shown, type_text
from tests.screens.test_search import here, offered, request_of, with_request


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, Callable[[], None]]]:
    """Searches wait for the event; the other lets them fail after it."""
    gate, search, failing = threading.Event(), finding.search, threading.Event()

    def slow(*asked: Any, **how: Any) -> finding.SearchResult:
        gate.wait(10)
        if failing.is_set():
            raise StoreError("The disk is gone.")
        return search(*asked, **how)

    monkeypatch.setattr(finding, "search", slow)
    yield gate, failing.set
    gate.set()


async def test_the_list_of_a_request_that_was_let_go_is_not_shown(
    tmp_path: Path, held: tuple[threading.Event, Callable[[], None]]
) -> None:
    gate, _ = held
    async with app_at(tmp_path, with_request, code="931") as (app, pilot):
        await press(pilot, "3")
        await here(app).open_request(request_of(app))
        here(app).search_now()
        await pilot.pause()
        await pilot.press("escape")
        assert here(app).request is None
        gate.set()
        await settle(pilot)
        assert "Not searched yet" in shown(app)
        assert not here(app).hits


async def test_a_search_that_failed_is_not_said_of_another_line(
    tmp_path: Path, held: tuple[threading.Event, Callable[[], None]]
) -> None:
    gate, fail = held
    async with app_at(tmp_path, offered, code="931") as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "x")
        await pilot.pause()
        fail()
        await pilot.press("backspace")
        gate.set()
        await settle(pilot)
        assert "Not searched yet" in shown(app)


async def test_the_place_that_is_read_stays_where_it_is_when_somebody_writes(tmp_path: Path) -> None:
    async with app_at(tmp_path, offered, code="931", size=(80, 14)) as (app, pilot):
        await press(pilot, "3")
        await type_text(pilot, "thames ")
        await press(pilot, "down", "enter", "down", "down", "down")
        at = here(app).pane.scroll_offset.y
        assert here(app).pane.has_focus
        assert at > 0
        here(app).reload()
        await settle(pilot)
        assert here(app).pane.scroll_offset.y == at
