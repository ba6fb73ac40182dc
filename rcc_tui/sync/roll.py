"""The roll: who is a member, signed by a threshold of root keys, version upon version."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256

import msgspec

from rcc_tui.acts import names
from rcc_tui.acts.canonical import encode
from rcc_tui.acts.kind import Author
from rcc_tui.domain.errors import BundleError, IntegrityError
from rcc_tui.sync import keys

ROLL_TYPE = b"application/vnd.rcc.roll.v1"
DESK_TYPE = b"application/vnd.rcc.desk.v1"
MAX_ROLL = 64 * 1024
MAX_SIGNATURES = 4 * 1024
# The newest form of entries and bundles that this program reads; a roll may demand a newer one.
READS_FORMAT = 1
# An age recipient (X25519): what is sealed to a desk is sealed to it.
_RECIPIENT = re.compile("age1[02-9ac-hj-np-z]{58}")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MAX_PLACE = 2**53


class DeskSeat(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A desk that may sign for its member. `admitted` is the member key's signature over the rest."""

    key: bytes
    name: str
    recipient: str
    allocator: bool
    admitted: bytes


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An authority or a hub. `code` is the DfE code or HUB-N, HUB-S; days are ISO text."""

    code: str
    name: str
    gss: str
    hub: str
    role: str
    trust: str
    host: bool
    joined: str
    left: str
    key: bytes
    desks: tuple[DeskSeat, ...]


class Cut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the log of a revoked desk ends: the last entry that counts."""

    log: bytes
    seq: int
    hash: bytes


