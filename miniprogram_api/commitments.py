"""An area's commitment letter (诚信考试承诺书), read and signed by who has passed the review."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.registrations.commitment import Commitments
from backend.registrations.reading import Reading
from backend.wording import Language
from miniprogram_api.registrations import RegistrationOut, reply
from miniprogram_api.requests import Caller, Precondition
from miniprogram_api.shapes import In, Moment
from miniprogram_api.typed_routes import Reply, Routes

routes = Routes()


class LetterQuery(In):
    """`letter`: the version that was read; another one that stands by now is refused."""

    letter: Annotated[int, Field(ge=1, le=10_000)] | None = None


class CommitmentOut(BaseModel):
    """The letter in the notice's language; `sample`: its text is made up, for none was published."""

    title: str
    text: str
    version: int
    source: str
    sample: bool
    signed_at: Moment | None


@routes.add("GET", "/registrations/{registration_id}/commitment")
async def show_commitment(registration_id: UUID, caller: Caller, commitments: Commitments) -> CommitmentOut:
    """The letter this registration is asked for, and when it was signed."""
    view = await commitments.view(caller.candidate_id, registration_id)
    letter = view.letter
    return CommitmentOut(
        title=letter.title,
        text=letter.text,
        version=letter.version,
        source=letter.source,
        sample=letter.sample,
        signed_at=view.signed_at,
    )


@routes.add("POST", "/registrations/{registration_id}/commitment", refusals=(409, 412))
async def sign_commitment(
    registration_id: UUID,
    query: LetterQuery,
    caller: Caller,
    on: Precondition,
    commitments: Commitments,
    reading: Reading,
    language: Language,
) -> Annotated[Reply, RegistrationOut]:
    """Sign it, once the review is passed. Again is harmless."""
    await commitments.sign(
        caller.candidate_id,
        registration_id,
        letter_version=query.letter,
        expected_version=on.version,
        actor=caller.actor,
    )
    return await reply(caller, registration_id, reading, language)
