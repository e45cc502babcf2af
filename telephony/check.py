"""Tries a folder of Asterisk configuration in a throw-away Asterisk, before the real one gets it."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

from telephony import ari, asterisk, asterisk_log, console, dialplan, layout, site
from telephony.trunk import Trunk

PLACE = re.compile(r"(?P<file>\S+) line (?P<line>\d+):")
MODULE = re.compile(r"^\s*load\s*=>?\s*(\S+)", re.MULTILINE)
FILES = ("ari.conf", "extensions.conf", "http.conf", "logger.conf", "modules.conf", "pjsip.conf", "rtp.conf")
TRIAL = Trunk("trial", "127.0.0.1:9", 1, 1.0, username="trial", password="trial", register=True)
"""Uses every template for trunks, and calls nobody."""


async def problems(binary: layout.Binary, dialplans: Path, site_files: Mapping[str, str], scratch: Path) -> list[str]:
    """What is wrong with these files, one line each; `scratch` is an empty folder. Empty: all is well."""
    missing = [f"{name} is missing: put it back" for name in FILES if not (dialplans / name).exists()]
    if missing:
        return missing
    folder = layout.Folder(scratch)
    address = ari.AriAddress("127.0.0.1", _free_port(), layout.ARI_USER, folder.password())
    folder.lay_out(binary, dialplans, dict(site_files) | _harmless(address))
    throw_away = asterisk.Asterisk(binary, folder, address, quiet=True)
    try:
        await throw_away.start()
        found = await _dialplan(binary, folder)
    except asterisk.AsteriskFailed as error:
        found = [str(error)]
    finally:
        await throw_away.stop()
    modules = list(_unknown_modules(binary, dialplans))
    said = [] if modules else asterisk_log.complaints(folder.log / "messages.log")
    return sorted([*modules, *said, *found], key=_place)


def _place(problem: str) -> tuple[str, int]:
    found = PLACE.match(problem)
    return (found["file"], int(found["line"])) if found else ("", 0)


def _harmless(address: ari.AriAddress) -> dict[str, str]:
    """Ports and a trunk that disturb nobody while the files are tried."""
    bind = f"127.0.0.1:{_free_port()}"
    ours = site.files([TRIAL], sip_bind=bind, rtp_ports=(1024, 65535), address=address, values={})
    return {name: ours[name] for name in ("http.conf", "ari.conf", "trunks.conf")}


def _unknown_modules(binary: layout.Binary, dialplans: Path) -> Iterator[str]:
    path = dialplans / "modules.conf"
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        if (found := MODULE.match(line)) and not (binary.modules / found[1]).exists():
            yield f"modules.conf line {number}: there is no module {found[1]}; check its spelling"


async def _dialplan(binary: layout.Binary, folder: layout.Folder) -> list[str]:
    applications = {line.strip().split(":")[0] for line in await console.said(binary, folder, "core show applications")}
    functions = {line.split(" ")[0] for line in await console.said(binary, folder, "core show functions")}
    plan = await console.said(binary, folder, "dialplan show")
    return dialplan.problems("\n".join(plan), applications, functions)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
