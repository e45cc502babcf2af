"""In which languages an alert's calls wait for audio, and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("alert", sa.Column("unspoken", sa.JSON(), server_default="{}", nullable=False))
    # Their audio may not have been made yet; where it was, it is found at once.
    waiting = "status IN ('queued', 'paused') AND channels LIKE '%voice%'"
    op.execute(f"""UPDATE alert SET unspoken = '{{"fr": "", "en": ""}}' WHERE {waiting}""")
