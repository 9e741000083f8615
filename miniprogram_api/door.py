"""The door's devices: one check, the list to take along, the marks that were made without the network."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from backend.seating.door import Door
from backend.seating.door_lists import MOST_MARKS, DoorLists, ProvisionalMark, Settled
from backend.seating.entering import Checked
from backend.seating.entry import Outcome, Sitting
from backend.staff.scope import Clerk
from backend.wording import Language, say
from miniprogram_api.shapes import In, Moment, RowId, Text
from miniprogram_api.typed_routes import Reply, Routes, Urgency

routes = Routes(Urgency.FIRST)
Code = Annotated[Text, Field(min_length=1, max_length=256)]
JPEG = "image/jpeg"


class CheckIn(In):
    """`code`: what the card's QR says, or its number as it was typed. `mark_id`: new for each check, the same for a
    repeat."""

    venue: RowId
    session: RowId
    code: Code
    mark_id: UUID


class PersonOut(BaseModel):
    """`id_number` is masked; `photo`: the SHA-256 of the picture, in hex."""

    admit_number: str | None
    name: str
    id_type: str
    id_number: str
    photo: str | None


class SittingOut(BaseModel):
    session: int
    subject: str
    starts_at: Moment
    venue: str
    room: str
    seat: str

    @classmethod
    def of(cls, sitting: Sitting) -> Self:
        return cls(
            session=sitting.session_id,
            subject=sitting.subject,
            starts_at=sitting.starts_at,
            venue=sitting.venue,
            room=sitting.room,
            seat=sitting.seat,
        )


class CheckedOut(BaseModel):
    """`seat`: in the door's session; `sittings`: all of the card that holds now; `entered_at` and `entered_by`: of the
    one mark that counts."""

    outcome: Outcome
    message: str
    person: PersonOut | None
    seat: SittingOut | None
    sittings: list[SittingOut]
    entered_at: Moment | None
    entered_by: str | None

    @classmethod
    def of(cls, checked: Checked, language: Language) -> Self:
        person = checked.person
        return cls(
            outcome=checked.outcome,
            message=say("door", checked.outcome, language),
            person=PersonOut.model_validate(person, from_attributes=True) if person else None,
            seat=SittingOut.of(checked.seat) if checked.seat else None,
            sittings=[SittingOut.of(sitting) for sitting in checked.sittings],
            entered_at=checked.entered_at,
            entered_by=checked.entered_by,
        )


class DoorListIn(In):
    venue: RowId
    session: RowId


class DoorListOut(BaseModel):
    """`text`: the list, as JSON; `seal`: over the SHA-256 of its UTF-8 bytes in upper-case hex; `public_keys`: key id →
    Ed25519 key in base64, for the list's seal and the cards'."""

    id: UUID
    text: str
    seal: str
    public_keys: dict[str, str]


class MarkIn(In):
    """`at`: when the device let them in, by its own clock."""

    mark_id: UUID
    code: Code
    at: AwareDatetime


class MarksIn(In):
    marks: Annotated[list[MarkIn], Field(max_length=MOST_MARKS)]


class SettledOut(BaseModel):
    """`outcome`: null where the mark could not be taken, and `message` says why."""

    mark_id: UUID
    outcome: Outcome | None
    message: str
    entered_at: Moment | None
    entered_by: str | None

    @classmethod
    def of(cls, settled: Settled, language: Language) -> Self:
        refusal = settled.refusal
        told = say("errors", refusal.code, language) if refusal else say("door", str(settled.outcome), language)
        return cls(
            mark_id=settled.mark_id,
            outcome=settled.outcome,
            message=told,
            entered_at=settled.entered_at,
            entered_by=settled.entered_by,
        )


class SettledList(BaseModel):
    """In the order in which the marks were sent."""

    items: list[SettledOut]


@routes.add("POST", "/admit-cards/verify", refusals=(404, 409))
async def verify(body: CheckIn, clerk: Clerk, door: Door, language: Language) -> CheckedOut:
    """Whose card it is, and whether they may go in at this door now."""
    checked = await door.check(clerk, body.code, venue_id=body.venue, session_id=body.session, mark_id=body.mark_id)
    return CheckedOut.of(checked, language)


@routes.add("GET", "/admit-cards/{admit_number}/photo", produces=JPEG)
async def door_photo(admit_number: str, clerk: Clerk, door: Door) -> Reply:
    """The photo of who holds this number now."""
    photo = await door.photo(clerk, admit_number)
    return Reply(body=photo, headers={"Cache-Control": "private, no-store"}, content_type=JPEG)


@routes.add("POST", "/door-lists", status=201, refusals=(404,))
async def take_door_list(body: DoorListIn, clerk: Clerk, lists: DoorLists) -> DoorListOut:
    """Everybody who sits in a venue in a session, to check them by without the network."""
    listed = await lists.download(clerk, venue_id=body.venue, session_id=body.session)
    return DoorListOut(id=listed.id, text=listed.text, seal=listed.seal, public_keys=dict(listed.public_keys))


@routes.add("POST", "/door-lists/{door_list}/marks")
async def settle_marks(
    door_list: UUID, body: MarksIn, clerk: Clerk, lists: DoorLists, language: Language
) -> SettledList:
    """Marks that were made by this list without the network: each is told what became of it."""
    marks = [ProvisionalMark(mark_id=mark.mark_id, code=mark.code, at=mark.at) for mark in body.marks]
    settled = await lists.upload(clerk, door_list, marks)
    return SettledList(items=[SettledOut.of(one, language) for one in settled])
