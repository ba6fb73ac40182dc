"""Where a desk's secret is kept, and what is said when it cannot be had."""

from __future__ import annotations

import os
from pathlib import Path

import keyring
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from rcc_tui import config
from rcc_tui.domain.errors import IntegrityError, RccError, Refused, StoreError, UsageError
from rcc_tui.services import secrets
from rcc_tui.services.secrets import Keeping, choose, find, keep
from rcc_tui.sync.keys import DeskSecret, decode_secret, encode_secret, read_key, write_key
from tests.region import key_of

WORDS = "four words are fine"
SECRET = DeskSecret(key_of("a desk"), bytes(range(32)), "placements")


class Ring(KeyringBackend):
    """A key ring in memory that passes for a real one."""

    priority = 5.0

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        if self.locked:
            raise KeyringLocked("locked")
        self.kept[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        """What is kept."""
        if self.locked:
            raise KeyringLocked("locked")
        return self.kept.get((service, username))


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """A system with a key ring."""
    made = Ring()
    monkeypatch.setattr(Ring, "__module__", "keyring.backends.SecretService")
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def _never() -> str:
    raise AssertionError("nobody was to be asked")


@pytest.mark.parametrize("kept", ["passphrase", "key file", "key ring"])
def test_what_is_kept_is_found(tmp_path: Path, ring: Ring, kept: secrets.Kept) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping(kept, WORDS))
    found = find(tmp_path, lambda: WORDS)
    assert (found.secret, found.kept) == (SECRET, kept)
    if os.name == "posix":
        assert (tmp_path / "desk.key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["desk.key"]


@pytest.mark.parametrize(
    ("kept", "in_the_open"), [("passphrase", False), ("key file", True), ("key ring", False)]
)
def test_only_an_open_file_tells_the_keys(
    tmp_path: Path, ring: Ring, kept: secrets.Kept, in_the_open: bool
) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping(kept, WORDS))
    raw = (tmp_path / "desk.key").read_bytes()
    try:
        told = decode_secret(raw, "") == SECRET
    except RccError:
        told = False
    assert told is in_the_open
    assert WORDS.encode() not in raw


def test_rcc_passphrase_opens_and_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping("passphrase", WORDS))
    assert config.wants_passphrase(tmp_path)
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    assert not config.wants_passphrase(tmp_path)
    assert find(tmp_path, _never).secret == SECRET


def test_one_way_of_writing_a_letter_opens_what_the_other_locked(tmp_path: Path) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping("passphrase", "Zoë has eight letters"))
    assert find(tmp_path, lambda: "Zoe\u0308 has eight letters").secret == SECRET


def test_a_wrong_passphrase_and_nobody_to_ask(tmp_path: Path) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping("passphrase", WORDS))
    with pytest.raises(UsageError, match="does not open"):
        find(tmp_path, lambda: WORDS + " ")
    with pytest.raises(Refused, match="no terminal") as refused:
        find(tmp_path)
    assert "RCC_PASSPHRASE" in refused.value.hint


def test_no_form_of_the_file_is_written_over(tmp_path: Path) -> None:
    keep(tmp_path / "desk.key", SECRET, secrets.BESIDE)
    before = (tmp_path / "desk.key").read_bytes()
    with pytest.raises(StoreError, match="never overwritten"):
        keep(tmp_path / "desk.key", SECRET, Keeping("passphrase", WORDS))
    assert (tmp_path / "desk.key").read_bytes() == before


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    if os.name != "posix":
        pytest.skip("rights of this kind are POSIX's")
    both: tuple[secrets.Kept, ...] = ("passphrase", "key file")
    for kept in both:
        path = tmp_path / kept / "desk.key"
        keep(path, SECRET, Keeping(kept, WORDS))
        path.chmod(0o644)
        with pytest.raises(StoreError, match="Others may read"):
            find(tmp_path / kept, lambda: WORDS)


