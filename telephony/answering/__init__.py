"""Who answered: a person or a machine, and when to speak. How it works and what can be tuned:
docs/answering-machines.md."""

from __future__ import annotations

from telephony.answering.ears import Ears, gap
from telephony.answering.signs import Heard, Sign
from telephony.answering.tuning import Tuning

__all__ = ["Ears", "Heard", "Sign", "Tuning", "gap"]
