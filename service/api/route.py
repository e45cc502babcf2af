"""What a route is: its records, its use case, and the errors that it may tell (RFC 9457)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from db.engine.store import Store
from rules.model import Language
from rules.policy import Policy

VERSION = "/v1"


@dataclass(frozen=True)
class Town:
    """What use cases are given. `news`: something is new in the store; `coming`: texts that may soon be an
    alert's; `job`: that one is to be done."""

    store: Store
    policy: Policy
    home: Path
    clock: Callable[[], datetime]
    news: Callable[[], object] = lambda: None
    coming: Callable[[Mapping[Language, str]], object] = lambda _: None
    job: Callable[[int], object] = lambda _: None


@dataclass(frozen=True)
class Asked:
    """One request. `by`: its author. `at`: what stands in the path; `query`: behind it."""

    town: Town
    by: str
    at: Mapping[str, str]
    query: Mapping[str, str]

    @property
    def now(self) -> datetime:
        return self.town.clock()

    def number(self, name: str, default: int) -> int:
        """Of the query. Raises ValueError."""
        return int(self.query.get(name, default))


@dataclass(frozen=True)
class Route:
    """`path`: below VERSION. `body`: the record of the request, None where it has none; `bytes` for a file, which `use`
    is given piece by piece. `answer`: a record, or the media type of a file. `says`: one line for the docs."""

    method: str
    path: str
    use: Callable[..., Awaitable[Any]]
    answer: Any
    says: str
    body: Any = None
