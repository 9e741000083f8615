"""Reading one calendar file: into frozen data, or every fault of it with its line."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from backend.exams.file_shape import (
    MAIN_PART,
    AreaFile,
    LayerShape,
    NationalFile,
    NationalPart,
    SiteFile,
    SpecialitiesFile,
)
from backend.exams.toml_lines import Path as KeyPath
from backend.exams.toml_lines import key_lines, line_of

_SYNTAX_FAULT: Final = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_SOURCE: Final = re.compile(r"^# Source: (.+)$", re.MULTILINE)
_SHAPES: Final[dict[str, TypeAdapter[Any]]] = {
    "national": TypeAdapter(NationalFile),
    "national part": TypeAdapter(NationalPart),
    "area": TypeAdapter(AreaFile),
    "site": TypeAdapter(SiteFile),
    "specialities": TypeAdapter(SpecialitiesFile),
}
_WORDS: Final = {
    "missing": "{key} is missing",
    "unexpected_keyword_argument": "unknown key {key}",
    "dataclass_type": "{key} must be a table",
    "tuple_type": "{key} must be a list",
    "dict_type": "{key} must be a table",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFault:
    """One thing wrong with one file. `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class FilesRefused(Exception):
    """Calendar files are refused together: nothing of them was loaded. `faults` has every fault, by file and line."""

    def __init__(self, faults: Sequence[FileFault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.file, fault.line)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamFile:
    """One file as it was read. `source`: the notice it names in its first `# Source:` comment, else the file itself."""

    name: str
    text: str
    source: str
    shape: LayerShape | SpecialitiesFile
    lines: dict[KeyPath, int]

    def fault(self, message: str, *path: str | int) -> FileFault:
        """A fault at the line of that key."""
        return FileFault(file=self.name, line=line_of(path, self.lines), message=message)


def read(path: Path) -> ExamFile:
    """Raises FilesRefused with every fault of the file."""
    try:
        return parse(path.name, path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise FilesRefused([FileFault(file=path.name, line=1, message=f"it can't be read: {error}")]) from error


def read_all(paths: Sequence[Path]) -> list[ExamFile]:
    """All of them, or FilesRefused with the faults of all of them."""
    files: list[ExamFile] = []
    faults: list[FileFault] = []
    for path in paths:
        try:
            files.append(read(path))
        except FilesRefused as refused:
            faults += refused.faults
    if faults:
        raise FilesRefused(faults)
    return files


def parse(name: str, text: str) -> ExamFile:
    """Read the text of a file called `name`. Raises FilesRefused."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FilesRefused([_syntax_fault(name, text, error)]) from error
    lines = key_lines(text)
    try:
        shape = _shape_for(name, content, lines).validate_python(content)
    except ValidationError as error:
        raise FilesRefused(list(_faults(name, lines, error))) from error
    source = _SOURCE.search(text)
    return ExamFile(name=name, text=text, source=source[1][:256] if source else name, shape=shape, lines=lines)


def _shape_for(name: str, content: dict[str, Any], lines: dict[KeyPath, int]) -> TypeAdapter[Any]:
    level = content.get("level")
    if level not in ("national", "area", "site", "specialities"):
        message = f"level is {level!r}: one of national, area, site, specialities is needed"
        raise FilesRefused([FileFault(file=name, line=line_of(("level",), lines), message=message)])
    further = level == "national" and content.get("part", MAIN_PART) != MAIN_PART
    return _SHAPES["national part" if further else level]


def _faults(name: str, lines: dict[KeyPath, int], error: ValidationError) -> Iterator[FileFault]:
    for details in error.errors(include_url=False):
        path = tuple(part for part in details["loc"] if part != "[key]")
        yield FileFault(file=name, line=line_of(path, lines), message=_message(path, details))


def _message(path: KeyPath, details: ErrorDetails) -> str:
    key = ".".join(str(part) for part in path)
    if details["type"] == "value_error":
        return f"{key}: {details['ctx']['error']}"
    words = _WORDS.get(details["type"])
    return words.format(key=key) if words else f"{key}: {_lowered(details['msg'])}, not {details['input']!r}"


def _lowered(message: str) -> str:
    return message[:1].lower() + message[1:]


def _syntax_fault(name: str, text: str, error: tomllib.TOMLDecodeError) -> FileFault:
    found = _SYNTAX_FAULT.match(str(error))
    line = int(found["line"]) if found and found["line"] else text.count("\n") + 1
    return FileFault(file=name, line=line, message=f"it is not TOML: {found['what'] if found else error}")
