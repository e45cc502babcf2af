"""What must hold whatever somebody does on a call: what is said is so, and nothing has changed that was not asked for,
shown and confirmed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from rules.model import CallPurpose, Channel
from rules.status import OPEN_ATTEMPTS, AttemptStatus
from tests.ivr.world import Row, World, newly

if TYPE_CHECKING:
    from tests.ivr.walking import Walking

UNFINISHED = {AttemptStatus.WAITING, *OPEN_ATTEMPTS}
LONGEST_SILENCE_S = 10.0
WAITS_FOR_A_CODE_S = 61.0  # ivr.codes.CODE_WAIT_S: for a text, or for the other telephone to ring
LAST_WORDS = {
    *("goodbye", "no_answer_goodbye", "code_by_call_own", "leave_by_call"),
    *("alert_thanks", "alert_end", "alert_stopped", "code_call_end", "code_refused", "left", "leave_kept"),
}
SCRIPTS_OWN = {"other_language", "english_for_exceptions"}  # said in the language that it offers

Said = Callable[[World, str], bool]


def _calls(errand: CallPurpose) -> Said:
    return lambda world, number: any(
        row["status"] in UNFINISHED for row in world.rows("attempt", address=number, errand=errand.value)
    )


def _texts(*, secret: bool) -> Said:
    return lambda world, number: bool(world.rows("message", address=number, secret=int(secret), status="waiting"))


def _replied(reply: str) -> Said:
    return lambda world, number: bool(world.rows("attempt", address=number, reply=reply))


def _left(world: World, number: str) -> bool:
    return world.opted_out(number, Channel.VOICE) and world.opted_out(number, Channel.SMS)


def _is_told(world: World, number: str) -> bool:
    return world.active(number) and not world.opted_out(number, Channel.VOICE)


def _texted(world: World, number: str) -> bool:
    there = world.rows("contact_point", address=number, channel=Channel.SMS.value, active=1)
    return bool(there) and not world.opted_out(number, Channel.SMS)


def _refused(world: World, number: str) -> bool:
    codes = world.rows("code", number=number)
    return codes[-1]["refused_at"] is not None and all(row["ended_at"] for row in codes)


IS_SO: Mapping[str, Said] = {
    "enrolled": _is_told,
    "file_active": World.active,
    "texts_on": _texted,
    "texts_off": lambda world, number: world.opted_out(number, Channel.SMS),
    "left": _left,
    "leave_by_call": _calls(CallPurpose.LEAVE),
    "leave_by_text": _texts(secret=False),
    "code_by_text": _texts(secret=True),
    "code_by_call_own": _calls(CallPurpose.CODE),
    "code_by_call_other": _calls(CallPurpose.CODE),
    "code_refused": _refused,
    "alert_thanks": _replied("acknowledged"),
    "ring_back_thanks": _replied("acknowledged"),
    "alert_stopped": lambda world, number: world.opted_out(number, Channel.VOICE),
}
"""By prompt: what it says of the number."""


def wrong(far: Walking, before: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """In words, what does not hold at the end of a call; `before`: the tables as they were."""
    yield from _limbo(far)
    yield from _languages(far)
    yield from _codes(far)
    yield from _consents(far, before)
    yield from _points(far, before)
    yield from _opt_outs(far, before)
    yield from _attempts(far, before)


def _limbo(far: Walking) -> Iterator[str]:
    if not far.gone:
        yield "nobody hung up"
    last = far.spoken[-1] if far.spoken else None
    if not far.hung_up and (last is None or not LAST_WORDS & set(last.keys)):
        yield f"hung up without a last word, after {last.said if last else 'nothing'}"
    for each, silent_s in far.silences():
        limit_s = WAITS_FOR_A_CODE_S if "enter_code" in each.keys else LONGEST_SILENCE_S
        if silent_s > limit_s:
            yield f"{silent_s:.0f} s of silence after {each.said}"


def _languages(far: Walking) -> Iterator[str]:
    for each in far.spoken:
        spoken = {name.partition("/")[0] for name in each.said if name.partition("/")[2] not in SCRIPTS_OWN}
        if len(spoken - {"alerts"}) > 1:
            yield f"two languages at once: {each.said}"


def _codes(far: Walking) -> Iterator[str]:
    """A code is heard and read where its number is."""
    for plain in far.codes_heard():
        numbers = far.world.code_numbers(plain)
        if numbers != {far.listener}:
            yield f"{far.listener} heard a code of {numbers}"
        if far.incoming and far.listener in far.known_before:
            yield f"a code of {far.listener}, who is known, was read to who says to call from there"
    for row in far.world.rows("message", secret=1):
        plain = far.world.texted(row["address"])
        if row["address"] not in (far.world.code_numbers(plain) or {row["address"]}):
            yield f"{row['address']} was texted a code of another"


def _consents(far: Walking, before: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    rows = far.world.rows("consent")
    old = {row["id"] for row in before["consent"] if row["confirmed_at"]}
    fresh = [row for row in rows if row["confirmed_at"] and row["id"] not in old]
    given = {row["id"] for row in rows} - {row["id"] for row in before["consent"]}
    if given and "1" not in far.answers("consent"):
        yield "a consent is stored, and nobody said yes"
    for row in fresh:
        if row["number"] not in far.proved:
            yield f"the consent of {row['number']} is confirmed without its code"
    spent = [row for row in newly(before["code"], far.world.rows("code")) if row["ended_at"] and row["issued_at"]]
    if len(fresh) > len(spent):
        yield f"{len(fresh)} consents for {len(spent)} codes"
    agreed = {row["contact_id"] for row in rows if row["confirmed_at"]}
    was = {row["id"]: row["active"] for row in before["contact"]}
    for row in far.world.rows("contact"):
        if row["active"] and not was.get(row["id"]) and row["id"] not in agreed:
            yield f"contact {row['id']} is enrolled without a consent"
        if was.get(row["id"]) and not row["active"]:
            yield f"contact {row['id']} is no longer active"


def _points(far: Walking, before: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    languages = {row["id"]: row["language"] for row in before["contact"] if row["active"]}
    holders = {row["contact_id"]: row["address"] for row in far.world.rows("contact_point")}
    for row in far.world.rows("contact"):
        changed = row["id"] in languages and row["language"] != languages[row["id"]]
        if changed and not far.proved & {holders.get(row["id"])}:
            yield f"the language of contact {row['id']} was changed by who has not shown who they are"
    for row in newly(before["contact_point"], far.world.rows("contact_point")):
        theirs = row["address"] in far.proved
        pending = not far.world.active(row["address"]) and row["channel"] == Channel.VOICE
        if not theirs and (row["verified"] or not pending):
            yield f"a way to {row['address']} was changed by who has not shown that it is theirs"


def _opt_outs(far: Walking, before: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    stops, texts = far.confirmed_leaving(), "2" in far.pressed()
    agreed = {row["number"] for row in newly(before["consent"], far.world.rows("consent")) if row["confirmed_at"]}
    for row in newly(before["opt_out"], far.world.rows("opt_out")):
        ours = row["address"] in far.proved or (not far.incoming and row["address"] == far.listener)
        if not ours:
            yield f"{row['address']} gets no more {row['channel']}, as somebody else said"
        if row["lifted_at"] is None and not (stops or (texts and row["channel"] == Channel.SMS)):
            yield f"{row['address']} gets no more {row['channel']}, and nobody confirmed it"
        if row["lifted_at"] and row["address"] not in agreed and "1" not in far.pressed():
            yield f"{row['address']} gets {row['channel']} again, and nobody asked"


def _attempts(far: Walking, before: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    unfinished: set[tuple[str, str]] = set()
    for row in newly(before["attempt"], far.world.rows("attempt")):
        if row["status"] in OPEN_ATTEMPTS:
            yield f"a call to {row['address']} is open for ever"
        if row["errand"] == CallPurpose.RING_BACK and "1" not in far.pressed():
            yield "an alert is acknowledged, and nobody pressed 1"
        if row["status"] == AttemptStatus.WAITING and row["errand"] in (CallPurpose.CODE, CallPurpose.LEAVE):
            if (row["errand"], row["address"]) in unfinished:
                yield f"{row['address']} is called twice"
            unfinished.add((row["errand"], row["address"]))
            if far.incoming and row["address"] == far.listener and row["due_at"] < far.ended_at():
                yield f"{row['address']} is called while its line calls us"
