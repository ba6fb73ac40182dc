"""Switches verifications off in children of one test session: nothing is started, read or made twice."""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutation.sites import Site

ROOT = Path(__file__).parents[2]
AT_ONCE = 2
# How long one child may run, and how many seconds of tests it is given at most: the quickest come first.
MOST_SECONDS = 240
ENOUGH = 120.0
# From how many seconds on a test comes after all the others.
LONG = 0.2

Calls = dict[str, dict[str, Any]]


def switch_off(site: Site, source: bytes) -> None:
    """Give the function that holds a site, wherever it is used, its code without the verification."""
    module = importlib.import_module(site.path.removesuffix(".py").replace("/", "."))
    mutated = compile(site.mutated(source), str(ROOT / site.path), "exec")
    top = site.function.partition(".<locals>")[0]
    found: Any = module
    for name in top.split("."):
        found = vars(found)[name]
    if hasattr(found, "cache_clear"):
        found.cache_clear()
    _function(found).__code__ = _code(mutated, top)


def _function(found: Any) -> FunctionType:
    """The function inside a property, a method of the class, or what wraps one."""
    for inner in ("fget", "__func__", "func", "__wrapped__"):
        if not isinstance(found, FunctionType) and getattr(found, inner, None) is not None:
            found = getattr(found, inner)
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    assert isinstance(found, FunctionType)
    return found


def _code(code: CodeType, name: str) -> CodeType:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            if inner.co_qualname == name:
                return inner
            if name.startswith(f"{inner.co_qualname}."):
                return _code(inner, name)
    raise LookupError(name)


class Switching:
    """A pytest plugin that does this instead of running the tests. `note` is told what came of each site."""

    def __init__(self, chosen: list[Site], survey: Path, note: Callable[[Site, str, str], None]) -> None:
        self._chosen = chosen
        # As they are when the session begins, whatever is edited while it runs.
        self._sources = {site.path: (ROOT / site.path).read_bytes() for site in chosen}
        self._survey = survey
        self._note = note
        self._failed = ""
        self._called: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note who fails first."""
        if report.failed:
            self._failed = self._failed or report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Find out which test calls what, then try every site."""
        calls = self._calls(session)
        items = {item.nodeid: item for item in session.items}
        running: dict[int, tuple[Site, float, int]] = {}
        for site in self._chosen:
            tests = [items[name] for name in covering(site, calls) if name in items]
            if not tests:
                self._note(site, "uncovered", "")
                continue
            while len(running) >= AT_ONCE:
                self._wait(running)
            hears, tells = os.pipe()
            child = os.fork()
            if child == 0:
                self._try(session, site, tests, tells)
            os.close(tells)
            running[child] = (site, time.monotonic(), hears)
        while running:
            self._wait(running)
        session.testsfailed = 0
        return True

    def _calls(self, session: pytest.Session) -> Calls:
        """What each test that passes calls; known from before as long as nothing has changed."""
        stamp = _stamp()
        if self._survey.exists():
            known = json.loads(self._survey.read_text())
            if known["stamp"] == stamp:
                found: Calls = known["calls"]
                return found
        calls: Calls = {}
        for item, after in zip(session.items, [*session.items[1:], session.items[0]], strict=True):
            self._called, self._failed = set(), ""
            started = time.perf_counter()
            threading.settrace(self._trace)
            sys.settrace(self._trace)
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            finally:
                sys.settrace(None)
                threading.settrace(None)
            # A test that fails as things are would find every mutation.
            if not self._failed:
                took = round(time.perf_counter() - started, 3)
                calls[item.nodeid] = {"took": took, "called": sorted(self._called)}
        self._survey.write_text(json.dumps({"stamp": stamp, "calls": calls}))
        return calls

    def _trace(self, frame: FrameType, event: str, arg: object) -> None:
        name = frame.f_code.co_filename
        if name.startswith(_WATCHED):
            self._called.add(f"{name[len(_WATCHED) :]}:{frame.f_code.co_qualname}")

    def _try(self, session: pytest.Session, site: Site, tests: list[pytest.Item], tells: int) -> None:
        """In the child: switch off, run until the first that fails, tell which."""
        silent = os.open(os.devnull, os.O_WRONLY)
        for stream in (1, 2):
            os.dup2(silent, stream)
        code = 3
        try:
            switch_off(site, self._sources[site.path])
            self._failed = ""
            # What the last test of the parent left set up for the one after it.
            session._setupstate.teardown_exact(tests[0])
            for item, after in zip(tests, [*tests[1:], session.items[0]], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
                if self._failed:
                    os.write(tells, self._failed.encode())
                    break
            code = 1 if self._failed else 0
        finally:
            os._exit(code)

    def _wait(self, running: dict[int, tuple[Site, float, int]]) -> None:
        """Until one child has ended; one that takes too long is killed, which counts as noticed."""
        while True:
            for child, (site, started, hears) in list(running.items()):
                ended, status = os.waitpid(child, os.WNOHANG)
                if not ended and time.monotonic() - started > MOST_SECONDS:
                    os.kill(child, signal.SIGKILL)
                    ended, status = os.waitpid(child, 0)
                if ended:
                    by = os.read(hears, 4096).decode()
                    os.close(hears)
                    del running[child]
                    self._note(site, _outcome(status), by or f"ended with {status}")
                    return
            time.sleep(0.01)


def _outcome(status: int) -> str:
    """Of a child: a test failed, none did, it never ended, or it could not even be tried."""
    if os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 1:
        return "killed"
    return "survived" if status == 0 else "broken"


_WATCHED = str(ROOT / "rcc_tui") + os.sep


def covering(site: Site, calls: Calls) -> list[str]:
    """The tests that call what holds a site, as many as fit into `ENOUGH` seconds.

    Those that take long come last. First come the files named for the module, then those most of whose tests
    call it, for they are about it; of these the quickest test of each file, then the second of each.
    """
    top = f"{site.path.removeprefix('rcc_tui/')}:{site.function.partition('.<locals>')[0]}"
    stem = Path(site.path).stem
    sizes = Counter(name.partition("::")[0] for name in calls)
    by_file: dict[str, list[tuple[float, str]]] = {}
    for took, name in sorted(
        (float(test["took"]), name) for name, test in calls.items() if top in test["called"]
    ):
        by_file.setdefault(name.partition("::")[0], []).append((took, name))
    ranked = sorted(
        (one[0] > LONG, stem not in file, -round(len(found) / sizes[file], 1), place, one)
        for file, found in by_file.items()
        for place, one in enumerate(found)
    )
    chosen: list[str] = []
    total = 0.0
    for *_, (took, name) in ranked:
        total += took
        if chosen and total > ENOUGH:
            break
        chosen.append(name)
    return chosen


def _stamp() -> str:
    """Changes whenever the program or its tests do."""
    newest = (
        path.stat().st_mtime_ns
        for folder in ("rcc_tui", "db", "tests")
        for path in (ROOT / folder).rglob("*.py")
    )
    return str(max(newest))
