"""Names of audiences: who hears an entry."""

from __future__ import annotations

import re
from functools import lru_cache

RCC = "rcc"
_CODE = r"[0-9A-Z][0-9A-Z-]{1,11}"
_AUDIENCE = re.compile(rf"rcc|own:({_CODE})|pair:({_CODE}):({_CODE})")


def is_code(text: str) -> bool:
    """Whether a text may name a member: capitals, digits and dashes, so that audiences stay readable."""
    return re.fullmatch(_CODE, text) is not None


def own(code: str) -> str:
    """The audience of one authority alone: never leaves it."""
    return f"own:{code}"


def pair(one: str, other: str) -> str:
    """The audience of two members, named in one order whoever speaks. Raises ValueError for one member."""
    if one == other:
        raise ValueError("a pair needs two different members")
    first, second = sorted((one, other))
    return f"pair:{first}:{second}"


@lru_cache(maxsize=4096)
def parties(audience: str) -> tuple[str, ...]:
    """The members an audience names: none for rcc, one for own, two for a pair.

    Raises ValueError when it is no audience, or a pair out of order.
    """
    found = _AUDIENCE.fullmatch(audience)
    if found is None:
        raise ValueError(f"no such audience: {audience!r}")
    if audience == RCC:
        return ()
    if found[1]:
        return (found[1],)
    if found[2] >= found[3]:
        raise ValueError(f"a pair is named in order: {audience!r}")
    return (found[2], found[3])


def scope(audience: str) -> str:
    """own, rcc or pair."""
    return audience.partition(":")[0]


def may_write(audience: str, code: str, role: str) -> bool:
    """Whether a member may write entries for an audience; a hub also writes for the pairs it brokers."""
    named = parties(audience)
    if not named:
        return True
    return code in named or (role == "hub" and scope(audience) == "pair")


def may_read(audience: str, code: str, role: str) -> bool:
    """Whether a member is entitled to hear an audience."""
    return may_write(audience, code, role)
