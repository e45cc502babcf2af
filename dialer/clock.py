"""The wall clock, as an argument."""

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The UTC-aware time of now."""
