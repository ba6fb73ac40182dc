"""Keys and signatures that are almost right."""

from __future__ import annotations

from itertools import permutations

import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.sync import keys
from rcc_tui.sync.bundle import MANIFEST_TYPE, Manifest, Recipient, pack, unpack
from rcc_tui.sync.entry import HEADER_TYPE, Signed, frame
from rcc_tui.sync.roll import DESK_TYPE, ROLL_TYPE
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle, import_bytes, section_of
from tests.region import key_of, seat

pytestmark = pytest.mark.threat(row="signatures")
TYPES = (HEADER_TYPE, ROLL_TYPE, DESK_TYPE, MANIFEST_TYPE)
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


@pytest.mark.parametrize(("signed_as", "taken_as"), list(permutations(TYPES, 2)))
def test_a_signature_over_one_type_of_thing_fits_no_other(signed_as: bytes, taken_as: bytes) -> None:
    key = key_of("any")
    signature = key.sign(signed_as, b"body")
    assert keys.verify(key.public, signed_as, b"body", signature)
    assert not keys.verify(key.public, taken_as, b"body", signature)


@pytest.mark.parametrize("point", SMALL_ORDER)
def test_small_order_keys_are_refused(point: str) -> None:
    public = bytes.fromhex(point)
    assert not keys.is_sound(public)
    for signature in (bytes(64), public + bytes(32), bytes([1]) + bytes(63)):
        assert not keys.verify(public, HEADER_TYPE, b"body", signature)


@pytest.mark.parametrize("public", [b"", b"short", b"\xff" * 32, bytes(33)])
def test_what_is_no_key_is_refused(public: bytes) -> None:
    assert not keys.is_sound(public)
    assert not keys.verify(public, HEADER_TYPE, b"body", bytes(64))


def test_a_signature_with_s_plus_l_is_refused() -> None:
    """The same signature written another way would let one entry bear two."""
    key = key_of("any")
    signature = key.sign(HEADER_TYPE, b"body")
    shifted = int.from_bytes(signature[32:], "little") + ORDER
    other = signature[:32] + shifted.to_bytes(32, "little")
    assert keys.verify(key.public, HEADER_TYPE, b"body", signature)
    assert not keys.verify(key.public, HEADER_TYPE, b"body", other)


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
