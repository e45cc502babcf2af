"""The far side of a call, in a time of its own: it hears prompts, presses keys, hangs up. What it speaks with is the
real `Call`; only Asterisk's answers and events are made here, so that a call of minutes takes milliseconds."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import heapq
import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from prompts import sound
from prompts.keys import Key
from telephony import ari, events
from telephony.line import Happening, Line
from tests.db.town import NOW

CHANNEL = "c" * 32
A_MOMENT_S = 0.5  # into a prompt before its key goes down
KEY_S, GAP_S = 0.1, 0.15
PAUSE_S = 0.6  # between two answers
CALL_S = 900.0  # a call that lasts longer in its own time has no end


@dataclass(frozen=True, slots=True)
class Finger:
    """How keys are pressed: `held_s` each; `times`: each arrives so often, `again_s` after it came up."""

    held_s: float = KEY_S
    times: int = 1
    again_s: float = 0.1
    after_s: float = A_MOMENT_S


CAREFUL = Finger()
HELD = Finger(held_s=3.0)
REPEATED = Finger(times=20)
DOUBLED = Finger(times=2, again_s=0.3)

Keys = str | Callable[["FarSide"], str]


@dataclass
class Caller:
    """`answers`: for each prompt, what is pressed the first time that it is heard, the second … `otherwise`: at every
    other prompt that asks. `hangs_up_at`: the place of a playback in the call, as it begins."""

    number: str
    answers: Mapping[Key, Sequence[Keys]] = field(default_factory=dict)
    otherwise: Mapping[Key, str] = field(default_factory=dict)
    finger: Finger = CAREFUL
    hangs_up_at: int | None = None

    def but(self, **changes: Any) -> Caller:
        return replace(self, **changes)


class FarSide(ari.Ari):
    """Asterisk and the caller behind it."""

    def __init__(self, caller: Caller) -> None:
        super().__init__(ari.AriAddress("127.0.0.1", 9, "", ""), "tocsin")
        self.caller = caller
        self.heard: list[str] = []  # such as `fr/greeting`
        self.playbacks: list[list[str]] = []
        self.gone = False
        self.told = ""  # by the end of the call
        self.line = FarLine()
        self._times: dict[str, int] = {}
        self._up_at = 0.0  # when the finger is free again

    @property
    def channel(self) -> events.AsteriskChannel:
        return events.AsteriskChannel(
            id=CHANNEL, state="Ring", caller=events.CallerId(number=self.caller.number),
            dialplan=events.Dialplan(exten="4185551000", app_data="tocsin,incoming"),
        )  # fmt: skip

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.line.now)

    @property
    def keys_heard(self) -> list[str]:
        """Without their languages."""
        return [each.partition("/")[2] for each in self.heard]

    def code(self) -> str:
        """The code that was read last, as its hearer keys it in."""
        digits = [each.removeprefix("digit_") for each in self.keys_heard if each.startswith("digit_")]
        return "".join(digits[-6:])

    # -- commands ---------------------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def listen(self, channel_id: str) -> Iterator[Line]:
        yield self.line

    async def answer(self, channel_id: str) -> None:
        self._alive()

    async def silence(self, channel_id: str) -> None:
        self._alive()

    async def send_dtmf(self, channel_id: str, digits: str, *, between_ms: int = 100, duration_ms: int = 100) -> None:
        self._alive()

    async def hang_up(self, channel_id: str, *, reason: str = "normal") -> None:
        self.told = reason
        if not self.gone:
            self.gone = True
            self.line.later(0.0, events.ChannelDestroyed(channel=self.channel, cause=16))

    async def stop_playing(self, playback_id: str) -> None:
        self._alive()
        self.line.cancel(playback_id)

    async def play(self, channel_id: str, playback_id: str, media: Sequence[str]) -> None:
        self._alive()
        names = [_name(each) for each in media]
        place = len(self.playbacks)
        self.playbacks.append(names)
        playing = events.Playback(id=playback_id, target_uri=f"channel:{channel_id}", state="playing")
        self.line.later(0.0, events.PlaybackStarted(playback=playing, timestamp=self.now()), playback_id)
        if place == self.caller.hangs_up_at:
            self.line.later(0.05, self._hangs_up)
        at = 0.0
        for name, each in zip(names, media, strict=True):
            self.line.later(at, functools.partial(self._hears, name), playback_id)
            at += _seconds(each.removeprefix("sound:"))
        done = events.Playback(id=playback_id, target_uri=f"channel:{channel_id}", state="done")
        stamp = self.now() + timedelta(seconds=at)
        self.line.later(at, events.PlaybackFinished(playback=done, timestamp=stamp), playback_id)

    def _alive(self) -> None:
        if self.gone:
            raise ari.AriError(404, "no such channel")

    # -- the caller -------------------------------------------------------------------------------------------------

    def _hangs_up(self) -> None:
        self.gone = True
        self.line.later(0.0, events.ChannelHangupRequest(channel=self.channel, cause=16))

    def _hears(self, name: str) -> None:
        self.heard.append(name)
        try:
            key = Key(name.partition("/")[2])
        except ValueError:  # the text of an alert
            self.press("")
        else:
            self._hears_prompt(key)

    def _hears_prompt(self, key: Key) -> None:
        before = self._times.get(key, 0)
        self._times[key] = before + 1
        answers = self.caller.answers.get(key, ())
        keys = answers[before] if before < len(answers) else self.caller.otherwise.get(key, "")
        self.press(keys if isinstance(keys, str) else keys(self))

    def press(self, keys: str) -> None:
        finger = self.caller.finger
        at = max(finger.after_s, self._up_at + PAUSE_S - self.line.now)
        for digit in keys:
            for _ in range(finger.times):
                self._press(digit, at, finger.held_s)
                at += finger.held_s + finger.again_s
            at += GAP_S - finger.again_s
        self._up_at = self.line.now + at

    def _press(self, digit: str, at: float, held_s: float) -> None:
        """The event comes as the key comes up."""
        up = at + held_s
        stamp = NOW + timedelta(seconds=self.line.now + up)
        pressed = events.ChannelDtmfReceived(
            channel=self.channel, digit=digit, duration_ms=round(held_s * 1000), timestamp=stamp
        )
        self.line.later(up, pressed)


class FarLine(Line):
    """Time passes only while somebody waits on it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.ends_at = CALL_S
        self.clock = lambda: self.now
        self._coming: list[tuple[float, int, str, Happening | Callable[[], None]]] = []
        self._order = itertools.count()

    def later(self, seconds: float, what: Happening | Callable[[], None], of: str = "") -> None:
        heapq.heappush(self._coming, (self.now + seconds, next(self._order), of, what))

    def lasts(self, of: str) -> float:
        """Seconds until the last of it."""
        return max(at for at, _, what, _ in self._coming if what == of) - self.now

    def cancel(self, of: str) -> None:
        self._coming = [each for each in self._coming if each[2] != of]
        heapq.heapify(self._coming)

    async def next(self, limit_s: float = math.inf) -> Happening | None:
        await asyncio.sleep(0)
        until = self.now + limit_s
        while self._coming and self._coming[0][0] <= until:
            at, _, _, what = heapq.heappop(self._coming)
            self.now = max(self.now, at)
            if not callable(what):
                return what
            what()
        assert until < self.ends_at, f"the call does not end: {self.now:.0f} s"
        self.now = until
        return None


def _name(media: str) -> str:
    path = Path(media.removeprefix("sound:"))
    return f"{path.parent.name}/{path.name}"


_SECONDS: dict[str, float] = {}


def _seconds(path: str) -> float:
    if path not in _SECONDS:
        _SECONDS[path] = sound.seconds(Path(f"{path}.wav"))
    return _SECONDS[path]
