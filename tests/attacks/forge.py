"""A desk that keeps to no rule: entries, sections and bundles made by hand, with real signatures or none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from db import folded
from rcc_tui.acts.canonical import encode
from rcc_tui.acts.kind import Act, log_id, record_id
from rcc_tui.services import syncing
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import FileResult
from rcc_tui.sync.bundle import FORMAT, Head, Manifest, Part, Recipient, RollPart, deflate, pack, unpack
from rcc_tui.sync.entry import (
    HEADER_TYPE,
    NO_HASH,
    Header,
    Signed,
    commitment,
    encode_header,
    entry_hash,
    frame,
)
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.seal import is_sealed, seal, unseal
from tests.attacks.tally import current

AT_MS = 1_796_000_000_000


@dataclass(frozen=True, slots=True)
class Forged:
    """An entry made by hand."""

    header: Header
    signed: Signed
    hash: bytes

    @property
    def record(self) -> str:
        """The record it is about, in hex."""
        return self.header.record.hex()


@dataclass
class Scribe:
    """Writes one log. Every field of an entry may be given; what is not given is as an honest desk has it."""

    key: SigningKey
    audience: str
    incarnation: bytes = field(default_factory=lambda: os.urandom(16))
    entries: list[Forged] = field(default_factory=list)

    @property
    def log(self) -> bytes:
        """The id of the log."""
        return log_id(self.key.public, self.audience, self.incarnation)

    def write(
        self,
        kind: str,
        act: Act | bytes,
        *,
        record: str = "",
        deps: Sequence[bytes] = (),
        after: Forged | None = None,
        seq: int | None = None,
        prev: bytes | None = None,
        clock: int | None = None,
        at_ms: int = AT_MS,
    ) -> Forged:
        """Write the next entry, or one `after` another than the last: a second history."""
        before = after or (self.entries[-1] if self.entries else None)
        place = seq if seq is not None else before.header.seq + 1 if before else 0
        payload = act if isinstance(act, bytes) else encode(act)
        salt = os.urandom(16)
        header = Header(
            v=1,
            log=self.log,
            seq=place,
            prev=prev if prev is not None else before.hash if before else NO_HASH,
            at_ms=at_ms,
            clock=clock if clock is not None else (before.header.clock + 1 if before else AT_MS),
            kind=kind,
            record=bytes.fromhex(record) if record else record_id(self.log, place),
            deps=tuple(deps),
            commit=commitment(salt, payload),
            length=len(payload),
        )
        raw = encode_header(header)
        signed = Signed(raw, self.key.sign(HEADER_TYPE, raw), salt, payload)
        made = Forged(header, signed, entry_hash(raw))
        self.entries.append(made)
        return made

    def copy(self) -> Scribe:
        """The same log as another machine would continue it."""
        return Scribe(self.key, self.audience, self.incarnation, list(self.entries))

    def section(self, entries: Sequence[Forged] | None = None) -> Section:
        """Entries of this log as a bundle carries them."""
        chosen = list(self.entries if entries is None else entries)
        chosen.sort(key=lambda one: (one.header.seq, one.hash))
        raw = b"".join(frame(one.signed) for one in chosen)
        return section_of(self, raw, chosen)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the manifest with its packed bytes."""

    part: Part
    packed: tuple[int, bytes]


def section_of(scribe: Scribe, raw: bytes, entries: Sequence[Forged]) -> Section:
    """A section of any bytes, named as one of a log."""
    part = Part(
        log=scribe.log,
        desk=scribe.key.public,
        audience=scribe.audience,
        incarnation=scribe.incarnation,
        first=entries[0].header.seq if entries else 0,
        last=entries[-1].header.seq if entries else 0,
        last_hash=entries[-1].hash if entries else NO_HASH,
        length=len(raw),
        sha256=sha256(raw).digest(),
    )
    return Section(part, (len(raw), deflate(raw)))


