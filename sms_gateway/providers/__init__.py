"""The providers of texts: the scheme of TOCSIN_SMS_URL chooses one."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from sms_gateway.errors import BadSetting
from sms_gateway.provider import Provider
from sms_gateway.providers import smpp

PROVIDERS: dict[str, Callable[[str, str], Provider]] = {
    "smpp": smpp.Smpp,
    "smpps": smpp.Smpp,
}


def from_url(url: str, sender: str) -> Provider:
    """The provider for TOCSIN_SMS_URL and TOCSIN_SMS_SENDER. Raises BadSetting, which names the setting."""
    scheme = urlsplit(url).scheme
    if scheme not in PROVIDERS:
        raise BadSetting(
            f"TOCSIN_SMS_URL begins with “{scheme}”: known are {', '.join(f'{each}://' for each in PROVIDERS)}"
        )
    return PROVIDERS[scheme](url, sender)
