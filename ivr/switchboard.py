"""What every script may need: the voice in one language, and the things that stand behind the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts import phone
from alerts.model import Language
from db.store import Store
from prompts.studio import Prompt, Studio
from telephony.call import Call

TRIES = 3  # silent or wrong answers before a polite end
READING_GROUPS = (3, 3, 4)


class GaveUp(Exception):
    """Nobody answered our question, or not with one of its keys, TRIES times."""


@dataclass(frozen=True, slots=True)
class Switchboard:
    """`now`: the clock. `reception`: the number that key 0 says, E.164."""

    store: Store
    studio: Studio
    languages: Sequence[Language]
    organization: str
    reception: str
    area_codes: frozenset[str]
    now: Callable[[], datetime]

    def voice(self, language: Language) -> Voice:
        return Voice(self.studio, language)

    def next_language(self, language: Language) -> Language:
        place = list(self.languages).index(language)
        return self.languages[(place + 1) % len(self.languages)]


@dataclass(frozen=True, slots=True)
class Voice:
    """The prompts of one language."""

    studio: Studio
    language: Language

    def prompt(self, key: str) -> Prompt:
        return self.studio.prompt(key, self.language)

    def digits(self, text: str, *, pause: str = "pause_digit") -> list[Prompt]:
        """Digit by digit, with `pause` after each; a space is a longer pause."""
        audio: list[Prompt] = []
        for character in text:
            if character == " ":
                audio.append(self.prompt("pause_group"))
            else:
                audio += [self.prompt(f"digit_{character}"), self.prompt(pause)]
        return audio

    def number(self, number: str) -> list[Prompt]:
        """An E.164 number, read 3-3-4."""
        return self.digits(" ".join(phone.spoken(number)), pause="pause_short")

    def code(self, code: str) -> list[Prompt]:
        """A code in two groups of three, slowly, twice."""
        once = self.digits(f"{code[:3]} {code[3:]}")
        return [*once, self.prompt("pause_group"), *once]


async def choose(call: Call, voice: Voice, *audio: Prompt, keys: str) -> str:
    """Ask until one of `keys` is pressed. Raises GaveUp after TRIES."""
    for _ in range(TRIES):
        key = await call.gather(*audio)
        if key and key in keys:
            return key
        if key:
            call.forget_keys()
            await call.play(voice.prompt("wrong_key"))
    raise GaveUp
