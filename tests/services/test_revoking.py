"""A desk leaves the roll: its logs end where the others hold them, and not where it says itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import msgspec
import pytest

from rcc_tui.domain.errors import BundleError, IntegrityError, NotFound, Refused, StoreError
from rcc_tui.services import region
from rcc_tui.services.region_files import HEADS_TYPE, HeadsFile, desk_of, read_draft, redraft, write_struct
from rcc_tui.services.revoking import heads_from, heads_of, leave, revoke, write_heads
from rcc_tui.sync.keys import new_key
from rcc_tui.sync.roll import Cut
from tests.attacks.facts import home, request
from tests.attacks.forge import is_live_as_rebuilt
from tests.services.keepers import Keepers


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[Keepers]:
    """Reading's first desk has written; its second and the hub have heard it. Then it wrote on."""
    with ExitStack() as stack:
        made = Keepers(tmp_path, stack)
        made.found()
        with made.desk("870").writing() as writing:
            writing.act("setting", home("870", "Heard"))
            writing.act("request", request())
        made.carry("870", "870b")
        made.carry("870", "HUB-N")
        with made.desk("870").writing() as writing:
            writing.act("setting", home("870", "Unheard"))
            writing.act("request", request())
        yield made


def _heads(keepers: Keepers, *stores: str) -> list[HeadsFile]:
    return [heads_of(keepers.desk(store), "870", "placements") for store in stores]


def _names(keepers: Keepers, store: str) -> list[str]:
    found = keepers.desk(store).store.write.execute("SELECT name FROM setting ORDER BY name")
    return [name for (name,) in found]


def test_what_was_heard_counts_and_what_comes_later_does_not(keepers: Keepers) -> None:
    told = revoke(keepers.folder, "870", "placements", _heads(keepers, "HUB-N", "870b"))
    assert {(end.audience, end.seq) for end in told.ends} == {("rcc", 0), ("own:870", 0)}
    assert (told.code, told.name) == ("870", "placements")
    keepers.publish()
    late = keepers.carry("870b", "931")
    assert late.new == 1
    for reader in ("931", "HUB-N", "870b"):
        stolen = keepers.desk("870")
        assert stolen.rolls.latest is not None
        assert _names(keepers, reader) == ["Heard"]
        assert is_live_as_rebuilt(keepers.desk(reader))
    with pytest.raises(Refused, match="revoked"), keepers.desk("870").writing():
        pass
    digests = {keepers.desk(store).digest("rcc") for store in ("870", "870b", "931", "HUB-N")}
    assert len(digests) == 1


def test_logs_that_nobody_names_count_for_nothing(keepers: Keepers) -> None:
    assert revoke(keepers.folder, "870", "placements", []).ends == ()
    keepers.publish()
    for store in ("870", "870b", "HUB-N"):
        assert _names(keepers, store) == []


def test_the_furthest_that_anybody_holds(keepers: Keepers) -> None:
    """The hub holds one entry, Oxfordshire two: two count."""
    keepers.carry("870", "931")
    known = _heads(keepers, "931", "HUB-N")
    for heads in (known, known[::-1]):
        draft = read_draft(keepers.folder)
        told = revoke(keepers.folder, "870", "placements", heads)
        assert [(end.audience, end.seq) for end in told.ends] == [("rcc", 1)]
        redraft(keepers.folder, draft)


def test_heads_travel_in_a_file(keepers: Keepers, tmp_path: Path) -> None:
    path = tmp_path / "heads.json"
    written = write_heads(keepers.desk("870b"), "870", "placements", path)
    keepers.shut("HUB-N")
    known = heads_from([path, tmp_path / "HUB-N"], "870", ["placements"])
    assert known[0] == written
    assert {end.audience for end in revoke(keepers.folder, "870", "placements", known).ends} == {
        "rcc",
        "own:870",
    }
    with pytest.raises(StoreError):
        heads_from([tmp_path / "nowhere"], "870", ["placements"])


def test_a_desk_goes_by_its_key_where_names_are_the_same(keepers: Keepers) -> None:
    keepers.join("870", "870c", "second")
    member = next(one for one in read_draft(keepers.folder).members if one.code == "870")
    third = member.desks[2]
    with pytest.raises(Refused, match="more than one") as refused:
        revoke(keepers.folder, "870", "second", [])
    assert third.key.hex()[:8] in refused.value.hint
    assert revoke(keepers.folder, "870", third.key.hex()[:8].upper(), []).desk == third.key.hex()
    assert desk_of(member, third.key.hex()) == third
    with pytest.raises(NotFound, match="no desk"):
        revoke(keepers.folder, "870", member.desks[0].key.hex()[:7], [])
    with pytest.raises(NotFound, match="no desk"):
        revoke(keepers.folder, "870", "attic", [])
    with pytest.raises(NotFound, match="not on the roll"):
        revoke(keepers.folder, "999", "placements", [])


