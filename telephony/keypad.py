"""The keys pressed on one call, in order. Pure; moments are seconds of one clock."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

DOUBLED_S = 0.4
"""Within this time the key that has just answered a question is still that answer: doubled on the way, or held on a
telephone that repeats it. Within one answer nothing is dropped: a number may hold a digit twice."""


LATE_S = 4.0
"""Until so long after a whole answer the key that ends an answer belongs to that one: many press it all the same."""


@dataclass(frozen=True, slots=True)
class KeyPress:
    """One press. `first_at`: when its key went down first, where it was held and arrives again and again."""

    digit: str
    began_at: float
    ended_at: float
    first_at: float


class Keypad:
    """Keys wait until a question takes them."""

    def __init__(self) -> None:
        self._waiting: deque[KeyPress] = deque()
        self._last: KeyPress | None = None  # that arrived
        self._taken: KeyPress | None = None
        self._answer: KeyPress | None = None  # the last key of the answer before
        self._whole: KeyPress | None = None  # the same, of an answer that had all its digits
        self._terminator = ""
        self._asked_at = -math.inf  # keys that went down earlier answer nothing

    def press(self, digit: str, *, ended_at: float, held_s: float) -> None:
        """A key that has come up, after so many seconds."""
        key = self._pressed(digit, ended_at - held_s, ended_at)
        self._last = key
        if key.first_at >= self._asked_at:
            self._waiting.append(key)

    def _pressed(self, digit: str, began_at: float, ended_at: float) -> KeyPress:
        key = KeyPress(digit, began_at, ended_at, began_at)
        if self._last is not None and _again(self._last, key):
            return KeyPress(digit, began_at, ended_at, min(self._last.first_at, began_at))
        return key

    def will_ask(self) -> None:
        """No key counts until the question is heard."""
        self.forget()
        self._asked_at = math.inf

    def asks(self, at: float) -> None:
        """It is heard from this moment on."""
        if self._asked_at == math.inf:
            self._asked_at = at

    def any_counts(self) -> None:
        """However early."""
        self._asked_at = -math.inf

    @property
    def waits(self) -> bool:
        """There is a key for the next question."""
        while self._waiting and (_again(self._answer, self._waiting[0]) or self._is_late(self._waiting[0])):
            self._answer = self._waiting.popleft()
        return bool(self._waiting)

    def _is_late(self, key: KeyPress) -> bool:
        return (
            self._whole is not None and key.digit == self._terminator and key.began_at - self._whole.ended_at < LATE_S
        )

    def take(self) -> str:
        """The first key that waits; `waits` must be true."""
        key = self._waiting.popleft()
        self._answer = self._whole = None
        self._taken = key
        return key.digit

    def answered(self, *, terminator: str = "") -> None:
        """The key taken last completed an answer: what still comes of it is no other answer, nor is the `terminator`
        that some press after a whole one."""
        self._answer, self._terminator = self._taken, terminator
        self._whole = self._taken if terminator else None

    def forget(self) -> None:
        self._waiting.clear()


def _again(before: KeyPress | None, key: KeyPress) -> bool:
    return before is not None and before.digit == key.digit and key.began_at - before.ended_at < DOUBLED_S
