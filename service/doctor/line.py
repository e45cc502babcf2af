"""The line: trunks, dialplan, prompts, the carrier of texts."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping, Sequence, Set
from pathlib import Path
from typing import Any

from dialer import remedies
from dialer.view import Health
from ivr import menus
from prompts import check as prompts
from prompts import engines
from service import wiring
from service.doctor.finding import Finding, doubtful, well, wrong
from service.settings import Settings
from sms_gateway.providers.smpp import url
from telephony import asterisk, check, site
from telephony.trunk import Trunk

CONNECT_S = 5.0
MOST_SHOWN = 5
SILENT_REMEDY = (
    "check its host in TOCSIN_TRUNKS, TOCSIN_SIP_BIND and the firewall; where the carrier answers no OPTIONS, set the "
    "trunk's qualify to false"
)
START_REMEDY = "start the service (`make up`, or again if TOCSIN_TRUNKS has changed), then run `tocsin doctor` again"
ASK_REMEDY = "run `tocsin doctor` again in 10 s, and see its check of the service"


async def trunks(ours: Settings, state: Mapping[str, Any]) -> list[Finding]:
    """`state`: what the running service says, empty without one."""
    if not ours.trunks:
        return [wrong("trunks", "there is none", "set TOCSIN_TRUNKS: nobody is called, and nobody can call in")]
    told = {each["name"]: each for each in state.get("trunks", [])}
    known = [trunk.for_telephony() for trunk in ours.trunks]
    return list(await asyncio.gather(*(_trunk(trunk, told.get(trunk.name, {})) for trunk in known)))


async def _trunk(trunk: Trunk, told: Mapping[str, Any]) -> Finding:
    name = f"{trunk.name} ({trunk.host})"
    if told.get("health") == Health.AT_FAULT:
        return wrong("trunks", f"{name} is at fault, SIP {told.get('sip')}", str(told.get("remedy")))
    if told.get("health") == Health.NO_ADDRESS or not await site.addresses(trunk):
        return wrong("trunks", f"{name}: its name has no address", remedies.NO_ADDRESS_REMEDY)
    if not trunk.qualify:
        return well("trunks", f"{name} is not asked: its qualify is false")
    return _by_options(name, told)


def _by_options(name: str, told: Mapping[str, Any]) -> Finding:
    """Asterisk asks, and the service that runs it knows the answer."""
    match told.get("reachable"):
        case True:
            return well("trunks", f"{name} answers OPTIONS")
        case False:
            return wrong("trunks", f"{name} answers no OPTIONS", SILENT_REMEDY)
    why = "Asterisk has not asked it yet" if told else "the service that has Asterisk ask it does not run"
    return doubtful("trunks", f"{name} was not asked whether it is there: {why}", ASK_REMEDY if told else START_REMEDY)


async def dialplan(ours: Settings, folder: Path = wiring.DIALPLANS) -> list[Finding]:
    """Tried in a throw-away Asterisk."""
    try:
        menus.read(folder / "menus.yaml")
        with tempfile.TemporaryDirectory(prefix="tocsin-doctor-") as scratch:
            files = wiring.site_files(ours)
            found = await check.problems(wiring.binary(ours), folder, files, Path(scratch))
    except (menus.BadMenu, asterisk.AsteriskFailed) as error:
        found = [str(error)]
    remedy = "correct it; `tocsin dialplan check` tries it again"
    return [wrong("dialplan", each, remedy) for each in found] or [well("dialplan", f"{folder} loads")]


def spoken(ours: Settings) -> list[Finding]:
    found = prompts.problems(wiring.studio(ours), ours.languages)
    if not found:
        return [well("prompts", f"each has its audio, in {' and '.join(ours.languages)}"), _sent_to_be_spoken(ours)]
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    said = "; ".join(map(str, found[:MOST_SHOWN])) + more
    remedy = "run `tocsin prompts build`, or start the service, which does it"
    return [wrong("prompts", said, remedy), _sent_to_be_spoken(ours)]


def _sent_to_be_spoken(ours: Settings) -> Finding:
    """Which texts leave the house."""
    out = {engine.name for engine in engines.named(engines.NAMES) if engine.leaves_home}
    orders = {"prompts": ours.prompt_engines, "confirmed public alerts": ours.alert_engines}
    sent = [f"{texts} {_when(order, out)}" for texts, order in orders.items() if out & set(order)]
    who = "; ".join(sent) or "none"
    return well("prompts", f"texts sent to Google to be spoken: {who}; never alerts to single numbers")


def _when(order: Sequence[str], out: Set[str]) -> str:
    at_home = [name for name in order if name not in out]
    return "first of all" if order[0] in out else f"when {' and '.join(at_home)} fail"


async def texts(ours: Settings) -> list[Finding]:
    if not (carrier := ours.sms_url.get_secret_value()):
        return [doubtful("texts", "no carrier is set", "set TOCSIN_SMS_URL to send texts, too")]
    account, _ = url.parse(carrier)
    place = f"{account.host}:{account.port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(account.host, account.port, ssl=account.tls or None)
        writer.close()
    except (OSError, TimeoutError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        remedy = "check the host and port of TOCSIN_SMS_URL, and the firewall"
        return [wrong("texts", f"{place} takes no connection: {why}", remedy)]
    return [well("texts", f"{place} takes connections")]
