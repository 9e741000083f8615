"""A hand-over goes on: the receiver counts, two sign on each side, it is closed. What was written is never changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import Clock
from backend.custody.incidents import report
from backend.custody.materials import SIGNATURES, WHOSE, Found, Side, incidents_in
from backend.custody.models import HandOver, HandOverClosing, HandOverItem, HandOverSignature, ItemCount
from backend.custody.offices import of_clerk
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotAllowed, NotFound
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LONGEST_REMARK: Final = 200
MOST: Final = 100_000
LATEST: Final = """
SELECT DISTINCT ON (item_count.item_id) item_count.item_id, item_count.id FROM item_count
JOIN hand_over_item ON hand_over_item.id = item_count.item_id
WHERE hand_over_item.hand_over_id = ANY($1::bigint[]) ORDER BY item_count.item_id, item_count.id DESC
"""
"""Of each box or bag the count that stands: a correction comes after what it corrects."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A box or bag as the receiver found it."""

    counted: int
    intact: bool
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    item: HandOverItem
    count: ItemCount | None
    """The one that stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverView:
    """One hand-over with all that was written of it."""

    hand_over: HandOver
    items: tuple[ItemView, ...]
    signatures: tuple[HandOverSignature, ...]
    closing: HandOverClosing | None

    def signed(self, side: Side) -> list[HandOverSignature]:
        return [one for one in self.signatures if one.side is side]

    @property
    def is_counted(self) -> bool:
        return all(one.count is not None for one in self.items)


class HandOvers:
    """Each act is one transaction that holds the hand-over. Scope is part of every query.

    On one whose declaration was corrected every act raises Conflict `hand_over_corrected`.
    """

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def count(self, clerk: Clerk, hand_over_id: int, found: Mapping[str, Counted]) -> HandOverView:
        """Write down what was found, by label; the same again changes nothing.

        What doesn't agree or is broken is reported up at once. Raises NotAllowed for the giving side; NotFound; Faulty
        `found`; Conflict `count_exists` for another count of the same (it is corrected, not written anew),
        `hand_over_signed` once the receiver has signed.
        """
        clerk.require(Duty.HAND_OVER)
        _require_sound(found.values())
        async with self._database.transaction():
            view = await self._held(clerk, hand_over_id, Side.RECEIVER)
            items = {one.item.label: one for one in view.items}
            if unknown := found.keys() - items.keys():
                raise Faulty("hand_over_faulty", faults=[Fault(f"found.{label}", "not_in_list") for label in unknown])
            new = {label: one for label, one in found.items() if not _is_known(items[label], one)}
            if new and view.signed(Side.RECEIVER):
                raise Conflict("hand_over_signed")
            for label, one in new.items():
                await self._write(clerk, view.hand_over, items[label].item, one)
            return await self._view(view.hand_over)

    async def correct(self, clerk: Clerk, count_id: int, found: Counted) -> HandOverView:
        """Count a box or bag anew: the first count stays, the new one names it, and it is reported up as found.

        Raises NotAllowed; NotFound; Conflict `count_corrected` where another correction was first.
        """
        clerk.require(Duty.HAND_OVER)
        _require_sound([found])
        scope = of_clerk(clerk, through="item__hand_over__")
        known = await ItemCount.get_or_none(id=count_id, **scope).select_related("item")
        if known is None:
            raise NotFound("count_unknown")
        try:
            async with self._database.transaction():
                view = await self._held(clerk, known.item.hand_over_id, Side.RECEIVER)
                await self._write(clerk, view.hand_over, known.item, found, corrects=known)
                return await self._view(view.hand_over)
        except IntegrityError as error:
            if not violated(error, "item_count_corrected_once"):
                raise
            raise Conflict("count_corrected") from error

    async def sign(self, clerk: Clerk, hand_over_id: int, side: Side) -> HandOverView:
        """Sign under one's own account; again is harmless.

        Raises NotAllowed for the other office's side; NotFound; Conflict `not_counted` for a receiver before all is
        counted, `signed_already` for who signed the other side, `side_is_signed` for a third.
        """
        clerk.require(Duty.HAND_OVER)
        async with self._database.transaction():
            view = await self._held(clerk, hand_over_id, side)
            mine = next((one for one in view.signatures if one.member_id == clerk.member_id), None)
            if mine is not None and mine.side is side:
                return view
            if mine is not None:
                raise Conflict("signed_already")
            if side is Side.RECEIVER and not view.is_counted:
                raise Conflict("not_counted")
            if len(view.signed(side)) >= SIGNATURES:
                raise Conflict("side_is_signed")
            await HandOverSignature.create(
                hand_over=view.hand_over,
                member_id=clerk.member_id,
                side=side,
                place=len(view.signed(side)) + 1,
                signed_at=self._clock.now(),
            )
            await self._record(clerk, view.hand_over, "signed", {"side": side})
            return await self._view(view.hand_over)

    async def close(self, clerk: Clerk, hand_over_id: int) -> HandOverView:
        """The hand-over is done; again, and by two at once, it is done once.

        Raises NotAllowed; NotFound; Conflict `hand_over_incomplete` before two have signed on each side.
        """
        clerk.require(Duty.HAND_OVER)
        async with self._database.transaction():
            view = await self._held(clerk, hand_over_id, None)
            if view.closing is not None:
                return view
            if not view.is_counted or any(len(view.signed(side)) < SIGNATURES for side in Side):
                raise Conflict("hand_over_incomplete")
            await HandOverClosing.create(
                hand_over=view.hand_over, closed_by=clerk.member_id, closed_at=self._clock.now()
            )
            await self._record(clerk, view.hand_over, "closed", {})
            return await self._view(view.hand_over)

    async def view(self, clerk: Clerk, hand_over_id: int) -> HandOverView:
        """Raises NotAllowed; NotFound outside the scope."""
        clerk.require(Duty.SEE_CUSTODY)
        found = await HandOver.get_or_none(id=hand_over_id, **of_clerk(clerk))
        if found is None:
            raise NotFound("hand_over_unknown")
        return await self._view(found)

    async def all(self, clerk: Clerk, *, after: int = 0, limit: int = 50) -> list[HandOver]:
        """Those of the clerk's scope, the oldest first. Raises NotAllowed."""
        clerk.require(Duty.SEE_CUSTODY)
        return await HandOver.filter(id__gt=after, **of_clerk(clerk)).order_by("id").limit(limit)

    async def _held(self, clerk: Clerk, hand_over_id: int, side: Side | None) -> HandOverView:
        """Held, and seen by a clerk of an office on this side, or on either."""
        held = await lock(HandOver, id=hand_over_id, **of_clerk(clerk))
        if held is None:
            raise NotFound("hand_over_unknown")
        sides = WHOSE[held.kind]
        if clerk.level not in (sides.values() if side is None else (sides[side],)):
            raise NotAllowed("not_this_office")
        if await HandOver.exists(corrects_id=held.id):
            raise Conflict("hand_over_corrected")
        return await self._view(held)

    async def _view(self, hand_over: HandOver) -> HandOverView:
        items = await HandOverItem.filter(hand_over=hand_over).order_by("position")
        rows = await self._database.rows(LATEST, [hand_over.id])
        counts = {one.item_id: one for one in await ItemCount.filter(id__in=[row["id"] for row in rows])}
        return HandOverView(
            hand_over=hand_over,
            items=tuple(ItemView(item=item, count=counts.get(item.id)) for item in items),
            signatures=tuple(
                await HandOverSignature.filter(hand_over=hand_over).order_by("id").select_related("member")
            ),
            closing=await HandOverClosing.get_or_none(hand_over=hand_over),
        )

    async def _write(
        self, clerk: Clerk, hand_over: HandOver, item: HandOverItem, one: Counted, *, corrects: ItemCount | None = None
    ) -> None:
        count = await ItemCount.create(
            item=item,
            corrects=corrects,
            counted=one.counted,
            intact=one.intact,
            remark=one.remark.strip(),
            counted_by=clerk.member_id,
            counted_at=self._clock.now(),
        )
        after = {"item": item.id, "counted": one.counted, "intact": one.intact}
        await self._record(clerk, hand_over, "counted" if corrects is None else "recounted", after)
        for kind in incidents_in(Found(declared=item.declared, counted=one.counted, intact=one.intact)):
            await report(self._clock, clerk, hand_over, kind, count.remark, count=count)

    async def _record(self, clerk: Clerk, hand_over: HandOver, act: str, after: Mapping[str, object]) -> None:
        await audit.record(self._clock, clerk.actor, act, "hand_over", hand_over.id, after=dict(after))


def _is_known(item: ItemView, one: Counted) -> bool:
    """Raises Conflict `count_exists` where it was counted otherwise."""
    if item.count is None:
        return False
    if (item.count.counted, item.count.intact, item.count.remark) != (one.counted, one.intact, one.remark.strip()):
        raise Conflict("count_exists")
    return True


def _require_sound(found: Iterable[Counted]) -> None:
    faults = []
    for one in found:
        if not 0 <= one.counted <= MOST:
            faults.append(Fault("found.counted", "quantity_range"))
        if len(one.remark) > LONGEST_REMARK:
            faults.append(Fault("found.remark", "too_long"))
    if faults:
        raise Faulty("hand_over_faulty", faults=faults)
