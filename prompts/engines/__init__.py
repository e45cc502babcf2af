"""The speech engines."""

from __future__ import annotations

from collections.abc import Iterable

from prompts.engines.engine import Engine, EngineAway, EngineFailed
from prompts.engines.espeak_ng import EspeakNg
from prompts.engines.gtts import Gtts
from prompts.engines.pico import Pico

__all__ = ["NAMES", "Engine", "EngineAway", "EngineFailed", "named"]

_ENGINES = {engine.name: engine for engine in (Gtts, Pico, EspeakNg)}
NAMES = tuple(_ENGINES)
"""The best voice first."""


def named(names: Iterable[str]) -> tuple[Engine, ...]:
    """Those engines, in this order. Each engine knows whether it can speak now; the network is tried only when there is
    a text to speak."""
    return tuple(_ENGINES[name]() for name in names)
