"""The sites inside a clerk's scope, for statements that count over many of them."""

from backend.exams.models import Area, Site
from backend.staff.models import Level
from backend.staff.scope import Clerk


async def sites_in_scope(clerk: Clerk) -> list[int] | None:
    """Their ids; None: all there are, and what belongs to none yet."""
    if clerk.level is Level.NATION:
        return None
    if clerk.level is Level.AREA:
        return [site.id for site in await Site.filter(area_id=clerk.area_id).order_by("id")]
    return [clerk.site_id] if clerk.site_id is not None else []


async def place_of(clerk: Clerk) -> tuple[str | None, str | None]:
    """The clerk's own office as calendars name it: (area, site), the nation is (None, None)."""
    if clerk.level is Level.NATION:
        return None, None
    if clerk.level is Level.AREA:
        return (await Area.get(id=clerk.area_id)).name, None
    site = await Site.get(id=clerk.site_id).select_related("area")
    return site.area.name, site.name
