"""The published files as tests use them: read once, without a database."""

from functools import cache

from backend.exams.exam_file import ExamFile, read_all
from backend.exams.facts import PointFacts, SlotFacts
from backend.exams.facts_of_rows import served
from backend.exams.file_shape import SpecialitiesFile
from backend.exams.publication import Publication, PublishedFile
from backend.exams.reference import bundled_files


@cache
def files() -> tuple[ExamFile, ...]:
    """Every bundled calendar, the samples too."""
    return tuple(read_all(bundled_files()))


def publication(exam: str) -> Publication:
    """One exam with all of its bundled files."""
    layers = [
        PublishedFile(file=file, shape=file.shape)
        for file in files()
        if not isinstance(file.shape, SpecialitiesFile) and file.shape.exam == exam
    ]
    return Publication(code=exam, files=layers)


def points(exam: str, area: str, site: str) -> list[PointFacts]:
    """A site's confirmation points as they would be read back, numbered from 1."""
    return [
        PointFacts(
            id=number,
            site_id=1,
            name=point.name,
            phone=point.phone,
            address=point.address,
            opens_at=window.opens_at if (window := point.window()) else None,
            closes_at=window.closes_at if window else None,
            serves=served(point.serves.stored()),
            hand_in=point.hand_in,
            sample=False,
        )
        for number, point in enumerate(publication(exam).sites[area, site].points, start=1)
    ]


def slots(exam: str, area: str, site: str) -> list[SlotFacts]:
    """A site's half days as they would be read back."""
    found = []
    for slot in publication(exam).sites[area, site].facts.confirmation_slots:
        window = slot.window()
        assert window.opens_at is not None and window.closes_at is not None
        found.append(
            SlotFacts(
                site_id=1,
                day=slot.day,
                half=slot.half,
                opens_at=window.opens_at,
                closes_at=window.closes_at,
                serves=served(slot.serves.stored()),
                hand_in=slot.hand_in,
                sample=False,
            )
        )
    return found
