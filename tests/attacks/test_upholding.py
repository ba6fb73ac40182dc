"""After a fork: a hub and the authority name the history that counts; nobody alone, nothing by itself."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import msgspec
import pytest

from rcc_tui.acts.names import own, pair
from rcc_tui.acts.standing import Uphold
from rcc_tui.domain.errors import BundleError, NotFound, Refused
from rcc_tui.services import standing
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import check, export, status, take_in
from rcc_tui.sync.entry import entry_hash, read_header
from rcc_tui.sync.proof import MAX_PROOF, Proof, encode_proof, read_proof
from rcc_tui.sync.standing import Standing
from tests.attacks.facts import home, request
from tests.attacks.forge import Forged, Scribe, bring, bundle, digests, import_bytes, is_live_as_rebuilt
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import seat

pytestmark = pytest.mark.threat(row="equivocation")
READING, OXFORD, HUB = seat("870").desk, seat("931").desk, seat("HUB-N").desk


def _names(desk: Desk) -> list[str]:
    return [name for (name,) in desk.store.write.execute("SELECT name FROM setting ORDER BY name")]


def _forked() -> tuple[Scribe, Scribe]:
    """Oxfordshire's log in two histories."""
    left = Scribe(OXFORD, "rcc")
    trunk = left.write("setting", home(name="Trunk"))
    right = left.copy()
    left.write("setting", home(name="Left"))
    left.write("setting", home(name="Left 2"))
    right.write("setting", home(name="Right"), after=trunk)
    return left, right


def _uphold(of: Scribe, last: Forged, by: Scribe) -> Forged:
    return by.write("standing", Uphold(of.key.public, of.incarnation, last.header.seq, last.hash))


def test_hub_and_authority_together(copies: Copies, tally: Tally) -> None:
    left, right = _forked()
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, left.entries[-1], oxford)
    _uphold(left, left.entries[-1], hub)
    seen = set()
    for order in permutations((left, right, oxford, hub)):
        desk = copies.desk(seat("870"))
        for one in order:
            bring(desk, one, maker=HUB)
        assert _names(desk) == ["Left", "Left 2", "Trunk"]
        assert is_live_as_rebuilt(desk)
        seen.add(tuple(sorted(digests(desk).items())))
    assert len(seen) == 1
    assert check(desk, deep=True).ok
    tally.add("orders", 24)


@pytest.mark.parametrize("by", [[OXFORD], [HUB], [HUB, READING], [OXFORD, OXFORD]])
def test_not_by_one_alone(reading: Desk, by: list[object]) -> None:
    left, right = _forked()
    acts = [Scribe(key, "rcc") for key in (OXFORD, HUB, READING) for one in by if one is key]
    for one in acts:
        _uphold(left, left.entries[-1], one)
    bring(reading, left, maker=HUB)
    bring(reading, right, *acts, maker=HUB)
    assert _names(reading) == ["Trunk"]


def test_not_when_they_name_different_histories(reading: Desk) -> None:
    left, right = _forked()
    oxford, hub = Scribe(OXFORD, "rcc"), Scribe(HUB, "rcc")
    _uphold(left, left.entries[-1], oxford)
    _uphold(right, right.entries[-1], hub)
    bring(reading, left, maker=HUB)
    bring(reading, right, oxford, hub, maker=HUB)
    assert _names(reading) == ["Trunk"]


def test_not_by_what_the_forked_log_says_itself(reading: Desk) -> None:
    """Past the fork nothing counts, least of all the key's own word on which history is right."""
    left, right = _forked()
    _uphold(left, left.entries[-1], left)
    hub = Scribe(HUB, "rcc")
    _uphold(left, left.entries[-2], hub)
    bring(reading, left, maker=HUB)
    bring(reading, right, hub, maker=HUB)
    assert _names(reading) == ["Trunk"]


def test_not_in_another_audience(reading: Desk) -> None:
    """What is upheld between two is nothing to the others: the log named is that audience's."""
    left, right = _forked()
    oxford, hub = (Scribe(key, pair("870", "931")) for key in (OXFORD, HUB))
    _uphold(left, left.entries[-1], oxford)
    _uphold(left, left.entries[-1], hub)
    bring(reading, left, maker=HUB)
    bring(reading, right, oxford, hub, maker=HUB)
    assert _names(reading) == ["Trunk"]


