"""The machine: versions, disk, clock, ports."""

from __future__ import annotations

import ctypes
import ctypes.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from db.engine.heartbeat import Beat
from records.upkeep import Finding
from telephony import asterisk, layout
from upkeep.doctor.finding import doubtful, well, wrong
from upkeep.equipment import Equipment

OLDEST_PYTHON, OLDEST_ASTERISK = (3, 11), 22
LEAST_FREE = 1_000_000_000
VERSION_S = 10
STEPPED_BACK = timedelta(seconds=60)
UNSYNCHRONISED = 0x40  # STA_UNSYNC of adjtimex(2)
STATUS_AT = 40  # offset of `status` in struct timex on 64-bit Linux
TIMEX_SIZE = 208


def versions(equipment: Equipment) -> list[Finding]:
    return [_python(), _maps(), *_asterisk(equipment)]


def _python() -> Finding:
    python = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return wrong("versions", f"Python {python} is too old", "make setup PYTHON=python3.12, or any from 3.11 on")
    return well("versions", f"Python {python}")


def _maps() -> Finding:
    """It is loaded with the first area only: in the middle of an alert is too late to know."""
    try:
        import shapely
    except (ImportError, OSError) as error:
        remedy = "run `make clean`, then `make setup`: until then no alert can go to an area on the map"
        return wrong("versions", f"shapely cannot be loaded ({error})", remedy)
    return well("versions", f"shapely {shapely.__version__}")


def _asterisk(equipment: Equipment) -> list[Finding]:
    try:
        said = asterisk_version(equipment.asterisk())
    except asterisk.AsteriskFailed as error:
        return [wrong("versions", str(error), "run `make setup`")]
    number = re.search(r"(\d+)\.\d+", said)
    if number is None or int(number[1]) < OLDEST_ASTERISK:
        return [wrong("versions", f"{said}: too old", "set TOCSIN_ASTERISK=own and run `make setup`")]
    return [well("versions", said)]


def asterisk_version(binary: layout.Binary) -> str:
    """What it calls itself; "" when it can't be run."""
    try:
        run = subprocess.run([*binary.command(), "-V"], capture_output=True, text=True, timeout=VERSION_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return run.stdout.strip()


def disk(home: Path) -> list[Finding]:
    place = next(each for each in (home, *home.parents) if each.exists())
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free for {home}"
    if free < LEAST_FREE:
        remedy = "free some room: results and audio of an alert are stored before anybody is called"
        return [wrong("disk", said, remedy)]
    return [well("disk", said)]


def clock(now: datetime, last: Beat | None) -> list[Finding]:
    """Hours, redials and the validity of codes all hang on it."""
    if last is not None and last.at is not None and last.at > now + STEPPED_BACK:
        said = f"the clock says {now:%F %T} UTC, but the service was alive at {last.at:%F %T}: it was set back"
        return [wrong("clock", said, "set it right (`timedatectl`), then start the service again")]
    kept = synchronised()
    if kept is False:
        remedy = "switch time synchronisation on (`timedatectl set-ntp true`), unless the host of this machine keeps it"
        return [doubtful("clock", f"{now:%F %T} UTC, and nothing keeps it right", remedy)]
    return [well("clock", f"{now:%F %T} UTC" + (", synchronised" if kept else ""))]


def synchronised() -> bool | None:
    """What the kernel knows (adjtimex(2)); None when it can't be asked."""
    libc = ctypes.CDLL(ctypes.util.find_library("c"))
    if not hasattr(libc, "adjtimex") or ctypes.sizeof(ctypes.c_long) != ctypes.sizeof(ctypes.c_int64):
        return None
    timex = ctypes.create_string_buffer(TIMEX_SIZE)
    if libc.adjtimex(timex) < 0:
        return None
    return not int.from_bytes(timex.raw[STATUS_AT : STATUS_AT + 4], sys.byteorder) & UNSYNCHRONISED


def ports(equipment: Equipment, *, running: bool) -> list[Finding]:
    if running or equipment.external:
        return [well("ports", "in use by the service")]
    troubles = [trouble for port in equipment.ports if (trouble := port.trouble())]
    if troubles:
        return [wrong("ports", *(part.strip() for part in trouble.rsplit(": ", 1))) for trouble in troubles]
    shown = f"{equipment.sip_bind} for SIP, {equipment.ari_bind} for ARI"
    return [well("ports", f"free: {shown}")]


def settings(warnings: Sequence[str]) -> list[Finding]:
    remedy = "see docs/operating.md"
    return [doubtful("settings", each, remedy) for each in warnings] or [well("settings", "each can be used")]
