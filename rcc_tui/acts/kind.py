"""What an act is, and how the acts of one record become rows.

A record's tables are a pure function of the *set* of entries about it: the fold sees them in one order
that every store computes alike, and knows which of them knew of which. No clock, no arrival order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from hashlib import sha256

import msgspec

from rcc_tui.acts.canonical import is_canonical, numbers_fit

Row = dict[str, object]
Rows = dict[str, list[Row]]


class Act(msgspec.Struct, frozen=True, tag_field="act", forbid_unknown_fields=True):
    """One thing a person can do; the payload of an entry is the act encoded."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who signed an entry: the authority's (or hub's) code, its role, the desk's public key in hex, and since
    which version of the roll it sits."""

    code: str
    role: str
    desk: str
    host: bool = False
    since: int = 0


class Heard(msgspec.Struct, frozen=True):
    """One verified entry, decoded. `deps` are the hashes of the entries it relied on."""

    hash: bytes
    act: Act
    author: Author
    clock: int
    log: bytes
    seq: int
    at_ms: int
    deps: tuple[bytes, ...]

    @property
    def order(self) -> tuple[int, bytes, int]:
        """Everybody's order: the clock runs strictly up along causes, ties fall alike everywhere."""
        return (self.clock, self.log, self.seq)


def log_id(desk: bytes, audience: str, incarnation: bytes) -> bytes:
    """The id of a log: bound to its desk, its audience and one incarnation (16 random bytes)."""
    return sha256(b"rcc/log/1" + desk + audience.encode() + incarnation).digest()


# A fold asks for the same one a few times in a row.
@lru_cache(maxsize=1024)
def record_id(log: bytes, seq: int) -> bytes:
    """The id of the record that entry `seq` of `log` opens: 16 bytes nobody else can claim.

    It is derived from the author's log, which only the author's key can continue; so another member
    cannot open "the same" record and contend for it.
    """
    return sha256(b"rcc/record/1\0" + log + seq.to_bytes(8, "big")).digest()[:16]


@dataclass
class Folded:
    """What a record adds up to: rows by table, entries set aside with the reason, fields in conflict."""

    rows: Rows = field(default_factory=dict)
    refused: list[tuple[bytes, str]] = field(default_factory=list)
    conflicts: list[tuple[str, tuple[tuple[bytes, object], ...]]] = field(default_factory=list)

    def refuse(self, heard: Heard, why: str) -> None:
        """Set an entry aside: it stays in its log and counts for nothing."""
        self.refused.append((heard.hash, why))


@dataclass
class History:
    """All that has been heard about one record, in everybody's order.

    `authors` are all who may sign, by the desk's public key.
    """

    record: bytes
    audience: str
    heard: list[Heard]
    authors: Mapping[bytes, Author] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The record's id in hex, as tables and people write it."""
        return self.record.hex()

    @cached_property
    def _knowledge(self) -> dict[bytes, int]:
        """For each entry the set of entries before it that its author knew, as bits in `heard` order."""
        place = {item.hash: number for number, item in enumerate(self.heard)}
        known: dict[bytes, int] = {}
        last_of_log: dict[bytes, Heard] = {}
        for item in self.heard:
            causes = [dep for dep in item.deps if dep in known]
            if item.log in last_of_log:
                causes.append(last_of_log[item.log].hash)
            bits = 0
            for cause in causes:
                bits |= known[cause] | (1 << place[cause])
            known[item.hash] = bits
            last_of_log[item.log] = item
        self._place = place
        return known

    def knew(self, later: Heard, earlier: Heard) -> bool:
        """Whether the author of `later` had heard `earlier` when acting."""
        known = self._knowledge[later.hash]
        return bool(known >> self._place[earlier.hash] & 1)

    def live(self, writers: list[Heard]) -> list[Heard]:
        """Those of `writers` that no other of them knew and replaced: one in peace, more in conflict."""
        if len(writers) < 2:
            return writers
        replaced = 0
        for one in writers:
            replaced |= self._knowledge[one.hash]
        return [one for one in writers if not replaced >> self._place[one.hash] & 1]

    def opening(self, kind: type[Act], folded: Folded) -> tuple[Heard | None, list[Heard]]:
        """The act that opened this record, and the rest; acts about a record never opened are set aside."""
        first: Heard | None = None
        rest: list[Heard] = []
        for item in self.heard:
            if isinstance(item.act, kind) and record_id(item.log, item.seq) == self.record:
                first = item
            else:
                rest.append(item)
        if first is None:
            for item in rest:
                folded.refuse(item, "about a record that was never opened here")
            return None, []
        return first, rest


def settle(
    history: History, writes: Iterable[tuple[Heard, Mapping[str, object]]], folded: Folded
) -> dict[str, object]:
    """The value of every field by multi-value registers.

    A write replaces the values its author knew. Two live values that differ are a conflict: both are
    kept, the later in everybody's order is shown.
    """
    writes = list(writes)
    if len(writes) == 1:
        return dict(writes[0][1])
    by_field: dict[str, list[tuple[Heard, object]]] = {}
    for heard, values in writes:
        for name, value in values.items():
            by_field.setdefault(name, []).append((heard, value))
    shown: dict[str, object] = {}
    for name, written in by_field.items():
        shown[name] = written[-1][1]
        if len(written) < 2:
            continue
        live = history.live([heard for heard, _ in written])
        by_hash = {heard.hash: value for heard, value in written}
        candidates = tuple((heard.hash, by_hash[heard.hash]) for heard in live)
        shown[name] = candidates[-1][1]
        if any(value != candidates[0][1] for _, value in candidates):
            folded.conflicts.append((name, candidates))
    return shown


@dataclass(frozen=True)
class Kind:
    """A kind of record: its acts, who hears of it, how it folds and how an act reads as one line.

    `scope` is the audience it belongs to: own, rcc, pair or any of them. `tables` are the folded tables it
    fills, each with a `record` column that names the record a row comes from. `by_roll` is a condition (SQL)
    on the first of them: records it holds for rest on who has a desk, and fold anew with each roll.
    """

    name: str
    scope: str
    acts: object
    tables: tuple[str, ...]
    fold: Callable[[History], Folded]
    line: Callable[[Act], str]
    by_roll: str = ""

    @cached_property
    def _decoder(self) -> msgspec.json.Decoder[Act]:
        return msgspec.json.Decoder(self.acts, strict=True)

    def decode(self, payload: bytes) -> Act:
        """The act in `payload`. Raises ValueError when it is not one, or not written the one way."""
        try:
            act = self._decoder.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise ValueError(f"not an act of a {self.name}: {error}") from error
        if not is_canonical(act, payload):
            raise ValueError(f"not written in the one canonical way for a {self.name}")
        if not numbers_fit(payload):
            raise ValueError(f"a number too large for a {self.name}")
        return act
