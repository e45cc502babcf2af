"""A third door, beside the line and texts: plain calls of the use cases do what a resident and an officer do."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest

from alerts import all_clear, compose, preview, report, send, steer
from db.alerts import alerts
from db.engine.store import Store
from db.queue import attempts
from db.staff import jobs
from records.alerts import AlertRequest, FollowRequest
from residents import choices, codes, enrolment, leaving, numbers, personal
from residents.enrolment import Way
from residents.town import Town
from rules.model import Channel, Language
from rules.operator_error import NotThere
from rules.phone import CANADIAN_AREA_CODES
from rules.status import AlertStatus
from service import settings, wiring
from tests.db.town import ACKNOWLEDGED, NOW, WORDS

WATER = {Language.FR: "Faites bouillir l'eau.", Language.EN: "Boil the water."}
OVER = FollowRequest(texts={Language.FR: "L'eau est bonne.", Language.EN: "The water is safe."})


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    store = await Store.open(f"sqlite:///{tmp_path}/tocsin.db")
    yield Town(store, CANADIAN_AREA_CODES, "Ville", lambda: NOW, texts=True)
    await store.close()


async def test_a_resident_and_an_officer_need_no_telephone(town: Town) -> None:
    store, policy = town.store, msgspec.structs.replace(wiring.policy(settings.load(None)), channels={Channel.VOICE})
    number = numbers.read(town, "418 555-0101")
    way = await enrolment.way_for(town, number, called_from=number)
    begun = await enrolment.begin(town, number, way, language=Language.FR, wording=WORDS, via="door", asked_from=number)
    assert (way, len(begun.code)) == (Way.HERE, 6)
    contact = await codes.prove(town, number, begun.code, consent_id=begun.consent_id)
    assert contact is not None
    assert await enrolment.was_active(town, number)
    assert await enrolment.way_for(town, number, called_from=number) is Way.CALL  # it is claimed from outside no more
    await choices.language(town, contact, Language.EN)
    await choices.texts_on(town, contact, number)

    composed = compose.compose(policy, AlertRequest(title="Eau", texts=WATER, channels=("voice",)), NOW)
    assert (await preview.of(store, policy, composed, NOW)).counts.planned == 1
    sent = await send.send(store, policy, composed, by="Anne", now=NOW, news=lambda: None)
    await alerts.move(store, sent.id, AlertStatus.RUNNING, NOW)
    (call,) = await attempts.claim(store, 1, now=NOW)
    assert (call.address, call.language) == (number, Language.EN)
    await attempts.finish(store, call.id, ACKNOWLEDGED, now=NOW)
    job_id, _ = await all_clear.begin(store, policy, sent.id, OVER, by="Anne", now=NOW)
    (job,) = await jobs.unfinished(store)
    await all_clear.carry_out(store, policy, job, lambda: NOW)
    done = await jobs.get(store, job_id)
    assert done is not None
    assert (done.result or {}).get("people") == 1
    found = await report.of(store, await steer.known(store, sent.id))
    assert found.summary.by_outcome == {"acknowledged": 1}
    await steer.steer(store, (done.result or {})["alert"], AlertStatus.CANCELLED, by="Anne", now=NOW)

    await leaving.confirmed(town, number, via="door")
    assert (await personal.export(store, contact, by="Anne", now=NOW)).opt_outs
    assert (await personal.erase(store, contact, by="Anne", now=NOW)).kept == 2
    with pytest.raises(NotThere):
        await personal.who(store, number)
