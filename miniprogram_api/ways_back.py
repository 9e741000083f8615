"""Ways back into an account: the recovery question, the site's code, the face; and the right to set a new password.

Until somebody has proved who they are, every answer is the same for an account that is there and for one that isn't.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from backend.candidates.face_logins import FaceLogins, FacePerson
from backend.candidates.models import IdType
from backend.candidates.recovery import Recovery
from backend.candidates.resets import ResetRight, Resets
from backend.inquiries.account_recoveries import AccountRecoveries, Asker
from backend.wording import Language, say
from miniprogram_api.requests import Address
from miniprogram_api.shapes import In, Text
from miniprogram_api.sign_in import Code, PlatformName, Platforms, Token
from miniprogram_api.typed_routes import Routes

routes = Routes()
Line = Annotated[Text, Field(max_length=128)]
LoginText = Annotated[Text, Field(min_length=1, max_length=64)]


class LookupIn(In):
    login: LoginText


class QuestionAskedOut(BaseModel):
    """The question chosen for this login, as its code and in words."""

    question: str
    text: str


class AnswerIn(In):
    login: LoginText
    answer: LoginText


class RecoveryCodeIn(In):
    login: LoginText
    recovery_code: LoginText


class ResetIn(In):
    reset_token: Token
    new_password: Line


class ResetRightOut(BaseModel):
    """The right to set a new password, once. `expires_in`: seconds."""

    reset_token: str
    expires_in: int

    @classmethod
    def of(cls, right: ResetRight) -> "ResetRightOut":
        return cls(reset_token=right.token, expires_in=right.expires_in)


class FaceIn(In):
    platform: PlatformName
    code: Code
    name: Line
    id_type: IdType
    id_number: Line


class FaceOut(BaseModel):
    """`client` goes to the platform's face call as it is. `expires_in`: seconds."""

    id: UUID
    expires_in: int
    client: Mapping[str, Any]


class FaceCompleteIn(In):
    """A fresh code of the platform user who began. `platform_result`: what the client was told, worth nothing."""

    code: Code
    platform_result: Any = None


class FaceDoneOut(ResetRightOut):
    """`binding_token`: where this platform's account is bound to nobody yet."""

    binding_token: str | None


class AccountRecoveryIn(In):
    """`area` and `site`: whose staff shall see the documents."""

    platform: PlatformName
    code: Code
    name: Line
    id_type: IdType
    id_number: Line
    area: Line
    site: Line
    phone: Line


class AccountRecoveryOut(BaseModel):
    """The same for everyone. `text`: what to do now."""

    status: Literal["received"] = "received"
    text: str


@routes.add("POST", "/password-resets/question/lookup")
async def look_up_question(
    body: LookupIn, address: Address, recovery: Recovery, language: Language
) -> QuestionAskedOut:
    """Which recovery question belongs to this login."""
    code = await recovery.question(body.login, address=address)
    return QuestionAskedOut(question=code, text=say("recovery_questions", code, language))


@routes.add("POST", "/password-resets/question", refusals=(401,))
async def answer_question(body: AnswerIn, address: Address, recovery: Recovery) -> ResetRightOut:
    """Answer it, for the right to set a new password."""
    return ResetRightOut.of(await recovery.by_answer(body.login, body.answer, address=address))


@routes.add("POST", "/password-resets/recovery-code", refusals=(401,))
async def use_recovery_code(body: RecoveryCodeIn, address: Address, recovery: Recovery) -> ResetRightOut:
    """Use the code that a test site gave out, once, for the right to set a new password."""
    return ResetRightOut.of(await recovery.by_code(body.login, body.recovery_code, address=address))


@routes.add("POST", "/password-resets", status=204, refusals=(401,))
async def reset_password(body: ResetIn, address: Address, resets: Resets) -> None:
    """Set a new password; every session ends."""
    await resets.reset(body.reset_token, body.new_password, address=address)


@routes.add("POST", "/face-logins", status=201, refusals=(403, 409))
async def begin_face_login(body: FaceIn, address: Address, platforms: Platforms, faces: FaceLogins) -> FaceOut:
    """Begin a face verification for the person named."""
    user = await platforms.user(body.platform, body.code, address=address)
    person = FacePerson(name=body.name, id_type=body.id_type, id_number=body.id_number)
    return FaceOut.model_validate(await faces.begin(user, person), from_attributes=True)


@routes.add("POST", "/face-logins/{face_login}/complete", refusals=(403, 409))
async def complete_face_login(
    face_login: UUID, body: FaceCompleteIn, address: Address, platforms: Platforms, faces: FaceLogins
) -> FaceDoneOut:
    """Ask the platform what became of it, for the right to set a new password."""
    user = await platforms.user(await faces.platform_of(face_login), body.code, address=address)
    done = await faces.complete(face_login, user, address=address)
    return FaceDoneOut(reset_token=done.right.token, expires_in=done.right.expires_in, binding_token=done.binding_token)


@routes.add("POST", "/account-recoveries", status=202, refusals=(403, 404))
async def ask_for_account(
    body: AccountRecoveryIn,
    address: Address,
    platforms: Platforms,
    recoveries: AccountRecoveries,
    language: Language,
) -> AccountRecoveryOut:
    """Ask a test site for the account, once a day; its staff see the documents and give out a one-time code."""
    user = await platforms.user(body.platform, body.code, address=address)
    asker = Asker(**body.model_dump(exclude={"platform", "code"}))
    await recoveries.ask(user, asker, address=address)
    return AccountRecoveryOut(text=say("inquiries", "received", language, site=body.site))
