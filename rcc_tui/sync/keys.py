"""Signing keys. PyNaCl and not OpenSSL: OpenSSL accepts small-order keys that sign any message."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
from nacl import bindings
from nacl.exceptions import CryptoError

from rcc_tui.domain.errors import IntegrityError, StoreError, UsageError
from rcc_tui.sync.entry import pae


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key pair. `secret` is libsodium's 64 bytes; it is shown by no repr."""

    public: bytes
    secret: bytes

    def __repr__(self) -> str:
        return f"SigningKey({self.public.hex()[:12]}…)"

    def sign(self, kind: bytes, body: bytes) -> bytes:
        """The detached 64-byte signature of `body` as a thing of `kind`."""
        return bindings.crypto_sign(pae(kind, body), self.secret)[:64]


def new_key(seed: bytes | None = None) -> SigningKey:
    """A fresh key, or the key of a 32-byte seed (made-up regions repeat themselves that way)."""
    public, secret = bindings.crypto_sign_seed_keypair(seed if seed is not None else os.urandom(32))
    return SigningKey(public, secret)


def is_sound(public: bytes) -> bool:
    """Whether a public key may be admitted: on the curve, of full order."""
    return len(public) == 32 and bool(bindings.crypto_core_ed25519_is_valid_point(public))


def verify(public: bytes, kind: bytes, body: bytes, signature: bytes) -> bool:
    """Whether `signature` is `public`'s over `body` as a thing of `kind`."""
    try:
        bindings.crypto_sign_open(signature + pae(kind, body), public)
    except (CryptoError, ValueError, TypeError):
        return False
    return True


_SLICE = 256


def verify_many(
    public: bytes, kind: bytes, signed: Sequence[tuple[bytes, bytes]], pool: ThreadPoolExecutor
) -> Callable[[], int]:
    """Begin to verify `signed` (body, signature); the result tells how many hold before one does not.

    libsodium runs outside the interpreter's lock: the slices are spread over the pool's threads while the
    caller goes on, and asks for the outcome when it needs it.
    """

    found: list[int] = []

    def first_bad(start: int) -> int | None:
        # What comes after one that does not hold is not looked at: a million false ones cost a few.
        if any(place < start for place in found):
            return None
        for place, (body, signature) in enumerate(signed[start : start + _SLICE], start):
            if not verify(public, kind, body, signature):
                found.append(place)
                return place
        return None

    slices = [pool.submit(first_bad, start) for start in range(0, len(signed), _SLICE)]

    def outcome() -> int:
        bad = (one.result() for one in slices)
        return min((place for place in bad if place is not None), default=len(signed))

    return outcome


@dataclass(frozen=True, slots=True)
class DeskSecret:
    """All that a desk must keep to itself: its signing key, and the raw key of its store.

    `store` has 32 bytes, or none for a store that is not encrypted. Neither is shown by any repr.
    """

    key: SigningKey
    store: bytes
    name: str

    def __repr__(self) -> str:
        return f"DeskSecret({self.key!r})"


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a key file; a desk's secret has it wherever it is kept."""

    kind: str
    name: str
    seed: bytes
    note: str = ""
    store: bytes | msgspec.UnsetType = msgspec.UNSET


def encode_secret(secret: DeskSecret) -> bytes:
    """The document of a desk's secret, as `decode_secret` reads it."""
    return _encode(secret.key, "desk", secret.name, store=secret.store)


def decode_secret(raw: bytes, where: str) -> DeskSecret:
    """A desk's secret from its document. Raises UsageError or IntegrityError, naming `where` it lies."""
    found, key = _decode(raw, "desk", where)
    store = found.store or b""
    if len(store) not in (0, 32):
        raise IntegrityError("The key of the store in this file is cut short.", where=where)
    return DeskSecret(key, store, found.name)


def write_key(path: Path, key: SigningKey, *, kind: str, name: str, note: str = "") -> None:
    """Write a key file that only its owner may read. Raises StoreError when one is there already."""
    write_private(path, _encode(key, kind, name, note))


def read_key(path: Path, kind: str) -> SigningKey:
    """Read a key file of a kind (root, authority, desk). Raises StoreError, UsageError or IntegrityError."""
    return _decode(read_private(path), kind, str(path))[1]


def write_private(path: Path, body: bytes) -> None:
    """Write a new file that only its owner may read, whole or not at all. Raises StoreError."""
    if path.exists():
        raise StoreError("There is a key file already; a key is never overwritten.", where=str(path))
    beside = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        raise StoreError(f"The key file cannot be written: {error.strerror}.", where=str(path)) from error


def read_private(path: Path) -> bytes:
    """What a file holds that nobody else may read. Raises StoreError."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise StoreError(
            f"The key file cannot be read: {error.strerror}.",
            where=str(path),
            hint="Set RCC_KEY_FILE to the desk's key file.",
        ) from error
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise StoreError(
            "Others may read this key file.",
            where=str(path),
            hint=f"Make it yours alone: chmod 600 {path.name}",
        )
    return raw


def _encode(key: SigningKey, kind: str, name: str, note: str = "", store: bytes = b"") -> bytes:
    seed = bindings.crypto_sign_ed25519_sk_to_seed(key.secret)
    document = _KeyFile(kind, name, seed, note, store or msgspec.UNSET)
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _decode(raw: bytes, kind: str, where: str) -> tuple[_KeyFile, SigningKey]:
    try:
        found = msgspec.json.decode(raw, type=_KeyFile)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise IntegrityError(f"This is no key file: {error}.", where=where) from error
    if found.kind != kind:
        raise UsageError(f"This is a key of kind {found.kind}; a {kind} key is needed.", where=where)
    if len(found.seed) != 32:
        raise IntegrityError("The key in this file is cut short.", where=where)
    return found, new_key(found.seed)
