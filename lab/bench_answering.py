"""`make bench-answering`: who answered, and when we spoke, measured where it counts: in what the far side recorded.

Every call of a folder of voices is played over real SIP and RTP to three systems in the same run: Tocsin's real
service, Asterisk's AMD() with its defaults, and tuned, which waits
for silence where a machine answered. docs/answering-machines.md explains the figures.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from lab import answering_cpu, answering_run, answering_voices, resident
from lab.answering_heard import FoundWords, begun_before_beep_end, found, heard_first_word, machine_whole
from lab.answering_run import CALLERS, Bench, CallsLost
from lab.answering_voices import CONDITIONS, BadFolder, RecordedVoice

Verdicts = Mapping[str, Mapping[str, str]]
Heards = Mapping[tuple[str, str], FoundWords]
"""System and number -> what the far side heard."""

WORKERS = 2
MOST_LOST = 0.02  # share of calls without a recording


console = Console(width=None if sys.stdout.isatty() else 130)


def figures(system: str, voices: Sequence[RecordedVoice], heards: Heards) -> dict[str, Any]:
    """Of one system in one condition."""
    people = [(voice, heards[system, voice.number]) for voice in voices if voice.human]
    machines = [(voice, heards[system, voice.number]) for voice in voices if not voice.human]
    good = [(voice, heard) for voice, heard in people if heard_first_word(voice, heard)]
    after = [heard.starts_s[0] - voice.words_end_s for voice, heard in good]
    return {
        "people": len(people),
        "heard_first_word": len(good),
        "start_after_words_s": {
            "p50": round(float(np.percentile(after, 50)), 3) if after else None,
            "p95": round(float(np.percentile(after, 95)), 3) if after else None,
        },
        "machines_with_beep": sum(voice.beep_end_s is not None for voice, _ in machines),
        "machines": len(machines),
        "machines_whole": sum(machine_whole(voice, heard) for voice, heard in machines),
        "begun_before_beep_end": sum(begun_before_beep_end(voice, heard) for voice, heard in machines),
    }


async def measure(folder: Path, home: Path) -> tuple[dict[str, Any], Verdicts, list[RecordedVoice], Heards]:
    voices = answering_voices.read(folder)
    plan = answering_voices.dialplan(voices, home / "bench") + answering_cpu.dialplan(home / "bench")
    async with answering_run.bench(home, voices, plan) as at:
        answering_cpu.write_talk(at.folder, voices)
        with _bars() as bars:
            rows = {system: bars.add_task(system, total=len(voices)) for system in CALLERS}
            verdicts = await answering_run.side_by_side(
                at, voices, lambda system, over: bars.update(rows[system], completed=over)
            )
        console.print(f"CPU while {answering_cpu.CALLS} calls are listened to …")
        cpu = await answering_cpu.percent_per_call(at)
        heards = await asyncio.to_thread(hear, at, voices)
    groups = {name: [voice for voice in voices if voice.condition == name] for name in CONDITIONS}
    systems = {
        system: {name: figures(system, group, heards) for name, group in groups.items() if group} for system in CALLERS
    }
    percent = None if cpu is None else round(cpu, 3)
    return {"systems": systems, "cpu_percent_per_listening_call": percent}, verdicts, voices, heards


def hear(at: Bench, voices: Sequence[RecordedVoice]) -> Heards:
    """What each far side recorded, by every system."""
    who, message = (resident.samples(path.with_suffix(".wav")) for path in (at.prompts.who, at.prompts.message))
    jobs = {(system, voice.number): voice for system in CALLERS for voice in voices}
    lost = [key for key in jobs if not _recordings(at.folder / "heard", *key)[0].exists()]
    if len(lost) > MOST_LOST * len(jobs):
        raise CallsLost(
            f"{len(lost)} of {len(jobs)} calls reached nobody, the first by {lost[0][0]}: nothing is measured"
        )
    with ProcessPoolExecutor(WORKERS) as pool, _bars() as bars:
        row = bars.add_task("recordings", total=len(jobs))
        waiting = {
            key: pool.submit(found, *_recordings(at.folder / "heard", *key), voice, who, message)
            for key, voice in jobs.items()
        }
        done = {}
        for key, future in waiting.items():
            done[key] = future.result()
            bars.advance(row)
    return done


def _recordings(folder: Path, system: str, number: str) -> tuple[Path, Path]:
    """What the far side heard and said in its first call."""
    heard = sorted(folder.glob(f"*{CALLERS[system]}-{number}-*.heard.wav"))
    first = heard[0] if heard else folder / "none.heard.wav"
    return first, first.with_name(first.name.replace(".heard.", ".said."))


def _bars() -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
    )


def table(result: Mapping[str, Any], verdicts: Verdicts, voices: Sequence[RecordedVoice]) -> Table:
    view = Table(title="Who answered, measured at the far side", header_style="bold")
    for column in ("", "", "heard from\nfirst word", "after words\np50", "p95", "machines\nhold whole"):
        view.add_column(column, no_wrap=True)
    for column in ("begun before\nbeep's end", "human →\nhuman", "machine →\nmachine"):
        view.add_column(column, no_wrap=True)
    for system, conditions in result["systems"].items():
        for name, row in conditions.items():
            start = row["start_after_words_s"]
            shown = [_said(verdicts.get(system, {}), voices, name, human=human) for human in (True, False)]
            view.add_row(
                system,
                name,
                f"{row['heard_first_word']}/{row['people']}",
                *("–" if start[key] is None else f"{start[key]:.2f} s" for key in ("p50", "p95")),
                f"{row['machines_whole']}/{row['machines']}",
                f"{row['begun_before_beep_end']}/{row['machines_with_beep']}",
                *shown,
            )
    return view


def _said(verdicts: Mapping[str, str], voices: Sequence[RecordedVoice], condition: str, *, human: bool) -> str:
    """How many were rightly called; AMD() says HUMAN, MACHINE or NOTSURE, Tocsin human or machine."""
    concerned = [voice for voice in voices if voice.condition == condition and voice.human is human]
    said = Counter(verdicts.get(voice.number, "none").lower() for voice in concerned)
    return f"{said['human' if human else 'machine']}/{len(concerned)}"


def failures(voices: Sequence[RecordedVoice], heards: Heards, verdicts: Verdicts) -> list[str]:
    """Tocsin's misses, one line each."""
    lines = []
    for voice in voices:
        heard = heards[answering_run.TOCSIN, voice.number]
        good = heard_first_word(voice, heard) if voice.human else machine_whole(voice, heard)
        if not good:
            verdict = verdicts[answering_run.TOCSIN].get(voice.number)
            starts = " ".join(f"{at:.2f}" for at in heard.starts_s) or "never"
            lines.append(f"{voice.file.stem}: {verdict}; spoke at {starts}; free from {voice.speak_from_s:.2f} s")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="Who answered: Tocsin beside Asterisk's AMD(), at the far side.")
    parser.add_argument("--voices", type=Path, required=True, help="folder with manifest.jsonl and its recordings")
    parser.add_argument("--json", type=Path, help="also write the figures there")
    parser.add_argument("--failures", action="store_true", help="name the calls that Tocsin missed")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-answering-") as home:
        try:
            result, verdicts, voices, heards = asyncio.run(measure(chosen.voices, Path(home)))
        except (BadFolder, CallsLost) as error:
            console.print(str(error), style="red")
            sys.exit(2)
    console.print(table(result, verdicts, voices))
    percent = result["cpu_percent_per_listening_call"]
    told = "not measured: no call came through" if percent is None else f"{percent:.2f} % of a core"
    console.print(f"CPU per listening call: {told}")
    if chosen.failures:
        console.print("\n".join(failures(voices, heards, verdicts)) or "Tocsin missed none.", highlight=False)
    if chosen.json:
        chosen.json.write_text(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
