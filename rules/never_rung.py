"""Numbers of the North American plan that no call or text may go to, whatever area codes a town allows.

Sources: NANPA, "NPA codes" and "Central Office Code Assignment Guidelines" (ATIS-0300051); the Canadian Numbering
Administrator's code relief planning. libphonenumber lets most of them through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

TOLL_FREE = frozenset({"800", "822", "833", "844", "855", "866", "877", "888"})
"""A town may show such a number, and residents call it; none is rung."""

_SERVICES = [f"{digit}11" for digit in "23456789"]
_PERSONAL = """
    500 521 522 523 524 525 526 527 528 529 532 533 535 538 542 543 544 545 546 547 549 550 552 553 554 556 558 566 569
    577 578 588 589
"""
_SPECIAL = "600 622 633 644 655 677 688"
_KEPT = "880 881 882 883 884 885 886 887 889"

AREA_CODES: Mapping[str, str] = {
    **dict.fromkeys(TOLL_FREE, "it is toll-free, and whoever has it pays for the call"),
    **dict.fromkeys(_KEPT.split(), "its area code is kept for toll-free numbers"),
    **dict.fromkeys(_PERSONAL.split(), "its area code is no place, but of personal numbers and machines"),
    **dict.fromkeys(_SPECIAL.split(), "its area code is no place, but of special services"),
    **dict.fromkeys(_SERVICES, "it begins like a service of three digits, such as 911"),
    "700": "700 leads to a carrier's own services",
    "710": "710 is the government of the United States",
    "900": "900 is premium rate",
}
"""Area codes of no place, with the reason."""

EXCHANGES: Mapping[str, str] = {
    **dict.fromkeys(_SERVICES, "its exchange is that of a service of three digits, such as 911"),
    "950": "950 leads to a carrier's own services",
    "958": "958 is kept for the tests of carriers",
    "959": "959 is kept for the tests of carriers",
    "976": "976 is a premium exchange",
}
"""Exchanges that no resident has, under any area code."""

LINES: Mapping[str, str] = {"5551212": "555-1212 is directory assistance"}
"""Exchange and line together. 555-0100 to 555-0199 are for examples, and ring nobody: they are let through."""

SHORT = re.compile(r"[2-9]11|988")
"""Whole numbers of services: 911, 988 for somebody in distress, 311, 411 …"""


def reason(area_code: str, exchange: str, line: str) -> str:
    """Why such a number is never rung; "" when it may be."""
    return AREA_CODES.get(area_code) or EXCHANGES.get(exchange) or LINES.get(f"{exchange}{line}", "")
