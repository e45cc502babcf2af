"""What an installation has, by its settings: what the use cases of the administrator are given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prompts.studio import Studio
from records.progress import Progress
from rules.model import Language
from rules.operator_error import OperatorError
from telephony.layout import Binary
from telephony.ports import Port
from telephony.trunk import Trunk

Tell = Callable[[Progress], object]
"""Is told how far the work is, in the event loop."""


class UnusableSettings(OperatorError):
    """So that there is no equipment. `problems`: one line each."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(["These settings can't be used:", *(f"  {problem}" for problem in self.problems)]))


@dataclass(frozen=True, slots=True)
class TextCarrier:
    """Where texts are handed over. `tls`: with encryption."""

    host: str
    port: int
    tls: bool


@dataclass(frozen=True, slots=True)
class Menus:
    """`read`: key -> what it leads to, of a menus.yaml; raises Trouble. `unsaid`: keys of a menu that its spoken text
    does not name."""

    read: Callable[[Path], Mapping[str, str]]
    unsaid: Callable[[Mapping[str, str], str], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Equipment:
    """Settings are as they can be read now, which a running service has from its next start on.

    `warnings`: of settings that are probably not meant. `studio`: made with the texts as they are now. `engines`: what
    speaks which texts, best first. `asterisk` raises AsteriskFailed where there is none; `external`: another program
    runs it. `ports`: must be free for it. `carrier`: None where no texts are sent."""

    home: Path
    database_url: str
    timezone: str
    now: Callable[[], datetime]
    warnings: Callable[[], Sequence[str]]

    languages: Sequence[Language]
    studio: Callable[[], Studio]
    engines: Mapping[str, Sequence[str]]

    dialplans: Path
    menus: Menus
    asterisk: Callable[[], Binary]
    external: bool
    site_files: Callable[[], Mapping[str, str]]
    ports: Sequence[Port]
    sip_bind: str
    ari_bind: str

    trunks: Sequence[Trunk]
    carrier: TextCarrier | None


Load = Callable[[], Equipment]
"""Reads files: not in the event loop. Raises UnusableSettings."""


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What the use cases are given by a program that many ask. `building`: held by the one build of prompts, so that
    impatient people do not use up the threads in which alerts are spoken."""

    load: Load
    building: asyncio.Lock = field(default_factory=asyncio.Lock)
