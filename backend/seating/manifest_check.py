"""Whether a manifest still tells what stands: its signature, and the plan's seats as the tables have them."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from backend.database import Database
from backend.seating.manifests import BadManifest, Manifest, ManifestKeys, seats_hash
from backend.seating.models import PlanState, SeatingPlan

LARGEST: Final = 1 << 20
"""Bytes; a manifest has less than one thousand."""
SEATS: Final = "SELECT registration_id, session_id, room_id, number FROM seat WHERE plan_id = $1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """A manifest that is true. `withdrawn`: its plan was adopted so, and has been withdrawn since."""

    manifest: Manifest
    withdrawn: bool


class ManifestChecks:
    def __init__(self, database: Database, keys: ManifestKeys) -> None:
        self._database, self._keys = database, keys

    async def verify(self, text: str) -> Confirmed:
        """Raises BadManifest where this service did not sign it so, or where the plan's seats are others now."""
        manifest = self._keys.read(text)
        plan = await SeatingPlan.get_or_none(id=manifest.plan)
        if plan is None or (plan.seed, plan.inputs_hash) != (manifest.seed, manifest.inputs):
            raise BadManifest(f"plan {manifest.plan} is not in this database")
        if plan.state is PlanState.WITHDRAWN:
            return Confirmed(manifest=manifest, withdrawn=True)
        rows = await self._database.rows(SEATS, plan.id)
        if await asyncio.to_thread(seats_hash, [tuple(row.values()) for row in rows]) != manifest.seats:
            raise BadManifest(f"the seats of plan {manifest.plan} are not those that were signed")
        return Confirmed(manifest=manifest, withdrawn=False)


def read_manifest(file: Path) -> str:
    """The text of a file. Raises BadManifest for one that can't be a manifest; blocks."""
    if file.stat().st_size > LARGEST:
        raise BadManifest("it is too large for a manifest")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadManifest("it is no text") from error
