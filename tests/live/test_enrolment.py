"""Residents enrol by keypad on the real line. All of them call at once; each test looks at one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytest_asyncio

from db.engine.store import Store
from db.residents import contacts
from lab import ears, resident
from lab.handset import Handset, Pcm
from lab.stage import Stage
from prompts.keys import Key
from rules.model import Channel, Contact, ContactPoint
from tests.live import clear_log
from tests.live.conftest import StageIn, residents

pytestmark = pytest.mark.asyncio(loop_scope="module")

KNOWN = "4185550150"  # imported: in the store before anybody called
LEAVING = "4185550191"  # its telephone answers the question with 5
STEPS = ["1", "#", "1", "1", "1", "#"]  # enrol; own number; right; accept; by phone; go on
SPOKEN_S = 0.5
QUIET_S = 2.0  # longer than between two prompts, on a busy machine too


@dataclass
class Visit:
    """One caller: what they heard, what the store holds after."""

    heard: Pcm
    contact: Contact | None
    noted: dict[str, Any] = field(default_factory=dict)


Script = Callable[[Handset, "Line"], Awaitable[dict[str, Any] | None]]


class Visits(dict[str, Visit | BaseException]):
    """By caller; one that went wrong is raised where it is looked at."""

    def __getitem__(self, name: str) -> Visit:
        found = super().__getitem__(name)
        if isinstance(found, BaseException):
            raise found
        return found


class Line:
    """The line under test."""

    def __init__(self, play: Stage, store: Store) -> None:
        self.play = play
        self.store = store

    def digits(self, language: str = "fr") -> Mapping[str, Pcm]:
        return resident.digit_audio(self.play.home / "audio" / language)

    def prompt(self, key: str, language: str = "fr") -> Pcm:
        return resident.samples(self.play.home / "audio" / language / f"{key}.wav")

    async def contact(self, number: str) -> Contact | None:
        return await contacts.find(self.store, f"+1{number}")

    async def visit(self, number: str, script: Script) -> Visit:
        async with self.play.town.handset(number) as phone:
            noted = await script(phone, self) or {}
            heard = await phone.whole()
        await asyncio.sleep(0.5)
        return Visit(heard, await self.contact(number), noted)


async def press(phone: Handset, *keys: str) -> None:
    """Each key once the line speaks again."""
    for key in keys:
        await phone.until_speaking(SPOKEN_S)
        await phone.press(key)


async def to_the_end(phone: Handset) -> None:
    """Of what the line says now, prompt after prompt."""
    await phone.listen(QUIET_S, 30)


async def whole_way_french(phone: Handset, line: Line) -> dict[str, Any]:
    return {"code": await resident.enrol(phone, line.digits(), english=False, texts=True)}


async def whole_way_english(phone: Handset, line: Line) -> dict[str, Any]:
    return {"code": await resident.enrol(phone, line.digits("en"), english=True, texts=False)}


async def refuses_consent(phone: Handset, line: Line) -> None:
    await press(phone, "1", "#", "1", "2")
    await to_the_end(phone)


async def wrong_code_then_right(phone: Handset, line: Line) -> None:
    await press(phone, "1", "#", "1", "1", "1")
    await phone.until_speaking(SPOKEN_S)
    code = await resident.hear_code(phone, line.digits())
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    await press(phone, "#", wrong)
    await phone.until_speaking(1.0)
    await press(phone, code, "2")
    await to_the_end(phone)


async def five_wrong_codes(phone: Handset, line: Line) -> None:
    await press(phone, "1", "#", "1", "1", "1")
    await phone.until_speaking(SPOKEN_S)
    code = await resident.hear_code(phone, line.digits())
    await press(phone, "#")
    for extra in range(1, 6):
        await press(phone, f"{(int(code) + extra) % 1_000_000:06d}")
    await press(phone, code)
    await to_the_end(phone)


async def keys_another_number(phone: Handset, line: Line) -> None:
    """The code is read by a call to that number, 418 555 0190, which records it; then keyed in here."""
    await press(phone, "1", "4185550190", "1", "1", "1")
    code = await _code_heard_at(line, "4185550190")
    await press(phone, code, "2")
    await to_the_end(phone)


async def _code_heard_at(line: Line, number: str) -> str:
    for _ in range(120):
        await asyncio.sleep(0.5)
        if files := line.play.town.heard_by(number):
            found = "".join(digit for _, digit in ears.heard_digits(_growing(files[-1]), line.digits()))
            if len(found) >= 12 and found[:6] == found[6:12]:
                return found[:6]
    raise AssertionError(f"no code was read to {number}")


def _growing(path: Path) -> Pcm:
    raw = path.read_bytes()[44:]
    return np.frombuffer(raw[: len(raw) // 2 * 2], "<i2")


async def by_text(phone: Handset, line: Line) -> None:
    await press(phone, "1", "#", "1", "1", "2")
    telephone = line.play.centre.phone("+14185550142")
    while not telephone.texts and not phone.hung_up():
        await asyncio.sleep(0.2)
    code = "".join(character for character in telephone.texts[-1].body if character.isdigit())[:6]
    await press(phone, code, "2")
    await to_the_end(phone)


async def keys_nonsense(phone: Handset, line: Line) -> None:
    await press(phone, "7", "6", "5")
    await phone.until_hung_up(20)


async def says_nothing(phone: Handset, line: Line) -> dict[str, Any]:
    return {"hung_up": await phone.until_hung_up(110)}


async def nonsense_number(phone: Handset, line: Line) -> None:
    await press(phone, "1", "0000000000")
    await phone.until_speaking(SPOKEN_S)
    await phone.listen(0.6, 10)
    await press(phone, "9005551234")
    await phone.listen(0.6, 10)


async def erases(phone: Handset, line: Line) -> None:
    await press(phone, "1", "418*4185550153")
    await to_the_end(phone)


async def known_number(phone: Handset, line: Line) -> None:
    await press(phone, "1", "#", "1", "1", "1")
    await phone.until_speaking(1.0)
    await to_the_end(phone)


async def comes_back_for_the_code(number: str, line: Line) -> Visit:
    """Hangs up once the code is read, calls again, and keys it in under 3."""
    codes = []

    async def listens(phone: Handset, line: Line) -> None:
        await press(phone, "1", "#", "1", "1", "1")
        await phone.until_speaking(SPOKEN_S)
        codes.append(await resident.hear_code(phone, line.digits()))

    async def logs_in(phone: Handset, line: Line) -> None:
        await press(phone, "3", "#", "1", codes[0], "1")
        await to_the_end(phone)

    first = await line.visit(number, listens)
    second = await line.visit(number, logs_in)
    second.noted["pending"] = first.contact
    return second


async def leaves(phone: Handset, line: Line) -> None:
    await press(phone, "8", "5")
    await to_the_end(phone)


def hangs_up_after(steps: int) -> Script:
    async def script(phone: Handset, line: Line) -> None:
        await press(phone, *STEPS[:steps])
        await phone.until_speaking(0.2)

    return script


CALLERS: dict[str, tuple[str, Script]] = {
    "french": ("4185550140", whole_way_french),
    "english": ("4185550141", whole_way_english),
    "text": ("4185550142", by_text),
    "refuses": ("4185550143", refuses_consent),
    "wrong_code": ("4185550144", wrong_code_then_right),
    "five_wrong": ("4185550145", five_wrong_codes),
    "other_number": ("4185550146", keys_another_number),
    "nonsense": ("4185550147", keys_nonsense),
    "nonsense_number": ("4185550148", nonsense_number),
    "erases": ("4185550149", erases),
    "known": (KNOWN, known_number),
    "leaves": (LEAVING, leaves),
    "silent": ("4185550152", says_nothing),
    **{f"hang_up_{steps}": (f"418555013{steps}", hangs_up_after(steps)) for steps in range(len(STEPS) + 1)},
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def visits(stage_in: StageIn, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Visits]:
    async with stage_in() as play:
        await play.start()
        file = residents(tmp_path_factory.mktemp("csv") / "known.csv", [KNOWN, LEAVING])
        assert (await play.tocsin("contacts", "import", str(file))).status == 0
        store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
        line = Line(play, store)
        calls = {name: line.visit(number, script) for name, (number, script) in CALLERS.items()}
        calls["comes_back"] = comes_back_for_the_code("4185550154", line)
        done = await asyncio.gather(*calls.values(), return_exceptions=True)
        found = Visits(zip(calls, done, strict=True))
        found["line"] = Visit(np.zeros(0, np.int16), None, {"line": line})
        yield found
        await store.close()


def points(visit: Visit, channel: Channel) -> list[ContactPoint]:
    assert visit.contact is not None
    return [point for point in visit.contact.points if point.channel is channel and point.active]


def hears(visit: Visit, key: str, visits: Visits, language: str = "fr") -> bool:
    line: Line = visits["line"].noted["line"]
    heard = ears.contains(visit.heard, line.prompt(key, language))
    print(f"{key}: {heard}")
    return heard.share > 0.8


async def test_french_whole_way(visits: Visits) -> None:
    visit = visits["french"]
    assert visit.contact is not None
    assert (visit.contact.active, visit.contact.language) == (True, "fr")
    assert points(visit, Channel.VOICE)[0].verified
    assert points(visit, Channel.SMS)[0].address == "+14185550140"
    assert hears(visit, Key.ENROLLED, visits)


async def test_english_whole_way_without_texts(visits: Visits) -> None:
    visit = visits["english"]
    assert visit.contact is not None
    assert (visit.contact.active, visit.contact.language) == (True, "en")
    assert points(visit, Channel.SMS) == []
    assert hears(visit, Key.ENROLLED, visits, "en")


async def test_code_by_text(visits: Visits) -> None:
    visit = visits["text"]
    assert visit.contact is not None
    assert visit.contact.active


async def test_refused_consent_keeps_nothing(visits: Visits) -> None:
    assert visits["refuses"].contact is None
    assert hears(visits["refuses"], Key.CONSENT_REFUSED, visits)


async def test_wrong_code_then_the_right_one(visits: Visits) -> None:
    visit = visits["wrong_code"]
    assert visit.contact is not None
    assert visit.contact.active
    assert hears(visit, Key.CODE_WRONG, visits)


async def test_five_wrong_codes_void_it(visits: Visits) -> None:
    visit = visits["five_wrong"]
    assert visit.contact is not None
    assert not visit.contact.active
    assert hears(visit, Key.CODE_VOID, visits)


async def test_another_number_is_called_and_read_the_code(visits: Visits) -> None:
    assert visits["other_number"].contact is None
    line: Line = visits["line"].noted["line"]
    proved = await line.contact("4185550190")
    assert proved is not None
    assert proved.active


async def test_a_number_in_the_store_is_called_back_not_told(visits: Visits) -> None:
    assert hears(visits["known"], Key.CODE_BY_CALL_OWN, visits)
    line: Line = visits["line"].noted["line"]
    assert ears.heard_digits(visits["known"].heard, line.digits())[10:] == []  # the number was read back, no code
    for _ in range(60):
        if line.play.town.heard_by(KNOWN):
            break
        await asyncio.sleep(0.5)
    await _code_heard_at(line, KNOWN)


async def test_nonsense_ends_politely(visits: Visits) -> None:
    assert hears(visits["nonsense"], Key.WRONG_KEY, visits)
    assert hears(visits["nonsense"], Key.NO_ANSWER_GOODBYE, visits)


async def test_silence_ends_politely(visits: Visits) -> None:
    assert visits["silent"].noted["hung_up"]
    assert hears(visits["silent"], Key.NO_ANSWER_GOODBYE, visits)


async def test_numbers_that_can_not_be_enrolled(visits: Visits) -> None:
    assert hears(visits["nonsense_number"], Key.NUMBER_WRONG, visits)
    assert visits["nonsense_number"].contact is None


async def test_star_erases(visits: Visits) -> None:
    line: Line = visits["line"].noted["line"]
    read_back = "".join(digit for _, digit in ears.heard_digits(visits["erases"].heard, line.digits()))
    assert "4185550153" in read_back


@pytest.mark.parametrize("steps", range(len(STEPS) + 1))
async def test_hang_up_at_each_step(steps: int, visits: Visits) -> None:
    contact = visits[f"hang_up_{steps}"].contact
    asked_for_a_code = steps >= 5
    assert (contact is not None) == asked_for_a_code
    assert contact is None or not contact.active


async def test_pending_until_the_code_is_keyed_in_under_3(visits: Visits) -> None:
    visit = visits["comes_back"]
    assert visit.noted["pending"] is not None
    assert not visit.noted["pending"].active
    assert visit.contact is not None
    assert visit.contact.active


async def test_leaving_is_confirmed_by_a_key_on_a_call_to_that_number(visits: Visits) -> None:
    assert hears(visits["leaves"], Key.LEAVE_BY_CALL, visits)
    line: Line = visits["line"].noted["line"]
    for _ in range(60):
        if await contacts.opted_out(line.store, f"+1{LEAVING}", Channel.VOICE):
            break
        await asyncio.sleep(0.5)
    (heard,) = [resident.samples(path) for path in line.play.town.heard_by(LEAVING)]
    assert ears.contains(heard, line.prompt(Key.LEAVE_CALL)).share > 0.8
    sent = await line.play.tocsin("alert", "send", "--title", "x", "--text-fr", "x", "--text-en", "x", "--to",
                                  f"number:{LEAVING}", "--json")  # fmt: skip
    assert sent.status == 1, "it reaches nobody"
    assert sent.data()["deliveries"][0]["outcome"] == "left_out"


async def test_no_code_is_in_the_log(visits: Visits) -> None:
    line: Line = visits["line"].noted["line"]
    codes = [visits[name].noted["code"] for name in ("french", "english")]
    log = line.play.log.read_text(errors="replace")
    assert "code_" in log or "call_in" in log
    assert clear_log.codes_in(log, codes) == []
