"""What the running service tells of itself: its parts put themselves here, status and metrics read it."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dialer import view
from dialer.app import Dialer
from dialer.trunks import Trunks
from dialer.view import TrunkView
from ivr.app import Ivr
from supervision.parts import Parts
from telephony import ari, processes


@dataclass
class Vitals:
    """`texts`: whether a carrier of texts is configured and runs here."""

    roles: list[str]
    started_at: str
    parts: Parts
    link: ari.Ari | None = None
    trunks: Trunks | None = None
    dialer: Dialer | None = None
    ivr: Ivr | None = None
    asterisk_version: str = ""
    asterisk_pid_file: Path = field(default_factory=Path)
    texts: bool = False

    def state(self) -> dict[str, Any]:
        """For the store, as JSON."""
        return {
            "pid": os.getpid(),
            "started_at": self.started_at,
            "roles": self.roles,
            "link": self.linked,
            "asterisk": self.asterisk_version,
            "memory": {"service": processes.resident(os.getpid()), "asterisk": processes.resident(self.asterisk_pid())},
            "calls_out": self.dialer.open_calls() if self.dialer else 0,
            "calls_in": self.ivr.open_calls() if self.ivr else 0,
            "texts": self.texts,
            "parts": [part.view() for part in self.parts.all],
            "trunks": [asdict(each) for each in self.trunk_views()],
        }

    @property
    def linked(self) -> bool:
        return self.link is not None and self.link.up.is_set()

    def trunk_views(self) -> list[TrunkView]:
        return [view.of(state) for state in self.trunks.states] if self.trunks else []

    def asterisk_pid(self) -> int:
        try:
            return int(self.asterisk_pid_file.read_text())
        except (OSError, ValueError):
            return 0
