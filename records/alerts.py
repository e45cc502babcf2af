"""`/v1/alerts`: what an officer asks for."""

from __future__ import annotations

from msgspec import Struct

from rules.model import Household, Language, Numbers, Purpose


class AlertRequest(Struct, frozen=True, kw_only=True):
    """An alert as its author writes it. `to`, `but`: terms of a target (`rules.target.HOW_TO`), without files. `at`,
    `until`: moments by the town's clocks, "" for at once and for the usual end. `when_allowed`: outside the hours,
    begin when they open."""

    title: str
    texts: dict[Language, str]
    to: tuple[str, ...] = ("all",)
    but: tuple[str, ...] = ()
    channels: tuple[str, ...] = ("voice", "sms")
    purpose: Purpose = Purpose.EMERGENCY
    at: str = ""
    when_allowed: bool = False
    until: str = ""
    numbers: Numbers = Numbers.FIRST_REACHED
    household: Household = Household.EACH


class FollowRequest(Struct, frozen=True, kw_only=True):
    """News of an alert, or its all clear. `everybody`: to all whom it was for, reached or not. `title` "": made of its
    title."""

    texts: dict[Language, str]
    title: str = ""
    everybody: bool = False
    when_allowed: bool = False
    until: str = ""
