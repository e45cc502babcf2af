"""Tries a folder of Asterisk configuration in a throw-away Asterisk, before the real one gets it."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Mapping
from pathlib import Path

from telephony import ari, asterisk

CONSOLE_S = 10.0
TROUBLE = re.compile(r"\] (?:WARNING|ERROR)\[\d+\](?:\[[^]]*\])? (?P<source>[\w.]+): (?P<text>.*)")
APPLICATION = re.compile(r"\d+\. +(?:\[[^]]*\] )?(?P<name>\w+)\((?P<arguments>.*)\) +\[(?P<place>[^]]+)\]")


async def problems(binary: asterisk.Binary, dialplans: Path, site: Mapping[str, str], scratch: Path) -> list[str]:
    """What Asterisk says against these files, one line each; `scratch` is an empty folder. Empty: all is well."""
    folder = asterisk.Folder(scratch)
    address = ari.Address("127.0.0.1", _free_port(), asterisk.ARI_USER, folder.password())
    folder.lay_out(binary, dialplans, dict(site) | _harmless(address))
    throw_away = asterisk.Asterisk(binary, folder, address)
    try:
        await throw_away.start()
    except asterisk.AsteriskFailed as error:
        return [*_complaints(folder), str(error)]
    try:
        return [*_complaints(folder), *await _unknown_applications(binary, folder)]
    finally:
        await throw_away.stop()


def _harmless(address: ari.Address) -> dict[str, str]:
    """Ports and trunks that disturb nobody while the files are tried."""
    return {
        "http.conf": f"bindaddr = {address.host}\nbindport = {address.port}\n",
        "ari.conf": f"[{address.user}]\ntype = user\npassword = {address.password}\n",
        "trunks.conf": f"[transport-udp]\ntype = transport\nprotocol = udp\nbind = 127.0.0.1:{_free_port()}\n",
    }


def _complaints(folder: asterisk.Folder) -> list[str]:
    path = folder.log / "messages.log"
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    found = [match["text"].strip() for line in lines if (match := TROUBLE.search(line))]
    return list(dict.fromkeys(text.replace(f"{folder.etc}/", "") for text in found))


async def _unknown_applications(binary: asterisk.Binary, folder: asterisk.Folder) -> list[str]:
    """Applications that the dialplan calls and that no loaded module offers: Asterisk itself only notices in a call."""
    offered = await _console(binary, folder, "core show applications")
    known = {line.strip().split(":")[0] for line in offered.splitlines()}
    plan = await _console(binary, folder, "dialplan show")
    return [
        f"{match['place'].replace('extensions.conf:', 'extensions.conf line ')}: there is no application "
        f"{match['name']}(); check its spelling, or load its module in modules.conf"
        for match in APPLICATION.finditer(plan)
        if match["name"] not in known
    ]


async def _console(binary: asterisk.Binary, folder: asterisk.Folder, command: str) -> str:
    words = [*binary.command(), "-C", str(folder.etc / "asterisk.conf"), "-rx", command]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    output, _ = await asyncio.wait_for(process.communicate(), CONSOLE_S)
    return output.decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
