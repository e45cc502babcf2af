"""One alert to the whole town: each resident's outcome, and what their telephone really heard."""

from __future__ import annotations

import csv
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from lab import ears, resident
from lab.stage import Stage
from prompts.keys import Key
from tests.live.conftest import StageIn, calls, dispositions, send, shown

LAB = Path(__file__).parents[2] / "lab"
EXPECTED = {row["name"]: row for row in csv.DictReader((LAB / "expected.csv").read_text(encoding="utf-8").splitlines())}
# Residents press their key after 1.5 s of silence, which on a busy machine may come before the last words.
LISTENED = 0.5
pytestmark = pytest.mark.asyncio(loop_scope="module")


class Played:
    """The town after the alert."""

    def __init__(self, play: Stage, result: dict[str, Any]) -> None:
        self.play = play
        self.result = result
        self.deliveries = {delivery["name"]: delivery for delivery in result["deliveries"]}

    def audio(self, name: str, language: str = "fr") -> ears.Pcm:
        return resident.samples(self.play.home / "audio" / language / f"{name}.wav")

    def message(self, language: str) -> ears.Pcm:
        (path,) = (self.play.home / "audio/alerts").glob(f"{language}-*.wav")
        return resident.samples(path)

    def heard(self, number: str, call: int = -1) -> ears.Pcm:
        return resident.samples(self.play.town.heard_by(number)[call])

    def left(self, number: str) -> ears.Pcm:
        return resident.samples(self.play.town.left_on(number)[-1])


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def played(stage_in: StageIn) -> AsyncIterator[Played]:
    async with stage_in() as play:
        await play.start()
        assert (await play.tocsin("contacts", "import", str(LAB / "town.csv"))).status == 0
        sent = await send(play)
        result = await shown(play, sent["id"], "--watch")
        yield Played(play, result)


@pytest.mark.parametrize("name", EXPECTED)
async def test_resident(name: str, played: Played) -> None:
    delivery = played.deliveries[name]
    assert delivery["outcome"] == EXPECTED[name]["outcome"]
    assert dispositions(delivery) == EXPECTED[name]["calls"].split()


async def test_nobody_is_missing_and_the_alert_is_done(played: Played) -> None:
    assert set(played.deliveries) == set(EXPECTED)
    assert played.result["status"] == "done"
    assert sum(played.result["counts"].values()) == len(EXPECTED)


async def test_a_person_hears_who_is_calling_then_the_message_then_the_keys(played: Played) -> None:
    heard = played.heard("4185550101")
    parts = [ears.contains(heard, pcm) for pcm in (played.audio(Key.ALERT_WHO), played.message("fr"))]
    menu = ears.contains(heard, played.audio(Key.ALERT_MENU))
    assert [part.share > 0.95 for part in [*parts, menu]] == [True, True, True]
    assert parts[0].at < parts[1].at < menu.at


async def test_each_hears_their_own_language(played: Played) -> None:
    assert ears.contains(played.heard("4185550118"), played.message("en")).share > LISTENED
    assert ears.contains(played.heard("4185550101"), played.message("en")).share < 0.3


@pytest.mark.parametrize("number", ["4185550104", "4185550114", "4185550115"])
async def test_a_machine_holds_the_whole_message(number: str, played: Played) -> None:
    assert ears.contains(played.left(number), played.message("fr")).share > 0.95


async def test_pressing_2_plays_it_again(played: Played) -> None:
    plays = ears.times_heard(played.heard("4185550111"), played.message("fr"))
    assert [play.share > LISTENED for play in plays].count(True) == 2


async def test_share_heard_by_the_one_who_hung_up(played: Played) -> None:
    for call in calls(played.deliveries["Chantal Lévesque"]):
        assert 0.05 < call["heard"] < 0.8
        assert call["reply"] == "none"


async def test_replies_are_those_keyed_in(played: Played) -> None:
    assert calls(played.deliveries["Aline Roy"])[-1]["reply"] == "acknowledged"
    assert calls(played.deliveries["Jacques Morin"])[-1]["reply"] == "opted_out"
    assert calls(played.deliveries["Benoît Côté"])[-1]["heard"] == 1.0


async def test_redials_wait_from_the_end_of_the_call_before(played: Played) -> None:
    tries = calls(played.deliveries["François Bouchard"])
    for before, after in itertools.pairwise(tries):
        assert after["due_at"] > before["ended_at"]
        assert after["placed_at"] >= after["due_at"]


async def test_sip_status_and_cause_are_stored(played: Played) -> None:
    first = {name: calls(played.deliveries[name])[0] for name in EXPECTED if calls(played.deliveries[name])}
    assert (first["Isabelle Fortin"]["sip"], first["Isabelle Fortin"]["cause"]) == (486, 17)
    assert (first["Ginette Pelletier"]["sip"], first["Ginette Pelletier"]["cause"]) == (404, 1)
    assert first["Hugo Bélanger"]["sip"] == 503


async def test_one_answer_kills_no_number(played: Played) -> None:
    contact = (await played.play.tocsin("contacts", "show", "418-555-0107", "--json")).data()
    assert not contact["points"][0]["dead"]
    shown = await played.play.tocsin("contacts", "show", "418-555-0107")
    assert "suspected" in shown.output


async def test_who_opted_out_is_left_out_of_the_next_alert(played: Played) -> None:
    again = await send(played.play, "--to", "number:4185550110", "--channels", "voice")
    (delivery,) = again["deliveries"]
    assert delivery["outcome"] == "left_out"
    assert "opted out" in delivery["reason"]


async def test_the_text_is_on_the_telephone(played: Played) -> None:
    (text,) = played.play.centre.phone("+14185550130").texts
    assert "bouillir" in text.body
    assert "Valmont" in text.body


async def test_callers_hear_an_apology_while_the_service_is_down(played: Played) -> None:
    """The last one: the service is not started again."""
    await played.play.kill()
    async with played.play.town.handset("4185550140") as phone:
        await phone.until_hung_up(40)
        heard = await phone.whole()
    for language in ("fr", "en"):
        assert ears.contains(heard, played.audio(Key.APOLOGY, language)).share > 0.9
