"""One digest whatever the order, the partition, the repetition of what is heard."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcc_tui.services.desk import Desk
from rcc_tui.sync.arrivals import READY
from tests.attacks.forge import Forged, Scribe, bundle, digests, import_bytes, is_live_as_rebuilt, states
from tests.attacks.stores import copies_of
from tests.region import seat
from tests.sync.histories import HUB, deliveries, histories, sections

quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def _take(desk: Desk, raw: bytes) -> None:
    result = import_bytes(desk, raw)
    assert result.exit_code == 0, result.reason


@quick
@given(data=st.data(), forks=st.booleans())
def test_any_order_and_partition_come_to_the_same(models: Path, data: st.DataObject, forks: bool) -> None:
    logs = data.draw(histories(forks=forks))
    whole = bundle(HUB.desk, sections([(scribe, one) for scribe in logs for one in scribe.entries]))
    with TemporaryDirectory() as folder, copies_of(models, Path(folder)) as copies:
        at_once, bit_by_bit = copies.desk(seat("870")), copies.desk(seat("870", 2))
        _take(at_once, whole)
        for raw in data.draw(deliveries(logs)):
            _take(bit_by_bit, raw)
        assert set(states(bit_by_bit).values()) == {READY}
        assert digests(bit_by_bit) == digests(at_once)
        assert is_live_as_rebuilt(bit_by_bit)
        assert is_live_as_rebuilt(at_once)
        before = digests(at_once)
        _take(at_once, whole)
        assert digests(at_once) == before
        cuts = [
            desk.store.write.execute("SELECT log, cut FROM log ORDER BY log").fetchall()
            for desk in (at_once, bit_by_bit)
        ]
        assert cuts[0] == cuts[1]


@quick
@given(data=st.data())
def test_everybody_entitled_comes_to_the_same(models: Path, data: st.DataObject) -> None:
    """Each member is told its own part alone, by bundles cut in another way."""
    logs = data.draw(histories())
    with TemporaryDirectory() as folder, copies_of(models, Path(folder)) as copies:
        found = {}
        for code in ("870", "931", "HUB-N"):
            desk = copies.desk(seat(code))
            told = [one for one in logs if code == "870" or not one.audience.startswith("own:")]
            for raw in data.draw(deliveries(told)) if told else []:
                _take(desk, raw)
            found[code] = digests(desk)
        for audience in ("rcc", "pair:870:931"):
            seen = {digest[audience] for digest in found.values() if audience in digest}
            assert len(seen) <= 1


@quick
@given(data=st.data())
def test_what_is_missing_is_waited_for(models: Path, data: st.DataObject) -> None:
    """Hold back some entries: what relies on them counts for nothing until they come."""
    logs = data.draw(histories(most=10))
    entries = [(scribe, one) for scribe in logs for one in scribe.entries]
    held = data.draw(st.sets(st.sampled_from(range(len(entries))), min_size=1, max_size=3))
    now = [item for number, item in enumerate(entries) if number not in held]
    with TemporaryDirectory() as folder, copies_of(models, Path(folder)) as copies:
        desk, other = copies.desk(seat("870")), copies.desk(seat("870", 2))
        if now:
            _take(desk, bundle(HUB.desk, sections(now)))
        # What is ready is exactly what has all its causes here.
        ready: set[bytes] = set()
        for _ in entries:
            ready |= {
                one.hash
                for _, one in now
                if (one.header.seq == 0 or one.header.prev in ready | _connected(now))
                and set(one.header.deps) <= ready
                and one.hash in _connected(now)
            }
        assert {digest for digest, state in states(desk).items() if state == READY} == ready
        assert is_live_as_rebuilt(desk)
        _take(desk, bundle(HUB.desk, sections([entries[number] for number in sorted(held)])))
        _take(other, bundle(HUB.desk, sections(entries)))
        assert digests(desk) == digests(other)
        assert desk.store.write.execute("SELECT COUNT(*) FROM waiting").fetchone() == (0,)


def _connected(entries: list[tuple[Scribe, Forged]]) -> set[bytes]:
    """The entries that hang together with the first of their log."""
    found: set[bytes] = set()
    for _ in entries:
        found |= {one.hash for _, one in entries if one.header.seq == 0 or one.header.prev in found}
    return found
