"""Checking a store against itself: every signature, every chain, every table."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from db.migrating import RAW_VERSION
from rcc_tui.acts.kind import log_id
from rcc_tui.acts.kinds import ENDURING
from rcc_tui.domain.errors import BundleError
from rcc_tui.sync import keys
from rcc_tui.sync.arrivals import UNCONNECTED
from rcc_tui.sync.entry import HEADER_TYPE, NO_HASH, commitment, entry_hash, read_header
from rcc_tui.sync.proof import read_proof
from rcc_tui.sync.roll import Rolls, SignedRoll, check_succession
from rcc_tui.sync.standing import Standing

_BATCH = 5000
# How SQLite keeps a value of a column declared so.
_KEPT_AS = {"VARCHAR": "text", "BLOB": "blob", "INTEGER": "integer", "BOOLEAN": "integer"}


def audit(connection: sqlite3.Connection, roots: tuple[bytes, ...], rolls: Rolls) -> Iterator[str]:
    """What is wrong with the raw tables, one sentence each; nothing when all holds."""
    yield from (f"database: {problem}" for problem in _audit_file(connection))
    astray = list(_audit_values(connection))
    yield from (f"database: {problem}" for problem in astray)
    if astray:
        # Text where bytes belong cannot be reckoned with any further.
        return
    before: SignedRoll | None = None
    for version, document, signatures in connection.execute(
        "SELECT version, document, signatures FROM roll ORDER BY version"
    ):
        signed = SignedRoll(document, signatures)
        try:
            if check_succession(signed, before, roots).version != version:
                yield f"roll {version} is kept as another version than it says"
        except BundleError as error:
            yield f"roll {version}: {error.message}"
        before = signed
    logs = connection.execute("SELECT n, log, desk, audience, incarnation FROM log ORDER BY n").fetchall()
    with ThreadPoolExecutor(2) as pool:
        for n, log, desk, audience, incarnation in logs:
            name = f"log {log.hex()[:12]} ({audience})"
            if log_id(desk, audience, incarnation) != log:
                yield f"{name}: its name does not fit its desk and audience"
            if desk not in rolls.authors:
                yield f"{name}: its desk is on no roll"
            yield from (f"{name}: {problem}" for problem in _audit_log(connection, n, log, desk, pool))
            yield from (f"{name}: {problem}" for problem in _audit_standing(connection, n, rolls))
    yield from _audit_laws(connection, Standing(connection, rolls))


def _audit_file(connection: sqlite3.Connection) -> Iterator[str]:
    """Whether the file is whole: its pages, which row belongs to which, its shape, the rows' numbers."""
    for (problem,) in connection.execute("PRAGMA integrity_check"):
        if problem != "ok":
            yield f"its pages: {problem}"
    for table, row, other, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"row {row} of {table} belongs to no {other}"
    shape = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    if shape != [(f"{RAW_VERSION:04}",)]:
        yield "its tables are of another shape than it says"
    # Entries are numbered as they come and none is ever taken out.
    held, first, last = connection.execute("SELECT COUNT(*), MIN(n), MAX(n) FROM entry").fetchone()
    if held and (first, last) != (1, held):
        yield "entries are numbered otherwise than they came"


def _audit_values(connection: sqlite3.Connection) -> Iterator[str]:
    """Whether every value is of the kind its column says: one bit makes bytes of a text, and where both are
    empty no digest tells them apart."""
    for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type='table'").fetchall():
        # What is absent where something must stand, the check of the pages has found.
        other = [
            f'"{name}" IS NOT NULL AND typeof("{name}") <> \'{_KEPT_AS[kind]}\''
            for _, name, declared, *_ in connection.execute(f'PRAGMA table_info("{table}")')
            if (kind := declared.partition("(")[0]) in _KEPT_AS
        ]
        (count,) = connection.execute(
            f'SELECT COUNT(*) FROM "{table}" WHERE {" OR ".join(other) or "FALSE"}'
        ).fetchone()
        if count:
            yield f"{count} rows of {table} hold what cannot stand there"


