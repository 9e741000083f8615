"""Which site a candidate's question belongs to when they name none."""

from dataclasses import dataclass
from uuid import UUID

from backend.errors import NotFound
from backend.exams.catalogue import Exams, SiteFacts
from backend.registrations.form import Form
from backend.registrations.models import Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A site, and the registration that makes it theirs; what the site may see of it is None while that is a draft."""

    site: SiteFacts
    own_registration_id: UUID
    registration_id: UUID | None


async def home_of(exams: Exams, candidate_id: UUID, *, registration_id: UUID | None = None) -> Home | None:
    """Of the registration named, or of the newest one for which a site was chosen; None where there is none.

    Raises NotFound `registration_unknown` for one that isn't theirs.
    """
    mine = Registration.filter(candidate_id=candidate_id)
    if registration_id is not None:
        mine = mine.filter(id=registration_id)
    rows = await mine.order_by("-created_at")
    if registration_id is not None and not rows:
        raise NotFound("registration_unknown")
    for row in rows:
        if (home := await _home(exams, row)) is not None:
            return home
    return None


async def _home(exams: Exams, row: Registration) -> Home | None:
    own = UUID(str(row.id))
    if row.site_id is not None:
        return Home(site=await exams.site_by_id(row.site_id), own_registration_id=own, registration_id=own)
    chosen = Form.model_validate(row.form).registration
    if chosen.area is None or chosen.site is None:
        return None
    try:
        return Home(site=await exams.site(chosen.area, chosen.site), own_registration_id=own, registration_id=None)
    except NotFound:
        return None
