"""Sealing: what is sealed to a desk can be opened by that desk's key alone (age, X25519)."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING

from nacl import bindings

from rcc_tui.domain.errors import BundleError, Refused
from rcc_tui.sync.bundle import SEALED, CutShort
from rcc_tui.sync.keys import SigningKey

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer
    from pyrage import x25519

_VERSION = SEALED + b"v1\n"
# Room for more desks than a roll has. To read a header takes the square of its length.
MAX_HEADER = 16 * 1024
_NONCE = 16
_ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


class SealedForOthers(BundleError):
    """Nothing is wrong with it; this desk's key does not open it."""

    exit_code = 1
    default_code = "sealed"


class _Paced(BytesIO):
    """Bytes that pass through this interpreter piece by piece: else age holds its lock from the first to the
    last, and no screen is drawn meanwhile."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(size)

    def write(self, piece: ReadableBuffer, /) -> int:
        return super().write(piece)


def is_sealed(raw: bytes) -> bool:
    """Whether the first bytes of a file are those of a sealed one."""
    return raw.startswith(SEALED)


def seal(raw: bytes, recipients: Sequence[str]) -> bytes:
    """The bytes as only the keys behind `recipients` (age, at least one) open them. Raises Refused."""
    from pyrage import RecipientError, encrypt, x25519

    if not recipients:
        raise Refused("There is no desk to seal to.")
    try:
        return bytes(encrypt(raw, [x25519.Recipient.from_str(one) for one in recipients]))
    except RecipientError as error:
        raise Refused(
            f"A desk cannot be sealed to: {error}.", hint="Enrol it anew, then adopt the new roll."
        ) from error


def is_sealed_to(start: bytes, key: SigningKey) -> bool:
    """Whether a sealed file opens by a desk's key, as far as its first `MAX_HEADER` bytes tell.

    Raises BundleError when they are no header.
    """
    from pyrage import DecryptError, decrypt

    header = start[: _header_end(start) + _NONCE]
    try:
        decrypt(header, [identity_of(key)])
    except DecryptError as error:
        return not _is_for_others(error)
    return True


def unseal(raw: bytes, key: SigningKey) -> bytes:
    """What is sealed in `raw`. age does not pack: it is never longer than the file.

    Raises SealedForOthers, CutShort when the end may be missing, BundleError when it was changed.
    """
    from pyrage import DecryptError, decrypt_io

    _header_end(raw)
    opened = _Paced()
    try:
        decrypt_io(_Paced(raw), opened, [identity_of(key)])
        return opened.getvalue()
    except (DecryptError, OSError) as error:
        if _is_for_others(error):
            raise SealedForOthers(
                "The bundle is sealed for others.", hint="Ask its maker for one that is for this desk."
            ) from error
        # Its last piece alone tells a sealed file that is whole from one that is not.
        raise CutShort(
            "The sealed bundle was changed or cut short on its way, or is still being written.",
            hint="Wait for it, or ask for it again.",
        ) from error


def _is_for_others(error: Exception) -> bool:
    return "No matching keys" in str(error)


def _header_end(raw: bytes) -> int:
    """Where the header of a sealed file ends. Raises BundleError."""
    if not raw.startswith(_VERSION):
        raise BundleError("The bundle is sealed in a form this program does not know.", hint="Update rcc.")
    start = raw.find(b"\n--- ", 0, MAX_HEADER)
    stop = raw.find(b"\n", start + 1, MAX_HEADER) if start >= 0 else -1
    if stop >= 0:
        return stop + 1
    if len(raw) < MAX_HEADER:
        raise CutShort("The sealed bundle is cut short, or still being written.", hint="Wait for it.")
    raise BundleError("The seal of the bundle is larger than any may be.")


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
