"""Loading published calendars: all files of a call or none, in any order, as often as one likes."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from backend.audit import SYSTEM, Actor, record
from backend.clock import Clock
from backend.database import Database
from backend.events import EventName, tell
from backend.exams.calendar import Window
from backend.exams.coherence import Known, faults_of
from backend.exams.exam_file import ExamFile, FileFault, FilesRefused, parse, read_all
from backend.exams.exam_writing import write
from backend.exams.file_shape import SpecialitiesFile
from backend.exams.gathering import gather_publications
from backend.exams.models import Area, Exam, Site
from backend.exams.office_layer import office_file, office_text, office_word
from backend.exams.publication import Place, Publication
from backend.exams.reconciling import StillUsed, reconcile
from backend.exams.reference import area_codes, site_codes
from backend.exams.specialities import load_specialities, speciality_codes
from backend.exams.stages import Stage

SiteCodes = Mapping[tuple[str, str], str]

ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('zhunkao exam loading'))"
"""Two loadings at once would each check against what the other is about to replace."""


class ExamLoading:
    """Puts calendar files into the database. Every file's text is kept, and all other rows follow from the texts."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def load(self, files: Sequence[Path], *, accept_outside: bool, actor: Actor = SYSTEM) -> list[str]:
        """Load the files; one sentence for each exam and speciality file says what became of it.

        A file replaces what was loaded for its exam, place and part. `accept_outside`: windows of these files may reach
        outside of the level above. Raises FilesRefused with every fault, and then nothing of any file is loaded.
        """
        return await self._load(read_all(files), accept_outside=accept_outside, actor=actor)

    async def publish(self, exam_code: str, stage: Stage, window: Window, *, actor: Actor) -> list[str]:
        """Set the nation's window of a stage that is known only later, such as score_report. Raises FilesRefused."""
        edges = {"start": window.opens_at, "end": window.closes_at}
        given = ", ".join(f"{name} = {edge.isoformat()}" for name, edge in edges.items() if edge is not None)
        text = f'exam = "{exam_code}"\nlevel = "national"\npart = "{stage}"\n[windows]\n{stage} = {{ {given} }}\n'
        return await self._load([parse(f"{exam_code}-{stage}.toml", text)], accept_outside=False, actor=actor)

    async def amend(
        self,
        exam_code: str,
        place: Place,
        stage: Stage,
        windows: Sequence[Window],
        *,
        actor: Actor,
        first: Callable[[], Awaitable[bool]],
    ) -> None:
        """Set one place's own windows of a stage, over what its published files say; none: the files' word again.

        `first` is asked with nobody else loading: whether to go on; what it raises ends all of it. Raises FilesRefused.
        """
        async with self._database.transaction():
            await self._database.rows(ONE_AT_A_TIME)
            if not await first():
                return
            said = {known: spans for known, spans in (await office_word(exam_code, place)).items() if known != stage}
            said |= {stage: tuple(windows)} if windows else {}
            file = parse(office_file(exam_code, place), office_text(exam_code, place, said))
            await self._load([file], accept_outside=False, actor=actor)

    async def _load(self, files: Sequence[ExamFile], *, accept_outside: bool, actor: Actor) -> list[str]:
        async with self._database.transaction():
            await self._database.rows(ONE_AT_A_TIME)
            await reconcile(Area, _areas(), key=["name"], within={}, keep=True)
            told = [await load_specialities(file) for file in files if isinstance(file.shape, SpecialitiesFile)]
            publications = await gather_publications(files, accept_outside=accept_outside)
            known_sites = {**site_codes(), **await _stored_sites()}
            await _check(publications, known_sites)
            for publication in publications:
                told.append(await self._write(publication, known_sites, files, actor))
        return told

    async def _write(
        self, publication: Publication, known_sites: SiteCodes, files: Sequence[ExamFile], actor: Actor
    ) -> str:
        """Write one exam; where that changed anything, its version grows and the act is on record."""
        codes = {**known_sites, **{key: site.facts.code for key, site in publication.sites.items() if site.facts.code}}
        before = await Exam.get_or_none(code=publication.code)
        try:
            changed = await write(publication, codes)
        except StillUsed as error:
            given = next(file for file in publication.files if file.file in files)
            raise FilesRefused([given.fault(str(error))]) from error
        exam = await Exam.get(code=publication.code)
        if not changed:
            return f"{exam.code}: nothing changed, version {exam.version} stands"
        exam.version = before.version + 1 if before else 1
        await exam.save(update_fields=["version"])
        digests = {file.file.name: _digest(file.file.text) for file in publication.downwards}
        was, now = {"version": before.version} if before else None, {"version": exam.version, "files": digests}
        await record(self._clock, actor, "exam:loaded", "exam", exam.code, before=was, after=now)
        at = self._clock.now()
        await tell(EventName.EXAM_LOADED, subject_id=exam.code, candidate_id=None, at=at, version=exam.version)
        return f"{exam.code}: version {exam.version} loaded from {', '.join(digests)}"


async def _check(publications: Sequence[Publication], known_sites: SiteCodes) -> None:
    faults: list[FileFault] = []
    for publication in publications:
        kind = publication.national[1].kind if publication.national else ""
        known = Known(areas=area_codes().keys(), site_codes=known_sites, specialities=await speciality_codes(kind))
        faults += faults_of(publication, known)
    if faults:
        raise FilesRefused(faults)


def _areas() -> list[dict[str, str]]:
    return [{"name": name, "code": code} for name, code in area_codes().items()]


async def _stored_sites() -> dict[tuple[str, str], str]:
    return {(site.area.name, site.name): site.code for site in await Site.all().select_related("area")}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
