"""`tocsin lab`: the town in a box, alone, for training."""

from __future__ import annotations

import asyncio
import json as json_module
import signal
from typing import Annotated

import typer

from lab import ports
from lab import town as towns
from lab.smsc import Centre
from service import wiring
from service.settings import Settings
from tocsin.commands import local
from tocsin.commands.common import console

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="The town in a box: telephones and texts that are only simulated."
)


@app.callback()
def group() -> None:
    """The town in a box: telephones and texts that are only simulated."""


@app.command()
def up(
    sip_port: Annotated[int, typer.Option(help="Where the town's network takes calls.")] = 5070,
    sms_port: Annotated[int, typer.Option(help="Where its short-message centre takes texts.")] = 2775,
) -> None:
    """Run the town until Ctrl-C, and say which settings lead Tocsin to it."""
    ours = local.loaded()
    asyncio.run(_run(ours, sip_port, sms_port))


async def _run(ours: Settings, sip_port: int, sms_port: int) -> None:
    home = ours.home / "lab"
    binary = wiring.binary(ours)
    towns.studio(home, ours.cache / "speech", binary).build()
    town = towns.LabTown(home, binary, tocsin_sip=ours.sip_bind, sip=f"{ports.LOOPBACK}:{sip_port}")
    centre = Centre()
    await centre.start(sms_port)
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        async with town.running():
            _explain(town, centre)
            await stopping.wait()
    finally:
        await centre.close()


def _explain(town: towns.LabTown, centre: Centre) -> None:
    trunk = [{"name": "town", "host": town.sip, "channels": 30, "calls_per_second": 10}]
    console.print("The town is up. In .env:")
    console.print(f"TOCSIN_TRUNKS={json_module.dumps(trunk)}", soft_wrap=True, highlight=False, markup=False)
    console.print(f"TOCSIN_SMS_URL={centre.url}", soft_wrap=True, highlight=False, markup=False)
    console.print("The last two digits of a number say how it behaves: see lab/dialplans/extensions.conf.")
    console.print(f"What each telephone heard: {town.home}/heard. Ctrl-C ends it.")
