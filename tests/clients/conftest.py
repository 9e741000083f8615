"""A whole service for its clients."""

from tests.api.conftest import economical, published_database_url, sandbox_keys, world

__all__ = ["economical", "published_database_url", "sandbox_keys", "world"]
