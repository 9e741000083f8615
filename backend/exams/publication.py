"""One exam as all of its files together give it. Pure: files in, what holds where out.

Lower levels are laid over higher ones, and further parts of a level over its earlier ones: what a file leaves out stays
as it was said above it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Final, NamedTuple, TypeVar

from backend.exams.calendar import Calendar, Layer, LayerName
from backend.exams.exam_file import ExamFile, FileFault
from backend.exams.file_shape import (
    OFFICE_PART,
    AreaFile,
    LayerShape,
    NationalFile,
    PointShape,
    Policies,
    Serves,
    SiteDetails,
    SiteFile,
)
from backend.exams.file_values import AfterAutoConfirmation, ConfirmationMode, Level, PaymentMode
from backend.exams.stages import Stage
from backend.exams.toml_lines import Path as KeyPath

T = TypeVar("T")

ROLLING_YEARS: Final = {"health_professional": 2}
"""Years over which passed subjects count together, where the calendar doesn't say (candidates' notice 2024); else 1."""

Place = tuple[str | None, str | None]
"""(area, site): the nation is (None, None), an area (name, None)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A layer's file; `accepted`: the operator let its windows reach outside of what stands above them."""

    file: ExamFile
    shape: LayerShape
    accepted: bool = False

    @property
    def place(self) -> Place:
        return place_of(self.shape)

    def fault(self, message: str, *path: str | int) -> FileFault:
        return self.file.fault(message, *path)

    def sites(self) -> Iterator["SaidOfSite"]:
        """What this file says of sites."""
        shape = self.shape
        if isinstance(shape, NationalFile):
            for position, place in enumerate(shape.policies.online_payment_except_sites):
                path = ("policies", "online_payment_except_sites", position)
                yield SaidOfSite(place.area, place.site, SiteDetails(payment_mode="onsite"), path)
        elif isinstance(shape, AreaFile):
            for position, site in enumerate(shape.sites):
                yield SaidOfSite(shape.area, site.name, site, ("sites", position))
        elif isinstance(shape, SiteFile):
            yield SaidOfSite(shape.area, shape.site, shape, ())


class SaidOfSite(NamedTuple):
    """What one file says of one site, and under which key."""

    area: str
    name: str
    facts: SiteDetails
    path: KeyPath


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSite:
    """A site with everything said of it, the latest word for each fact."""

    area: str
    name: str
    facts: SiteDetails
    sample: bool

    @property
    def points(self) -> Sequence[PointShape]:
        """Its confirmation points; where only half days are given, the one place they are held at."""
        if self.facts.confirmation_points or not self.facts.confirmation_slots:
            return self.facts.confirmation_points
        days = [slot.day for slot in self.facts.confirmation_slots]
        whole = PointShape(
            name=f"{self.name}考点",
            phone=self.facts.contact.phone if self.facts.contact else None,
            address=self.facts.confirmation_place,
            start=min(days),
            end=max(days),
            serves=Serves(default=True),
        )
        return (whole,)


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPolicy:
    """How an area holds the exam. `prices`: fen a subject by level."""

    confirmation_mode: ConfirmationMode
    auto_confirmation: bool
    after_auto_confirmation: AfterAutoConfirmation | None
    payment_mode: PaymentMode
    prices: dict[Level, int]
    materials: tuple[str, ...]
    commitment_letter: bool
    frontline_exemption: bool
    sample: bool


