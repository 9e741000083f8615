"""The check at the door: whose card it is, one mark a person a session, old cards, and doors without the network."""

import asyncio
import base64
import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backend.audit import AuditRecord
from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE
from backend.errors import Faulty, NotFound, Refusal
from backend.exams.models import ExamSession, Room, Venue
from backend.registrations.corrections import Correctable
from backend.seating.door_lists import MOST_MARKS, DoorList, ProvisionalMark, Settled
from backend.seating.entering import Checked
from backend.seating.entry import Outcome
from backend.seating.models import AdmitNumber, EntryMark, Seat
from backend.staff.models import StaffMember
from backend.staff.scope import Clerk
from tests.api.results import seat
from tests.api.staff_people import colleague
from tests.api.world import JIA, Phone, World
from tests.documents.reading import codes_on, picture_of
from zhunkao.journey.people import EXAM, SITE

MORNING = "2024-04-13 08:40"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Two doors of the sample site in the first session; one candidate, seated."""

    world: World
    phone: Phone
    number: str
    site: Clerk
    area: Clerk
    venue: int
    session: int

    async def check(self, code: str | None = None, *, who: Clerk | None = None, **changed: UUID | int) -> Checked:
        door = {"venue_id": self.venue, "session_id": self.session, **changed}
        return await self.world.built.door.check(who or self.site, code or self.number, **door)  # type: ignore[arg-type]

    async def card(self) -> str:
        """What the QR of the card says that is printed now."""
        await self.world.at("2024-04-12 09:00")
        pdf = (await self.phone.mine("GET", "/admit-card.pdf")).body
        await self.world.at(MORNING)
        found = await asyncio.to_thread(lambda: codes_on(picture_of(pdf, dots_an_inch=150)).values())
        return next(text for text in found if text.startswith("ZK2:"))

    async def listed(self) -> DoorList:
        return await self.world.built.door_lists.download(self.site, venue_id=self.venue, session_id=self.session)

    async def upload(self, listed: DoorList, *marks: ProvisionalMark, who: Clerk | None = None) -> list[Settled]:
        return await self.world.built.door_lists.upload(who or self.site, listed.id, marks)

    async def corrected(self, name: str) -> None:
        """Another name, as the site registers and the area approves it."""
        await self.world.at("2024-05-01 09:00")
        correction = await self.world.built.correcting.register(
            self.site, UUID(self.phone.registration), Correctable.NAME, name, evidence="身份证复印件"
        )
        await self.world.built.correcting.approve(self.area, correction.id)
        await self.world.at(MORNING)

    async def elsewhere(self) -> Venue:
        """Another venue of the site."""
        known = await Venue.get(id=self.venue)
        return await Venue.create(
            exam_id=known.exam_id, site_id=known.site_id, number=2, name="示例考场二", address="示例路2号"
        )


def at(when: str) -> datetime:
    return datetime.fromisoformat(when).replace(tzinfo=EXAM_ZONE)


def marked(code: str, when: str = "2024-04-13 08:45") -> ProvisionalMark:
    return ProvisionalMark(mark_id=uuid4(), code=code, at=at(when))


@pytest.fixture
async def scene(world: World) -> Scene:
    phone = await world.person()
    await phone.submitted()
    [number] = await seat(world, phone)
    site, area = await world.known_clerks()
    await world.at(MORNING)
    session = await ExamSession.get(exam__code=EXAM, number=1, area__name="河北")
    venue = await Venue.get(site__name=SITE, exam__code=EXAM)
    return Scene(world=world, phone=phone, number=number, site=site, area=area, venue=venue.id, session=session.id)


async def test_a_cards_qr_lets_its_owner_in_and_says_who_sits_where(scene: Scene) -> None:
    checked = await scene.check(await scene.card())
    assert checked.outcome is Outcome.ADMITTED and checked.person is not None and checked.seat is not None
    assert (checked.person.name, checked.person.admit_number) == (JIA.name, scene.number)
    assert checked.person.id_number == JIA.id_number[:4] + "*" * 10 + JIA.id_number[-4:]
    assert (checked.seat.venue, checked.seat.room, checked.seat.seat) == ("示例考场一", "001", "01")
    assert len(checked.sittings) == 4
    photo = await scene.world.built.door.photo(scene.site, scene.number)
    assert hashlib.sha256(photo).hexdigest() == checked.person.photo


async def test_a_second_time_says_when_and_by_whom(scene: Scene) -> None:
    await scene.check()
    await scene.world.at("2024-04-13 08:50")
    again = await scene.check()
    member = await StaffMember.get(id=scene.site.member_id)
    assert (again.outcome, again.entered_by) == (Outcome.ALREADY_ENTERED, member.name)
    assert again.entered_at is not None and at("2024-04-13 08:40") <= again.entered_at < at("2024-04-13 08:41")
    assert await EntryMark.all().count() == 1


async def test_the_same_mark_sent_again_is_told_the_same(scene: Scene) -> None:
    mark = uuid4()
    first, second = await scene.check(mark_id=mark), await scene.check(mark_id=mark)
    assert first == second and first.outcome is Outcome.ADMITTED


async def test_of_many_doors_at_the_same_moment_exactly_one_lets_them_in(scene: Scene) -> None:
    told = await asyncio.gather(*(scene.check() for _ in range(12)))
    assert Counter(one.outcome for one in told) == {Outcome.ADMITTED: 1, Outcome.ALREADY_ENTERED: 11}
    assert len({one.entered_at for one in told}) == 1
    assert await EntryMark.all().count() == 1


async def test_one_mark_sent_many_times_at_once_is_one(scene: Scene) -> None:
    mark = uuid4()
    told = await asyncio.gather(*(scene.check(mark_id=mark) for _ in range(8)))
    assert {one.outcome for one in told} == {Outcome.ADMITTED}
    assert await EntryMark.all().count() == 1


async def test_each_session_has_a_mark_of_its_own(scene: Scene) -> None:
    await scene.check()
    await scene.world.at("2024-04-13 13:40")
    afternoon = await ExamSession.get(exam__code=EXAM, number=2, area__name="河北")
    assert (await scene.check(session_id=afternoon.id)).outcome is Outcome.ADMITTED


async def test_a_card_printed_before_a_correction_no_longer_holds_and_the_new_one_does(scene: Scene) -> None:
    old = await scene.card()
    await scene.corrected("测试龑")
    told = await scene.check(old)
    assert told.outcome is Outcome.SUPERSEDED and told.person is not None
    assert (told.person.name, told.person.admit_number) == ("测试龑", scene.number)
    assert await EntryMark.all().count() == 0
    new = await scene.card()
    assert new != old
    assert (await scene.check(new)).outcome is Outcome.ADMITTED


async def test_after_another_seat_the_old_card_and_the_old_number_no_longer_hold(scene: Scene) -> None:
    old = await scene.card()
    registration = scene.phone.registration
    await AdmitNumber.filter(registration_id=registration).update(retired_at=at(MORNING))
    await AdmitNumber.create(number="24113010100109", registration_id=registration, issued_at=at(MORNING))
    await Seat.filter(registration_id=registration).update(number=9)
    for code in (old, scene.number):
        told = await scene.check(code)
        assert told.outcome is Outcome.SUPERSEDED and told.person is not None and told.seat is not None
        assert (told.person.admit_number, told.seat.seat) == ("24113010100109", "09")
    assert (await scene.check("24113010100109")).outcome is Outcome.ADMITTED


async def test_whose_seat_was_taken_back_does_not_go_in(scene: Scene) -> None:
    async with scene.world.built.database.transaction():
        await scene.world.built.seating.free(UUID(scene.phone.registration))
    told = await scene.check()
    assert (told.outcome, told.sittings) == (Outcome.SUPERSEDED, ())
    assert told.person is not None and told.person.admit_number is None


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("2024-04-13 07:59:59.999999", Outcome.TOO_EARLY),
        ("2024-04-13 08:00:00", Outcome.ADMITTED),
        ("2024-04-13 09:29:59.999999", Outcome.ADMITTED),
        ("2024-04-13 09:30:00", Outcome.TOO_LATE),
    ],
)
async def test_the_door_closes_thirty_minutes_after_the_start(
    scene: Scene, stop_at: Callable[[str], None], when: str, outcome: Outcome
) -> None:
    stop_at(when)
    assert (await scene.check()).outcome is outcome
    assert await EntryMark.all().count() == (outcome is Outcome.ADMITTED)


async def test_the_wrong_door_says_the_right_one(scene: Scene) -> None:
    told = await scene.check(venue_id=(await scene.elsewhere()).id)
    assert told.outcome is Outcome.WRONG_VENUE and told.seat is not None
    assert told.seat.venue == "示例考场一"
    await Seat.filter(registration_id=scene.phone.registration, session_id=scene.session).delete()
    assert (await scene.check()).outcome is Outcome.WRONG_SESSION
    later = await ExamSession.filter(exam__code=EXAM, starts_at__gt=at("2024-04-20 00:00")).first()
    assert later is not None
    assert (await scene.check(session_id=later.id)).outcome is Outcome.WRONG_DAY


async def test_a_forged_card_and_an_unknown_number_are_on_record_and_name_nobody(scene: Scene) -> None:
    card = await scene.card()
    head, _, signature = card.rpartition(":")
    forged = f"{head}:{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
    for code, outcome in ((forged, Outcome.FORGED), ("hello", Outcome.FORGED), ("24113010100198", Outcome.NOT_FOUND)):
        told = await scene.check(code)
        assert (told.outcome, told.person, told.seat) == (outcome, None, None)
    recorded = await AuditRecord.filter(act="checked_at_door").order_by("id")
    assert [one.after["outcome"] for one in recorded] == ["forged", "forged", "not_found"]


async def test_another_sites_door_finds_nobody_of_ours(scene: Scene) -> None:
    other, _ = await scene.world.clerks_elsewhere()
    with pytest.raises(NotFound, match="door_unknown"):
        await scene.check(who=other)
    with pytest.raises(NotFound, match="picture_unknown"):
        await scene.world.built.door.photo(other, scene.number)
    known = await Venue.get(id=scene.venue)
    venue = await Venue.create(
        exam_id=known.exam_id, site_id=other.site_id, number=1, name="另一考场", address="另一路1号"
    )
    await ExamSession.filter(id=scene.session).update(area_id=None)
    for code in (scene.number, await scene.card()):
        told = await scene.check(code, who=other, venue_id=venue.id)
        assert (told.outcome, told.person, told.sittings) == (Outcome.NOT_FOUND, None, ())


async def test_a_list_holds_what_a_door_needs_and_no_more_and_its_seal_is_ours(scene: Scene) -> None:
    card = await scene.card()
    listed = await scene.listed()
    document = json.loads(listed.text)
    assert document["closes_at"] == "2024-04-13T09:30:00+08:00"
    [candidate] = document["candidates"]
    assert set(candidate) == {"admit_number", "card", "name", "id_number", "room", "seat", "photo"}
    assert (candidate["admit_number"], candidate["card"]) == tuple(card.split(":")[1:3])
    assert JIA.id_number not in listed.text
    for sealed in (listed.seal, card):
        signed, _, signature = sealed.rpartition(":")
        key = base64.b64decode(listed.public_keys[signed.rpartition(":")[2]])
        raw = base64.b32decode(signature + "=" * (-len(signature) % 8))
        Ed25519PublicKey.from_public_bytes(key).verify(raw, signed.encode())
    assert listed.seal.split(":")[1] == hashlib.sha256(listed.text.encode()).hexdigest().upper()
    assert await AuditRecord.filter(act="downloaded", subject="door_list", subject_id=str(listed.id)).exists()


async def test_marks_made_without_the_network_count_when_they_come_and_again_is_harmless(scene: Scene) -> None:
    listed, mark = await scene.listed(), marked(await scene.card())
    await scene.world.at("2024-04-13 12:00")
    [first] = await scene.upload(listed, mark)
    assert (first.outcome, first.entered_at) == (Outcome.ADMITTED, mark.at)
    assert await scene.upload(listed, mark) == [first]
    assert await EntryMark.all().count() == 1
    assert await scene.world.built.door_lists.doubtful(scene.site) == []


async def test_two_provisional_marks_of_one_person_meet_and_both_doors_are_named(scene: Scene) -> None:
    one, other = await scene.listed(), await scene.listed()
    early, late = marked(scene.number, "2024-04-13 08:45"), marked(scene.number, "2024-04-13 08:47")
    await scene.world.at("2024-04-13 12:00")
    [first], [second] = await scene.upload(one, early), await scene.upload(other, late)
    assert (first.outcome, second.outcome) == (Outcome.ADMITTED, Outcome.ALREADY_ENTERED)
    for who in (scene.site, scene.area):
        [double] = await scene.world.built.door_lists.doubtful(who)
        assert (double.outcome, double.admit_number, double.name) == (
            Outcome.ALREADY_ENTERED,
            scene.number,
            JIA.name,
        )
        assert (double.marked_at, double.entered_at) == (late.at, early.at)
        assert (double.venue, double.entered_in) == ("示例考场一", "示例考场一")
    _, stranger = await scene.world.clerks_elsewhere()
    assert await scene.world.built.door_lists.doubtful(stranger) == []


async def test_a_provisional_mark_beside_a_real_one_is_listed_as_a_double(scene: Scene) -> None:
    listed = await scene.listed()
    await scene.check()
    [settled] = await scene.upload(listed, marked(scene.number, "2024-04-13 08:41"))
    assert settled.outcome is Outcome.ALREADY_ENTERED and settled.entered_by is not None
    assert [one.outcome for one in await scene.world.built.door_lists.doubtful(scene.site)] == [Outcome.ALREADY_ENTERED]


async def test_lists_uploaded_at_once_let_each_person_in_once(scene: Scene) -> None:
    lists = [await scene.listed() for _ in range(4)]
    await scene.world.at("2024-04-13 12:00")
    settled = await asyncio.gather(*(scene.upload(listed, marked(scene.number)) for listed in lists))
    assert Counter(one.outcome for [one] in settled) == {Outcome.ADMITTED: 1, Outcome.ALREADY_ENTERED: 3}
    assert len(await scene.world.built.door_lists.doubtful(scene.site)) == 3


async def test_every_mark_of_an_upload_has_its_own_outcome_in_the_order_they_came(scene: Scene) -> None:
    listed = await scene.listed()
    await scene.world.at("2024-04-13 12:00")
    marks = [
        marked(scene.number, "2024-04-13 08:46"),
        marked(scene.number, "2024-04-13 08:45"),
        marked("24113010100198"),
        marked("no card of ours"),
        marked(scene.number, "2024-04-13 12:30"),
    ]
    settled = await scene.upload(listed, *marks)
    assert [one.mark_id for one in settled] == [mark.mark_id for mark in marks]
    assert [one.outcome for one in settled] == [
        Outcome.ALREADY_ENTERED,
        Outcome.ADMITTED,
        Outcome.NOT_FOUND,
        Outcome.FORGED,
        Outcome.ALREADY_ENTERED,
    ]


@pytest.mark.parametrize(
    ("when", "outcome"),
    [
        ("2024-04-13 09:31", Outcome.TOO_LATE),
        ("2024-04-13 07:30", Outcome.TOO_EARLY),
        ("2024-04-13 08:10", Outcome.WRONG_CLOCK),
        ("2024-04-13 09:20", Outcome.WRONG_CLOCK),
    ],
)
async def test_a_mark_that_cannot_be_is_kept_and_does_not_count(scene: Scene, when: str, outcome: Outcome) -> None:
    listed = await scene.listed()
    [settled] = await scene.upload(listed, marked(scene.number, when))
    assert settled.outcome is outcome
    assert [one.outcome for one in await scene.world.built.door_lists.doubtful(scene.site)] == [outcome]
    assert (await scene.check()).outcome is Outcome.ADMITTED


async def test_who_was_seated_anew_since_the_list_was_taken_is_told_at_the_upload(scene: Scene) -> None:
    listed, card = await scene.listed(), await scene.card()
    await Candidate.filter(id=scene.phone.candidate_id).update(name="测试龑")
    [settled] = await scene.upload(listed, marked(card))
    assert settled.outcome is Outcome.SUPERSEDED
    venue = await scene.elsewhere()
    await Seat.filter(registration_id=scene.phone.registration).update(
        room_id=(await Room.create(venue=venue, number=1, capacity=30)).id
    )
    [settled] = await scene.upload(listed, marked(scene.number))
    assert settled.outcome is Outcome.WRONG_VENUE


async def test_a_marks_id_is_of_one_person(scene: Scene) -> None:
    mark = uuid4()
    await scene.check(mark_id=mark)
    afternoon = await ExamSession.get(exam__code=EXAM, number=2, area__name="河北")
    await scene.world.at("2024-04-13 13:40")
    with pytest.raises(Refusal, match="mark_id_used"):
        await scene.check(mark_id=mark, session_id=afternoon.id)


async def test_a_list_that_is_not_the_sites_takes_no_marks_and_an_upload_is_bounded(scene: Scene) -> None:
    listed = await scene.listed()
    other, _ = await scene.world.clerks_elsewhere()
    with pytest.raises(NotFound, match="door_list_unknown"):
        await scene.upload(listed, marked(scene.number), who=other)
    with pytest.raises(Faulty):
        await scene.upload(listed, *[marked(scene.number)] * (MOST_MARKS + 1))


async def test_a_doors_device_checks_takes_its_list_and_settles_its_marks_over_http(scene: Scene) -> None:
    world, door = scene.world, {"venue": scene.venue, "session": scene.session}
    token = await (await colleague(world)).token()
    listed = await world.call("POST", "/door-lists", token=token, body=door)
    assert (listed.status, len(json.loads(listed.json["text"])["candidates"])) == (201, 1)
    mark = {"mark_id": str(uuid4()), "code": scene.number, "at": "2024-04-13T08:40:30+08:00"}
    told = await world.call("POST", f"/door-lists/{listed.json['id']}/marks", token=token, body={"marks": [mark]})
    assert [(one["mark_id"], one["outcome"]) for one in told.json["items"]] == [(mark["mark_id"], "admitted")]
    body = {**door, "code": await scene.card(), "mark_id": str(uuid4())}
    checked = await world.call("POST", "/admit-cards/verify", token=token, body=body)
    assert (checked.json["outcome"], checked.json["person"]["name"]) == ("already_entered", JIA.name)
    assert checked.json["message"].startswith("此前已入场")
    photo = await world.call("GET", f"/admit-cards/{scene.number}/photo", token=token)
    assert hashlib.sha256(photo.body).hexdigest() == checked.json["person"]["photo"]
    for nobody in (None, scene.phone.token):
        assert (await world.call("POST", "/admit-cards/verify", token=nobody, body=body)).status == 401
    elsewhere = await world.call("POST", "/admit-cards/verify", token=token, body={**body, "venue": 0})
    assert (elsewhere.status, elsewhere.code) == (404, "door_unknown")
    faulty = await world.call("POST", "/admit-cards/verify", token=token, body={"venue": 1})
    assert (faulty.status, set(faulty.faults)) == (422, {"session", "code", "mark_id"})
