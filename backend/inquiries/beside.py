"""What stands beside a talk: the candidate's registration, steps, payments and past questions.

Of a candidate who isn't in the clerk's scope, none of it: their name and what they wrote is all there is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.inquiries.canned import fill
from backend.inquiries.holding import inbox_of
from backend.inquiries.models import Inquiry, InquiryKind, InquiryState
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.progress import Progress
from backend.registrations.standing import Standing
from backend.registrations.step import Step
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.wording import Language, moment, say, sentence

PAST: Final = 10
PAYMENTS: Final = """
SELECT platform, amount_fen, paid_at, counts FROM payment WHERE registration_id = $1 ORDER BY paid_at DESC LIMIT $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paid:
    """One payment. `counts`: it is the one the registration is paid by."""

    platform: str
    amount_fen: int
    paid_at: datetime
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PastQuestion:
    """Another matter of theirs in the same inbox."""

    id: UUID
    kind: InquiryKind
    state: InquiryState
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OneRegistration:
    """A registration of theirs inside the clerk's scope."""

    id: UUID
    registration_number: str
    exam_name: str
    state: State
    payment_state: PaymentState
    steps: Sequence[Step]
    standing: Standing
    payments: Sequence[Paid]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """`registration`: None of a candidate outside the scope; then there are no past questions either."""

    name: str | None
    site: str | None
    registration: OneRegistration | None = None
    past: Sequence[PastQuestion] = field(default_factory=tuple)
    site_phone: str | None = None


class Besides:
    """Reads for the desk."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, progress: Progress) -> None:
        self._database, self._clock, self._exams, self._progress = database, clock, exams, progress

    async def of(self, clerk: Clerk, inquiry_id: UUID) -> Beside:
        """Raises NotAllowed; NotFound `inquiry_unknown`."""
        mine = inbox_of(clerk, Duty.SEE_INBOX)
        inquiry = await Inquiry.filter(id=inquiry_id, **mine).select_related("candidate").first()
        if inquiry is None:
            raise NotFound("inquiry_unknown")
        site = (await self._exams.site_by_id(inquiry.site_id)).name if inquiry.site_id else None
        if (candidate := inquiry.candidate) is None:
            return Beside(name=None, site=site)
        row = await _in_scope(clerk, inquiry)
        if row is None:
            return Beside(name=candidate.name, site=site)
        one = await self._registration(inquiry.candidate_id, row)
        past = Inquiry.filter(candidate_id=inquiry.candidate_id, **mine).exclude(id=inquiry_id)
        return Beside(
            name=candidate.name,
            site=site,
            registration=one,
            past=[
                PastQuestion(id=other.id, kind=other.kind, state=other.state, opened_at=_local(other.opened_at))
                for other in await past.order_by("-opened_at", "-id").limit(PAST)
            ],
            site_phone=await self._phone(row, one.standing),
        )

    async def filled(self, clerk: Clerk, inquiry_id: UUID, text: str, *, language: Language = "zh-CN") -> str:
        """A canned answer with what the records say. Raises as `of` does."""
        return fill(text, self._values(await self.of(clerk, inquiry_id), language))

    def _values(self, beside: Beside, language: Language) -> Mapping[str, str | None]:
        one = beside.registration
        now = next((step for step in one.steps if step.state in ("failed", "current")), None) if one else None
        until = now.until if now else None
        return {
            "name": beside.name,
            "site": beside.site,
            "site_phone": beside.site_phone,
            "registration_number": one.registration_number if one else None,
            "deadline": moment(until.astimezone(EXAM_ZONE), language, deadline=True) if until else None,
            "next_step": sentence(say("steps", now.message, language, **now.values)) if now else None,
        }

    async def _registration(self, candidate_id: UUID, row: Registration) -> OneRegistration:
        standing, steps = await self._progress.of(candidate_id, row.id)
        paid = await self._database.rows(PAYMENTS, row.id, PAST)
        return OneRegistration(
            id=row.id,
            registration_number=str(row.registration_number),
            exam_name=(await self._exams.by_id(row.exam_id)).name,
            state=row.state,
            payment_state=row.payment_state,
            steps=steps,
            standing=standing,
            payments=[Paid(**{**one, "paid_at": _local(one["paid_at"])}) for one in paid],
        )

    async def _phone(self, row: Registration, standing: Standing) -> str | None:
        """The confirmation point's, else the first that the site's points have."""
        if standing.place is not None and standing.place.phone:
            return standing.place.phone
        exam, site = await self._exams.by_id(row.exam_id), await self._exams.site_by_id(row.site_id or 0)
        points = await self._exams.points(exam.code, site.area, site.name)
        return next((point.phone for point in points if point.phone), None)


async def _in_scope(clerk: Clerk, inquiry: Inquiry) -> Registration | None:
    """The registration the question is about, else their newest; handed in, and the clerk's to see."""
    theirs: dict[str, Any] = {"candidate_id": inquiry.candidate_id, "registration_number__not_isnull": True}
    found = Registration.filter(**theirs, **clerk.registrations())
    about = await found.filter(id=inquiry.registration_id).first() if inquiry.registration_id else None
    return about or await found.order_by("-created_at").first()


def _local(at: datetime) -> datetime:
    return at.astimezone(EXAM_ZONE)
