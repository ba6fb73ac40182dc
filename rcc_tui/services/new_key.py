"""A new key for this desk: asked for, enrolled beside the old one, then taken up by the store.

In between the desk goes on with its old key, and bundles are sealed to both: no day without work, nothing
signed in vain. The old key is revoked last, where this store holds its logs.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from rcc_tui.config import Clock, key_file, passphrase
from rcc_tui.domain.errors import IntegrityError, Refused, StoreError
from rcc_tui.services.desk import Desk, open_desk
from rcc_tui.services.heads import heads_file
from rcc_tui.services.region_files import sign_request, write_struct
from rcc_tui.services.secrets import Ask, Keeping, Kept, Unlocked, find, find_at, keep
from rcc_tui.sync.keys import DeskSecret, SigningKey, new_key
from rcc_tui.sync.seal import recipient_of

# The seed waits in the store, which is locked as well as the key is.
_NEXT = "next_key"
_BEFORE = "desk_before"
_NUMBER = re.compile("(.*?) ([0-9]{1,4})")


@dataclass(frozen=True, slots=True)
class TakenUp:
    """What a desk was and is: names, and public keys in hex. `kept` is where its secret lies."""

    code: str
    old: str
    old_name: str
    new: str
    name: str
    kept: Kept


def ask_new_key(desk: Desk, name: str = "", seed: bytes | None = None) -> Path:
    """Make a new key for a desk and the file to hand in for enrolment; `name` is what it will be called.

    Asked twice the same key is handed in. Nothing else changes until `take_up`. Raises StoreError.
    """
    kept = desk.meta(_NEXT)
    key = new_key(bytes.fromhex(kept)) if kept else _made(desk, seed)
    path = desk.store.folder / f"desk-{desk.code}-next.json"
    write_struct(path, sign_request(desk.code, name or _after(desk.name), key, recipient_of(key)))
    return path


def _made(desk: Desk, seed: bytes | None) -> SigningKey:
    seed = seed or os.urandom(32)
    desk.set_meta(_NEXT, seed.hex())
    return new_key(seed)


def _after(name: str) -> str:
    """The name of the desk that follows: placements, placements 2, placements 3."""
    found = _NUMBER.fullmatch(name)
    return f"{found[1]} {int(found[2]) + 1}" if found else f"{name} 2"


def take_up(folder: Path, ask: Ask | None = None, clock: Clock | None = None) -> TakenUp:
    """Let a store go on with the key asked for, once a roll seats it. Its old logs are continued no more.

    The store must be open nowhere else. Cut off at any moment it can be done again. Raises Refused,
    StoreError and what opening a desk raises.
    """
    asked = _Once(ask)
    path = key_file(folder)
    beside = path.with_name(f"{path.name}.next")
    done = _cut_off(folder, beside, asked)
    if done is None:
        found = find(folder, asked.ask)
        desk = open_desk(folder, clock=clock, unlocked=found)
        try:
            done = _take_up(desk, found, beside, passphrase() or asked.said)
        finally:
            desk.close()
    try:
        os.replace(beside, path)
        # The note of the old key's logs: the store is not to be measured by it any more.
        heads_file(folder, done.kept, bytes.fromhex(done.old)).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"The key file cannot be replaced: {error.strerror}.", where=str(path)) from error
    return done


class _Once:
    """Asks for the passphrase once and remembers it: the new secret is locked with the same."""

    def __init__(self, ask: Ask | None) -> None:
        self._ask = ask
        self.said = ""
        self.ask: Ask | None = self._answer if ask is not None else None

    def _answer(self) -> str:
        if not self.said and self._ask is not None:
            self.said = self._ask()
        return self.said


def _cut_off(folder: Path, beside: Path, asked: _Once) -> TakenUp | None:
    """What an earlier try that was cut off had done: None when the store still goes by the old key."""
    if not beside.is_file():
        return None
    left = find_at(beside, asked.ask)
    try:
        desk = open_desk(folder, unlocked=left)
    except IntegrityError:
        beside.unlink()
        return None
    try:
        return _done(desk, left.kept)
    finally:
        desk.close()


def _take_up(desk: Desk, found: Unlocked, beside: Path, words: str) -> TakenUp:
    seed = desk.meta(_NEXT)
    if not seed:
        raise Refused("No new key was asked for at this desk.", hint="Ask for one: rcc region rotate desk.")
    key = new_key(bytes.fromhex(seed))
    seats = desk.member.desks
    seat = next((seat for seat in seats if seat.key == key.public), None)
    if seat is None:
        raise Refused(
            "The new key is on no roll that this desk has.", hint="Enrol it, then take in the roll."
        )
    keep(
        beside,
        DeskSecret(key, found.secret.store, seat.name),
        Keeping(found.kept, words, encrypted=bool(found.secret.store)),
    )
    with desk.store.transaction() as write:
        write.execute("UPDATE log SET closed=1 WHERE desk=?", (desk.key.public,))
        write.execute("DELETE FROM meta WHERE key=?", (_NEXT,))
        write.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            (
                (_BEFORE, f"{desk.key.public.hex()} {desk.name}"),
                ("desk", key.public.hex()),
                ("desk_name", seat.name),
            ),
        )
    return _done(desk, found.kept)


def _done(desk: Desk, kept: Kept) -> TakenUp:
    old, _, old_name = desk.meta(_BEFORE).partition(" ")
    return TakenUp(desk.code, old, old_name, desk.meta("desk"), desk.meta("desk_name"), kept)
