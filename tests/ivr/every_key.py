"""Walks a call: at each playback every key, held, doubled and late too, each kind of number and code, each hang-up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.ivr.scripted_call import DOUBLED, HELD
from tests.ivr.situations import BEGINS_S, OTHER, OWN, Stage
from tests.ivr.walking import NOTHING, Act, Point, Walking

KEYS = "0123456789*#"
DECIDE = "1589#"
ONCE = *(Act(key, key) for key in KEYS), Act("hangs up", hangs_up=True)
ODD = (
    *(Act(f"{key} held", key, HELD) for key in DECIDE),
    *(Act(f"{key} doubled", key, DOUBLED) for key in DECIDE),
    *(Act(f"{key} late", key, late=True) for key in DECIDE),
    Act("hangs up late", hangs_up=True, late=True),
)
NUMBERS = (
    *(
        Act(each, each)
        for each in (OWN, OTHER, f"1{OWN}", "418#", "4185550", "2125550123", "9115550123", f"418*{OTHER}")
    ),
)
CODES = (
    Act("the code", Walking.code),
    Act("the code and #", lambda far: f"{far.code()}#"),
    Act("a wrong code", "000000"),
    Act("half a code", "000#"),
    Act("too much of a code", "0000000000"),
)
ASKS_NUMBER = {"enter_number", "enter_number_or_own"}
ASKS_CODE = {"enter_code", "enter_code_or_new"}


Acts = tuple[Act, ...]


@dataclass
class Walk:
    """`most`: calls of one situation, before what was met already is left alone; `places`: of all situations; `wrong`:
    by situation and plan."""

    most: int
    counts: bool = False
    calls: int = 0
    places: set[object] = field(default_factory=set)
    places_in_language: set[object] = field(default_factory=set)
    states: set[object] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    async def through(self, name: str, stage: Stage) -> None:
        """Whatever can happen: places that are new first, then those that are met with another store."""
        ends_at = self.calls + self.most
        new, again = deque[Acts]([(), *map(_acts, stage.situation.ways)]), deque[Acts]()
        while new or (again and self.calls < ends_at):
            plan = new.popleft() if new else again.popleft()
            far = await self._play(name, stage, plan)
            for place, point in [*enumerate(far.points)][len(plan) :]:
                if (name, point.state) not in self.states:
                    ahead = (*plan, *(NOTHING,) * (place - len(plan)))
                    queue = again if point.place_in_language in self.places_in_language else new
                    queue.extend((*ahead, act) for act in acts(point, quick=point.place in self.places))
                    self.states.add((name, point.state))
                    self.places.add(point.place)
                    self.places_in_language.add(point.place_in_language)

    async def _play(self, name: str, stage: Stage, plan: Acts) -> Walking:
        stage.begin()
        out = await stage.due(BEGINS_S) if stage.situation.out else None
        far = await stage.play(plan, out=out, counts=self.counts)
        self.calls += 1
        self.heard |= {each for spoken in far.spoken for each in spoken.said}
        if far.untrue:
            self.wrong[f"{name}: {[*plan]}"] = far.untrue
        return far


def _acts(way: Iterable[str]) -> Acts:
    return tuple(CODES[0] if each == "code" else Act(each, each) if each else NOTHING for each in way)


def acts(point: Point, *, quick: bool) -> Iterator[Act]:
    """`quick`: the same place was met already, in another language or with another store."""
    yield from ONCE if quick else (*ONCE, *ODD)
    if point.asks & ASKS_NUMBER:
        yield from NUMBERS[:2] if quick else NUMBERS
    if point.asks & ASKS_CODE:
        yield from CODES[:1] if quick else CODES
