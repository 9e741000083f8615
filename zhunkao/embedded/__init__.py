"""A real PostgreSQL and a real Valkey out of Python wheels: no root, no docker, nothing installed on the system."""

from zhunkao.embedded.postgresql import EmbeddedPostgres
from zhunkao.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedValkey"]
