"""`/v1/residents`: what is kept of one person, and its erasure."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


class Point(Struct, frozen=True, kw_only=True):
    """One way to reach a resident. `address`: E.164, or an e-mail address. `order`: in which numbers are called.
    `verified`: shown to be theirs by a code."""

    channel: str
    address: str
    extension: str
    order: int
    active: bool
    verified: bool
    dead: bool
    description: str


class Resident(Struct, frozen=True, kw_only=True):
    """A file. `active`: the enrolment is finished."""

    id: int
    first_name: str
    last_name: str
    language: str
    active: bool
    civic_number: str
    street: str
    unit: str
    city: str
    postal_code: str
    sector: str
    topics: tuple[str, ...]
    points: tuple[Point, ...]


class Residents(Struct, frozen=True, kw_only=True):
    """`next`: the cursor of the next page, "" on the last."""

    residents: tuple[Resident, ...]
    next: str


class FoundResidents(Struct, frozen=True, kw_only=True):
    """One file. `suspected`: numbers of it of which a network said once that they do not exist."""

    resident: Resident
    suspected: tuple[str, ...]


class GroupView(Struct, frozen=True, kw_only=True):
    """A target under a name."""

    name: str
    target: str


class Groups(Struct, frozen=True, kw_only=True):
    """By name."""

    groups: tuple[GroupView, ...]


class GroupRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Terms of a target (`rules.target.HOW_TO`), without files."""

    to: tuple[str, ...]
    but: tuple[str, ...] = ()


class Saved(Struct, frozen=True, kw_only=True):
    """`people`: in it at this moment."""

    name: str
    people: int


class Done(Struct, frozen=True, kw_only=True):
    """Nothing more is to be said."""


class PersonalFile(Struct, frozen=True, kw_only=True):
    """All that is kept of one person (access and portability: Loi 25, sections 27 and 83 of CQLR c. A-2.1). Texts that
    held a code have none. `numbers`: their addresses by channel, as dialled (E.164). `consents` with the words agreed
    to. `alerts`: each that was for them, with its calls and texts. `calls`: those that came in from their numbers."""

    contact: dict[str, Any]
    numbers: tuple[dict[str, Any], ...]
    consents: tuple[dict[str, Any], ...]
    opt_outs: tuple[dict[str, Any], ...]
    codes: tuple[dict[str, Any], ...]
    alerts: tuple[dict[str, Any], ...]
    texts: tuple[dict[str, Any], ...]
    calls: tuple[dict[str, Any], ...]
    imports: tuple[dict[str, Any], ...]
    journal: tuple[dict[str, Any], ...]


class Erased(Struct, frozen=True, kw_only=True):
    """What was erased. `alerts`: whose counts stay, without a name or number. `groups`: saved targets that named one of
    the numbers, which was taken out. `kept`: numbers whose opt-out stays, so that no file brings them back unasked."""

    contact: int
    numbers: int
    alerts: tuple[int, ...]
    groups: tuple[str, ...]
    kept: int
