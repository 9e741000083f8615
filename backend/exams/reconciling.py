"""Bringing stored rows to what is wanted, touching only what differs: rows that others point at keep their keys."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.models import Model


class StillUsed(Exception):
    """A row that is no longer wanted can't go: something of the candidates' points at it."""


async def reconcile(
    model: type[Model],
    wanted: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    within: Mapping[str, Any],
    keep: bool = False,
) -> int:
    """Make the rows `within` a filter equal `wanted`, told apart by `key`; how many were added, changed or removed.

    With `keep`, rows that aren't wanted stay. Raises StillUsed, after which the transaction can only be rolled back.
    """
    stored = {_key(row, key): row for row in await model.filter(**within)}
    new: list[Model] = []
    changed: list[tuple[Model, Mapping[str, Any]]] = []
    for values in wanted:
        row = stored.pop(tuple(values[name] for name in key), None)
        if row is None:
            new.append(model(**values))
        elif differing := {name: value for name, value in values.items() if getattr(row, name) != value}:
            changed.append((row, differing))
    gone = [] if keep else list(stored.values())
    await _remove(gone)
    for row, new_values in changed:
        await row.update_from_dict(dict(new_values)).save(update_fields=list(new_values))
    if new:
        await model.bulk_create(new)
    return len(gone) + len(changed) + len(new)


def _key(row: Model, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)


async def _remove(rows: Sequence[Model]) -> None:
    for row in rows:
        try:
            await row.delete()
        except IntegrityError as error:
            name = f"{type(row).__name__} {getattr(row, 'name', None) or getattr(row, 'number', row.pk)}"
            raise StillUsed(f"{name} is no longer in the files and can't go: it is in use") from error
