"""The specialities of each kind of exam: a list of its own, replaced whole, kind by kind."""

from tortoise.expressions import F

from backend.exams.exam_file import ExamFile, read
from backend.exams.file_shape import SpecialitiesFile
from backend.exams.models import Exam, Speciality
from backend.exams.reconciling import reconcile
from backend.exams.reference import SPECIALITIES


async def load_specialities(file: ExamFile) -> str:
    """Replace the specialities of every kind the file names; one sentence says what became of it."""
    if not isinstance(file.shape, SpecialitiesFile):
        raise ValueError(f"{file.name} lists no specialities")
    kinds = sorted({speciality.kind for speciality in file.shape.specialities})
    changed = 0
    for kind in kinds:
        changed += await _replace(kind, file.shape)
    return f"specialities of {', '.join(kinds)}: {changed or 'no'} changes from {file.name}"


async def speciality_codes(kind: str) -> frozenset[str]:
    """The codes known for a kind; where none was ever loaded, the sample list is loaded first."""
    codes = await Speciality.filter(kind=kind).values_list("code", flat=True)
    if codes:
        return frozenset(str(code) for code in codes)
    sample = read(SPECIALITIES).shape
    if isinstance(sample, SpecialitiesFile):
        await _replace(kind, sample)
    return frozenset(str(code) for code in await Speciality.filter(kind=kind).values_list("code", flat=True))


async def _replace(kind: str, shape: SpecialitiesFile) -> int:
    wanted = [
        {
            "kind": kind,
            "code": speciality.code,
            "name": speciality.name,
            "level": speciality.level,
            "subjects": list(speciality.subjects),
            "sample": shape.sample,
        }
        for speciality in shape.specialities
        if speciality.kind == kind
    ]
    changed = await reconcile(Speciality, wanted, key=["code"], within={"kind": kind})
    if changed:
        await Exam.filter(kind=kind).update(version=F("version") + 1)
    return changed
