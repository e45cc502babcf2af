"""Answers the calls that come in: one task for each; the hang-up is handled here, once."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Mapping, Sequence

import structlog

from db.queue import calls
from ivr import code_entry, menus
from ivr.context import TRIES, Context, GaveUp, Voice, offer
from ivr.metrics import CALLS_IN
from ivr.scripts.ring_back import ring_back
from prompts.keys import Key
from residents.codes import TooManyCodes
from rules import phone
from supervision.tasks import Tasks
from telephony import ari, events
from telephony.call import Call
from telephony.followed import Hangup, LinkLost
from telephony.tap import Taps

CALL_S = 15 * 60.0
MOST_CALLERS = 200
INCOMING = "incoming"  # argument of Stasis() in dialplans/extensions.conf

log = structlog.get_logger()


class Ivr:
    """The line; with `taps`, keys that callers send as sound are heard. `take` gets each channel that comes in.
    `most`: callers at once; whoever is one too many hears the busy tone of their own network, which costs nothing here,
    and calls again."""

    def __init__(
        self,
        link: ari.Ari,
        context: Context,
        menu: Mapping[str, str],
        taps: Taps | None = None,
        *,
        most: int = MOST_CALLERS,
    ) -> None:
        self._link = link
        self._most = most
        self._context = context
        self._menu = menu
        self._taps = taps
        self._calls, self._away = Tasks[str]("call_in"), Tasks[str]("call_turned_away")

    def take(self, channel: events.AsteriskChannel) -> None:
        full = len(self._calls) >= self._most and channel.state != "Up"  # an answered one is not sent away
        work = self._turn_away(channel) if full else self._serve(channel)
        calls = self._away if full else self._calls
        calls.start(channel.id, work, settle=lambda _: self._let_go(channel.id))

    async def _turn_away(self, channel: events.AsteriskChannel) -> None:
        CALLS_IN.labels("busy").inc()
        log.warning("call_in_busy", callers=len(self._calls), caller=phone.masked(channel.caller.number))
        with contextlib.suppress(ari.AriError, ari.LinkDown, TimeoutError):
            await self._link.hang_up(channel.id, reason="busy")

    async def _let_go(self, channel_id: str) -> None:
        """Nothing speaks on this call any more."""
        with contextlib.suppress(ari.AriError, ari.LinkDown):
            await self._link.hang_up(channel_id)

    def reconcile(self, channels: Sequence[events.AsteriskChannel]) -> None:
        """Callers whose script was lost with the link, or with the program, begin again at the menu."""
        for channel in channels:
            if channel.dialplan.app_data.endswith(INCOMING) and channel.id not in self._calls:
                self.take(channel)

    def open_calls(self) -> int:
        return len(self._calls)

    async def close(self) -> None:
        await asyncio.gather(self._calls.close(), self._away.close())

    async def _serve(self, channel: events.AsteriskChannel) -> None:
        with self._link.listen(channel.id) as line, structlog.contextvars.bound_contextvars(call=channel.id):
            call = Call(self._link, channel, line)
            log.info("call_in", caller=phone.masked(call.caller))
            path: list[str] = []
            await self._note(calls.begin(self._context.store, call.id, call.caller, call.called, self._context.now()))
            try:
                await self._open(call, channel)
                await call.listen_for_keys(self._taps)
                await self._talk(call, path)
            except (Hangup, LinkLost) as end:
                path.append(type(end).__name__.lower())
            except Exception:
                log.exception("call_in_failed")
                path.append("fault")
            finally:
                call.hearing.close()
                await call.hang_up()
                log.info("call_in_over", path=" ".join(path))
                CALLS_IN.labels(path[0] if path else "nothing").inc()
                await self._note(calls.end(self._context.store, call.id, " ".join(path), self._context.now()))

    async def _note(self, entry: Awaitable[None]) -> None:
        """The call log never stands in the way of a call."""
        try:
            await entry
        except Exception as error:
            log.error("call_not_logged", error=str(error) or type(error).__name__)

    async def _open(self, call: Call, channel: events.AsteriskChannel) -> None:
        """Answer; a call taken up again is answered already, and may still hear what an earlier script played."""
        if channel.state == "Up":
            await call.stop_playing()
        else:
            await call.answer()

    async def _talk(self, call: Call, path: list[str]) -> None:
        voice = self._context.voice(self._context.languages[0])
        try:
            async with asyncio.timeout(CALL_S):
                await main_menu(call, voice, self._context.for_call(), self._menu, path)
        except (GaveUp, TimeoutError):
            path.append("gave_up")
            await call.play(voice.prompt(Key.NO_ANSWER_GOODBYE))
        except (Hangup, LinkLost):
            raise
        except Exception:
            log.exception("script_failed")
            path.append("fault")
            await call.play(voice.prompt(Key.FAULT))


async def main_menu(call: Call, voice: Voice, context: Context, menu: Mapping[str, str], path: list[str]) -> None:
    """What this number was called for, or the greeting; then the menu until the caller hangs up, or is done. Raises
    GaveUp after TRIES without a choice."""
    greeting = await ring_back(call, voice, context, path)
    tries, fresh = 0, False
    while greeting is not None and tries < TRIES:
        key = await call.gather(*greeting, *voice.say(Key.MAIN_MENU, offer), fresh=fresh)
        greeting = []
        name = menu.get(key, "")
        fresh = name not in ("", menus.OTHER_LANGUAGE)  # what is keyed in while a script ends chooses nothing here
        if name == menus.OTHER_LANGUAGE:
            voice.switch()
            greeting = voice.say(Key.GREETING)
        elif name:
            path.append(name)
            await _run(name, call, voice, context)
        elif key:
            await call.play(voice.prompt(Key.WRONG_KEY))
        tries = 0 if name else tries + 1
    if greeting is not None:
        raise GaveUp


async def _run(name: str, call: Call, voice: Voice, context: Context) -> None:
    try:
        await menus.SCRIPTS[name](call, voice, context)
    except TooManyCodes as refused:
        code_entry.complain(refused)
        await call.play(voice.prompt(Key.CODE_TOO_MANY))
