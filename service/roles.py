"""Parts of the service that can run alone."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    IVR = "ivr"
    DIALER = "dialer"
    SMS = "sms"


LOCKS = {Role.IVR: "telephone", Role.DIALER: "telephone", Role.SMS: "texts"}
"""Roles that share a lock can't run in two programs: there is one link to Asterisk."""
