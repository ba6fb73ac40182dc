"""A desk changes its key: nothing it wrote is lost, and nothing the old key writes afterwards counts."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from rcc_tui.config import KEY_FILE
from rcc_tui.domain.errors import Refused, StoreError
from rcc_tui.services import new_key, region
from rcc_tui.services.desk import open_desk
from rcc_tui.services.new_key import ask_new_key, take_up
from rcc_tui.services.region_files import DeskRequest, read_struct
from rcc_tui.services.revoking import heads_of, revoke
from rcc_tui.services.secrets import PLAIN, Keeping, find, keep
from rcc_tui.services.syncing import check
from rcc_tui.sync.keys import DeskSecret
from tests.attacks.facts import home, request
from tests.attacks.forge import is_live_as_rebuilt
from tests.services.keepers import CLOCK, Keepers


@pytest.fixture
def keepers(tmp_path: Path) -> Iterator[Keepers]:
    """A region on roll 1, where Reading's desk has written."""
    with ExitStack() as stack:
        made = Keepers(tmp_path, stack)
        made.found()
        _write(made, "Before")
        yield made


def _write(keepers: Keepers, name: str, store: str = "870") -> None:
    with keepers.desk(store).writing() as writing:
        writing.act("setting", home("870", name))
        writing.act("request", request())


def _enrolled(keepers: Keepers) -> None:
    asked = ask_new_key(keepers.desk("870"))
    region.enrol_desk(keepers.folder, asked, keepers.folder / "authority-870.key")
    keepers.publish()


def _names(keepers: Keepers, store: str) -> list[str]:
    found = keepers.desk(store).store.write.execute("SELECT name FROM setting ORDER BY name")
    return [name for (name,) in found]


def _turned(keepers: Keepers) -> new_key.TakenUp:
    keepers.shut("870")
    return take_up(keepers.home / "870", clock=CLOCK)


def test_a_desk_goes_on_with_a_new_key(keepers: Keepers) -> None:
    old = keepers.desk("870").key.public
    _enrolled(keepers)
    _write(keepers, "Between")
    done = _turned(keepers)
    assert (done.old, done.old_name, done.name) == (old.hex(), "placements", "placements 2")
    desk = keepers.desk("870")
    assert (desk.key.public.hex(), desk.name, desk.behind) == (done.new, "placements 2", False)
    _write(keepers, "After")
    told = revoke(keepers.folder, "870", old.hex(), [heads_of(desk, "870", "placements")])
    assert {(end.audience, end.seq) for end in told.ends} == {("rcc", 1), ("own:870", 1)}
    keepers.publish()
    _write(keepers, "Later")
    expected = ["After", "Before", "Between", "Later"]
    for reader in ("931", "870b"):
        keepers.carry("870", reader)
        assert _names(keepers, reader) == expected
        assert is_live_as_rebuilt(keepers.desk(reader))
    assert _names(keepers, "870") == expected
    assert check(desk).ok
    owned = keepers.desk("870b").store.write.execute("SELECT COUNT(*) FROM request").fetchone()
    assert owned == (4,)


def test_the_old_key_signs_for_nobody_afterwards(keepers: Keepers, tmp_path: Path) -> None:
    """A copy of the laptop from before the change: what it writes is kept and counts for nothing."""
    _enrolled(keepers)
    keepers.shut("870")
    shutil.copytree(tmp_path / "870", tmp_path / "copy")
    take_up(tmp_path / "870", clock=CLOCK)
    desk = keepers.desk("870")
    revoke(keepers.folder, "870", "placements", [heads_of(desk, "870", "placements")])
    _write(keepers, "Stolen", "copy")
    stolen = keepers.carry("copy", "HUB-N")
    assert stolen.new == 2
    keepers.publish()
    keepers.carry("HUB-N", "931")
    for reader in ("HUB-N", "931", "copy"):
        assert _names(keepers, reader) == ["Before"]
    with pytest.raises(Refused, match="revoked"):
        _write(keepers, "More", "copy")


