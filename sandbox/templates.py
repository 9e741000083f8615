"""The message templates of one app: those it was started with, and those chosen while the sandbox runs."""

from collections.abc import Iterator, Mapping

from sandbox.console import TemplateRecord
from sandbox.settings import Template


def found(template_id: str, chosen: Mapping[str, TemplateRecord], known: Mapping[str, Template]) -> Template | None:
    """By id, those put in at run time first."""
    if record := chosen.get(template_id):
        enums = {key: tuple(values) for key, values in record.enums.items()}
        return Template(keys=tuple(record.keys), title=record.title, long_term=record.long_term, enums=enums)
    return known.get(template_id)


def values_of(data: object) -> Iterator[tuple[str, object]]:
    """The keywords of a message's `data` and their values; none where it isn't of that shape."""
    if isinstance(data, Mapping):
        for key, field in data.items():
            yield str(key), field.get("value") if isinstance(field, Mapping) else None
