"""What of a site's seating must not happen twice at once: its arrangement, and changes of the rooms it is made from."""

from typing import Final

SITE_LOCK: Final = "SELECT pg_advisory_xact_lock($1::int, $2::int)"
"""Of an exam and a site, held until the transaction ends."""
