"""Lists that stand beside the calendars: areas, codes of sites, the code lists of the form. Read once a process."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from backend.wording import Language

DATA: Final = Path(__file__).parent / "data"
SPECIALITIES: Final = DATA / "specialities.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeValue:
    """One value of a code list."""

    code: str
    zh: str
    en: str

    def text(self, language: Language = "zh-CN") -> str:
        return self.zh if language == "zh-CN" else self.en


@cache
def area_codes() -> Mapping[str, str]:
    """Name of each of the 32 areas → its two digits."""
    return {area["name"]: area["code"] for area in _read("areas")["areas"]}


@cache
def site_codes() -> Mapping[tuple[str, str], str]:
    """(area, site) → two digits, for sites that calendars name without a code."""
    return {(site["area"], site["name"]): site["code"] for site in _read("sites")["sites"]}


@cache
def code_lists() -> Mapping[str, Sequence[CodeValue]]:
    """ethnicity, health, highest_education, degree, employer_nature, licence_class, current_qualification: each one's
    values."""
    return {name: tuple(CodeValue(**value) for value in values) for name, values in _read("code_lists").items()}


def table(name: str) -> list[dict[str, Any]]:
    """The rows of a file that is one list of tables, named as its rows are: `…_letters.toml` has `[[letters]]`."""
    rows: list[dict[str, Any]] = _read(name)[name.rpartition("_")[2]]
    return rows


def bundled_files() -> list[Path]:
    """The published calendars and the samples that come with the service, for the demo and the tests."""
    published = [path for pattern in ("health-*.toml", "nurse-*.toml") for path in DATA.glob(pattern)]
    return [*sorted(published), *sorted((DATA / "samples").glob("*.toml"))]


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
