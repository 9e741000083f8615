"""What an office says at its desk over its published files: a layer file of its own, written by us."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backend.exams.calendar import Window
from backend.exams.exam_file import parse
from backend.exams.file_shape import OFFICE_PART, SpecialitiesFile
from backend.exams.models import ExamLayer
from backend.exams.publication import Place, level_of
from backend.exams.stages import Stage

Said = Mapping[Stage, Sequence[Window]]
EDGES: Final = (("start", "opens_at"), ("end", "closes_at"))


async def office_word(exam_code: str, place: Place) -> Said:
    """The windows that the office of this place has set itself."""
    return await _said(exam_code, place, part=OFFICE_PART)


async def files_word(exam_code: str, place: Place) -> Said:
    """The windows that the published files of this place give."""
    return await _said(exam_code, place, part__not=OFFICE_PART)


def office_file(exam_code: str, place: Place) -> str:
    """How the layer's file is called where something is wrong with it: as long as the longest site's name allows."""
    area, site = place
    return f"{exam_code}-{site or area or level_of(place)}-{OFFICE_PART}.toml"


def office_text(exam_code: str, place: Place, windows: Said) -> str:
    """The layer's file, as `parse` reads it."""
    area, site = place
    head = {"exam": exam_code, "level": level_of(place), "area": area, "site": site, "part": OFFICE_PART}
    # A TOML string is written as JSON's is.
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in head.items() if value is not None]
    return "\n".join([*lines, "", "[windows]", *(f"{stage} = {_spans(given)}" for stage, given in windows.items()), ""])


async def _said(exam_code: str, place: Place, **part: Any) -> dict[Stage, Sequence[Window]]:
    area, site = place
    of_area = {"area__name": area} if area is not None else {"area_id__isnull": True}
    of_site = {"site__name": site} if site is not None else {"site_id__isnull": True}
    rows = await ExamLayer.filter(exam__code=exam_code, **of_area, **of_site, **part).order_by("part")
    shapes = [parse(row.file, row.text).shape for row in rows]
    return {
        stage: tuple(span.window() for span in spans)
        for shape in shapes
        if not isinstance(shape, SpecialitiesFile)
        for stage, spans in shape.windows.items()
    }


def _spans(windows: Sequence[Window]) -> str:
    return f"[{', '.join(map(_span, windows))}]"


def _span(window: Window) -> str:
    edges = {key: getattr(window, name) for key, name in EDGES}
    return f"{{ {', '.join(f'{key} = {edge.isoformat()}' for key, edge in edges.items() if edge is not None)} }}"
