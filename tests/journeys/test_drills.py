"""Every drill of docs/drills.md, run as it is written there, and what it must lead to."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from rcc_tui.__main__ import main
from rcc_tui.services import region as setup

PAGE = Path(__file__).parents[2] / "docs" / "drills.md"
BASE = "The region of the drills"
TODAY = "2026-12-01"


def _drills() -> dict[str, list[list[str]]]:
    """The commands below each heading of the page, in order."""
    found: dict[str, list[list[str]]] = {}
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        title, _, text = part.partition("\n")
        blocks = re.findall(r"```\n(.*?)```", text, flags=re.DOTALL)
        found[title] = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return found


DRILLS = _drills()


@dataclass
class Practice:
    """A folder in which drills are played, as its reader would play them."""

    capsys: pytest.CaptureFixture[str]

    def run(self, *args: str) -> tuple[int, str]:
        """Run a command; its exit code and output."""
        self.capsys.readouterr()
        code = main(args)
        return code, self.capsys.readouterr().out

    def told(self, *args: str) -> Any:
        """Run a command that must succeed; its JSON."""
        code, out = self.run(*args, "--json")
        assert code == 0, out
        return json.loads(out)

    def play(self, title: str) -> None:
        """Every line of a drill, as it stands on the page."""
        for line in DRILLS[title]:
            if line[0] == "mkdir":
                Path(line[1]).mkdir()
            else:
                assert line[0] == "rcc", line
                code, out = self.run(*line[1:])
                assert code == 0, (line, out)

    def setting(self, store: str, name: str) -> None:
        """Put a setting on the list, for all members to hear of."""
        facts = ("--setting", name, "--provider", "Oak Care", "--type", "K2", "--outcode", "SL1")
        self.told("setting", "add", *facts, "--store", store)

    def request(self, store: str, child: str) -> None:
        """Log a request, which never leaves the authority."""
        facts = ("--age", "12", "--sex", "F", "--home", "SL1", "--child", child)
        self.told("request", "add", *facts, "--store", store)

    def sync(self, *stores: str) -> None:
        """Each in turn exchanges through the shared folder."""
        for store in stores:
            self.told("sync", "--mailbox", "share", "--store", store)

    def meet(self, *stores: str) -> None:
        """As `sync`, where what a revoked desk has left in the folder is taken in and told of."""
        for store in stores:
            assert self.run("sync", "--mailbox", "share", "--store", store)[0] in (0, 3)

    def settings(self, store: str) -> list[str]:
        """The names of all settings a desk knows of."""
        return sorted(one["name"] for one in self.told("setting", "list", "--all", "--store", store))

    def children(self, store: str) -> list[str]:
        """The children that requests at a desk are for."""
        return sorted(one["child"] for one in self.told("request", "list", "--store", store))

    def digests(self, *stores: str, audience: str = "rcc") -> set[str]:
        """The digests of an audience at some desks: one, when they agree."""
        return {self.told("digest", "--audience", audience, "--store", store)["digest"] for store in stores}

    def well(self, *stores: str) -> bool:
        """Whether every check of these stores holds, and a rebuild changes nothing."""
        return all(self.told("check", "--deep", "--store", store)["ok"] for store in stores)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the region of the drills is set up once."""
    return tmp_path_factory.mktemp("model")


