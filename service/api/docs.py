"""docs/api.md, made from the routes and their records: `python -m service.api.docs > docs/api.md`."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Struct

from records.problem import Problem
from records.progress import ProgressLine
from service.api import problems
from service.api.route import VERSION, Route
from service.api.server import ROUTES

HEAD = """# The API of the service

`tocsin` asks the running service here, and so can your own programs on the same machine: HTTP over the Unix socket
`TOCSIN_HOME/api`, JSON in UTF-8. Whoever may open the socket has all rights; the user of the program that asks is the
author in the journal.

    curl --unix-socket var/api http://service/v1/status

- Moments are ISO 8601 with their offset. Fields that a request does not name have the value shown.
- A POST with the header `Idempotency-Key: KEY` is done once, however often it arrives within 24 hours: the same answer
  is given again. With another request the key is refused (`key_reused`); while the first is under way, or where the
  service was killed in the middle of it, the answer is `under_way`.
- Lists have `limit` and `cursor`: `next` of an answer is the cursor of the next page, "" on the last.
- A long act is a job: the answer comes at once, the work goes on in the service. Ask `/v1/jobs/ID` how far it is. Where
  its `result` is null at the end, `error` says why.
- Where it says *in lines*, the answer is `application/x-ndjson`, one [ProgressLine](#progressline) a line: how far the
  work is, and on the last line the result, which is the record named, or the problem. An empty line says that it goes
  on. It does so to its end, whoever asked goes away; such a request takes no `Idempotency-Key`.
- A file of residents is sent first (`POST /v1/uploads`, the file as it is), then imported by the `id` of the answer.
  What was seen in it, the rows that were refused and whom an undo left can be asked for within an hour.
- Errors are `application/problem+json` (RFC 9457). `code` stays the same between versions:
"""
JOBS = """
## Jobs

| kind | `progress` | `result` |
|---|---|---|
| `all_clear` | `cancelled`: alerts; `under_way`: calls and texts to be waited for | `alert`, `people`, `left_out`, \
`starts_at` |
| `import` | `phase`: reading, storing; `read` of `rows` | `id`, `created`, `changed`, `unchanged`, `refused` |
| `import_preview` | `phase`: reading, comparing; `read` of `rows` | `created`, `changed`, `unchanged`, `refused` |
| `import_undo` | `phase`: undoing | `removed`, `switched_off`, `restored`, `left` |
| `streets_import` | `phase`: reading, storing | `stretches`, `new`, `gone`; residents: `given` a sector, `without` \
one, with `others` than their street says; `doubtful`: streets whose sectors no number tells apart |"""
PLACE = re.compile(r"\{(\w+):[^}]*\}")


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield HEAD
    yield "| status | code | |"
    yield "|---|---|---|"
    for status, code, title in dict.fromkeys(kind[1:] for kind in problems.KINDS):
        yield f"| {status} | `{code}` | {title}. |"
    yield "| 500 | `fault` | A fault of Tocsin: its log says more. |"
    yield "| | `http` | No such path, or not by this method. |"
    yield from JOBS.splitlines()
    yield "\n## What can be asked for\n"
    yield "| | | request | answer |"
    yield "|---|---|---|---|"
    yield from map(_route, ROUTES)
    yield "\n## Records"
    for record in sorted(_records(), key=lambda each: each.__name__):
        yield from _record(record)


def _route(route: Route) -> str:
    path = PLACE.sub(r"{\1}", route.path)
    told = _link(route.answer) + (" in lines" if route.tells else "")
    return f"| `{route.method} {VERSION}{path}` | {route.says}. | {_link(route.body)} | {told} |"


def _link(what: Any) -> str:
    """A record, the media type of a file, any file, or nothing."""
    if isinstance(what, str):
        return f"`{what}`"
    if what is bytes:
        return "a file"
    return f"[{what.__name__}](#{what.__name__.lower()})" if what else ""


def _records() -> set[Any]:
    """All that are asked for or told, with what they hold."""
    found: set[Any] = set()
    left = [Problem, ProgressLine, *(record for route in ROUTES for record in (route.body, route.answer))]
    while left:
        record = left.pop()
        if isinstance(record, type) and issubclass(record, Struct) and record not in found:
            found.add(record)
            left += get_type_hints(record).values()
        left += get_args(record)
    return found


def _record(record: Any) -> Iterator[str]:
    yield f"\n### {record.__name__}\n"
    if inspect.getdoc(record):
        yield f"{inspect.getdoc(record)}\n"
    yield "| field | |"
    yield "|---|---|"
    hints = get_type_hints(record)
    for field in msgspec.structs.fields(record):
        yield f"| `{field.name}` | {_type(hints[field.name])}{_default(field)} |"


def _default(field: msgspec.structs.FieldInfo) -> str:
    if field.required:
        return ""
    made = field.default_factory
    value = field.default if made is msgspec.NODEFAULT else made()
    return f", `{msgspec.json.encode(value).decode()}` when left out"


def _type(hint: Any) -> str:
    if inspect.isclass(hint) and issubclass(hint, Struct):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"
    if hint is Any:
        return "anything"
    if hasattr(hint, "__members__"):
        return "one of " + ", ".join(f"`{each.value}`" for each in hint)
    name = getattr(hint, "__name__", str(hint))
    parts = [_type(each) for each in get_args(hint) if each is not Ellipsis]
    if name == "tuple":
        return f"list of {parts[0]}"
    if name == "dict":
        return f"object: {parts[0]} → {parts[1]}"
    if parts:
        return " or ".join("null" if part == "NoneType" else part for part in parts)
    return {
        "str": "text",
        "bytes": "file in base64",
        "int": "whole number",
        "float": "number",
        "bool": "true or false",
    }.get(name, name)


if __name__ == "__main__":
    sys.stdout.write(page())
