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


class _KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The form of a key file."""

    kind: str
    name: str
    seed: bytes
    note: str = ""


def write_key(path: Path, key: SigningKey, *, kind: str, name: str, note: str = "") -> None:
    """Write a key file that only its owner may read. Raises StoreError when one is there already."""
    body = msgspec.json.format(
        msgspec.json.encode(_KeyFile(kind, name, bindings.crypto_sign_ed25519_sk_to_seed(key.secret), note))
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(body + b"\n")
    except FileExistsError as error:
        raise StoreError(
            "There is a key file already; a key is never overwritten.", where=str(path)
        ) from error
    except OSError as error:
        raise StoreError(f"The key file cannot be written: {error.strerror}.", where=str(path)) from error


def read_key(path: Path, kind: str) -> SigningKey:
    """Read a key file of a kind (root, authority, desk). Raises StoreError, UsageError or IntegrityError."""
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
    try:
        found = msgspec.json.decode(raw, type=_KeyFile)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise IntegrityError(f"This is no key file: {error}.", where=str(path)) from error
    if found.kind != kind:
        raise UsageError(f"This is a key of kind {found.kind}; a {kind} key is needed.", where=str(path))
    if len(found.seed) != 32:
        raise IntegrityError("The key in this file is cut short.", where=str(path))
    return new_key(found.seed)
