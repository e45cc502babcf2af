"""What those who run it may do."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
    """To do something, by whatever door."""

    READ = "read"  # figures, reports, what is ready
    ALERT = "alert"  # send, approve, pause, end
    RESIDENTS = "residents"  # files, imports, addresses
    TELEPHONY = "telephony"  # prompts, menus, dialplan
    STAFF = "staff"  # people and their roles


class StaffRole(StrEnum):
    """What somebody is; one person may be several."""

    OFFICER = "officer"
    CLERK = "clerk"
    ADMINISTRATOR = "administrator"
    TELEPHONY = "telephony"
    READER = "reader"


GIVES: dict[StaffRole, frozenset[Right]] = {
    StaffRole.OFFICER: frozenset({Right.READ, Right.ALERT}),
    StaffRole.CLERK: frozenset({Right.READ, Right.RESIDENTS}),
    StaffRole.ADMINISTRATOR: frozenset(Right),
    StaffRole.TELEPHONY: frozenset({Right.READ, Right.TELEPHONY}),
    StaffRole.READER: frozenset({Right.READ}),
}


def may(roles: Iterable[StaffRole], right: Right) -> bool:
    return any(right in GIVES[role] for role in roles)
