"""What several tests of services start from."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def box(tmp_path: Path) -> Path:
    """The folder bundles travel in."""
    return tmp_path / "box"
