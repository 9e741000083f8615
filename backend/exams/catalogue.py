"""What was published, for everyone who asks: read from memory, fresh to the second."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.database import Database
from backend.errors import NotFound
from backend.exams.calendar import Calendar, Layer, Window, midnight
from backend.exams.confirmation_places import Match, Place, rank
from backend.exams.facts import (
    AreaFacts,
    ExamFacts,
    ExamSite,
    PointFacts,
    Policy,
    SessionFacts,
    SiteFacts,
    SpecialityFacts,
)
from backend.exams.facts_of_rows import at_site
from backend.exams.publication import Place as PlaceNames
from backend.exams.publication import level_of
from backend.exams.published import FRESH_SECONDS, Published, Still
from backend.exams.reference import code_lists
from backend.exams.snapshot import ExamSnapshot, Snapshot
from backend.exams.stages import Stage
from backend.wording import Language

__all__ = ["ExamFacts", "Exams", "PointFacts", "Policy", "SessionFacts", "SiteFacts", "SpecialityFacts"]


class Exams:
    """Reads of exams, calendars, policies and places.

    The process keeps everything published in memory; what an operator loads is known everywhere a second later.
    """

    def __init__(
        self, database: Database, *, fresh_seconds: float = FRESH_SECONDS, still: Snapshot | None = None
    ) -> None:
        """`still`: read this one alone, and never the database."""
        self._database = database
        self._published: Published | Still = Still(still) if still else Published(database, fresh_seconds=fresh_seconds)

    async def supposing(self, exam_code: str, place: PlaceNames, stage: Stage, windows: Sequence[Window]) -> "Exams":
        """The same, were these the stage's windows of that level and place (none: it says nothing of the stage).

        Nothing is published, and nobody else sees it. Raises NotFound `exam_unknown`.
        """
        exam = await self._exam(exam_code)
        layer = exam.layers.get(place, Layer(name=level_of(place), windows={}))
        said = {known: given for known, given in layer.windows.items() if known != stage}
        changed = replace(layer, windows={**said, stage: windows} if windows else said)
        supposed = replace(exam, layers={**exam.layers, place: changed}, _calendars={})
        published = await self._published.now()
        return Exams(self._database, still=replace(published, exams={**published.exams, exam_code: supposed}))

    async def in_progress(self, now: datetime) -> ExamFacts:
        """The exam that is sat next, else the newest. Raises NotFound `exam_unknown` where there is none."""
        every, _ = await self.exams(limit=1000)
        if not every:
            raise NotFound("exam_unknown")
        ahead = [exam for exam in every if exam.exam_days and midnight(exam.exam_days[-1]) + timedelta(days=1) > now]
        return min(ahead, key=lambda exam: (exam.exam_days[0], exam.code)) if ahead else every[0]

    async def prepare(self) -> None:
        """Read everything once, at a process's start: before requests hold every connection and wait for it."""
        await self._published.now()

    async def exam(self, code: str) -> ExamFacts:
        """Raises NotFound `exam_unknown`, as does everything below that takes an exam's code."""
        return (await self._exam(code)).facts

    async def by_id(self, exam_id: int) -> ExamFacts:
        """Raises NotFound `exam_unknown`."""
        for exam in (await self._published.now()).exams.values():
            if exam.facts.id == exam_id:
                return exam.facts
        raise NotFound("exam_unknown")

    async def exams(self, *, after: str | None = None, limit: int = 50) -> tuple[Sequence[ExamFacts], str | None]:
        """The newest years first, and the code to go on after, None where that was all."""
        every = sorted(
            (exam.facts for exam in (await self._published.now()).exams.values()),
            key=lambda exam: (-exam.year, exam.code),
        )
        codes = [exam.code for exam in every]
        start = codes.index(after) + 1 if after in codes else 0
        found = every[start : start + limit]
        return found, found[-1].code if found and start + limit < len(every) else None

    async def calendar(self, exam_code: str, area: str | None = None, site: str | None = None) -> Calendar:
        """The calendar as it holds there. Raises NotFound also `area_unknown`, `site_unknown`."""
        exam = await self._exam(exam_code)
        if area is not None:
            await self.area(area)
        if area is not None and site is not None:
            await self.site(area, site)
        return exam.calendar(area, site)

    async def calendar_or_national(self, exam_code: str, area: str | None, site: str | None) -> Calendar:
        """The same, and the nation's for a place that is not known: what a draft names may be anything."""
        try:
            return await self.calendar(exam_code, area, site)
        except NotFound:
            return (await self._exam(exam_code)).calendar(None, None)

    async def policies(self, exam_code: str) -> Sequence[Policy]:
        """The policy of each of the 32 areas, in the order of their codes."""
        return list((await self._exam(exam_code)).policies.values())

    async def policy(self, exam_code: str, area: str, site: str | None = None) -> Policy:
        """The policy as it holds there. Raises NotFound also `area_unknown`, `site_unknown`."""
        exam = await self._exam(exam_code)
        found = exam.policies.get(area)
        if found is None:
            raise NotFound("area_unknown")
        return at_site(found, exam.sites.get((await self.site(area, site)).id) if site is not None else None)

    async def policy_or_none(self, exam_code: str, area: str | None, site: str | None) -> Policy | None:
        """The same, and None for a place that is not known."""
        try:
            return await self.policy(exam_code, area, site) if area is not None else None
        except NotFound:
            return None

    async def area(self, name: str) -> AreaFacts:
        """Raises NotFound `area_unknown`."""
        found = (await self._published.now()).areas.get(name)
        if found is None:
            raise NotFound("area_unknown")
        return found

    async def area_by_id(self, area_id: int) -> AreaFacts:
        """Raises NotFound `area_unknown`."""
        for area in (await self._published.now()).areas.values():
            if area.id == area_id:
                return area
        raise NotFound("area_unknown")

    async def site(self, area: str, name: str) -> SiteFacts:
        """A site that any exam named. Raises NotFound `area_unknown`, `site_unknown`."""
        await self.area(area)
        found = (await self._published.now()).sites.get((area, name))
        if found is None:
            raise NotFound("site_unknown")
        return found

    async def site_by_id(self, site_id: int) -> SiteFacts:
        """Raises NotFound `site_unknown`."""
        for site in (await self._published.now()).sites.values():
            if site.id == site_id:
                return site
        raise NotFound("site_unknown")

    async def places(self) -> Sequence[tuple[str | None, str | None]]:
        """Every place a form can name, as (area, site): none yet, an area alone, a site that any exam named."""
        published = await self._published.now()
        return [(None, None), *((area, None) for area in published.areas), *published.sites]

    async def places_by_code(self) -> tuple[Sequence[AreaFacts], Sequence[SiteFacts]]:
        """Every site that any exam named, and the areas that have one, each by code."""
        known = await self._published.now()
        sites = sorted(known.sites.values(), key=lambda site: site.code)
        named = {site.area for site in sites}
        return sorted((area for area in known.areas.values() if area.name in named), key=lambda area: area.code), sites

    async def sites(self, exam_code: str, area: str | None = None) -> Sequence[ExamSite]:
        """The sites that the exam's files name, by area and code. Raises NotFound also `area_unknown`."""
        exam = await self._exam(exam_code)
        if area is not None:
            await self.area(area)
        found = [site for site in exam.sites.values() if area in (None, site.site.area)]
        codes = {known.name: known.code for known in (await self._published.now()).areas.values()}
        return sorted(found, key=lambda site: (codes[site.site.area], site.site.code))

    async def points(self, exam_code: str, area: str, site: str) -> Sequence[PointFacts]:
        """The site's confirmation points in the notice's order. Raises NotFound also `area_unknown`, `site_unknown`."""
        exam = await self._exam(exam_code)
        return exam.points.get((await self.site(area, site)).id, ())

    async def point(self, exam_code: str, point_id: int) -> PointFacts:
        """Raises NotFound also `confirmation_point_unknown`."""
        for points in (await self._exam(exam_code)).points.values():
            for point in points:
                if point.id == point_id:
                    return point
        raise NotFound("confirmation_point_unknown")

    async def confirmation_places(
        self, exam_code: str, area: str, site: str, *, employer: str | None = None, parent: str | None = None
    ) -> Sequence[Match]:
        """Where a candidate of that employer confirms, and what they must do there, best match first.

        Raises NotFound also `area_unknown`, `site_unknown`.
        """
        exam = await self._exam(exam_code)
        where = await self.site(area, site)
        points, slots = exam.points.get(where.id, ()), exam.slots.get(where.id, ())
        return rank(Place.of(points, slots), employer, parent=parent, site=site, area=area)

    async def specialities(
        self, exam_code: str, *, level: str | None = None, search: str | None = None
    ) -> Sequence[SpecialityFacts]:
        """Those of the exam's kind, by code; `search` is part of a code or a name."""
        kind = (await self._exam(exam_code)).facts.kind
        return [
            speciality
            for speciality in (await self._published.now()).specialities.get(kind, {}).values()
            if level in (None, speciality.level) and (search or "") in f"{speciality.code} {speciality.name}"
        ]

    async def specialities_of(self, kind: str) -> Mapping[str, SpecialityFacts]:
        """All of a kind of exam, by code; none for a kind that isn't known."""
        return (await self._published.now()).specialities.get(kind, {})

    async def speciality(self, exam_code: str, code: str) -> SpecialityFacts:
        """Raises NotFound also `speciality_unknown`."""
        kind = (await self._exam(exam_code)).facts.kind
        found = (await self._published.now()).specialities.get(kind, {}).get(code)
        if found is None:
            raise NotFound("speciality_unknown")
        return found

    async def sessions(
        self, exam_code: str, area: str | None = None, *, speciality: str | None = None
    ) -> Sequence[SessionFacts]:
        """The area's sessions, the nation's where it has none; only those of the speciality, if one is given."""
        every = (await self._exam(exam_code)).sessions
        found = [session for session in every if session.area == area] or [
            session for session in every if session.area is None
        ]
        if speciality is None:
            return found
        return [session for session in found if not session.specialities or speciality in session.specialities]

    async def exam_times(self, exam_code: str, area: str | None) -> tuple[datetime | None, datetime | None]:
        """When the first session starts and the last one ends there; whole exam days where no session is known."""
        if sessions := await self.sessions(exam_code, area):
            return min(session.starts_at for session in sessions), max(session.ends_at for session in sessions)
        days = (await self.exam(exam_code)).exam_days
        return (midnight(days[0]), midnight(days[-1]) + timedelta(days=1)) if days else (None, None)

    def codes(self, name: str) -> frozenset[str]:
        """The codes of one list of the form's. KeyError for a list there is none of."""
        return frozenset(value.code for value in code_lists()[name])

    def code_text(self, name: str, code: str, language: Language = "zh-CN") -> str | None:
        """What a code of that list means; None for one that isn't in it."""
        return next((value.text(language) for value in code_lists()[name] if value.code == code), None)

    async def _exam(self, code: str) -> ExamSnapshot:
        found = (await self._published.now()).exams.get(code)
        if found is None:
            raise NotFound("exam_unknown")
        return found
