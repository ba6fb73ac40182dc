"""The one way acts are written down, so that what is signed is what is meant, now and in later releases."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from unicodedata import is_normalized, normalize

import msgspec

# Far above any count or sum of pence, far below what tables hold: what is added up stays inside as well.
MAX_NUMBER = 10**12
# A number stands behind one of these; the digits of an id stand behind a quotation mark.
_MANY_DIGITS = re.compile(rb"[:,\[]-?[0-9]{13}")
_AS_NOUGHTS = bytes.maketrans(b"123456789", b"0" * 9)


def numbers_fit(payload: bytes) -> bool:
    """Whether every number in an encoded act is within `MAX_NUMBER` of zero."""
    # Few payloads have so many digits in a row at all, and to see that is far quicker.
    if b"0" * 13 not in payload.translate(_AS_NOUGHTS):
        return True
    return not _MANY_DIGITS.search(payload) or _numbers_fit(msgspec.json.decode(payload))


def _numbers_fit(value: object) -> bool:
    # Payloads nest no deeper than their structs, which have been decoded by now.
    if isinstance(value, dict):
        return all(_numbers_fit(one) for one in value.values())
    if isinstance(value, list):
        return all(_numbers_fit(one) for one in value)
    return not isinstance(value, int | float) or abs(value) <= MAX_NUMBER


_ENCODER = msgspec.json.Encoder()


def encode(act: object) -> bytes:
    """The one encoding of an act (or of terms): what is hashed and signed. Text as it is given."""
    return _ENCODER.encode(act)


def is_normal(payload: bytes) -> bool:
    """Whether all text in an encoded act is in Unicode's composed form (NFC), so that equals look equal."""
    return payload.isascii() or is_normalized("NFC", payload.decode())


def normal(payload: bytes) -> bytes:
    """An encoded act with its text brought into composed form: what a desk does before it signs."""
    return payload if payload.isascii() else normalize("NFC", payload.decode()).encode()


def is_canonical(act: object, payload: bytes) -> bool:
    """Whether an encoded act is written the one way: compact, in the order of its fields, each once, NFC.

    A field that has come with a later release may be absent, where it has a default: so what an earlier
    release signed stays good.
    """
    if not is_normal(payload):
        return False
    if encode(act) == payload:
        return True
    given = msgspec.json.decode(payload)
    return encode(given) == payload and _absent_only(given, msgspec.to_builtins(act))


def _absent_only(given: object, now: object) -> bool:
    """Whether `given` is `now` but for keys it lacks; their order is kept."""
    if isinstance(given, dict) and isinstance(now, dict):
        return [key for key in now if key in given] == list(given) and all(
            _absent_only(value, now[key]) for key, value in given.items()
        )
    if isinstance(given, list) and isinstance(now, list | tuple):
        return len(given) == len(now) and all(map(_absent_only, given, now))
    return type(given) is type(now) and given == now


def lean(value: object) -> object:
    """Facts without the fields that stand at their default.

    What is hashed over facts is hashed in this form, so that a field that comes with a later release
    leaves the hashes of earlier facts as they were.
    """
    if is_dataclass(value) and not isinstance(value, type):
        kept = ((item, getattr(value, item.name)) for item in fields(value))
        return {item.name: lean(held) for item, held in kept if held != item.default}
    return [lean(one) for one in value] if isinstance(value, tuple) else value
