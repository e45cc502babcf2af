"""A caller who does one thing at each playback of a call, as a plan says, and nothing after it; and where the script is
at each of them, so that whatever leads to something new can be walked."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import FrameType

from tests.db.town import NOW
from tests.ivr.scripted_call import CAREFUL, GAP_S, Caller, FarSide, Finger
from tests.ivr.truths import IS_SO
from tests.ivr.world import World

AFTER_S = 0.4  # after the end of a playback
SPELLED = "digit_"
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Act:
    """`keys`: or what finds them. `hangs_up`: in the middle of a playback, or `late`, once it has ended."""

    name: str
    keys: str | Callable[[Walking], str] = ""
    finger: Finger = CAREFUL
    hangs_up: bool = False
    late: bool = False

    def __repr__(self) -> str:
        return self.name


NOTHING = Act("-")
Plan = Sequence[Act] | Callable[["Walking"], Act]
"""An act for each playback; or what chooses one while it begins."""


@dataclass(frozen=True, slots=True)
class Point:
    """One playback, where the script was, and what it and the store knew."""

    said: tuple[str, ...]
    script: tuple[object, ...]
    knows: tuple[object, ...]

    @property
    def asks(self) -> frozenset[str]:
        """Without its language, nor what it spells out."""
        return frozenset(name.partition("/")[2] for name in self.said if SPELLED not in name and "pause_" not in name)

    @property
    def place(self) -> object:
        return self.script, self.asks

    @property
    def place_in_language(self) -> object:
        return self.place, self.said[0][:2]

    @property
    def state(self) -> object:
        return self.place_in_language, self.knows


@dataclass
class Spoken:
    """One playback: what it says, when it begins and ends if nobody stops it, the keys that went down since, each with
    its moment."""

    said: tuple[str, ...]
    began_at: float
    ends_at: float
    pressed: list[tuple[float, str]] = field(default_factory=list)

    @property
    def keys(self) -> frozenset[str]:
        """Without their languages."""
        return frozenset(name.partition("/")[2] if not name.startswith("alerts/") else "alert" for name in self.said)


class Walking(FarSide):
    """`number`: as the network shows it; `listener`: whose telephone it is, E.164. `counts`: how often something was
    asked makes another state."""

    def __init__(
        self, world: World, number: str, plan: Plan, *, listener: str, incoming: bool = True, counts: bool = False
    ) -> None:
        super().__init__(Caller(number))
        self.world, self.plan, self.counts = world, plan, counts
        self.listener, self.incoming = listener, incoming
        self.number = listener  # that the script speaks of
        self.points: list[Point] = []
        self.spoken: list[Spoken] = []
        self.proved: set[str] = set()
        self.untrue: list[str] = []
        self.hung_up = False
        self.known_before = {row["address"] for row in world.rows("contact_point")}

    async def play(self, channel_id: str, playback_id: str, media: Sequence[str]) -> None:
        place = len(self.playbacks)
        scripts = list(_scripts(sys._getframe(1)))
        await super().play(channel_id, playback_id, media)
        lasts_s = self.line.lasts(playback_id)
        self.spoken.append(Spoken(tuple(self.playbacks[place]), self.line.now, self.line.now + lasts_s))
        self._judge(scripts)
        if not callable(self.plan):
            self.points.append(Point(self.spoken[-1].said, _place(scripts), self._state(scripts)))
        self._does(self._planned(place))

    def _planned(self, place: int) -> Act:
        if callable(self.plan):
            return self.plan(self)
        return self.plan[place] if place < len(self.plan) else NOTHING

    def _does(self, act: Act) -> None:
        now = self.spoken[-1]
        after_s = now.ends_at - self.line.now + AFTER_S if act.late else act.finger.after_s
        if act.hangs_up:
            self.line.later(after_s, self._hangs_up)
        for digit in act.keys if isinstance(act.keys, str) else act.keys(self):
            for _ in range(act.finger.times):
                self.line.later(after_s, functools.partial(self._down, digit))
                self._press(digit, after_s, act.finger.held_s)
                after_s += act.finger.held_s + act.finger.again_s
            after_s += GAP_S - act.finger.again_s

    def _down(self, digit: str) -> None:
        self.spoken[-1].pressed.append((self.line.now, digit))

    def _hangs_up(self) -> None:
        self.hung_up = self.hung_up or not self.gone
        if not self.gone:
            super()._hangs_up()

    def _hears(self, name: str) -> None:
        self.heard.append(name)

    # -- where the script is, and what it says ------------------------------------------------------------------------

    def _judge(self, scripts: Sequence[FrameType]) -> None:
        found = [each.f_locals for each in scripts]
        self.proved |= {number for each in found if "context" in each for number in each["context"].proved}
        self.number = next((each["number"] for each in found if isinstance(each.get("number"), str)), self.listener)
        for key in self.spoken[-1].keys & IS_SO.keys():
            if not IS_SO[key](self.world, self.number):
                self.untrue.append(f"“{key}” is said of {self.number}, and is not so")

    def _state(self, scripts: Sequence[FrameType]) -> tuple[object, ...]:
        numbers = tuple(each.f_locals.get("number") for each in scripts)
        counts = tuple(value for each in scripts for value in _counts(each)) if self.counts else ()
        return numbers, counts, self.world.digest(), self.code() != "", frozenset(self.proved)

    # -- looked at afterwards -----------------------------------------------------------------------------------------

    def answers(self, prompt: str) -> set[str]:
        """The keys that went down since that prompt began and before the next playback; at the very moment in which it
        began, too."""
        began = {each.began_at for each in self.spoken if prompt in each.keys}
        since = {key for each in self.spoken if prompt in each.keys for _, key in each.pressed}
        return since | {key for each in self.spoken for at, key in each.pressed if at in began}

    def pressed(self) -> set[str]:
        return {key for each in self.spoken for _, key in each.pressed}

    def confirmed_leaving(self) -> bool:
        if "5" in self.answers("leave_confirm") | self.answers("leave_call"):
            return True
        return "8" in self.pressed() and "5" in self.answers("alert_stop_confirm")

    def silences(self) -> Iterator[tuple[Spoken, float]]:
        """After each playback, until the next one or the end."""
        ends = [*(each.began_at for each in self.spoken[1:]), self.line.now]
        for each, until in zip(self.spoken, ends, strict=True):
            yield each, until - each.ends_at

    def codes_heard(self) -> Iterator[str]:
        """Those that were read on this call, whole."""
        for each in self.spoken:
            if "code_is" in each.keys:
                digits = [name.partition(SPELLED)[2] for name in each.said if SPELLED in name]
                yield "".join(digits[:CODE_DIGITS])

    def code(self) -> str:
        """Of the number that is spoken of: heard on this call, texted there, or read there before."""
        heard = [*self.codes_heard()] if self.number == self.listener else []
        return heard[-1] if heard else self.world.texted(self.number) or self.world.codes.get(self.number, "")

    def ended_at(self) -> str:
        """As the store writes moments."""
        return (NOW + timedelta(seconds=self.line.now)).replace(tzinfo=None).isoformat(" ", "microseconds")


def _place(scripts: Sequence[FrameType]) -> tuple[object, ...]:
    return tuple((each.f_code.co_qualname, each.f_lineno) for each in scripts)


def _counts(script: FrameType) -> Iterator[object]:
    yield from (value for name, value in script.f_locals.items() if isinstance(value, int) or name == "key")


def _scripts(frame: FrameType | None) -> Iterator[FrameType]:
    """The frames of the product's own scripts, innermost first."""
    while frame is not None:
        path = frame.f_code.co_filename
        if "/tests/" not in path and ("/ivr/" in path or "/dialer/" in path):
            yield frame
        frame = frame.f_back
