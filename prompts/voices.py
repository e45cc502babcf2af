"""Speaks a text with the first engine that can; later the speech comes from the cache."""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import structlog

from prompts import sound, wording
from prompts.engines.engine import Engine, EngineAway, EngineFailed
from rules.model import Language

NEXT_AFTER_S = 1.5  # without an answer from one engine, the next is asked too
GIVE_UP_S = 2.0  # after the last was asked
UNHURRIED_S = 30.0  # replaces both where no resident waits: a better voice may be slow
CHARACTERS_PER_S = 300  # a longer text gets more time
REST_S = 60.0  # for this long, an engine that is away is asked after the others

log = structlog.get_logger()


class CannotSpeak(Exception):
    """No engine could speak a text; the message says why."""


@dataclass(frozen=True, slots=True)
class SpokenText:
    """`engine`: whose voice it is."""

    audio: sound.Mastered
    engine: str


Answers = queue.SimpleQueue[tuple[str, SpokenText | EngineFailed]]
"""By the name of the engine."""


class Voices:
    """The engines, best first, and what they have spoken so far (`cache_dir/ENGINE/HASH.wav`). Thread-safe."""

    def __init__(self, engines: Sequence[Engine], cache_dir: Path, *, hurried: bool = False) -> None:
        """`hurried`: residents wait for what they say."""
        self._hurried = hurried
        self._engines = tuple(engines)
        self._cache = cache_dir
        self._rests: dict[str, float] = {}  # engine → until when, monotonic seconds

    def spoken(self, text: str, language: Language, *, again: bool = False, at_home: bool = False) -> SpokenText:
        """A text as audio. Speech in the cache is used, whichever engine made it; `again` asks the best engine that
        works now. After an engine that fails or does not answer in time, the next one is asked. `at_home`: only
        engines that send no text to others are asked. Raises CannotSpeak."""
        words = wording.plain(text, language)
        if not words:
            raise CannotSpeak(f"there is nothing to say in “{text}”")
        known = None if again else self._known(words, language)
        engines = [engine for engine in self._in_order() if not (at_home and engine.leaves_home)]
        return known or self._synthesised(words, language, engines)

    def _known(self, words: str, language: Language) -> SpokenText | None:
        for engine in self._engines:
            path = self._path(engine, words, language)
            if path.exists():
                with contextlib.suppress(EngineFailed, OSError):
                    path.touch()  # it counts as used again
                    return _heard(path, engine)
        return None

    def _synthesised(self, words: str, language: Language, engines: Sequence[Engine]) -> SpokenText:
        answers: Answers = queue.SimpleQueue()
        left, silent, complaints = deque(engines), set[str](), list[str]()
        while left or silent:
            if left:
                silent.add(left[0].name)
                self._ask(left.popleft(), words, language, answers)
            try:
                name, answer = answers.get(timeout=self._patience_s(words, last=not left))
            except queue.Empty:
                if left:
                    continue
                break
            if isinstance(answer, SpokenText):
                return answer
            silent.discard(name)
            complaints.append(str(answer))
        complaints += [f"{name} gave no answer in time" for name in sorted(silent)]
        raise CannotSpeak("; ".join(complaints) or "none of the chosen engines keeps texts in the house")

    def _in_order(self) -> list[Engine]:
        now = time.monotonic()
        return sorted(self._engines, key=lambda engine: self._rests.get(engine.name, 0.0) > now)

    def _ask(self, engine: Engine, words: str, language: Language, answers: Answers) -> None:
        """Ask in a thread of its own: speech that comes too late is in the cache for the next time."""

        def ask() -> None:
            try:
                answers.put((engine.name, self._said_by(engine, words, language)))
            except Exception as error:
                answers.put((engine.name, self._failed(engine, language, error)))

        threading.Thread(target=ask, name=f"speech by {engine.name}", daemon=True).start()

    def _said_by(self, engine: Engine, words: str, language: Language) -> SpokenText:
        if not engine.available():
            raise EngineAway(f"{engine.name} is not there: run `make setup`, or choose another engine")
        path = self._path(engine, words, language)
        if not path.exists():
            with sound.written_aside(path) as aside:
                engine.speak(words, language, aside)
        return _heard(path, engine)

    def _failed(self, engine: Engine, language: Language, error: Exception) -> EngineFailed:
        if isinstance(error, EngineAway):
            self._rests[engine.name] = time.monotonic() + REST_S
            return error
        log.warning("engine_failed", engine=engine.name, language=language.value, error=str(error))
        return error if isinstance(error, EngineFailed) else EngineFailed(f"{engine.name}: {error}")

    def _patience_s(self, words: str, *, last: bool) -> float:
        if not self._hurried:
            return UNHURRIED_S
        return (GIVE_UP_S if last else NEXT_AFTER_S) + len(words) / CHARACTERS_PER_S

    def _path(self, engine: Engine, words: str, language: Language) -> Path:
        name = hashlib.sha256(f"{language.value}\n{words}".encode()).hexdigest()[:32]
        return self._cache / engine.name / f"{name}.wav"


def _heard(path: Path, engine: Engine) -> SpokenText:
    try:
        return SpokenText(sound.master(path), engine.name)
    except sound.UnreadableAudio as error:
        path.unlink(missing_ok=True)
        raise EngineFailed(f"{engine.name}: {error}") from error
