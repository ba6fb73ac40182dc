"""Keys and signatures that are almost right."""

from __future__ import annotations

import importlib
import pkgutil
from hashlib import sha256
from itertools import permutations
from pathlib import Path
from struct import pack as struct_pack

import msgspec
import pytest

import rcc_tui
from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.sync import keys
from rcc_tui.sync.bundle import END, MAGIC, MANIFEST_TYPE, Manifest, Recipient, pack, unpack
from rcc_tui.sync.entry import HEADER_TYPE, Signed, frame, pae
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.roll import DESK_TYPE, ROLL_TYPE, RollSignature, SignedRoll, read_roll, seat_body
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle, everything, import_bytes, section_of
from tests.attacks.tally import current
from tests.region import key_of, member_of, roots, seat, signed_roll

pytestmark = pytest.mark.threat(row="signatures")
# What the whole program signs things as, wherever it does so.
TYPES = sorted(
    {
        value
        for name in ("sync", "services")
        for found in pkgutil.iter_modules([str(Path(rcc_tui.__path__[0]) / name)], f"rcc_tui.{name}.")
        for key, value in vars(importlib.import_module(found.name)).items()
        if key.endswith("_TYPE") and isinstance(value, bytes)
    }
)
ORDER = 2**252 + 27742317777372353535851937790883648493
# Points of small order: a signature under one of them can be made to fit any message.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
]


def test_all_types_there_are_stand_here() -> None:
    assert {HEADER_TYPE, ROLL_TYPE, DESK_TYPE, MANIFEST_TYPE} < set(TYPES)
    assert len({pae(one, b"body") for one in TYPES}) == len(TYPES)


@pytest.mark.parametrize(("signed_as", "taken_as"), list(permutations(TYPES, 2)))
def test_a_signature_over_one_type_of_thing_fits_no_other(signed_as: bytes, taken_as: bytes) -> None:
    key = key_of("any")
    signature = key.sign(signed_as, b"body")
    assert keys.verify(key.public, signed_as, b"body", signature)
    _refused(key.public, taken_as, signature)


def _refused(public: bytes, kind: bytes, signature: bytes) -> None:
    held = keys.verify(public, kind, b"body", signature)
    current().tried(refused=not held)
    assert not held


def _real() -> dict[str, tuple[SigningKey, bytes, bytes]]:
    """One thing of each kind as it is really signed: key, body, signature."""
    maker, root, oxford = seat("931").desk, roots()[0], member_of("931", [seat("931")])
    entry = Scribe(maker, "rcc").write("setting", home())
    roll = signed_roll([oxford]).document
    body = encode(unpack(bundle(maker)).manifest)
    return {
        "entry": (maker, entry.signed.header, entry.signed.signature),
        "roll": (root, roll, root.sign(ROLL_TYPE, roll)),
        "desk": (seat("931").member, seat_body("931", oxford.desks[0]), oxford.desks[0].admitted),
        "manifest": (maker, body, maker.sign(MANIFEST_TYPE, body)),
    }


def _as_entry(desk: Desk, key: SigningKey, body: bytes, signature: bytes) -> bool:
    made = Scribe(key, "rcc").write("setting", home())
    signed = Signed(body, signature, made.signed.salt, made.signed.payload)
    section = section_of(Scribe(key, "rcc"), frame(signed), [made])
    return import_bytes(desk, bundle(seat("931").desk, [section])).exit_code == 3


def _as_manifest(desk: Desk, key: SigningKey, body: bytes, signature: bytes) -> bool:
    signed = key.public + signature
    pieces = (MAGIC, struct_pack(">I", len(body)), body, struct_pack(">I", len(signed)), signed)
    whole = b"".join(pieces)
    trailer = struct_pack(">Q", len(whole) + 44) + sha256(whole).digest() + END
    return import_bytes(desk, whole + trailer).exit_code == 3


def _as_roll(desk: Desk, key: SigningKey, body: bytes, signature: bytes) -> bool:
    signatures = encode([RollSignature(one.public, signature) for one in roots()])
    with pytest.raises(BundleError):
        desk.adopt_roll(SignedRoll(body, signatures))
    return True


