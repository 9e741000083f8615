"""Lists page by page: a service is asked for one more than is shown, and that one tells whether the list goes on."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K")


def paged(found: Sequence[T], page: int, key: Callable[[T], K]) -> tuple[Sequence[T], K | None]:
    """What is shown of the `page` + 1 that were asked for, and the key to go on after, where there is more. Pure."""
    return found[:page], key(found[page - 1]) if len(found) > page else None