def bundle(
    maker: SigningKey,
    sections: Sequence[Section] = (),
    *,
    to: Sequence[str] = ("870",),
    rolls: Sequence[RollPart] = (),
    heads: Sequence[Head] = (),
    at_ms: int = AT_MS,
    proofs: Sequence[bytes] = (),
) -> bytes:
    """The bytes of a bundle, signed by its maker."""
    manifest = Manifest(
        format=FORMAT,
        maker=maker.public,
        at_ms=at_ms,
        roll=1,
        recipients=tuple(map(Recipient, to)),
        heads=tuple(heads),
        rolls=tuple(rolls),
        parts=tuple(one.part for one in sections),
        proofs=tuple(proofs),
    )
    return pack(manifest, [one.packed for one in sections], maker)


def inside(raw: bytes, key: SigningKey) -> bytes:
    """What is sealed in a bundle, for a key that opens it; one that is not sealed as it is."""
    return unseal(raw, key) if is_sealed(raw) else raw


def sealed_again(raw: bytes) -> bytes:
    """A bundle sealed to whom its manifest names: what its maker, or a recipient, can do to it."""
    named = unpack(raw).manifest.sealed_to
    return seal(raw, sorted(named)) if named else raw


def lay(folder: Path, raw: bytes) -> Path:
    """Put the bytes of a bundle in a folder, under a name of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"rcc_{os.urandom(4).hex()}.rccb"
    path.write_bytes(raw)
    return path


def take_in(desk: Desk, path: Path, *, verify_only: bool = False) -> FileResult:
    """Take in one bundle as the program does, and count it as a try of the threat that is tested."""
    with current().attempt(lambda: everything(desk, but=EVIDENCE)) as attempt:
        (result,) = syncing.take_in(desk, [path], verify_only=verify_only)
        attempt.refused = result.result == "refused"
        attempt.same = verify_only
    return result


def import_bytes(desk: Desk, raw: bytes, *, verify_only: bool = False) -> FileResult:
    """Take in a bundle that lies in no mailbox."""
    path = lay(desk.store.folder / "given", raw)
    try:
        return take_in(desk, path, verify_only=verify_only)
    finally:
        path.unlink()


def bring(desk: Desk, *scribes: Scribe, maker: SigningKey) -> FileResult:
    """Take in the whole of some logs in one bundle of `maker`."""
    return import_bytes(desk, bundle(maker, [one.section() for one in scribes], to=(desk.code,)))


RAW = ("log", "entry", "waiting", "roll", "peer_head", "receipt", "meta", "upheld", "proof")


# Of two valid rolls of one version a desk keeps the evidence, though it refuses the bundle that brought it.
EVIDENCE = "roll_fork"


def everything(desk: Desk, *, but: str = "") -> str:
    """One hash of all the raw tables and of all digests: what must not change is compared by it.

    `but` names a note of the desk's own that is left out.
    """
    total = sha256()
    for table in RAW:
        for row in desk.store.write.execute(f"SELECT * FROM {table} ORDER BY 1"):
            if not but or row[0] != but:
                total.update(repr(row).encode())
    for audience in folded.audiences(desk.store.write):
        total.update(desk.digest(audience).encode())
    return total.hexdigest()


def digests(desk: Desk) -> dict[str, str]:
    """The digest of every audience heard of here."""
    return {audience: desk.digest(audience) for audience in folded.audiences(desk.store.write)}


def set_aside(desk: Desk) -> dict[bytes, str]:
    """What counts for nothing here, and why, by the entry's hash."""
    return {
        bytes.fromhex(entry): why
        for entry, why in desk.store.write.execute("SELECT entry, why FROM set_aside")
    }


def states(desk: Desk) -> dict[bytes, int]:
    """The state of every entry held."""
    return dict(desk.store.write.execute("SELECT hash, state FROM entry"))


def is_live_as_rebuilt(desk: Desk) -> bool:
    """Whether the tables are what the logs add up to."""
    return all(before == after for before, after in desk.rebuild().values())
