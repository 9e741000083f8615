"""What several rooms of the API answer with: lists, sessions, moments."""

from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from backend.candidates.sessions import SignedIn
from backend.clock import EXAM_ZONE
from backend.registrations.form import PRINTABLE

T = TypeVar("T", bound=BaseModel)


def _in_zone(at: datetime) -> datetime:
    return at.astimezone(EXAM_ZONE)


Moment = Annotated[
    datetime,
    AfterValidator(_in_zone),
    PlainSerializer(lambda at: at.astimezone(EXAM_ZONE).isoformat(timespec="seconds"), return_type=str),
]
"""RFC 3339 with +08:00."""


Text = Annotated[str, StringConstraints(pattern=PRINTABLE)]
"""What people type, in one line."""


RowId = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""What the database numbers its rows with."""


class In(BaseModel):
    """A body or query: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Page(BaseModel, Generic[T]):
    """A list. `next`: what to send as `after` for the rest, null where this is all."""

    items: list[T]
    next: str | None = None


class CandidateOut(BaseModel):
    id: UUID
    username: str
    name: str


class SignedInOut(BaseModel):
    """A session's tokens. `expires_in`: seconds the access token lives."""

    status: Literal["signed_in"] = "signed_in"
    access_token: str
    refresh_token: str
    expires_in: int
    candidate: CandidateOut

    @classmethod
    def of(cls, signed_in: SignedIn) -> "SignedInOut":
        candidate = signed_in.candidate
        return cls(
            access_token=signed_in.access_token,
            refresh_token=signed_in.refresh_token,
            expires_in=signed_in.expires_in,
            candidate=CandidateOut(id=candidate.id, username=candidate.username, name=candidate.name),
        )


class BindingRequiredOut(BaseModel):
    """Nobody is bound to this platform account yet. `expires_in`: seconds the token lives; it serves once."""

    status: Literal["binding_required"] = "binding_required"
    binding_token: str
    expires_in: int
