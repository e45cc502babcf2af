"""The store, as the tests of its own room have it."""

from tests.db.conftest import migrated, store, url

__all__ = ["migrated", "store", "url"]
