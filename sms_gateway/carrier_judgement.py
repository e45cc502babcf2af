"""Whose doing it is that a text is refused as "does not exist": the number's, or the carrier's.

A carrier denies numbers in its responses or in its receipts. Each of the two is judged by itself, as trunks are, by the
rule in `rules/suspicion.py`: life is a text that the carrier takes, or one that it delivers. A carrier at fault rests,
and is then tried with a few texts at a time.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterable

import structlog

from rules.suspicion import AnswerKind, Held, Placed, Suspicion, Verdict
from sms_gateway.errors import Reason
from supervision.parts import Part

log = structlog.get_logger()

REST_S = (15.0, 30.0, 60.0)
"""Between two tries of a carrier at fault."""

TRIAL_TEXTS = 3
"""Sent at each try: among fewer, all numbers may really be dead."""

LOOK_S = 0.25
DENIED = "texts wait: the carrier says of every number that it does not exist"
SILENT_S = 20.0
"""Receipts that deny a number come sooner. Where most texts have none by then, the carrier does not deny every number:
some carriers send a receipt only for what is lost."""

FORGOTTEN_S = 60.0
MOST_EXPECTED = 20_000
"""Receipts, of the newest texts; one of an older text is judged by when it came."""


class Jury:
    """Of one way to deny numbers. `clock`: monotonic seconds."""

    def __init__(self, stage: str, clock: Callable[[], float]) -> None:
        self.stage = stage
        self.suspicion = Suspicion()
        self.fault_since: float | None = None
        self._clock = clock
        self._waiting: dict[Held, asyncio.Future[bool | None]] = {}
        self._closed = False

    def place(self, number: str) -> Placed:
        """A text leaves for it."""
        return self.suspicion.place(number, self._clock(), others=0)

    def over(self, call: Placed) -> None:
        """It ended in a way that tells nothing."""
        self.suspicion.over(call)

    def lives(self, call: Placed) -> None:
        self.suspicion.lives(call, self._clock())
        if self.fault_since is not None and call.at >= self.fault_since:
            self.fault_since = None
            log.info("sms_carrier_well_again", denied_by=self.stage)
        self.settle()

    async def denies(self, call: Placed, *, doubted: bool) -> bool | None:
        """Whether that stands: the number does not exist. False: the carrier is at fault; None: nobody knows, the
        program ends. `doubted`: the number was suspected or dead before. At most `suspicion.HOLD_S`."""
        if self._closed:
            return None
        held = self.suspicion.hold(call, AnswerKind.NOT_EXIST, self._clock(), doubted=doubted)
        stands: asyncio.Future[bool | None] = asyncio.get_running_loop().create_future()
        self._waiting[held] = stands
        self.settle()
        return await stands

    def accuses(self) -> bool:
        """Nothing speaks for the carrier but texts that have no answer yet."""
        return self.suspicion.accuses(self._clock())

    def settle(self) -> None:
        """Tell those whose verdict is known."""
        now = self._clock()
        found = self.suspicion.verdicts(now, at_fault=self.fault_since is not None)
        if self.fault_since is None and any(verdict is Verdict.TRUNK_FAULT for _, verdict in found):
            self.fault_since = now
            log.error("sms_carrier_fault", denied_by=self.stage, remedy=Reason.DENIES_ALL.for_operator)
        for held, verdict in found:
            self._tell([held], verdict is Verdict.STANDS)

    def close(self) -> None:
        self._closed = True
        self._tell(self.suspicion.release(), None)

    def _tell(self, which: Iterable[Held], stands: bool | None) -> None:
        for held in which:
            waiting = self._waiting.pop(held)
            if not waiting.done():
                waiting.set_result(stands)


class CarrierJudge:
    """Of one carrier of texts. `part` shows its faults in `status` and `doctor`."""

    def __init__(self, part: Part | None = None, *, clock: Callable[[], float] | None = None) -> None:
        self._part = part
        self._clock = clock or asyncio.get_running_loop().time
        self.responses, self.receipts = Jury("responses", self._clock), Jury("receipts", self._clock)
        self._expected: OrderedDict[str, Placed] = OrderedDict()
        self._unanswered: dict[Placed, None] = {}  # in the order in which they left
        self._rests_until, self._tries = 0.0, 0
        self._told = False
        self.under_way = 0
        """Texts whose response is not in the store yet: a receipt may be ahead of it."""

    async def run(self) -> None:
        """For ever; ends by cancellation."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Decide what time alone decides."""
        for jury in (self.responses, self.receipts):
            jury.settle()
        self._hear_silence()
        self._show()

    def close(self) -> None:
        """What is held is left as it is in the store."""
        self.responses.close()
        self.receipts.close()

    # -- how many texts may leave --------------------------------------------------------------------------------------

    @property
    def at_fault(self) -> bool:
        return any(jury.fault_since is not None for jury in (self.responses, self.receipts))

    def room(self, window: int) -> int:
        """How many texts may be handed to the carrier now."""
        if self.at_fault:
            rested = self._told and self._clock() >= self._rests_until
            return min(TRIAL_TEXTS, window) if rested else 0
        return 0 if self.responses.accuses() or self.receipts.accuses() else window

    def left(self, count: int) -> None:
        """So many texts were taken out of the store: where the carrier is at fault, that was a try."""
        if count and self._told and self._clock() >= self._rests_until:
            self._rest()

    def _rest(self) -> None:
        self._rests_until = self._clock() + REST_S[min(self._tries, len(REST_S) - 1)]
        self._tries += 1

    def _show(self) -> None:
        if self.at_fault == self._told:
            return
        self._told = self.at_fault
        if self._told:
            self._tries = 0
            self._rest()
            if self._part:
                self._part.complain(DENIED, remedy=Reason.DENIES_ALL.for_operator)
            return
        if self._part:
            self._part.well()

    # -- receipts ------------------------------------------------------------------------------------------------------

    def expect(self, number: str, external_ids: Iterable[str]) -> None:
        """Receipts for the parts of a text that the carrier took."""
        call = self.receipts.place(number)
        self._unanswered[call] = None
        self._expected.update(dict.fromkeys(external_ids, call))
        while len(self._expected) > MOST_EXPECTED:
            self._expected.popitem(last=False)

    def delivered(self, external_id: str) -> None:
        """A text whose receipt comes later than expected speaks for the carrier, too, unless that is at fault."""
        call = self._answered(external_id)
        if call is None and self.receipts.fault_since is None:
            call = self.receipts.place("")
        if call is not None:
            self.receipts.lives(call)

    def lost(self, external_id: str) -> None:
        """A receipt that says nothing of the number."""
        if call := self._answered(external_id):
            self.receipts.over(call)

    async def denied(self, external_id: str, number: str, *, doubted: bool) -> bool | None:
        """As `Jury.denies`."""
        call = self._answered(external_id) or self.receipts.place(number)
        return await self.receipts.denies(call, doubted=doubted)

    def _answered(self, external_id: str) -> Placed | None:
        call = self._expected.pop(external_id, None)
        if call is not None:
            self._unanswered.pop(call, None)
        return call

    def _hear_silence(self) -> None:
        now = self._clock()
        silent = list(itertools.takewhile(lambda call: call.at <= now - SILENT_S, self._unanswered))
        if len(silent) > self.receipts.suspicion.held:
            self.receipts.lives(silent[-1])
        for call in silent:
            if call.at <= now - FORGOTTEN_S:
                del self._unanswered[call]
                self.receipts.over(call)
