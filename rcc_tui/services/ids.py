"""Ids as people type them: the first digits are enough, or the sender's own ref of a place."""

from __future__ import annotations

import re

from db.queries import ids as queries
from rcc_tui.domain.errors import NotFound, Refused
from rcc_tui.services.desk import Desk

KINDS = ("request", "vacancy", "setting", "trade", "referral", "tariff")
SHORTEST = 4
_WHOLE = {"tariff": 64}
_HEX = re.compile(r"[0-9a-f]+")


def full_id(desk: Desk, kind: str, text: str) -> str:
    """The whole id (hex) of the one record of `kind` that `text` means.

    `text` is the id, its first digits (4 or more), or for a vacancy or setting its `ref`. A whole id
    comes before a ref and an own ref before other people's, so that nobody's ref can shadow them.
    Raises NotFound, and Refused when it may mean more than one.
    """
    typed = text.strip()
    digits = typed.casefold().replace("…", "")
    is_hex = _HEX.fullmatch(digits) is not None
    found = desk.read(queries.by_prefix, kind, digits) if is_hex and len(digits) >= SHORTEST else []
    if len(digits) == _WHOLE.get(kind, 32) and found:
        return found[0]
    named = desk.read(queries.by_ref, kind, typed) if typed else []
    mine = [record for record, keeper in named if keeper == desk.code]
    if len(mine) == 1:
        return mine[0]
    candidates = list(dict.fromkeys([*found, *(record for record, _ in named)]))
    if len(candidates) > 1:
        raise Refused(
            f"“{typed}” means more than one {kind}.",
            where=kind,
            hint=f"Give more digits of its id, such as {_telling(candidates)}.",
        )
    if not candidates:
        raise NotFound(
            f"There is no {kind} “{typed}” here.",
            where=kind,
            hint=f"Give the first {SHORTEST} digits of its id or more; the lists show them.",
        )
    return candidates[0]


def _telling(candidates: list[str]) -> str:
    """Each id with just the digits that tell it from the others."""
    length = next(n for n in range(8, 65) if len({one[:n] for one in candidates}) == len(candidates))
    return " or ".join(one[:length] for one in candidates)
