"""Each call that comes in or that we place, with every key at every question, held, doubled and late too, silence, a
hang-up at each step: nothing that is said is untrue, nothing changes that nobody asked for, nobody is left in silence.
What somebody does is found by walking; what is wrong comes with the keys that led there."""

from __future__ import annotations

from db.engine.store import Store
from prompts.keys import Key
from prompts.studio import Studio
from rules.model import Language
from tests.ivr.every_key import Walk
from tests.ivr.situations import CALLED, CALLING, Stage
from tests.ivr.world import World

MOST_CALLS = 20  # of one situation: places that are met for the first time come first
SAID_ELSEWHERE = {"apology", "fault", "alert_cancelled"}
"""By Asterisk where the service does not run; where something fails; to who is on a call that a person cancels."""

NOT_WORDS = "digit_", "pause_"


async def test_every_key_at_every_question(store: Store, url: str, studio: Studio) -> None:
    world, walk = World(store, url), Walk(MOST_CALLS)
    empty = world.kept()
    for name, situation in (CALLING | CALLED).items():
        world.reset(empty)
        stage = Stage(world, studio, situation)
        await stage.prepare()
        await walk.through(name, stage)
    world.close()
    print(f"{walk.calls} calls, {len(walk.places)} places, {len(walk.states)} states")
    assert not walk.wrong
    _each_prompt_in_both_languages(walk, studio)


def _each_prompt_in_both_languages(walk: Walk, studio: Studio) -> None:
    """What was heard in one is there in the other; what the catalogue holds was heard, in one at least."""
    heard = {name.partition("/")[2] for name in walk.heard if not name.startswith("alerts/")}
    words = {key for _, key in studio.catalogue.texts if not key.startswith(NOT_WORDS)}
    unheard = sorted(words - heard - SAID_ELSEWHERE)
    assert not unheard, unheard
    for language in Language:
        for key in heard:
            assert studio.prompt(Key(key), language).seconds > 0, (key, language)
            assert key.startswith(NOT_WORDS) or studio.text(Key(key), language), (key, language)
