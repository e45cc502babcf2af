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
from telephony import ari

PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Live:
    """`texts`: whether a carrier of texts is configured and runs here."""

    roles: list[str]
    started_at: str
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
            "memory": {"service": memory(os.getpid()), "asterisk": memory(self.asterisk_pid())},
            "calls_out": self.dialer.open_calls() if self.dialer else 0,
            "calls_in": self.ivr.open_calls() if self.ivr else 0,
            "texts": self.texts,
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


def memory(pid: int) -> int:
    """Octets resident; 0 when there is no such process here."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE if pid else 0
    except (OSError, IndexError, ValueError):
        return 0
