"""What reaches a resident's telephone: the same waveforms, but quieter, noisy, through G.711, with packets lost."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from lab import ears
from prompts import given, sound
from prompts.engines.espeak_ng import EspeakNg
from prompts.engines.pico import Pico
from prompts.voices import Voices
from rules.model import Language

Sound = NDArray[np.float64]

VOICES = {Language.FR: "fr_CA_f_June", Language.EN: "en_US_f_Allison"}
SOUNDS = [
    Path("~/.cache/tocsin/asterisk/usr/share/asterisk/sounds").expanduser(),
    Path("/usr/share/asterisk/sounds"),
]
MENUS = {
    Language.FR: "Pour vous inscrire, faites le 1. Pour les alertes, le 2. En cas d'urgence, composez le 9 1 1.",
    Language.EN: "To enrol, press 1. To hear the alerts, press 2. In an emergency, dial 9 1 1. 0 3 4 5 6 7 8.",
}
GAP_S = 0.4
NOISE_DB = 15.0


def core_sounds(language: Language) -> Path | None:
    """Asterisk's recorded voice of a language, where Asterisk is installed."""
    return next((folder / VOICES[language] for folder in SOUNDS if (folder / VOICES[language]).is_dir()), None)


def samples(path: Path) -> Sound:
    with wave.open(str(path), "rb") as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Voices:
    return Voices([Pico(), EspeakNg()], tmp_path_factory.mktemp("speech"))


@pytest.fixture(scope="module", params=list(Language))
def digits(request: pytest.FixtureRequest, voices: Voices) -> dict[str, Sound]:
    """The digits as callers hear them: Asterisk's voice, synthesised where it is not installed."""
    recorded = core_sounds(request.param)
    if recorded:
        return {digit: samples(recorded / "digits" / f"{digit}.wav") for digit in "0123456789"}
    spoken = enumerate(given.DIGITS[request.param])
    return {str(digit): voices.spoken(word, request.param).audio.pcm.astype(np.float64) for digit, word in spoken}


def said(text: str, voices: Voices, language: Language = Language.FR) -> Sound:
    return voices.spoken(text, language).audio.pcm.astype(np.float64)


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * ears.RATE))


def sequence(text: str, digits: dict[str, Sound]) -> Sound:
    return np.concatenate([silence(0.5), *(piece for digit in text for piece in (digits[digit], silence(GAP_S)))])


def through_the_telephone(sound: Sound, *, level: float = 0.4) -> NDArray[np.int16]:
    """At another level, through µ-law and back (ITU-T G.711, as the formula it approximates)."""
    x = np.clip(sound * level / 32768, -1, 1)
    squeezed = np.rint(np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256) * 127) / 127
    back = np.sign(squeezed) * (256 ** np.abs(squeezed) - 1) / 255
    line: NDArray[np.int16] = np.rint(back * 32767).astype(np.int16)
    return line


def with_noise(sound: Sound, kind: str, rng: np.random.Generator) -> Sound:
    white = np.fft.rfft(rng.normal(size=len(sound)))
    slope = {"white": 0.0, "pink": 0.5, "brown": 1.0}[kind]
    noise = np.fft.irfft(white / np.arange(1, len(white) + 1) ** slope, len(sound))
    active = np.square(sound[np.abs(sound) > 1]).mean() / 10 ** (NOISE_DB / 10)
    noisy: Sound = sound + noise / noise.std() * np.sqrt(active)
    return noisy


