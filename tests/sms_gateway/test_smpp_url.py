from __future__ import annotations

import pytest
from aiosmpplib import NPI, TON, PhoneNumber

from sms_gateway import providers
from sms_gateway.errors import BadSetting
from sms_gateway.providers.smpp import url
from sms_gateway.providers.smpp.link import Account
from sms_gateway.providers.smpp.url import Options


def test_all_of_an_address() -> None:
    account, options = url.parse("smpps://ville:p%40ss@smsc.example.ca?window=50&tps=30&system_type=VMA")
    assert account == Account("smsc.example.ca", 3550, "ville", "p@ss", "VMA", tls=True)
    assert options == Options(window=50, per_second=30.0, system_type="VMA")


def test_least_of_an_address() -> None:
    account, options = url.parse("smpp://ville:secret@10.0.0.1")
    assert (account.port, account.tls, options) == (2775, False, Options())


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("http://a:b@c", "begins with “http”"),
        ("smpp://host:2775", "no host or no user"),
        ("smpp://user:pw@:2775", "no host or no user"),
        ("smpp://user:pw@host:99999", "port"),
        ("smpp://user:pw@host/path", "path"),
        ("smpp://user:pw@host?window=0", "window=“0”"),
        ("smpp://user:pw@host?tps=fast", "tps=“fast”"),
        ("smpp://user:pw@host?number_format=ten", "number_format=“ten”"),
        ("smpp://user:pw@host?windows=3", "option “windows”"),
        ("smpp://user:hunter2hunter2@host", "password of 14 characters"),
        ("smpp://user-with-a-long-name:pw@host", "user of 21 characters"),
    ],
)
def test_wrong_address_names_the_setting_and_never_the_password(wrong: str, told: str) -> None:
    with pytest.raises(BadSetting, match=f"TOCSIN_SMS_URL.*{told}") as raised:
        url.parse(wrong)
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("514 555-0100", PhoneNumber("15145550100", TON.INTERNATIONAL, NPI.ISDN)),
        ("+15145550100", PhoneNumber("15145550100", TON.INTERNATIONAL, NPI.ISDN)),
        ("12345", PhoneNumber("12345", TON.NETWORK_SPECIFIC, NPI.UNKNOWN)),
    ],
)
def test_senders(text: str, expected: PhoneNumber) -> None:
    assert url.sender(text) == expected


@pytest.mark.parametrize("text", ["", "Ville", "12", "0145550100"])
def test_wrong_sender(text: str) -> None:
    with pytest.raises(BadSetting, match="TOCSIN_SMS_SENDER"):
        url.sender(text)


def test_no_such_provider() -> None:
    with pytest.raises(BadSetting, match="known are smpp://, smpps://"):
        providers.from_url("carrier-pigeon://loft", "12345")
