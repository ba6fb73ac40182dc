"""Memory handed back: no harm is done where the C library cannot be asked."""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

import pytest

from screens import deskthread, memory
from tests.screens.store import app_at


@pytest.mark.parametrize("platform", ["linux", "win32"])
def test_asked_or_not_nothing_breaks(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    class Library:
        """A C library that can be asked."""

        malloc_trim = staticmethod(asked.append)

    memory._trim.cache_clear()
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(ctypes, "CDLL", lambda _: Library)
    memory.give_back()
    assert asked == ([0] if platform == "linux" else [])
    memory._trim.cache_clear()


def test_another_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    memory._trim.cache_clear()
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory.give_back()
    assert memory._trim() is None
    memory._trim.cache_clear()


async def test_a_desk_at_rest_gives_back_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    async with app_at(tmp_path) as (app, _):
        monkeypatch.setattr(deskthread, "give_back", lambda: given.append(1))
        await app.at_desk.read(lambda desk: desk.code)
        await app.at_desk.changed()
        assert len(given) == 2, "the desk that acts, and the one that reads"
        await app.at_desk.changed()
        assert len(given) == 2, "nothing was done since"
