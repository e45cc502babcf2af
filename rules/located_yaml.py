"""YAML whose every wrong place has a line and a column."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, get_args, get_type_hints

import msgspec
import yaml

T = TypeVar("T", bound=msgspec.Struct)
_PATH = re.compile(r" - at `(key` in `)?\$([^`]*)`$")
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(.*)`")
_MISSING = re.compile(r"Object missing required field `(.*)`")
_NO_CHOICE = re.compile(r"Invalid enum value '(.*)'")
_KINDS = {"object": "`name: value` lines below it", "array": "a list", "str": "a text", "bool": "true or false"}


@dataclass(frozen=True, slots=True)
class YamlFlaw:
    """`line`, `column`: from 1."""

    line: int
    column: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.why}"


class BadYaml(ValueError):
    """`wrong`: every place to correct, in the order of the file."""

    def __init__(self, wrong: list[YamlFlaw]) -> None:
        super().__init__("; ".join(map(str, wrong)))
        self.wrong = wrong


def entries(text: str, kind: type[T]) -> dict[str, T]:
    """A file of `NAME:` with what belongs to each below it. Raises BadYaml."""
    root = _root(text)
    found: dict[str, T] = {}
    wrong: list[YamlFlaw] = []
    for key, node in root.value if root else ():
        if key.value in found:
            wrong.append(_at(key, f"“{key.value}” is there twice: keep one"))
            continue
        problems = list(_twice(node))
        try:
            found[key.value] = msgspec.convert(_value(node), kind, strict=True)
        except msgspec.ValidationError as error:
            problems.append(_located(node, str(error), kind))
        wrong += problems
    if wrong:
        raise BadYaml(sorted(wrong, key=lambda each: (each.line, each.column)))
    return found


def _root(text: str) -> yaml.MappingNode | None:
    try:
        root = yaml.compose(text, yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise BadYaml([_marked(error)]) from None
    except yaml.YAMLError as error:
        raise BadYaml([YamlFlaw(1, 1, f"is no YAML: {' '.join(str(error).split())}")]) from None
    if root is None:
        return None
    if not isinstance(root, yaml.MappingNode):
        raise BadYaml([_at(root, "write `NAME:` first, and what belongs to it below, further to the right")])
    return root


def _marked(error: yaml.MarkedYAMLError) -> YamlFlaw:
    mark = error.problem_mark
    return YamlFlaw(mark.line + 1, mark.column + 1, str(error.problem)) if mark else YamlFlaw(1, 1, str(error))


def _value(node: yaml.Node) -> Any:
    """Words stay words: `no` and `on` are texts here."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_value(value) for value in node.value]
    return node.value


def _twice(node: yaml.Node) -> Iterator[YamlFlaw]:
    """Keys that are given twice, of which YAML would keep the last."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield _at(key, f"“{key.value}” is there twice: keep one")
            seen.add(key.value)
            yield from _twice(value)


def _located(node: yaml.Node, message: str, kind: type[msgspec.Struct]) -> YamlFlaw:
    """What msgspec says, where it is, and what was expected."""
    found = _PATH.search(message)
    bare, steps = _PATH.sub("", message), _STEP.findall(found[2]) if found else []
    for step, index in steps:
        node = _child(node, step, index) or node
    if unknown := _UNKNOWN.fullmatch(bare):
        return _unknown(_key(node, unknown[1]), unknown[1], _fields(kind, steps))
    if missing := _MISSING.fullmatch(bare):
        return _at(node, f"“{missing[1]}” is missing here")
    if no_choice := _NO_CHOICE.fullmatch(bare):
        place = _key(node, no_choice[1]) if found and found[1] else node
        return _unknown(place, no_choice[1], _choices(kind, steps))
    return _at(node, re.sub(r"`(\w+)`", lambda name: _KINDS.get(name[1], name[1]), bare[0].lower() + bare[1:]))


def _unknown(node: yaml.Node, wrong: str, right: Sequence[str]) -> YamlFlaw:
    near = difflib.get_close_matches(wrong, right, n=1)
    instead = f": did you mean “{near[0]}”?" if near else f": write {', '.join(right)}" if right else ""
    return _at(node, f"“{wrong}” is not known here{instead}")


def _fields(kind: type[msgspec.Struct], steps: Sequence[object]) -> Sequence[str]:
    return () if steps else kind.__struct_fields__


def _choices(kind: type[msgspec.Struct], steps: Sequence[tuple[str, str]]) -> Sequence[str]:
    """The words of the first choice that this field holds, itself or as its keys."""
    hint = get_type_hints(kind).get(steps[0][0]) if steps else None
    kinds = (hint, *get_args(hint))
    return next((list(each) for each in kinds if isinstance(each, type) and issubclass(each, StrEnum)), ())


def _key(node: yaml.Node, name: str) -> yaml.Node:
    return next((key for key, _ in node.value if key.value == name), node)


def _child(node: yaml.Node, step: str, index: str) -> yaml.Node | None:
    found: yaml.Node | None = None
    if isinstance(node, yaml.SequenceNode) and index:
        found = node.value[int(index)]
    if isinstance(node, yaml.MappingNode):
        found = next((value for key, value in node.value if key.value == step), None)
    return found


def _at(node: yaml.Node, why: str) -> YamlFlaw:
    return YamlFlaw(node.start_mark.line + 1, node.start_mark.column + 1, why)
