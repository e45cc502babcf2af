"""Reads dialplans/menus.yaml: which key leads to which script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import yaml

from ivr.scripts.enrol import enrol
from ivr.scripts.hear_alerts import hear_alerts
from ivr.scripts.leave import leave
from ivr.scripts.profile import profile
from ivr.scripts.reception import reception
from ivr.switchboard import Switchboard, Voice
from telephony.call import Call

Script = Callable[[Call, Voice, Switchboard], Awaitable[None]]
OTHER_LANGUAGE = "other_language"
SCRIPTS: dict[str, Script] = {
    "enrol": enrol,
    "hear_alerts": hear_alerts,
    "profile": profile,
    "leave": leave,
    "reception": reception,
}
KEYS = frozenset("0123456789*#")


class BadMenu(Exception):
    """menus.yaml can't be used; the message names the place and the remedy."""


def read(path: Path) -> dict[str, str]:
    """Key -> name of a script, or `other_language`. Raises BadMenu."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        main = content["main"]
        items = [(str(key), str(name)) for key, name in main.items()]
    except (OSError, yaml.YAMLError) as error:
        raise BadMenu(f"{path}: {error}") from error
    except (KeyError, TypeError, AttributeError) as error:
        raise BadMenu(f'{path}: it must hold "main:" with one `"KEY": script` a line') from error
    return _checked(path, items)


def _checked(path: Path, items: list[tuple[str, str]]) -> dict[str, str]:
    known = sorted([*SCRIPTS, OTHER_LANGUAGE])
    for key, name in items:
        if key not in KEYS:
            raise BadMenu(f"{path}: {key!r} is not a key of a telephone (0-9, * or #)")
        if name not in known:
            raise BadMenu(f"{path}: key {key}: no script is called {name!r}; there are {', '.join(known)}")
    return dict(items)


def unsaid(menu: Mapping[str, str], text: str) -> list[str]:
    """Keys of the menu that its spoken text does not name."""
    return [key for key, name in menu.items() if name != OTHER_LANGUAGE and key not in text]
