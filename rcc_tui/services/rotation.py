"""New keys for old: a member's, and one of the root keys, on the draft of the next roll."""

from __future__ import annotations

from pathlib import Path

import msgspec

from rcc_tui.domain.errors import NotFound
from rcc_tui.services.region import admit
from rcc_tui.services.region_files import member_on, read_draft, redraft, with_member
from rcc_tui.sync import keys


def rotate_authority(folder: Path, code: str, seed: bytes | None = None) -> Path:
    """Give a member a new key, which admits its desks anew. Returns the key's file.

    The old key is not asked for: it may be lost. The root keys that sign the roll answer for the change.
    Raises NotFound, StoreError.
    """
    roll = read_draft(folder)
    member = member_on(roll, code)
    key = keys.new_key(seed)
    desks = tuple(admit(code, seat, key) for seat in member.desks)
    path = folder / f"authority-{code}-v{roll.version}.key"
    keys.write_key(path, key, kind="authority", name=member.name)
    redraft(folder, with_member(roll, msgspec.structs.replace(member, key=key.public, desks=desks)))
    return path


def rotate_root(folder: Path, number: int, seed: bytes | None = None) -> Path:
    """Put a new root key in the place of the numbered one (from 1). Returns the key's file.

    The roll needs the thresholds of the roots before and after: with three keys, the two that stay are both.
    Raises NotFound, StoreError.
    """
    roll = read_draft(folder)
    if not 1 <= number <= len(roll.roots):
        raise NotFound(f"There is no root key {number}.", where="number", hint=f"1 to {len(roll.roots)}.")
    key = keys.new_key(seed)
    path = folder / f"root-{number}-v{roll.version}.key"
    keys.write_key(path, key, kind="root", name=f"{roll.region} root {number}")
    roots = (*roll.roots[: number - 1], key.public, *roll.roots[number:])
    redraft(folder, msgspec.structs.replace(roll, roots=roots))
    return path
