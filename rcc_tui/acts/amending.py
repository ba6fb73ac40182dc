"""Changes of agreed terms, each from its day on: proposed by one side, agreed by the other, like the first.

A change names what it changes. Two changes of the same terms, both agreed without knowing of each other, or
one accepted while it was taken back, leave the terms as they were and *contested*, until both agree on a
further change that names one of them. No clock decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rcc_tui.acts.kind import Act, Heard, History
from rcc_tui.acts.terms import terms_hash, unsound
from rcc_tui.domain.terms import Terms


@dataclass
class Amendments:
    """What has been said of changes. `base` is what a proposed change would change; the functions say of an
    act what it proposes, accepts, replaces or ends."""

    terms_of: Callable[[Heard], Terms]
    accepted_by: Callable[[Act], tuple[bytes, str] | None]
    proposals: dict[bytes, Heard] = field(default_factory=dict)
    base: dict[bytes, bytes] = field(default_factory=dict)
    accepts: dict[bytes, list[Heard]] = field(default_factory=dict)
    ends: dict[bytes, list[Heard]] = field(default_factory=dict)

    def propose(
        self, history: History, heard: Heard, replaces: bytes, agreed: Sequence[tuple[Heard, Heard]]
    ) -> str:
        """Take in a proposed change; why it does not count, or nothing. `agreed` are the first proposals
        that were accepted, each with its acceptance."""
        first = {one.hash: one for one, accept in agreed if history.knew(heard, accept)}
        changed = self.proposals.get(replaces) or first.get(replaces)
        if changed is None:
            return "changes terms that nobody had agreed"
        if _fixed(self.terms_of(heard)) != _fixed(self.terms_of(changed)):
            return "changes who, where or since when, which is another trade"
        if why := unsound(self.terms_of(heard)):
            return why
        base = replaces
        if replaces in self.proposals and not self._knew_accepted(history, heard, replaces):
            if why := self.end(history, heard, replaces):
                return why
            base = self.base[replaces]
        self.proposals[heard.hash] = heard
        self.base[heard.hash] = base
        return ""

    def accept(self, history: History, heard: Heard) -> str:
        """Take in the acceptance of a change; why it does not count, or nothing."""
        named = self.accepted_by(heard.act)
        assert named is not None
        proposal, digest = named
        proposed = self.proposals[proposal]
        if proposed.author.code == heard.author.code:
            return "accepts no proposal of the other party"
        if terms_hash(self.terms_of(proposed)) != digest:
            return "accepts other terms than those proposed"
        if any(history.knew(heard, end) for end in self.ends.get(proposal, ())):
            return "accepts what was withdrawn, declined or countered before"
        self.accepts.setdefault(proposal, []).append(heard)
        return ""

    def end(self, history: History, heard: Heard, proposal: bytes) -> str:
        """Take in what ends a proposed change: taken back, declined or countered; why not, or nothing."""
        if self._knew_accepted(history, heard, proposal):
            return "comes after the agreement"
        self.ends.setdefault(proposal, []).append(heard)
        return ""

    def agreed(self, history: History, first: bytes) -> tuple[list[Heard], bool]:
        """The agreed changes in the order they build on each other, and whether the last is contested."""
        chain: list[Heard] = []
        current = first
        while True:
            rivals = [one for digest, one in self.proposals.items() if self._builds(digest, current)]
            sure = [one for one in rivals if not self._crossed(history, one.hash)]
            onward = [one for one in rivals if any(self._builds(other, one.hash) for other in self.proposals)]
            picked = onward or sure
            if len(picked) != 1:
                return chain, bool(rivals)
            chain.append(picked[0])
            current = picked[0].hash

    def pending(self, first: bytes, chain: Sequence[Heard]) -> Heard | None:
        """The last proposed change that waits for an answer."""
        current = chain[-1].hash if chain else first
        built_on = {current, *(digest for digest in self.proposals if self._builds(digest, current))}
        waiting = [
            one
            for digest, one in self.proposals.items()
            if self.base[digest] in built_on and digest not in self.accepts and digest not in self.ends
        ]
        return waiting[-1] if waiting else None

    def _builds(self, digest: bytes, on: bytes) -> bool:
        return self.base[digest] == on and digest in self.accepts

    def _knew_accepted(self, history: History, heard: Heard, proposal: bytes) -> bool:
        return any(history.knew(heard, accept) for accept in self.accepts.get(proposal, ()))

    def _crossed(self, history: History, proposal: bytes) -> bool:
        """Whether it was accepted and ended by two who did not know of each other."""
        return any(
            not history.knew(accept, end) and not history.knew(end, accept)
            for accept in self.accepts[proposal]
            for end in self.ends.get(proposal, ())
        )


def _fixed(terms: Terms) -> tuple[str, ...]:
    """What no change can change."""
    return (terms.buyer, terms.seller, terms.referral, terms.vacancy, terms.setting, terms.start)
