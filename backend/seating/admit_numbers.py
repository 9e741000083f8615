"""Admit numbers (准考证号), 14 digits: 2 year, 1 kind of exam, 2 area, 2 site, 2 venue, 3 room, 2 seat.

Our decision: the notices print no rule. A number is never used again, so neither is a seat whose number was retired.
"""

from typing import Final

KINDS: Final = {"health_professional": 1, "nurse_licensing": 2}


def admit_number(
    *, year: int, kind: str, area_code: str, site_code: str, venue_number: int, room_number: int, seat_number: int
) -> str:
    """Raises KeyError for a kind of exam that has no digit."""
    place = f"{area_code}{site_code}{venue_number:02d}{room_number:03d}{seat_number:02d}"
    return f"{year % 100:02d}{KINDS[kind]}{place}"
