"""Setting up a region: root keys, members, desks, and the roll they are all on.

The folder of a region belongs to whoever keeps the roll (the hubs). It holds `region.json` (public: what
every desk pins), the draft of the next roll, and the rolls published so far. Keys are written into it for
convenience and belong on sticks, apart from each other.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec

from rcc_tui.acts.canonical import encode
from rcc_tui.config import KEY_FILE, Clock
from rcc_tui.domain.codes import check_code
from rcc_tui.domain.errors import IntegrityError, NotFound, Refused, StoreError
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.sync import keys
from rcc_tui.sync.roll import (
    DESK_TYPE,
    DeskSeat,
    Member,
    Roll,
    RollSignature,
    SignedRoll,
    check_succession,
    read_roll,
    roll_hash,
    seat_body,
    sign_roll,
)
from rcc_tui.sync.seal import recipient_of

THRESHOLD = 2
ROOTS = 3
_ROLES = {"authority": "keeps children, homes and budgets", "hub": "brokers and reconciles"}
_CODE_OF = {"authority": re.compile("[0-9]{3}"), "hub": re.compile("HUB-[A-Z0-9]{1,8}")}
_GSS = re.compile("[A-Z][0-9]{8}")
F = TypeVar("F", bound=msgspec.Struct)


class RegionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a desk must know of its region before it believes anything: name, root keys, threshold."""

    name: str
    roots: tuple[bytes, ...]
    threshold: int


class DeskRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A desk asks to be put on the roll: public facts only."""

    code: str
    name: str
    key: bytes
    recipient: str


class RollFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A roll with its signatures, as it is handed on."""

    document: bytes
    signatures: tuple[RollSignature, ...]

    def signed(self) -> SignedRoll:
        """The form stores keep."""
        return SignedRoll(self.document, encode(self.signatures))


@dataclass(frozen=True, slots=True)
class RollView:
    """A roll as people read it: `signatures` of `threshold` needed, and who is on it."""

    version: int
    region: str
    signatures: int
    threshold: int
    members: tuple[Member, ...]
    published: bool


def init_region(folder: Path, name: str, seeds: Sequence[bytes | None] = (None,) * ROOTS) -> RegionFile:
    """Make a region: three root keys of which two must sign, and an empty draft of its first roll.

    Raises Refused without a name.
    """
    if not name.strip():
        raise Refused("A region needs a name.", where="name", hint="For example South East.")
    roots = [keys.new_key(seed) for seed in seeds]
    for number, root in enumerate(roots, 1):
        keys.write_key(folder / f"root-{number}.key", root, kind="root", name=f"{name} root {number}")
    region = RegionFile(name, tuple(root.public for root in roots), THRESHOLD)
    _write(folder / "region.json", region, new=True)
    first = Roll(1, 1, bytes(32), name, region.roots, THRESHOLD, 1, "", (), ())
    _write(folder / "draft.json", RollFile(encode(first), ()))
    return region


def enrol_authority(
    folder: Path,
    code: str,
    name: str,
    *,
    gss: str = "",
    hub: str = "",
    role: str = "authority",
    trust: str = "",
    host: bool = False,
    joined: str = "",
    seed: bytes | None = None,
) -> Path:
    """Put a member on the draft of the roll and make its key. Returns the key's file.

    Raises Refused naming the field, before any key is made.
    """
    check_code(role, _ROLES, "role")
    _check_member(code, role, gss, hub)
    roll = _draft(folder)
    if any(member.code == code for member in roll.members):
        raise Refused(f"{code} is on the roll already.", where="code")
    if any(member.host for member in roll.members) and host:
        raise Refused("The region has a host already.", where="host")
    key = keys.new_key(seed)
    path = folder / f"authority-{code}.key"
    keys.write_key(path, key, kind="authority", name=name)
    member = Member(code, name, gss, hub, role, trust, host, joined, "", key.public, ())
    _redraft(folder, msgspec.structs.replace(roll, members=(*roll.members, member)))
    return path


def _check_member(code: str, role: str, gss: str, hub: str) -> None:
    if not _CODE_OF[role].fullmatch(code):
        raise _no_code(code)
    if gss and not _GSS.fullmatch(gss):
        raise Refused(f"“{gss}” is no GSS code.", where="gss", hint="Write it like E06000039.")
    if hub not in ("", "N", "S"):
        raise Refused(f"“{hub}” is no hub.", where="hub", hint="Give N or S.")


def _no_code(code: str) -> Refused:
    return Refused(
        f"“{code}” is no code of a member.",
        where="code",
        hint="An authority has its three-digit DfE code, as 871; a hub HUB-N or the like.",
    )


