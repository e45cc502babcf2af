"""Whose doing it is that calls on one trunk fail: the called numbers', or the trunk's. Pure: the clock is an argument.
A carrier of texts is judged by the same rule: read text for call, and carrier for trunk.

Some answers are a resident's on a trunk that works, and say nothing about residents on one that does not: "does not
exist", refused, busy. They are held until other calls tell the two apart. A pending call is unknown, not lifeless.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

HOLD_S = 30.0
"""An answer that nothing has cleared or charged by then stands."""

LINE_HOLD_S = 10.0
"""The same where only the trunk's lines are in question: a trunk without a free line refuses the next calls, too."""

SAME_TIME_S = 0.5
"""A call placed this much before another one still shows that the trunk worked for both. It is short: calls that were
placed before a trunk broke may ring after."""

SETTLED_S = 10.0
"""Most calls ring by then. When all those of that age failed, younger ones are not waited for."""

PROVEN_S = 600.0
"""How long a trunk that carried a call is trusted more than one that never did."""

GRANTED_S = 60.0
"""How long a trunk that carried so many calls at once is believed to do so still."""

REFUSED_IN_A_ROW = 3
NEVER_EXIST, NEVER_EXIST_WHEN_PROVEN = 5, 10
"""Different numbers in a row. With 15 % dead numbers, five begin one alert in 13,000 by chance, where calls are placed
one at a time; ten follow each other once in 170 million calls."""

BUSY_IN_A_ROW, BUSY_AT_THE_END = 5, 3
"""Different numbers, all while as many lines were open as carried no call lately. When no more calls follow, fewer are
believed, but the trunk keeps its lines then."""

TURNED_AWAY_IN_A_ROW = 10
"""Different numbers, all busy or not there at once, over SETTLED_S at least, and no call that lived or may still live.
Where each fourth is so, that happens once in a million calls."""

PENDING_S = 5.0
"""A call that is pending for longer was not turned away at once: it may ring yet."""

EARLY_MEDIA_S = 5.0
"""Sound before the answer may be a ringing tone or an announcement that the number does not exist: it is life when it
has lasted so long, and twice as long as any call that ended in "does not exist", up to EARLY_MEDIA_AT_MOST_S."""

EARLY_MEDIA_AT_MOST_S = 20.0


class AnswerKind(Enum):
    """What an answer may mean beside what it says."""

    NOT_EXIST = auto()  # or the trunk's: number_format, account
    REFUSED = auto()  # or the trunk's: account, too many lines
    DECLINED = auto()  # or the network's, which wants no call that shows our number
    BUSY = auto()  # or too many lines, in whatever status


class Verdict(Enum):
    STANDS = auto()
    TRUNK_FAULT = auto()
    NO_LINE = auto()  # the trunk carries fewer calls at once than were open


@dataclass(eq=False, slots=True)
class Placed:
    """A call on the trunk. `others`: calls open beside it when it was placed; `announced`: tones in its early media say
    that it reaches nobody."""

    number: str
    at: float
    others: int
    early_media: bool = False
    announced: bool = False


@dataclass(eq=False, slots=True)
class Held:
    """An answer that waits for its verdict. `doubted`: the number was suspected or dead before; the answer was expected
    and says nothing against the trunk."""

    call: Placed
    kind: AnswerKind
    since: float
    status: int = 0
    doubted: bool = False


