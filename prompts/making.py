"""Makes one prompt from its best source: a recording, Asterisk's own voice for a digit, or synthesis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from prompts import sound
from prompts.fingerprint import fingerprint
from prompts.problem import Flaw
from prompts.published import Made
from prompts.sound import Mastered
from prompts.texts import Text
from prompts.voices import CannotSpeak, Voices

RECORDING, ASTERISK, SILENCE = "recording", "asterisk", "silence"


@dataclass(frozen=True, slots=True)
class Source:
    """What a prompt can be made from. `place`: the file that a complaint names. `make` returns the audio and the name
    of what made it, and raises sound.Unreadable or CannotSpeak. `again`: make it though the fingerprint is the same."""

    place: str
    fingerprint: str
    make: Callable[[], tuple[Mastered, str]]
    again: bool = False


@dataclass(frozen=True, slots=True)
class MakingOutcome:
    """One prompt after a build. `made` is None when it has no audio; `fresh`: this build made it."""

    place: str
    made: Made | None
    fresh: bool = False
    problems: tuple[Flaw, ...] = ()


def make(place: str, path: Path, sources: Sequence[Source], before: Made | None) -> MakingOutcome:
    """Publish a prompt at `path` from the first source that works, unless its audio is up to date. Where no source
    works, the old audio stays."""
    problems: list[Flaw] = []
    for source in sources:
        if before and before.fingerprint == source.fingerprint and path.exists() and not source.again:
            return MakingOutcome(place, before, False, (*problems, *_complaints(source, before)))
        try:
            audio, name = source.make()
        except sound.UnreadableAudio as error:
            problems.append(Flaw(source.place, str(error), "Until then the prompt is synthesised."))
            continue
        except CannotSpeak as error:
            problems.append(Flaw(source.place, f"could not be spoken: {error}", "Correct the text, or record it."))
            continue
        sound.publish(audio.pcm, path)
        made = Made(source.fingerprint, name, audio.complaints if name == RECORDING else ())
        return MakingOutcome(place, made, True, (*problems, *_complaints(source, made)))
    return MakingOutcome(place, before if path.exists() else None, False, tuple(problems))


def _complaints(source: Source, made: Made) -> Iterator[Flaw]:
    for complaint in made.complaints:
        what, _, remedy = complaint.partition(": ")
        yield Flaw(source.place, what, f"{remedy.capitalize()}.")


def from_file(path: Path, name: str) -> Source:
    """A recording, or one of Asterisk's sounds."""
    return Source(str(path), fingerprint(name, contents(path)), lambda: (sound.master(path), name))


def contents(path: Path) -> bytes:
    """The bytes of a file; empty when it can't be read: `sound.master` then says why."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def from_text(text: Text, voices: Voices, *, again: bool) -> Source:
    def speak() -> tuple[Mastered, str]:
        speech = voices.spoken(text.words, text.language, again=again)
        return speech.audio, speech.engine

    return Source(text.place, fingerprint(text.language, text.words), speak, again)


def from_nothing(seconds: float) -> Source:
    """Silence of a given length."""
    return Source("silence", fingerprint(SILENCE, str(seconds)), lambda: (sound.silence(seconds), SILENCE))