def test_the_key_ring_of_somebody_else_or_a_locked_one(tmp_path: Path, ring: Ring) -> None:
    keep(tmp_path / "desk.key", SECRET, Keeping("key ring"))
    ring.locked = True
    with pytest.raises(StoreError, match="cannot be read"):
        find(tmp_path)
    ring.locked = False
    ring.kept.clear()
    with pytest.raises(StoreError, match="not in the one of this person"):
        find(tmp_path)


def test_a_ring_that_does_not_keep_is_told_of_and_no_key_file_is_left(tmp_path: Path, ring: Ring) -> None:
    ring.locked = True
    with pytest.raises(StoreError, match="does not take"):
        keep(tmp_path / "desk.key", SECRET, Keeping("key ring"))
    assert list(tmp_path.iterdir()) == []


def test_which_way_is_chosen(tmp_path: Path, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose(tmp_path, _never) == Keeping("key ring")
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "elsewhere" / "my.key"))
    assert choose(tmp_path, _never) == Keeping("key file")
    monkeypatch.setenv("RCC_PASSPHRASE", WORDS)
    assert choose(tmp_path, _never) == Keeping("passphrase", WORDS)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Ring])
def test_what_is_no_real_key_ring_is_never_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: type[KeyringBackend]
) -> None:
    monkeypatch.setattr(keyring, "get_keyring", backend)
    assert choose(tmp_path, lambda: WORDS) == Keeping("passphrase", WORDS)
    with pytest.raises(Refused, match="nothing to lock") as refused:
        choose(tmp_path)
    assert {"RCC_PASSPHRASE", "RCC_KEY_FILE", "--no-encryption", "--key-file"} <= {
        word.strip(",;.") for word in refused.value.hint.split()
    }


def test_a_key_file_named_beside_the_store_locks_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RCC_KEY_FILE", str(tmp_path / "other.key"))
    with pytest.raises(Refused, match="nothing to lock"):
        choose(tmp_path)


def test_a_short_passphrase_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="too short"):
        choose(tmp_path, lambda: "short")
    monkeypatch.setenv("RCC_PASSPHRASE", "short")
    with pytest.raises(Refused, match="too short"):
        choose(tmp_path)


def test_no_secret_shows_in_what_is_printed_of_it() -> None:
    held = (SECRET.store.hex(), repr(SECRET.store), repr(SECRET.key.secret), WORDS)
    shown = f"{SECRET!r} {Keeping('passphrase', WORDS)!r} {secrets.Unlocked(SECRET, 'key file')!r}"
    assert not any(one in shown for one in held)


def test_the_document_with_and_without_a_store_key() -> None:
    for secret in (SECRET, DeskSecret(SECRET.key, b"", "plain")):
        assert decode_secret(encode_secret(secret), "") == secret
    assert b"store" not in encode_secret(DeskSecret(SECRET.key, b"", "plain"))


@settings(max_examples=25, deadline=None)
@given(st.integers(0), st.integers(1, 255))
def test_a_locked_key_that_was_changed_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, by: int
) -> None:
    folder = tmp_path_factory.mktemp("locked")
    keep(folder / "desk.key", SECRET, Keeping("passphrase", WORDS))
    raw = bytearray((folder / "desk.key").read_bytes())
    raw[at % len(raw)] ^= by
    (folder / "desk.key").write_bytes(bytes(raw))
    try:
        found = find(folder, lambda: WORDS)
    except (UsageError, IntegrityError):
        return
    # Spaces between the fields, and the name nobody relies on, are not in the box.
    assert found.secret == SECRET


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_lies_there_is_a_refusal(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    folder = tmp_path_factory.mktemp("noise")
    with open(os.open(folder / "desk.key", os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        file.write(raw)
    with pytest.raises(RccError):
        find(folder, lambda: WORDS)


def test_a_key_of_any_kind_is_never_written_over(tmp_path: Path) -> None:
    write_key(tmp_path / "root.key", SECRET.key, kind="root", name="one")
    with pytest.raises(StoreError, match="never overwritten"):
        write_key(tmp_path / "root.key", key_of("another"), kind="root", name="two")
    assert read_key(tmp_path / "root.key", "root") == SECRET.key
