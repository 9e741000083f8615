"""All files of the exams that a loading touches: those given now, and those loaded before that they don't replace."""

from collections.abc import Iterator, Sequence

from backend.exams.exam_file import ExamFile, FileFault, FilesRefused, parse
from backend.exams.file_shape import SpecialitiesFile
from backend.exams.models import ExamLayer
from backend.exams.publication import Place, Publication, PublishedFile

Slot = tuple[str, Place, str]
"""What one file fills: exam, place, part."""


async def gather_publications(files: Sequence[ExamFile], *, accept_outside: bool) -> list[Publication]:
    """One publication for each exam that the files speak for, in the order of their codes.

    A file that was accepted outside of its parent stays so while its text stays. Raises FilesRefused where two of the
    files speak for the same place and part.
    """
    given = {_slot(file): file for file in _layers(files, accepted=accept_outside)}
    if faults := list(_doubles(files, given)):
        raise FilesRefused(faults)
    codes = sorted({code for code, _, _ in given})
    gathered = await _stored(codes)
    for slot, file in given.items():
        before = gathered.get(slot)
        if before is None or not before.accepted or before.file.text != file.file.text:
            gathered[slot] = file
    return [Publication(code=code, files=[gathered[slot] for slot in gathered if slot[0] == code]) for code in codes]


def _layers(files: Sequence[ExamFile], *, accepted: bool) -> Iterator[PublishedFile]:
    for file in files:
        if not isinstance(file.shape, SpecialitiesFile):
            yield PublishedFile(file=file, shape=file.shape, accepted=accepted)


def _slot(file: PublishedFile) -> Slot:
    return file.shape.exam, file.place, file.shape.part


def _doubles(files: Sequence[ExamFile], given: dict[Slot, PublishedFile]) -> Iterator[FileFault]:
    for file in _layers(files, accepted=False):
        other = given[_slot(file)].file
        if other is not file.file:
            yield file.fault(f"{other.name} speaks for the same exam, place and part", "exam")


async def _stored(codes: Sequence[str]) -> dict[Slot, PublishedFile]:
    rows = await ExamLayer.filter(exam__code__in=codes).order_by("id")
    parsed = [(row, parse(row.file, row.text)) for row in rows]
    files = [layer for row, file in parsed for layer in _layers([file], accepted=row.accept_outside)]
    return {_slot(file): file for file in files}
