"""Callers who press whatever comes to their mind, and answer when we call: nothing that is said is untrue, nothing
changes that nobody asked for, and nobody is left in silence."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

from db.engine.store import Store
from prompts.studio import Studio
from tests.ivr.every_key import CODES, NUMBERS, ODD, ONCE
from tests.ivr.situations import BEGINS_S, CALLED, CALLING, Stage
from tests.ivr.walking import NOTHING, Act, Walking
from tests.ivr.world import World

CALLERS = 2000
IN_A_ROW = 4  # calls of one caller and to them, each in the town that the one before left
MOST_S = 60.0  # of the processor
MOST_ACTS = 10  # of one call, then silence
LATER_S = 30.0  # from one call to the next
SENSIBLE: Mapping[str, str] = {
    "main_menu": "1112388",
    "number_right": "1112",
    "consent": "1112",
    "code_way": "12",
    "code_again": "1#",
    "texts_too": "12",
    "file_menu": "123848*",
    "leave_ask": "5552",
    "leave_confirm": "5552",
    "leave_call": "559",
    "alert_menu": "12889",
    "alert_stop_confirm": "551",
    "ring_back_menu": "1129*",
    "ring_back_again": "2*",
    "ring_back_end": "1*9",
    "code_not_asked": "18",
}
"""By prompt, the keys that it offers, the more likely ones more often."""


def chooser(chance: random.Random) -> Callable[[Walking], Act]:
    def choose(far: Walking) -> Act:
        asked, left = far.spoken[-1].keys, MOST_ACTS - len(far.spoken)
        if left < 0 or chance.random() < 0.1:
            return NOTHING
        if asked & {"enter_number", "enter_number_or_own"} and chance.random() < 0.9:
            return chance.choice((Act("#", "#"), Act("#", "#"), *NUMBERS))
        if asked & {"enter_code", "enter_code_or_new"} and chance.random() < 0.9:
            return chance.choice((CODES[0], CODES[0], CODES[0], Act("#", "#"), *CODES))
        offered = "".join(keys for prompt, keys in SENSIBLE.items() if prompt in asked)
        if offered and chance.random() < 0.8:
            key = chance.choice(offered)
            return Act(key, key, late=chance.random() < 0.2)
        if not offered and chance.random() < 0.7:
            return NOTHING
        return chance.choice((*ONCE, *ODD))

    return choose


async def test_two_thousand_callers(store: Store, url: str, studio: Studio) -> None:
    seed = random.SystemRandom().randrange(10**6)
    chance, world = random.Random(seed), World(store, url)
    stages = []
    empty = world.kept()
    for situation in (*CALLING.values(), *CALLED.values()):
        world.reset(empty)
        stages.append(Stage(world, studio, situation))
        await stages[-1].prepare()
    began_at = time.process_time()
    for life in range(CALLERS // IN_A_ROW):
        stage, begins_s = chance.choice(stages), BEGINS_S
        stage.begin()
        for _ in range(IN_A_ROW):
            far = await stage.play(chooser(chance), out=await stage.due(begins_s), begins_s=begins_s)
            assert not far.untrue, f"seed {seed}, life {life}: {far.untrue}\n" + "\n".join(map(str, far.spoken))
            begins_s = far.line.now + LATER_S
    took_s = time.process_time() - began_at
    world.close()
    print(f"seed {seed}, {took_s:.1f} s of the processor")
    assert took_s < MOST_S
