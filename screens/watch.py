"""How a long exchange tells the screen how far it is, and how the screen ends it."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Event

from textual.message import Message

# Told more often than anybody can see would only take time from the keys.
_EVERY = 0.1


class Stopped(Exception):
    """Somebody ended the exchange. Raised inside it, so that what it was doing is taken back."""


class Came(Message):
    """A file is being read, or written: the `number`th, from 0, of `total`."""

    def __init__(self, name: str, number: int, total: int) -> None:
        super().__init__()
        self.name = name
        self.number = number
        self.total = total


class Reached(Message):
    """So many bytes of the file that is being read are done, of `total`."""

    def __init__(self, done: int, total: int) -> None:
        super().__init__()
        self.done = done
        self.total = total


class Watch:
    """Beside one exchange; its methods but `stop` are called in the thread that does it.

    Args:
        post: sends the screen a message, without waiting for it.
        leaving: set when the application ends.
    """

    def __init__(self, post: Callable[[Message], object], leaving: Event) -> None:
        self._post = post
        self._leaving = leaving
        self._stopping = Event()
        self._told = 0.0

    def stop(self) -> None:
        """Let it end at the next step."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it is to end."""
        return self._stopping.is_set() or self._leaving.is_set()

    def came(self, name: str, number: int, total: int) -> None:
        """The next file. Raises Stopped."""
        self._go_on()
        self._post(Came(name, number, total))

    def reached(self, done: int, total: int) -> None:
        """So many bytes. Raises Stopped."""
        self._go_on()
        now = time.monotonic()
        if now - self._told >= _EVERY:
            self._told = now
            self._post(Reached(done, total))

    def _go_on(self) -> None:
        if self.stopping:
            raise Stopped
