"""The key of the blind indexes: made from the first data key there was, kept under the one in force.

So data keys are replaced and taken away, and equal numbers are found by equal indexes before, meanwhile and after.
"""

from collections.abc import Sequence
from typing import Final

from backend.clock import real_now
from backend.database import Database
from backend.personal_data import PersonalData, Undecryptable, index_key_of

ABOUT: Final = "index_key.sealed"
THERE: Final = "SELECT to_regclass('index_key') IS NOT NULL AS there"
READ: Final = "SELECT sealed FROM index_key"
KEEP: Final = "INSERT INTO index_key (id, sealed, kept_at) VALUES (1, $1, $2) ON CONFLICT DO NOTHING"


async def personal_data(database: Database, keys: Sequence[str]) -> PersonalData:
    """With these data keys, and the installation's one index key; the first process there is keeps it.

    Raises Undecryptable where the keys aren't this database's: its numbers could neither be read nor found.
    """
    sealing = PersonalData(keys)
    (table,) = await database.rows(THERE)
    if not table["there"]:  # not migrated yet: its key is then the first there was
        return sealing
    if not (rows := await database.rows(READ)):
        first = sealing.encrypt(index_key_of(keys[-1]).hex(), about=ABOUT)
        await database.execute(KEEP, first, real_now())
        rows = await database.rows(READ)
    try:
        index_key = bytes.fromhex(sealing.decrypt(bytes(rows[0]["sealed"]), about=ABOUT))
    except Undecryptable as error:
        raise Undecryptable("none of the data keys is one that this database was written with") from error
    return PersonalData(keys, index_key=index_key)
