"""New keys for old ones: who signs goes on signing, and the lost key is worth nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rcc_tui.domain.errors import BundleError, IntegrityError, NotFound, StoreError
from rcc_tui.services import region
from rcc_tui.services.region_files import read_draft
from rcc_tui.services.rotation import rotate_authority, rotate_root
from tests.attacks.facts import home
from tests.services.keepers import Keepers


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[Keepers]:
    """A region on roll 1."""
    with ExitStack() as stack:
        made = Keepers(tmp_path, stack)
        made.found()
        yield made


def test_a_members_new_key_admits_its_desks_and_more(keepers: Keepers) -> None:
    path = rotate_authority(keepers.folder, "870")
    assert path.name == "authority-870-v2.key"
    keepers.publish()
    with keepers.desk("870").writing() as writing:
        writing.act("setting", home("870"))
    assert keepers.carry("870", "931").new == 1
    request = region.init_desk(keepers.home / "870c", keepers.folder / "region.json", "870", "third")
    with pytest.raises(IntegrityError, match="not the key"):
        region.enrol_desk(keepers.folder, request, keepers.folder / "authority-870.key")
    assert len(region.enrol_desk(keepers.folder, request, path).desks) == 3
    keepers.publish()
    with pytest.raises(NotFound):
        rotate_authority(keepers.folder, "999")


def test_a_key_is_never_overwritten(keepers: Keepers) -> None:
    rotate_authority(keepers.folder, "870")
    rotate_root(keepers.folder, 3)
    draft = read_draft(keepers.folder)
    with pytest.raises(StoreError, match="never overwritten"):
        rotate_authority(keepers.folder, "870")
    with pytest.raises(StoreError, match="never overwritten"):
        rotate_root(keepers.folder, 3)
    assert read_draft(keepers.folder) == draft


def test_a_lost_root_key_is_replaced_by_the_two_that_are_left(keepers: Keepers) -> None:
    path = rotate_root(keepers.folder, 2)
    assert path.name == "root-2-v2.key"
    keepers.publish("root-1", "root-3")
    with pytest.raises(IntegrityError, match="no root key"):
        keepers.publish("root-2")
    keepers.publish("root-1", "root-2-v2")
    assert region.show_roll(keepers.desk("931")).version == 3


def test_the_new_root_key_does_not_let_itself_in(keepers: Keepers) -> None:
    """One former key and the new one are two of the new roots and one of the old."""
    rotate_root(keepers.folder, 2)
    with pytest.raises(BundleError, match="former root keys"):
        keepers.publish("root-1", "root-2-v2")
    assert region.show_draft(keepers.folder).signatures == 1
    region.sign_draft(keepers.folder, keepers.folder / "root-2.key")
    assert region.show_draft(keepers.folder).signatures == 2
    keepers.publish("root-1")


@pytest.mark.parametrize("number", [0, 4, -1])
def test_there_are_three_root_keys(keepers: Keepers, number: int) -> None:
    with pytest.raises(NotFound, match="no root key"):
        rotate_root(keepers.folder, number)


def test_a_desk_that_joins_later_follows_all_the_rolls(keepers: Keepers) -> None:
    """A new store pins the first root keys; the rolls lead it to those of today, in whatever order given."""
    rotate_root(keepers.folder, 1)
    keepers.publish("root-2", "root-3")
    request = region.init_desk(keepers.home / "late", keepers.folder / "region.json", "931", "second")
    region.enrol_desk(keepers.folder, request, keepers.folder / "authority-931.key")
    for key in ("root-1-v2", "root-3"):
        region.sign_draft(keepers.folder, keepers.folder / f"{key}.key")
    path = region.publish_roll(keepers.folder)
    rolls = sorted(keepers.folder.glob("roll-*.json"), reverse=True)
    with pytest.raises(BundleError, match="must be version 1"):
        region.adopt_roll(keepers.desk("late"), path)
    assert region.adopt_rolls(keepers.desk("late"), rolls) == 3
    assert region.adopt_rolls(keepers.desk("late"), rolls) == 0
    with keepers.desk("late").writing() as writing:
        writing.act("setting", home("931"))
    region.adopt_roll(keepers.desk("870"), path)
    assert keepers.carry("late", "870").new == 1
