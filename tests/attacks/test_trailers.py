"""Each check of a bundle's outer form by itself, told by the reason it gives."""

from __future__ import annotations

from hashlib import sha256
from struct import pack as struct_pack

import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.sync import bundle as form
from rcc_tui.sync.bundle import CutShort, unpack
from tests.attacks.facts import home
from tests.attacks.forge import Scribe, bundle
from tests.attacks.tally import current
from tests.region import seat

pytestmark = pytest.mark.threat(row="malformed")
MAKER = seat("931").desk
SIZE = 8 + 32 + len(form.END)


def _honest() -> bytes:
    scribe = Scribe(MAKER, "rcc")
    scribe.write("setting", home())
    return bundle(MAKER, [scribe.section()])


def _trailed(body: bytes, *, total: int = 0, digest: bytes = b"", end: bytes = form.END) -> bytes:
    return body + struct_pack(">Q", len(body) + SIZE + total) + (digest or sha256(body).digest()) + end


def _refused(raw: bytes, why: str, kind: type[BundleError] = BundleError) -> None:
    with pytest.raises(kind, match=why), current().attempt():
        unpack(raw)


def test_the_trailer_alone() -> None:
    body = _honest()[:-SIZE]
    assert unpack(_trailed(body)).manifest.maker == MAKER.public
    _refused(_trailed(body, total=1), "changed or damaged")
    _refused(_trailed(body, digest=bytes(32)), "changed or damaged")
    _refused(_trailed(body, end=b"END\0"), "cut short", CutShort)
    _refused(form.MAGIC + form.END, "cut short", CutShort)
    _refused(b"RCCBNDL9" + body[8:], "form this program does not know")


def test_lengths_that_reach_beyond_the_file() -> None:
    body = _honest()[:-SIZE]
    start = len(form.MAGIC)
    length = int.from_bytes(body[start : start + 4], "big")
    rest = body[start + 4 :]
    _refused(_trailed(form.MAGIC + struct_pack(">I", len(rest) + 1) + rest), "larger than any")
    _refused(_trailed(form.MAGIC + struct_pack(">I", form.MAX_MANIFEST + 1) + rest), "larger than any")
    sections = start + 4 + length + 4 + 96
    ((raw_length, packed),) = unpack(_trailed(body)).packed
    head = body[:sections]
    _refused(_trailed(head + struct_pack(">II", form.MAX_SECTION + 1, len(packed)) + packed), "section")
    _refused(_trailed(head + struct_pack(">II", raw_length, len(packed) + 1) + packed), "section")
    _refused(_trailed(body + b"\0\0\0"), "middle of a section")


def test_a_signature_of_another_length() -> None:
    body = _honest()[:-SIZE]
    start = len(form.MAGIC)
    length = int.from_bytes(body[start : start + 4], "big")
    manifest = body[: start + 4 + length]
    signature = body[start + 4 + length + 4 :][:96]
    rest = body[start + 4 + length + 4 + 96 :]
    for changed in (signature[:95], signature + b"\0", b""):
        _refused(_trailed(manifest + struct_pack(">I", len(changed)) + changed + rest), "signature")
