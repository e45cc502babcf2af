"""Processes by their id."""

import os
import subprocess
import sys
from pathlib import Path

from telephony import processes


def test_a_dead_process_is_not_alive_even_before_its_parent_asks() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)  # dead, and left as it is
    assert not processes.alive(child.pid)
    child.wait()
    assert not processes.alive(child.pid)
    assert not processes.alive(0)
    assert processes.alive(os.getpid())


def test_whose_process_it_is() -> None:
    assert processes.is_run_with(os.getpid(), "python")
    assert not processes.is_run_with(os.getpid(), "/somebody/elses/etc")
    assert not processes.is_run_with(0, "python")


def test_a_pid_file_that_holds_none(tmp_path: Path) -> None:
    assert processes.pid_in(tmp_path / "none") == 0
    (tmp_path / "odd").write_text("odd")
    assert processes.pid_in(tmp_path / "odd") == 0
