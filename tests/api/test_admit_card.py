"""The admit card through the front door: for who is seated, inside its window, to its last moment."""

from collections.abc import Callable

import pytest

from tests.api.results import seat
from tests.api.world import YI, Phone, World


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
