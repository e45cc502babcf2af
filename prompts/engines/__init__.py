"""The speech engines."""

from __future__ import annotations

from prompts.engines.engine import Engine, EngineFailed
from prompts.engines.espeak_ng import EspeakNg
from prompts.engines.gtts import Gtts
from prompts.engines.pico import Pico

__all__ = ["Engine", "EngineFailed", "available"]


def available() -> tuple[Engine, ...]:
    """Every engine that Tocsin knows, best first. Each says for itself whether it can speak now (the network is not
    asked before somebody wants to hear something)."""
    return Gtts(), Pico(), EspeakNg()
