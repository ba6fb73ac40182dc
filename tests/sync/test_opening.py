"""What is read and what is not: files alone, within bounds, and never for ever."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from rcc_tui.domain.errors import BundleError
from rcc_tui.sync.bundle import MAX_FILE
from rcc_tui.sync.opening import Unreadable, open_bundle, read_file
from rcc_tui.sync.paths import shown
from tests.attacks.forge import bundle
from tests.region import seat

posix = pytest.mark.skipif(os.name != "posix", reason="pipes, devices and bytes as names are of POSIX")


def _no_sleep(seconds: float) -> None:
    raise AssertionError(f"waited {seconds} s for what will never be a file")


def test_a_folder_and_nothing(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.rccb", tmp_path / "none" / "none.rccb"):
        with pytest.raises(Unreadable) as refused:
            read_file(path, sleep=_no_sleep)
        assert refused.value.exit_code == 1
        assert refused.value.where == str(path)


@posix
def test_a_pipe_nobody_writes_to(tmp_path: Path) -> None:
    """To open it would wait for ever."""
    pipe = tmp_path / "pipe.rccb"
    os.mkfifo(pipe)
    link = tmp_path / "link.rccb"
    link.symlink_to(pipe)
    for path in (pipe, link):
        with pytest.raises(Unreadable, match="no file"):
            read_file(path, sleep=_no_sleep)


@posix
def test_a_file_that_becomes_a_pipe_as_it_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.rccb"
    os.mkfifo(path)
    looked = os.stat(__file__)
    monkeypatch.setattr(Path, "stat", lambda _: looked)
    with pytest.raises(Unreadable, match="no file"):
        read_file(path, sleep=_no_sleep)


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device(device: str) -> None:
    with pytest.raises(Unreadable, match="no file"):
        read_file(Path(device), sleep=_no_sleep)


def test_no_more_than_was_there_is_read_of_a_file_that_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.rccb"
    path.write_bytes(b"x" * 100)
    look = os.fstat

    def grows(descriptor: int) -> os.stat_result:
        looked = look(descriptor)
        with path.open("ab") as file:
            file.write(b"y" * 100_000)
        return looked

    monkeypatch.setattr(os, "fstat", grows)
    # A byte more: so that it is seen to have grown.
    assert 100 <= len(read_file(path)) < 300_000
    assert len(read_file(path, 10)) == 10


def test_a_file_larger_than_any_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even opened."""
    path = tmp_path / "x.rccb"
    with path.open("wb") as file:
        file.truncate(MAX_FILE + 1)
    monkeypatch.setattr(os, "open", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(BundleError, match="larger than any") as refused:
        open_bundle(path)
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(("locked", "comes"), [(0, True), (3, True), (4, False)])
def test_a_file_another_program_holds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, locked: int, comes: bool
) -> None:
    path = tmp_path / "x.rccb"
    path.write_bytes(bundle(seat("931").desk))
    really, tries = os.open, [0]
    waited: list[float] = []

    def held(*args: object, **more: object) -> int:
        tries[0] += 1
        if tries[0] <= locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", held)
    if comes:
        assert open_bundle(path, sleep=waited.append).manifest.maker == seat("931").desk.public
    else:
        with pytest.raises(Unreadable, match="Permission denied") as refused:
            open_bundle(path, sleep=waited.append)
        assert refused.value.exit_code == 1
    assert len(waited) == min(locked, 3)
    assert waited == sorted(waited)
    assert sum(waited) < 1


def test_what_will_not_pass_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "below", tmp_path / ("x" * 300)):
        with pytest.raises(Unreadable):
            read_file(path, sleep=_no_sleep)


@posix
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/rcc_\xff\xfe\xc3.rccb"))
    assert shown(path) == f"{tmp_path}/rcc_\\xff\\xfe\\xc3.rccb"
    with pytest.raises(Unreadable) as refused:
        read_file(path)
    refused.value.where.encode()
    path.write_bytes(b"no bundle")
    with pytest.raises(BundleError) as refused_too:
        open_bundle(path)
    refused_too.value.where.encode()
    assert shown(Path("Ящик/räume.rccb")) == str(Path("Ящик/räume.rccb"))
