"""A form's codes and keys as people read them: of lists, specialities and confirmation points the names."""

from collections.abc import Callable, Mapping
from typing import Any

from backend.exams.catalogue import Exams
from backend.registrations.completeness import CODED
from backend.registrations.rows import Held
from backend.wording import Language, catalogue, say


async def wording(exams: Exams, one: Held, language: Language) -> Callable[[str, Any], Any]:
    """What `section.field` and its value read as; what is no code of ours stays as it is."""
    specialities = await exams.specialities_of(one.exam.kind)
    names: Mapping[str, Mapping[Any, str]] = {
        "registration.speciality": {code: f"{code} {known.name}" for code, known in specialities.items()},
        "registration.confirmation_point": await _points(exams, one),
    }
    terms = catalogue("terms")

    def worded(field: str, value: Any) -> Any:
        if not isinstance(value, str | int) or isinstance(value, bool):
            return value
        if field in CODED:
            return exams.code_text(CODED[field], str(value), language) or value
        if (term := f"{field.partition('.')[2]}_{value}") in terms:
            return say("terms", term, language)
        return names.get(field, {}).get(value, value)

    return worded


async def _points(exams: Exams, one: Held) -> Mapping[Any, str]:
    area, site = one.form.registration.area, one.form.registration.site
    if not area or not site:
        return {}
    return {point.id: point.name for point in await exams.points(one.exam.code, area, site)}
