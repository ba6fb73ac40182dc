"""Setting up a region: what cannot be a region, a member or a desk leaves nothing behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from rcc_tui.config import Clock
from rcc_tui.domain.errors import IntegrityError, Refused
from rcc_tui.services import region
from rcc_tui.services.desk import open_desk
from rcc_tui.services.health import warnings
from rcc_tui.services.region_files import DeskRequest, read_struct, write_struct
from rcc_tui.sync.keys import new_key, write_key
from rcc_tui.sync.seal import recipient_of


@pytest.mark.parametrize(
    ("facts", "where"),
    [
        ({"code": ""}, "code"),
        ({"code": "87"}, "code"),
        ({"code": "Slough"}, "code"),
        ({"code": "HUB-N"}, "code"),
        ({"code": "871", "role": "hub"}, "code"),
        ({"code": "871", "role": "king"}, "role"),
        ({"code": "871", "gss": "nonsense"}, "gss"),
        ({"code": "871", "hub": "West"}, "hub"),
    ],
)
def test_a_member_that_cannot_be_leaves_no_key_behind(
    tmp_path: Path, facts: dict[str, str], where: str
) -> None:
    region.init_region(tmp_path, "South East")
    before = sorted(tmp_path.iterdir())
    given = dict(facts)
    with pytest.raises(Refused) as refused:
        region.enrol_authority(tmp_path, given.pop("code"), "Slough", **given)  # type: ignore[arg-type]
    assert refused.value.where == where
    assert sorted(tmp_path.iterdir()) == before


def test_a_region_has_a_name_and_a_desk_a_code(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="name"):
        region.init_region(tmp_path / "nameless", " ")
    assert not (tmp_path / "nameless").exists()
    region.init_region(tmp_path, "South East")
    with pytest.raises(Refused, match="“Slough” is no code"):
        region.init_desk(tmp_path / "desk", tmp_path / "region.json", "Slough", "placements")
    assert not (tmp_path / "desk").exists()


@pytest.fixture
def keepers(tmp_path: Path) -> Path:
    """A region's folder with Slough on the draft, and its desk's request beside it."""
    folder = tmp_path / "region"
    region.init_region(folder, "South East")
    region.enrol_authority(folder, "871", "Slough")
    region.init_desk(tmp_path / "desk", folder / "region.json", "871", "placements")
    return folder


def _request(keepers: Path) -> Path:
    return keepers.parent / "desk" / "desk-871.json"


@pytest.mark.parametrize(
    "change",
    [
        {"key": new_key(b"k" * 32).public},
        {"name": "another"},
        {"code": "870"},
        {"recipient": recipient_of(new_key(b"k" * 32))},
        {"signature": bytes(64)},
        {"signature": b""},
        {"key": bytes(32)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nobody_enrols_a_key_it_does_not_hold(keepers: Path, change: dict[str, object]) -> None:
    """A request is signed by the key it names: another's key, name, member or recipient is refused."""
    region.enrol_authority(keepers, "870", "Reading")
    asked = read_struct(_request(keepers), DeskRequest)
    before = region.show_draft(keepers)
    write_struct(_request(keepers), msgspec.structs.replace(asked, **change))
    for code in ("871", "870"):
        with pytest.raises(IntegrityError):
            region.enrol_desk(keepers, _request(keepers), keepers / f"authority-{code}.key")
    assert region.show_draft(keepers) == before
    write_struct(_request(keepers), asked)
    region.enrol_desk(keepers, _request(keepers), keepers / "authority-871.key")
    with pytest.raises(Refused, match="already"):
        region.enrol_desk(keepers, _request(keepers), keepers / "authority-871.key")


def test_expiry_is_a_warning(keepers: Path) -> None:
    assert region.set_expiry(keepers, "2026-11-30").expires == "2026-11-30"
    region.enrol_desk(keepers, _request(keepers), keepers / "authority-871.key")
    for number in (1, 2):
        region.sign_draft(keepers, keepers / f"root-{number}.key")
    path = region.publish_roll(keepers)
    for today, said in (("2026-11-30", "expires"), ("2026-12-01", "expired")):
        desk = open_desk(keepers.parent / "desk", clock=Clock(date.fromisoformat(today)))
        region.adopt_roll(desk, path)
        assert region.show_roll(desk).expires == "2026-11-30"
        assert [one.split()[2] for one in warnings(desk) if one.startswith("The roll")] == [said]
        with desk.writing():
            pass
        desk.close()


def test_a_stranger_signs_no_draft(keepers: Path) -> None:
    write_key(keepers / "stranger.key", new_key(), kind="root", name="stranger")
    with pytest.raises(IntegrityError, match="no root key"):
        region.sign_draft(keepers, keepers / "stranger.key")
    assert region.show_draft(keepers).signatures == 0
