"""My open store: the one place where keys, store, clock and followers meet."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from db import engine, folded
from db.store import explained
from rcc_tui.acts import names
from rcc_tui.config import Clock, key_file, system_clock
from rcc_tui.domain.errors import IntegrityError, Refused, StoreError
from rcc_tui.services.heads import HeadsCopy, heads_file
from rcc_tui.services.roll_fork import note_roll_fork, require_one_roll
from rcc_tui.services.secrets import Ask, Keeping, Kept, Unlocked, find, keep
from rcc_tui.sync.keys import DeskSecret, SigningKey
from rcc_tui.sync.roll import Member, Rolls, SignedRoll

if TYPE_CHECKING:
    # What only signs, folds or takes in is loaded by the first act that does: the first rows need none of it.
    from rcc_tui.acts.kind import Act
    from rcc_tui.sync.fold import Follower
    from rcc_tui.sync.incoming import Reader
    from rcc_tui.sync.log import Appended, OwnLogs

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Done:
    """An act that happened: the record it is about (hex id) and its entry."""

    record: str
    entry: bytes


class Writing:
    """A group of acts that happen together or not at all."""

    def __init__(self, desk: Desk, logs: OwnLogs) -> None:
        self._desk = desk
        self._logs = logs
        self.appended: list[Appended] = []

    def act(
        self, kind: str, act: Act, *, record: str = "", audience: str = "", deps: Sequence[bytes] = ()
    ) -> Done:
        """Sign an act and append it to my log. `record` is empty when the act opens one.

        `audience` must be given for acts between a pair; own and rcc acts know theirs.
        """
        from rcc_tui.acts.kinds import KINDS

        done = self._logs.append(
            kind,
            act,
            audience=audience or self._desk.audience(KINDS[kind].scope),
            record=bytes.fromhex(record) if record else None,
            deps=tuple(deps),
            at_ms=self._desk.clock.at_ms(),
        )
        self.appended.append(done)
        return Done(done.header.record.hex(), done.hash)


class Desk:
    """An open store and the key that signs for it.

    `code` is the authority or hub it belongs to. Followers are told what each fold touched, inside the
    same transaction. `heads` notes outside the store how far its own logs reach; without it nothing does.
    """

    def __init__(
        self,
        store: engine.Store,
        key: SigningKey,
        clock: Clock,
        *,
        kept: Kept = "key file",
        heads: Path | None = None,
    ) -> None:
        self.store = store
        self.kept: Kept = kept
        self.encryption = kept if store.is_encrypted else "none"
        self.key = key
        self.clock = clock
        self.followers: list[Follower] = []
        self.code = self.meta("code")
        self.name = self.meta("desk_name")
        self.roots = tuple(bytes.fromhex(root) for root in json.loads(self.meta("roots") or "[]"))
        self.rolls = Rolls(store.write)
        store.began.append(self.refresh)
        self.heads = HeadsCopy(heads, store.write, key.public) if heads is not None else None
        if self.heads is not None:
            store.committed.append(self.heads.note)

    @property
    def behind(self) -> bool:
        """Whether this store is older than what this desk has signed: then nothing is signed in it."""
        return self.heads is not None and self.heads.behind

    def refresh(self) -> None:
        """Read the rolls again if another program at this store has taken one in."""
        (newest,) = self.store.write.execute("SELECT COALESCE(MAX(version), 0) FROM roll").fetchone()
        if newest != (self.rolls.latest.version if self.rolls.latest else 0):
            self.rolls.reload()

    @property
    def member(self) -> Member:
        """My authority or hub as the roll has it. Raises Refused when it is not on the roll yet."""
        member = self.rolls.member(self.code)
        if member is None:
            raise Refused(
                f"{self.code} is not on the roll yet.",
                hint="Give the desk's enrolment file to a hub, then take in the roll it publishes.",
            )
        return member

    @property
    def role(self) -> str:
        """authority or hub; authority until the roll says otherwise."""
        member = self.rolls.member(self.code)
        return member.role if member else "authority"

    def reader(self) -> Reader:
        """Who imports here."""
        from rcc_tui.sync.incoming import Reader

        return Reader(self.code, self.role)

    def audience(self, scope: str) -> str:
        """My audience of a scope: own or rcc."""
        if scope == "pair":
            raise ValueError("a pair's audience must be named")
        return names.own(self.code) if scope == "own" else names.RCC

    def meta(self, key: str) -> str:
        """A local fact of this store, empty when unknown."""
        row = self.store.write.execute("SELECT value FROM meta WHERE key=?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        """Keep a local fact: settings and drafts, never anything another desk must hear."""
        with self.store.transaction() as write:
            write.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Acts inside are appended, folded and committed as one. An act that breaks a rule undoes all.

        Reads through `read` see the state before, until the block ends.
        """
        from rcc_tui.sync.log import OwnLogs

        require_one_roll(self)
        with self.store.transaction() as write:
            self._check_may_sign()
            group = Writing(self, OwnLogs(write, self.key))
            yield group
            self._fold(group)

    def _check_may_sign(self) -> None:
        if self.key.public not in self.rolls.seated:
            known = self.key.public in self.rolls.authors
            raise Refused(
                "This desk was revoked: nobody would believe what it signs."
                if known
                else "This desk is on no roll: nobody would believe what it signs.",
                hint="Enrol it anew, with a new key." if known else "Enrol it first.",
            )
        if self.heads is not None and self.heads.behind and self.heads.look():
            raise Refused(
                "This store is older than what this desk has signed: it was restored or copied. It may be"
                " read, and bundles may come in.",
                hint="`rcc reopen` lets it sign again, in new logs.",
                code="behind",
            )

    def _fold(self, group: Writing) -> None:
        from rcc_tui.acts.kind import record_id
        from rcc_tui.sync.arrivals import Arrived, Verified
        from rcc_tui.sync.fold import Fold

        arrived = Arrived()
        opened: dict[bytes, list[Verified]] = {}
        for one in group.appended:
            entry = Verified(one.log, one.header, one.hash, one.signed)
            opened.setdefault(entry.header.record, []).append(entry)
        for record, entries in opened.items():
            header = entries[0].header
            if len(entries) == 1 and record_id(header.log, header.seq) == record:
                arrived.fresh[record] = entries
            else:
                arrived.records.add(record)
        fold = Fold(self.store.write, self.rolls)
        touched = fold.arrived(arrived)
        for one in group.appended:
            if why := fold.refused.get(one.hash):
                raise Refused(f"This may not be done: {why}.")
        if fold.erased:
            self.store.scrub()
        for follower in self.followers:
            follower(self.store.write, touched)

    def read(
        self, query: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Run one of the named queries on what has been committed."""
        with self.store.reading() as connection:
            return query(connection, *args, **kwargs)

    def digest(self, audience: str) -> str:
        """One hash of all that an audience adds up to here."""
        return folded.digest(self.store.write, audience)

    def rebuild(self) -> dict[str, tuple[str, str]]:
        """Fold everything anew. Returns the digest before and after for each audience."""
        with self.store.transaction() as write:
            heard = folded.audiences(write)
            before = {audience: self.digest(audience) for audience in heard}
            self.refold()
            return {audience: (before[audience], self.digest(audience)) for audience in heard}

    def refold(self) -> None:
        """Drop the folded tables and fill them from the logs."""
        from rcc_tui.sync.fold import Fold

        with self.store.transaction() as write:
            engine.make_folded(self.store)
            touched = Fold(write, self.rolls).everything()
            for follower in self.followers:
                follower(write, touched)

    def adopt_roll(self, signed: SignedRoll) -> bool:
        """Take in a version of the roll. Returns whether it was new; raises BundleError."""
        from rcc_tui.sync.arrivals import Arrived
        from rcc_tui.sync.fold import Fold

        require_one_roll(self)
        try:
            with self.store.transaction() as write:
                before = dict(self.rolls.authors)
                new = self.rolls.adopt(signed, self.roots)
                if new:
                    fold = Fold(write, self.rolls)
                    touched = fold.arrived(Arrived(records=fold.roll(before), unsettled=True))
                    if fold.erased:
                        self.store.scrub()
                    for follower in self.followers:
                        follower(write, touched)
                return new
        except BaseException as error:
            self.rolls.reload()
            note_roll_fork(self, error, [signed])
            raise

    def close(self) -> None:
        """Close the store."""
        self.store.close()


def make_desk(
    folder: Path,
    *,
    code: str,
    name: str,
    roots: Sequence[bytes],
    key: SigningKey,
    clock: Clock | None = None,
    keeping: Keeping | None = None,
    announce: Callable[[], None] | None = None,
) -> Desk:
    """A new store for a desk of a member. `roots` pin the region: no other's roll will be believed.

    With `keeping` the desk's secret is kept that way, and the store encrypted if it says so; without it the
    store is plain and the caller keeps the key. `announce` is called when all is ready but the key and the
    name. Cut off at any moment, it leaves nothing, or a store that is whole when next opened.
    Raises StoreError.
    """
    _complete(folder)
    if keeping is not None and key_file(folder).exists():
        raise StoreError(
            "There is a key file already; a key is never overwritten.", where=str(key_file(folder))
        )
    secret = DeskSecret(key, os.urandom(32) if keeping is not None and keeping.encrypted else b"", name)
    facts = {
        "code": code,
        "desk_name": name,
        "desk": key.public.hex(),
        "roots": json.dumps([root.hex() for root in roots]),
    }
    engine.prepare(folder, secret.store, facts)
    if announce is not None:
        announce()
    if keeping is not None:
        keep(key_file(folder), secret, keeping)
    engine.finish(folder)
    store, _ = engine.open_store(folder, secret.store)
    return Desk(store, key, clock or system_clock(), kept=keeping.kept if keeping is not None else "key file")


def _complete(folder: Path) -> None:
    """Finish a store whose making was cut off after its key was kept."""
    if engine.is_prepared(folder) and key_file(folder).is_file():
        engine.finish(folder)


def open_desk(
    folder: Path, *, clock: Clock | None = None, ask: Ask | None = None, unlocked: Unlocked | None = None
) -> Desk:
    """Open the store in `folder` with its key: `unlocked`, or found where it is kept.

    `ask` is called when only a passphrase opens it. Raises StoreError, Refused, UsageError or IntegrityError.
    """
    _complete(folder)
    engine.locate(folder)
    found = unlocked or find(folder, ask)
    key = found.secret.key
    store, stale = engine.open_store(folder, found.secret.store)
    try:
        heads = heads_file(folder, found.kept, key.public)
        with explained(store.path):
            desk = Desk(store, key, clock or system_clock(), kept=found.kept, heads=heads)
        if desk.meta("desk") != key.public.hex():
            raise IntegrityError(
                "This key belongs to another desk than the store.",
                where=str(key_file(folder)),
                hint="Set RCC_KEY_FILE to the key this store was made with.",
            )
        if stale:
            desk.refold()
    except ValueError as error:
        store.close()
        raise IntegrityError(
            f"What this store notes of itself is damaged: {error}.",
            where=str(store.path),
            hint="Restore a backup, or make a new store and import the bundles again.",
        ) from error
    except BaseException:
        store.close()
        raise
    return desk
