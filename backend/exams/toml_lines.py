"""On which line of a TOML file a key stands: tomllib gives values without their places."""

import re
from typing import Final

Path = tuple[str | int, ...]

_STRING: Final = re.compile(r'"""(?:.|\n)*?"""|\'\'\'(?:.|\n)*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')
_COMMENT: Final = re.compile(r"#.*")
_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*$")
_KEY: Final = re.compile(r"^\s*([^=\[\]{}]+?)\s*=")
_PART: Final = re.compile(r'"((?:\\.|[^"\\])*)"|\'([^\']*)\'|([A-Za-z0-9_-]+)')


def key_lines(text: str) -> dict[Path, int]:
    """Every key path of well-formed TOML → its line, from 1. Tables of an array are counted: ("sites", 0, "name").

    Keys inside inline tables are not listed: ask `line_of`, which answers with the line of what encloses them.
    """
    found: dict[Path, int] = {}
    table: Path = ()
    depth = 0
    for number, (line, bare) in enumerate(zip(text.split("\n"), _blanked(text).split("\n"), strict=True), start=1):
        if depth == 0 and (header := _HEADER.match(bare)):
            table = _table(line, array=header[1] == "[[", found=found)
            for path in (table[:-1], table):
                found.setdefault(path, number)
        elif depth == 0 and (key := _KEY.match(bare)):
            found[table + _parts(line[: key.end()])] = number
        depth += _opened(bare) if not _HEADER.match(bare) or depth else 0
    return found


def line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of the path, else of the nearest thing that encloses it, else 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines[path] if path else 1


def _blanked(text: str) -> str:
    """The text with strings and comments emptied, line by line as before: what is left is structure."""

    def dashes(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", "-", match[0])

    pieces, end = [], 0
    for match in re.finditer(rf"{_STRING.pattern}|{_COMMENT.pattern}", text):
        pieces += [text[end : match.start()], "" if match[0].startswith("#") else dashes(match)]
        end = match.end()
    return "".join([*pieces, text[end:]])


def _table(line: str, *, array: bool, found: dict[Path, int]) -> Path:
    """The path a header opens; inside arrays of tables it continues the array's last entry."""
    path: Path = ()
    parts = _parts(line.split("#")[0])
    for position, part in enumerate(parts):
        path = (*path, part)
        count = _entries(path, found)
        if array and position == len(parts) - 1:
            return (*path, count)
        if count:
            path = (*path, count - 1)
    return path


def _entries(path: Path, found: dict[Path, int]) -> int:
    count = 0
    while (*path, count) in found:
        count += 1
    return count


def _parts(text: str) -> tuple[str, ...]:
    return tuple(match[1] or match[2] or match[3] for match in _PART.finditer(text))


def _opened(bare: str) -> int:
    return sum(bare.count(bracket) for bracket in "[{") - sum(bare.count(bracket) for bracket in "]}")
