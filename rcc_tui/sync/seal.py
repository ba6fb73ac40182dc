"""Sealing: what is sealed to a desk can be opened by that desk's key alone (age, X25519)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from nacl import bindings

from rcc_tui.sync.keys import SigningKey

if TYPE_CHECKING:
    from pyrage import x25519

_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identity_of(key: SigningKey) -> x25519.Identity:
    """The age identity of a desk: derived from its signing key's seed, so that one secret is to be kept."""
    from pyrage import x25519

    seed = bindings.crypto_sign_ed25519_sk_to_seed(key.secret)
    secret = sha256(b"rcc/age/1\0" + seed).digest()
    return x25519.Identity.from_str(_bech32("age-secret-key-", secret).upper())


def recipient_of(key: SigningKey) -> str:
    """The public half of a desk's identity, as the roll names it."""
    return str(identity_of(key).to_public())


def _bech32(prefix: str, data: bytes) -> str:
    """BIP 173, the one form in which age reads a key."""
    number = int.from_bytes(data, "big") << (-8 * len(data) % 5)
    count = -(-8 * len(data) // 5)
    digits = [number >> 5 * place & 31 for place in reversed(range(count))]
    named = [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]
    check = _polymod([*named, *digits, *([0] * 6)]) ^ 1
    digits += [check >> 5 * place & 31 for place in reversed(range(6))]
    return f"{prefix}1" + "".join(_ALPHABET[digit] for digit in digits)


def _polymod(values: list[int]) -> int:
    total = 1
    for value in values:
        top = total >> 25
        total = (total & 0x1FFFFFF) << 5 ^ value
        for place, generator in enumerate(_GENERATOR):
            total ^= generator if top >> place & 1 else 0
    return total
