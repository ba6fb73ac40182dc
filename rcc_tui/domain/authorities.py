"""An authority of the region."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Authority:
    """A local authority: DfE `code`, ONS `gss` code, `hub` N or S, the Children's `trust` that delivers
    for it (empty when it delivers itself) and the `short` names by which people look for it."""

    code: str
    gss: str
    name: str
    hub: str
    trust: str = ""
    short: tuple[str, ...] = ()
