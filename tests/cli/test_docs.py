"""Every command has help with an example, and a place in the documentation that is up to date."""

from __future__ import annotations

import importlib.util
import shlex
from pathlib import Path
from typing import Any

import pytest

from rcc_tui.cli.root import root
from tests.cli.conftest import Town

DOCS = Path(__file__).parents[2] / "docs"


def _maker() -> Any:
    spec = importlib.util.spec_from_file_location("make_commands", DOCS / "make_commands.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = _maker()
COMMANDS = {" ".join(path): command for path, command in MAKER.commands(root())}

CONTRACT = """
demo; today; status; search; ledger; sync; check; digest; rebuild; batch; init
request add; request edit; request list; request show; request withdraw; request place
vacancy add; vacancy edit; vacancy list; vacancy show; vacancy confirm; vacancy hold; vacancy release
vacancy close; vacancy import
tariff show; tariff quote; tariff publish; tariff adopt
trade propose; trade record; trade accept; trade decline; trade counter; trade withdraw; trade start
trade notice; trade end; trade dispute; trade resolve; trade list; trade show
reconcile month; reconcile pair; reconcile match; reconcile statement; reconcile agree; reconcile dispute
reconcile close
bundle export; bundle import; bundle verify; bundle show; import ssda903; import providers
region init; region enrol authority; region enrol desk; region roll show; region roll sign
region roll publish
"""


def test_all_of_the_contract_is_there() -> None:
    named = {name.strip() for line in CONTRACT.split("\n") for name in line.split(";") if name.strip()}
    assert named <= COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_help_with_one_example(town: Town, name: str) -> None:
    ran = town.run(*name.split(), "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: rcc {name} ")
    assert ran.out.count("Example:") == 1
    example = ran.out.rpartition("Example:")[2].split("\n")
    assert next(line for line in example if line.strip()).strip().startswith(f"rcc {name}")


@pytest.mark.parametrize("name", COMMANDS)
def test_examples_are_well_formed(name: str) -> None:
    """Every option an example uses exists."""
    command = COMMANDS[name]
    example = str(command.epilog).rpartition("\b\n")[2]
    known = {flag for one in command.params for flag in (*one.opts, *one.secondary_opts)}
    used = {word for word in shlex.split(example) if word.startswith("--")}
    assert used <= known


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained_in_a_line(name: str) -> None:
    for one in COMMANDS[name].params:
        assert one.help, one.name
        assert "\n" not in one.help


def test_the_page_is_up_to_date() -> None:
    written = MAKER.PAGE.read_text(encoding="utf-8")
    assert written == MAKER.page(), "run: python docs/make_commands.py"
    for name in COMMANDS:
        assert f"### `rcc {name}" in written
