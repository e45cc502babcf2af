"""A wrong guess about who answered loses nobody the message."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio

from lab import ears, resident
from lab.stage import Stage
from telephony import ari, layout
from tests.live.conftest import StageIn, calls, dispositions, residents, send, shown

LATE_BEEP, LONG_WORDS, EARLY_KEY, EXTENSION = "4185550222", "4185550223", "4185550224", "4185550202"
OTHER_LANGUAGE = "4185550225"
LISTENED = 0.5  # a busy machine loses some sound of a recording
NUMBERS = [LATE_BEEP, LONG_WORDS, EARLY_KEY, f"{EXTENSION}x12", OTHER_LANGUAGE]
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Answered:
    """The alert's calls, after their end."""

    def __init__(self, play: Stage, deliveries: dict[str, dict[str, object]]) -> None:
        self.play = play
        self.deliveries = deliveries

    def message(self, language: str = "fr") -> ears.Pcm:
        (path,) = (self.play.home / "audio/alerts").glob(f"{language}-*.wav")
        return resident.samples(path)

    def who(self) -> ears.Pcm:
        return resident.samples(self.play.home / "audio/fr/alert_who.wav")

    def heard(self, number: str) -> ears.Pcm:
        return resident.samples(self.play.town.heard_by(number)[-1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answered(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Answered]:
    async with stage_in() as play:
        await play.start()
        file = residents(tmp_path_factory.mktemp("csv") / "town.csv", NUMBERS)
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        sent = await send(play, "--channels", "voice")
        result = await shown(play, sent["id"], "--watch")
        yield Answered(play, {calls(each)[0]["address"].removeprefix("+1"): each for each in result["deliveries"]})


async def test_a_late_beep_begins_the_message_again(answered: Answered) -> None:
    delivery = answered.deliveries[LATE_BEEP]
    assert dispositions(delivery) == ["machine"]
    assert delivery["outcome"] == "left_on_machine"
    (left,) = answered.play.town.left_on(LATE_BEEP)
    for said in (answered.who(), answered.message()):
        assert ears.contains(resident.samples(left), said).share > 0.95


async def test_a_key_pressed_to_the_machines_version_shows_a_person(answered: Answered) -> None:
    delivery = answered.deliveries[LONG_WORDS]
    assert dispositions(delivery) == ["human"]
    assert delivery["outcome"] == "acknowledged"
    assert ears.contains(answered.heard(LONG_WORDS), answered.message()).share > LISTENED


async def test_a_key_pressed_before_any_word_counts(answered: Answered) -> None:
    assert answered.deliveries[EARLY_KEY]["outcome"] == "acknowledged"
    assert ears.contains(answered.heard(EARLY_KEY), answered.message()).share > LISTENED


async def test_9_tells_the_alert_in_the_other_language(answered: Answered) -> None:
    assert answered.deliveries[OTHER_LANGUAGE]["outcome"] == "acknowledged"
    for language in ("fr", "en"):
        assert ears.contains(answered.heard(OTHER_LANGUAGE), answered.message(language)).share > LISTENED


async def test_after_an_extension_it_is_heard_from_its_first_word(answered: Answered) -> None:
    assert dispositions(answered.deliveries[EXTENSION]) == ["human"]
    assert ears.contains(answered.heard(EXTENSION), answered.who()).share > 0.9


async def test_no_tap_was_lost_and_none_is_left(answered: Answered) -> None:
    assert not re.search("tap_lost|tap_failed|listening_failed|call_failed", _log(answered.play))
    assert not await _channels(answered.play)


def _log(play: Stage) -> str:
    return play.log.read_text()


async def _channels(play: Stage) -> list[object]:
    """What is open in Tocsin's Asterisk."""
    port = int(play.settings["TOCSIN_ARI_PORT"])
    password = layout.Folder(play.home / "asterisk").password()
    address = ari.AriAddress("127.0.0.1", port, layout.ARI_USER, password)
    url = f"http://{address.host}:{port}/ari/channels"
    async with aiohttp.ClientSession(headers=address.headers) as session, session.get(url) as response:
        open_now: list[object] = await response.json()
        return open_now