@dataclass(frozen=True, kw_only=True)
class Publication:
    """Every file of one exam. `files` may come in any order."""

    code: str
    files: Sequence[PublishedFile]

    @cached_property
    def national(self) -> tuple[PublishedFile, NationalFile] | None:
        """The file that describes the exam."""
        found = ((file, file.shape) for file in self.files if isinstance(file.shape, NationalFile))
        return next(found, None)

    @cached_property
    def downwards(self) -> Sequence[PublishedFile]:
        """The files from the nation down to the sites, those of one place in the order of their parts, the office's own
        part last."""
        levels = ("national", "area", "site")

        def order(file: PublishedFile) -> tuple[int, bool, str]:
            return levels.index(level_of(file.place)), file.shape.part == OFFICE_PART, file.shape.part

        return sorted(self.files, key=order)

    def at(self, place: Place) -> list[PublishedFile]:
        """The files that speak for exactly this level and place, in the order of their parts."""
        return [file for file in self.downwards if file.place == place]

    def calendar(self, area: str | None = None, site: str | None = None) -> Calendar:
        return Calendar(tuple(self.layer(place) for place in places_down_to(area, site) if self.at(place)))

    def speakers(self, place: Place) -> Mapping[Stage, PublishedFile]:
        """Whose windows hold of each stage that this level and place speaks of."""
        return {stage: file for file in self.at(place) for stage in file.shape.windows}

    def layer(self, place: Place) -> Layer:
        speakers = self.speakers(place)
        return Layer(
            name=level_of(place),
            windows={stage: [span.window() for span in file.shape.windows[stage]] for stage, file in speakers.items()},
            samples=frozenset(stage for stage, file in speakers.items() if file.shape.sample),
        )

    @cached_property
    def sites(self) -> Mapping[tuple[str, str], PublishedSite]:
        """Every site that a file of this exam names, by (area, site)."""
        found: dict[tuple[str, str], PublishedSite] = {}
        for file in self.downwards:
            for said in file.sites():
                before = found.get((said.area, said.name))
                found[said.area, said.name] = PublishedSite(
                    area=said.area,
                    name=said.name,
                    facts=_over(before.facts, said.facts) if before else said.facts,
                    sample=file.shape.sample or (before is not None and before.sample),
                )
        return found

    def policy(self, area: str) -> PublishedPolicy:
        """The area's policy: its own word, else the nation's, else what needs nothing online."""
        listed = self.national[1].policies if self.national else Policies()
        nation_pays: PaymentMode = (self.national[1].payment_mode if self.national else None) or "onsite"
        own = [file.shape for file in self.at((area, None)) if isinstance(file.shape, AreaFile)]
        confirms = _latest(shape.auto_confirmation for shape in own)
        return PublishedPolicy(
            confirmation_mode=_latest(shape.confirmation_mode for shape in own)
            or ("online" if area in listed.online_confirmation else "onsite"),
            auto_confirmation=area in listed.auto_confirmation if confirms is None else confirms,
            after_auto_confirmation=_latest(shape.after_auto_confirmation for shape in own),
            payment_mode=_latest(shape.payment_mode for shape in own)
            or ("online" if area in listed.online_payment else nation_pays),
            prices={level: fen for shape in own for level, fen in shape.prices.items()},
            materials=_latest(shape.materials or None for shape in own) or (),
            commitment_letter=_latest(shape.commitment_letter for shape in own) or False,
            frontline_exemption=_latest(shape.frontline_exemption for shape in own) or False,
            sample=any(shape.sample for shape in own),
        )


def place_of(shape: LayerShape) -> Place:
    """The place a file speaks for."""
    if isinstance(shape, SiteFile):
        return shape.area, shape.site
    return (shape.area if isinstance(shape, AreaFile) else None), None


def level_of(place: Place) -> LayerName:
    area, site = place
    if site is not None:
        return "site"
    return "national" if area is None else "area"


def places_down_to(area: str | None, site: str | None) -> list[Place]:
    """The places whose layers hold at the last of them."""
    places: list[Place] = [(None, None)]
    if area is not None:
        places.append((area, None))
    if area is not None and site is not None:
        places.append((area, site))
    return places


def _over(before: SiteDetails, after: SiteDetails) -> SiteDetails:
    return SiteDetails(
        **{fact.name: getattr(after, fact.name) or getattr(before, fact.name) for fact in fields(SiteDetails)}
    )


def _latest(said: Iterable[T | None]) -> T | None:
    """The last word that was said, if any was."""
    found: T | None = None
    for word in said:
        found = found if word is None else word
    return found
