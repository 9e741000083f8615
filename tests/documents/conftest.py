"""One renderer for all tests of papers: compilers cost more than papers do."""

from collections.abc import Iterator

import pytest

from backend.documents.fonts import FontSet, bundled_fonts
from backend.documents.rendering import Renderer


@pytest.fixture(scope="session")
def fonts() -> FontSet:
    """The fonts of the wheel alone, so that a machine with HanaMin finds the same characters missing."""
    return bundled_fonts(extra_folders=())


@pytest.fixture(scope="session")
def renderer(fonts: FontSet) -> Iterator[Renderer]:
    renderer = Renderer(fonts, threads=2)
    yield renderer
    renderer.close()
