"""Where a desk keeps its secret: in the system's key ring, in a file locked by a passphrase, or in a file.

The key file (RCC_KEY_FILE, or `desk.key` beside the store) is always there. It is the secret itself, or the
secret in a box that a passphrase opens, or it names the entry of the key ring that holds it.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from rcc_tui.config import LOCKED, key_file, passphrase
from rcc_tui.domain.errors import IntegrityError, Refused, StoreError, UsageError
from rcc_tui.sync.keys import DeskSecret, decode_secret, encode_secret, read_private, write_private

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Kept = Literal["key ring", "passphrase", "key file"]
Ask = Callable[[], str]
T = TypeVar("T", bound=msgspec.Struct)

SHORTEST = 8
_SERVICE = "rcc"
_IN_RING = "desk, in the key ring"
# Others keep secrets in the open, or not at all.
_RINGS = tuple(
    f"keyring.backends.{name}" for name in ("SecretService", "libsecret", "kwallet", "macOS", "Windows")
)


class _Named(msgspec.Struct, frozen=True):
    """What all forms of the key file have."""

    kind: str


class _Locked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A secret in a box: XSalsa20-Poly1305 under Argon2id (INTERACTIVE) of the passphrase and `salt`."""

    kind: str
    name: str
    salt: bytes
    nonce: bytes
    box: bytes


class _InRing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Says which entry of the key ring holds the secret: that of the desk with this public key, in hex."""

    kind: str
    name: str
    desk: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How a new secret is to be kept; `passphrase` for that way alone. `encrypted` is of the store."""

    kept: Kept
    passphrase: str = ""
    encrypted: bool = True

    def __repr__(self) -> str:
        return f"Keeping({self.kept!r}, encrypted={self.encrypted})"


BESIDE = Keeping("key file")
PLAIN = Keeping("key file", encrypted=False)


@dataclass(frozen=True, slots=True)
class Unlocked:
    """A secret that was found, and how it is kept."""

    secret: DeskSecret
    kept: Kept


def choose(store: Path, ask_new: Ask | None = None) -> Keeping:
    """How to keep the secret of a new desk whose keeper has not said.

    By RCC_PASSPHRASE; in the file RCC_KEY_FILE names, where that is not in the store's own folder; in the
    system's key ring; under a passphrase asked for. Raises Refused when none of these is to be had: a key
    that lies open beside what it locks locks nothing.
    """
    if given := passphrase():
        return Keeping("passphrase", check_new(given))
    named = key_file(store)
    if named.resolve().parent != store.resolve():
        return Keeping("key file")
    if _ring() is not None:
        return Keeping("key ring")
    if ask_new is not None:
        return Keeping("passphrase", check_new(ask_new()))
    raise Refused(
        "There is nothing to lock this desk's keys with: no key ring, no passphrase, no terminal to ask.",
        hint="Set RCC_PASSPHRASE, or RCC_KEY_FILE to a file elsewhere; or say --key-file (the key lies open"
        " beside the store) or --no-encryption.",
        code="no-lock",
    )


def check_new(given: str) -> str:
    """A passphrase that may lock something. Raises Refused."""
    if len(given) < SHORTEST:
        raise Refused(
            f"This passphrase is too short: {SHORTEST} characters at least.",
            hint="Four words are a good one.",
        )
    return given


def keep(path: Path, secret: DeskSecret, keeping: Keeping) -> None:
    """Keep a secret and write the key file, which must not be there yet. Raises StoreError."""
    if path.exists():
        raise StoreError("There is a key file already; a key is never overwritten.", where=str(path))
    document = encode_secret(secret)
    if keeping.kept == "passphrase":
        document = _lock(document, secret.name, keeping.passphrase)
    elif keeping.kept == "key ring":
        _put_in_ring(secret.key.public.hex(), document.decode())
        document = _pretty(_InRing(_IN_RING, secret.name, secret.key.public.hex()))
    write_private(path, document)


