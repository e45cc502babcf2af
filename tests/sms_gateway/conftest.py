from __future__ import annotations

from tests.db.conftest import migrated, store, url

__all__ = ["migrated", "store", "url"]
