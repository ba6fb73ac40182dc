"""The file of a backup: a desk's store and its secret, sealed.

```
"RCCBACK1\\n" | "passphrase\\n" or "desk\\n" | u32 length, age(head) | age(store)
```
The head (JSON) holds the desk's secret, the length, hash and heads of the store, and the age key the store is
sealed to, made for this one file. The head itself is sealed under a passphrase, or to the desk's own key.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO

import msgspec

from db import cipher
from rcc_tui.domain.errors import IntegrityError, Refused, StoreError, UsageError
from rcc_tui.services.heads import Heads, heads_of
from rcc_tui.sync.keys import DeskSecret, decode_secret, encode_secret
from rcc_tui.sync.seal import identity_of, recipient_of

_MAGIC = b"RCCBACK1\n"
_WAYS = {"passphrase": b"passphrase\n", "desk": b"desk\n"}
_LARGEST_HEAD = 1 << 20


class Head(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What must be known to open and believe the rest of the file."""

    secret: bytes
    identity: str
    length: int
    digest: bytes
    heads: Heads
    code: str
    made: str

    def __repr__(self) -> str:
        return f"Head({self.code!r}, {self.made!r})"


@dataclass(frozen=True, slots=True)
class Lock:
    """What seals the head: a passphrase, or where that is empty the desk's own key."""

    words: str
    secret: DeskSecret

    def __repr__(self) -> str:
        return f"Lock({self.secret!r})"

    def seal(self, raw: bytes) -> bytes:
        """The bytes as only what this names opens them."""
        from pyrage import encrypt, passphrase, x25519

        if self.words:
            return bytes(passphrase.encrypt(raw, self.words))
        return bytes(encrypt(raw, [x25519.Recipient.from_str(recipient_of(self.secret.key))]))


def write(part: Path, copy: Path, head: bytes, recipient: str, lock: Lock) -> None:
    """Write a backup of a store's copy, and see it on the disk. Raises OSError."""
    from pyrage import EncryptError, encrypt_io, x25519

    part.unlink(missing_ok=True)
    with (
        open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target,
        copy.open("rb") as source,
    ):
        sealed = lock.seal(head)
        target.write(_MAGIC + _WAYS["passphrase" if lock.words else "desk"] + struct.pack(">I", len(sealed)))
        target.write(sealed)
        sink = Sink(target)
        try:
            encrypt_io(source, sink, [x25519.Recipient.from_str(recipient)])
        except EncryptError as error:
            sink.check()
            raise OSError(str(error)) from error
        sink.check()
        target.flush()
        os.fsync(target.fileno())


class Sink:
    """A file to write to, at most `room` bytes of it: age swallows what goes wrong with its writer."""

    def __init__(self, file: BinaryIO, room: int | None = None) -> None:
        self._file = file
        self._room = room
        self._failed: OSError | None = None

    def write(self, raw: bytes) -> int:
        """Write it. Raises OSError."""
        try:
            if self._room is not None:
                self._room -= len(raw)
                if self._room < 0:
                    raise OSError("it is longer than it says")
            return self._file.write(raw)
        except OSError as error:
            self._failed = self._failed or error
            raise

    def flush(self) -> None:
        """Hand on what is held back. Raises OSError."""
        try:
            self._file.flush()
        except OSError as error:
            self._failed = self._failed or error
            raise

    def check(self) -> None:
        """Raise the OSError there was."""
        if self._failed is not None:
            raise self._failed


def describe(copy: Path, secret: DeskSecret, code: str, made: str) -> tuple[Head, str]:
    """The head of a backup of this copy of a store, and what the copy is to be sealed to."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    connection = cipher.connect(copy, secret.store)
    try:
        heads = heads_of(connection, secret.key.public)
    finally:
        connection.close()
    with copy.open("rb") as file:
        digest = file_digest(file, "sha256").digest()
    head = Head(encode_secret(secret), str(identity), copy.stat().st_size, digest, heads, code, made)
    return head, str(identity.to_public())


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A backup to read. Raises StoreError."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise StoreError(
            f"The backup cannot be read: {error.strerror}.", where=str(path), hint="Check its path."
        ) from error
    with file:
        yield file


def read_head(file: BinaryIO, words: Callable[[], str], own: DeskSecret | None) -> Head:
    """The head of a backup, opened by the passphrase `words` gives or by the desk's own key.

    `file` is left where the store begins. Raises Refused, UsageError and IntegrityError.
    """
    way = next((name for name, line in _WAYS.items() if _starts(file, _MAGIC + line)), None)
    if way is None:
        raise _spoilt("This is no backup of an rcc desk.")
    (length,) = struct.unpack(">I", file.read(4).ljust(4, b"\0"))
    if length > _LARGEST_HEAD:
        raise _spoilt("The backup was changed or is cut short.")
    sealed = file.read(length)
    raw = _by_passphrase(sealed, words()) if way == "passphrase" else _by_key(sealed, own)
    try:
        return msgspec.json.decode(raw, type=Head)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _spoilt(f"The backup's head is not what it should be: {error}.") from error


def _starts(file: BinaryIO, line: bytes) -> bool:
    file.seek(0)
    return file.read(len(line)) == line


def _by_passphrase(sealed: bytes, words: str) -> bytes:
    from pyrage import DecryptError, passphrase

    try:
        return bytes(passphrase.decrypt(sealed, words))
    except DecryptError as error:
        raise UsageError(
            "This passphrase does not open the backup, or the backup was changed or is cut short.",
            hint="Try again, or take another copy.",
            code="passphrase",
        ) from error


def _by_key(sealed: bytes, secret: DeskSecret | None) -> bytes:
    from pyrage import DecryptError, decrypt

    if secret is None:
        raise Refused("The desk's key opens this backup.", hint="Set RCC_KEY_FILE to it.", code="locked")
    try:
        return bytes(decrypt(sealed, [identity_of(secret.key)]))
    except DecryptError as error:
        raise UsageError(
            "This key does not open the backup, or the backup was changed or is cut short.",
            hint="Set RCC_KEY_FILE to the key of the desk that made it, or take another copy.",
        ) from error


def read_store(file: BinaryIO, head: Head, target: Path) -> None:
    """Unseal the store that follows the head into a new file. Raises IntegrityError, OSError."""
    from pyrage import DecryptError, IdentityError, decrypt_io, x25519

    target.unlink(missing_ok=True)
    with open(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as plain:
        sink = Sink(plain, head.length)
        try:
            decrypt_io(file, sink, [x25519.Identity.from_str(head.identity)])
        except (DecryptError, IdentityError, OSError) as error:
            sink.check()
            raise _spoilt("The backup was changed or is cut short.") from error
        sink.check()
        plain.flush()
        os.fsync(plain.fileno())
        plain.seek(0)
        if file_digest(plain, "sha256").digest() != head.digest:
            raise _spoilt("The backup was changed.")


def check_store(path: Path, key: bytes, head: Head) -> None:
    """Open a copy and look at all its pages. Raises IntegrityError."""
    connection = cipher.connect(path, key)
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        desk = decode_secret(head.secret, str(path)).key.public
        if not sound or heads_of(connection, desk) != head.heads:
            raise _spoilt("The store in the backup is not what it was.")
    except cipher.Error as error:
        raise _spoilt(f"The store in the backup cannot be read: {error}.") from error
    finally:
        connection.close()


def _spoilt(message: str) -> IntegrityError:
    return IntegrityError(message, hint="Take another copy of the backup.", code="backup")
