"""Sessions of the staff, for the programs they use at the door and at the desk; people use the console."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from backend.staff.models import Level, Role
from backend.staff.sessions import IDLE, AtWork, StaffSessions, StartedSession
from backend.staff.signing_in import SigningIn
from miniprogram_api.requests import Address
from miniprogram_api.shapes import In, Moment, Text
from miniprogram_api.typed_routes import Routes

routes = Routes()


class StaffSignInIn(In):
    """`code`: the six digits an app shows now, or a recovery code."""

    username: Annotated[Text, Field(min_length=1, max_length=64)]
    password: Annotated[Text, Field(min_length=1, max_length=128)]
    code: Annotated[Text, Field(min_length=1, max_length=32)]


class StaffMemberOut(BaseModel):
    id: UUID
    username: str
    name: str
    level: Level
    roles: list[Role]


class StaffSessionOut(BaseModel):
    """`token` is sent as a bearer token, until `expires_at` at the longest, and no longer than `idle_seconds` after the
    last call."""

    token: str
    expires_at: Moment
    idle_seconds: int
    member: StaffMemberOut

    @classmethod
    def of(cls, started: StartedSession) -> "StaffSessionOut":
        member = started.member
        return cls(
            token=started.token,
            expires_at=started.expires_at,
            idle_seconds=int(IDLE.total_seconds()),
            member=StaffMemberOut(
                id=member.id, username=member.username, name=member.name, level=member.level, roles=member.roles
            ),
        )


@routes.add("POST", "/staff/sessions", status=201, refusals=(401, 403))
async def sign_staff_in(body: StaffSignInIn, address: Address, signing_in: SigningIn) -> StaffSessionOut:
    """Sign a member of the staff in by user name, password and code."""
    started = await signing_in.at_once(body.username, body.password, body.code, address=address)
    return StaffSessionOut.of(started)


@routes.add("DELETE", "/staff/sessions/current", status=204)
async def sign_staff_out(at_work: AtWork, sessions: StaffSessions) -> None:
    """End this session of a member of the staff."""
    await sessions.end(at_work)
