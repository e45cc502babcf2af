"""Asterisk's console, which reaches what REST does not."""

from __future__ import annotations

import asyncio

from telephony.layout import Binary, Folder

LIMIT_S = 10.0


async def said(binary: Binary, folder: Folder, command: str) -> list[str]:
    """What the console of the Asterisk that runs on a folder prints. Raises TimeoutError, OSError."""
    words = [*binary.command(), "-C", str(folder.etc / "asterisk.conf"), "-rx", command]
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), LIMIT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return output.decode(errors="replace").splitlines()