def find(store: Path, ask: Ask | None = None) -> Unlocked:
    """The secret of the desk whose store lies in a folder. `ask` is called when only a passphrase opens it.

    Raises StoreError, UsageError, IntegrityError, and Refused where nobody can be asked.
    """
    return find_at(key_file(store), ask)


def find_at(path: Path, ask: Ask | None = None) -> Unlocked:
    """The secret that a key file holds or names. Raises as `find`."""
    raw = read_private(path)
    kind = _kind(raw)
    if kind == LOCKED:
        return Unlocked(decode_secret(_open(_form(raw, _Locked, path), path, ask), str(path)), "passphrase")
    if kind == _IN_RING:
        desk = _form(raw, _InRing, path).desk
        return Unlocked(decode_secret(_from_ring(desk, path), "the key ring"), "key ring")
    return Unlocked(decode_secret(raw, str(path)), "key file")


def _kind(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=_Named).kind
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""


def _form(raw: bytes, form: type[T], path: Path) -> T:
    try:
        return msgspec.json.decode(raw, type=form)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise IntegrityError(f"This is no key file: {error}.", where=str(path)) from error


def _pretty(document: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _lock(document: bytes, name: str, words: str) -> bytes:
    salt = os.urandom(bindings.crypto_pwhash_SALTBYTES)
    nonce = os.urandom(bindings.crypto_secretbox_NONCEBYTES)
    box = bindings.crypto_secretbox(document, nonce, _stretched(words, salt))
    return _pretty(_Locked(LOCKED, name, salt, nonce, box))


def _stretched(words: str, salt: bytes) -> bytes:
    return bindings.crypto_pwhash_alg(
        bindings.crypto_secretbox_KEYBYTES,
        unicodedata.normalize("NFC", words).encode("utf-8", "surrogateescape"),
        salt,
        bindings.crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE,
        bindings.crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE,
        bindings.crypto_pwhash_ALG_ARGON2ID13,
    )


def _open(locked: _Locked, path: Path, ask: Ask | None) -> bytes:
    words = passphrase()
    if not words and ask is None:
        raise Refused(
            "This desk's key is locked by a passphrase, and there is no terminal to ask for it.",
            where=str(path),
            hint="Set RCC_PASSPHRASE.",
            code="locked",
        )
    if not words and ask is not None:
        words = ask()
    try:
        return bindings.crypto_secretbox_open(locked.box, locked.nonce, _stretched(words, locked.salt))
    except (CryptoError, ValueError, TypeError) as error:
        raise UsageError(
            "This passphrase does not open the key.", where=str(path), hint="Try again.", code="passphrase"
        ) from error


def _ring() -> KeyringBackend | None:
    """The system's key ring, where it has a real one."""
    import keyring

    found = keyring.get_keyring()
    inner = getattr(found, "backends", None)
    if inner:
        # Several at once: what is written goes to the first.
        found = inner[0]
    return found if type(found).__module__ in _RINGS else None


def _put_in_ring(desk: str, document: str) -> None:
    ring = _ring()
    if ring is None:
        raise StoreError("This system has no key ring.", hint="Set RCC_PASSPHRASE instead.")
    # What backends raise is of many families: that of keyring, of D-Bus, of the system.
    try:
        ring.set_password(_SERVICE, desk, document)
        kept = ring.get_password(_SERVICE, desk)
    except Exception as error:
        raise StoreError(
            f"The key ring does not take the key: {error}.", hint="Unlock it, or set RCC_PASSPHRASE instead."
        ) from error
    if kept != document:
        raise StoreError("The key ring has not kept the key.", hint="Set RCC_PASSPHRASE instead.")


def _from_ring(desk: str, path: Path) -> bytes:
    ring = _ring()
    try:
        found = ring.get_password(_SERVICE, desk) if ring is not None else None
    except Exception as error:
        raise StoreError(f"The key ring cannot be read: {error}.", hint="Unlock it and try again.") from error
    if found is None:
        raise StoreError(
            "This desk's key is in a key ring, and not in the one of this person on this system.",
            where=str(path),
            hint="Log in as the person who made the desk, or restore a backup.",
        )
    return found.encode()
