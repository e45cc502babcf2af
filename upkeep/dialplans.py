"""The administrator's files of where calls go, tried before the service gets them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prompts.keys import Key
from records.upkeep import PLAN_KINDS, Plans
from rules.operator_error import OperatorError
from telephony import check
from upkeep.equipment import Equipment, Load

MENU = "menus.yaml"


@dataclass(frozen=True, slots=True)
class Trial:
    """The files to be tried. `name`: of their folder, as whoever asks calls it."""

    folder: Path
    name: str

    @property
    def menu(self) -> Path:
        return self.folder / MENU

    def in_their_words(self, problems: Iterable[str]) -> list[str]:
        return [problem.replace(str(self.folder), self.name) for problem in problems]


@contextmanager
def laid_out(equipment: Equipment, plans: Plans | None) -> Iterator[Trial]:
    """`plans`: None for those that the service has. Raises ValueError where a file has no plain name."""
    if plans is None:
        yield Trial(equipment.dialplans, str(equipment.dialplans))
        return
    with tempfile.TemporaryDirectory(prefix="tocsin-plans-") as folder:
        for name, content in plans.files.items():
            if name != Path(name).name or Path(name).suffix not in PLAN_KINDS:
                raise ValueError(f"“{name}” is no name of a file in dialplans/: send *.conf and menus.yaml")
            (Path(folder) / name).write_bytes(content)
        yield Trial(Path(folder), plans.name)


async def problems(load: Load, plans: Plans | None) -> list[str]:
    """What is wrong with the files and with the menu against its spoken text, one line each. Calls in progress notice
    nothing. Raises AsteriskFailed, UnusableSettings, ValueError."""
    equipment = await asyncio.to_thread(load)
    with laid_out(equipment, plans) as trial:
        of_menu = await asyncio.to_thread(_of_menu, equipment, trial)
        return trial.in_their_words([*of_menu, *await of_asterisk(equipment, trial)])


async def of_asterisk(equipment: Equipment, trial: Trial) -> list[str]:
    """What a throw-away Asterisk says. Raises AsteriskFailed."""
    with tempfile.TemporaryDirectory(prefix="tocsin-check-") as scratch:
        return await check.problems(equipment.asterisk(), trial.folder, equipment.site_files(), Path(scratch))


def _of_menu(equipment: Equipment, trial: Trial) -> list[str]:
    try:
        menu = equipment.menus.read(trial.menu)
    except OperatorError as error:
        return [str(error)]
    studio = equipment.studio()
    return [
        f"prompts/catalogue/{language}.yaml, main_menu: the text does not say key {key} ({menu[key]})"
        for language in equipment.languages
        for key in equipment.menus.unsaid(menu, studio.text(Key.MAIN_MENU, language))
    ]
