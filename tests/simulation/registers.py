"""What every field must show, worked out from who held what when writing, by nothing of the program's fold.

No clock comes into it: whose edit had heard of another's has replaced it, on every store alike.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Set
from typing import Any

from rcc_tui.acts.kinds import KINDS
from tests.simulation.invariants import forks_of
from tests.simulation.world import Broken, Machine, World

# Of each kind of record some fields that two desks of an authority edit, each a column of its table.
FIELDS = {"request": ("age", "officer"), "setting": ("town", "occupied")}
LATER_WINS = "a later edit wins"


def check_registers(world: World) -> list[Broken]:
    """The first case of what does not hold."""
    try:
        _later_edits_win(world)
    except Broken as problem:
        return [problem]
    return []


def _later_edits_win(world: World) -> None:
    """Of every record two desks may edit, on every store that has it."""
    forks = forks_of(world)
    for one in world.machines:
        if not one.revoked:
            _at(world, one, _void(one, forks))


def _at(world: World, one: Machine, void: Set[bytes]) -> None:
    held: dict[str, dict[bytes, dict[str, Any]]] = {}
    broken_off: set[str] = set()
    for digest, record, kind, whole, payload in one.sql(
        "SELECT e.hash, lower(hex(e.record)), e.kind,"
        " e.state=0 AND length(e.payload)>0 AND l.cut IS NULL AND l.missing IS NULL, e.payload"
        " FROM entry e JOIN log l ON l.n=e.log WHERE e.kind IN ('request', 'setting')"
    ):
        if not whole:
            broken_off.add(record)
        if payload and digest not in void:
            held.setdefault(record, {})[digest] = _said(kind, payload)
    for kind, fields in FIELDS.items():
        for record, *shown in one.sql(f"SELECT record, {', '.join(fields)} FROM {kind}"):
            for field, value in zip(fields, shown, strict=True):
                said = held.get(record, {})
                writes = {digest: of[field] for digest, of in said.items() if field in of}
                if record not in broken_off:
                    _must_show(world, one, (record, field), writes, value)
                elif value not in writes.values():
                    raise Broken("what is frozen does not count", f"{record[:8]} {field} at {one.name}")


def _said(kind: str, payload: bytes) -> dict[str, Any]:
    """What an act writes into the fields that are looked at."""
    act: Any = KINDS[kind].decode(payload)
    parts = [getattr(act, name) for name in ("needs", "facts") if hasattr(act, name)]
    return {
        field: getattr(part, field)
        for part in parts
        for field in FIELDS[kind]
        if hasattr(part, field) and field in getattr(act, "fields", FIELDS[kind])
    }


def _must_show(
    world: World, one: Machine, place: tuple[str, str], writes: Mapping[bytes, Any], value: object
) -> None:
    record, field = place
    heard: set[bytes] = set().union(*(world.knew[digest] for digest in writes))
    live = {digest: said for digest, said in writes.items() if digest not in heard}
    where = f"{record[:8]} {field} at {one.name}"
    if value not in live.values():
        raise Broken(LATER_WINS, f"{where} shows {value!r}, not one of {sorted(map(repr, live.values()))}")
    found = one.sql("SELECT candidates FROM conflict WHERE record=? AND field=?", record, field)
    both = {bytes.fromhex(entry) for (text,) in found for entry, _ in json.loads(text)}
    due = set(live) if len(set(live.values())) > 1 else set()
    if both != due:
        raise Broken("a conflict is shown", f"{where}: {len(both)} values, {len(due)} live")


def _void(one: Machine, forks: Mapping[bytes, tuple[int, str]]) -> set[bytes]:
    """The entries of forked logs at a machine, from where they part, that nobody has upheld."""
    rows = one.sql(
        "SELECT e.hash, l.log, e.seq FROM entry e JOIN log l ON l.n=e.log"
        " WHERE e.n NOT IN (SELECT entry FROM upheld)"
    )
    return {digest for digest, log, seq in rows if log in forks and seq >= forks[log][0]}
