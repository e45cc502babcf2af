"""Commands done by the standby of a running service: as if they had been done by themselves, but sooner."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from alerts.contact_rows import COLUMNS
from tocsin import hand_over

SERVICE = """
import sys
from pathlib import Path
from tocsin import standby
with standby.beside(Path(sys.argv[1])) as begin:
    begin()
    sys.stdin.read()
"""
SOON_S = 20.0
TRUNKS = {"TOCSIN_TRUNKS": '[{"name": "a", "host": "127.0.0.1:9", "channels": 1, "calls_per_second": 1}]'}
CSV = f"{','.join(COLUMNS)}\nZoé,,fr,418 555 0101{',' * (len(COLUMNS) - 4)}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / ("a-name-too-long-for-the-address-of-a-socket-" * 4)
    folder.mkdir()
    return folder


@pytest.fixture
def service(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen([sys.executable, "-c", SERVICE, home], cwd=hand_over.ROOT, stdin=subprocess.PIPE) as process:
        until(lambda: (home / hand_over.SOCKET).exists())
        yield process
        process.stdin.close() if process.stdin else None


def until(done: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SOON_S
    while not done():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def environment(home: Path, more: Mapping[str, str] = {}) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return {**outside, "TOCSIN_HOME": str(home), "PYTHONPATH": str(hand_over.ROOT), **more}


def tocsin(home: Path, *arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """What it loaded itself is on its standard error."""
    command = [sys.executable, "-X", "importtime", "-m", "tocsin", *arguments]
    return subprocess.run(
        command, env=environment(home, more), cwd=cwd or home, capture_output=True, text=True, timeout=60, check=False
    )


def was_handed_over(done: subprocess.CompletedProcess[str]) -> bool:
    return " typer\n" not in done.stderr


def said(done: subprocess.CompletedProcess[str]) -> str:
    return "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("import time:"))


def test_it_is_done_in_the_folder_of_whoever_types_it(home: Path, tmp_path: Path, service: object) -> None:
    here = tmp_path / "here"
    here.mkdir()
    (here / "town.csv").write_text(CSV, encoding="utf-8")
    done = tocsin(home, "contacts", "import", "town.csv", cwd=here)
    assert (done.returncode, was_handed_over(done)) == (0, True), done.stderr
    shown = tocsin(home, "contacts", "list", "--json")
    assert was_handed_over(shown)
    assert "Zoé" in shown.stdout


def test_its_complaints_and_its_status_come_back(home: Path, service: object) -> None:
    done = tocsin(home, "alert", "show", "7")
    alone = tocsin(home, "alert", "show", "7", TOCSIN_HOME=str(home.parent))
    assert was_handed_over(done)
    assert not was_handed_over(alone)
    assert said(done) == said(alone) != ""
    assert done.returncode == alone.returncode == 1
    assert tocsin(home, "alert", "show").returncode == 2


def test_its_settings_are_those_of_whoever_types_it(home: Path, service: object) -> None:
    done = tocsin(home, "alert", "list", TOCSIN_REDIALS="many")
    assert was_handed_over(done)
    assert "TOCSIN_REDIALS is “many”" in said(done)


def test_a_program_that_changed_since_does_it_alone(home: Path, service: object) -> None:
    (hand_over.ROOT / "requirements.lock").touch()
    done = tocsin(home, "alert", "list")
    assert (done.returncode, was_handed_over(done)) == (0, False)


def test_it_asks_on_the_terminal_and_ctrl_c_stops_it(home: Path, service: object, tmp_path: Path) -> None:
    (tmp_path / "town.csv").write_text(CSV, encoding="utf-8")
    tocsin(home, "contacts", "import", str(tmp_path / "town.csv"))
    ours, theirs = pty.openpty()
    words = ["alert", "send", "--title", "Eau", "--text-fr", "Faites bouillir.", "--text-en", "Boil."]
    command = [sys.executable, "-m", "tocsin", *words]
    with subprocess.Popen(
        command, env=environment(home, TRUNKS), stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        shown = b""
        while b"Send it?" not in shown:
            assert select.select([ours], [], [], SOON_S)[0], shown
            shown += os.read(ours, 4096)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(SOON_S) == 1
        finally:
            process.kill()
    assert "Eau" not in tocsin(home, "alert", "list").stdout
    os.close(ours)
    os.close(theirs)


def test_without_the_service_there_is_no_standby(home: Path, service: subprocess.Popen[bytes]) -> None:
    service.kill()
    service.wait(SOON_S)
    until(lambda: not was_handed_over(tocsin(home, "alert", "list")))
    done = tocsin(home, "alert", "list")
    assert (done.returncode, said(done)) == (0, "")
