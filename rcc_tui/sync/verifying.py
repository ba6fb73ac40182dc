"""From the sections of a bundle to verified entries, slice by slice: however many, few are in hand."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rcc_tui.acts import names
from rcc_tui.domain.errors import BundleError, RccError
from rcc_tui.sync.arrivals import Verified
from rcc_tui.sync.bundle import Opened, Part, inflate
from rcc_tui.sync.entry import Signed, commitment, entry_hash, read_header, unframe
from rcc_tui.sync.verifier import Verifier, verifier

# By chance one log of a bundle is damaged; from here on it is a bomb, and costs no more time.
MAX_DAMAGED = 16
# How many entries are handed on at once, and how many batches of so many are verified before that.
SLICE = 500
_WINDOW = 24
# The order in which logs are gone through: what others rely on before those that rely on it.
_SCOPES = {"rcc": 0, "pair": 1, "own": 2}


class Faulty(Exception):
    """Logs of which a part was handed on have turned out not to hold: begin again without them.

    `logs` are all that do not hold, each with the reason.
    """

    def __init__(self, logs: Mapping[bytes, str]) -> None:
        super().__init__()
        self.logs = dict(logs)


@dataclass(frozen=True, slots=True)
class _Batch:
    """Entries of one section, in order; `held` counts the signatures that hold. `done` bytes of the bundle
    are gone through with it."""

    part: Part
    entries: Sequence[Verified]
    held: Callable[[], int]
    done: int

    def require_signatures(self) -> None:
        """Raises BundleError at the first signature that does not hold."""
        held = self.held()
        if held != len(self.entries):
            raise BundleError(f"The signature of its entry {self.entries[held].header.seq} does not hold.")


class Verifying:
    """Goes through a bundle once. `bad` are the logs left out, with the reason: at first those known to be.

    `row` gives the row of a log; `fault` words a reason; `pulse` is called many times a second with the
    bytes gone through, and may raise to end it.
    """

    def __init__(
        self,
        opened: Opened,
        bad: Mapping[bytes, str],
        *,
        row: Callable[[Part], int],
        fault: Callable[[Part, RccError], str],
        pulse: Callable[[int], None],
    ) -> None:
        self.bad = dict(bad)
        self._opened = opened
        self._row = row
        self._fault = fault
        self._pulse = pulse
        self._most = len(bad) + MAX_DAMAGED
        self._handed_on: set[bytes] = set()
        self._broken = False

    def slices(self) -> Generator[list[Verified], None, None]:
        """Verified entries, those of a log in the order of its sections; a log with a fault is left out.

        Raises Faulty in the end when a part of a log was handed on before its fault was found; BundleError
        when too much is damaged.
        """
        with verifier(sum(part.length for part in self._opened.manifest.parts)) as signatures:
            for window in self._windows(signatures):
                for batch in window:
                    self._settle(batch)
                yield from self._hand_on(window)
        if self._broken:
            raise Faulty(self.bad)

    def _hand_on(self, window: Sequence[_Batch]) -> Iterator[list[Verified]]:
        gathered: list[Verified] = []
        for batch in window:
            # What would be thrown away need not be stored; the rest is gone through for further faults.
            if batch.part.log in self.bad or self._broken:
                continue
            self._handed_on.add(batch.part.log)
            gathered.extend(batch.entries)
            if len(gathered) >= SLICE:
                yield gathered
                gathered = []
        if gathered:
            yield gathered

    def _settle(self, batch: _Batch) -> None:
        if batch.part.log not in self.bad:
            try:
                batch.require_signatures()
            except RccError as error:
                self._leave_out(batch.part, error)
        self._pulse(batch.done)

    def _windows(self, signatures: Verifier) -> Iterator[list[_Batch]]:
        """What is begun, to be settled and handed on together.

        Where the signatures are verified beside it a slice is handed on while the next are under way; else
        all of a window is settled before any of it is handed on.
        """
        under_way: deque[_Batch] = deque()
        for batch in self._begun(signatures):
            under_way.append(batch)
            if len(under_way) == _WINDOW:
                keep = _WINDOW // 2 if signatures.beside else 0
                yield [under_way.popleft() for _ in range(len(under_way) - keep)]
        yield list(under_way)

    def _begun(self, signatures: Verifier) -> Iterator[_Batch]:
        sections = zip(self._opened.manifest.parts, self._opened.packed, strict=True)
        done = 0
        for part, (length, packed) in sorted(sections, key=lambda section: _turn(section[0])):
            if part.log not in self.bad:
                if len(self.bad) > self._most:
                    raise BundleError("More of its logs are damaged than happens by chance.")
                try:
                    raw = inflate(part, length, packed)
                    yield from _begin(part, raw, self._row(part), done, signatures)
                except RccError as error:
                    self._leave_out(part, error)
            done += length
            self._pulse(done)

    def _leave_out(self, part: Part, error: RccError) -> None:
        self.bad.setdefault(part.log, self._fault(part, error))
        self._broken |= part.log in self._handed_on


def _turn(part: Part) -> tuple[int, str]:
    return (_SCOPES.get(names.scope(part.audience), len(_SCOPES)), part.audience)


def _begin(part: Part, raw: bytes, row: int, done: int, signatures: Verifier) -> list[_Batch]:
    """Chain and commitments of one section; its signatures begin to be verified. Raises BundleError."""
    verified = [_link(part, one, row) for one in unframe(raw)]
    if not verified:
        raise BundleError("A section holds no entry.")
    _check_chain(part, verified)
    batches = []
    for start in range(0, len(verified), SLICE):
        entries = verified[start : start + SLICE]
        signed = [(one.signed.header, one.signed.signature) for one in entries]
        held = signatures.begin(part.desk, signed)
        share = len(raw) * (start + len(entries)) // len(verified)
        batches.append(_Batch(part, entries, held, done + share))
    return batches


def _link(part: Part, signed: Signed, row: int) -> Verified:
    header = read_header(signed.header)
    if header.log != part.log:
        raise BundleError("It holds an entry of another log.")
    said = signed.payload
    if said and (len(said) != header.length or commitment(signed.salt, said) != header.commit):
        raise BundleError(f"What its entry {header.seq} says is not what was signed for.")
    return Verified(row, header, entry_hash(signed.header), signed)


def _check_chain(part: Part, verified: Sequence[Verified]) -> None:
    """The entries are those the manifest names, in order; a forked log holds two in one place.

    Whether each follows the one before it is settled on arrival, by what is held and not by how the log
    was cut into sections: else two stores could judge one log differently.
    """
    places = [entry.header.seq for entry in verified]
    if places != sorted(places):
        raise BundleError("Its entries are not in order.")
    if places[0] != part.first or places[-1] != part.last:
        raise BundleError("It holds other entries than the manifest says.")
    if verified[-1].hash != part.last_hash:
        raise BundleError("It ends in another entry than the manifest says.")
