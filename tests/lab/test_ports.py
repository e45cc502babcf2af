"""Ports for the lab: nobody gets one that another program of the lab has picked."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lab import ports
from service.places import ROOT

PICKS = "from lab import ports; ports.FIRST = ports.LAST = {}; print(ports.free())"


def picked_by_another_program(port: int) -> int:
    done = subprocess.run(
        [sys.executable, "-c", PICKS.format(port)], cwd=ROOT, capture_output=True, check=False, text=True
    )
    return int(done.stdout) if done.returncode == 0 else 0


def test_a_port_that_was_picked_and_is_not_used_yet_is_nobody_elses() -> None:
    port = ports.free()
    assert picked_by_another_program(port) == 0


def test_nor_is_it_picked_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    port = ports.free()
    monkeypatch.setattr(ports, "FIRST", port)
    monkeypatch.setattr(ports, "LAST", port)
    with pytest.raises(RuntimeError, match="no free port"):
        ports.free()


def test_it_is_free_again_once_that_program_has_ended() -> None:
    free = next(port for port in range(19000, 19999) if ports._is_free(port))
    assert picked_by_another_program(free) == free
    assert picked_by_another_program(free) == free
