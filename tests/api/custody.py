"""The exam's materials on a world: two clerks of the sample site, two of its area, and a hand-over between them."""

from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import pytest

from backend.custody.declaring import Declaration, Piece
from backend.custody.hand_overs import Counted, HandOverView
from backend.custody.hours import CustodyDuty, DutyState
from backend.custody.materials import HandOverKind, Material, Side
from backend.custody.models import HandOver
from backend.errors import Refusal
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import World
from zhunkao.journey.people import AREA, EXAM, SITE

BAGS = (
    Piece(material=Material.PAPERS, label="B1", seal="F001", quantity=30),
    Piece(material=Material.SPARE_PAPERS, label="B2", seal="F002", quantity=5),
)
WHOLE = {"B1": Counted(counted=30, intact=True), "B2": Counted(counted=5, intact=True)}
numbers: Final = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offices:
    """Who hands over, and how it goes when all is in order."""

    world: World
    site: Clerk
    site_colleague: Clerk
    area: Clerk
    area_colleague: Clerk

    async def declared(self, who: Clerk | None = None, **changed: Any) -> HandOver:
        said: dict[str, Any] = {
            "number": f"2024-{next(numbers)}",
            "kind": HandOverKind.PICKUP,
            "place": "示例市保密室",
            "batch": 1,
        }
        said |= {"pieces": BAGS, **changed}
        return await self.world.built.declaring.declare(who or self.site, EXAM, Declaration(**said))

    async def counted(self, hand_over: HandOver, who: Clerk | None = None, **found: Counted) -> HandOverView:
        return await self.world.built.hand_overs.count(who or self.site, hand_over.id, found or WHOLE)

    async def signed(self, hand_over: HandOver) -> None:
        """By two of the area, who give, and two of the site, who receive."""
        for side, people in (
            (Side.GIVER, (self.area, self.area_colleague)),
            (Side.RECEIVER, (self.site, self.site_colleague)),
        ):
            for who in people:
                await self.world.built.hand_overs.sign(who, hand_over.id, side)

    async def picked_up(self, **changed: Any) -> HandOver:
        """Counted, signed by all four, closed."""
        hand_over = await self.declared(**changed)
        await self.counted(hand_over)
        await self.signed(hand_over)
        await self.world.built.hand_overs.close(self.site, hand_over.id)
        return hand_over

    async def state_of(self, duty: CustodyDuty, batch: int = 0) -> DutyState:
        [found] = await self.world.built.duty_board.sites(self.site, EXAM)
        return next(one.state for one in found.duties if (one.duty.duty, one.duty.batch) == (duty, batch))

    async def refusal(self, act: Coroutine[Any, Any, object]) -> str:
        with pytest.raises(Refusal) as refused:
            await act
        return refused.value.code


async def offices_of(world: World) -> Offices:
    """It is the day on which the site gets its materials."""
    site, area = await world.clerks()
    members = world.built.members
    await members.create(username="second.site", name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await members.create(username="second.area", name="示例考区", level=Level.AREA, area=AREA)
    await world.at("2024-04-11 09:00")
    return Offices(
        world=world,
        site=site,
        area=area,
        site_colleague=await clerk("second.site"),
        area_colleague=await clerk("second.area"),
    )
