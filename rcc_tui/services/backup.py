"""A desk's backup: its store and its secret in one sealed file, and the way back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from db import cipher, engine
from rcc_tui import config
from rcc_tui.config import key_file
from rcc_tui.domain.errors import Refused, StoreError
from rcc_tui.services.backup_file import Lock, check_store, describe, opened, read_head, read_store, write
from rcc_tui.services.desk import Desk
from rcc_tui.services.heads import HeadsCopy, heads_file
from rcc_tui.services.secrets import Ask, Keeping, Kept, Unlocked, find, keep
from rcc_tui.sync.keys import DeskSecret, decode_secret

_COPY, _CHECK = "rcc.db.copy", "rcc.db.check"


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was written and read back: its file, what opens it, entries of my own in it."""

    file: str
    opened_by: str
    entries: int


@dataclass(frozen=True, slots=True)
class Restored:
    """A store made from a backup: whose, made when, how it is locked now, how many own logs were closed."""

    code: str
    made: str
    encryption: str
    closed: int


def opens_by(desk: Desk, words: str) -> str:
    """What will open a backup made now: a passphrase, or the desk's key file. Raises Refused.

    A key that is in this machine's key ring, or under a passphrase not given here, would be lost with it.
    """
    if words:
        return "passphrase"
    if desk.kept != "key file":
        raise Refused(
            "If this machine were lost, nothing could open this backup: its key is kept here.",
            hint="Set RCC_PASSPHRASE, or give the command on a terminal.",
            code="no-lock",
        )
    return "key file"


def back_up(desk: Desk, path: Path, words: str = "") -> BackedUp:
    """Write a backup under the passphrase `words`, or to the desk's own key without.

    The file gets its name when it has been read back: decrypted, opened, its tables sound, its heads those of
    the copy. Raises Refused and StoreError, leaving nothing.
    """
    opened_by = opens_by(desk, words)
    if path.exists():
        raise StoreError(
            "There is such a file already; a backup overwrites nothing.",
            where=str(path),
            hint="Name another file.",
        )
    secret = DeskSecret(desk.key, desk.store.key, desk.name)
    made = desk.clock.now().isoformat(timespec="minutes")
    part = path.with_name(f"{path.name}.part")
    copy, check = desk.store.folder / _COPY, desk.store.folder / _CHECK
    with _explained(path), _taken_away(part, copy, check):
        path.parent.mkdir(parents=True, exist_ok=True)
        desk.store.copy_to(copy)
        head, recipient = describe(copy, secret, desk.code, made)
        write(part, copy, msgspec.json.encode(head), recipient, Lock(words, secret))
        with part.open("rb") as file:
            found = read_head(file, lambda: words, secret)
            if found != head:
                raise StoreError("The backup does not read back as it was written.", where=str(path))
            read_store(file, found, check)
        check_store(check, secret.store, found)
        os.replace(part, path)
    return BackedUp(str(path), opened_by, sum(count for count, _ in head.heads.values()))


def restore(path: Path, folder: Path, choose: Callable[[], Keeping], *, ask: Ask | None = None) -> Restored:
    """Make a store in `folder` from a backup; `ask` asks for the passphrase, where one opens it.

    Its secret is kept as `choose` says, or left where RCC_KEY_FILE has it already; a store that was plain is
    encrypted where `choose` says so. What this desk signs from now on goes into new logs: what was signed
    after the backup may have been heard elsewhere. Raises StoreError, Refused, UsageError and IntegrityError,
    leaving nothing.
    """
    if (folder / engine.FILE).exists():
        raise StoreError(
            "There is a store here already; a backup is restored over nothing.",
            where=str(folder),
            hint="Choose another --store.",
        )
    known = _known_secret(folder, ask)
    fresh = not folder.exists()
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        try:
            return _restored(path, folder, choose, ask, known)
        except BaseException:
            with suppress(OSError):
                engine.discard(folder)
                if fresh:
                    folder.rmdir()
            raise


def _restored(
    path: Path, folder: Path, choose: Callable[[], Keeping], ask: Ask | None, known: Unlocked | None
) -> Restored:
    with opened(path) as file:
        head = read_head(file, lambda: _words(ask), known.secret if known is not None else None)
        secret = decode_secret(head.secret, str(path))
        if known is not None and (known.secret.key, known.secret.store) != (secret.key, secret.store):
            raise StoreError(
                "The key file here belongs to another desk; a key is never overwritten.",
                where=str(key_file(folder)),
                hint="Set RCC_KEY_FILE to another file, or choose another --store.",
            )
        keeping = None if known is not None else choose()
        engine.discard(folder)
        read_store(file, head, folder / engine.PART)
    check_store(folder / engine.PART, secret.store, head)
    if keeping is not None and keeping.encrypted and not secret.store:
        secret = DeskSecret(secret.key, os.urandom(cipher.KEY_BYTES), secret.name)
        cipher.encrypt(folder / engine.PART, secret.store)
    store = engine.open_part(folder, secret.store)
    try:
        store.write.execute("PRAGMA journal_mode=WAL")
        closed = _close_logs(store, secret.key.public)
    finally:
        store.close()
    # Not before: one whose logs are not closed must never be taken for whole.
    engine.declare_whole(folder)
    if keeping is not None:
        keep(key_file(folder), secret, keeping)
    engine.finish(folder)
    kept: Kept = known.kept if known is not None else keeping.kept if keeping is not None else "key file"
    store, _ = engine.open_store(folder, secret.store)
    try:
        HeadsCopy(heads_file(folder, kept, secret.key.public), store.write, secret.key.public).accept()
    finally:
        store.close()
    return Restored(head.code, head.made, kept if secret.store else "none", closed)


def reopen(desk: Desk) -> int:
    """Let a restored or copied store sign again, in new logs that name the old ones' heads.

    Returns how many logs were closed. Raises StoreError.
    """
    closed = _close_logs(desk.store, desk.key.public)
    if desk.heads is not None:
        desk.heads.accept()
    return closed


def _close_logs(store: engine.Store, desk: bytes) -> int:
    with store.transaction() as write:
        return write.execute("UPDATE log SET closed=1 WHERE desk=? AND NOT closed", (desk,)).rowcount


def _words(ask: Ask | None) -> str:
    words = config.passphrase() or (ask() if ask is not None else "")
    if not words:
        raise Refused("A passphrase opens this backup.", hint="Set RCC_PASSPHRASE.", code="locked")
    return words


def _known_secret(folder: Path, ask: Ask | None) -> Unlocked | None:
    return find(folder, ask) if key_file(folder).exists() else None


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"This cannot be written: {error.strerror or error}.",
            where=str(path),
            hint="Check that you may write there, and that the disk has room. Nothing was left behind.",
        ) from error


@contextmanager
def _taken_away(*paths: Path) -> Iterator[None]:
    """Files that go before and afterwards, whatever happens."""
    for path in paths:
        path.unlink(missing_ok=True)
    try:
        yield
    finally:
        for path in paths:
            with suppress(OSError):
                path.unlink(missing_ok=True)
