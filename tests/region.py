"""A tiny region for tests: real keys, a real roll, one desk for each member, nothing pretended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import fixtures
from rcc_tui.acts.canonical import encode
from rcc_tui.config import Clock
from rcc_tui.services.desk import Desk, make_desk
from rcc_tui.sync.incoming import Incoming, Report
from rcc_tui.sync.keys import SigningKey, new_key
from rcc_tui.sync.opening import open_bundle
from rcc_tui.sync.outgoing import Outgoing
from rcc_tui.sync.roll import DESK_TYPE, DeskSeat, Member, Roll, SignedRoll, roll_hash, seat_body, sign_roll
from rcc_tui.sync.seal import recipient_of

TODAY = "2026-12-01"
CODES = ("870", "931", "HUB-N")
THRESHOLD = 2


@dataclass(frozen=True, slots=True)
class Seat:
    """One desk of a member, and the keys behind it."""

    code: str
    name: str
    desk: SigningKey
    member: SigningKey


def key_of(name: str) -> SigningKey:
    """The same key for the same name in every run."""
    return new_key(name.encode().ljust(32, b".")[:32])


def roots() -> tuple[SigningKey, ...]:
    """The three root keys of the region."""
    return tuple(key_of(f"root {number}") for number in range(3))


def seat(code: str, number: int = 1) -> Seat:
    """The numbered desk of a member."""
    return Seat(code, f"Desk {number}", key_of(f"desk {code} {number}"), key_of(f"member {code}"))


def member_of(code: str, seats: Sequence[Seat], *, host: bool = False) -> Member:
    """An authority as the fixtures have it, or a hub, with its desks; the first of them gives places out."""
    admitted = []
    for number, one in enumerate(seats):
        bare = DeskSeat(one.desk.public, one.name, recipient_of(one.desk), number == 0, b"")
        signature = one.member.sign(DESK_TYPE, seat_body(code, bare))
        admitted.append(DeskSeat(one.desk.public, one.name, recipient_of(one.desk), number == 0, signature))
    known = next((one for one in fixtures.authorities() if one.code == code), None)
    hub = code.removeprefix("HUB-")
    return Member(
        code=code,
        name=known.name if known else f"{fixtures.HUB_NAMES[hub]} hub",
        gss=known.gss if known else "",
        hub=known.hub if known else hub,
        role="authority" if known else "hub",
        trust=known.trust if known else "",
        host=host,
        joined="2026-01-01",
        left="",
        key=key_of(f"member {code}").public,
        desks=tuple(admitted),
    )


def signed_roll(
    members: Sequence[Member], *, before: SignedRoll | None = None, version: int = 1
) -> SignedRoll:
    """A version of the roll, signed by two of the three root keys."""
    keys = roots()
    roll = Roll(
        format=1,
        version=version,
        prev=roll_hash(before.document) if before else bytes(32),
        region="Test region",
        roots=tuple(key.public for key in keys),
        threshold=THRESHOLD,
        minimum_format=1,
        expires="2030-01-01",
        members=tuple(members),
        cuts=(),
    )
    document = encode(roll)
    return SignedRoll(document, encode([sign_roll(document, key) for key in keys[:THRESHOLD]]))


def open_at(folder: Path, one: Seat, signed: SignedRoll, today: str = TODAY) -> Desk:
    """A fresh store of one desk that has adopted the roll. It forgets on a power cut, and is quick for it."""
    clock = Clock(date.fromisoformat(today))
    pinned = [key.public for key in roots()]
    desk = make_desk(folder, code=one.code, name=one.name, roots=pinned, key=one.desk, clock=clock)
    desk.store.write.execute("PRAGMA synchronous=OFF")
    desk.adopt_roll(signed)
    return desk


def make_region(
    tmp_path: Path, codes: Sequence[str] = CODES, today: str = TODAY, *, absent: Sequence[str] = ()
) -> dict[str, Desk]:
    """A desk for each code, by code; the first authority is the host.

    Authorities in `absent` stand on the roll without a desk. Whoever makes a region closes its desks;
    the fixture `region` does.
    """
    members = [member_of(code, [seat(code)], host=number == 0) for number, code in enumerate(codes)]
    members += [member_of(code, []) for code in absent]
    signed = signed_roll(members)
    return {code: open_at(tmp_path / code, seat(code), signed, today) for code in codes}


def carry(sender: Desk, receiver: Desk, folder: Path) -> Report:
    """Take all that the receiver lacks from one desk to another, in a bundle left in `folder`."""
    out = Outgoing(sender.store.write, sender.key, sender.rolls)
    written = out.write(receiver.member, folder, sender.clock.at_ms())
    with receiver.store.transaction() as write:
        incoming = Incoming(write, receiver.rolls, receiver.roots, receiver.reader, receiver.followers)
        return incoming.take_in(open_bundle(written.file, receiver.key), written.file.name)


def close_all(region: dict[str, Desk]) -> None:
    """Close every desk of a region."""
    for desk in region.values():
        desk.close()
