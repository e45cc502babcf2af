"""Where an Asterisk is, and the folder of all that it reads and writes."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SOCKET_PATH_MAX = 90  # a Unix socket's path has at most 107 bytes (unix(7)); Asterisk adds a name to the folder
ARI_USER = "tocsin"
INDICATIONS = """[general]
country = us
[us]
description = North America
ringcadence = 2000,4000
ring = 440+480/2000,0/4000
busy = 480+620/500,0/500
"""
UNUSED = "acl amd ccss cel cli_permissions features manager pjproject stasis udptl websocket_client"
QUIET = dict.fromkeys(UNUSED.split(), "") | {
    "cdr": "[general]\nenable = no\n",
    "indications": INDICATIONS,
    "resolver_unbound": "[general]\nhosts = system\nresolv = system\n",
}
"""Files that Asterisk complains about when they are missing, with what it does without them."""


@dataclass(frozen=True, slots=True)
class Binary:
    """Where Asterisk is: the host's (`root` is /) or a private copy that needs neither root nor chroot."""

    root: Path

    @property
    def sounds(self) -> Path:
        return self.root / "usr/share/asterisk/sounds"

    @property
    def libraries(self) -> Path:
        return next(iter(sorted((self.root / "usr/lib").glob("*-linux-gnu"))), self.root / "usr/lib")

    @property
    def modules(self) -> Path:
        return self.libraries / "asterisk/modules"

    def command(self) -> list[str]:
        """Raises FileNotFoundError when the private copy is gone."""
        program = str(self.root / "usr/sbin/asterisk")
        if self.root == Path("/"):
            return [program]
        loaders = [
            *sorted((self.root / "usr/lib64").glob("ld-*.so*")),
            *sorted((self.root / "usr/lib").glob("ld-*.so*")),
        ]
        if not loaders:
            raise FileNotFoundError(errno.ENOENT, "There is no loader", str(self.root))
        return [str(loaders[0]), "--library-path", f"{self.libraries}:{self.libraries}/pulseaudio", program]


@dataclass(frozen=True, slots=True)
class Folder:
    """All that one Asterisk writes, and the configuration that it reads."""

    home: Path

    @property
    def etc(self) -> Path:
        return self.home / "etc"

    @property
    def log(self) -> Path:
        return self.home / "log"

    @property
    def recordings(self) -> Path:
        return self.home / "spool/recording"

    @property
    def run(self) -> Path:
        if len(str(self.home / "run")) <= SOCKET_PATH_MAX:
            return self.home / "run"
        name = hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"tocsin-{os.getuid()}-{name}"

    def password(self) -> str:
        """ARI's password: made once, readable by the owner only; of several programs at once, the first makes it."""
        path = self.home / "ari.secret"
        if not path.exists():
            self.home.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"ari.secret.{secrets.token_hex(8)}")
            _write_private(draft, secrets.token_urlsafe(24))
            with contextlib.suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_text().strip()

    def lay_out(self, binary: Binary, dialplans: Path, site: Mapping[str, str]) -> bool:
        """Copy the administrator's files and write beside them what differs per site (`site/NAME`). Whether anything
        is other than before."""
        before = self._fingerprint()
        for folder in ("etc/site", "log", "spool/recording", "lib", "db", "keys"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        self.run.mkdir(parents=True, exist_ok=True)
        for name, text in QUIET.items():
            (self.etc / f"{name}.conf").write_text(text)
        for source in dialplans.glob("*.conf"):
            shutil.copyfile(source, self.etc / source.name)
        for name, text in site.items():
            _write_private(self.etc / "site" / name, text)
        _write_private(self.etc / "asterisk.conf", self._asterisk_conf(binary))
        return before != self._fingerprint()

    def refresh_names(self) -> None:
        """Asterisk reads a file again only when it is newer: the next reload then reads /etc/hosts and
        /etc/resolv.conf, too."""
        (self.etc / "resolver_unbound.conf").touch()

    def _fingerprint(self) -> str:
        files = sorted(path for path in self.etc.rglob("*.conf"))
        return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()

    def _asterisk_conf(self, binary: Binary) -> str:
        folders = {
            "astetcdir": self.etc,
            "astmoddir": binary.modules,
            "astvarlibdir": self.home / "lib",
            "astdbdir": self.home / "db",
            "astkeydir": self.home / "keys",
            "astdatadir": binary.root / "usr/share/asterisk",
            "astagidir": self.home / "lib",
            "astspooldir": self.home / "spool",
            "astrundir": self.run,
            "astlogdir": self.log,
        }
        lines = [f"{name} => {path}" for name, path in folders.items()]
        options = ["transmit_silence = yes", "hideconnect = yes", "documentation_language = en_US"]
        return "\n".join(["[directories]", *lines, "", "[options]", *options, ""])


def _write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)
