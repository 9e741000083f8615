"""What must hold between the files of one exam before any of them is loaded. Pure: every fault, each with its line."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from backend.exams.calendar import Window
from backend.exams.exam_file import FileFault
from backend.exams.file_shape import OFFICE_PART, AreaFile, NationalFile, SessionShape, SiteFile
from backend.exams.publication import Place, Publication, PublishedFile, SaidOfSite, level_of
from backend.exams.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known beside the files. `site_codes`: (area, site) → two digits; `specialities`: codes of this kind."""

    areas: Set[str]
    site_codes: Mapping[tuple[str, str], str]
    specialities: Set[str]


def faults_of(publication: Publication, known: Known) -> list[FileFault]:
    """Everything that is wrong between the exam's files."""
    if publication.national is None:
        message = f"exam {publication.code} is described by no national file, neither loaded before nor given now"
        return [file.fault(message, "exam") for file in publication.files]
    unknown = list(_unknown_areas(publication, known.areas))
    return unknown or [
        *_said_twice(publication),
        *_site_codes(publication, known.site_codes),
        *_outside(publication),
        *_places_outside(publication),
        *_points(publication),
        *_sessions(publication, known.specialities),
    ]


def _unknown_areas(publication: Publication, areas: Set[str]) -> Iterator[FileFault]:
    for file in publication.files:
        for path, area in _named_areas(file):
            if area not in areas:
                yield file.fault(f"{area} is none of the {len(areas)} areas", *path)


def _named_areas(file: PublishedFile) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(file.shape, AreaFile | SiteFile):
        yield ("area",), file.shape.area
    if isinstance(file.shape, NationalFile):
        policies = file.shape.policies
        for name in ("online_confirmation", "auto_confirmation", "online_payment"):
            for area in getattr(policies, name):
                yield ("policies", name), area
        for place in policies.online_payment_except_sites:
            yield ("policies", "online_payment_except_sites"), place.area


def _said_twice(publication: Publication) -> Iterator[FileFault]:
    """A stage that two parts of one place both give: neither would be the later word. The office's own part is."""
    first: dict[tuple[Place, Stage], str] = {}
    for file in publication.downwards:
        for stage in file.shape.windows if file.shape.part != OFFICE_PART else ():
            said = first.setdefault((file.place, stage), file.file.name)
            if said != file.file.name:
                yield file.fault(f"{stage} is already given by {said} for the same place", "windows", stage.value)


def _site_codes(publication: Publication, known: Mapping[tuple[str, str], str]) -> Iterator[FileFault]:
    holders = {(area, code): site for (area, site), code in known.items()}
    for file in publication.downwards:
        for said in file.sites():
            site = (said.area, said.name)
            code = publication.sites[site].facts.code or known.get(site)
            if code is None:
                yield file.fault(f"site {said.name} of {said.area} has no code: give it `code`, two digits", *said.path)
            elif known.get(site, code) != code:
                yield file.fault(f"site {said.name} has the code {known[site]}: it can't change", *said.path, "code")
            elif (holder := holders.setdefault((said.area, code), said.name)) != said.name:
                yield file.fault(f"code {code} of site {said.name} belongs to {holder}", *said.path, "code")


def _outside(publication: Publication) -> Iterator[FileFault]:
    for place in dict.fromkeys(file.place for file in publication.downwards):
        speakers = publication.speakers(place)
        for outside in publication.calendar(*place).reaches_outside():
            if outside.layer != level_of(place):
                continue
            file = speakers[outside.stage]
            parents = " and ".join(str(window) for window in outside.parent_windows)
            message = f"{outside.stage}: {outside.window} reaches outside of the {outside.parent} window {parents}"
            if not file.accepted:
                yield file.fault(message, "windows", outside.stage.value)


def _places_outside(publication: Publication) -> Iterator[FileFault]:
    """Confirmation points and half days that are not inside their site's confirmation window."""
    for file in publication.downwards:
        for said in file.sites():
            confirmation = publication.calendar(said.area, said.name).stage(Stage.CONFIRMATION).windows
            for path, name, window in _held(said):
                if confirmation and not file.accepted and not any(stage.covers(window) for stage in confirmation):
                    whole = " and ".join(str(stage) for stage in confirmation)
                    message = f"{name}: {window} reaches outside of the site's confirmation {whole}"
                    yield file.fault(message, *path)


def _held(said: SaidOfSite) -> Iterator[tuple[tuple[str | int, ...], str, Window]]:
    for position, point in enumerate(said.facts.confirmation_points):
        if window := point.window():
            yield (*said.path, "confirmation_points", position), point.name, window
    for position, slot in enumerate(said.facts.confirmation_slots):
        yield (*said.path, "confirmation_slots", position), f"{slot.day} {slot.half}", slot.window()


def _points(publication: Publication) -> Iterator[FileFault]:
    for file in publication.downwards:
        for said in file.sites():
            for name in _repeated(point.name for point in said.facts.confirmation_points):
                yield file.fault(f"confirmation point {name} is listed twice", *said.path, "confirmation_points")
            if said.facts.confirmation_slots and len(said.facts.confirmation_points) > 1:
                message = "half days beside several confirmation points: nobody can tell at which of them"
                yield file.fault(message, *said.path, "confirmation_slots")


def _sessions(publication: Publication, specialities: Set[str]) -> Iterator[FileFault]:
    national = publication.national[1] if publication.national else None
    for file in publication.downwards:
        if file.shape.sessions and isinstance(file.shape, SiteFile):
            yield file.fault("sessions are the nation's or an area's, not a site's", "sessions")
        for position, session in enumerate(file.shape.sessions):
            for message in _session_faults(session, national, specialities):
                yield file.fault(f"session {session.number}: {message}", "sessions", position)
    for place in {file.place for file in publication.files}:
        files = [file for file in publication.at(place) if file.shape.sessions]
        for number in _repeated(session.number for file in files for session in file.shape.sessions):
            yield files[-1].fault(f"session {number} is given twice", "sessions")


def _session_faults(session: SessionShape, national: NationalFile | None, specialities: Set[str]) -> Iterator[str]:
    if national and session.subject not in national.subjects:
        yield f"{session.subject} is no subject of the exam"
    if national and national.exam_days and session.day not in national.exam_days:
        yield f"{session.day} is no exam day"
    if session.ends <= session.starts:
        yield "it ends before it starts"
    for code in session.specialities:
        if code not in specialities:
            yield f"speciality {code} is not known"


def _repeated(items: Iterable[object]) -> list[object]:
    return [item for item, count in Counter(items).items() if count > 1]