@pytest.mark.parametrize("by", ["stranger", "itself", "changed", "another"])
def test_heads_that_are_not_believed(keepers: Keepers, by: str) -> None:
    """The lost laptop says itself how far it counts; a stranger says it; a true file was changed."""
    (true,) = _heads(keepers, "HUB-N")
    key = new_key()
    moved = msgspec.structs.replace(true.heads[0], seq=5)
    stranger = msgspec.structs.replace(true, by=key.public)
    false = {
        "stranger": msgspec.structs.replace(stranger, signature=key.sign(b"", stranger.body())),
        "itself": heads_of(keepers.desk("870"), "870", "placements"),
        "changed": msgspec.structs.replace(true, heads=(moved,)),
        "another": heads_of(keepers.desk("HUB-N"), "931", "placements"),
    }[by]
    draft = read_draft(keepers.folder)
    with pytest.raises(IntegrityError, match="heads"):
        revoke(keepers.folder, "870", "placements", [false])
    assert read_draft(keepers.folder) == draft


def test_two_histories_of_one_log_are_not_chosen_between(keepers: Keepers) -> None:
    (one,) = _heads(keepers, "HUB-N")
    hub = keepers.desk("HUB-N")
    other = msgspec.structs.replace(one.heads[0], hash=b"?" * 32)
    two = msgspec.structs.replace(one, heads=(other,))
    two = msgspec.structs.replace(two, signature=hub.key.sign(HEADS_TYPE, two.body()))
    with pytest.raises(IntegrityError, match="two histories"):
        revoke(keepers.folder, "870", "placements", [one, two])


def test_a_cut_once_made_stays(keepers: Keepers) -> None:
    """A desk that is enrolled again by mistake and revoked again keeps its first cut."""
    first = _heads(keepers, "HUB-N")
    revoke(keepers.folder, "870", "placements", first)
    cuts = read_draft(keepers.folder).cuts
    keepers.publish()
    region.enrol_desk(
        keepers.folder, keepers.home / "870" / "desk-870.json", keepers.folder / "authority-870.key"
    )
    keepers.publish()
    keepers.carry("870", "931")
    revoke(keepers.folder, "870", "placements", _heads(keepers, "931"))
    assert read_draft(keepers.folder).cuts == cuts
    keepers.publish()
    redraft(keepers.folder, msgspec.structs.replace(read_draft(keepers.folder), cuts=()))
    with pytest.raises(BundleError, match="takes back"):
        keepers.publish()


def test_a_member_leaves(keepers: Keepers) -> None:
    told = leave(keepers.folder, "870", "2026-12-31", _heads(keepers, "HUB-N", "870b", "870"))
    assert [(one.name, len(one.ends)) for one in told] == [("placements", 2), ("second", 0)]
    keepers.publish()
    member = keepers.desk("931").rolls.member("870")
    assert member is not None
    assert (member.left, member.desks) == ("2026-12-31", ())
    assert _names(keepers, "870") == ["Heard", "Unheard"]
    keepers.carry("HUB-N", "931")
    assert _names(keepers, "931") == ["Heard"]
    with pytest.raises(Refused, match="left on 2026-12-31"):
        leave(keepers.folder, "870", "2027-01-01", [])
    keepers.join("870", "870c", "back again")
    assert [one.left for one in read_draft(keepers.folder).members if one.code == "870"] == [""]


def test_a_desk_on_no_roll_tells_of_no_heads(keepers: Keepers) -> None:
    revoke(keepers.folder, "870", "second", [])
    keepers.publish()
    with pytest.raises(Refused, match="no roll"):
        _heads(keepers, "870b")


def test_a_roll_holds_no_cut_that_cannot_be(keepers: Keepers, tmp_path: Path) -> None:
    hub = keepers.desk("HUB-N")
    (true,) = _heads(keepers, "HUB-N")
    wild = msgspec.structs.replace(true, heads=(msgspec.structs.replace(true.heads[0], hash=b""),))
    wild = msgspec.structs.replace(wild, signature=hub.key.sign(HEADS_TYPE, wild.body()))
    write_struct(tmp_path / "wild.json", wild)
    with pytest.raises(BundleError, match="cut"):
        revoke(
            keepers.folder, "870", "placements", heads_from([tmp_path / "wild.json"], "870", ["placements"])
        )
    assert Cut(b"", 0, b"") not in read_draft(keepers.folder).cuts
