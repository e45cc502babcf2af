"""The line: trunks, dialplan, prompts, the carrier of texts."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence, Set
from typing import Any

from prompts import check as prompts
from prompts import engines
from records.status import Health
from records.upkeep import Finding, Plans
from rules.operator_error import OperatorError
from telephony import site
from telephony.trunk import Trunk
from upkeep import dialplans
from upkeep.doctor.finding import doubtful, well, wrong
from upkeep.equipment import Equipment

CONNECT_S = 5.0
MOST_SHOWN = 5
SILENT_REMEDY = (
    "check its host in TOCSIN_TRUNKS, TOCSIN_SIP_BIND and the firewall; where the carrier answers no OPTIONS, set the "
    "trunk's qualify to false"
)
START_REMEDY = "start the service (`make up`, or again if TOCSIN_TRUNKS has changed), then run `tocsin doctor` again"
ASK_REMEDY = "run `tocsin doctor` again in 10 s, and see its check of the service"


async def trunks(equipment: Equipment, state: Mapping[str, Any]) -> list[Finding]:
    """`state`: what the running service says, empty without one."""
    if not equipment.trunks:
        return [wrong("trunks", "there is none", "set TOCSIN_TRUNKS: nobody is called, and nobody can call in")]
    told = {each["name"]: each for each in state.get("trunks", [])}
    return list(await asyncio.gather(*(_trunk(trunk, told.get(trunk.name, {})) for trunk in equipment.trunks)))


async def _trunk(trunk: Trunk, told: Mapping[str, Any]) -> Finding:
    name = f"{trunk.name} ({trunk.host})"
    if told.get("health") == Health.AT_FAULT:
        return wrong("trunks", f"{name} is at fault, SIP {told.get('sip')}", str(told.get("remedy")))
    if told.get("health") == Health.NO_ADDRESS or not await site.addresses(trunk):
        return wrong("trunks", f"{name}: its name has no address", site.NO_ADDRESS_REMEDY)
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


async def dialplan(equipment: Equipment, plans: Plans | None) -> list[Finding]:
    """Tried in a throw-away Asterisk. Raises ValueError where a file has no plain name."""
    with dialplans.laid_out(equipment, plans) as trial:
        try:
            equipment.menus.read(trial.menu)
            found = await dialplans.of_asterisk(equipment, trial)
        except OperatorError as error:
            found = [str(error)]
    remedy = "correct it; `tocsin dialplan check` tries it again"
    said = trial.in_their_words(found)
    return [wrong("dialplan", each, remedy) for each in said] or [well("dialplan", f"{trial.name} loads")]


def spoken(equipment: Equipment) -> list[Finding]:
    found = prompts.problems(equipment.studio(), equipment.languages)
    if not found:
        return [
            well("prompts", f"each has its audio, in {' and '.join(equipment.languages)}"),
            _sent_to_be_spoken(equipment),
        ]
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    said = "; ".join(map(str, found[:MOST_SHOWN])) + more
    remedy = "run `tocsin prompts build`, or start the service, which does it"
    return [wrong("prompts", said, remedy), _sent_to_be_spoken(equipment)]


def _sent_to_be_spoken(equipment: Equipment) -> Finding:
    """Which texts leave the house."""
    out = {engine.name for engine in engines.named(engines.NAMES) if engine.leaves_home}
    sent = [f"{texts} {_when(order, out)}" for texts, order in equipment.engines.items() if out & set(order)]
    who = "; ".join(sent) or "none"
    return well("prompts", f"texts sent to Google to be spoken: {who}; never alerts to single numbers")


def _when(order: Sequence[str], out: Set[str]) -> str:
    at_home = [name for name in order if name not in out]
    return "first of all" if order[0] in out else f"when {' and '.join(at_home)} fail"


async def texts(equipment: Equipment) -> list[Finding]:
    if (carrier := equipment.carrier) is None:
        return [doubtful("texts", "no carrier is set", "set TOCSIN_SMS_URL to send texts, too")]
    place = f"{carrier.host}:{carrier.port}"
    try:
        async with asyncio.timeout(CONNECT_S):
            _, writer = await asyncio.open_connection(carrier.host, carrier.port, ssl=carrier.tls or None)
        writer.close()
    except (OSError, TimeoutError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        remedy = "check the host and port of TOCSIN_SMS_URL, and the firewall"
        return [wrong("texts", f"{place} takes no connection: {why}", remedy)]
    return [well("texts", f"{place} takes connections")]
