"""Reads dialplans/menus.yaml: which key leads to which script."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import yaml

from ivr.context import Context, Voice
from ivr.scripts.enrol import enrol
from ivr.scripts.hear_alerts import hear_alerts
from ivr.scripts.leave import leave
from ivr.scripts.profile import profile
from ivr.scripts.reception import reception
from rules.operator_error import OperatorError
from telephony.call import Call

Script = Callable[[Call, Voice, Context], Awaitable[None]]
OTHER_LANGUAGE = "other_language"
SCRIPTS: dict[str, Script] = {
    "enrol": enrol,
    "hear_alerts": hear_alerts,
    "profile": profile,
    "leave": leave,
    "reception": reception,
}
KEYS = frozenset("0123456789*#")


class BadMenu(OperatorError):
    """menus.yaml can't be used; the message names the place and the remedy."""


def read(path: Path) -> dict[str, str]:
    """Key -> name of a script, or `other_language`. Raises BadMenu."""
    root = _parsed(path)
    groups = {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
    main = groups.get("main")
    if not isinstance(main, yaml.MappingNode):
        raise BadMenu(f'{path}: it must hold "main:" with one `"KEY": script` a line')
    menu: dict[str, str] = {}
    for key, name in main.value:
        place = f"{path} line {key.start_mark.line + 1}"
        _check(place, str(key.value), str(name.value), menu)
        menu[key.value] = name.value
    return menu


def _parsed(path: Path) -> yaml.Node | None:
    # Nodes, not values: they know their line, and keep a key that comes twice.
    try:
        node: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise BadMenu(f"{path} can't be read ({error}): put it back, saved as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise BadMenu(f'{path} line {line}: {error.problem}; write one `"KEY": script` a line under "main:"') from error
    except yaml.YAMLError as error:
        raise BadMenu(f"{path} is no YAML: {' '.join(str(error).split())}") from error
    return node


def _check(place: str, key: str, name: str, before: Mapping[str, str]) -> None:
    known = sorted([*SCRIPTS, OTHER_LANGUAGE])
    if key not in KEYS:
        raise BadMenu(f"{place}: {key!r} is not a key of a telephone (0-9, * or #)")
    if key in before:
        raise BadMenu(f"{place}: key {key} is there twice; keep one of them")
    if name not in known:
        raise BadMenu(f"{place}: key {key}: no script is called {name!r}; there are {', '.join(known)}")


def unsaid(menu: Mapping[str, str], text: str) -> list[str]:
    """Keys of the menu that its spoken text does not name, nor another key that leads to the same."""
    said = {name for key, name in menu.items() if key in text}
    return [key for key, name in menu.items() if name not in {*said, OTHER_LANGUAGE}]
