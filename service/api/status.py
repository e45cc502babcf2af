"""`/v1/status`: how the service is."""

from __future__ import annotations

import shutil

from db.engine import heartbeat
from db.engine import status as stored
from records.status import QueueView, Status, UnderWay
from service.api.route import ApiRequest, Route


async def status(asked: ApiRequest) -> Status:
    store, home = asked.town.store, asked.town.home
    beat, queue = await heartbeat.last(store, asked.now), await stored.queue(store)
    return Status(
        running=beat.alive,
        home=str(home),
        last_beat=str(beat.at) if beat.at else None,
        queue=QueueView(calls=queue.calls, texts=queue.texts),
        alerts=tuple(UnderWay(id=id_, title=title) for id_, title in zip(queue.running, queue.titles, strict=True)),
        disk_free=shutil.disk_usage(home).free,
        state=dict(beat.state) if beat.alive else {},
    )


ROUTES = (Route("GET", "/status", status, Status, "How the service is, and what waits"),)
