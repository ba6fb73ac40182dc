"""A desk's age identity: derived, the same every time, and its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcc_tui.domain.errors import Refused
from rcc_tui.sync import keys, seal


@given(st.binary(min_size=32, max_size=32))
def test_what_is_sealed_to_a_desk_is_opened_by_its_key(seed: bytes) -> None:
    key = keys.new_key(seed)
    assert seal.unseal(seal.seal(b"a child", [seal.recipient_of(key)]), key) == b"a child"


def test_another_desk_cannot_open_it() -> None:
    mine, other = keys.new_key(bytes(32)), keys.new_key(b"\1" * 32)
    with pytest.raises(seal.SealedForOthers):
        seal.unseal(seal.seal(b"a child", [seal.recipient_of(mine)]), other)


def test_the_identity_never_changes() -> None:
    """A desk must open what was sealed to it by an earlier release."""
    expected = "age1gkksg37d70f68ue2qdkq3gys6hzwzu7jmuk6uhq2dk66zud78dzs7q4v7r"
    assert seal.recipient_of(keys.new_key(bytes(32))) == expected


def test_nothing_is_sealed_to_nobody() -> None:
    with pytest.raises(Refused, match="no desk"):
        seal.seal(b"a child", [])
