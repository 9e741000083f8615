import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from backend.documents.admit_card import TEMPLATE, admit_card_data
from backend.documents.fonts import WEIGHTS, FontSet, bundled_fonts, bundled_noto, instances_ready, prepare_fonts
from backend.documents.rendering import Renderer
from tests.documents import examples
from tests.documents.reading import pages_of

ROOT = Path(__file__).parents[2]
PREPARE = """
import sys
from pathlib import Path
from backend.documents.fonts import prepare_fonts
print(prepare_fonts(Path(sys.argv[1]), (), variable=Path(sys.argv[2])).seconds > 0)
"""


@pytest.fixture(scope="session")
def small_noto(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Noto with the characters of one card: static instances of it take a second, not half a minute."""
    words = "".join(str(value) for value in _strings(admit_card_data(examples.admit_card())))
    rules = (ROOT / "backend/documents/templates/admit_card_rules.toml").read_text("utf-8")
    labels = (ROOT / "backend/documents/templates/admit_card.typ").read_text("utf-8")
    paper = (ROOT / "backend/documents/templates/paper.typ").read_text("utf-8")
    subsetter = subset.Subsetter()
    subsetter.populate(text=words + rules + labels + paper)
    target = tmp_path_factory.mktemp("noto") / "small.ttf"
    with TTFont(bundled_noto(), lazy=True) as font:
        subsetter.subset(font)
        font.save(target)
    return target


def _strings(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for item in value.values() for text in _strings(item)]
        case list():
            return [text for item in value for text in _strings(item)]
    return []


def test_the_bundled_fonts_have_the_rare_characters_of_names_and_the_dots_of_ethnic_ones(fonts: FontSet) -> None:
    assert fonts.missing_characters("䶮𬱖㛃𠅤·•√①②③〔〕（）—　") == []
    assert len(fonts.coverage) > 30_000


def test_missing_characters_come_once_each_in_their_order(fonts: FontSet) -> None:
    assert fonts.missing_characters("甲\U0002a6d6乙\U0002a6d5丙\U0002a6d6\n") == ["\U0002a6d6", "\U0002a6d5"]


def test_the_wheels_other_fonts_are_asked_for_ideographs_that_noto_sans_sc_has_not(fonts: FontSet) -> None:
    with TTFont(bundled_noto(), lazy=True) as noto_sans_sc:
        assert ord("𠀡") not in noto_sans_sc.getBestCmap()
    assert fonts.families == ("Noto Sans SC", "Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
    assert fonts.missing_characters("𠀡") == []


async def test_fonts_the_operator_adds_are_asked_last_and_drawn_with(tmp_path: Path, small_noto: Path) -> None:
    _operators_font(small_noto, 0x2A6D6, "Operator Mincho").save(tmp_path / "operator.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    fonts = bundled_fonts(extra_folders=(tmp_path, tmp_path / "missing"))
    assert fonts.families[-1] == "Operator Mincho"
    renderer = Renderer(fonts, threads=1)
    try:
        card = replace(examples.admit_card(), name="测\U0002a6d6")
        drawn = await renderer.render(TEMPLATE, admit_card_data(card))
    finally:
        renderer.close()
    assert drawn.missing == ()
    assert "测\U0002a6d6" in pages_of(drawn.pdf)[0]


async def test_static_instances_print_the_same_words_as_the_bundled_font(
    tmp_path: Path, small_noto: Path, renderer: Renderer
) -> None:
    data = admit_card_data(examples.admit_card())
    static = Renderer(prepare_fonts(tmp_path, (), variable=small_noto), threads=1)
    try:
        drawn = await static.render(TEMPLATE, data)
    finally:
        static.close()
    assert drawn.missing == ()
    assert pages_of(drawn.pdf) == pages_of((await renderer.render(TEMPLATE, data)).pdf)


def test_instances_are_made_once_and_found_from_then_on(tmp_path: Path, small_noto: Path) -> None:
    made, found = (prepare_fonts(tmp_path, (), variable=small_noto) for _ in range(2))
    assert made.static
    assert made.seconds > 0
    assert found.seconds == 0
    assert found.coverage == made.coverage
    weights = sorted(_weight(path) for path in made.folders[0].glob("*.ttf"))
    assert weights == list(WEIGHTS)


def test_of_two_processes_that_come_at_once_one_makes_them(tmp_path: Path, small_noto: Path) -> None:
    command = [sys.executable, "-c", PREPARE, str(tmp_path), str(small_noto)]
    both = [
        subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    said = sorted(process.communicate(timeout=120)[0].strip() for process in both)
    assert said == ["False", "True"]


def test_what_a_killed_process_left_half_made_is_never_used_and_is_swept(tmp_path: Path, small_noto: Path) -> None:
    half_made = tmp_path / ".unfinished-killed"
    half_made.mkdir()
    (half_made / "Noto Sans SC-400.ttf").write_bytes(small_noto.read_bytes()[:1000])
    fonts = prepare_fonts(tmp_path, (), variable=small_noto)
    assert not half_made.exists()
    assert half_made not in fonts.folders


def test_where_making_fails_it_says_so_and_leaves_nothing_that_looks_ready(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    folder = tmp_path / "fonts"
    with pytest.raises(subprocess.CalledProcessError) as failure:
        prepare_fonts(folder, (), variable=broken)
    assert "TTLibError" in failure.value.stderr
    assert [path.name for path in folder.iterdir() if not path.name.startswith(".")] == []


def test_a_folder_without_instances_is_not_ready(tmp_path: Path) -> None:
    assert not instances_ready(tmp_path)


def _weight(path: Path) -> int:
    with TTFont(path) as font:
        weight: int = font["OS/2"].usWeightClass
        return weight


def _operators_font(noto: Path, code_point: int, family: str) -> TTFont:
    """Another family that has one character, in the shape of some other."""
    font = TTFont(noto)
    for table in font["cmap"].tables:
        if table.format == 12:
            table.cmap = {code_point: table.cmap[ord("测")]}
    for record in font["name"].names:
        if record.nameID in (1, 16):
            record.string = family
    return font
