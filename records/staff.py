"""`/v1/staff`: those who run it."""

from __future__ import annotations

from msgspec import Struct

from rules.roles import StaffRole


class MemberView(Struct, frozen=True, kw_only=True):
    """`number`: the registered telephone, E.164. `pin_set_at`: None where there is no PIN, and nothing by telephone."""

    name: str
    number: str
    roles: tuple[StaffRole, ...]
    created_at: str
    pin_set_at: str | None


class Staff(Struct, frozen=True, kw_only=True):
    """By name."""

    staff: tuple[MemberView, ...]
    timezone: str


class MemberRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody new; or what is to be changed of somebody: what is "" or empty stays. `number`: in any usual form."""

    name: str = ""
    number: str = ""
    roles: tuple[StaffRole, ...] = ()


class PinRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Six to twelve digits."""

    pin: str
