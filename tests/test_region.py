"""The region that tests stand on is a real one."""

from __future__ import annotations

from rcc_tui.services.desk import Desk
from tests.conftest import RegionMaker


def test_every_desk_believes_the_roll(region: dict[str, Desk]) -> None:
    for code, desk in region.items():
        assert desk.member.code == code
        assert desk.rolls.latest is not None
        assert [one.code for one in desk.rolls.latest.members if one.host] == ["870"]
    assert region["HUB-N"].role == "hub"
    assert region["870"].name == "Desk 1"


def test_an_absent_authority_has_no_desk(new_region: RegionMaker) -> None:
    desks = new_region(absent=("867",))
    member = desks["870"].rolls.member("867")
    assert member is not None
    assert member.desks == ()