def test_nothing_changes_before_the_roll_has_the_key(keepers: Keepers) -> None:
    keepers.shut("870")
    with pytest.raises(Refused, match="No new key was asked for"):
        take_up(keepers.home / "870")
    ask_new_key(keepers.desk("870"))
    keepers.shut("870")
    before = sorted(os.listdir(keepers.home / "870"))
    with pytest.raises(Refused, match="on no roll"):
        take_up(keepers.home / "870")
    assert sorted(os.listdir(keepers.home / "870")) == before
    _write(keepers, "Still")
    assert keepers.carry("870", "931").new == 2


def test_asked_twice_the_same_key_is_handed_in(keepers: Keepers) -> None:
    first = read_struct(ask_new_key(keepers.desk("870")), DeskRequest)
    again = read_struct(ask_new_key(keepers.desk("870"), "attic"), DeskRequest)
    assert (first.key, first.name, again.name) == (again.key, "placements 2", "attic")
    assert first.key != keepers.desk("870").key.public


def _failing_at(name: str, error: Exception) -> Callable[[Path, Path], None]:
    """`os.replace`, but that nothing can be put in the place of a file of that name."""
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        if Path(target).name == name:
            raise error
        replace(source, target)

    return failing


@pytest.mark.parametrize("moment", ["before the switch", "after the switch"])
def test_cut_off_it_can_be_done_again(keepers: Keepers, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    _enrolled(keepers)
    keepers.shut("870")

    class _PowerCut(Exception):
        pass

    def keep_and_cut(path: Path, secret: DeskSecret, keeping: Keeping) -> None:
        keep(path, secret, keeping)
        raise _PowerCut

    with monkeypatch.context() as cutting:
        if moment == "before the switch":
            cutting.setattr(new_key, "keep", keep_and_cut)
        else:
            cutting.setattr(os, "replace", _failing_at(KEY_FILE, _PowerCut()))
        with pytest.raises(_PowerCut):
            take_up(keepers.home / "870", clock=CLOCK)
    done = take_up(keepers.home / "870", clock=CLOCK)
    assert (done.old_name, done.name) == ("placements", "placements 2")
    _write(keepers, "After")
    assert not (keepers.home / "870" / "desk.key.next").exists()
    assert keepers.desk("870").key.public.hex() == done.new


def test_the_new_secret_is_kept_as_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Locked by the same passphrase, opening the same encrypted store; or neither, where neither was."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "region"
    region.init_region(folder, "South East")
    kept = {"locked": Keeping("passphrase", "four words of mine"), "open": PLAIN}
    for code, (store, keeping) in zip(("870", "931"), kept.items(), strict=True):
        region.enrol_authority(folder, code, code)
        asked = region.init_desk(tmp_path / store, folder / "region.json", code, "desk", keeping=keeping)
        region.enrol_desk(folder, asked, folder / f"authority-{code}.key")
    questions: list[int] = []

    def ask() -> str:
        questions.append(0)
        return "four words of mine"

    for version in (1, 2):
        for number in (1, 2):
            region.sign_draft(folder, folder / f"root-{number}.key")
        path = region.publish_roll(folder)
        for code, store in (("870", "locked"), ("931", "open")):
            desk = open_desk(tmp_path / store, ask=ask)
            region.adopt_roll(desk, path)
            if version == 1:
                asked = ask_new_key(desk)
                region.enrol_desk(folder, asked, folder / f"authority-{code}.key")
            desk.close()
    for store, keeping in kept.items():
        before = find(tmp_path / store, ask)
        questions.clear()
        done = take_up(tmp_path / store, ask)
        assert len(questions) == (store == "locked")
        after = find(tmp_path / store, ask)
        assert (after.kept, after.secret.store) == (before.kept, before.secret.store)
        assert after.secret.key.public.hex() == done.new
        assert bool(after.secret.store) == keeping.encrypted
    with pytest.raises(Refused, match="locked by a passphrase"):
        find(tmp_path / "locked")


def test_a_key_file_that_cannot_be_replaced(keepers: Keepers, monkeypatch: pytest.MonkeyPatch) -> None:
    _enrolled(keepers)
    keepers.shut("870")

    with monkeypatch.context() as refusing:
        refusing.setattr(os, "replace", _failing_at(KEY_FILE, PermissionError(13, "Permission denied")))
        with pytest.raises(StoreError, match="cannot be replaced"):
            take_up(keepers.home / "870", clock=CLOCK)
    assert take_up(keepers.home / "870", clock=CLOCK).name == "placements 2"
