"""Texts that are being spoken just now: each once, whoever waits for it."""

from __future__ import annotations

import asyncio

from prompts.studio import Prompt, Studio
from rules.model import Language


class Saying:
    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._under_way: dict[tuple[str, Language], asyncio.Task[Prompt]] = {}

    def of(self, text: str, language: Language, *, at_home: bool) -> asyncio.Task[Prompt]:
        """The one task that makes this audio. `at_home`: as for Studio.say; it raises the same."""
        key = text, language
        if (saying := self._under_way.get(key)) is None:
            saying = asyncio.create_task(asyncio.to_thread(self._studio.say, text, language, at_home=at_home))
            self._under_way[key] = saying
            saying.add_done_callback(lambda done: self._over(key, done))
        return saying

    def _over(self, key: tuple[str, Language], done: asyncio.Task[Prompt]) -> None:
        del self._under_way[key]
        if not done.cancelled():
            done.exception()  # is raised where somebody waits for it, or is nobody's business yet

    async def close(self) -> None:
        under_way = list(self._under_way.values())
        for each in under_way:
            each.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
