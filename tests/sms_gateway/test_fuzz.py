"""The short version of `make fuzz`."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import fuzz


@pytest.mark.parametrize("seed", [1, 2])
async def test_odd_units(tmp_path: Path, seed: int) -> None:
    figures = await fuzz.run(400, seed, tmp_path)
    assert figures.faults == []
    assert figures.answered == 400
