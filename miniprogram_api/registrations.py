"""A candidate's registrations: entered, filled in section by section, handed in, taken back."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.registrations.auto_confirmation import Outcome
from backend.registrations.form import (
    SECTIONS,
    BasicSection,
    EducationSection,
    RegistrationSection,
    Section,
    SectionName,
    WorkSection,
)
from backend.registrations.lifecycle import Lifecycle
from backend.registrations.materials import MaterialState
from backend.registrations.models import PaymentState, State
from backend.registrations.reading import Reading, RegistrationView
from backend.registrations.supplements import Supplements
from backend.wording import Language, say
from miniprogram_api.pacing import SENT
from miniprogram_api.requests import Caller, Precondition, Upload, Version
from miniprogram_api.shapes import In, Moment, Page, Text
from miniprogram_api.typed_routes import Handler, Reply, Routes, Urgency

routes = Routes()


class ExamIn(In):
    exam: Annotated[Text, Field(min_length=1, max_length=32)]


class BasicOut(BasicSection):
    """With what the account says: name and document, its number and the phone masked."""

    name: str
    id_type: str
    id_number: str
    phone: str


class SectionsOut(BaseModel):
    basic: BasicOut
    registration: RegistrationSection
    education: EducationSection
    work: WorkSection


class DifferenceOut(BaseModel):
    field: str
    last_year: str | None
    this_year: str | None


class AutoConfirmationOut(BaseModel):
    """What the automatic rule found at the last submit."""

    outcome: Outcome
    reason: str | None
    rolls: bool
    differences: list[DifferenceOut]
    message: str


class MaterialOut(BaseModel):
    """A paper that an area with online confirmation asks for, by its own word; `reason`: why the site refused it."""

    kind: str
    state: MaterialState
    reason: str | None


class RegistrationOut(BaseModel):
    id: UUID
    exam: str
    state: State
    state_text: str
    payment_state: PaymentState
    version: int
    registration_number: str | None
    verification_code: str | None
    forfeited_reason: str | None
    photo: bool
    materials: list[MaterialOut]
    sections: SectionsOut
    auto_confirmation: AutoConfirmationOut | None
    reasons: list[str]
    supplement_until: Moment | None
    confirmed_by: Literal["system", "staff"] | None
    submitted_at: Moment | None
    confirmed_at: Moment | None
    paid_at: Moment | None
    commitment_signed_at: Moment | None


class SubmittedOut(BaseModel):
    state: State
    state_text: str
    payment_state: PaymentState
    registration_number: str
    verification_code: str
    auto_confirmation: AutoConfirmationOut


@routes.add("POST", "/registrations", status=201, refusals=(404, 409))
async def start_registration(
    body: ExamIn, caller: Caller, lifecycle: Lifecycle, reading: Reading, language: Language
) -> Annotated[Reply, RegistrationOut]:
    """Enter an exam; again gives the registration there is."""
    row = await lifecycle.start(caller.candidate_id, body.exam, actor=caller.actor)
    return await reply(caller, row.id, reading, language, status=201)


@routes.add("GET", "/registrations")
async def list_registrations(caller: Caller, reading: Reading, language: Language) -> Page[RegistrationOut]:
    """Every registration of this candidate, the newest first."""
    return Page(items=[_out(view, language) for view in await reading.all(caller.candidate_id)])


@routes.add("GET", "/registrations/{registration_id}")
async def show_registration(
    registration_id: UUID, caller: Caller, reading: Reading, language: Language
) -> Annotated[Reply, RegistrationOut]:
    """One registration; its version is the ETag."""
    return await reply(caller, registration_id, reading, language)


def _saver(name: SectionName, model: type[Section]) -> Handler:
    """The call that saves one section: the same for all four but for its body."""

    async def save(
        body: Section,
        registration_id: UUID,
        caller: Caller,
        version: Version,
        lifecycle: Lifecycle,
        reading: Reading,
        language: Language,
    ) -> Annotated[Reply, RegistrationOut]:
        await lifecycle.save_section(
            caller.candidate_id, registration_id, name, body, expected_version=version, actor=caller.actor
        )
        return await reply(caller, registration_id, reading, language)

    save.__name__, save.__doc__ = f"save_{name}", f"Save the {name} section as far as it is filled in."
    save.__annotations__["body"] = model
    return save


for _name, _model in SECTIONS.items():
    routes.add("PUT", f"/registrations/{{registration_id}}/sections/{_name}", refusals=(409, 412))(
        _saver(_name, _model)
    )


@routes.add("POST", "/registrations/{registration_id}/photo", refusals=(409, 412, 413), pace=SENT)
async def upload_photo(
    registration_id: UUID,
    caller: Caller,
    upload: Upload,
    on: Precondition,
    lifecycle: Lifecycle,
    reading: Reading,
    language: Language,
) -> Annotated[Reply, RegistrationOut]:
    """The photo, as JPEG or PNG; it is turned upright and re-encoded."""
    await lifecycle.set_photo(
        caller.candidate_id, registration_id, upload, expected_version=on.version, actor=caller.actor
    )
    return await reply(caller, registration_id, reading, language)


@routes.add("POST", "/registrations/{registration_id}/submit", refusals=(409, 412, 422), urgency=Urgency.FIRST)
async def submit_registration(
    registration_id: UUID, caller: Caller, on: Precondition, lifecycle: Lifecycle, language: Language
) -> SubmittedOut:
    """Hand the form in; every fault of it is answered together."""
    row = await lifecycle.submit(caller.candidate_id, registration_id, expected_version=on.version, actor=caller.actor)
    return SubmittedOut(
        state=row.state,
        state_text=say("state_texts", row.state, language),
        payment_state=row.payment_state,
        registration_number=row.registration_number or "",
        verification_code=row.verification_code or "",
        auto_confirmation=_auto(row.auto_confirmation, language),
    )


@routes.add("POST", "/registrations/{registration_id}/withdraw", refusals=(409, 412))
async def withdraw_registration(
    registration_id: UUID,
    caller: Caller,
    on: Precondition,
    lifecycle: Lifecycle,
    reading: Reading,
    language: Language,
) -> Annotated[Reply, RegistrationOut]:
    """Take the form back to edit it, while pre-registration is open."""
    await lifecycle.withdraw(caller.candidate_id, registration_id, expected_version=on.version, actor=caller.actor)
    return await reply(caller, registration_id, reading, language)


@routes.add("POST", "/registrations/{registration_id}/supplement", refusals=(409, 412), urgency=Urgency.FIRST)
async def hand_in_supplement(
    registration_id: UUID,
    caller: Caller,
    on: Precondition,
    supplements: Supplements,
    reading: Reading,
    language: Language,
) -> Annotated[Reply, RegistrationOut]:
    """Say that what the review asked for has been handed in; it goes back to the level that asked."""
    await supplements.hand_in(caller.candidate_id, registration_id, expected_version=on.version, actor=caller.actor)
    return await reply(caller, registration_id, reading, language)


async def reply(
    caller: Caller, registration_id: UUID, reading: Reading, language: Language, *, status: int = 200
) -> Reply:
    """One registration with its version as the ETag."""
    view = await reading.one(caller.candidate_id, registration_id)
    return Reply(body=_out(view, language), status=status, headers={"ETag": f'"{view.row.version}"'})


def _out(view: RegistrationView, language: Language) -> RegistrationOut:
    row, form = view.row, view.form
    basic = BasicOut(
        **form.basic.model_dump(), name=view.name, id_type=view.id_type, id_number=view.id_number, phone=view.phone
    )
    return RegistrationOut(
        id=row.id,
        exam=view.exam,
        state=row.state,
        state_text=say("state_texts", row.state, language),
        payment_state=row.payment_state,
        version=row.version,
        registration_number=row.registration_number,
        verification_code=row.verification_code,
        forfeited_reason=row.forfeited_reason,
        photo=row.photo is not None,
        materials=[MaterialOut.model_validate(one, from_attributes=True) for one in view.materials],
        sections=SectionsOut(basic=basic, registration=form.registration, education=form.education, work=form.work),
        auto_confirmation=_auto(row.auto_confirmation, language) if row.auto_confirmation else None,
        reasons=row.reasons,
        supplement_until=row.supplement_until,
        confirmed_by=row.confirmed_by,
        submitted_at=row.submitted_at,
        confirmed_at=row.confirmed_at,
        paid_at=row.paid_at,
        commitment_signed_at=view.committed_at,
    )


def _auto(stored: dict[str, Any], language: Language) -> AutoConfirmationOut:
    code = stored["reason"] or stored["outcome"]
    message = say("auto_confirmation", code, language)
    return AutoConfirmationOut(**stored, message=message)
