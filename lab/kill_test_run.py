"""One run of the kill test: an alert to residents, blows in the middle of it, and the judgement."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.alerts import alerts
from db.engine.store import Store
from lab.kill_test_blows import Struck, Victim, any_blow
from lab.kill_test_judge import Case, Fault, Violation
from lab.kill_test_people import RungResident, RungTown
from lab.kill_test_stage import MESSAGE, stage
from lab.stage import Installation, StageFailed
from rules.model import Delivery
from rules.status import AlertStatus

END_S = 400.0
SETTLE_S = 4.0  # after the end of the alert, for telephones to hear of it
LOOK_S = 0.1
FIRST_BLOW_S = (0.3, 4.0)
BETWEEN_S = (0.5, 5.0)
LOG_LINES = 25
HEADER = "first_name,last_name,language,voice,sms,email,civic_number,street,unit,city,postal_code,sector,topics"

Blows = Callable[[Victim], Awaitable[None]]


@dataclass(frozen=True)
class Result:
    """What one run came to. `struck`: the blows; `orphans`: calls that died with their Asterisk, unheard of by the far
    side; `starts`: of the service; `late_s`: for how long at most the town itself was kept from hearing."""

    run: int
    began: float  # monotonic seconds
    seconds: float
    struck: Sequence[Struck]
    starts: int
    calls: int
    orphans: int
    late_s: float
    cases: Sequence[Case]
    violations: Sequence[Violation]
    done: bool


@dataclass
class Ring:
    """An installation in front of its town: many runs, one after the other."""

    play: Installation
    town: RungTown
    victim: Victim
    store: Store

    @classmethod
    @contextlib.asynccontextmanager
    async def ready(cls, home: Path, *, channels: int, calls_per_second: float) -> AsyncIterator[Ring]:
        async with stage(home, channels=channels, calls_per_second=calls_per_second) as (play, town):
            victim = Victim(play)
            async with victim.supervised():
                store = await Store.open(f"sqlite:///{play.home}/tocsin.db")
                try:
                    yield cls(play, town, victim, store)
                finally:
                    await store.close()

    async def move_in(self, people: Mapping[int, Sequence[RungResident]]) -> None:
        """The residents of each run, by its number, into the store: they have one sector a run."""
        rows = [
            f"R,{each.number},fr,{each.number},,,,,,,,{_sector(run)}," for run, ours in people.items() for each in ours
        ]
        file = self.play.home / "people.csv"
        file.write_text("\n".join([HEADER, *rows, ""]))
        await self._tocsin("contacts", "import", str(file))

    async def run(self, number: int, people: Sequence[RungResident], blows: Blows) -> Result:
        """An alert to the residents of one run, who have moved in."""
        began, victim = time.monotonic(), self.victim
        self.town.move_in(people)
        starts, struck = victim.starts, len(victim.struck)
        alert_id = await self._send(_sector(number))
        striking = asyncio.ensure_future(blows(victim))
        done = await self._done(alert_id)
        striking.cancel()  # blows that the alert did not wait for
        await asyncio.gather(striking, return_exceptions=True)
        over_at = time.monotonic()
        await self._settled()
        cases = self._cases(people, await alerts.deliveries(self.store, alert_id), over_at, victim.struck[struck:])
        undone = [] if done else [Violation(Fault.LIMBO, "", f"the alert was not over within {END_S:.0f} s")]
        return Result(
            run=number,
            began=began,
            seconds=time.monotonic() - began,
            struck=victim.struck[struck:],
            starts=victim.starts - starts,
            calls=len(self.town.calls),
            orphans=sum(case.orphans() for case in cases),
            late_s=self.town.late_s,
            cases=cases,
            violations=[*undone, *(violation for case in cases for violation in case.violations())],
            done=done,
        )

    async def _send(self, sector: str) -> int:
        words = ["--title", sector, "--text-fr", MESSAGE, "--to", f"sector:{sector}", "--channels", "voice"]
        await self._tocsin("alert", "send", *words)
        return (await alerts.listing(self.store, limit=1))[0].id

    async def _tocsin(self, *arguments: str) -> None:
        printed = await self.play.tocsin(*arguments)
        if printed.status:
            raise StageFailed(printed.errors)

    async def _done(self, alert_id: int) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                while (found := await alerts.get(self.store, alert_id)) and found.status is not AlertStatus.DONE:
                    await asyncio.sleep(LOOK_S)
                return True
        return False

    async def _settled(self) -> None:
        ends_at = time.monotonic() + SETTLE_S
        last_death = max(self.victim.deaths, default=0.0)
        while any(call.ended_at is None and call.began > last_death for call in self.town.calls):
            if time.monotonic() > ends_at:
                break
            await asyncio.sleep(LOOK_S)

    def _cases(
        self, people: Sequence[RungResident], deliveries: Sequence[Delivery], over_at: float, struck: Sequence[Struck]
    ) -> list[Case]:
        stored = {each.name.removeprefix("R "): each for each in deliveries}
        deaths, late_s = tuple(self.victim.deaths), self.town.late_s
        return [
            Case(each, self.town.of(each.number), stored.get(each.number), deaths, over_at, struck, late_s)
            for each in people
        ]

    def log_of(self, violation: Violation) -> list[str]:
        """The last lines of the service's log on the calls concerned."""
        lines = self.play.log.read_text(errors="replace").splitlines()
        return [line for line in lines if any(each in line for each in violation.ids)][-LOG_LINES:]


def _sector(run: int) -> str:
    return f"Run{run}"


def at_random(chance: random.Random, number: int) -> Blows:
    """So many blows of any kind at random moments."""

    async def blows(victim: Victim) -> None:
        await asyncio.sleep(chance.uniform(*FIRST_BLOW_S))
        for _ in range(number):
            await victim.strike(*any_blow(chance))
            await asyncio.sleep(chance.uniform(*BETWEEN_S))

    return blows
