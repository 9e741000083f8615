"""Which site a chat belongs to, asked in the chat: first the area, then the site, each answered by its number or name.

The numbers are the codes that areas and sites have anyway: they stay right however old the menu above is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from backend.exams.facts import AreaFacts, SiteFacts
from backend.inquiries.models import Asked
from backend.wording import say

AGAIN: Final = "选择考点"
"""Asks for the menu anew."""
LONGEST_CHOICE: Final = 4
"""A text that short and not understood was meant as a choice; a longer one is a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How far a chat has come: what it was last asked, the area it chose, the site."""

    asked: Asked | None
    area: AreaFacts | None = None
    site: SiteFacts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where the chat stands after a message, and what it is told, if anything."""

    place: Place
    told: str | None


def turn(place: Place, text: str, areas: Sequence[AreaFacts], sites: Sequence[SiteFacts]) -> Turn:
    """The chat's next turn. `areas`: those that have sites; `sites`: all of them."""
    text = text.strip()
    if text == AGAIN or (place.asked is None and place.site is None):
        return _ask_area(areas)
    if place.asked is Asked.AREA:
        return _area_answered(place, text, areas, sites)
    if place.asked is Asked.SITE and place.area is not None:
        return _site_answered(place, text, areas, sites)
    return Turn(place=place, told=None)


def _area_answered(place: Place, text: str, areas: Sequence[AreaFacts], sites: Sequence[SiteFacts]) -> Turn:
    chosen = next((area for area in areas if text in (area.code, area.name)), None)
    if chosen is None:
        return _ask_area(areas) if _was_meant(text) else Turn(place=place, told=None)
    return _ask_site(chosen, sites)


def _site_answered(place: Place, text: str, areas: Sequence[AreaFacts], sites: Sequence[SiteFacts]) -> Turn:
    assert place.area is not None
    if text == "0":
        return _ask_area(areas)
    of_area = [site for site in sites if site.area == place.area.name]
    chosen = next((site for site in of_area if text in (site.code, site.name)), None)
    if chosen is None:
        return _ask_site(place.area, sites) if _was_meant(text) else Turn(place=place, told=None)
    told = say("inquiries", "site_chosen", area=chosen.area, site=chosen.name, again=AGAIN)
    return Turn(place=Place(asked=None, area=place.area, site=chosen), told=told)


def _ask_area(areas: Sequence[AreaFacts]) -> Turn:
    told = say("inquiries", "choose_area", areas=_lines(areas)) if areas else say("inquiries", "no_sites")
    return Turn(place=Place(asked=Asked.AREA), told=told)


def _ask_site(area: AreaFacts, sites: Sequence[SiteFacts]) -> Turn:
    of_area = [site for site in sites if site.area == area.name]
    told = say("inquiries", "choose_site", area=area.name, sites=_lines(of_area))
    return Turn(place=Place(asked=Asked.SITE, area=area), told=told)


def _lines(places: Sequence[AreaFacts] | Sequence[SiteFacts]) -> str:
    return "\n".join(f"{place.code} {place.name}" for place in places)


def _was_meant(text: str) -> bool:
    return len(text) <= LONGEST_CHOICE and text.isdecimal()
