"""Where the program is, and what it finds before it has any settings."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENV_FILE = ROOT / ".env"
DIALPLANS = ROOT / "dialplans"
HOME = "var"
"""Of all state, unless TOCSIN_HOME says otherwise; from ROOT."""
