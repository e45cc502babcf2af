"""What goes first when lines are short."""

from __future__ import annotations

from rules.model import Purpose

CODE_LANE = 0
LANES = {Purpose.EMERGENCY: 1, Purpose.PUBLIC_SERVICE: 2, Purpose.INFORMATION: 3}
"""Codes and direct answers go before all."""