@pytest.fixture
def practice(
    model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Practice:
    """A copy of the region of the drills, and the folder to type in."""
    monkeypatch.setenv("RCC_TODAY", TODAY)
    for name in ("RCC_KEY_FILE", "RCC_HOME", "RCC_PASSPHRASE", "RCC_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    made = Practice(capsys)
    if not (model / "share").exists():
        monkeypatch.chdir(model)
        made.play(BASE)
    folder = tmp_path / "practice"
    shutil.copytree(model, folder)
    monkeypatch.chdir(folder)
    return made


def test_every_drill_is_played() -> None:
    """A drill that is added to the page is added here."""
    source = Path(__file__).read_text(encoding="utf-8")
    assert len(DRILLS) > 7
    for title in DRILLS.keys() - {BASE}:
        assert f'play("{title}")' in source, title


def test_the_page_speaks_of_nothing_else() -> None:
    for title, lines in DRILLS.items():
        assert lines, title
        assert {line[0] for line in lines} <= {"rcc", "mkdir"}, title


def test_an_authority_joins(practice: Practice) -> None:
    practice.setting("slough", "Hill House")
    practice.sync("slough", "hub")
    practice.play("An authority joins")
    assert practice.settings("bracknell") == ["Hill House"]
    practice.setting("bracknell", "The Oaks")
    practice.sync("bracknell", "hub", "slough")
    assert practice.settings("slough") == ["Hill House", "The Oaks"]
    assert practice.well("bracknell", "slough")


def test_a_laptop_is_lost(practice: Practice) -> None:
    """What it wrote before counts everywhere; what its thief writes counts nowhere."""
    practice.setting("slough", "Honest")
    practice.request("slough", "honest")
    practice.sync("slough", "slough2", "hub", "reading")
    shutil.copytree("slough", "thief")
    shutil.rmtree("slough")
    practice.setting("thief", "Stolen before")
    practice.play("A laptop is lost")
    practice.setting("thief", "Stolen after")
    practice.request("thief", "stolen")
    practice.meet("thief", "hub", "slough2", "slough3", "reading", "hub")
    (gone,) = practice.told("status", "--store", "hub")["gone"]
    assert (gone["desk"], gone["entries"], gone["counts"]) == ("first floor", 3, 1), "held, and told of"
    honest = ("hub", "slough2", "slough3", "reading")
    for store in honest:
        assert practice.settings(store) == ["Honest"], store
    assert practice.children("slough2") == practice.children("slough3") == ["honest"]
    assert len(practice.digests(*honest)) == 1
    assert len(practice.digests("slough2", "slough3", audience="own")) == 1
    assert practice.well(*honest)
    practice.setting("slough3", "New")
    practice.sync("slough3", "hub", "reading")
    assert practice.settings("reading") == ["Honest", "New"]


def test_a_lost_root_key(practice: Practice) -> None:
    practice.play("A root key is lost")
    roll = practice.told("region", "roll", "show", "--store", "reading")
    assert (roll["version"], roll["expires"]) == (3, "2027-12-31")
    code, _ = practice.run("region", "roll", "sign", "--key", "region/root-2.key", "--at", "region")
    assert code == 3, "the lost key signs nothing any more"
    practice.setting("slough", "Hill House")
    practice.sync("slough", "reading")
    assert practice.settings("reading") == ["Hill House"]


def test_a_desk_changes_its_key(practice: Practice) -> None:
    """Nothing it wrote is lost; a copy of the old key signs in vain."""
    practice.setting("slough", "Before")
    practice.request("slough", "before")
    practice.sync("slough", "slough2")
    shutil.copytree("slough", "copy")
    practice.play("A desk changes its key")
    practice.setting("slough", "After")
    practice.request("slough", "after")
    practice.setting("copy", "Stolen")
    practice.meet("slough", "hub", "copy", "hub", "reading", "slough2")
    for store in ("slough", "slough2", "hub", "reading"):
        assert practice.settings(store) == ["After", "Before"], store
    assert practice.children("slough2") == ["after", "before"]
    assert practice.well("slough", "slough2", "hub", "reading")
    desks = practice.told("region", "roll", "show", "--store", "hub")["members"][0]["desks"]
    assert [one["name"] for one in desks] == ["upstairs", "first floor 2"]


def test_an_authoritys_key_is_lost(practice: Practice) -> None:
    practice.play("An authority's key is lost")
    practice.setting("slough", "Hill House")
    practice.sync("slough", "reading")
    assert practice.settings("reading") == ["Hill House"]
    asked = "slough4/desk-871.json"
    practice.told(
        *("init", "--store", "slough4", "--authority", "871", "--region", "region/region.json", "--key-file")
    )
    for key, expected in (("authority-871.key", 3), ("authority-871-v2.key", 0)):
        enrol = ("region", "enrol", "desk", asked, "--key", f"region/{key}", "--at", "region")
        assert practice.run(*enrol)[0] == expected, key


def test_a_member_leaves(practice: Practice) -> None:
    practice.setting("slough", "Hill House")
    practice.request("slough", "child")
    practice.play("A member leaves")
    for store in ("reading", "hub", "slough", "slough2"):
        assert practice.settings(store) == ["Hill House"], store
    assert practice.children("slough") == practice.children("slough2") == ["child"]
    code, _ = practice.run(
        *("setting", "add", "--setting", "Late", "--provider", "Oak Care", "--type", "K2"),
        *("--outcode", "SL1", "--store", "slough"),
    )
    assert code == 1, "a desk that left signs nothing"
    member = practice.told("region", "roll", "show", "--store", "hub")["members"][0]
    assert (member["code"], member["left"], member["desks"]) == ("871", "2027-03-31", [])


def _misused() -> Path:
    """Another roll 2, signed by two root keys as the first was."""
    shutil.copytree("region", "other")
    for folder, day in (("region", "2028-01-01"), ("other", "2029-01-01")):
        setup.set_expiry(Path(folder), day)
        for number in (1, 2):
            setup.sign_draft(Path(folder), Path(folder) / f"root-{number}.key")
        setup.publish_roll(Path(folder))
    return Path("other/roll-2.json")


def test_there_are_two_rolls(practice: Practice) -> None:
    other = _misused()
    practice.setting("slough", "Hill House")
    for store, file in (("slough", other), ("reading", other), ("hub", Path("region/roll-2.json"))):
        practice.told("region", "roll", "adopt", str(file), "--store", store)
    practice.told("sync", "--mailbox", "share", "--store", "slough")
    for store in ("hub",):
        assert practice.run("sync", "--mailbox", "share", "--store", store)[0] == 3
        assert practice.run("check", "--store", store)[0] == 3
        said = practice.told("status", "--store", store)["warnings"]
        assert any("two valid rolls 2" in one for one in said)
    practice.play("There are two rolls 2")
    practice.setting("slough", "The Oaks")
    practice.sync("slough", "hub", "reading")
    for store in ("slough", "hub", "reading"):
        roll = practice.told("region", "roll", "show", "--store", store)
        assert (roll["version"], roll["expires"]) == (3, "2028-01-01")
        assert practice.settings(store) == ["Hill House", "The Oaks"]
        assert practice.well(store)
