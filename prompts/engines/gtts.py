"""Google's voice through gTTS: the best of the three; needs a network."""

from __future__ import annotations

import base64
import http.client
import re
import tempfile
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import gtts

from prompts import sound
from prompts.engines.engine import EngineAway
from rules.model import Language

SERVER = "https://translate.google.ca"
TOP_LEVEL_DOMAIN = "ca"  # decides the accent
SPEECH = "/_/TranslateWebserverUi/data/batchexecute"
DECIDE_S = 2.0
ANSWER_S = 10.0
AUDIO = re.compile(rb'jQ1olc","\[\\"(.*)\\"]')
"""The place of the audio in an answer, as in gtts.tts.gTTS.stream."""


class Gtts:
    name = "gtts"
    leaves_home = True

    def __init__(self, server: str = SERVER) -> None:
        self._server = server
        self._met = False

    def available(self) -> bool:
        self._met = self._met or reachable(self._server)
        return self._met

    def speak(self, text: str, language: Language, wav_path: Path) -> None:
        try:
            mp3 = b"".join(self._answers(text, language))
            with tempfile.NamedTemporaryFile(suffix=".mp3") as file:
                file.write(mp3)
                file.flush()
                sound.convert(Path(file.name), wav_path)
        except (
            OSError,
            http.client.HTTPException,
            gtts.gTTSError,
            AssertionError,
            ValueError,
            sound.UnreadableAudio,
        ) as error:
            self._met = False
            raise EngineAway(f"gtts: {error}") from error

    def _answers(self, text: str, language: Language) -> Iterator[bytes]:
        # gTTS would send these itself, but without checking the server's certificate: an attacker on the network could
        # then replace what the town says.
        speech = gtts.gTTS(text, lang=language.value, tld=TOP_LEVEL_DOMAIN, lang_check=False)
        for body in speech.get_bodies():
            request = urllib.request.Request(self._server + SPEECH, body.encode(), gtts.gTTS.GOOGLE_TTS_HEADERS)
            with urllib.request.urlopen(request, timeout=ANSWER_S) as answer:
                yield audio(answer.read())


def audio(answer: bytes) -> bytes:
    """The mp3 in an answer. Raises ValueError."""
    found = AUDIO.search(answer)
    if found is None:
        raise ValueError("no audio in the answer")
    return base64.b64decode(found[1], validate=True)


def reachable(server: str) -> bool:
    """Whether a server answers at all within DECIDE_S."""
    answered = threading.Event()
    # In a thread, since looking up a name has no time-out of its own.
    asking = threading.Thread(target=_ask, args=(server, answered), daemon=True)
    asking.start()
    asking.join(DECIDE_S)
    return answered.is_set()


def _ask(server: str, answered: threading.Event) -> None:
    try:
        with urllib.request.urlopen(server + "/generate_204", timeout=DECIDE_S):
            answered.set()
    except urllib.error.HTTPError as refusal:
        refusal.close()
        answered.set()
    except (OSError, http.client.HTTPException, ValueError):
        return  # no network: the engine is not available
