"""The files a region is kept in and that travel between a desk and the keepers of the roll."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

import msgspec

from rcc_tui.acts.canonical import encode
from rcc_tui.domain.errors import IntegrityError, NotFound, Refused, StoreError
from rcc_tui.sync import keys
from rcc_tui.sync.roll import DeskSeat, Member, Roll, RollSignature, SignedRoll, read_roll

REQUEST_TYPE = b"application/vnd.rcc.request.v1"
HEADS_TYPE = b"application/vnd.rcc.heads.v1"
_SHORTEST = 8
F = TypeVar("F", bound=msgspec.Struct)


class RegionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a desk must know of its region before it believes anything: name, root keys, threshold."""

    name: str
    roots: tuple[bytes, ...]
    threshold: int


class DeskRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A desk asks to be put on the roll: public facts only, signed by the key they name."""

    code: str
    name: str
    key: bytes
    recipient: str
    signature: bytes

    def body(self) -> bytes:
        """What is signed: everything else."""
        return encode([self.code, self.name, self.key, self.recipient])


class HeldLog(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far a log is held: its last entry in line, when that was made. Desk and rest give the log's id."""

    audience: str
    incarnation: bytes
    seq: int
    hash: bytes
    at_ms: int


class HeadsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How far the logs of a desk (`key`, of member `code`) are held where `by` signs for it."""

    code: str
    name: str
    key: bytes
    heads: tuple[HeldLog, ...]
    by: bytes
    signature: bytes

    def body(self) -> bytes:
        """What is signed: everything else."""
        return encode([self.code, self.name, self.key, self.heads, self.by])


class RollFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A roll with its signatures, as it is handed on."""

    document: bytes
    signatures: tuple[RollSignature, ...]

    def signed(self) -> SignedRoll:
        """The form stores keep."""
        return SignedRoll(self.document, encode(self.signatures))


def sign_request(code: str, name: str, key: keys.SigningKey, recipient: str) -> DeskRequest:
    """A desk's request, with the proof that whoever asks holds the key."""
    asked = DeskRequest(code, name, key.public, recipient, b"")
    return msgspec.structs.replace(asked, signature=key.sign(REQUEST_TYPE, asked.body()))


def read_request(path: Path) -> DeskRequest:
    """A desk's request. Raises StoreError, IntegrityError when its key did not sign it."""
    asked = read_struct(path, DeskRequest)
    if not keys.verify(asked.key, REQUEST_TYPE, asked.body(), asked.signature):
        raise IntegrityError(
            "This request is not signed by the key it asks to be enrolled.",
            where=str(path),
            hint="Make it again at the desk.",
        )
    return asked


def published(folder: Path, version: int) -> Path:
    """Where a published roll lies."""
    return folder / f"roll-{version}.json"


def read_draft(folder: Path) -> Roll:
    """The draft of the next roll."""
    return read_roll(read_struct(folder / "draft.json", RollFile).document)


def last_published(folder: Path) -> RollFile | None:
    """The roll that the draft is to follow; none while the region has no roll."""
    version = read_draft(folder).version
    return read_struct(published(folder, version - 1), RollFile) if version > 1 else None


def redraft(folder: Path, roll: Roll) -> None:
    """Keep a changed draft; it is signed by nobody yet. Raises BundleError when it can be no roll."""
    document = encode(roll)
    read_roll(document)
    write_struct(folder / "draft.json", RollFile(document, ()))


def member_on(roll: Roll, code: str) -> Member:
    """The member of that code. Raises NotFound."""
    found = next((member for member in roll.members if member.code == code), None)
    if found is None:
        raise NotFound(f"{code} is not on the roll.", where="code", hint="See: rcc region roll show.")
    return found


def desk_of(member: Member, desk: str) -> DeskSeat:
    """The desk of a member by its name, or by its key's first eight digits or more. Raises Refused."""
    found = [seat for seat in member.desks if seat.name == desk]
    if not found and len(desk) >= _SHORTEST:
        found = [seat for seat in member.desks if seat.key.hex().startswith(desk.casefold())]
    if len(found) == 1:
        return found[0]
    known = ", ".join(f"{seat.name} ({seat.key.hex()[:_SHORTEST]})" for seat in member.desks)
    if found:
        raise Refused(
            f"{member.code} has more than one desk “{desk}”.", where="--desk", hint=f"Name its key: {known}."
        )
    raise NotFound(f"{member.code} has no desk “{desk}”.", where="--desk", hint=f"It has {known or 'none'}.")


def with_member(roll: Roll, changed: Member) -> Roll:
    """The roll with a member in place of the one of its code."""
    members = tuple(changed if one.code == changed.code else one for one in roll.members)
    return msgspec.structs.replace(roll, members=members)


def read_struct(path: Path, form: type[F]) -> F:
    """A file of a form. Raises StoreError when it cannot be read, IntegrityError when it is another thing."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=form, strict=True)
    except OSError as error:
        raise StoreError(
            f"The file cannot be read: {error.strerror}.", where=str(path), hint="Check its path."
        ) from error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise IntegrityError(
            f"This file is not what it should be: {error}.", where=str(path), hint="Ask for it again."
        ) from error


def write_struct(path: Path, what: msgspec.Struct, *, new: bool = False) -> None:
    """Write a file whole or not at all; `new` refuses to replace one. Raises StoreError."""
    if new and path.exists():
        raise StoreError("There is such a file already; it is never overwritten.", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_bytes(msgspec.json.format(encode(what)) + b"\n")
        os.replace(beside, path)
    except OSError as error:
        raise StoreError(f"The file cannot be written: {error.strerror}.", where=str(path)) from error
