"""Many like one: registrations copied with plain SQL, each with a candidate of its own."""

from tests.api.world import World

CANDIDATES = """
INSERT INTO candidate
SELECT another.* FROM candidate, generate_series(1, $1::int) AS number,
LATERAL jsonb_populate_record(candidate, jsonb_build_object(
    'id', md5('candidate' || number)::uuid, 'username', 'ceshi_' || number, 'username_key', 'ceshi_' || number,
    'id_number_index', '\\x' || md5('document' || number)
)) AS another
WHERE candidate.username = 'ceshi_jia'
"""
REGISTRATIONS = """
INSERT INTO registration
SELECT another.* FROM registration, generate_series(1, $1::int) AS number,
LATERAL jsonb_populate_record(registration, jsonb_build_object(
    'id', md5('registration' || number)::uuid, 'candidate_id', md5('candidate' || number)::uuid,
    'registration_number', 'C' || number
)) AS another
"""


async def crowd(world: World, count: int) -> None:
    """That many more like the one registration there is."""
    await world.built.database.execute(CANDIDATES, count)
    await world.built.database.execute(REGISTRATIONS, count)
