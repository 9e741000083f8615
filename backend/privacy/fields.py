"""What is held of people, as fields.toml says it: one entry a table."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, model_validator


class Held(BaseModel):
    """One table that holds something of people. What each part is stands at the head of fields.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str
    what: str
    of: str | None = None
    fields: tuple[str, ...]
    secret: tuple[str, ...] = ()
    sealed: dict[str, str] = {}
    keyed: tuple[str, ...] = ()
    key: Literal["bigint", "uuid"] = "bigint"
    picture: str | None = None
    days: int | None = None
    since: str | None = None
    exam: bool = False
    kept: str | None = None

    @model_validator(mode="after")
    def _says_how_long(self) -> Self:
        if (self.days is None) != (self.since is None) or (self.days is None) == (self.kept is None):
            raise ValueError(f"{self.table}: either `days` and `since`, or `kept`")
        return self

    @property
    def columns(self) -> frozenset[str]:
        """All that is personal in it."""
        return frozenset((*self.fields, *self.secret, *self.sealed, *self.keyed))


@cache
def held() -> tuple[Held, ...]:
    """Every table, in the file's order."""
    text = files("backend.privacy").joinpath("fields.toml").read_text("utf-8")
    return tuple(Held(table=name, **entry) for name, entry in tomllib.loads(text).items())
