"""Price lists from files: TOML as it stands, or the tables of a CSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from rcc_tui.domain.errors import Refused
from rcc_tui.domain.tariff_toml import tariff_to_toml
from rcc_tui.interop.files import read_bytes, write_bytes
from rcc_tui.interop.tariff_csv import read_tariff

_LARGEST = 1 << 20


def tariff_text(path: Path, given: Mapping[str, str] | None = None) -> str:
    """The document a file holds, as the TOML to publish. `given` are keys of a CSV's top that count instead
    of those in the file. Raises Refused naming the line or the key."""
    if path.suffix.casefold() == ".csv":
        _must_be_small(path)
        return tariff_to_toml(read_tariff(path, given), f"From {path.name}.")
    if given:
        raise Refused(
            f"{path.name} says itself what it is.",
            where=next(iter(given)),
            hint="Change it in the file: a TOML document is published word for word.",
        )
    try:
        return _must_be_small(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused("This is no text in UTF-8.", where=str(path), hint="Save it as UTF-8.") from error


def _must_be_small(path: Path) -> bytes:
    body = read_bytes(path)
    if len(body) > _LARGEST:
        raise Refused("This is too large for a tariff.", where=str(path), hint="Give a file below 1 MiB.")
    return body


def write_tariff(path: Path, text: str) -> None:
    """Write a document whole or not at all. Raises Refused."""
    write_bytes(path, text.encode())
