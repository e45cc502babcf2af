"""What a route is: its records and its use case, and what that is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from db.engine.store import Store
from rules.model import Language
from rules.operator_error import NotNow
from rules.policy import Policy
from upkeep.equipment import Equipment, Tell, Upkeep

VERSION = "/v1"


def _no_equipment() -> Equipment:
    raise NotNow("This program keeps no installation: ask the service.")


@dataclass(frozen=True)
class ApiTown:
    """What use cases are given. `news`: something is new in the store; `coming`: texts that may soon be an
    alert's; `job`: that one is to be done; `upkeep`: for those of the administrator."""

    store: Store
    policy: Policy
    home: Path
    clock: Callable[[], datetime]
    news: Callable[[], object] = lambda: None
    coming: Callable[[Mapping[Language, str]], object] = lambda _: None
    job: Callable[[int], object] = lambda _: None
    upkeep: Upkeep = field(default_factory=lambda: Upkeep(_no_equipment))


@dataclass(frozen=True)
class ApiRequest:
    """One request. `by`: its author. `at`: what stands in the path; `query`: behind it. `tell`: takes its progress."""

    town: ApiTown
    by: str
    at: Mapping[str, str]
    query: Mapping[str, str]
    tell: Tell = lambda _: None

    @property
    def now(self) -> datetime:
        return self.town.clock()

    def number(self, name: str, default: int) -> int:
        """Of the query. Raises ValueError."""
        return int(self.query.get(name, default))


@dataclass(frozen=True)
class Route:
    """`path`: below VERSION. `body`: the record of the request, None where it has none; `bytes` for a file, which `use`
    is given piece by piece. `answer`: a record, or the media type of a file. `says`: one line for the docs.
    `tells`: its answer is in lines, which tell how far it is."""

    method: str
    path: str
    use: Callable[..., Awaitable[Any]]
    answer: Any
    says: str
    body: Any = None
    tells: bool = False

    @property
    def media_type(self) -> str:
        """`answer` where that is one: a file."""
        return self.answer if isinstance(self.answer, str) else "application/json"
