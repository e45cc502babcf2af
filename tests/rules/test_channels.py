from __future__ import annotations

import itertools
import re
from pathlib import Path

from rules import channels, reach
from rules.model import Channel

ROOT = Path(__file__).parents[2]
ROOMS = ("records", "rules", "db", "telephony", "prompts", "residents", "alerts", "ivr", "dialer", "sms_gateway")
ABOVE = ("service", "lab", "tocsin", "supervision")
NAMED = re.compile(r"\bChannel\.(VOICE|SMS|EMAIL)\b")
MAY_NAME = (
    "rules/channels.py",
    "db/residents/register.py",  # the columns of a file
    "dialer/",
    "sms_gateway/providers/",
)


def test_every_channel_has_its_traits() -> None:
    assert set(channels.TRAITS) == set(Channel)
    assert (channels.CALL, channels.TEXT) == (Channel.VOICE, Channel.SMS)
    assert channels.OFFERED == channels.OF_NUMBERS == (Channel.VOICE, Channel.SMS)


def test_a_channel_is_named_in_the_table_and_in_the_room_that_carries_it() -> None:
    files = itertools.chain.from_iterable((ROOT / room).rglob("*.py") for room in (*ROOMS, *ABOVE))
    named = {str(path.relative_to(ROOT)) for path in files if NAMED.search(path.read_text(encoding="utf-8"))}
    assert not [each for each in named if not each.startswith(MAY_NAME)]


def test_no_two_channels_share_a_bit_of_a_reach() -> None:
    fields = [sum(reach.masks([each], with_dead=dead)) for each in Channel for dead in (False, True)]
    assert not [pair for pair in itertools.combinations(fields, 2) if pair[0] & pair[1]]
    assert max(fields) < 2**63, "what a store takes"


def test_in_the_order_of_the_table() -> None:
    assert channels.in_order((Channel.SMS, Channel.VOICE, Channel.SMS)) == (Channel.VOICE, Channel.SMS)
    assert channels.spoken() == (Channel.VOICE,)
    assert channels.written() == (Channel.SMS, Channel.EMAIL)
