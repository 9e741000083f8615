"""Results on a world: somebody seated, the centre's file, the instant at which it comes out."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from backend.clock import EXAM_ZONE
from backend.registrations.models import PaymentState, Registration, State
from backend.results.importing import ResultsImported
from backend.seating.models import AdmitNumber
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import Phone, World
from zhunkao.journey.people import EXAM, SUBJECTS

OUT: Final = "2024-06-18 10:00"
PASSED: Final = ("60", "61", "62", "63")
HEADER: Final = [
    "admit_number",
    "archive_number",
    *(f"{part}.{subject}" for subject in SUBJECTS for part in ("score", "pass_line")),
]


async def seat(world: World, *phones: Phone) -> list[str]:
    """Take what was handed in to its seats, as if paid; their admit numbers. It is the day after the exam then."""
    site = await _site(world)
    await Registration.all().update(state=State.APPROVED, payment_state=PaymentState.PAID, confirmed_by="staff")
    await world.at("2024-02-26 09:00")
    await world.built.seating.arrange(site, EXAM, seed=7)
    await world.at("2024-04-22 09:00")
    return [str((await AdmitNumber.get(registration_id=phone.registration)).number) for phone in phones]


async def _site(world: World) -> Clerk:
    site, _ = await world.clerks()
    return site


def line(admit_number: str, *scores: str, archive_number: str = "SAMPLE24") -> list[str]:
    """One row of the file; every pass line is 60."""
    return [admit_number, archive_number, *(cell for score in scores for cell in (score, "60" if score else ""))]


def write(file: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    file.write_text("\n".join(",".join(cells) for cells in (header, *rows)) + "\n", encoding="utf-8")
    return file


async def load(world: World, folder: Path, *rows: Sequence[str], header: Sequence[str] = HEADER) -> ResultsImported:
    return await world.built.result_imports.load(write(folder / "results.csv", rows, header), EXAM)


async def centre(world: World) -> Clerk:
    await world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    return await clerk("test.nation")


def instant(when: str) -> datetime:
    return datetime.strptime(when, "%Y-%m-%d %H:%M").replace(tzinfo=EXAM_ZONE)


async def publish(world: World, when: str = OUT, report_until: str | None = None) -> Clerk:
    """Set the instant; the clock stays where it is."""
    who = await centre(world)
    until = instant(report_until) if report_until else None
    await world.built.publications.publish(who, EXAM, at=instant(when), report_until=until)
    return who


def asked(admit_number: str, phone: Phone, **changed: str) -> Mapping[str, str]:
    """The body of a query without signing in."""
    return {"exam": EXAM, "admit_number": admit_number, "id_number": phone.who.id_number, **changed}
