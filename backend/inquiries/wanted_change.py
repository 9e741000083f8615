"""What a candidate wants changed of their account: checked whole, kept with the inquiry that asks for it."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend.candidates.document_numbers import BadDocumentNumber, Document, check
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate, IdType
from backend.candidates.particulars import is_name, spelt_name
from backend.clock import Clock, day_of
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty
from backend.inquiries.models import AccountChange, Inquiry
from backend.personal_data import PersonalData

ABOUT_WANTED: Final = "account_change.id_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedChange:
    """As typed. What is to stay isn't given; a number without its type is of the type the account has."""

    name: str | None = None
    id_type: IdType | None = None
    id_number: str | None = None

    @property
    def fields(self) -> list[str]:
        """What is to change."""
        given = {"name": self.name, "id_type": self.id_type, "id_number": self.id_number}
        return [name for name, value in given.items() if value is not None]


class WantedChanges:
    """Whether a document is somebody else's is not told here: that would tell anybody who has an account."""

    def __init__(self, database: Database, clock: Clock, personal_data: PersonalData) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data

    async def check(self, candidate_id: UUID, wanted: WantedChange) -> WantedChange:
        """The same in one spelling each. Raises Faulty `inquiry_incomplete` with every fault."""
        candidate = await Candidate.get(id=candidate_id)
        faults: list[Fault] = []
        name = self._name(candidate, wanted, faults)
        document = self._document(candidate, wanted, faults)
        if faults:
            raise Faulty("inquiry_incomplete", faults=faults)
        if document is None:
            return WantedChange(name=name)
        return WantedChange(name=name, id_type=document.id_type, id_number=document.number)

    async def keep(self, inquiry: Inquiry, candidate_id: UUID, wanted: WantedChange) -> None:
        """Inside the transaction that opens the inquiry. Raises Conflict `account_change_pending` where one waits."""
        number = wanted.id_number
        try:
            async with self._database.transaction():
                await AccountChange.create(
                    inquiry=inquiry,
                    candidate_id=candidate_id,
                    name=wanted.name,
                    id_type=wanted.id_type,
                    id_number=self._personal_data.encrypt(number, about=ABOUT_WANTED) if number else None,
                )
        except IntegrityError as error:
            if not violated(error, "account_change_one_waits"):
                raise
            raise Conflict("account_change_pending") from error

    def _name(self, candidate: Candidate, wanted: WantedChange, faults: list[Fault]) -> str | None:
        if wanted.name is None:
            return None
        name = spelt_name(wanted.name)
        if not is_name(name):
            faults.append(Fault("name", "name_form"))
        elif name == candidate.name:
            faults.append(Fault("name", "correction_changes_nothing"))
        return name

    def _document(self, candidate: Candidate, wanted: WantedChange, faults: list[Fault]) -> Document | None:
        if wanted.id_number is None:
            faults.extend([Fault("id_number", "missing")] if wanted.id_type else [])
            return None
        try:
            found = check(wanted.id_type or candidate.id_type, wanted.id_number, today=day_of(self._clock.now()))
        except BadDocumentNumber as error:
            faults.append(Fault("id_number", error.code))
            return None
        index = self._personal_data.index(found.number, about=ABOUT_ID_NUMBER)
        if (found.id_type, index) == (candidate.id_type, bytes(candidate.id_number_index)):
            faults.append(Fault("id_number", "correction_changes_nothing"))
        return found
