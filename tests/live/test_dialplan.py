"""What our reading of patterns is held against: Asterisk's own."""

from __future__ import annotations

import shutil
from pathlib import Path

from service import places, settings, wiring
from telephony import ari, asterisk, check, console, layout
from tests.telephony.test_dialplan import MATCHES


async def test_asterisk_matches_patterns_as_we_say(tmp_path: Path) -> None:
    ours = settings.load(None)
    binary, folder = wiring.binary(ours), layout.Folder(tmp_path / "asterisk")
    plans = shutil.copytree(places.ROOT / "dialplans", tmp_path / "dialplans")
    with (plans / "extensions.conf").open("a") as file:
        file.writelines(f"\n[row{n}]\nexten => {row[0]},1,Answer()\n" for n, row in enumerate(MATCHES))
    address = ari.AriAddress("127.0.0.1", check._free_port(), layout.ARI_USER, folder.password())
    folder.lay_out(binary, plans, wiring.site_files(ours) | check._harmless(address))
    throw_away = asterisk.Asterisk(binary, folder, address)
    try:
        await throw_away.start()
        asked = [f"dialplan show {extension}@row{n}" for n, (_, extension, _) in enumerate(MATCHES)]
        said = [" ".join(await console.said(binary, folder, each)) for each in asked]
    finally:
        await throw_away.stop()
    found = [
        (pattern, extension, "Answer" in told) for (pattern, extension, _), told in zip(MATCHES, said, strict=True)
    ]
    assert found == MATCHES
