"""`/v1/alerts`: preview, send, look at, steer."""

from __future__ import annotations

from alerts import compose, follow, preview, result, send, steer, templates, unspoken
from alerts.compose import Composed
from db.alerts import alerts
from db.engine import heartbeat
from records.alerts import AlertRequest, FollowRequest, Listed, Previewed, Sent, Shown
from records.alerts import AlertView as Told
from rules import channels
from rules.model import Alert
from rules.status import AlertStatus
from service.api.route import ApiRequest, Route

PAGE = 50


def _composed(asked: ApiRequest, request: AlertRequest, follows: int | None = None) -> Composed:
    """Its voices begin to speak at once: until it is sent, that costs nobody anything."""
    ready = templates.filled(asked.town.home, request)
    composed = compose.compose(asked.town.policy, ready, asked.now, follows=follows)
    if channels.spoken(composed.draft.channels):
        asked.town.coming(composed.draft.texts)
    return composed


async def _previewed(asked: ApiRequest, composed: Composed) -> Previewed:
    town = asked.town
    found = await preview.of(town.store, town.policy, composed, asked.now)
    return Previewed(
        preview=preview.answer(found, composed.draft),
        unknown=preview.unknown_numbers(found.unknown),
        warnings=composed.warnings,
        refusal=send.refusal(composed),
        timezone=town.policy.timezone,
    )


async def preview_alert(asked: ApiRequest, request: AlertRequest) -> Previewed:
    return await _previewed(asked, _composed(asked, request))


async def send_alert(asked: ApiRequest, request: AlertRequest) -> Sent:
    town, composed = asked.town, _composed(asked, request)
    return await send.send(town.store, town.policy, composed, by=asked.by, now=asked.now, news=town.news)


async def _update(asked: ApiRequest, request: FollowRequest) -> Composed:
    first = await _known(asked)
    return _composed(asked, follow.update(first, templates.news(asked.town.home, request)), follows=first.id)


async def preview_update(asked: ApiRequest, request: FollowRequest) -> Previewed:
    return await _previewed(asked, await _update(asked, request))


async def send_update(asked: ApiRequest, request: FollowRequest) -> Sent:
    town, composed = asked.town, await _update(asked, request)
    return await send.send(town.store, town.policy, composed, by=asked.by, now=asked.now, news=town.news)


async def _known(asked: ApiRequest) -> Alert:
    return await steer.known(asked.town.store, int(asked.at["id"]))


async def listed(asked: ApiRequest) -> Listed:
    limit, offset = asked.number("limit", PAGE), asked.number("cursor", 0)
    found = await alerts.listing(asked.town.store, limit=limit + 1, offset=offset)
    return Listed(
        alerts=tuple(result.of(alert, {}) for alert in found[:limit]),
        next=str(offset + limit) if len(found) > limit else "",
        timezone=asked.town.policy.timezone,
    )


async def shown(asked: ApiRequest) -> Shown:
    """With everybody in it."""
    alert = await _known(asked)
    return await _shown(
        asked,
        alert,
        result.of(
            alert,
            await alerts.counts(asked.town.store, alert.id),
            await alerts.deliveries(asked.town.store, alert.id),
        ),
    )


async def progress(asked: ApiRequest) -> Shown:
    """Without the people: to be asked for again and again."""
    alert = await _known(asked)
    return await _shown(asked, alert, result.of(alert, await alerts.counts(asked.town.store, alert.id)))


async def _shown(asked: ApiRequest, alert: Alert, told: Told) -> Shown:
    beat = await heartbeat.last(asked.town.store, asked.now)
    return Shown(
        alert=told,
        waits=tuple(unspoken.lines(alert)),
        trunks=tuple(beat.state.get("trunks", ())) if beat.alive else (),
        now=asked.now.isoformat(),
        timezone=asked.town.policy.timezone,
    )


async def _steered(asked: ApiRequest, to: AlertStatus) -> Shown:
    await steer.steer(asked.town.store, int(asked.at["id"]), to, by=asked.by, now=asked.now)
    asked.town.news()
    return await shown(asked)


async def pause(asked: ApiRequest) -> Shown:
    return await _steered(asked, AlertStatus.PAUSED)


async def resume(asked: ApiRequest) -> Shown:
    return await _steered(asked, AlertStatus.RUNNING)


async def cancel(asked: ApiRequest) -> Shown:
    return await _steered(asked, AlertStatus.CANCELLED)


async def hang_up(asked: ApiRequest) -> Shown:
    await steer.hang_up(asked.town.store, int(asked.at["id"]), by=asked.by, now=asked.now)
    asked.town.news()
    return await shown(asked)


ROUTES = (
    Route("GET", "/alerts", listed, Listed, "The alerts, newest first (`limit`, `cursor`)"),
    Route("POST", "/alerts/preview", preview_alert, Previewed, "What an alert would do", body=AlertRequest),
    Route("POST", "/alerts", send_alert, Sent, "Send an alert", body=AlertRequest),
    Route("GET", "/alerts/{id:[0-9]+}", shown, Shown, "What became of everybody in an alert"),
    Route("GET", "/alerts/{id:[0-9]+}/progress", progress, Shown, "How far an alert is, without the people"),
    Route("POST", "/alerts/{id:[0-9]+}/pause", pause, Shown, "Place and send nothing more until it is resumed"),
    Route("POST", "/alerts/{id:[0-9]+}/resume", resume, Shown, "Go on with an alert that was paused"),
    Route("POST", "/alerts/{id:[0-9]+}/cancel", cancel, Shown, "Stop what is not yet placed or sent"),
    Route("POST", "/alerts/{id:[0-9]+}/hang-up", hang_up, Shown, "Cancel an alert and end its open calls"),
    Route(
        "POST",
        "/alerts/{id:[0-9]+}/updates/preview",
        preview_update,
        Previewed,
        "What an update would do",
        body=FollowRequest,
    ),
    Route(
        "POST",
        "/alerts/{id:[0-9]+}/updates",
        send_update,
        Sent,
        "Tell those whom an alert reached what is new",
        body=FollowRequest,
    ),
)