class Suspicion:
    """The calls of one trunk. `now`: monotonic seconds."""

    def __init__(self) -> None:
        self.limit: int | None = None  # calls at once, as learnt from answers
        self._pending: dict[Placed, None] = {}  # in the order of placing
        self._held: dict[Held, None] = {}
        self._live_at = self._seen_at = float("-inf")  # when the youngest living call was placed; when life was seen
        self._granted: deque[tuple[float, int]] = deque()  # when, others; a later one has fewer others
        self._turned_away: dict[str, float] = {}  # numbers busy at once since the last life, and when each was called
        self._stood: dict[str, float] = {}  # numbers whose answer stood, and no life since
        self._longest_s = 0.0  # that a call took to end in "does not exist"

    @property
    def held(self) -> int:
        return len(self._held)

    def place(self, number: str, now: float, *, others: int) -> Placed:
        self._pending[call := Placed(number, now, others)] = None
        return call

    def over(self, call: Placed) -> None:
        """It ended in a way that tells nothing."""
        self._pending.pop(call, None)

    def early_media(self, call: Placed) -> None:
        call.early_media = True

    def announces(self, call: Placed) -> None:
        """Its early media is an announcement of the network: no life, however long it lasts."""
        call.announced = True

    def lives(self, call: Placed, now: float) -> None:
        """It rings or is answered."""
        self._pending.pop(call, None)
        self._live_at, self._seen_at = max(self._live_at, call.at), now
        self._stood.clear()
        self._turned_away.clear()
        while self._granted and self._granted[-1][1] <= call.others:
            self._granted.pop()
        self._granted.append((now, call.others))
        if self.limit is not None and call.others >= self.limit:
            self.limit = None

    def hold(self, call: Placed, kind: AnswerKind, now: float, *, status: int = 0, doubted: bool = False) -> Held:
        self._pending.pop(call, None)
        if kind is AnswerKind.NOT_EXIST:
            self._longest_s = max(self._longest_s, now - call.at)
        self._held[held := Held(call, kind, now, status, doubted)] = None
        return held

    def turns_away(self, call: Placed, now: float) -> bool:
        """Busy or not there, at once; whether it is the trunk, which says so of every number."""
        self._pending.pop(call, None)
        if len(self._turned_away) < TURNED_AWAY_IN_A_ROW:
            self._turned_away.setdefault(call.number, call.at)
        first = next(iter(self._turned_away.values()))
        unknown = any(each.at <= now - PENDING_S for each in self._pending)
        return len(self._turned_away) >= TURNED_AWAY_IN_A_ROW and now - first >= SETTLED_S and not unknown

    def release(self) -> Sequence[Held]:
        """All that are held, without a verdict."""
        return self._take(list(self._held))

    def accuses(self, now: float) -> bool:
        """So many different numbers were denied in a row that only pending calls speak for the trunk."""
        return self._are_many([each for each in self._held if not self._is_carried(each)], now)

    def verdicts(self, now: float, *, at_fault: bool = False, carries: bool = False) -> list[tuple[Held, Verdict]]:
        """Of those that can be told. `at_fault`: the trunk was, and no call has shown life since; `carries`: a call
        that showed life is still open on it."""
        if not self._held:
            return []
        self._hear_early_media(now)
        found = [(each, Verdict.STANDS) for each in self._take(self._cleared(now))]
        found += [(each, Verdict.NO_LINE) for each in self._take(self._without_line(now, carries=carries))]
        found += [(each, Verdict.TRUNK_FAULT) for each in self._take(self._charged(now, at_fault, carries))]
        old = [each for each in self._held if now - each.since >= self._hold_s(each)]
        self._stood.update(
            (each.call.number, now) for each in old if each.kind is AnswerKind.NOT_EXIST and not each.doubted
        )
        return [*found, *((each, self._last_word(each, now)) for each in self._take(old))]

    def _last_word(self, held: Held, now: float) -> Verdict:
        """When nothing has told in time."""
        turned_away = held.kind is AnswerKind.BUSY and self.turns_away(held.call, now)
        return Verdict.TRUNK_FAULT if turned_away else Verdict.STANDS

    def _hold_s(self, held: Held) -> float:
        return LINE_HOLD_S if self._is_carried(held) else HOLD_S

    def _take(self, which: Iterable[Held]) -> Sequence[Held]:
        taken = list(which)
        for each in taken:
            del self._held[each]
        return taken

    def _hear_early_media(self, now: float) -> None:
        enough_s = max(EARLY_MEDIA_S, min(2 * self._longest_s, EARLY_MEDIA_AT_MOST_S))
        for call in [each for each in self._pending if each.early_media and not each.announced]:
            if now - call.at >= enough_s:
                self.lives(call, now)

    # -- cleared: another call shows that it was the number ------------------------------------------------------------

    def _cleared(self, now: float) -> list[Held]:
        return [each for each in self._held if self._is_carried(each) and self._has_line(each, now)]

    def _is_carried(self, held: Held) -> bool:
        return held.kind is AnswerKind.BUSY or self._live_at >= held.call.at - SAME_TIME_S

    def _has_line(self, held: Held, now: float) -> bool:
        """As many lines as were open beside this call were granted to another."""
        return held.kind is AnswerKind.NOT_EXIST or held.call.others == 0 or self.grants(held.call.others, now)

    def grants(self, others: int, now: float) -> bool:
        """Of late a call lived beside so many others."""
        while self._granted and now - self._granted[0][0] > GRANTED_S:
            self._granted.popleft()
        return bool(self._granted) and self._granted[0][1] >= others

    # -- charged: no call shows life -----------------------------------------------------------------------------------

    def _charged(self, now: float, at_fault: bool, carries: bool) -> list[Held]:
        kinds = (AnswerKind.NOT_EXIST,) if carries else (AnswerKind.NOT_EXIST, AnswerKind.REFUSED, AnswerKind.DECLINED)
        found = [each for each in self._held if each.kind in kinds and not self._is_carried(each)]
        return found if found and self._is_trunk(found, now, at_fault) else []

    def _is_trunk(self, found: Sequence[Held], now: float, at_fault: bool) -> bool:
        first = min(each.call.at for each in found)
        waiting = [each.at for each in self._pending if each.at >= first - SAME_TIME_S]
        enough = at_fault or self._are_many(found, now)
        if not waiting or now - min(each.since for each in found) >= HOLD_S:
            return enough
        old = [each for each in found if each.call.at <= now - SETTLED_S]
        return min(waiting) > now - SETTLED_S and self._are_many(old, now, least=NEVER_EXIST_WHEN_PROVEN)

    def _are_many(self, found: Iterable[Held], now: float, *, least: int = 0) -> bool:
        self._stood = {number: at for number, at in self._stood.items() if now - at < PROVEN_S / 2}
        counted = [each for each in found if not each.doubted]
        numbers = {each.call.number for each in counted} | self._stood.keys()
        refused = {each.call.number for each in counted if each.kind is AnswerKind.REFUSED}
        proven = now - self._seen_at < PROVEN_S
        needed = max(least, NEVER_EXIST_WHEN_PROVEN if proven else NEVER_EXIST)
        return len(refused) >= max(least, REFUSED_IN_A_ROW) or len(numbers) >= needed

    # -- without a line: refused only while many are open -------------------------------------------------------------

    def _without_line(self, now: float, *, carries: bool) -> list[Held]:
        if not self._granted and not carries:
            return []
        suspects = [each for each in self._held if not self._has_line(each, now)]
        found: list[Held] = []
        for status in {each.status for each in suspects}:
            alike = [each for each in suspects if each.status == status]
            found += alike if self._is_full(alike, now) else []
        return found

    def _is_full(self, alike: Sequence[Held], now: float) -> bool:
        fewest, first = min(each.call.others for each in alike), min(each.call.at for each in alike)
        waiting = any(each.others >= fewest and each.at >= first - SAME_TIME_S for each in self._pending)
        if self.limit is not None and fewest >= self.limit:
            return True
        numbers = len({each.call.number for each in alike})
        many = REFUSED_IN_A_ROW if alike[0].kind is AnswerKind.REFUSED else BUSY_IN_A_ROW
        if numbers >= many and not waiting:
            self.limit = fewest
            return True
        return numbers >= BUSY_AT_THE_END and now - min(each.since for each in alike) >= LINE_HOLD_S
