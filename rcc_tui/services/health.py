"""How far this store can be trusted to know: who is silent, what is held back, whose key is in two places,
who was revoked, how the store is kept, and what an erasure has reached."""

from __future__ import annotations

from dataclasses import dataclass

from db.queries import sync as stored
from db.queries.health import logs_named
from rcc_tui.config import config_folder
from rcc_tui.services import erasing, standing, syncing
from rcc_tui.services.alarms import alarms
from rcc_tui.services.desk import Desk
from rcc_tui.services.directory import seat_name
from rcc_tui.services.erasing import Coverage
from rcc_tui.services.own_words import known_words
from rcc_tui.services.silence import Silence, silence
from rcc_tui.services.standing import LogView
from rcc_tui.services.syncing import Status
from rcc_tui.sync.roll import read_roll


@dataclass(frozen=True, slots=True)
class Tail:
    """Entries of a log that others said they hold and this store lacks: whose log (code `?` where it was
    never heard of), who said so (members' codes), and how many entries they, and we, hold."""

    log: str
    code: str
    desk: str
    audience: str
    said_by: tuple[str, ...]
    theirs: int
    ours: int

    @property
    def missing(self) -> int:
        """How many entries this store lacks."""
        return self.theirs - self.ours


@dataclass(frozen=True, slots=True)
class Gone:
    """A desk that is on the roll no more: since which version; how many of its entries are held and how
    many of those count."""

    code: str
    desk: str
    key: str
    since: int
    entries: int
    counts: int


@dataclass(frozen=True, slots=True)
class Health:
    """All of it. `amiss` are logs that do not count to their end, forks and revocations among them;
    `warnings` are sentences that nothing else here says, lines of one's own abbreviations that cannot be used
    among them; `encryption` says how the store is locked (none,
    key ring, passphrase, key file), `behind` that it is older than what this desk has signed."""

    status: Status
    silence: tuple[Silence, ...]
    tails: tuple[Tail, ...]
    amiss: tuple[LogView, ...]
    gone: tuple[Gone, ...]
    erased: tuple[Coverage, ...]
    expires: str
    encryption: str
    behind: bool
    warnings: tuple[str, ...]


def health(desk: Desk) -> Health:
    """How things stand, read in one go."""
    roll = desk.rolls.latest
    return Health(
        status=syncing.status(desk),
        silence=silence(desk),
        tails=tails(desk),
        amiss=standing.logs(desk, amiss=True),
        gone=gone(desk),
        erased=erasing.coverage(desk),
        expires=roll.expires if roll else "",
        encryption=desk.encryption,
        behind=desk.behind,
        warnings=(*warnings(desk), *known_words(config_folder())[1]),
    )


def tails(desk: Desk) -> tuple[Tail, ...]:
    """Every log of which others said that they hold more than this store does."""
    said: dict[bytes, list[tuple[str, int, int]]] = {}
    for peer, log, theirs, ours in stored.withheld(desk.store.write):
        said.setdefault(log, []).append((_code(desk, peer), theirs + 1, ours + 1))
    known = logs_named(desk.store.write, said)
    found = []
    for log, told in said.items():
        key, audience = known.get(log, (b"", ""))
        found.append(
            Tail(
                log.hex(),
                _code(desk, key),
                seat_name(desk, key) if key else "",
                audience,
                tuple(dict.fromkeys(code for code, _, _ in told)),
                max(theirs for _, theirs, _ in told),
                told[0][2],
            )
        )
    return tuple(sorted(found, key=lambda one: (one.code, one.audience, one.log)))


def gone(desk: Desk) -> tuple[Gone, ...]:
    """The desks that sat on an earlier roll and sit no more, the last to go first."""
    left: dict[bytes, tuple[str, str, int]] = {}
    sat: dict[bytes, tuple[str, str]] = {}
    for signed in desk.rolls.signed:
        roll = read_roll(signed.document)
        seats = {seat.key: (one.code, seat.name) for one in roll.members for seat in one.desks}
        left = {key: told for key, told in left.items() if key not in seats}
        left.update({key: (*told, roll.version) for key, told in sat.items() if key not in {*seats, *left}})
        sat.update(seats)
    logs = standing.logs(desk) if left else ()
    found = []
    for key, (code, name, since) in left.items():
        theirs = [one for one in logs if one.key == key.hex()]
        held, counts = sum(one.entries for one in theirs), sum(one.counts for one in theirs)
        found.append(Gone(code, name, key.hex(), since, held, counts))
    return tuple(sorted(found, key=lambda one: (-one.since, one.code, one.desk)))


def warnings(desk: Desk) -> tuple[str, ...]:
    """What people should know of the roll and of this store, a sentence each."""
    said = [one.text for one in alarms(desk)]
    if desk.encryption == "none":
        said.append("The store is not encrypted: whoever has the file can read it.")
    return tuple(said)


def _code(desk: Desk, key: bytes) -> str:
    author = desk.rolls.authors.get(key)
    return author.code if author else "?"
