"""One service on one home."""

import os
from pathlib import Path

import pytest

from service import lock


def test_a_second_one_is_refused_and_told_who_is_there(tmp_path: Path) -> None:
    with lock.held(tmp_path, "telephone"):
        who = f"process {os.getpid()}.*: stop it first"
        with pytest.raises(lock.InUse, match=who), lock.held(tmp_path, "telephone"):
            pass
        with lock.held(tmp_path, "texts"):
            pass
    with lock.held(tmp_path, "telephone"):
        pass


def test_a_file_that_a_killed_service_left_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "telephone.lock").write_text("1")
    with lock.held(tmp_path, "telephone"):
        assert (tmp_path / "telephone.lock").read_text() == str(os.getpid())
