"""How well the answering detector does on recorded calls, faster than real time and without a telephone.

    .venv/bin/python -m lab.answering_offline FOLDER [FOLDER …] [--failures] [--json FILE]

A folder holds `manifest.jsonl` and µ-law files `<id>-<condition>.ulaw`. Audio is fed in blocks of 60 ms to many calls
at once; playback is taken to start 60 ms after its sign."""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from lab import answering_voices
from telephony.answering.ears import Ears
from telephony.answering.signs import Heard, Sign

RATE = 8000
BLOCK_S = 0.06
PLAYBACK_STARTS_S = 0.06
AFTER_THE_FILE_S = 4.0
AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One recorded call: who answered, when their words end, and when the beep ends (machines that beep)."""

    name: str
    condition: str
    human: bool
    words_end_s: float
    beep_end_s: float | None
    audio: bytes
    about: str = ""


@dataclass(slots=True)
class Result:
    case: Case
    signs: list[Heard] = field(default_factory=list)

    @property
    def starts_s(self) -> list[float]:
        return [heard.at_s + PLAYBACK_STARTS_S for heard in self.signs if heard.sign is not Sign.MACHINE]

    @property
    def good(self) -> bool:
        """A person hears the message from its first word, once; a machine holds it whole."""
        if not self.starts_s:
            return False
        if self.case.human:
            return len(self.starts_s) == 1 and self.starts_s[0] >= self.case.words_end_s
        return self.starts_s[-1] >= (self.case.beep_end_s or self.case.words_end_s)

    @property
    def begun_before_beep_end(self) -> bool:
        return bool(self.case.beep_end_s and self.starts_s and self.starts_s[-1] < self.case.beep_end_s)

    @property
    def verdict(self) -> str:
        kinds = {heard.sign for heard in self.signs}
        return "machine" if kinds & {Sign.MACHINE, Sign.BEEP} else "human" if kinds else "none"


def linear(ulaw: bytes) -> bytes:
    """G.711 µ-law as signed 16-bit samples."""
    code = ~np.frombuffer(ulaw, np.uint8)
    magnitude = ((((code & 15).astype(np.int32) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype("<i2").tobytes()


def cases(folder: Path) -> Iterator[Case]:
    for line in (folder / "manifest.jsonl").read_text().splitlines():
        row = json.loads(line)
        for path in sorted(folder.glob(f"{row['id']}-*.ulaw")):
            yield Case(
                name=row["id"],
                condition=path.stem.removeprefix(f"{row['id']}-"),
                human=row["label"] == "human",
                words_end_s=row["speech_end"],
                beep_end_s=row["beep"]["end"] if row["beep"] else None,
                audio=linear(_prolonged(path.read_bytes(), row)),
                about=f"{row['voice']}: {row['text']}",
            )


def _prolonged(ulaw: bytes, row: Mapping[str, Any]) -> bytes:
    """With its quiet going on, as a call would."""
    after_s = max(row["speech_end"], row["beep"]["end"] if row["beep"] else 0.0) + answering_voices.AFTERMATH_S
    return ulaw + answering_voices.going_on(ulaw, row.get("speech_start") or 0.0, after_s, AFTER_THE_FILE_S)


def listen(together: list[Case]) -> list[Result]:
    """Some calls at once, block by block."""
    ears = Ears()
    results = {str(number): Result(case) for number, case in enumerate(together)}
    for call in results:
        ears.open(call)
    block = round(BLOCK_S * RATE) * 2
    for start in range(0, max(len(case.audio) for case in together), block):
        pieces = {call: result.case.audio[start : start + block] for call, result in results.items()}
        for call, heard in ears.feed({call: piece for call, piece in pieces.items() if piece}):
            results[call].signs.append(heard)
    return list(results.values())


def summary(results: list[Result]) -> dict[str, Any]:
    people = [result for result in results if result.case.human]
    machines = [result for result in results if not result.case.human]
    late = sorted(result.starts_s[0] - result.case.words_end_s for result in people if result.starts_s) or [0.0]
    return {
        "people": len(people),
        "heard_first_word": sum(result.good for result in people),
        "start_after_words_s": {"p50": round(_share(late, 0.5), 2), "p95": round(_share(late, 0.95), 2)},
        "machines_with_beep": sum(result.case.beep_end_s is not None for result in machines),
        "machines": len(machines),
        "machines_whole": sum(result.good for result in machines),
        "begun_before_beep_end": sum(result.begun_before_beep_end for result in machines),
        "verdicts": dict(Counter(f"{_label(result.case)} taken for {result.verdict}" for result in results)),
    }


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(int(share * len(ordered)), len(ordered) - 1)]


def _label(case: Case) -> str:
    return "human" if case.human else "machine"


def tell(console: Console, measured: dict[str, Any]) -> None:
    table = Table("condition", "people", "after words p50, p95", "machines whole", "before beep's end", "verdicts")
    for condition, row in measured["conditions"].items():
        delay = row["start_after_words_s"]
        table.add_row(
            condition,
            f"{row['heard_first_word']}/{row['people']} {_percent(row['heard_first_word'], row['people'])}",
            f"{delay['p50']:.2f} s, {delay['p95']:.2f} s",
            f"{row['machines_whole']}/{row['machines']} {_percent(row['machines_whole'], row['machines'])}",
            str(row["begun_before_beep_end"]),
            "\n".join(f"{what}: {count}" for what, count in sorted(row["verdicts"].items())),
        )
    console.print(table)
    console.print(f"{measured['cpu_percent_per_call']:.3f} % of a core for each listening call, {AT_ONCE} at once")


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else ""


def failures(console: Console, results: Iterable[Result]) -> None:
    for result in results:
        if not result.good:
            signs = ", ".join(f"{heard.sign} {heard.at_s:.2f}" for heard in result.signs)
            case = result.case
            end = f"words end {case.words_end_s:.2f}, beep ends {case.beep_end_s}"
            console.print(f"{case.name}-{case.condition} ({case.about}): {end}: {signs}", soft_wrap=True, markup=False)


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the answering detector on folders of recorded calls.")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="manifest.jsonl and µ-law files")
    parser.add_argument("--failures", action="store_true", help="tell each call that went wrong")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    asked = parser.parse_args()
    known = [case for folder in asked.folders for case in cases(folder)]
    began = time.process_time()
    results = [result for at in range(0, len(known), AT_ONCE) for result in listen(known[at : at + AT_ONCE])]
    used = time.process_time() - began
    heard_s = sum(len(case.audio) for case in known) / (2 * RATE)
    conditions = sorted({case.condition for case in known})
    measured = {
        "conditions": {
            name: summary([result for result in results if result.case.condition == name]) for name in conditions
        },
        "cpu_percent_per_call": 100 * used / heard_s,
    }
    console = Console()
    if asked.failures:
        failures(console, results)
    tell(console, measured)
    if asked.json:
        asked.json.write_text(json.dumps(measured, indent=2) + "\n")


if __name__ == "__main__":
    main()
