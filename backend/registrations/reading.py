"""A candidate's registrations as they read them: the form with what the account says, numbers masked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.candidates.accounts import Accounts, AccountView
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.registrations.commitment import letter_asked
from backend.registrations.form import Form
from backend.registrations.materials import Materials, MaterialView
from backend.registrations.models import Commitment, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationView:
    """One registration with its exam's code and its holder, masked."""

    row: Registration
    form: Form
    exam: str
    name: str
    id_type: str
    id_number: str
    phone: str
    materials: list[MaterialView]
    committed_at: datetime | None
    """When its commitment letter was signed."""


class Reading:
    """`candidate_id` is part of every query: nobody else's registration is found."""

    def __init__(self, accounts: Accounts, exams: Exams, materials: Materials) -> None:
        self._accounts, self._exams, self._materials = accounts, exams, materials

    async def one(self, candidate_id: UUID, registration_id: UUID) -> RegistrationView:
        """Raises NotFound `registration_unknown`, also for somebody else's."""
        row = await Registration.get_or_none(id=registration_id, candidate_id=candidate_id)
        if row is None:
            raise NotFound("registration_unknown")
        return await self._view(row, await self._accounts.view(candidate_id))

    async def all(self, candidate_id: UUID) -> list[RegistrationView]:
        """One an exam, so a handful at most; the newest first."""
        rows = await Registration.filter(candidate_id=candidate_id).order_by("-created_at")
        account = await self._accounts.view(candidate_id)
        return [await self._view(row, account) for row in rows]

    async def _view(self, row: Registration, account: AccountView) -> RegistrationView:
        form = Form.model_validate(row.form)
        exam = (await self._exams.by_id(row.exam_id)).code
        choice = form.registration
        policy = await self._exams.policy_or_none(exam, choice.area, choice.site)
        return RegistrationView(
            row=row,
            form=form,
            exam=exam,
            name=account.name,
            id_type=account.id_type,
            id_number=account.id_number,
            phone=account.phone,
            materials=await self._materials.shown(row, policy),
            committed_at=await _committed_at(row) if letter_asked(exam, policy, row.origin) else None,
        )


async def _committed_at(row: Registration) -> datetime | None:
    signed = await Commitment.get_or_none(registration=row)
    return signed.signed_at if signed else None