def test_an_authority_alone_decides_on_its_own_acts(reading: Desk) -> None:
    mine = own("870")
    left = Scribe(READING, mine)
    trunk = left.write("request", request(10))
    right = left.copy()
    left.write("request", request(11))
    right.write("request", request(12), after=trunk)
    bring(reading, left, maker=READING)
    bring(reading, right, maker=READING)

    def ages() -> list[int]:
        return [age for (age,) in reading.store.write.execute("SELECT age FROM request ORDER BY age")]

    assert ages() == [10]
    (found,) = standing.logs(reading, amiss=True)
    assert (found.why, found.entries, found.counts, len(found.endings)) == ("fork", 2, 1, 2)
    view = standing.uphold(reading, found.log[:8], right.entries[-1].hash.hex()[:8])
    assert view.counts == 2
    assert ages() == [10, 12]
    assert is_live_as_rebuilt(reading)


def test_by_the_desks_themselves(region: dict[str, Desk], tmp_path: Path) -> None:
    """Hub and authority each name the entry; a third hears of both and agrees."""
    hub, oxford, reading = region["HUB-N"], region["931"], region["870"]
    left, right = _forked()
    for desk in region.values():
        bring(desk, left, maker=HUB)
        bring(desk, right, maker=HUB)
        assert status(desk).forks == 1
        assert [one.code for one in standing.forked(desk)] == ["931"]
    entry = left.entries[-1].hash.hex()
    with pytest.raises(Refused, match="of 931"):
        standing.uphold(reading, left.log.hex(), entry)
    with pytest.raises(NotFound):
        standing.uphold(hub, left.log.hex(), left.entries[0].hash.hex())
    with pytest.raises(NotFound):
        standing.uphold(hub, "ab", entry)
    standing.uphold(hub, left.log.hex(), entry)
    assert _names(hub) == ["Trunk"]
    standing.uphold(oxford, left.log.hex(), entry)
    assert _names(oxford) == ["Trunk"]
    for maker, reader in ((hub, oxford), (oxford, hub), (hub, reading)):
        (sent,) = export(maker, [reader.code], tmp_path)
        take_in(reader, [Path(sent.file)])
    for desk in region.values():
        assert _names(desk) == ["Left", "Left 2", "Trunk"]
        assert desk.digest("rcc") == reading.digest("rcc")
    (view,) = standing.logs(reading, amiss=True)
    assert {one.upheld_by for one in view.endings} == {("931", "HUB-N"), ()}


def test_a_log_that_counts_needs_no_upholding(reading: Desk) -> None:
    with reading.writing() as w:
        done = w.act("setting", home("870"))
    (log,) = [one.log for one in standing.logs(reading)]
    with pytest.raises(Refused, match="nothing to uphold"):
        standing.uphold(reading, log, done.entry.hex())


# ---- proofs


def _proof() -> Proof:
    left, right = _forked()
    pair_of = sorted((left.entries[1], right.entries[1]), key=lambda one: one.hash)
    (one, other) = pair_of
    return Proof(
        left.key.public,
        "rcc",
        left.incarnation,
        one.signed.header,
        one.signed.signature,
        other.signed.header,
        other.signed.signature,
    )


def test_a_proof_convinces_who_may_not_hear_the_log(region: dict[str, Desk], tmp_path: Path) -> None:
    """A fork between Oxfordshire and the hub's own pair is nobody's else to hear, that there is one is."""
    hub, reading = region["HUB-N"], region["870"]
    left = Scribe(OXFORD, pair("931", "HUB-N"))
    trunk = left.write("referral", b"{}")
    right = left.copy()
    left.write("referral", b'{"a":1}')
    right.write("referral", b'{"a":2}', after=trunk)
    bring(hub, left, maker=OXFORD)
    bring(hub, right, maker=OXFORD)
    (sent,) = export(hub, ["870"], tmp_path)
    take_in(reading, [Path(sent.file)])
    assert [one.code for one in standing.forked(reading)] == ["931"]
    assert reading.store.write.execute("SELECT COUNT(*) FROM entry").fetchone() == (0,)
    (again,) = export(reading, ["931"], tmp_path)
    take_in(region["931"], [Path(again.file)])
    assert [one.code for one in standing.forked(region["931"])] == ["931"]


def test_what_an_authority_does_among_itself_is_nobodys_business(
    region: dict[str, Desk], tmp_path: Path
) -> None:
    reading = region["870"]
    left = Scribe(READING, own("870"))
    trunk = left.write("request", request(10))
    right = left.copy()
    left.write("request", request(11))
    right.write("request", request(12), after=trunk)
    bring(reading, left, maker=READING)
    bring(reading, right, maker=READING)
    assert len(standing.forked(reading)) == 1
    (sent,) = export(reading, ["HUB-N"], tmp_path)
    take_in(region["HUB-N"], [Path(sent.file)])
    assert standing.forked(region["HUB-N"]) == ()


