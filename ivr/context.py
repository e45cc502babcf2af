"""What every script may need: the voice in one language, and the things that stand behind the line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from db.engine.store import Store
from prompts import keys
from prompts.keys import Key
from prompts.studio import Prompt, Studio
from residents.town import Town
from rules import phone
from rules.english import English
from rules.model import Language
from telephony.call import Call

TRIES = 3  # silent or wrong answers before a polite end
OTHER_LANGUAGE = "9"
"""In every call."""

CONFIRM = "5"
"""What can't be taken back on the same call has a confirming key of its own: a key held or doubled never confirms."""

STOP = "8"
"""Asks for no more alerts; in a call that reads a code: nothing was asked for."""

Said = Key | Callable[["Voice"], Sequence[Prompt]]
"""The key of a prompt, or what makes the audio in the language of that moment."""


class GaveUp(Exception):
    """Nobody answered our question, or not with one of its keys, TRIES times."""


@dataclass(frozen=True, slots=True)
class Context:
    """`now`: the clock. `reception`: the number that key 0 says, E.164. `texts`: there is a carrier for them. `proved`:
    the numbers whose code was given on this call."""

    store: Store
    studio: Studio
    languages: Sequence[Language]
    organization: str
    reception: str
    area_codes: frozenset[str]
    now: Callable[[], datetime]
    texts: bool = False
    english: English = English.EVERYONE
    proved: set[str] = field(default_factory=set)

    @property
    def town(self) -> Town:
        """For use cases."""
        return Town(self.store, self.area_codes, self.organization, self.now, self.texts)

    def for_call(self) -> Context:
        """What one caller has proved is no other's."""
        return replace(self, proved=set())

    def voice(self, language: Language) -> Voice:
        voice = Voice(self.studio, self.languages, self.languages[0], self.english)
        voice.speak(language)
        return voice


@dataclass(slots=True)
class Voice:
    """The prompts of one language at a time, as one call hears them."""

    studio: Studio
    languages: Sequence[Language]
    language: Language
    english: English = English.EVERYONE

    def prompt(self, key: Key) -> Prompt:
        return self.studio.prompt(key, self.language)

    def say(self, *what: Said) -> list[Prompt]:
        """The audio of several prompts and of what is spelled out, one after the other."""
        audio: list[Prompt] = []
        for each in what:
            audio += [self.prompt(each)] if isinstance(each, Key) else each(self)
        return audio

    def speak(self, language: Language) -> None:
        """Nothing changes where this line does not speak it."""
        if language in self.languages:
            self.language = language

    @property
    def next_language(self) -> Language:
        place = list(self.languages).index(self.language)
        return self.languages[(place + 1) % len(self.languages)]

    def switch(self) -> bool:
        """Go on in the next language; False when there is only one."""
        before, self.language = self.language, self.next_language
        return self.language is not before

    def offer(self) -> list[Prompt]:
        """How to change to the next language, said in that language; nothing when there is only one."""
        other = self.next_language
        excepted = other is Language.EN and self.english is English.EXCEPTIONS
        key = Key.ENGLISH_FOR_EXCEPTIONS if excepted else Key.OTHER_LANGUAGE
        return [] if other is self.language else [self.studio.prompt(key, other)]

    def digits(self, text: str, *, pause: Key = Key.PAUSE_DIGIT) -> list[Prompt]:
        """Digit by digit, with `pause` after each; a space is a longer pause."""
        audio: list[Prompt] = []
        for character in text:
            if character == " ":
                audio.append(self.prompt(Key.PAUSE_GROUP))
            else:
                audio += [self.prompt(keys.digit(character)), self.prompt(pause)]
        return audio

    def number(self, number: str) -> list[Prompt]:
        """An E.164 number, read 3-3-4."""
        return self.digits(" ".join(phone.spoken(number)), pause=Key.PAUSE_SHORT)

    def code(self, code: str) -> list[Prompt]:
        """A code in two groups of three, slowly, twice."""
        once = self.digits(f"{code[:3]} {code[3:]}")
        return [*once, self.prompt(Key.PAUSE_GROUP), *once]


def spelled_out(number: str) -> Callable[[Voice], list[Prompt]]:
    """What spells out a number, for `Voice.say`."""
    return lambda voice: voice.number(number)


def offer(voice: Voice) -> list[Prompt]:
    return voice.offer()


async def choose(call: Call, voice: Voice, *question: Said, keys: str, fresh: bool = False) -> str:
    """Ask until one of `keys` is pressed; OTHER_LANGUAGE asks again in the next one. `fresh`: what the caller can not
    take back, or must have heard, is answered by no key from before the question. Raises GaveUp after TRIES."""
    tries = 0
    while tries < TRIES:
        key = await call.gather(*voice.say(*question), fresh=fresh)
        if key and key in keys:
            return key
        if key == OTHER_LANGUAGE and voice.switch():
            continue
        tries += 1
        if key:
            call.forget_keys()
            await call.play(voice.prompt(Key.WRONG_KEY))
    raise GaveUp


async def digits(call: Call, voice: Voice, *question: Said, **how: Any) -> str:
    """Ask for several digits; `how`: as for `Call.gather`. OTHER_LANGUAGE alone asks again in the next one."""
    while True:
        keyed = await call.gather(*voice.say(*question), **how)
        if keyed != OTHER_LANGUAGE or not voice.switch():
            return keyed