class Roll(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version of the roll. `prev` is the hash of the version before (zeros for the first)."""

    format: int
    version: int
    prev: bytes
    region: str
    roots: tuple[bytes, ...]
    threshold: int
    minimum_format: int
    expires: str
    members: tuple[Member, ...]
    cuts: tuple[Cut, ...]


class RollSignature(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """One root key's signature."""

    root: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedRoll:
    """A roll's bytes and the bytes of its list of signatures."""

    document: bytes
    signatures: bytes


def roll_hash(document: bytes) -> bytes:
    """The name of a roll version."""
    return sha256(b"rcc/roll/1\0" + document).digest()


def seat_body(code: str, seat: DeskSeat) -> bytes:
    """What a member's key signs when it admits a desk."""
    return encode([code, seat.key, seat.name, seat.recipient, seat.allocator])


def read_roll(document: bytes) -> Roll:
    """Decode a roll and check that it is whole in itself. Raises BundleError."""
    if len(document) > MAX_ROLL:
        raise BundleError("The roll is larger than any may be.")
    try:
        roll = msgspec.json.decode(document, type=Roll, strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"The roll cannot be read: {error}.") from error
    if encode(roll) != document:
        raise BundleError("The roll is not written in the one canonical way.")
    if roll.format != 1 or roll.version < 1 or len(roll.prev) != 32:
        raise BundleError("The roll is of a form this program does not know.", hint="Update rcc.")
    if roll.minimum_format > READS_FORMAT:
        raise BundleError("The roll asks for a newer program than this one.", hint="Update rcc.")
    if not _is_day(roll.expires):
        raise BundleError("The roll expires on what is no day.", where=roll.expires[:40])
    if len(set(roll.roots)) != len(roll.roots) or not 1 <= roll.threshold <= len(roll.roots):
        raise BundleError("The roll's root keys and threshold do not fit each other.")
    if 2 * roll.threshold <= len(roll.roots):
        raise BundleError("The roll lets less than a majority of its root keys sign.")
    _check_members(roll)
    _check_cuts(roll)
    return roll


def _is_day(text: str) -> bool:
    """Whether a text is an ISO day of the calendar, or empty."""
    if not text:
        return True
    try:
        return _DAY.fullmatch(text) is not None and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _check_cuts(roll: Roll) -> None:
    if len({cut.log for cut in roll.cuts}) != len(roll.cuts):
        raise BundleError("The roll cuts a log twice.")
    for cut in roll.cuts:
        if len(cut.log) != 32 or len(cut.hash) != 32 or not 0 <= cut.seq < _MAX_PLACE:
            raise BundleError("The roll holds a cut of a form that cannot be.", where=cut.log.hex()[:12])


def _check_members(roll: Roll) -> None:
    codes = [member.code for member in roll.members]
    seats = [seat.key for member in roll.members for seat in member.desks]
    for code in codes:
        if not names.is_code(code):
            raise BundleError("The roll names a member by what is no code.", where=repr(code)[:40])
    if len(set(codes)) != len(codes) or len(set(seats)) != len(seats):
        raise BundleError("The roll names a member or a desk twice.")
    for key in (*roll.roots, *(member.key for member in roll.members), *seats):
        if not keys.is_sound(key):
            raise BundleError("The roll holds a key that is no sound Ed25519 key.")
    for member in roll.members:
        if member.role not in ("authority", "hub"):
            raise BundleError(f"The roll gives {member.code} a role that does not exist.", where=member.role)
        if not (_is_day(member.joined) and _is_day(member.left)):
            raise BundleError(f"The roll has {member.code} join or leave on what is no day.")
    _check_desks(roll)


def _check_desks(roll: Roll) -> None:
    recipients = [seat.recipient for member in roll.members for seat in member.desks if seat.recipient]
    if len(set(recipients)) != len(recipients):
        raise BundleError("The roll gives two desks one age recipient.")
    if not all(map(_RECIPIENT.fullmatch, recipients)):
        raise BundleError("The roll holds what is no age recipient.")
    for member in roll.members:
        for seat in member.desks:
            if not keys.verify(member.key, DESK_TYPE, seat_body(member.code, seat), seat.admitted):
                raise BundleError(f"The roll has a desk that {member.code} never admitted.", where=seat.name)


def _signers(signed: SignedRoll) -> set[bytes]:
    if len(signed.signatures) > MAX_SIGNATURES:
        raise BundleError("The roll's signatures are larger than any may be.")
    try:
        found = msgspec.json.decode(signed.signatures, type=tuple[RollSignature, ...], strict=True)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BundleError(f"The roll's signatures cannot be read: {error}.") from error
    return {one.root for one in found if keys.verify(one.root, ROLL_TYPE, signed.document, one.signature)}


def check_succession(signed: SignedRoll, before: SignedRoll | None, roots: tuple[bytes, ...]) -> Roll:
    """The roll in `signed`, if it may follow `before` (or open the region, given its pinned `roots`).

    Versions are strictly consecutive; each names the hash of the one before and is signed by the
    thresholds of both. Raises BundleError.
    """
    signers = _signers(signed)
    roll = read_roll(signed.document)
    old = None if before is None else read_roll(before.document)
    if old is None or before is None:
        if roll.version != 1 or roll.prev != bytes(32):
            raise BundleError("The first roll of a region must be version 1.")
        if set(roll.roots) != set(roots):
            raise BundleError("This roll is of another region: its root keys are not the ones pinned here.")
    else:
        if roll.version != old.version + 1 or roll.prev != roll_hash(before.document):
            raise BundleError(f"Roll {roll.version} does not follow roll {old.version}.")
        if len(signers & set(old.roots)) < old.threshold:
            raise BundleError(f"Roll {roll.version} is not signed by enough of the former root keys.")
        if not set(old.cuts) <= set(roll.cuts):
            raise BundleError(f"Roll {roll.version} takes back or moves a cut of roll {old.version}.")
        check_seats(roll, {seat.key: member.code for member in old.members for seat in member.desks})
    if len(signers & set(roll.roots)) < roll.threshold:
        raise BundleError(
            f"Roll {roll.version} is not signed by enough root keys.", hint="Two of three must sign."
        )
    return roll


def check_seats(roll: Roll, held: Mapping[bytes, str]) -> None:
    """Raises BundleError when a desk key that signed for one member now signs for another.

    `held` gives the member each desk key has signed for. Who said a thing must not change afterwards.
    """
    for member in roll.members:
        for seat in member.desks:
            if held.get(seat.key, member.code) != member.code:
                raise BundleError(
                    f"Roll {roll.version} passes a desk of {held[seat.key]} on to {member.code}.",
                    hint="A desk that changes its member makes a new key.",
                )


def _kept(document: bytes) -> Roll:
    """A roll of this store, checked when it was adopted. Raises IntegrityError when it is damaged."""
    try:
        return msgspec.json.decode(document, type=Roll)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise IntegrityError(
            f"A roll kept in this store is damaged: {error}.",
            hint="Restore a backup, or make a new store and import the bundles again.",
        ) from error


class Rolls:
    """The rolls a store has adopted, and who signs for whom by them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.latest: Roll | None = None
        self.authors: dict[bytes, Author] = {}
        self.seated: frozenset[bytes] = frozenset()
        self.cuts: dict[bytes, Cut] = {}
        self.reload()

    def reload(self) -> None:
        """Read what is adopted.

        `authors` are all desks that ever sat: what one signed is still its own. `seated` are those of the
        newest roll, `cuts` say by log how far a desk counts that sits no more.
        """
        self.signed = [
            SignedRoll(document, signatures)
            for document, signatures in self._connection.execute(
                "SELECT document, signatures FROM roll ORDER BY version"
            )
        ]
        latest: Roll | None = None
        authors: dict[bytes, Author] = {}
        for one in self.signed:
            latest = _kept(one.document)
            for member in latest.members:
                for seat in member.desks:
                    known = authors.get(seat.key)
                    since = known.since if known else latest.version
                    authors[seat.key] = Author(member.code, member.role, seat.key.hex(), member.host, since)
        seats = latest.members if latest else ()
        # Other threads look meanwhile: at no moment is there less than before.
        self.latest, self.authors = latest, authors
        self.seated = frozenset(seat.key for member in seats for seat in member.desks)
        self.cuts = {cut.log: cut for cut in latest.cuts} if latest else {}

    def restated(self, before: Mapping[bytes, Author]) -> set[bytes]:
        """The desks that now sign for somebody or something else than `before`: their acts fold anew."""
        return {desk for desk, author in before.items() if self.authors[desk] != author}

    def member(self, code: str) -> Member | None:
        """The member of that code in the newest roll."""
        members = self.latest.members if self.latest else ()
        return next((member for member in members if member.code == code), None)

    def adopt(self, signed: SignedRoll, roots: tuple[bytes, ...]) -> bool:
        """Take in a roll. Returns whether it was new; raises BundleError when it may not follow."""
        if any(known.document == signed.document for known in self.signed):
            return False
        version = read_roll(signed.document).version
        if version <= len(self.signed):
            before = self.signed[version - 2] if version > 1 else None
            check_succession(signed, before, roots)
            raise BundleError(
                f"There are two valid rolls {version}: the root keys have been misused.",
                where=roll_hash(signed.document).hex(),
                hint="Stop exchanging bundles and speak with both hubs.",
                code="roll-fork",
            )
        roll = check_succession(signed, self.signed[-1] if self.signed else None, roots)
        check_seats(roll, {desk: author.code for desk, author in self.authors.items()})
        self._connection.execute(
            "INSERT INTO roll (version, document, signatures) VALUES (?, ?, ?)",
            (roll.version, signed.document, signed.signatures),
        )
        self.reload()
        return True


def sign_roll(document: bytes, root: keys.SigningKey) -> RollSignature:
    """One root's signature over a roll."""
    return RollSignature(root.public, root.sign(ROLL_TYPE, document))