def _as_desk(desk: Desk, key: SigningKey, body: bytes, signature: bytes) -> bool:
    oxford = member_of("931", [seat("931")])
    forged = msgspec.structs.replace(oxford.desks[0], admitted=signature)
    changed = msgspec.structs.replace(oxford, key=key.public, desks=(forged,))
    with pytest.raises(BundleError, match="never admitted"):
        read_roll(signed_roll([changed]).document)
    return True


TAKEN_AS = {"entry": _as_entry, "roll": _as_roll, "desk": _as_desk, "manifest": _as_manifest}


@pytest.mark.parametrize(("given", "wanted"), list(permutations(TAKEN_AS, 2)))
def test_a_thing_really_signed_passes_as_no_other(reading: Desk, given: str, wanted: str) -> None:
    """Its body and its signature put in the place of another's, under the very key that made them."""
    before = everything(reading)
    with current().attempt(lambda: everything(reading)) as attempt:
        attempt.refused = TAKEN_AS[wanted](reading, *_real()[given])
    assert attempt.refused
    assert everything(reading) == before


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_keys_are_refused(point: str) -> None:
    public = bytes.fromhex(point)
    assert not keys.is_sound(public)
    for signature in (bytes(64), public + bytes(32), bytes([1]) + bytes(63)):
        _refused(public, HEADER_TYPE, signature)


@pytest.mark.parametrize("public", [b"", b"short", b"\xff" * 32, bytes(33)])
def test_what_is_no_key_is_refused(public: bytes) -> None:
    assert not keys.is_sound(public)
    _refused(public, HEADER_TYPE, bytes(64))


def test_a_signature_with_s_plus_l_is_refused() -> None:
    """The same signature written another way would let one entry bear two."""
    key = key_of("any")
    signature = key.sign(HEADER_TYPE, b"body")
    shifted = int.from_bytes(signature[32:], "little") + ORDER
    other = signature[:32] + shifted.to_bytes(32, "little")
    assert keys.verify(key.public, HEADER_TYPE, b"body", signature)
    _refused(key.public, HEADER_TYPE, other)


def test_an_entry_bearing_the_shifted_signature_does_not_go_in(reading: Desk) -> None:
    maker = seat("931").desk
    scribe = Scribe(maker, "rcc")
    made = scribe.write("setting", home())
    shifted = (int.from_bytes(made.signed.signature[32:], "little") + ORDER).to_bytes(32, "little")
    signed = Signed(
        made.signed.header, made.signed.signature[:32] + shifted, made.signed.salt, made.signed.payload
    )
    result = import_bytes(reading, bundle(maker, [section_of(scribe, frame(signed), [made])]))
    assert (result.new, result.exit_code) == (0, 3)
    assert "signature" in result.reason


def test_an_entry_signed_by_another_key_than_its_log_names(reading: Desk) -> None:
    scribe = Scribe(seat("931").desk, "rcc")
    made = scribe.write("setting", home())
    other = seat("HUB-N").desk.sign(HEADER_TYPE, made.signed.header)
    signed = Signed(made.signed.header, other, made.signed.salt, made.signed.payload)
    result = import_bytes(reading, bundle(seat("931").desk, [section_of(scribe, frame(signed), [made])]))
    assert (result.new, result.exit_code) == (0, 3)


def test_a_manifest_signed_by_another_desk_than_it_names() -> None:
    maker, other = seat("931").desk, seat("HUB-N").desk
    pretending = keys.SigningKey(maker.public, other.secret)
    with pytest.raises(BundleError, match="signature"):
        unpack(bundle(pretending))


def test_a_manifest_naming_another_maker_than_signed_it() -> None:
    named = Manifest(1, seat("931").desk.public, 0, 1, (Recipient("870"),), (), (), ())
    with pytest.raises(BundleError, match="another desk"):
        unpack(pack(named, [], seat("HUB-N").desk))


def test_a_secret_is_not_shown() -> None:
    key = key_of("any")
    assert key.secret.hex()[:16] not in repr(key)
    assert str(key.secret)[2:10] not in repr(key)
