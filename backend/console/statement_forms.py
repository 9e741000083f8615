"""An office's statements as forms: which fields each kind has, what was typed into them, and what a statement says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.console.sent import instant_of, lines_of
from backend.custody.models import StatementKind
from backend.custody.statements import Content, DestroyedLine, OfficeLine, Receiver, SpareCounts, SpareUsed

Typed = Mapping[str, Any]
"""What stands in a form: of a field its text, of a group its rows, each field → text."""
INSTANT: Final = "%Y-%m-%dT%H:%M"
"""As a browser's field has it, in China's time."""
MOST_ROWS: Final = 400
SPARE_ROWS: Final = 2
"""Empty rows below those that are filled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`fields`: those that are there once. `groups`: those of which there are several rows."""

    fields: Sequence[str] = ()
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)


FORMS: Final[Mapping[StatementKind, Form]] = {
    StatementKind.NOTICE_LINKS: Form(fields=("links",)),
    StatementKind.RECEIVERS: Form(fields=("place",), groups={"receivers": tuple(Receiver.model_fields)}),
    StatementKind.OFFICES: Form(groups={"offices": tuple(OfficeLine.model_fields)}),
    StatementKind.SPARE_PAPERS: Form(
        groups={"counts": tuple(SpareCounts.model_fields), "uses": tuple(SpareUsed.model_fields)}
    ),
    StatementKind.DATA_COMPLETE: Form(),
    StatementKind.DATA_DELETED: Form(fields=("at", "supervisor")),
    StatementKind.DESTROYED: Form(
        fields=("place", "at", "method", "supervisor"), groups={"materials": tuple(DestroyedLine.model_fields)}
    ),
}


def typed_of(content: Content) -> Typed:
    """What a form would hold that says this."""
    return {name: _texts(value) for name, value in content.model_dump().items()}


def typed_in(kind: StatementKind, sent: Mapping[str, str]) -> Typed:
    """What was typed; rows in which nothing was are none."""
    form = FORMS[kind]
    rows = {group: _rows(group, fields, sent) for group, fields in form.groups.items()}
    return {**{name: sent.get(name, "").strip() for name in form.fields}, **rows}


def content_of(kind: StatementKind, typed: Typed) -> Mapping[str, Any]:
    """The same, as it is stated; what is empty is left out. Raises Faulty for what is no time."""
    form = FORMS[kind]
    said = {name: _value(name, typed[name]) for name in form.fields if typed[name]}
    rows = {
        group: [{name: _value(name, text) for name, text in row.items() if text} for row in typed[group]]
        for group in form.groups
    }
    return {**said, **rows}


def _rows(group: str, fields: Sequence[str], sent: Mapping[str, str]) -> list[dict[str, str]]:
    rows = ({name: sent.get(f"{group}.{n}.{name}", "").strip() for name in fields} for n in range(MOST_ROWS))
    return [row for row in rows if any(row.values())]


def _value(name: str, text: str) -> object:
    if name == "links":
        return lines_of({name: text}, name)
    return instant_of(text, name) if name == "at" else text


def _texts(value: object) -> Any:
    """A field's text; a list of links one a line; a group's rows."""
    if isinstance(value, tuple | list):
        rows = [_texts(one) for one in value]
        return rows if rows and isinstance(rows[0], dict) else "\n".join(rows)
    if isinstance(value, dict):
        return {name: _texts(one) for name, one in value.items()}
    if isinstance(value, datetime):
        return value.astimezone(EXAM_ZONE).strftime(INSTANT)
    return "" if value is None else str(value)