def test_a_sound_proof_is_read(tally: Tally) -> None:
    proof = _proof()
    assert read_proof(encode_proof(proof)) == proof
    tally.tried()


@pytest.mark.parametrize(
    "change",
    [
        lambda p: {"one": p.other, "one_signature": p.other_signature},
        lambda p: {
            "one": p.other,
            "one_signature": p.other_signature,
            "other": p.one,
            "other_signature": p.one_signature,
        },
        lambda p: {"one_signature": p.other_signature},
        lambda p: {"other_signature": bytes(64)},
        lambda p: {"desk": READING.public},
        lambda p: {"incarnation": bytes(16)},
        lambda p: {"incarnation": b""},
        lambda p: {"audience": "own:931"},
        lambda p: {"audience": "nobody"},
        lambda p: {"one": b"[]"},
    ],
)
def test_a_proof_that_proves_nothing(reading: Desk, change: object) -> None:
    proof = _proof()
    assert callable(change)
    document = encode_proof(msgspec.structs.replace(proof, **change(proof)))
    with pytest.raises(BundleError):
        read_proof(document)
    result = import_bytes(reading, bundle(HUB, proofs=[document]))
    assert "proof" in result.reason
    assert standing.forked(reading) == ()


def test_a_proof_of_two_places(reading: Desk) -> None:
    left, _ = _forked()
    one, other = sorted(left.entries[1:3], key=lambda entry: entry.hash)
    proof = Proof(
        OXFORD.public,
        "rcc",
        left.incarnation,
        one.signed.header,
        one.signed.signature,
        other.signed.header,
        other.signed.signature,
    )
    with pytest.raises(BundleError, match="two places"):
        read_proof(encode_proof(proof))


@pytest.mark.parametrize("whose", ["one", "other"])
def test_a_proof_of_two_logs(whose: str) -> None:
    """Entries in the same place of two logs of one desk are no fork."""
    proof = _proof()
    elsewhere = Scribe(OXFORD, "rcc")
    place = read_header(proof.one).seq
    # Of many entries one is in the order of hashes that a proof has.
    first = whose == "one"
    for name in map(str, range(64)):
        entry = elsewhere.write("setting", home(name=name), seq=place, prev=b"p" * 32)
        if (entry.hash < entry_hash(proof.other)) if first else (entry.hash > entry_hash(proof.one)):
            break
    change = {whose: entry.signed.header, f"{whose}_signature": entry.signed.signature}
    with pytest.raises(BundleError, match="two places"):
        read_proof(encode_proof(msgspec.structs.replace(proof, **change)))


def test_a_proof_too_large_is_not_read() -> None:
    with pytest.raises(BundleError, match="larger"):
        read_proof(b"0" * (MAX_PROOF + 1))


def test_an_incarnation_of_another_length() -> None:
    """Desk, audience and incarnation stand side by side in a log's name: one could begin in the other."""
    with pytest.raises(BundleError, match="canonical"):
        read_proof(encode_proof(msgspec.structs.replace(_proof(), incarnation=bytes(17))))


def test_a_fork_is_found_once(reading: Desk) -> None:
    left, right = _forked()
    bring(reading, left, maker=HUB)
    bring(reading, right, maker=HUB)
    with reading.store.transaction() as write:
        assert Standing(write, reading.rolls).cut().forked == []
        write.execute("DELETE FROM proof")
        assert len(Standing(write, reading.rolls).cut().forked) == 1


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b"[" * 5000, b"\xff", b"0" * (MAX_PROOF + 1)])
def test_no_proof_at_all(document: bytes) -> None:
    with pytest.raises(BundleError):
        read_proof(document)


def test_a_proof_written_otherwise(tally: Tally) -> None:
    document = encode_proof(_proof())
    with pytest.raises(BundleError, match="canonical"):
        read_proof(document + b" ")
    tally.tried(refused=True)


def test_a_header_signed_as_something_else() -> None:
    """A signature over a header of another type proves nothing."""
    proof = _proof()
    other = OXFORD.sign(b"application/vnd.rcc.desk.v1", proof.one)
    with pytest.raises(BundleError, match="not signed"):
        read_proof(encode_proof(msgspec.structs.replace(proof, one_signature=other)))
