"""The service of this home, asked by a command; without one, the same API in the command's own process."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from records.client import Client
from service.places import ENV_FILE, HOME, ROOT


@contextmanager
def service() -> Iterator[Client]:
    """Raises records.client.Refused and Unanswered within; Exit where the settings can't be used."""
    if client := running():
        yield client
        return
    with alone() as client:
        yield client


def running() -> Client | None:
    """The service itself; None where none answers."""
    client = Client(home())
    return client if client.answers() else None


@contextmanager
def alone() -> Iterator[Client]:
    """All that a service loads is loaded here only."""
    local = import_module("tocsin.commands.local")
    server = import_module("service.api.alone")
    with server.served(local.loaded(log_level="warning")) as folder:
        yield Client(folder)


def home() -> Path:
    """As the settings have it, of which this is the only one that matters here."""
    return ROOT / Path(os.environ.get("TOCSIN_HOME") or _home_in_file() or HOME).expanduser()


def _home_in_file() -> str | None:
    found: str | None = import_module("dotenv").dotenv_values(ENV_FILE, encoding="utf-8-sig").get("TOCSIN_HOME")
    return found
