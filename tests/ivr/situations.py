"""Who calls, or is called, and what the town knows of them before; one call, from the first ring to what is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import structlog
import structlog.testing

from db.alerts import ring_back
from db.queue import attempts
from db.residents import accounts, contacts, leaving, opt_outs
from dialer import conversation, record
from dialer.speech import AlertSpeech
from ivr import menus
from ivr.app import Ivr
from ivr.context import Context
from ivr.scripts.deliver_alert import Spoken
from prompts.studio import Studio
from rules.audience import Target
from rules.english import English
from rules.model import Attempt, Channel, Language
from rules.outcome import Disposition
from rules.phone import CANADIAN_AREA_CODES
from rules.status import AttemptStatus
from service.places import DIALPLANS
from telephony.call import Call
from tests.db import town as people
from tests.ivr import truths
from tests.ivr.walking import Plan, Walking
from tests.ivr.world import World

OWN, OTHER, STRANGER = "4185550123", "4185550199", "4185550177"
ME, THEM = f"+1{OWN}", f"+1{OTHER}"
RECEPTION = "+14185551000"
BEGINS_S = 60.0
LONGEST_S = 900.0
MENU = menus.read(DIALPLANS / "menus.yaml")
LONG = "Faites bouillir votre eau. " * 150

Prepare = Callable[[World], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Situation:
    """`shown`: the caller's number as the network shows it; `out`: we call; `ways`: what leads to what is said to
    nobody else, an act for each playback."""

    prepare: Prepare
    shown: str = OWN
    listener: str = ME
    texts: bool = True
    languages: tuple[Language, ...] = (Language.FR, Language.EN)
    english: English = English.EVERYONE
    out: bool = False
    ways: tuple[tuple[str, ...], ...] = ()
    met: conversation.Met = conversation.Met.FRESH


async def nobody(world: World) -> None:
    """The town knows nothing of who calls."""


async def resident(world: World) -> None:
    await people.people(world.store, [ME])
    world.codes[ME] = await accounts.issue_code(world.store, ME, caller="", now=people.NOW)


async def resident_by_text(world: World) -> None:
    (me,) = await people.people(world.store, [ME], channel=Channel.SMS)
    await contacts.add_point(world.store, me.id, Channel.VOICE, ME, now=people.NOW)
    world.codes[ME] = await accounts.issue_code(world.store, ME, caller="", now=people.NOW)


async def gone(world: World) -> None:
    """A resident who has left."""
    await resident(world)
    await opt_outs.leave(world.store, ME, via="telephone", now=people.NOW)


async def begun(world: World) -> None:
    """Somebody has begun to enrol this number, and its holder has a code to log in."""
    await accounts.enrol(
        world.store, ME, language=Language.FR, wording=people.WORDS, via="telephone", now=people.NOW, caller=""
    )
    world.codes[ME] = await accounts.issue_code(world.store, ME, caller="", now=people.NOW)


async def neighbours(world: World) -> None:
    """The other number is a resident's, and not the caller's."""
    await people.people(world.store, [THEM])


async def rung(world: World) -> None:
    await _rung(world)


async def acknowledged(world: World) -> None:
    await _rung(world)
    (alert,) = world.rows("alert")
    await ring_back.acknowledge(world.store, ME, alert["id"], now=people.later(40))


async def rung_alone(world: World) -> None:
    """By an alert for this number only."""
    await _rung(world, target=Target(numbers=(ME,)))
    world.codes[ME] = await accounts.issue_code(world.store, ME, caller="", now=people.NOW)


async def _rung(world: World, **alert: Any) -> None:
    found = await people.people(world.store, [ME])
    await people.running(world.store, found, **alert)
    for attempt in await attempts.claim(world.store, 10, now=people.later(1)):
        await attempts.advance(world.store, attempt.id, AttemptStatus.PLACED, at=people.later(2))
        await attempts.finish(world.store, attempt.id, people.NO_ANSWER, now=people.later(30))


async def often(world: World) -> None:
    """A resident who has asked for as many codes as there are."""
    await people.people(world.store, [ME])
    for _ in range(3):
        await accounts.issue_code(world.store, ME, caller="", now=people.NOW)


async def warned(world: World) -> None:
    """A resident, while two alerts are current."""
    await alerted(world)
    await people.running(world.store, await people.people(world.store, [THEM]), title="Encore")


async def code_asked(world: World) -> None:
    await attempts.queue_code(world.store, ME, language=Language.FR, now=people.NOW, due_at=people.NOW)


async def code_asked_to_enrol(world: World) -> None:
    begun = await accounts.enrol(
        world.store, ME, language=Language.EN, wording=people.WORDS, via="telephone", now=people.NOW, caller=THEM
    )
    await attempts.queue_code(
        world.store, ME, language=Language.EN, now=people.NOW, due_at=people.NOW, consent_id=begun.consent_id
    )


async def leaving_asked(world: World) -> None:
    await people.people(world.store, [ME])
    await leaving.ask_by_call(world.store, ME, language=Language.FR, caller="", now=people.NOW, due_at=people.NOW)


async def alerted(world: World) -> None:
    await people.running(world.store, await people.people(world.store, [ME]))


async def alerted_long(world: World) -> None:
    found = await people.people(world.store, [ME])
    await people.running(world.store, found, texts=dict.fromkeys(Language, LONG))


FR, EN = Language.FR, Language.EN
ENROLS_OTHER = "1", OTHER, "1", "1", "1"
ENROLS = "1", "#", "1", "1", "1"
LEAVES = "8", "5"
GUESSES = "3", "#", "1", *("000000", "") * 6
LOGS_IN = "3", "#", "1", "code"
CALLING: dict[str, Situation] = {
    "a stranger": Situation(nobody, ways=(GUESSES,)),
    "a stranger, no carrier for texts": Situation(nobody, texts=False),
    "a stranger, French alone": Situation(nobody, languages=(FR,)),
    "a stranger, English for exceptions": Situation(nobody, english=English.EXCEPTIONS),
    "a stranger, English first": Situation(nobody, languages=(EN, FR)),
    "a hidden number": Situation(nobody, shown="anonymous", listener="", ways=(("8",),)),
    "a foreign number": Situation(nobody, shown="+33612345678", listener=""),
    "a neighbour of a resident": Situation(neighbours, ways=(ENROLS_OTHER,)),
    "a resident": Situation(resident, ways=(LOGS_IN,)),
    "a resident by text": Situation(resident_by_text, ways=(LOGS_IN, LEAVES)),
    "a resident who has left": Situation(gone, ways=(LOGS_IN,)),
    "a resident who has asked to leave": Situation(leaving_asked, ways=(LEAVES,)),
    "a resident who has asked for many codes": Situation(often, ways=(ENROLS,)),
    "a resident, while alerts are current": Situation(warned, ways=(("2",),)),
    "an enrolment begun": Situation(begun, ways=(LOGS_IN,)),
    "called for an alert": Situation(rung),
    "called for an alert, and acknowledged": Situation(acknowledged),
    "called for an alert of their own": Situation(rung_alone, ways=(LOGS_IN,)),
}
CALLED: dict[str, Situation] = {
    "a code": Situation(code_asked, out=True),
    "a code to enrol": Situation(code_asked_to_enrol, out=True),
    "leaving": Situation(leaving_asked, out=True),
    "leaving, French alone": Situation(leaving_asked, out=True, languages=(FR,)),
    "an alert": Situation(alerted, out=True),
    "a long alert": Situation(alerted_long, out=True),
    "an alert, French alone": Situation(alerted, out=True, languages=(FR,)),
}


class Stage:
    """One situation, played again and again."""

    def __init__(self, world: World, studio: Studio, situation: Situation) -> None:
        self.world, self.studio, self.situation = world, studio, situation

    async def prepare(self) -> None:
        """In an empty store."""
        self.world.codes.clear()
        await self.situation.prepare(self.world)
        self._kept, self._codes = self.world.kept(), dict(self.world.codes)

    def begin(self) -> None:
        """All is as it was prepared."""
        self.world.reset(self._kept)
        self.world.codes = dict(self._codes)

    async def due(self, at_s: float) -> Attempt | None:
        """The call that we place at that moment, if there is one."""
        claimed = await attempts.claim(self.world.store, 1, now=people.later(at_s))
        return claimed[0] if claimed else None

    async def play(
        self, plan: Plan, *, out: Attempt | None = None, begins_s: float = BEGINS_S, counts: bool = False
    ) -> Walking:
        """One call, `out` or in, from the store as it is; what does not hold at its end is among what was untrue."""
        shown, listener = (out.address, out.address) if out else (self.situation.shown, self.situation.listener)
        far = Walking(self.world, shown, plan, listener=listener, incoming=out is None, counts=counts)
        far.line.now, far.line.ends_at = begins_s, begins_s + LONGEST_S
        before, others = self.world.snapshot(), asyncio.all_tasks()
        with structlog.testing.capture_logs() as logged:
            async with asyncio.timeout(60):
                await (self._out(far, out) if out else self._in(far))
        far.untrue += [f"the log says {each}" for each in logged if each["log_level"] in ("error", "critical")]
        if left := asyncio.all_tasks() - others:
            far.untrue.append(f"tasks are left: {left}")
        far.untrue += truths.wrong(far, before)
        for plain in far.codes_heard():
            self.world.codes[listener] = plain
        return far

    async def _in(self, far: Walking) -> None:
        others = asyncio.all_tasks()
        ivr = Ivr(far, self._context(far), MENU)
        ivr.take(far.channel)
        await asyncio.wait(asyncio.all_tasks() - others)
        (logged,) = self.world.rows("call_log", call_id=far.channel.id)
        if logged["ended_at"] is None or {"fault", "linklost"} & set(logged["path"].split()) or ivr.open_calls():
            far.untrue.append(f"the log of calls says {logged}")

    async def _out(self, far: Walking, attempt: Attempt) -> None:
        """As the dialer has it, once the call is answered."""
        context = self._context(far)
        speech = AlertSpeech(context, lambda: None)
        spoken = await speech.of(attempt) if attempt.alert_id is not None else None

        async def in_language(language: Language) -> Spoken:
            return await speech.in_language(attempt, language)

        call = Call(far, far.channel, far.line)
        outcome = await conversation.converse(
            call, attempt, context, spoken, None, in_language=in_language, met=self.situation.met
        )
        await attempts.finish(self.world.store, attempt.id, outcome, now=context.now())
        await record.code_again(context.town, attempt, outcome)
        await speech.close()
        if outcome.disposition is not Disposition.HUMAN:
            far.untrue.append(f"the call came to {outcome}")

    def _context(self, far: Walking) -> Context:
        situation = self.situation
        places = self.world.store, self.studio, situation.languages, "Valmont", RECEPTION, CANADIAN_AREA_CODES
        return Context(*places, far.now, situation.texts, situation.english)
