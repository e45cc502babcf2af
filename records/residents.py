"""`/v1/residents`: what is kept of one person, and its erasure."""

from __future__ import annotations

from typing import Any

from msgspec import Struct


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
