"""What a command loads: only what it needs, and never the screens."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import BUYER, Town

ROOT = Path(__file__).parents[2]
HEAVY = {
    *("textual", "sqlmodel", "sqlalchemy", "pydantic", "rapidfuzz", "rich", "alembic", "nacl", "msgspec"),
    *("sqlcipher3", "keyring", "pyrage"),
}
SCREENS = {"textual", "rich", "screens", "alembic", "numpy", "pandas"}

_PROBE = """
import json, sys
from rcc_tui.__main__ import main
code = main(sys.argv[1:])
sys.stderr.write("\\n" + json.dumps([code, sorted(sys.modules)]))
"""


def loaded(*words: str, store: Path | None = None) -> tuple[int, set[str], set[str]]:
    """Run a command in a fresh interpreter: its exit code, top-level modules and our own modules."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "RCC_TODAY": "2026-12-01", "RCC_HOME": str(store or ROOT)}
    ran = subprocess.run(
        [sys.executable, "-c", _PROBE, *words],
        capture_output=True,
        text=True,
        env=env,
        stdin=subprocess.DEVNULL,
        check=True,
    )
    code, modules = json.loads(ran.stderr.rsplit("\n", 1)[1])
    return (
        code,
        {name.partition(".")[0] for name in modules},
        {name for name in modules if "rcc_tui." in name},
    )


def test_version_loads_nothing() -> None:
    code, tops, ours = loaded("--version")
    assert code == 0
    assert not tops & {*HEAVY, "typer", "db", "fixtures"}
    assert ours <= {
        "rcc_tui.__main__",
        "rcc_tui.cli",
        "rcc_tui.cli.printing",
        "rcc_tui.cli.answer",
        "rcc_tui.cli.version",
    }


@pytest.mark.parametrize("words", [("--help",), ("request", "--help"), ("trade", "nonsense")])
def test_help_loads_no_store(words: tuple[str, ...]) -> None:
    _, tops, ours = loaded(*words)
    assert "typer" in tops
    # Typer itself reads the values of a verb's options by pydantic; the help of the whole reads none.
    assert not tops & {*HEAVY, "db"} - (set() if words == ("--help",) else {"pydantic"})
    nouns = {name for name in ours if name.startswith("rcc_tui.cli.")}
    assert ("rcc_tui.cli.request" in nouns) == (words[0] == "request")
    assert "rcc_tui.services" not in {name.rsplit(".", 1)[0] for name in ours}


@pytest.mark.parametrize(
    "words",
    [("status",), ("request", "list"), ("vacancy", "list"), ("trade", "list"), ("ledger",), ("check",)],
)
def test_no_command_loads_the_screens(town: Town, words: tuple[str, ...]) -> None:
    code, tops, ours = loaded(*words, store=town.folder / BUYER)
    assert code == 0
    assert not tops & SCREENS
    assert not tops & {"rapidfuzz", "keyring", "pyrage"}
    assert "rcc_tui.app" not in ours
    assert "rcc_tui.demo" not in ours


def test_setting_up_a_region_loads_no_tables(tmp_path: Path) -> None:
    code, tops, _ = loaded("region", "init", "--name", "Test", "--at", str(tmp_path / "region"))
    assert code == 0
    assert not tops & {*SCREENS, "rapidfuzz"}


def test_a_reader_that_goes_away_is_no_error(town: Town) -> None:
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "RCC_TODAY": "2026-12-01",
        "RCC_HOME": str(town.folder / BUYER),
    }
    read, write = os.pipe()
    os.close(read)
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "rcc_tui", "status"],
            stdout=write,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            env=env,
            check=False,
        )
    finally:
        os.close(write)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_script_in_an_ascii_locale(town: Town) -> None:
    town.told(BUYER, "request", "add", "--age", "3", "--sex", "F", "--officer", "Zoë £")
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith(("LC_", "LANG"))},
        "PYTHONPATH": str(ROOT),
        "RCC_TODAY": "2026-12-01",
        "LC_ALL": "C",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONUTF8": "0",
    }
    request = town.told(BUYER, "request", "list")[0]["id"]
    words = ["request", "show", request, "--store", str(town.folder / BUYER)]
    ran = subprocess.run([sys.executable, "-m", "rcc_tui", *words], capture_output=True, env=env, check=True)
    assert "Zoë £" in ran.stdout.decode("utf-8")


def test_completion_is_offered(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "_RCC_COMPLETE": "complete_bash"}
    for line, word, expected in (("rcc re", "1", "request"), ("rcc trade acc", "2", "accept")):
        ran = subprocess.run(
            [sys.executable, "-m", "rcc_tui", "complete"],
            capture_output=True,
            text=True,
            env={**env, "COMP_WORDS": line, "COMP_CWORD": word},
            check=False,
        )
        assert expected in ran.stdout.split()
