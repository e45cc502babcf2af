"""Whether the digits keyed in so far are an answer. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Collected:
    """`keys`: what counts so far. `done`: nothing more is awaited."""

    keys: str
    done: bool


def press(keys: str, key: str, *, max_digits: int, terminator: str = "#", eraser: str = "") -> Collected:
    """Add one key. The terminator ends (and stands alone when nothing came before); the eraser starts again."""
    if eraser and key == eraser:
        return Collected("", done=False)
    if key == terminator:
        return Collected(keys or key, done=True)
    keys += key
    return Collected(keys, done=len(keys) >= max_digits)
