"""Tails that a carrier or a peer holds back: told of as soon as the heads meet, and nothing else is."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest

from db.queries import sync as stored
from rcc_tui.acts.names import pair
from rcc_tui.services.desk import Desk
from rcc_tui.services.syncing import export, status
from rcc_tui.sync.bundle import Head, Manifest, pack, unpack
from tests.attacks.facts import home, rename
from tests.attacks.forge import Forged, Scribe, bundle, import_bytes, inside
from tests.attacks.scale import often
from tests.attacks.stores import Copies
from tests.attacks.tally import Tally
from tests.region import CODES, seat

pytestmark = pytest.mark.threat(row="withheld")
HUB = seat("HUB-N").desk


def _written(chance: random.Random) -> list[Scribe]:
    """Logs of every desk that Reading may hear, of one to six entries."""
    logs = [Scribe(seat(code).desk, "rcc", bytes([chance.randrange(256)]) * 16) for code in CODES]
    logs += [Scribe(seat(code).desk, pair("870", "931")) for code in ("870", "931")]
    for scribe in logs:
        opened = scribe.write("setting", home(seat("931").code))
        for number in range(chance.randrange(6)):
            scribe.write("setting", rename(f"{number}"), record=opened.record, deps=[opened.hash])
    return logs


def _said(desk: Desk) -> set[bytes]:
    return {log for _, log, _, _ in stored.withheld(desk.store.write)}


def test_recall_and_precision_at_random(copies: Copies, tally: Tally) -> None:
    """The hub says what it holds of each log; its carrier lets through as much as it likes."""
    for number in range(often(12, 150)):
        chance = random.Random(number)
        desk, logs = copies.desk(seat("870")), _written(chance)
        heads = [Head(one.log, len(one.entries) - 1, one.entries[-1].hash) for one in logs]
        passed = {one.log: chance.randrange(len(one.entries) + 1) for one in logs}
        sections = [one.section(one.entries[: passed[one.log]]) for one in logs if passed[one.log]]
        truth = {one.log for one in logs if passed[one.log] < len(one.entries)}
        # One exchange: what the bundle says it holds and what it brings are compared at once.
        assert import_bytes(desk, bundle(HUB, sections, heads=heads)).exit_code == 0
        said = _said(desk)
        _count(tally, truth, said)
        assert said == truth
        assert status(desk).withheld == len(truth)
        rest = [one.section(_rest(one, passed)) for one in logs if _rest(one, passed)]
        assert import_bytes(desk, bundle(HUB, rest)).exit_code == 0
        _count(tally, set(), _said(desk))
        desk.close()
        assert _said_nothing(tally)


def _rest(scribe: Scribe, passed: dict[bytes, int]) -> list[Forged]:
    return scribe.entries[passed[scribe.log] :]


def _count(tally: Tally, truth: set[bytes], said: set[bytes]) -> None:
    tally.add("withheld", len(truth))
    tally.add("reported", len(truth & said))
    tally.add("missed", len(truth - said))
    tally.add("false alarms", len(said - truth))


def _said_nothing(tally: Tally) -> bool:
    """Whether nothing was missed and nothing reported that was not held back, so far."""
    return not tally.counts["missed"] and not tally.counts["false alarms"]


def test_a_bundle_without_its_sections(region: dict[str, Desk], tmp_path: Path, tally: Tally) -> None:
    """A hub that keeps back what it was to pass on still says that it holds it."""
    desk, hub = region["870"], region["HUB-N"]
    with region["931"].writing() as w:
        w.act("setting", home("931"))
    (exported,) = export(region["931"], ["HUB-N"], tmp_path)
    import_bytes(hub, Path(exported.file).read_bytes())
    (exported,) = export(hub, ["870"], tmp_path)
    manifest: Manifest = unpack(inside(Path(exported.file).read_bytes(), desk.key)).manifest
    recipients = bundle_to(manifest)
    bare = pack(msgspec.structs.replace(manifest, parts=(), recipients=recipients), [], hub.key)
    assert import_bytes(desk, bare).exit_code == 0
    _count(tally, {part.log for part in manifest.parts}, _said(desk))
    assert status(desk).withheld == 1
    import_bytes(desk, Path(exported.file).read_bytes())
    assert status(desk).withheld == 0


def bundle_to(manifest: Manifest) -> tuple[object, ...]:
    """The same recipients, of a bundle that is not sealed."""
    return tuple(msgspec.structs.replace(one, keys=()) for one in manifest.recipients)


def test_one_peer_holds_back_what_another_speaks_of(copies: Copies, tally: Tally) -> None:
    """Oxfordshire tells of four entries of its log and passes on two: the hub's word convicts it."""
    desk, scribe = copies.desk(seat("870")), Scribe(seat("931").desk, "rcc")
    opened = scribe.write("setting", home())
    for number in range(3):
        scribe.write("setting", rename(f"{number}"), record=opened.record, deps=[opened.hash])
    short = [Head(scribe.log, 1, scribe.entries[1].hash)]
    whole = [Head(scribe.log, 3, scribe.entries[3].hash)]
    import_bytes(desk, bundle(seat("931").desk, [scribe.section(scribe.entries[:2])], heads=short))
    _count(tally, set(), _said(desk))
    import_bytes(desk, bundle(HUB, heads=whole))
    _count(tally, {scribe.log}, _said(desk))
    assert _said(desk) == {scribe.log}
