"""What of custody a clerk may see, and in which place what they declare lies."""

from typing import Any

from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.staff.models import Level
from backend.staff.scope import Clerk


def of_clerk(clerk: Clerk, *, through: str = "") -> dict[str, Any]:
    """The filter on rows with an area and a site that is this clerk's scope. An area's own rows are not its sites'."""
    if clerk.level is Level.NATION:
        return {}
    column, office = ("area_id", clerk.area_id) if clerk.level is Level.AREA else ("site_id", clerk.site_id)
    return {f"{through}{column}": office}


async def place_of(exams: Exams, clerk: Clerk, area_id: int | None, site_id: int | None) -> tuple[int, int | None]:
    """Area and site of what this clerk writes down: their own, or one below them that they name.

    Raises NotFound `area_unknown`, `site_unknown` for a place outside their scope.
    """
    if clerk.level is Level.SITE:
        assert clerk.area_id is not None
        return clerk.area_id, clerk.site_id
    if site_id is not None:
        site = await exams.site_by_id(site_id)
        area_id = (await exams.area(site.area)).id
        if clerk.level is Level.AREA and area_id != clerk.area_id:
            raise NotFound("site_unknown")
        return area_id, site_id
    wanted = clerk.area_id if clerk.level is Level.AREA else area_id
    return (await exams.area_by_id(wanted or 0)).id, None
