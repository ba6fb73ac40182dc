"""Which test calls what, and how long it takes: each check is tried by the tests that come by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

# Where to write what was found, and the tree whose functions matter.
OUT, ROOT = "RCC_SURVEY", "RCC_SURVEY_ROOT"


class Survey:
    """A pytest plugin: notes for each test the functions it calls of the files that matter."""

    def __init__(self, root: Path) -> None:
        self._root = f"{root}{os.sep}"
        self._called: set[tuple[str, str]] = set()
        self._failed: set[str] = set()
        self.found: dict[str, dict[str, Any]] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Watch one test from its first fixture to its last."""
        self._called = set()
        started = time.perf_counter()
        threading.settrace(self._call)
        sys.settrace(self._call)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            called = [f"{file}:{name}" for file, name in sorted(self._called)]
            # A test that fails as it is would find every mutation.
            if item.nodeid not in self._failed:
                self.found[item.nodeid] = {"took": round(time.perf_counter() - started, 3), "called": called}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note who fails."""
        if not report.passed:
            self._failed.add(report.nodeid)

    def _call(self, frame: FrameType, event: str, arg: object) -> None:
        name = frame.f_code.co_filename
        if name.startswith(self._root):
            self._called.add((name[len(self._root) :], frame.f_code.co_qualname))


def survey(root: Path, tests: list[str], out: Path) -> dict[str, dict[str, Any]]:
    """Run these tests once under watch; what is known of an unchanged tree is read from `out`."""
    stamp = _stamp(root)
    if out.exists():
        known = json.loads(out.read_text())
        if known["stamp"] == stamp:
            found: dict[str, dict[str, Any]] = known["found"]
            return found
    environment = os.environ | {OUT: str(out), ROOT: str(root)}
    subprocess.run(
        [sys.executable, "-m", "tests.mutation.survey", *tests], cwd=root, env=environment, check=False
    )
    found = json.loads(out.read_text())
    out.write_text(json.dumps({"stamp": stamp, "found": found}))
    return found


def _stamp(root: Path) -> str:
    """Changes whenever the program or its tests do."""
    newest = (
        path.stat().st_mtime_ns
        for folder in ("rcc_tui", "db", "tests")
        for path in (root / folder).rglob("*.py")
    )
    return str(max(newest))


def main(tests: list[str]) -> None:
    """Run under watch in this process and write what was found."""
    watching = Survey(Path(os.environ[ROOT]) / "rcc_tui")
    pytest.main(["-q", "-p", "no:xdist", "-p", "no:cacheprovider", *tests], plugins=[watching])
    Path(os.environ[OUT]).write_text(json.dumps(watching.found))


if __name__ == "__main__":
    main(sys.argv[1:])
