"""The admit card through the front door: for who is seated, inside its window, to its last moment."""

from collections.abc import Callable

import pytest

from backend.audit import AuditRecord
from backend.candidates.models import Candidate
from backend.documents.models import KeptCard
from backend.events import Event
from backend.registrations.models import Registration
from tests.api.results import seat
from tests.api.test_military import said_of_the_military
from tests.api.world import YI, Phone, World
from tests.documents.reading import pages_of

IN_ITS_WINDOW = "2024-04-02 09:00"


async def seated(world: World) -> Phone:
    phone = await world.person()
    await phone.submitted()
    await seat(world, phone)
    return phone


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2024-03-31 23:59:59.999999", "stage_not_open_yet"),
        ("2024-04-01 00:00:00", None),
        ("2024-04-21 23:59:59.999999", None),
        ("2024-04-22 00:00:00", "stage_over"),
    ],
)
async def test_an_admit_card_is_had_inside_its_window_to_the_last_moment(
    world: World, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    phone = await seated(world)
    stop_at(now)
    for path in ("/admit-card", "/admit-card.pdf"):
        answer = await phone.mine("GET", path)
        assert answer.status == (200 if code is None else 409)
        assert code is None or answer.code == code


async def test_who_has_no_seat_has_no_admit_card(world: World) -> None:
    await seated(world)
    other = await world.person(YI)
    await world.at("2023-12-10 09:00")
    await other.submitted()
    await world.at("2024-04-02 09:00")
    answer = await other.mine("GET", "/admit-card")
    assert (answer.status, answer.code) == (409, "not_seated")


async def card(phone: Phone) -> bytes:
    answer = await phone.mine("GET", "/admit-card.pdf")
    assert answer.status == 200, answer.body
    return answer.body


async def test_a_card_is_drawn_once_and_then_kept(world: World) -> None:
    phone = await seated(world)
    await world.at(IN_ITS_WINDOW)
    first = await card(phone)
    await world.at("2024-04-03 10:00")
    assert await card(phone) == first
    assert await KeptCard.all().count() == 1


async def test_a_card_that_finds_no_room_in_the_store_is_had_all_the_same_and_kept_once_there_is(world: World) -> None:
    phone = await seated(world)
    await world.at(IN_ITS_WINDOW)
    in_the_way = world.settings.data_folder / "storage" / "admit-cards"
    in_the_way.write_bytes(b"")  # nothing can be put below it
    assert phone.who.name in pages_of(await card(phone))[0]
    in_the_way.unlink()
    assert phone.who.name in pages_of(await card(phone))[0]
    assert len(list(in_the_way.iterdir())) == 1


async def test_a_correction_makes_another_card_and_the_old_one_is_served_no_more(world: World) -> None:
    phone = await seated(world)
    await world.at(IN_ITS_WINDOW)
    first = await card(phone)
    await Candidate.filter(id=phone.candidate_id).update(name="测试龑")
    second = await card(phone)
    assert "测试龑" in pages_of(second)[0] and "测试龑" not in pages_of(first)[0]
    assert await card(phone) == second
    # Who is as they were has the card that they had.
    await Candidate.filter(id=phone.candidate_id).update(name=phone.who.name)
    assert await card(phone) == first


async def test_the_first_download_is_told_and_recorded_once(world: World) -> None:
    phone = await seated(world)
    await world.at(IN_ITS_WINDOW)
    for _ in range(3):
        await card(phone)
    (told,) = await Event.filter(name="admit_card:downloaded")
    assert (told.subject_id, told.candidate_id, told.payload) == (
        phone.registration,
        phone.candidate_id,
        {"by": "candidate"},
    )
    assert await AuditRecord.filter(act="downloaded", subject="admit_card").count() == 1


async def test_after_the_exam_the_cards_that_were_kept_are_thrown_away(world: World) -> None:
    phone = await seated(world)
    await world.at(IN_ITS_WINDOW)
    await card(phone)
    kept = world.settings.data_folder / "storage" / "admit-cards"
    await world.at("2024-04-21 23:59")
    assert (await world.built.kept_cards.sweep(), len(list(kept.iterdir()))) == (0, 1)
    await world.at("2024-04-22 00:00")
    assert (await world.built.kept_cards.sweep(), list(kept.iterdir())) == (1, [])
    assert await KeptCard.all().count() == 0


async def test_a_military_card_that_the_site_prints_is_handed_out_by_the_unit_alone(world: World) -> None:
    phone = await seated(world)
    await Registration.all().update(origin="military")
    await said_of_the_military(world, payment="at_site", results_public=True)
    await world.at(IN_ITS_WINDOW)
    answer = await phone.mine("GET", "/admit-card.pdf")
    assert (answer.status, answer.code) == (409, "admit_card_through_unit")
    await said_of_the_military(world, payment="online", results_public=True)
    await card(phone)
