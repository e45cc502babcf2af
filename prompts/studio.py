"""Turns texts and recordings into the audio that callers hear: `audio_dir/LANGUAGE/KEY.wav`, 8 kHz, 16 bit, mono."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from prompts import given, keeping, making, published, recordings, sound, texts
from prompts.engines.engine import Engine
from prompts.fingerprint import fingerprint, version
from prompts.keys import Key
from prompts.making import MakingOutcome, Source
from prompts.problem import Flaw
from prompts.published import Made
from prompts.voices import Voices
from rules.model import Language, Wording

Progress = Callable[[int, int, str], None]
"""Prompts ready, prompts in all, and the one just made, such as `fr/greeting`. What it raises ends the build."""


LOOK_AGAIN_S = 1.0
MOST_SEEN = 1000


class NoSuchPrompt(LookupError):
    """A key has no text, or no audio yet; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """`path`: absolute, without extension, as Asterisk wants it after `sound:`."""

    path: str
    seconds: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """A prompt read before. `until`: when its file is checked again, monotonic seconds. `changed_at`: of the file."""

    until: float
    changed_at: int
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `sources`: prompts by what they are made from now (an engine, `recording`, `asterisk`,
    `silence`). `problems`: what a person must correct. `missing`: prompts without audio."""

    built: int
    kept: int
    removed: int
    seconds: float
    sources: Mapping[str, int]
    missing: tuple[str, ...]
    problems: tuple[Flaw, ...]

    @property
    def warnings(self) -> list[str]:
        return [str(problem) for problem in self.problems]


class Studio:
    """The prompts of one home. Thread-safe; several processes may build the same home."""

    def __init__(
        self,
        catalogue_dir: Path,
        recordings_dir: Path,
        audio_dir: Path,
        cache_dir: Path,
        engines: Sequence[Engine],
        sounds_dir: Path,
        variables: Mapping[str, str],
        *,
        alert_engines: Sequence[Engine] | None = None,
        own_texts_dir: Path | None = None,
    ) -> None:
        """`engines` speak the prompts, `alert_engines` the texts of alerts: best first; None: the same ones.
        `own_texts_dir`: catalogues of the town's own, over the first."""
        self.recordings_dir = recordings_dir
        self.own_texts_dir = own_texts_dir
        self.audio_dir = audio_dir.absolute()
        self._audio = str(self.audio_dir)
        self._sounds = sounds_dir
        self._cache = cache_dir
        self._voices = Voices(engines, cache_dir)
        self._alert_engines = tuple(engines if alert_engines is None else alert_engines)
        self._alert_voices = Voices(self._alert_engines, cache_dir, hurried=True)
        self._building = threading.Lock()
        self.catalogue = given.completed(texts.read(catalogue_dir, variables, own_texts_dir))
        self._seen: dict[str, _Seen] = {}

    # -- what callers hear ---------------------------------------------------------------------------------------------

    def prompt(self, key: Key, language: Language) -> Prompt:
        """A published prompt. Raises NoSuchPrompt."""
        place = f"{language}/{key}"
        return self._published(f"{self._audio}/{place}.wav", place)

    def text(self, key: Key, language: Language) -> str:
        """The words of a prompt, variables filled in. Raises NoSuchPrompt."""
        try:
            return self.catalogue.texts[language, key].words
        except KeyError:
            raise NoSuchPrompt(f"{language}/{key} has no text. Add it to the catalogue {language}.yaml.") from None

    def wording(self, key: Key, language: Language) -> Wording:
        """The words that a resident agrees to, to be stored: the catalogue is edited in place. Each recording has a
        version of its own. Raises NoSuchPrompt."""
        text = self.text(key, language)
        recording = recordings.of_key(self.recordings_dir, language, key)
        said = text.encode() + (making.contents(recording) if recording else b"")
        return Wording(key, language, f"{key}-{language}-{version(said)}", text)

    @property
    def speaks_at_home(self) -> bool:
        """Whether the best engine for alerts keeps their texts on this machine."""
        return not self._alert_engines[0].leaves_home

    def say(self, text: str, language: Language, *, at_home: bool = True) -> Prompt:
        """The audio of a free text, made when it is missing: about 1 s for a minute of speech. `at_home`: only engines
        that keep the text on this machine are asked. Raises CannotSpeak."""
        path = self._of_alert(text, language)
        if not path.exists():
            speech = self._alert_voices.spoken(text, language, at_home=at_home)
            sound.publish(speech.audio.pcm, path)
        return self._published(str(path), f"alerts/{path.stem}")

    def _of_alert(self, text: str, language: Language) -> Path:
        return self.audio_dir / "alerts" / f"{language}-{fingerprint(language, text)}.wav"

    def tidy(self, needed: Iterable[tuple[str, Language]]) -> int:
        """Remove old audio of alerts except that of `needed` texts, and old speech; returns how many files went."""
        alerts = keeping.old(self.audio_dir / "alerts", keeping.ALERT_DAYS, {self._of_alert(*each) for each in needed})
        spoken = keeping.old(self._cache, keeping.SPOKEN_DAYS) | keeping.beyond(self._cache, keeping.SPOKEN_MB)
        return keeping.remove(alerts | spoken)

    def _published(self, path: str, place: str) -> Prompt:
        """Called several times a call: the path stays a string, and the file is checked once a second."""
        now, seen = time.monotonic(), self._seen.get(path)
        if seen is not None and now < seen.until:
            return seen.prompt
        try:
            changed_at = os.stat(path).st_mtime_ns  # noqa: PTH116
        except OSError:
            why = f"{place} has no audio. Run `tocsin prompts build`; `tocsin prompts check` tells more."
            raise NoSuchPrompt(why) from None
        prompt = seen.prompt if seen is not None and seen.changed_at == changed_at else self._read(Path(path))
        self._seen[path] = _Seen(now + LOOK_AGAIN_S, changed_at, prompt)
        if len(self._seen) > MOST_SEEN:
            del self._seen[next(iter(self._seen))]
        return prompt

    def _read(self, path: Path) -> Prompt:
        try:
            return Prompt(str(path.with_suffix("")), sound.seconds(path))
        except sound.UnreadableAudio as error:
            raise NoSuchPrompt(str(error)) from error

    # -- making it -----------------------------------------------------------------------------------------------------

    def build(self, *, progress: Progress = lambda done, total, place: None, again: bool = False) -> BuildReport:
        """Make every prompt that is missing or whose text or recording has changed. `again`: speak all texts again,
        with the best engine that works now. The report holds what went wrong; no audio that plays now is lost."""
        with self._building:
            return self._build(progress, again)

    def complete(self, keys: Collection[Key], language: Language) -> None:
        """Make those of these prompts that are missing, without delay. What can't be made stays missing."""
        with self._building:
            before = published.read(self.audio_dir)
            outcomes = [self._make(language, key, before, self._alert_voices) for key in self.missing(keys, language)]
            made = {outcome.place: outcome.made for outcome in outcomes if outcome.made}
            if made:
                published.write(self.audio_dir, {**before, **made})

    def missing(self, keys: Collection[Key], language: Language) -> list[Key]:
        """Those of these prompts that have no audio."""
        return [key for key in keys if not (self.audio_dir / language / f"{key}.wav").exists()]

    def _build(self, progress: Progress, again: bool) -> BuildReport:
        began = time.monotonic()
        before = published.read(self.audio_dir)
        outcomes = self._make_all(before, progress, again)
        after = {outcome.place: outcome.made for outcome in outcomes if outcome.made}
        unwanted = before.keys() - {outcome.place for outcome in outcomes}
        gone = set() if self.catalogue.problems else unwanted  # an error in a catalogue must not silence a language
        self._remove(gone)
        if after != before:
            published.write(self.audio_dir, after)
        return BuildReport(
            built=sum(outcome.fresh for outcome in outcomes),
            kept=sum(outcome.made is not None and not outcome.fresh for outcome in outcomes),
            removed=len(gone),
            seconds=time.monotonic() - began,
            sources=Counter(made.source for made in after.values()),
            missing=tuple(outcome.place for outcome in outcomes if outcome.made is None),
            problems=(*self.problems(), *(problem for outcome in outcomes for problem in outcome.problems)),
        )

    def problems(self) -> list[Flaw]:
        """Errors in the catalogue, and recordings that are never played."""
        found = list(self.catalogue.problems)
        for language in self.catalogue.languages:
            keys = {key for of, key in self._wanted() if of is language}
            found += recordings.problems(self.recordings_dir, language, keys)
        return found

    def stale(self) -> list[str]:
        """Prompts whose text or recording has changed since they were made, such as `fr/greeting`."""
        made = published.read(self.audio_dir)
        return [
            place
            for language, key in self._wanted()
            if (place := f"{language}/{key}") in made
            and made[place].fingerprint
            not in {source.fingerprint for source in self._sources(language, key, self._voices)}
        ]

    def _wanted(self) -> list[tuple[Language, str]]:
        pauses = [(language, key) for language in self.catalogue.languages for key in given.PAUSES_S]
        return [*self.catalogue.texts, *pauses]

    def _make_all(self, before: Mapping[str, Made], progress: Progress, again: bool) -> list[MakingOutcome]:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            jobs = [
                pool.submit(self._make, language, key, before, self._voices, again) for language, key in self._wanted()
            ]
            try:
                for done, job in enumerate(as_completed(jobs), start=1):
                    progress(done, len(jobs), job.result().place)
            finally:
                pool.shutdown(cancel_futures=True)  # what is not begun when `progress` raises is not made
        return [job.result() for job in jobs]

    def _make(
        self, language: Language, key: str, before: Mapping[str, Made], voices: Voices, again: bool = False
    ) -> MakingOutcome:
        place = f"{language}/{key}"
        sources = self._sources(language, key, voices, again=again)
        return making.make(place, self.audio_dir / f"{place}.wav", list(sources), before.get(place))

    def _sources(self, language: Language, key: str, voices: Voices, *, again: bool = False) -> Iterator[Source]:
        """The sources of a prompt, best first."""
        if recording := recordings.of_key(self.recordings_dir, language, key):
            yield making.from_file(recording, making.RECORDING)
        if digit := given.human_digit(self._sounds, language, key):
            yield making.from_file(digit, making.ASTERISK)
        if key in given.PAUSES_S:
            yield making.from_nothing(given.PAUSES_S[key])
        if text := self.catalogue.texts.get((language, key)):
            yield making.from_text(text, voices, again=again)

    def _remove(self, places: Iterable[str]) -> None:
        for place in places:
            (self.audio_dir / f"{place}.wav").unlink(missing_ok=True)
