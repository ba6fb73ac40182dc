"""A story told to a fold: who did what knowing what, without keys, stores or bundles."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from rcc_tui.acts.kind import Act, Author, Folded, Heard, History, Kind, Row, record_id


class Story:
    """Acts about one record. The first that is told opens it."""

    def __init__(self, kind: Kind, audience: str) -> None:
        self.kind = kind
        self.audience = audience
        self.told: list[Heard] = []
        self._opened_by: bytes = b""

    def tell(
        self,
        code: str,
        act: Act,
        *,
        knows: Sequence[Heard] | None = None,
        desk: str = "1",
        role: str = "authority",
        host: bool = False,
    ) -> Heard:
        """`code` does an act at one of its desks, knowing all that was told so far or only `knows`."""
        log = sha256(f"{code} {desk}".encode()).digest()
        self._opened_by = self._opened_by or log
        mine = [heard for heard in self.told if heard.log == log]
        known = [*(self.told if knows is None else knows), *mine]
        heard = Heard(
            hash=sha256(log + len(mine).to_bytes(8, "big")).digest(),
            act=act,
            author=Author(code, role, f"desk {code} {desk}", host),
            clock=1 + max((one.clock for one in known), default=0),
            log=log,
            seq=len(mine),
            at_ms=0,
            deps=tuple(one.hash for one in known if one.log != log),
        )
        self.told.append(heard)
        return heard

    def folded(self) -> Folded:
        """What it all adds up to."""
        record = record_id(self._opened_by, 0)
        return self.kind.fold(
            History(record, self.audience, sorted(self.told, key=lambda heard: heard.order))
        )

    def row(self) -> Row:
        """The one row of the record's first table."""
        (row,) = self.folded().rows[self.kind.tables[0]]
        return row

    def aside(self) -> dict[bytes, str]:
        """The entries set aside, and why."""
        return dict(self.folded().refused)
