"""`tocsin doctor` on set-ups that are broken, one thing each."""

from __future__ import annotations

import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from db.engine import heartbeat
from db.engine.store import Store
from lab import ports
from lab.stage import Installation
from records.upkeep import Check
from service import clock, places
from tests.live.alone import alone

pytestmark = pytest.mark.asyncio(loop_scope="module")

TRUNK = '{{"name": "{}", "host": "{}", "channels": 2, "calls_per_second": 1}}'


@dataclass
class Patient:
    """A set-up that is well but for what a test breaks."""

    play: Installation
    folder: Path

    async def says(self, check: str, *arguments: str, **settings: str) -> dict[str, Any]:
        """The worst that it found there."""
        printed = await self.play.tocsin("doctor", "--json", "--only", check, *arguments, **settings)
        found = [each for each in printed.data()["checks"] if each["check"] == check]
        worst: dict[str, Any] = max(found, key=lambda each: ["well", "doubtful", "wrong"].index(each["state"]))
        assert printed.status == (worst["state"] == "wrong")
        print(f"{worst['state']}: {worst['said']} -> {worst['remedy']}")
        return worst


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def patient(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Patient]:
    folder = tmp_path_factory.mktemp("doctor")
    nowhere = f"{ports.LOOPBACK}:{ports.free(socket.SOCK_DGRAM)}"
    async with alone(folder / "home", {"host": nowhere}) as play:
        assert (await play.tocsin("prompts", "build")).status == 0
        yield Patient(play, folder)


async def test_nothing_is_wrong_with_a_set_up_that_is_well(patient: Patient) -> None:
    printed = await patient.play.tocsin("doctor", "--json")
    checks = printed.data()["checks"]
    assert [each for each in checks if each["state"] == "wrong"] == []
    assert printed.status == 0
    assert {each["check"] for each in checks} == set(Check)


async def test_a_trunk_that_is_asked_by_no_service(patient: Patient) -> None:
    found = await patient.says("trunks")
    assert (found["state"], "was not asked whether it is there" in found["said"]) == ("doubtful", True)
    assert "start the service" in found["remedy"]


async def test_a_trunk_with_a_wrong_name(patient: Patient) -> None:
    found = await patient.says("trunks", TOCSIN_TRUNKS=f"[{TRUNK.format('typo', 'sip.invalid:5060')}]")
    assert (found["state"], "typo (sip.invalid:5060)" in found["said"]) == ("wrong", True)


async def test_a_port_that_another_program_has(patient: Patient) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind((ports.LOOPBACK, 0))
        found = await patient.says("ports", TOCSIN_SIP_BIND=f"{ports.LOOPBACK}:{other.getsockname()[1]}")
    assert "TOCSIN_SIP_BIND" in found["said"]
    assert "another program has it" in found["said"]


async def test_a_dialplan_with_a_typing_error(patient: Patient) -> None:
    broken = patient.folder / "dialplans"
    shutil.copytree(places.DIALPLANS, broken)
    plan = broken / "extensions.conf"
    plan.write_text(plan.read_text().replace("Goto(line,s,1)", "Goto(lime,s,1)", 1))
    found = await patient.says("dialplan", "--dialplans", str(broken))
    assert "extensions.conf line" in found["said"]
    assert "lime,s,1" in found["said"]


async def test_a_damaged_database(patient: Patient) -> None:
    path = patient.folder / "damaged.db"
    await (await Store.open(f"sqlite:///{path}")).close()
    octets = bytearray(path.read_bytes())
    octets[8192:40960] = b"\xff" * 32768
    path.write_bytes(octets)
    found = await patient.says("database", TOCSIN_DATABASE_URL=f"sqlite:///{path}")
    assert found["state"] == "wrong"
    assert "backup" in found["remedy"]


async def test_a_clock_that_was_set_back(patient: Patient) -> None:
    url = f"sqlite:///{patient.folder}/later.db"
    store = await Store.open(url)
    await heartbeat.beat(store, clock.now() + timedelta(hours=1))
    await store.close()
    found = await patient.says("clock", TOCSIN_DATABASE_URL=url)
    assert "it was set back" in found["said"]
    assert "timedatectl" in found["remedy"]


async def test_a_carrier_of_texts_that_is_not_there(patient: Patient) -> None:
    url = f"smpp://user:secret@127.0.0.1:{ports.free()}"
    found = await patient.says("texts", TOCSIN_SMS_URL=url, TOCSIN_SMS_SENDER="12345")
    assert "takes no connection" in found["said"]
    assert "secret" not in found["said"]


async def test_a_setting_that_can_not_be_used(patient: Patient) -> None:
    found = await patient.says("settings", TOCSIN_RING_S="soon")
    assert "TOCSIN_RING_S is “soon”; expected" in found["said"]


async def test_a_prompt_without_audio(patient: Patient) -> None:
    """The last one: it is not made again."""
    (patient.play.home / "audio/fr/greeting.wav").unlink()
    found = await patient.says("prompts")
    assert "greeting" in found["said"]
    assert "tocsin prompts build" in found["remedy"]
