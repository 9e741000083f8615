"""Candidates who wait for their seats, in a world: made like one who went the whole way."""

from typing import Final

from backend.registrations.models import PaymentState, Registration, State
from backend.staff.scope import Clerk
from tests.api.world import World
from zhunkao.journey.people import EXAM

SEATS: Final = 84
"""What the sample site's three rooms hold."""
SESSIONS: Final = 4

MADE_LIKE: Final = """
INSERT INTO candidate
SELECT made.* FROM candidate AS one, generate_series($1::int, $2::int) AS number, LATERAL jsonb_populate_record(one,
    jsonb_build_object('id', gen_random_uuid(), 'username', 'like_' || number, 'username_key', 'like_' || number,
        'id_number_index', '\\x' || md5(number::text))) AS made
WHERE one.username NOT LIKE 'like%'
"""
ENTERED_LIKE: Final = """
INSERT INTO registration
SELECT made.* FROM registration AS one, candidate, LATERAL jsonb_populate_record(one,
    jsonb_build_object('id', gen_random_uuid(), 'candidate_id', candidate.id, 'registration_number', candidate.username,
        'form', jsonb_set(one.form, '{work,employer}', to_jsonb('示例医院' || right(candidate.username, 1))))) AS made
WHERE one.registration_number NOT LIKE 'like%'
    AND NOT EXISTS (SELECT 1 FROM registration WHERE candidate_id = candidate.id)
"""
"""Candidates like the only one there is, and their registrations like that one's, of ten employers."""


async def waiting(world: World, count: int) -> Clerk:
    """So many candidates of the site who are approved and paid, on the first day of seating. The site's clerk."""
    phone = await world.person()
    await phone.submitted()
    site, _ = await world.clerks()
    await Registration.all().update(state=State.APPROVED, payment_state=PaymentState.PAID, confirmed_by="staff")
    await more(world, 1, count - 1)
    await world.at("2024-02-26 09:00")
    return site


async def more(world: World, first: int, last: int) -> None:
    await world.built.database.execute(MADE_LIKE, first, last)
    await world.built.database.execute(ENTERED_LIKE)


async def arrange(world: World, who: Clerk, seed: int = 7) -> int:
    return (await world.built.seating.arrange(who, EXAM, seed=seed)).seated
