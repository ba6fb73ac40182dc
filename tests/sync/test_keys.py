"""Key files: private, whole, never overwritten, and of the kind that is asked for."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from pathlib import Path

import pytest

from rcc_tui.domain.errors import IntegrityError, StoreError, UsageError
from rcc_tui.sync.keys import DeskSecret, decode_secret, encode_secret, read_key, read_private, write_key
from tests.region import key_of

KEY = key_of("a desk of a test")


def test_a_key_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "desk.key"
    write_key(path, KEY, kind="desk", name="Duty")
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path, "desk") == KEY


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "desk.key"
    write_key(path, KEY, kind="desk", name="Duty")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="never overwritten"):
        write_key(path, key_of("another"), kind="desk", name="Other")
    assert path.read_bytes() == before


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o622])
def test_a_key_that_others_may_read_is_not_used(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "desk.key"
    write_key(path, KEY, kind="desk", name="Duty")
    path.chmod(mode)
    with pytest.raises(StoreError, match="Others may read"):
        read_private(path)


def test_a_key_of_another_kind_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "root.key"
    write_key(path, KEY, kind="root", name="Hub North")
    with pytest.raises(UsageError, match="kind root"):
        read_key(path, "desk")


@pytest.mark.parametrize("size", [0, 31, 33, 64])
def test_a_key_cut_short_is_none(tmp_path: Path, size: int) -> None:
    path = tmp_path / "desk.key"
    write_key(path, KEY, kind="desk", name="Duty")
    document = {**json.loads(path.read_bytes()), "seed": b64encode(bytes(size)).decode()}
    path.write_text(json.dumps(document))
    with pytest.raises(IntegrityError, match="cut short"):
        read_key(path, "desk")


def test_a_secret_has_the_key_of_a_store_or_none() -> None:
    for store in (b"", bytes(range(32))):
        secret = DeskSecret(KEY, store, "Duty")
        assert decode_secret(encode_secret(secret), "here") == secret
    for store in (bytes(31), bytes(33)):
        with pytest.raises(IntegrityError, match="cut short"):
            decode_secret(encode_secret(DeskSecret(KEY, store, "Duty")), "here")