def init_desk(
    store: Path, region: Path, code: str, name: str, *, clock: Clock | None = None, seed: bytes | None = None
) -> Path:
    """Make a desk's key and empty store. Returns the file to hand in for enrolment. Raises Refused."""
    if not any(form.fullmatch(code) for form in _CODE_OF.values()):
        raise _no_code(code)
    found = _read(region, RegionFile)
    key = keys.new_key(seed)
    desk = make_desk(store, code=code, name=name, roots=found.roots, key=key, clock=clock)
    desk.close()
    keys.write_key(store / KEY_FILE, key, kind="desk", name=name)
    request = store / f"desk-{code}.json"
    _write(request, DeskRequest(code, name, key.public, recipient_of(key)))
    return request


def enrol_desk(folder: Path, request: Path, authority_key: Path, *, allocator: bool = True) -> Member:
    """Admit a desk by its authority's key and put it on the draft of the roll."""
    asked = _read(request, DeskRequest)
    roll = _draft(folder)
    member = next((member for member in roll.members if member.code == asked.code), None)
    if member is None:
        raise NotFound(
            f"{asked.code} is not on the roll.",
            where=str(request),
            hint="Enrol it first: rcc region enrol authority.",
        )
    key = keys.read_key(authority_key, "authority")
    if key.public != member.key:
        raise IntegrityError(f"This is not the key of {asked.code}.", where=str(authority_key))
    if not keys.is_sound(asked.key):
        raise IntegrityError("The desk's key is no sound Ed25519 key.", where=str(request))
    if any(seat.key == asked.key for one in roll.members for seat in one.desks):
        raise Refused("This desk is on the roll already.", where=str(request))
    seat = DeskSeat(asked.key, asked.name, asked.recipient, allocator, b"")
    seat = msgspec.structs.replace(seat, admitted=key.sign(DESK_TYPE, seat_body(asked.code, seat)))
    grown = msgspec.structs.replace(member, desks=(*member.desks, seat))
    members = tuple(grown if one.code == asked.code else one for one in roll.members)
    _redraft(folder, msgspec.structs.replace(roll, members=members))
    return grown


def sign_draft(folder: Path, root_key: Path) -> RollView:
    """Sign the draft with one root key."""
    key = keys.read_key(root_key, "root")
    draft = _read(folder / "draft.json", RollFile)
    if key.public not in read_roll(draft.document).roots:
        raise IntegrityError("This is no root key of the region.", where=str(root_key))
    others = tuple(one for one in draft.signatures if one.root != key.public)
    _write(folder / "draft.json", RollFile(draft.document, (*others, sign_roll(draft.document, key))))
    return show_draft(folder)


def publish_roll(folder: Path) -> Path:
    """Make the signed draft the region's roll and open the next draft. Raises BundleError under threshold."""
    region = _read(folder / "region.json", RegionFile)
    draft = _read(folder / "draft.json", RollFile)
    version = read_roll(draft.document).version
    before = _read(_published(folder, version - 1), RollFile).signed() if version > 1 else None
    roll = check_succession(draft.signed(), before, region.roots)
    path = _published(folder, version)
    _write(path, draft, new=True)
    following = msgspec.structs.replace(roll, version=version + 1, prev=roll_hash(draft.document))
    _write(folder / "draft.json", RollFile(encode(following), ()))
    return path


def adopt_roll(desk: Desk, path: Path) -> bool:
    """Take a published roll into a desk's store. Returns whether it was new; raises BundleError."""
    return desk.adopt_roll(_read(path, RollFile).signed())


def show_draft(folder: Path) -> RollView:
    """The draft of the next roll."""
    draft = _read(folder / "draft.json", RollFile)
    return _view(read_roll(draft.document), len(draft.signatures), published=False)


def show_roll(desk: Desk) -> RollView:
    """The roll a desk goes by. Raises Refused when it has none yet."""
    if desk.rolls.latest is None:
        raise Refused("This desk has no roll yet.", hint="Take one in: rcc region roll adopt FILE.")
    signed = msgspec.json.decode(desk.rolls.signed[-1].signatures, type=tuple[RollSignature, ...])
    return _view(desk.rolls.latest, len(signed), published=True)


def _view(roll: Roll, signatures: int, *, published: bool) -> RollView:
    return RollView(roll.version, roll.region, signatures, roll.threshold, roll.members, published)


def _published(folder: Path, version: int) -> Path:
    return folder / f"roll-{version}.json"


def _draft(folder: Path) -> Roll:
    return read_roll(_read(folder / "draft.json", RollFile).document)


def _redraft(folder: Path, roll: Roll) -> None:
    """A changed draft is signed by nobody yet."""
    document = encode(roll)
    read_roll(document)
    _write(folder / "draft.json", RollFile(document, ()))


def _read(path: Path, form: type[F]) -> F:
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


def _write(path: Path, what: msgspec.Struct, *, new: bool = False) -> None:
    if new and path.exists():
        raise StoreError("There is such a file already; it is never overwritten.", where=str(path))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".part")
        beside.write_bytes(msgspec.json.format(encode(what)) + b"\n")
        os.replace(beside, path)
    except OSError as error:
        raise StoreError(f"The file cannot be written: {error.strerror}.", where=str(path)) from error
