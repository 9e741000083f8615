"""Seats: every paid candidate of the site one a session, with a number of their own, whoever arranges at once."""

import asyncio
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any, Final

import pytest

from backend.errors import Refusal
from backend.registrations.models import PaymentState, Registration, State
from backend.seating.models import AdmitNumber, Seat, SeatingPlan
from tests.api.seating import SEATS, SESSIONS, arrange, more, waiting
from tests.api.world import World

CLASSMATES: Final = """
UPDATE registration SET form = jsonb_set(form - 'work', '{education}', jsonb_build_object('fresh_graduate', true,
    'school', '示例学院' || ordered.number % 2))
FROM (SELECT id, row_number() OVER (ORDER BY id) AS number FROM registration) AS ordered
WHERE ordered.id = registration.id
"""
"""All of them are fresh graduates of two schools, and have no employer."""
SCHOOLS_IN_ORDER: Final = """
SELECT registration.form -> 'education' ->> 'school' AS school FROM seat
JOIN room ON room.id = seat.room_id JOIN registration ON registration.id = seat.registration_id
WHERE seat.session_id = (SELECT min(session_id) FROM seat) ORDER BY room.number, seat.number
"""


async def test_everyone_gets_one_seat_in_each_session_and_a_number_of_their_own(world: World) -> None:
    site = await waiting(world, 40)
    assert await arrange(world, site) == 40
    seats = await Seat.all().values("registration_id", "session_id", "room_id", "number")
    assert set(Counter(seat["registration_id"] for seat in seats).values()) == {SESSIONS}
    assert len({(seat["session_id"], seat["room_id"], seat["number"]) for seat in seats}) == 40 * SESSIONS
    assert len({(seat["registration_id"], seat["room_id"], seat["number"]) for seat in seats}) == 40
    numbers = {one.number for one in await AdmitNumber.all()}
    assert len(numbers) == 40 and all(number.startswith("24113") and len(number) == 14 for number in numbers)
    assert await Registration.filter(state=State.SEATED).count() == 40


async def test_fresh_graduates_of_one_school_are_kept_apart_as_colleagues_are(world: World) -> None:
    who = await waiting(world, 20)
    await world.built.database.execute(CLASSMATES)
    assert await arrange(world, who) == 20
    schools = [row["school"] for row in await world.built.database.rows(SCHOOLS_IN_ORDER)]
    assert Counter(schools) == {"示例学院0": 10, "示例学院1": 10}
    assert all(one != other for one, other in pairwise(schools))


@pytest.mark.parametrize(
    "missing", [{"payment_state": PaymentState.DUE}, {"state": State.SITE_APPROVED}, {"state": State.REJECTED}]
)
async def test_only_who_is_approved_and_paid_is_seated(world: World, missing: dict[str, Any]) -> None:
    site = await waiting(world, 3)
    await Registration.filter(registration_number__startswith="like_").update(**missing)
    assert await arrange(world, site) == 1
    assert await AdmitNumber.all().count() == 1


async def test_arranged_again_only_those_who_came_since_are_seated_on_seats_nobody_had(world: World) -> None:
    site = await waiting(world, 20)
    await arrange(world, site)
    before = set(await AdmitNumber.all().values_list("registration_id", "number"))
    await more(world, 500, 504)
    await Registration.filter(registration_number__startswith="like_50").update(state=State.APPROVED)
    assert await arrange(world, site, seed=8) == 5
    after = set(await AdmitNumber.all().values_list("registration_id", "number"))
    assert before < after and len({number for _, number in after}) == 25
    assert await arrange(world, site) == 0


async def test_of_arrangements_at_once_one_seats_everybody(world: World) -> None:
    site = await waiting(world, 12)
    assert sorted(await asyncio.gather(*(arrange(world, site, seed) for seed in range(4)))) == [0, 0, 0, 12]
    assert await SeatingPlan.all().count() == 1
    assert await AdmitNumber.all().count() == 12


async def test_more_people_than_seats_are_refused_and_nobody_is_seated(world: World) -> None:
    site = await waiting(world, SEATS + 1)
    with pytest.raises(Refusal) as refused:
        await arrange(world, site)
    assert (refused.value.code, refused.value.values) == ("too_few_seats", {"candidates": SEATS + 1, "seats": SEATS})
    assert await Seat.all().count() == await AdmitNumber.all().count() == await SeatingPlan.all().count() == 0


async def test_a_full_house_is_seated_to_the_last_seat(world: World) -> None:
    site = await waiting(world, SEATS)
    assert await arrange(world, site) == SEATS


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2024-02-25 23:59:59.999999", "stage_not_open_yet"),
        ("2024-02-26 00:00:00", None),
        ("2024-03-08 23:59:59.999999", None),
        ("2024-03-09 00:00:00", "stage_over"),
    ],
)
async def test_seats_are_given_inside_the_window_to_its_last_moment(
    world: World, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    site = await waiting(world, 1)
    stop_at(now)
    if code is None:
        assert await arrange(world, site) == 1
        return
    with pytest.raises(Refusal) as refused:
        await arrange(world, site)
    assert refused.value.code == code


async def test_only_the_site_arranges_its_seats(world: World) -> None:

    _, area = await world.clerks()
    with pytest.raises(Refusal) as refused:
        await arrange(world, area)
    assert refused.value.code == "not_this_office"
