"""One page of a list, and how long the whole of it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from rcc_tui.domain.errors import Refused

T = TypeVar("T")
PAGE = 50
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """The rows of one page, and the `total` there would be without a limit: nothing is cut in silence."""

    rows: tuple[T, ...]
    total: int


def check_page(limit: int, offset: int) -> None:
    """Raises Refused for a page that cannot be."""
    for field, value in (("limit", limit), ("offset", offset)):
        if not 0 <= value <= _LARGEST:
            raise Refused(f"A {field} of {value}.", where=field, hint=f"Give 0 to {_LARGEST:,}.")
