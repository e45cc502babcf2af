"""Faults of a dialplan that Asterisk itself only notices in a call: names and places that are not there.

Works on what Asterisk's console says to `dialplan show`, `core show applications` and `core show functions`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

CONTEXT = re.compile(r"\[ Context '(?P<name>[^']+)'")
INCLUDE = re.compile(r"\s+(?:Include|Switch|Alt\. Switch)\s+=>")
EXTENSION = re.compile(r"\s+'(?P<name>[^']+)' =>(?P<rest>.*)")
STEP = re.compile(
    r"\s*(?:\[(?P<label>[^]]+)\])?\s+(?P<priority>\d+)\. "
    r"(?P<application>\w+)\((?P<arguments>.*)\)\s+\[(?P<place>[^]]+)\]"
)
FUNCTION = re.compile(r"\$\{(\w+)\(")
JUMPS = {"Goto": False, "Gosub": False, "GotoIf": True, "GosubIf": True, "GotoIfTime": True}
"""Applications that lead elsewhere, and whether a condition stands before the place."""

LETTERS = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]", ".": ".+", "!": ".*"}
"""In the pattern of an extension (docs.asterisk.org, “Pattern Matching”)."""


@dataclass(frozen=True, slots=True)
class DialplanStep:
    """One line of a dialplan. `place`: file:line."""

    context: str
    extension: str
    priority: int
    label: str
    application: str
    arguments: str
    place: str

    def problem(self, text: str) -> str:
        return f"{self.place.replace(':', ' line ')}: {text}"


def steps(shown: str) -> Iterator[DialplanStep]:
    context = extension = ""
    for line in shown.splitlines():
        if found := CONTEXT.match(line):
            context = found["name"]
            continue
        if found := EXTENSION.match(line):
            extension, line = found["name"], found["rest"]
        if found := STEP.match(line):
            names = found["application"], found["arguments"], found["place"]
            yield DialplanStep(context, extension, int(found["priority"]), found["label"] or "", *names)


def problems(shown: str, applications: Collection[str], functions: Collection[str]) -> list[str]:
    """One line each, with file, line and what to do. `applications` and `functions`: those that are loaded."""
    plan = list(steps(shown))
    # What a context includes may hold any extension: its jumps are not judged.
    open_contexts = [part for part in shown.split("[ Context ") if any(map(INCLUDE.match, part.splitlines()))]
    lenient = {part.partition("'")[2].partition("'")[0] for part in open_contexts}
    return [
        *_unknown(plan, applications, functions),
        *_gaps(plan),
        *(problem for step in plan for problem in _lost(step, plan, lenient)),
    ]


def _unknown(plan: Iterable[DialplanStep], applications: Collection[str], functions: Collection[str]) -> Iterator[str]:
    remedy = "check its spelling, or load its module in modules.conf"
    for step in plan:
        if step.application not in applications:
            yield step.problem(f"there is no application {step.application}(); {remedy}")
        for name in FUNCTION.findall(step.arguments):
            if name not in functions:
                yield step.problem(f"there is no function {name}(); {remedy}")


def _gaps(plan: Iterable[DialplanStep]) -> Iterator[str]:
    for (_, extension), group in groupby(plan, key=lambda step: (step.context, step.extension)):
        for expected, step in enumerate(group, start=1):
            if step.priority != expected:
                yield step.problem(f"priority {step.priority} of {extension} is never reached: write n, or {expected}")
                break


def _lost(step: DialplanStep, plan: Sequence[DialplanStep], lenient: Collection[str]) -> Iterator[str]:
    for place in _places(step):
        parts = [part.strip() for part in place.split(",")]
        context, extension, priority = [step.context, step.extension, ""][: 3 - len(parts)] + parts
        if context not in lenient and not _is_there(plan, context, extension, priority):
            yield step.problem(f"{step.application}() leads to {place}, which is not there; correct one of the two")


def _places(step: DialplanStep) -> Iterator[str]:
    """Where a step may lead, as far as that can be read off."""
    if step.application not in JUMPS:
        return
    text = step.arguments
    if JUMPS[step.application]:
        text = _outside_brackets(text, "?")[-1]
    for place in _outside_brackets(text, ":") if JUMPS[step.application] else [text]:
        bare = place.partition("(")[0].strip()
        if bare and "$" not in place.partition("(")[0] and bare.count(",") <= 2:
            yield bare


def _outside_brackets(text: str, sign: str) -> list[str]:
    depth, parts = 0, [""]
    for character in text:
        depth += (character in "[{(") - (character in "]})")
        if character == sign and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _is_there(plan: Iterable[DialplanStep], context: str, extension: str, priority: str) -> bool:
    return any(
        step.context == context and _matches(step.extension, extension) and priority in (str(step.priority), step.label)
        for step in plan
    )


def _matches(pattern: str, extension: str) -> bool:
    """Asterisk passes over dashes, but for that of a range."""
    if pattern == extension:
        return True
    extension = extension.replace("-", "")
    if not pattern.startswith("_"):
        return pattern.replace("-", "") == extension
    pieces = re.findall(r"\[[^]]*\]|[^-]", pattern[1:])
    regex = "".join(piece if len(piece) > 1 else LETTERS.get(piece.upper(), re.escape(piece)) for piece in pieces)
    return re.fullmatch(regex, extension) is not None
