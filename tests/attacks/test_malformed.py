"""Any bytes at all, where a bundle, a section, an entry, a roll or a proof is read: one error comes out."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from struct import pack as struct_pack

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.acts.canonical import encode
from rcc_tui.acts.kinds import KINDS
from rcc_tui.domain.errors import BundleError
from rcc_tui.services.desk import Desk
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import inflate, unpack
from rcc_tui.sync.entry import encode_header, read_header, unframe
from rcc_tui.sync.proof import read_proof
from rcc_tui.sync.roll import SignedRoll, check_succession, read_roll
from tests.attacks.facts import home, rename
from tests.attacks.forge import Scribe, bundle, import_bytes, section_of
from tests.attacks.scale import often
from tests.attacks.tally import current
from tests.region import member_of, roots, seat, signed_roll

pytestmark = pytest.mark.threat(row="malformed")
MAKER = seat("931").desk
PINNED = tuple(key.public for key in roots())
usual = settings(
    max_examples=often(60, 1500),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def _sample() -> Scribe:
    scribe = Scribe(MAKER, "rcc", b"i" * 16)
    opened = scribe.write("setting", home())
    scribe.write("setting", rename("Ash"), record=opened.record, deps=[opened.hash])
    return scribe


SCRIBE = _sample()
ROLL = signed_roll([member_of(code, [seat(code)], host=code == "870") for code in ("870", "931")])
HEADER = encode_header(SCRIBE.entries[0].header)
SECTION = inflate(SCRIBE.section().part, *SCRIBE.section().packed)


@st.composite
def near(draw: st.DrawFn, honest: bytes) -> bytes:
    """Bytes that nearly are what they should be: some cut out, doubled or put in place of others."""
    raw = bytearray(honest)
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(raw)))
        stop = min(len(raw), start + draw(st.integers(0, 12)))
        odd = st.sampled_from(
            [b"", b"\xff", b"\x00", b"-1", b"0.0", b"1e5", b"null", b'"', b"[" * 900, b"9" * 40]
        )
        raw[start:stop] = draw(st.one_of(st.binary(max_size=8), odd, st.just(bytes(raw[start:stop]) * 2)))
    return bytes(raw)


def _only_bundle_errors(read: Callable[[bytes], object], raw: bytes) -> None:
    with current().attempt() as attempt:
        try:
            read(raw)
        except BundleError:
            attempt.refused = True


def _as_manifest(body: bytes) -> bytes:
    signature = MAKER.public + MAKER.sign(form.MANIFEST_TYPE, body)
    pieces = [form.MAGIC, struct_pack(">I", len(body)), body, struct_pack(">I", len(signature)), signature]
    return _trailed(b"".join(pieces))


def _trailed(body: bytes) -> bytes:
    return body + struct_pack(">Q", len(body) + 44) + sha256(body).digest() + form.END


BODY = encode(unpack(bundle(MAKER, [SCRIBE.section()])).manifest)


@usual
@given(st.one_of(st.binary(max_size=400), near(bundle(MAKER, [SCRIBE.section()]))))
def test_any_file(raw: bytes) -> None:
    _only_bundle_errors(unpack, raw)
    _only_bundle_errors(unpack, form.MAGIC + raw)
    _only_bundle_errors(unpack, _trailed(form.MAGIC + raw))


@usual
@given(st.one_of(st.binary(max_size=400), near(BODY)))
def test_any_manifest_under_a_right_signature(body: bytes) -> None:
    _only_bundle_errors(unpack, _as_manifest(body))


@usual
@given(st.one_of(st.binary(max_size=400), near(SECTION)))
def test_any_section(raw: bytes) -> None:
    _only_bundle_errors(unframe, raw)


@usual
@given(st.one_of(st.binary(max_size=400), near(HEADER)))
def test_any_header(raw: bytes) -> None:
    _only_bundle_errors(read_header, raw)


@usual
@given(st.one_of(st.binary(max_size=400), near(ROLL.document)), near(ROLL.signatures))
def test_any_roll_and_any_signatures(document: bytes, signatures: bytes) -> None:
    _only_bundle_errors(read_roll, document)
    _only_bundle_errors(lambda raw: check_succession(SignedRoll(document, raw), None, PINNED), signatures)
    _only_bundle_errors(
        lambda raw: check_succession(SignedRoll(ROLL.document, raw), None, PINNED), signatures
    )


@usual
@given(st.binary(max_size=400))
def test_any_proof(raw: bytes) -> None:
    _only_bundle_errors(read_proof, raw)


json_like = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**70), 2**70), st.floats(allow_nan=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=8,
)


@usual
@given(st.sampled_from(sorted(KINDS)), st.one_of(st.binary(max_size=200), json_like.map(msgspec.json.encode)))
def test_any_payload_is_an_act_or_a_value_error(kind: str, payload: bytes) -> None:
    """A payload is decoded after its signature has held; what is none is set aside with the reason."""
    with current().attempt() as attempt:
        try:
            KINDS[kind].decode(payload)
        except ValueError:
            attempt.refused = True


@settings(usual, max_examples=often(25, 300))
@given(raw=st.one_of(st.binary(min_size=1, max_size=300), near(SECTION)))
def test_any_section_in_a_store(reading: Desk, raw: bytes) -> None:
    """The whole way: named rightly, packed rightly, under a right manifest."""
    result = import_bytes(reading, bundle(MAKER, [section_of(SCRIBE, raw, SCRIBE.entries)]))
    assert result.exit_code in (0, 3)


@settings(usual, max_examples=often(25, 300))
@given(payload=st.one_of(st.binary(max_size=300), json_like.map(msgspec.json.encode), near(encode(home()))))
def test_any_payload_in_a_store(reading: Desk, payload: bytes) -> None:
    """Signed by its desk: kept and counted for nothing, whatever it says."""
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", payload or b"{}")
    result = import_bytes(reading, bundle(MAKER, [scribe.section()]))
    assert (result.new, result.exit_code) == (1, 0)
