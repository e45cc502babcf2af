"""What the runs of the kill test came to: a table, the figures for machines, and all that is known of a violation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from rich import box
from rich.table import Table

from lab.kill_test_blows import Blow
from lab.kill_test_judge import Fault, Violation
from lab.kill_test_phone import Phone
from lab.kill_test_run import Result, Ring
from rules.model import Attempt

SHORT = {
    Blow.SERVICE: "S",
    Blow.ASTERISK: "A",
    Blow.BOTH: "SA",
    Blow.CUT: "link",
    Blow.STALL: "stall",
    Blow.PAUSE: "pause",
}
LEGEND = (
    "late: s for which the machine kept the town from hearing, at most; above 1, what it heard is not to be relied on."
    " S, A: service, Asterisk killed; link: cut; stall, pause: Asterisk, service stopped for a while; at which second."
    " orphaned: calls whose Asterisk was killed, which the far side believed to be open. !: the alert did not end."
)
MOST_TOLD = 20
KEYS = {
    Fault.LOST: "lost",
    Fault.AGAIN: "rung_again_after_acknowledging",
    Fault.TWO: "two_open_calls",
    Fault.LIMBO: "limbo",
}


def figures(results: Sequence[Result]) -> dict[str, int]:
    faults = Counter(violation.fault for result in results for violation in result.violations)
    return {
        "runs": len(results),
        "kills": sum(_kills(result) for result in results),
        "residents": sum(len(result.cases) for result in results),
        **{key: faults[fault] for fault, key in KEYS.items()},
    }


def table(results: Sequence[Result]) -> Table:
    columns = (
        "run",
        "s",
        "late",
        "blows",
        "kills",
        "starts",
        "residents",
        "calls",
        "orphaned",
        "lost",
        "again",
        "two",
        "limbo",
    )
    shown = Table(*columns, header_style="bold", caption=LEGEND, box=box.SIMPLE)
    for result in results:
        shown.add_row(*_row(result))
    totals = figures(results)
    sums = {name: sum(getattr(result, name) for result in results) for name in ("starts", "calls", "orphans")}
    numbers = [totals["kills"], sums["starts"], totals["residents"], sums["calls"], sums["orphans"]]
    numbers += [totals[key] for key in KEYS.values()]
    shown.add_section()
    shown.add_row("all", f"{sum(result.seconds for result in results):.0f}", "", "", *map(str, numbers))
    return shown


def _row(result: Result) -> list[str]:
    blows = " ".join(f"{SHORT[each.blow]} {each.at - result.began:.1f}" for each in result.struck)
    faults = Counter(violation.fault for violation in result.violations)
    numbers = [_kills(result), result.starts, len(result.cases), result.calls, result.orphans]
    seconds = f"{result.seconds:.0f}{'' if result.done else '!'}"
    return [
        str(result.run),
        seconds,
        f"{result.late_s:.1f}",
        blows,
        *map(str, numbers),
        *(str(faults[fault]) for fault in Fault),
    ]


def _kills(result: Result) -> int:
    return sum(each.killed for each in result.struck)


def told(ring: Ring, result: Result) -> str:
    """Each violation: the blows, what the telephone saw (seconds since the run began), what is stored, the log."""
    blows = ", ".join(f"{each.at - result.began:.2f} {each.blow} {each.lasts_s:.1f}" for each in result.struck)
    deaths = ", ".join(f"{at - result.began:.2f}" for at in ring.victim.deaths if at > result.began)
    heading = f"run {result.run}; blows: {blows}; Asterisk gone at: {deaths or 'never'}"
    lines = [line for each in result.violations[:MOST_TOLD] for line in _told(ring, result, each)]
    more = len(result.violations) - MOST_TOLD
    return "\n".join([heading, *lines, *([f"  and {more} more"] if more > 0 else [])])


def _told(ring: Ring, result: Result, violation: Violation) -> Iterator[str]:
    case = next((each for each in result.cases if each.resident.number == violation.number), None)
    if case is None:
        yield f"  {violation.fault}: {violation.text}"
        return
    yield f"  {violation.fault}: {violation.number} ({case.resident.kind}): {violation.text}"
    for call in case.calls:
        yield f"    telephone {_seen(call, result.began)}"
    for attempt in case.delivery.attempts if case.delivery else ():
        stamps = [at.strftime("%H:%M:%S.%f")[:-3] if at else "-" for at in _stamps(attempt)]
        facts = f"{attempt.status} {attempt.disposition} {attempt.reply} heard {attempt.heard:.2f}"
        yield f"    stored {attempt.id} {facts} placed, answered, ended {' '.join(stamps)}"
    for line in ring.log_of(violation):
        yield f"    log {line}"


def _stamps(attempt: Attempt) -> tuple[datetime | None, ...]:
    return attempt.placed_at, attempt.answered_at, attempt.ended_at


def _seen(call: Phone, began: float) -> str:
    heard = " ".join(f"{each.name or '…'}@{each.at - began:.2f}+{each.seconds:.2f}" for each in call.heard)
    keys = " ".join(f"key@{at - began:.2f}" for at in call.pressed)
    until = f"{call.ended_at - began:.2f} {call.how}" if call.ended_at is not None else "still open"
    return f"{call.began - began:.2f} to {until}: {heard} {keys}".rstrip()
