"""The candidate's account and the platform accounts bound to it."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.candidates.accounts import Accounts
from backend.candidates.bindings import Bindings
from backend.candidates.models import CheckState, IdType
from backend.candidates.particulars import RECOVERY_QUESTIONS, Particulars
from backend.candidates.tokens import Tokens
from backend.wording import Language, say
from miniprogram_api.requests import Address, Caller
from miniprogram_api.shapes import In, Moment, Page, SignedInOut, Text
from miniprogram_api.sign_in import PlatformName, Token
from miniprogram_api.typed_routes import Routes

routes = Routes()
Line = Annotated[Text, Field(max_length=128)]


class AccountIn(In):
    binding_token: Token
    username: Line
    password: Line
    name: Line
    id_type: IdType
    id_number: Line
    phone: Line
    recovery_question: Line
    recovery_answer: Line


class AccountOut(BaseModel):
    """Document number and phone are masked."""

    id: UUID
    username: str
    name: str
    id_type: IdType
    id_number: str
    phone: str
    identity_check: CheckState
    education_check: CheckState
    recovery_question: str


class NewPasswordIn(In):
    password: Line
    new_password: Line


class NewPhoneIn(In):
    password: Line
    phone: Line


class NewQuestionIn(In):
    password: Line
    recovery_question: Line
    recovery_answer: Line


class BindingIn(In):
    binding_token: Token
    login: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=64)]


class BindingOut(BaseModel):
    platform: str
    bound_at: Moment


class QuestionOut(BaseModel):
    code: str
    text: str


@routes.add("POST", "/accounts", status=201, refusals=(401, 409))
async def register(body: AccountIn, address: Address, accounts: Accounts, tokens: Tokens) -> SignedInOut:
    """Open an account, bind the platform account that asked, and sign in."""
    given = body.model_dump(exclude={"binding_token"})
    claims = tokens.read_binding(body.binding_token)
    return SignedInOut.of(await accounts.register(claims, Particulars(**given), address=address))


@routes.add("GET", "/account")
async def show_account(caller: Caller, accounts: Accounts) -> AccountOut:
    """The account, its numbers masked."""
    return await _shown(caller, accounts)


@routes.add("PUT", "/account/password")
async def change_password(body: NewPasswordIn, caller: Caller, address: Address, accounts: Accounts) -> SignedInOut:
    """A new password; every other session ends."""
    return SignedInOut.of(
        await accounts.change_password(
            caller.candidate_id, current=body.password, new=body.new_password, address=address
        )
    )


@routes.add("PUT", "/account/phone")
async def change_phone(body: NewPhoneIn, caller: Caller, address: Address, accounts: Accounts) -> AccountOut:
    """Another phone number."""
    await accounts.change_phone(caller.candidate_id, password=body.password, phone=body.phone, address=address)
    return await _shown(caller, accounts)


@routes.add("PUT", "/account/recovery-question")
async def change_recovery_question(
    body: NewQuestionIn, caller: Caller, address: Address, accounts: Accounts
) -> AccountOut:
    """Another recovery question."""
    await accounts.change_recovery_question(
        caller.candidate_id,
        password=body.password,
        question=body.recovery_question,
        answer=body.recovery_answer,
        address=address,
    )
    return await _shown(caller, accounts)


@routes.add("GET", "/recovery-questions")
async def recovery_questions(language: Language) -> Page[QuestionOut]:
    """The questions there are to choose from."""
    return Page(
        items=[QuestionOut(code=code, text=say("recovery_questions", code, language)) for code in RECOVERY_QUESTIONS]
    )


@routes.add("POST", "/bindings", refusals=(401, 409))
async def bind_platform(body: BindingIn, address: Address, accounts: Accounts, tokens: Tokens) -> SignedInOut:
    """Bind this platform account to an existing account, and sign in."""
    claims = tokens.read_binding(body.binding_token)
    return SignedInOut.of(await accounts.sign_in_by_password(body.login, body.password, claims=claims, address=address))


@routes.add("GET", "/bindings")
async def list_bindings(caller: Caller, bindings: Bindings) -> Page[BindingOut]:
    """The platform accounts that are bound, at most one a platform."""
    found = await bindings.of(caller.candidate_id)
    return Page(items=[BindingOut(platform=one.platform, bound_at=one.bound_at) for one in found])


@routes.add("DELETE", "/bindings/{platform}", status=204)
async def unbind_platform(platform: PlatformName, caller: Caller, bindings: Bindings) -> None:
    """End a binding. Without a bound WeChat account no exam can be entered and no form handed in."""
    await bindings.unbind(caller.candidate_id, platform, actor=caller.actor)


async def _shown(caller: Caller, accounts: Accounts) -> AccountOut:
    return AccountOut.model_validate(await accounts.view(caller.candidate_id), from_attributes=True)
