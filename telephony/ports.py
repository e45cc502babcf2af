"""Whether the ports that Asterisk is to open are free: it starts all the same without those that it does not get."""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

REMEDIES = {
    errno.EADDRINUSE: "another program has it: `ss -lntup` names it; end it, or choose another port",
    errno.EADDRNOTAVAIL: "this machine has no such address: `ip addr` shows those it has; 0.0.0.0 takes them all",
    errno.EACCES: "this user may not open it: choose a port above 1023",
}


@dataclass(frozen=True, slots=True)
class Port:
    """`setting`: the name of the setting that chooses it, for complaints. `host`: an IP address."""

    setting: str
    host: str
    port: int
    kind: socket.SocketKind = socket.SOCK_STREAM

    def trouble(self) -> str:
        """Why it can't be opened and what to do; empty when it can."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        with socket.socket(family, self.kind) as probe:
            if self.kind is socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Asterisk does
            try:
                probe.bind((self.host, self.port))
            except OSError as error:
                remedy = REMEDIES.get(error.errno or 0, f"choose another ({error.strerror})")
                return f"{self.setting}: port {self.port} of {self.host} can't be opened: {remedy}."
        return ""


def udp(setting: str, bind: str) -> Port:
    """`bind`: IP address:port."""
    host, _, port = bind.rpartition(":")
    return Port(setting, host.strip("[]"), int(port), socket.SOCK_DGRAM)
