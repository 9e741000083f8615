"""Exam time steps forwards and backwards, as a clock that is set does: nothing is done twice, nothing is taken back."""

import random

import aiohttp
import pytest

from tests.faults.ground import Ground
from tests.faults.journey import Traveller, somebody
from tests.faults.told import Told
from tests.faults.walking import MORNING, look, set_clock, town_of, walking

pytestmark = pytest.mark.xdist_group("faults")
AFTERWARDS = "2024-01-10T10:00:00+08:00"
"""Registration, confirmation and payment are over."""


async def test_a_clock_that_jumps_over_the_deadlines_and_back_does_nothing_twice_and_takes_nothing_back(
    one: Ground, people: list[int]
) -> None:
    told = Told()
    with walking(one, told, people[:2], seed=5):
        pass
    async with aiohttp.ClientSession() as http:
        late = Traveller(town=town_of(one, told, http), person=somebody(people[2]), dice=random.Random(5))
        await late.town.look_around()
        await late.open_account()
        await late.enter()
        await late.fill_in()
        await late.submit()
        await set_clock(one, AFTERWARDS)
        await late.until("", "state", "forfeited")
        # Who owes a fee forfeits with them; money that was paid stays paid.
        told.ends = {key: end for key, end in told.ends.items() if end[1] == "paid"}
        look(one, told)
        await set_clock(one, MORNING)
        look(one, told)
        row = (await late.mine("GET")).json
        assert (row["state"], row["forfeited_reason"]) == ("forfeited", "not_confirmed")
