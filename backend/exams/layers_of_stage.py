"""One stage at every place, read from the rows as they are now: what a change is decided on, and judged by."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from backend.exams.calendar import Calendar, Layer, Window
from backend.exams.facts_of_rows import local
from backend.exams.models import CalendarWindow, ConfirmationPoint, ConfirmationSlot
from backend.exams.publication import Place, level_of, places_down_to
from backend.exams.stages import WITH, Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLayers:
    """`layers`: what each place says of the stage, and of the one it goes with. `held`: half days and confirmation
    points, each with its site."""

    stage: Stage
    layers: Mapping[Place, Layer]
    held: Sequence[tuple[Place, Window]] = ()

    def calendar(self, place: Place) -> Calendar:
        """Of this stage alone."""
        return Calendar(tuple(self.layers[one] for one in places_down_to(*place) if one in self.layers))

    def own(self, place: Place) -> tuple[Window, ...]:
        """What the place itself says of the stage."""
        return tuple(self.layers[place].windows.get(self.stage, ())) if place in self.layers else ()

    def below(self, place: Place) -> list[Place]:
        """The places under it that speak of the stage themselves."""
        return [one for one in self.layers if one != place and self.own(one) and place in places_down_to(*one)]

    def held_below(self, place: Place) -> list[tuple[Place, Window]]:
        return [(site, window) for site, window in self.held if place in places_down_to(*site)]

    def supposing(self, place: Place, windows: Sequence[Window]) -> "StageLayers":
        """The same, were these the place's own; none: it says nothing."""
        layer = self.layers.get(place, Layer(name=level_of(place), windows={}))
        said = {known: given for known, given in layer.windows.items() if known != self.stage}
        changed = replace(layer, windows={**said, self.stage: windows} if windows else said)
        return replace(self, layers={**self.layers, place: changed})

    def mark(self, place: Place) -> str:
        """Of what holds at the place, and by which level: another one once anything of it has changed."""
        above = [(*one, str(window)) for one in places_down_to(*place) for window in self.own(one)]
        return hashlib.sha256(repr(above).encode()).hexdigest()[:16]


async def layers_of_stage(exam_code: str, stage: Stage) -> StageLayers:
    """As the database has it in this transaction; the process's memory may be a second behind."""
    stages = {stage, WITH.get(stage, stage)}
    rows = await (
        CalendarWindow.filter(exam__code=exam_code, stage__in=[one.value for one in stages])
        .order_by("stage", "position")
        .values("stage", "opens_at", "closes_at", "sample", "area__name", "site__name", "site__area__name")
    )
    said: dict[Place, dict[Stage, list[Window]]] = {}
    samples: dict[Place, set[Stage]] = {}
    for row in rows:
        place: Place = (row["site__area__name"] or row["area__name"], row["site__name"])
        said.setdefault(place, {}).setdefault(Stage(row["stage"]), []).append(_window(row))
        if row["sample"]:
            samples.setdefault(place, set()).add(Stage(row["stage"]))
    layers = {
        place: Layer(name=level_of(place), windows=windows, samples=frozenset(samples.get(place, ())))
        for place, windows in said.items()
    }
    return StageLayers(stage=stage, layers=layers, held=await _held(exam_code) if stage is Stage.CONFIRMATION else ())


async def _held(exam_code: str) -> list[tuple[Place, Window]]:
    found: list[tuple[Place, Window]] = []
    for model in (ConfirmationPoint, ConfirmationSlot):
        rows = await model.filter(exam__code=exam_code).values(
            "opens_at", "closes_at", "site__name", "site__area__name"
        )
        found += [
            ((row["site__area__name"], row["site__name"]), _window(row))
            for row in rows
            if row["opens_at"] or row["closes_at"]
        ]
    return found


def _window(row: Mapping[str, Any]) -> Window:
    opens_at, closes_at = row["opens_at"], row["closes_at"]
    return Window(opens_at=local(opens_at) if opens_at else None, closes_at=local(closes_at) if closes_at else None)
