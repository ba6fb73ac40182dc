"""From a file to an opened bundle: nothing is read that is no file, nothing kept that is too large."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from rcc_tui.domain.errors import BundleError
from rcc_tui.sync.bundle import MAX_FILE, Opened, unpack
from rcc_tui.sync.keys import SigningKey
from rcc_tui.sync.paths import shown
from rcc_tui.sync.seal import SealedForOthers, is_sealed, recipient_of, unseal

Sleep = Callable[[float], None]
_TRIES = 4
_FIRST_WAIT = 0.05
# What a lock, a busy share or a drive that wakes up answer.
_PASSING = frozenset({errno.EACCES, errno.EPERM, errno.EAGAIN, errno.EBUSY, errno.EIO, errno.ESTALE})
# No wait for whoever writes to a pipe, no change of line ends on Windows.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Unreadable(BundleError):
    """There is no such file, it is none, or it may not be read: nothing is said about a bundle."""

    exit_code = 1
    default_code = "unreadable"


def read_file(path: Path, limit: int = MAX_FILE + 1, *, sleep: Sleep = time.sleep) -> bytes:
    """A private copy of the first `limit` bytes of a file. Raises Unreadable.

    Whoever holds it locked, a virus scanner or a share, is waited for a little.
    """
    for attempt in range(_TRIES):
        try:
            return _read(path, limit)
        except FileNotFoundError as error:
            raise Unreadable("There is no such file.", where=shown(path)) from error
        except OSError as error:
            if attempt == _TRIES - 1 or error.errno not in _PASSING:
                raise Unreadable(
                    f"The file cannot be read: {error.strerror}.",
                    where=shown(path),
                    hint="Another program may hold it: try again later, and check your rights to it.",
                ) from error
            sleep(_FIRST_WAIT * 2**attempt)
    raise AssertionError("the last attempt returns or raises")


def _read(path: Path, limit: int) -> bytes:
    # Before it is opened, too: to open a device may set it going.
    _require_file(path, path.stat())
    descriptor = os.open(path, _FLAGS)
    with open(descriptor, "rb") as file:
        _require_file(path, os.fstat(descriptor))
        # As much as there is, and a byte: room for the limit itself would be taken before anything is read.
        return file.read(min(limit, os.fstat(descriptor).st_size + 1))


def _require_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("This is no file.", where=shown(path), hint="Name a bundle, or several.")
    if status.st_size > MAX_FILE:
        raise _too_large(path)


def _too_large(path: Path) -> BundleError:
    return BundleError("This file is larger than any bundle may be.", where=shown(path))


def open_bundle(path: Path, key: SigningKey | None = None, *, sleep: Sleep = time.sleep) -> Opened:
    """Read a file, open its seal with a desk's key, check its form, trailer and manifest signature.

    Raises BundleError naming the file: Unreadable, SealedForOthers, or what is wrong with it.
    """
    return opened(path, read_file(path, sleep=sleep), key)


def opened(path: Path, raw: bytes, key: SigningKey | None) -> Opened:
    """The same for bytes that were read from `path`."""
    if len(raw) > MAX_FILE:
        raise _too_large(path)
    try:
        return _opened(raw, key)
    except BundleError as error:
        error.where = error.where or shown(path)
        raise


def _opened(raw: bytes, key: SigningKey | None) -> Opened:
    digest = sha256(raw).hexdigest()
    if not is_sealed(raw):
        found = unpack(raw)
        if found.manifest.sealed_to:
            raise BundleError(
                "The bundle was sealed when it was made and is not now: somebody opened it on its way.",
                hint="Tell its maker.",
            )
        return replace(found, digest=digest)
    if key is None:
        raise SealedForOthers("The bundle is sealed.", hint="Name the store of a desk it is for: --store.")
    found = unpack(unseal(raw, key))
    if recipient_of(key) not in found.manifest.sealed_to:
        raise BundleError(
            "The bundle was not made for this desk: somebody it was made for sealed it anew.",
            hint="Tell its maker.",
        )
    return replace(found, digest=digest)
