"""Setting up a region: root keys, members, desks, and the roll they are all on.

The folder of a region belongs to whoever keeps the roll (the hubs). It holds `region.json` (public: what
every desk pins), the draft of the next roll, and the rolls published so far. Keys are written into it for
convenience and belong on sticks, apart from each other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from rcc_tui.acts.canonical import encode
from rcc_tui.config import Clock
from rcc_tui.domain.codes import check_code
from rcc_tui.domain.errors import IntegrityError, NotFound, Refused
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.services.region_files import (
    RegionFile,
    RollFile,
    last_published,
    published,
    read_draft,
    read_request,
    read_struct,
    redraft,
    sign_request,
    with_member,
    write_struct,
)
from rcc_tui.services.secrets import BESIDE, Keeping
from rcc_tui.sync import keys
from rcc_tui.sync.roll import (
    DESK_TYPE,
    DeskSeat,
    Member,
    Roll,
    RollSignature,
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


@dataclass(frozen=True, slots=True)
class RollView:
    """A roll as people read it: `signatures` of `threshold` needed, and who is on it.

    Where root keys have changed the former ones must sign as well: `signatures` counts the fewer of both.
    """

    version: int
    region: str
    signatures: int
    threshold: int
    members: tuple[Member, ...]
    published: bool
    expires: str


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
    write_struct(folder / "region.json", region, new=True)
    first = Roll(1, 1, bytes(32), name, region.roots, THRESHOLD, 1, "", (), ())
    write_struct(folder / "draft.json", RollFile(encode(first), ()))
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
    roll = read_draft(folder)
    if any(member.code == code for member in roll.members):
        raise Refused(f"{code} is on the roll already.", where="code")
    if any(member.host for member in roll.members) and host:
        raise Refused("The region has a host already.", where="host")
    key = keys.new_key(seed)
    path = folder / f"authority-{code}.key"
    keys.write_key(path, key, kind="authority", name=name)
    member = Member(code, name, gss, hub, role, trust, host, joined, "", key.public, ())
    redraft(folder, msgspec.structs.replace(roll, members=(*roll.members, member)))
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
    store: Path,
    region: Path,
    code: str,
    name: str,
    *,
    keeping: Keeping = BESIDE,
    clock: Clock | None = None,
    seed: bytes | None = None,
) -> Path:
    """Make a desk's key, kept as `keeping` says, and its empty store.

    Returns the file to hand in for enrolment. Raises Refused, StoreError.
    """
    if not any(form.fullmatch(code) for form in _CODE_OF.values()):
        raise _no_code(code)
    found = read_struct(region, RegionFile)
    key = keys.new_key(seed)
    request = store / f"desk-{code}.json"

    def announce() -> None:
        write_struct(request, sign_request(code, name, key, recipient_of(key)))

    desk = make_desk(
        store,
        code=code,
        name=name,
        roots=found.roots,
        key=key,
        clock=clock,
        keeping=keeping,
        announce=announce,
    )
    desk.close()
    return request


def enrol_desk(folder: Path, request: Path, authority_key: Path, *, allocator: bool = True) -> Member:
    """Admit a desk by its authority's key and put it on the draft of the roll.

    A member that had left has come back with it. Raises NotFound, Refused, and IntegrityError: the request
    must be signed by the key it asks to be enrolled.
    """
    asked = read_request(request)
    roll = read_draft(folder)
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
    if any(seat.key == asked.key for one in roll.members for seat in one.desks):
        raise Refused("This desk is on the roll already.", where=str(request))
    seat = DeskSeat(asked.key, asked.name, asked.recipient, allocator, b"")
    grown = msgspec.structs.replace(member, left="", desks=(*member.desks, admit(asked.code, seat, key)))
    redraft(folder, with_member(roll, grown))
    return grown


def admit(code: str, seat: DeskSeat, key: keys.SigningKey) -> DeskSeat:
    """The seat with its member's signature."""
    return msgspec.structs.replace(seat, admitted=key.sign(DESK_TYPE, seat_body(code, seat)))


def sign_draft(folder: Path, root_key: Path) -> RollView:
    """Sign the draft with one root key, of the draft or of the roll before it."""
    key = keys.read_key(root_key, "root")
    draft = read_struct(folder / "draft.json", RollFile)
    if key.public not in {*read_roll(draft.document).roots, *_former_roots(folder)}:
        raise IntegrityError("This is no root key of the region.", where=str(root_key))
    others = tuple(one for one in draft.signatures if one.root != key.public)
    write_struct(folder / "draft.json", RollFile(draft.document, (*others, sign_roll(draft.document, key))))
    return show_draft(folder)


def publish_roll(folder: Path) -> Path:
    """Make the signed draft the region's roll and open the next draft. Raises BundleError under threshold."""
    region = read_struct(folder / "region.json", RegionFile)
    draft = read_struct(folder / "draft.json", RollFile)
    before = last_published(folder)
    roll = check_succession(draft.signed(), before.signed() if before else None, region.roots)
    path = published(folder, roll.version)
    write_struct(path, draft, new=True)
    following = msgspec.structs.replace(roll, version=roll.version + 1, prev=roll_hash(draft.document))
    write_struct(folder / "draft.json", RollFile(encode(following), ()))
    return path


def adopt_roll(desk: Desk, path: Path) -> bool:
    """Take a published roll into a desk's store. Returns whether it was new; raises BundleError."""
    return adopt_rolls(desk, [path]) > 0


def adopt_rolls(desk: Desk, paths: Sequence[Path]) -> int:
    """Take in published rolls, the oldest first: a desk that joins late needs all of them.

    Returns how many were new; those before one that may not follow stay. Raises BundleError.
    """
    rolls = [read_struct(path, RollFile).signed() for path in paths]
    return sum(desk.adopt_roll(one) for one in sorted(rolls, key=lambda one: read_roll(one.document).version))


def set_expiry(folder: Path, day: str) -> RollView:
    """Write on the draft by which ISO day the next roll should be there. A warning, never a rule."""
    redraft(folder, msgspec.structs.replace(read_draft(folder), expires=day))
    return show_draft(folder)


def show_draft(folder: Path) -> RollView:
    """The draft of the next roll."""
    draft = read_struct(folder / "draft.json", RollFile)
    roll = read_roll(draft.document)
    signers = {one.root for one in draft.signatures}
    former = _former_roots(folder) or frozenset(roll.roots)
    return _view(roll, min(len(signers & former), len(signers.intersection(roll.roots))), published=False)


def _former_roots(folder: Path) -> frozenset[bytes]:
    before = last_published(folder)
    return frozenset(read_roll(before.document).roots) if before else frozenset()


def show_roll(desk: Desk) -> RollView:
    """The roll a desk goes by. Raises Refused when it has none yet."""
    if desk.rolls.latest is None:
        raise Refused("This desk has no roll yet.", hint="Take one in: rcc region roll adopt FILE.")
    signed = msgspec.json.decode(desk.rolls.signed[-1].signatures, type=tuple[RollSignature, ...])
    return _view(desk.rolls.latest, len(signed), published=True)


def _view(roll: Roll, signatures: int, *, published: bool) -> RollView:
    return RollView(
        roll.version, roll.region, signatures, roll.threshold, roll.members, published, roll.expires
    )
