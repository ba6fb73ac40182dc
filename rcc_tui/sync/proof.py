"""The proof of a fork: two headers one key signed for one place of one log. Anybody can check it alone."""

from __future__ import annotations

import msgspec

from rcc_tui.acts import names
from rcc_tui.acts.canonical import encode
from rcc_tui.acts.kind import log_id
from rcc_tui.domain.errors import BundleError
from rcc_tui.sync import keys
from rcc_tui.sync.entry import HEADER_TYPE, entry_hash, read_header

MAX_PROOF = 20 * 1024


class Proof(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Whose log it is, and both headers with their signatures, in order of their hashes."""

    desk: bytes
    audience: str
    incarnation: bytes
    one: bytes
    one_signature: bytes
    other: bytes
    other_signature: bytes

    @property
    def log(self) -> bytes:
        """The id of the log."""
        return log_id(self.desk, self.audience, self.incarnation)


def encode_proof(proof: Proof) -> bytes:
    """A proof as it is kept and passed on."""
    return encode(proof)


def audience_of(document: bytes) -> str:
    """Whose log a proof that was checked is about."""
    return msgspec.json.decode(document, type=Proof).audience


def read_proof(document: bytes) -> Proof:
    """Decode a proof and check that it proves what it says. Raises BundleError."""
    if len(document) > MAX_PROOF:
        raise BundleError("A proof of a fork is larger than any may be.")
    try:
        proof = msgspec.json.decode(document, type=Proof, strict=True)
        names.parties(proof.audience)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise BundleError(f"A proof of a fork cannot be read: {error}.") from error
    if encode(proof) != document or len(proof.incarnation) != 16:
        raise BundleError("A proof of a fork is not written in the one canonical way.")
    try:
        one, other = read_header(proof.one), read_header(proof.other)
    except BundleError as error:
        raise BundleError("A proof of a fork shows what are no entries.") from error
    if one.log != proof.log or other.log != proof.log or one.seq != other.seq:
        raise BundleError("A proof of a fork is about two places.")
    if not entry_hash(proof.one) < entry_hash(proof.other):
        raise BundleError("A proof of a fork shows one entry twice, or out of order.")
    for header, signature in ((proof.one, proof.one_signature), (proof.other, proof.other_signature)):
        if not keys.verify(proof.desk, HEADER_TYPE, header, signature):
            raise BundleError("A proof of a fork is not signed by whom it accuses.")
    return proof
