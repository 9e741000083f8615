"""The exam day as an office follows it: today's subjects in its area, each with its moment."""

from tests.api.world import World
from zhunkao.journey.people import EXAM


async def test_the_nurses_subjects_of_today_have_their_duties_and_orders_by_the_clock(world: World) -> None:
    for who in await world.clerks():
        await world.at("2012-05-19 08:40:00")
        first, second = await world.built.exam_day.now(who, "nurse-2012")
        assert (first.session.subject, second.session.subject) == ("专业实务", "实践能力")
        assert (first.moment.reading, second.moment.reading, second.moment.due) == ("A", None, ())
        (due,) = first.moment.due
        assert due.order is not None and due.order.startswith("欢迎大家参加护士执业资格考试")
        await world.at("2012-05-19 14:30:00")
        assert (await world.built.exam_day.now(who, "nurse-2012"))[1].moment.entry == "too_late"
        await world.at("2012-05-20 09:00")
        assert await world.built.exam_day.now(who, "nurse-2012") == []


async def test_an_exam_without_a_printed_timetable_tells_when_its_doors_close(world: World) -> None:
    site, _ = await world.clerks()
    await world.at("2024-04-13 08:00")
    now = await world.built.exam_day.now(site, EXAM)
    assert now and all(one.moment.due == () for one in now)
    starts = [one.session.starts_at for one in now]
    assert starts == sorted(starts)