def with_bad_network(pcm: NDArray[np.int16], rng: np.random.Generator, share: float) -> NDArray[np.int16]:
    """Packets that never came, or came twice."""
    packets = np.split(pcm[: len(pcm) // ears.PACKET * ears.PACKET], len(pcm) // ears.PACKET)
    fate = rng.random(len(packets))
    times = np.where(fate < share / 2, 0, np.where(fate > 1 - share / 2, 2, 1))
    return np.concatenate([packet for packet, count in zip(packets, times, strict=True) for _ in range(count)])


def heard(pcm: NDArray[np.int16], digits: dict[str, Sound]) -> str:
    return "".join(digit for _, digit in ears.heard_digits(pcm, as_pcm(digits)))


def as_pcm(digits: dict[str, Sound]) -> dict[str, bytes]:
    return {digit: audio.astype("<i2").tobytes() for digit, audio in digits.items()}


def numbers(count: int, rng: np.random.Generator) -> list[str]:
    return ["".join(rng.permutation(list("0123456789"))) for _ in range(count)]


def test_a_number_read_over_the_telephone(digits: dict[str, Sound]) -> None:
    for number in numbers(5, np.random.default_rng(1)):
        assert heard(through_the_telephone(sequence(number, digits)), digits) == number


def test_each_digit_at_its_time(digits: dict[str, Sound]) -> None:
    times = [at for at, _ in ears.heard_digits(through_the_telephone(sequence("407", digits)), as_pcm(digits))]
    gaps = np.diff(times)
    assert 0.5 <= times[0] < 0.9
    assert np.all((gaps > GAP_S) & (gaps < GAP_S + 1.0))


@pytest.mark.parametrize("kind", ["white", "pink", "brown"])
def test_noise_15_db_under_the_voice(kind: str, digits: dict[str, Sound]) -> None:
    rng = np.random.default_rng(2)
    for number in numbers(5, rng):
        assert heard(through_the_telephone(with_noise(sequence(number, digits), kind, rng)), digits) == number


def test_packets_lost_and_repeated(digits: dict[str, Sound]) -> None:
    rng = np.random.default_rng(3)
    for number in numbers(5, rng):
        line = through_the_telephone(with_noise(sequence(number, digits), "pink", rng))
        assert heard(with_bad_network(line, rng, share=0.02), digits) == number


@pytest.mark.parametrize("level", [0.02, 0.1, 1.0, 2.0])
def test_any_level(level: float, digits: dict[str, Sound]) -> None:
    assert heard(through_the_telephone(sequence("0123456789", digits), level=level), digits) == "0123456789"


def test_the_recording_begins_within_a_digit(digits: dict[str, Sound]) -> None:
    for first in digits:
        whole = through_the_telephone(sequence(f"{first}5", digits))
        begins = np.flatnonzero(np.abs(whole) > np.abs(whole).max() / 10)[0]
        assert heard(whole[begins + 4 * ears.PACKET // 2 :], digits) == f"{first}5"


def test_a_digit_still_under_way_is_not_guessed(digits: dict[str, Sound]) -> None:
    whole = through_the_telephone(sequence("1234567890", digits))
    for end in range(0, len(whole), ears.RATE // 4):
        assert "1234567890".startswith(heard(whole[:end], digits))


def test_nothing_heard(digits: dict[str, Sound]) -> None:
    assert heard(np.zeros(0, np.int16), digits) == ""
    assert heard(np.zeros(ears.RATE, np.int16), digits) == ""


def test_other_speech_of_the_same_voice_holds_no_digit() -> None:
    for language in Language:
        folder = core_sounds(language)
        if folder is None:
            continue  # no Asterisk yet: its voices come with it
        recorded = {digit: samples(folder / "digits" / f"{digit}.wav") for digit in "0123456789"}
        others = [path for path in sorted(folder.glob("*.wav")) if not path.name.startswith(("conf", "demo"))][::3]
        speech = np.concatenate([piece for path in others for piece in (samples(path), silence(0.2))])
        assert heard(through_the_telephone(speech), recorded) == ""


def test_prompts_that_name_digits_hold_no_recorded_digit(voices: Voices) -> None:
    for language, text in MENUS.items():
        folder = core_sounds(language)
        if folder is not None:
            recorded = {digit: samples(folder / "digits" / f"{digit}.wav") for digit in "0123456789"}
            assert heard(through_the_telephone(said(text, voices, language)), recorded) == ""


def test_twenty_seconds_are_heard_fast_enough_to_answer(digits: dict[str, Sound]) -> None:
    rng = np.random.default_rng(4)
    line = through_the_telephone(with_noise(sequence("0123456789" * 2, digits), "white", rng))[: 20 * ears.RATE]
    patterns = as_pcm(digits)
    took = []
    for _ in range(3):
        began = time.thread_time()
        ears.heard_digits(line, patterns)
        took.append(time.thread_time() - began)
    assert min(took) < 0.3


MESSAGE = "L'eau du réseau n'est pas potable. Faites-la bouillir une minute avant de la boire, jusqu'à nouvel ordre."
OTHER = "Une coupure de courant est prévue demain matin dans le secteur nord, de huit heures à midi."


def test_the_whole_message_after_other_speech(voices: Voices) -> None:
    message, other = said(MESSAGE, voices), said(OTHER, voices)
    line = through_the_telephone(np.concatenate([other, silence(1), message, silence(1)]))
    found = ears.contains(line, message.astype(np.int16))
    assert found.share > 0.97
    assert found.score > 0.9
    assert found.at == pytest.approx(len(other) / ears.RATE + 1, abs=0.1)


def test_a_message_that_was_not_played(voices: Voices) -> None:
    line = through_the_telephone(np.concatenate([silence(1), said(OTHER, voices)]))
    assert ears.contains(line, said(MESSAGE, voices).astype(np.int16)).share < 0.1


@pytest.mark.parametrize("share", [0.25, 0.5, 0.75])
def test_hung_up_on_the_way(share: float, voices: Voices) -> None:
    message = said(MESSAGE, voices)
    line = through_the_telephone(np.concatenate([silence(1), message[: int(share * len(message))]]))
    assert ears.contains(line, message.astype(np.int16)).share == pytest.approx(share, abs=0.08)


def test_played_twice_the_first_time_cut_short(voices: Voices) -> None:
    message = said(MESSAGE, voices)
    line = through_the_telephone(np.concatenate([message[: len(message) // 3], silence(0.5), message]))
    first, second = ears.times_heard(line, message.astype(np.int16))
    assert first.share == pytest.approx(1 / 3, abs=0.08)
    assert second.share > 0.97
    assert first.at < second.at


@pytest.mark.parametrize("after_s", [0.2, 0.35, 0.45, 0.6])
def test_cut_off_and_begun_again_at_once(after_s: float, voices: Voices) -> None:
    """As where a beep comes into the first word: what counts is where the last playing begins."""
    message = said(MESSAGE, voices)
    line = np.concatenate([silence(1.0), message[: int(after_s * ears.RATE)], message, silence(0.5)])
    last = ears.times_heard(through_the_telephone(line), message.astype(np.int16))[-1]
    undisturbed = ears.contains(
        through_the_telephone(np.concatenate([silence(1.0), message])), message.astype(np.int16)
    )
    assert last.at == pytest.approx(undisturbed.at + after_s, abs=0.03)
    assert last.share > 0.97


def test_a_message_over_a_bad_line(voices: Voices) -> None:
    rng = np.random.default_rng(5)
    message = said(MESSAGE, voices)
    noisy = with_noise(np.concatenate([silence(1), message, silence(1)]), "pink", rng)
    line = with_bad_network(through_the_telephone(noisy), rng, share=0.02)
    assert ears.contains(line, message.astype(np.int16)).share > 0.85


@pytest.mark.parametrize("stalled_ms", [100, 150, 400])
def test_a_machine_that_stalled_while_it_played(stalled_ms: int, voices: Voices) -> None:
    message = said(MESSAGE, voices)
    half = len(message) // 2
    line = through_the_telephone(np.concatenate([message[:half], silence(stalled_ms / 1000), message[half:]]))
    assert ears.contains(line, message.astype(np.int16)).share > 0.9


@pytest.mark.parametrize("lost_ms", [120, 133, 240])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_recorder_that_was_kept_waiting(lost_ms: int, share: float, voices: Voices) -> None:
    """A hole of several packets, as MixMonitor leaves on a machine that stalls; all else was heard."""
    message = said(MESSAGE, voices)
    hole = int(share * len(message))
    stalled = np.concatenate([silence(1), message[:hole], message[hole + lost_ms * ears.RATE // 1000 :], silence(1)])
    assert ears.contains(through_the_telephone(stalled), message.astype(np.int16)).share > 0.9


def test_silence_contains_nothing(voices: Voices) -> None:
    assert ears.contains(np.zeros(ears.RATE, np.int16), said(MESSAGE, voices).astype(np.int16)) == ears.NOT_HEARD
    assert ears.contains(b"", b"") == ears.NOT_HEARD


def test_published_prompts_are_heard_as_they_are(tmp_path: Path, digits: dict[str, Sound]) -> None:
    """Levelled and trimmed by the studio, on both sides of the comparison."""
    published = {}
    for digit, audio in digits.items():
        path = tmp_path / f"{digit}.wav"
        sound.publish(audio.astype("<i2"), path)
        published[digit] = sound.master(path).pcm.astype(np.float64)
    assert heard(through_the_telephone(sequence("4185550127", published)), published) == "4185550127"
