"""Papers out of templates: data in, PDF out, the same bytes for the same data."""

import asyncio
import json
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import structlog
import typst

from backend.documents.fonts import FontSet, typst_fonts

log = structlog.get_logger(__name__)

TEMPLATES = Path(__file__).parent / "templates"
"""The only files a template can read: the compiler's root. It keeps them parsed as long as they don't change."""
SHARED = {"paper", "sheet"}
"""Files the templates import, no papers themselves."""
LONG_WORD = re.compile(r"[!-~]{25,}")
"""Longer than any number a paper prints: it may be broken anywhere, else it runs out of its cell."""
BREAK_HERE = "\u200b"
MakeData = Callable[[], Mapping[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A paper, and the characters that stand on it only as a mark, 〓, because no font has them."""

    pdf: bytes
    missing: tuple[str, ...]


class Renderer:
    """Draws papers in threads of its own, each with a compiler that stays alive: a new one costs more than a paper.

    A compiler is used by its own thread only: shared, it raises "Already borrowed". Typst starts threads of its own, so
    a process must not fork after the first paper: the child's first one would hang.
    """

    def __init__(self, fonts: FontSet, threads: int = 2) -> None:
        self._fonts = fonts
        self._typst_fonts = typst_fonts(fonts.folders)
        self._own = threading.local()
        self._executor = ThreadPoolExecutor(threads, "documents")

    async def render(self, template: str, data: Mapping[str, object] | MakeData) -> Rendered:
        """Draw the template's paper.

        `data` holds what JSON can, and pictures as the bytes of an SVG; where that is much to make, as of barcodes, it
        is a function, and is called in the thread that draws. Strings are text, never markup. A character no font has
        is drawn as 〓 in a dashed frame, its code point at the foot of the page, and told in `missing`. Raises
        FileNotFoundError (no such template), typst.TypstError (the data isn't what the template takes).
        """
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._draw, template, data)

    def missing_characters(self, data: Mapping[str, object]) -> tuple[str, ...]:
        """What `render` would tell in `missing`, without drawing: for who asks before a door is papered with it."""
        printing = Printing(self._fonts)
        printing.printable(data)
        return tuple(printing.missing)

    def close(self) -> None:
        """Finish the papers that are being drawn, drop those that wait, and end the threads. Blocks."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _draw(self, template: str, data: Mapping[str, object] | MakeData) -> Rendered:
        printing = Printing(self._fonts)
        printable = printing.printable(data() if callable(data) else data)
        pdf, warnings = self._compiler().compile_with_warnings(
            input=source(template, {**printable, "missing": printing.codes()}), format="pdf", pdf_tags=False
        )
        for warning in warnings:
            log.warning("document.template_warning", template=template, message=warning.message)
        assert isinstance(pdf, bytes)
        return Rendered(pdf=pdf, missing=tuple(printing.missing))

    def _compiler(self) -> typst.Compiler:
        if not hasattr(self._own, "compiler"):
            families = json.dumps(self._fonts.families)
            self._own.compiler = typst.Compiler(
                root=str(TEMPLATES), font_paths=self._typst_fonts, sys_inputs={"fonts": families}
            )
        compiler: typst.Compiler = self._own.compiler
        return compiler


class Printing:
    """One paper's data on its way to the template: what can't be drawn is replaced, and collected in `missing`."""

    def __init__(self, fonts: FontSet) -> None:
        self._fonts = fonts
        self.missing: dict[str, None] = {}

    def printable(self, data: Mapping[str, object]) -> dict[str, object]:
        return {name: self._value(value) for name, value in data.items()}

    def codes(self) -> list[str]:
        """The code points of `missing`, as they stand between 〔U+ and 〕."""
        return [code_of(character) for character in self.missing]

    def _value(self, value: object) -> object:
        match value:
            case str():
                return LONG_WORD.sub(_breakable, self._drawable(value))
            case bytes():
                return value.decode()
            case Mapping():
                return self.printable(value)
            case list() | tuple():
                return [self._value(item) for item in value]
        return value

    def _drawable(self, text: str) -> str:
        for character in self._fonts.missing_characters(text):
            self.missing[character] = None
            text = text.replace(character, f"〔U+{code_of(character)}〕")
        return text


def code_of(character: str) -> str:
    """2A6D6"""
    return f"{ord(character):04X}"


def source(template: str, data: Mapping[str, object]) -> bytes:
    """The text that is compiled: the template, called with the data. Raises FileNotFoundError."""
    if template not in template_names():
        raise FileNotFoundError(f"no template of papers is called {template!r}")
    # As a literal, not as the compiler's inputs: each change of those makes it build its library anew, twice as slow.
    # Of an ASCII string, typst's literals escape these two characters.
    literal = json.dumps(data).replace("\\", "\\\\").replace('"', '\\"')
    return f'#import "{template}.typ": draw\n#draw(json(bytes("{literal}")))'.encode()


@cache
def template_names() -> frozenset[str]:
    """Templates there are, by name."""
    return frozenset(path.stem for path in TEMPLATES.glob("*.typ")) - SHARED


def _breakable(word: re.Match[str]) -> str:
    return BREAK_HERE.join(word[0])
