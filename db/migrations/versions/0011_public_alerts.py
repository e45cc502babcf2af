"""Whether any caller may hear an alert, decided once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from rules.street import folded
from rules.target import BadTarget, Target

revision = "0011"
down_revision = "0010"

alert = sa.table("alert", sa.column("id"), sa.column("target"), sa.column("public"))
group = sa.table("target_group", sa.column("name"), sa.column("target"))


def upgrade() -> None:
    op.add_column("alert", sa.Column("public", sa.Boolean(), nullable=False, server_default=sa.false()))
    connection = op.get_bind()
    groups = {folded(name): target for name, target in connection.execute(sa.select(group.c.name, group.c.target))}
    public: set[int] = set()
    # Oldest first: an alert that follows others is as public as they are.
    for id_, target in connection.execute(sa.select(alert.c.id, alert.c.target).order_by(alert.c.id)).all():
        if _is_public(target, groups, public):
            public.add(id_)
            connection.execute(sa.update(alert).where(alert.c.id == id_).values(public=True))


def _is_public(target: str, groups: dict[str, str], public: set[int]) -> bool:
    try:
        wanted = Target.parse(target)
        saved = [Target.parse(groups.get(folded(name), "")) for name in wanted.groups]
    except BadTarget:
        return False
    return any(each.names_places for each in (wanted, *saved)) or bool(public & {*wanted.reached, *wanted.concerned})
