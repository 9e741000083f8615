"""What offices see: of their own candidates alone, how many reminders each platform took or refused."""

from tests.api.world import Phone, World
from tests.deliveries.outbox import Outbox
from zhunkao.journey.people import EXAM


async def test_an_office_sees_what_each_platform_took_and_refused(outbox: Outbox, phone: Phone, world: World) -> None:
    site, area = await world.clerks()
    elsewhere, _ = await world.clerks_elsewhere()
    await phone.submitted()
    await outbox.accepts(phone)
    for _ in range(2):
        await outbox.reminder(phone)
    await outbox.change(f"UPDATE reminder SET registration_id = '{phone.registration}' WHERE kind = 'payment_due'")
    for _ in range(2):
        await outbox.send()
        await outbox.time_passes()
    counts = world.built.reminder_counts
    for clerk in (site, area):
        seen = [(one.platform, one.state, one.pushes) for one in await counts.by_platform(clerk, EXAM)]
        assert seen == [("wechat", "refused", 1), ("wechat", "sent", 1)]
    assert await counts.by_platform(elsewhere, EXAM) == []
