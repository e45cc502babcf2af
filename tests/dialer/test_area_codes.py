"""The town's list of area codes is looked at again when a call is due."""

from __future__ import annotations

import asyncio
from datetime import datetime

from db.alerts import alerts
from db.engine.store import Store
from dialer.app import Dialer
from dialer.call_policy import CallPolicy
from dialer.trunks import Trunks
from ivr.context import Context
from rules.model import Language
from rules.outcome import DeliveryOutcome
from telephony import ari
from telephony.trunk import Trunk
from tests.db import town
from tests.dialer.conftest import MakeStudio
from tests.dialer.far_end import FarEnd
from tests.prompts.conftest import Toner

SOON_S = 60.0
HOME, AWAY = "+14185550101", "+14505550102"


def clock() -> datetime:
    return town.NOW


async def test_a_number_that_is_allowed_no_more_is_not_called_and_the_next_one_is(
    store: Store, studio: MakeStudio
) -> None:
    everybody = await town.people(
        store, [AWAY, HOME], [AWAY.replace("0102", "0103")], ["+14189765555", HOME[:-1] + "4"]
    )
    alert_id = await town.running(store, everybody)
    context = Context(store, studio(Toner()), [Language.FR], "Ville", "", frozenset({"418"}), clock)
    async with FarEnd().running() as far:
        link = ari.Ari(ari.AriAddress("127.0.0.1", far.port, "tocsin", "secret"), "tocsin")
        trunks = Trunks([Trunk("a", "127.0.0.1:9", 5, 50)], asyncio.get_running_loop().time)
        dialer = Dialer(link, context, trunks, CallPolicy("VILLE", "+14185551000", 20.0))
        working = [
            asyncio.create_task(link.run(on_up=dialer.reconcile, on_stranger=lambda _: None, on_down=dialer.lost)),
            asyncio.create_task(dialer.run()),
        ]
        try:
            async with asyncio.timeout(SOON_S):
                while None in await town.outcomes(store, alert_id):
                    await asyncio.sleep(0.05)
        finally:
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)
            await dialer.close(patience_s=0)
    assert {number[-10:] for number in far.placed} == {HOME[2:], "4185550104"}
    acknowledged, unreached = DeliveryOutcome.ACKNOWLEDGED, DeliveryOutcome.UNREACHED
    assert await town.outcomes(store, alert_id) == [acknowledged, unreached, acknowledged]
    assert {attempt.reason for each in await alerts.deliveries(store, alert_id) for attempt in each.attempts} == {
        "",
        "number not allowed",
    }