def _audit_laws(connection: sqlite3.Connection, standing: Standing) -> Iterator[str]:
    """Whether what is noted as upheld, missing and erased follows from the acts about it."""
    if {entry for (entry,) in connection.execute("SELECT entry FROM upheld")} != standing.upheld():
        yield "other entries are noted as upheld than signed acts uphold"
    noted = dict(connection.execute("SELECT n, missing FROM log WHERE missing IS NOT NULL").fetchall())
    if noted != standing.missing():
        yield "content is noted as missing elsewhere than where it is"
    for (log,) in connection.execute(
        "SELECT DISTINCT l.log FROM erasure x JOIN entry e ON lower(hex(e.record)) = x.target"
        " JOIN log l ON l.n = e.log AND l.audience = x.audience WHERE length(e.payload) > 0"
        f" AND e.kind NOT IN ({','.join('?' * len(ENDURING))})",
        tuple(ENDURING),
    ):
        yield f"log {log.hex()[:12]}: it still holds what was erased"
    for log, document in connection.execute("SELECT log, document FROM proof ORDER BY log"):
        try:
            if read_proof(document).log != log:
                yield "a proof of a fork is kept for another log than it is about"
        except BundleError as error:
            yield error.message


def _audit_log(
    connection: sqlite3.Connection, n: int, log: bytes, desk: bytes, pool: ThreadPoolExecutor
) -> Iterator[str]:
    rows = connection.execute(
        "SELECT seq, hash, record, kind, header, signature, salt, payload, state"
        " FROM entry WHERE log=? ORDER BY seq",
        (n,),
    )
    hashes: set[bytes] = {NO_HASH}
    while batch := rows.fetchmany(_BATCH):
        for seq, digest, record, kind, header, _, salt, payload, state in batch:
            # One that is not in line waits for those before it: a gap is no damage.
            before = hashes if state != UNCONNECTED else None
            yield from _audit_entry(log, seq, digest, record, kind, header, salt, payload, before)
            hashes.add(digest)
        signed = [(header, signature) for _, _, _, _, header, signature, *_ in batch]
        held = keys.verify_many(desk, HEADER_TYPE, signed, pool)()
        if held != len(signed):
            yield f"the signature of entry {batch[held][0]} does not hold"


def _audit_standing(connection: sqlite3.Connection, n: int, rolls: Rolls) -> Iterator[str]:
    """Whether what is noted of a log follows from its entries: how far it goes, where it ends, who waits."""
    connected, head, cut, why = connection.execute(
        "SELECT connected, head, cut, cut_why FROM log WHERE n=?", (n,)
    ).fetchone()
    last = connection.execute(
        "SELECT seq + 1, hash FROM entry WHERE log=? AND state<>2 ORDER BY seq DESC, hash DESC LIMIT 1", (n,)
    ).fetchone()
    if (connected, head) != (last or (0, b"")):
        yield "it does not end where it is said to end"
    if (cut, why) != Standing(connection, rolls).cut_of(n):
        yield "it is cut elsewhere than where its key wrote two histories or the roll ends it"
    astray = connection.execute(
        "SELECT e.seq FROM entry e LEFT JOIN"
        " (SELECT entry, MAX(chain) AS chain FROM waiting GROUP BY entry) w ON w.entry = e.n"
        " WHERE e.log=? AND e.state <> CASE WHEN w.entry IS NULL THEN 0 WHEN w.chain THEN 2 ELSE 1 END",
        (n,),
    )
    yield from (f"entry {seq} waits for nothing, or does not wait and should" for (seq,) in astray)


def _audit_entry(
    log: bytes,
    seq: int,
    digest: bytes,
    record: bytes,
    kind: str,
    raw: bytes,
    salt: bytes,
    payload: bytes,
    before: set[bytes] | None,
) -> Iterator[str]:
    try:
        header = read_header(raw)
    except BundleError as error:
        yield f"entry {seq}: {error.message}"
        return
    if entry_hash(raw) != digest:
        yield f"entry {seq} does not have the hash it is kept under"
    if (header.log, header.seq, header.record, header.kind) != (log, seq, record, kind):
        yield f"entry {seq} is kept as something else than it says"
    if payload and commitment(salt, payload) != header.commit:
        yield f"entry {seq} says something else than what was signed for"
    if before is not None and seq and header.prev not in before:
        yield f"entry {seq} does not follow the one before it"
