"""Keys typed ahead: each waits until all that the one before it set off has been done.

A key runs through several queues, and opens forms and screens that take a moment. Without this, keys that
come in one burst (a quick hand, a slow line) would fall on the field or screen just left.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.events import Event, Key

OPENING = "opening"
"""Workers of this group open a form or a screen, or send one off: keys wait for them."""
PATIENCE = 5.0
"""Seconds after which the next key is let through whatever goes on."""
_ROUND = 0.25
_GLANCE = 0.005
_ALWAYS = frozenset({"ctrl+q"})


class TypeAhead:
    """Lets one key at a time into an application."""

    def __init__(self, app: App[Any]) -> None:
        self._app = app
        self._waiting: deque[Event] = deque()
        self._turn: Event | None = None
        self._feeding: asyncio.Task[None] | None = None

    @property
    def idle(self) -> bool:
        """Whether every key has been seen to."""
        return self._feeding is None

    def holds(self, event: Event) -> bool:
        """Whether a key or paste that has just come must wait. If so it comes again by itself."""
        if event is self._turn or (isinstance(event, Key) and event.key in _ALWAYS):
            self._turn = None
            return False
        if self._feeding is not None:
            self._waiting.append(event)
            return True
        early = not self._is_ready()
        if early:
            self._waiting.append(event)
        self._feeding = asyncio.create_task(self._feed())
        return early

    async def _feed(self) -> None:
        while True:
            await self._quiet()
            if not self._waiting or not self._app.is_running:
                break
            self._turn = self._waiting.popleft()
            self._app.post_message(self._turn)
        self._feeding = None

    async def _quiet(self) -> None:
        """Wait until two rounds through the queues have found nothing new: neither screen nor focus moved,
        and nothing is being opened. What a message set off in the first round is done by the second."""
        clock = asyncio.get_running_loop()
        end = clock.time() + PATIENCE
        calm = 0
        while calm < 2 and clock.time() < end:
            before = self._stands()
            await self._round()
            if self._is_ready() and self._stands() == before:
                calm += 1
            else:
                calm = 0
                await asyncio.sleep(_GLANCE)

    def _stands(self) -> tuple[object, object]:
        try:
            return self._app.screen, self._app.focused
        except ScreenStackError:
            return None, None

    def _is_ready(self) -> bool:
        """Whether a screen is there to take keys, and none is on its way."""
        screen, _ = self._stands()
        opening = any(worker.group == OPENING and not worker.is_finished for worker in self._app.workers)
        return isinstance(screen, DOMNode) and screen.is_running and not opening

    async def _round(self) -> None:
        """Go once through the queues that a key runs through."""
        screen, focused = self._stands()
        start = focused or screen
        for node in start.ancestors_with_self if isinstance(start, DOMNode) else (self._app,):
            passed = asyncio.Event()
            if node.is_attached and node.call_later(passed.set):
                # A widget that is taken away meanwhile never answers.
                with suppress(TimeoutError):
                    await asyncio.wait_for(passed.wait(), _ROUND)
