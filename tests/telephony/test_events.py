"""The events that we decode, against the description that the installed Asterisk ships."""

import json
from datetime import UTC, datetime

import msgspec
import pytest

from service import settings, wiring
from telephony import events


@pytest.fixture(scope="module")
def described() -> dict[str, dict[str, object]]:
    rest_api = wiring.binary(settings.load()).root / "usr/share/asterisk/rest-api/events.json"
    models: dict[str, dict[str, object]] = json.loads(rest_api.read_text())["models"]
    return models


@pytest.mark.parametrize("kind", events.Event.__args__, ids=lambda kind: kind.__name__)
def test_asterisk_describes_every_field_that_we_read(
    kind: type[msgspec.Struct], described: dict[str, dict[str, object]]
) -> None:
    own, of_all = described[kind.__name__]["properties"], described["Event"]["properties"]
    assert isinstance(own, dict)
    assert isinstance(of_all, dict)
    assert set(kind.__struct_fields__) <= {*own, *of_all}


def test_other_events_are_passed_over() -> None:
    assert events.decode('{"type": "ChannelVarset", "value": "x"}') is None


def test_asterisk_writes_the_time_of_an_event_without_a_colon_in_the_offset() -> None:
    event = events.decode('{"type":"PlaybackStarted","timestamp":"2026-11-22T01:33:24.655-0500","playback":{"id":"a"}}')
    assert isinstance(event, events.PlaybackStarted)
    assert event.timestamp == datetime(2026, 11, 22, 6, 33, 24, 655000, tzinfo=UTC)


def test_hang_up_carries_cause_and_sip_status() -> None:
    event = events.decode('{"type":"ChannelDestroyed","cause":17,"tech_cause":486,"channel":{"id":"a","state":"Down"}}')
    assert isinstance(event, events.ChannelDestroyed)
    assert (event.subject, event.cause, event.tech_cause) == ("a", 17, 486)
