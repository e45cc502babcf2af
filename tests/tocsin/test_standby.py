"""Commands done by the standby of a running service: as if they had been done by themselves, but sooner."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from rules.contact_rows import COLUMNS
from service import hand_over, places

SERVICE = """
import sys
from pathlib import Path
from service import hand_over, standby
if len(sys.argv) > 2:
    hand_over.edition = lambda: "an earlier one"
with standby.beside(Path(sys.argv[1])) as begin:
    begin()
    sys.stdin.read()
"""
SOON_S = 20.0
TRUNKS = {"TOCSIN_TRUNKS": '[{"name": "a", "host": "127.0.0.1:9", "channels": 1, "calls_per_second": 1}]'}
WORDS = ("send", "--title", "Eau", "--text-fr", "Faites bouillir.", "--text-en", "Boil.", "--channels", "voice")
CSV = f"{','.join(COLUMNS)}\nZoé,,fr,418 555 0101{',' * (len(COLUMNS) - 4)}\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / ("a-name-too-long-for-the-address-of-a-socket-" * 4)
    folder.mkdir()
    return folder


@pytest.fixture
def service(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    with served(home) as process:
        yield process


@contextlib.contextmanager
def served(home: Path, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", SERVICE, str(home), *arguments]
    with subprocess.Popen(command, cwd=places.ROOT, stdin=subprocess.PIPE) as process:
        until(lambda: (home / hand_over.SOCKET).exists())
        yield process
        assert process.stdin
        process.stdin.close()


def until(done: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + SOON_S
    while not done():
        assert time.monotonic() < ends_at
        time.sleep(0.02)


def environment(home: Path, more: Mapping[str, str] = {}) -> dict[str, str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
    return {**outside, "TOCSIN_HOME": str(home), "PYTHONPATH": str(places.ROOT), **more}


def tocsin(
    home: Path, *arguments: str, cwd: Path | None = None, more: Mapping[str, str] = {}
) -> subprocess.CompletedProcess[str]:
    """What it loaded itself is on its standard error."""
    command = [sys.executable, "-X", "importtime", "-m", "tocsin", *arguments]
    return subprocess.run(
        command, env=environment(home, more), cwd=cwd or home, capture_output=True, text=True, timeout=60, check=False
    )


def was_handed_over(done: subprocess.CompletedProcess[str]) -> bool:
    return " typer\n" not in done.stderr


def enrolled(home: Path) -> None:
    file = home / "town.csv"
    file.write_text(CSV, encoding="utf-8")
    done = tocsin(home, "contacts", "import", str(file))
    assert done.returncode == 0, said(done)


def said(done: subprocess.CompletedProcess[str]) -> str:
    return "".join(line for line in done.stderr.splitlines(keepends=True) if not line.startswith("import time:"))


def test_it_is_done_in_the_folder_of_whoever_types_it(home: Path, tmp_path: Path, service: object) -> None:
    here = tmp_path / "here"
    here.mkdir()
    enrolled(home)
    sent = tocsin(home, "alert", *WORDS, "--json", more=TRUNKS)
    assert (sent.returncode, was_handed_over(sent)) == (0, True), said(sent)
    assert "Zoé" in sent.stdout
    done = tocsin(home, "alert", "report", "1", "--csv", "doors.csv", cwd=here)
    assert was_handed_over(done)
    assert (here / "doors.csv").exists(), said(done)


def test_its_complaints_and_its_status_come_back(home: Path, service: object) -> None:
    done = tocsin(home, "alert", "show", "7")
    alone = tocsin(home, "alert", "show", "7", more={"TOCSIN_HOME": str(home.parent)})
    assert was_handed_over(done)
    assert not was_handed_over(alone)
    assert said(done) == said(alone) != ""
    assert done.returncode == alone.returncode == 1
    assert tocsin(home, "alert", "show").returncode == 2


def test_its_settings_are_those_of_whoever_types_it(home: Path, service: object) -> None:
    done = tocsin(home, "alert", "list", more={"TOCSIN_REDIALS": "many"})
    assert was_handed_over(done)
    assert "TOCSIN_REDIALS is “many”" in said(done)


def test_a_program_that_changed_since_does_it_alone(home: Path) -> None:
    with served(home, "earlier"):
        done = tocsin(home, "alert", "list")
    assert (done.returncode, was_handed_over(done)) == (0, False)


def of_a_terminal() -> None:
    """Ctrl-C is for it, whatever whoever runs the tests ignores."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@contextlib.contextmanager
def asked(home: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """`alert send` on a terminal of its own, where it asks whether to send; with it, the other end of the terminal."""
    enrolled(home)
    ours, theirs = pty.openpty()
    command = [sys.executable, "-X", "importtime", "-m", "tocsin", "alert", *WORDS]
    with subprocess.Popen(
        command,
        env=environment(home, TRUNKS),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=of_a_terminal,
    ) as process:
        os.close(theirs)
        shown = b""
        while b"Send it?" not in shown:
            assert select.select([ours], [], [], SOON_S)[0], shown
            shown += os.read(ours, 65536)
        assert b" typer\r" not in shown, "it was not handed over"
        try:
            yield process, ours
        finally:
            process.kill()
            os.close(ours)


def test_ctrl_z_does_not_leave_it_at_the_terminal_and_ctrl_c_stops_it(home: Path, service: object) -> None:
    with asked(home) as (process, terminal):
        os.write(terminal, b"\x1a")

        def ends() -> bool:
            os.write(terminal, b"\x03")  # the first may come before it waits for a key
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
            return process.returncode is not None

        until(ends)
    assert process.returncode == 1
    assert "Eau" not in tocsin(home, "alert", "list").stdout


def test_at_a_terminal_of_somebody_else_it_is_done_alone(home: Path, service: object) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-X", "importtime", "-m", "tocsin", "alert", "list"]
    done = subprocess.run(
        command, env=environment(home), stdin=theirs, capture_output=True, text=True, timeout=60, check=False
    )
    os.close(ours)
    os.close(theirs)
    assert (done.returncode, was_handed_over(done)) == (0, False), said(done)


def test_it_ends_with_whoever_typed_it(home: Path, service: object) -> None:
    with asked(home) as (process, terminal):
        process.kill()
        process.wait(SOON_S)
        with contextlib.suppress(OSError):  # EIO: nobody has the terminal open any more
            while select.select([terminal], [], [], SOON_S)[0]:
                os.read(terminal, 65536)
            pytest.fail("something reads that terminal still")


def test_without_the_service_there_is_no_standby(home: Path, service: subprocess.Popen[bytes]) -> None:
    service.kill()
    service.wait(SOON_S)
    until(lambda: not was_handed_over(tocsin(home, "alert", "list")))
    done = tocsin(home, "alert", "list")
    assert (done.returncode, said(done)) == (0, "")
