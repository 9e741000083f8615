"""The fonts papers are drawn with, and which characters they can draw.

Noto Sans SC comes as one variable font in the wheel `justmytype-intl-cjk` (SIL Open Font License). It can be used as
it is, at once; drawn from static instances of its two weights a card takes a fifth less time, and making those takes
tens of seconds once a machine. HanaMin, where the operator has installed it (Debian: fonts-hanazono), adds rare
ideographs.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import typst
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

FAMILY = "Noto Sans SC"
OTHER_FAMILIES = ("Noto Sans TC", "Noto Sans JP", "Noto Sans KR")
"""Of the same wheel: two thousand ideographs that are not in Noto Sans SC."""
WEIGHTS = (400, 700)
EXTRA_FOLDERS = (Path("/usr/share/fonts/truetype/hanazono"),)
UNFINISHED = ".unfinished-"
MAKING_TIMEOUT = 600.0
"""Seconds one weight may take: a busy machine has taken 80."""
WHITESPACE = frozenset("\n")
"""Characters that need no glyph: they end a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontSet:
    """Fonts a Renderer draws with."""

    folders: tuple[Path, ...]
    """Where they lie; nothing else that lies there is used unless it is a font."""
    families: tuple[str, ...]
    """Their names, the first asked first for every character."""
    coverage: frozenset[int]
    """Code points at least one of them has a glyph for."""
    static: bool
    """Whether Noto comes as static instances: the faster way."""
    seconds: float
    """How long making the instances took just now; 0.0 where nothing was made."""

    def missing_characters(self, text: str) -> list[str]:
        """Characters of the text that no font can draw, each once, in the order they come.

        A variation selector is one of them: the base would be drawn in a shape that isn't the one asked for.
        """
        if text.isascii() and text.isprintable():
            return []
        return [c for c in dict.fromkeys(text) if ord(c) not in self.coverage and c not in WHITESPACE]


def bundled_fonts(extra_folders: Sequence[Path] = EXTRA_FOLDERS) -> FontSet:
    """The fonts as they come, at once: for tests, demos, and until the instances are made."""
    return _font_set(bundled_noto().parent, extra_folders, static=False)


def prepare_fonts(
    folder: Path, extra_folders: Sequence[Path] = EXTRA_FOLDERS, *, variable: Path | None = None
) -> FontSet:
    """The fonts with static instances of Noto kept under `folder`, made if they aren't there.

    Making blocks for about 15 s on two free cores, 30 s of CPU: call it at start, in a thread. Of several processes
    that come at once one makes them and the others wait; what is half made has another name and is never used.
    `variable` is the font to make them from, the bundled one by default. Raises OSError (the folder can't be written),
    subprocess.SubprocessError (making failed).
    """
    source = variable or bundled_noto()
    instances, seconds = folder / _instances_name(source), 0.0
    if not instances.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        seconds = _make_once(source, instances)
    return _font_set(instances, extra_folders, static=True, seconds=seconds)


def instances_ready(folder: Path) -> bool:
    """Whether `prepare_fonts(folder)` would return at once."""
    return (folder / _instances_name(bundled_noto())).is_dir()


def bundled_noto() -> Path:
    """The variable font of the wheel."""
    return Path(str(files("justmytype_intl_cjk"))) / "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"


def _instances_name(source: Path) -> str:
    # By what it is made from: another font in a newer wheel leads to another folder, without a version to remember.
    return f"noto-sans-sc-{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"


def _make_once(source: Path, instances: Path) -> float:
    with _alone(instances.parent):
        if instances.is_dir():
            return 0.0
        started = time.monotonic()
        _sweep(instances.parent)
        unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=instances.parent))
        _make_instances(source, unfinished)
        unfinished.chmod(0o755)
        unfinished.rename(instances)
        return time.monotonic() - started


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    # The lock belongs to the open file, so that a process that is killed while it holds it lets go.
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep(folder: Path) -> None:
    """Remove what killed processes left; called under the lock, where nobody else is making any."""
    for unfinished in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(unfinished, ignore_errors=True)


def _make_instances(source: Path, folder: Path) -> None:
    """Both weights at once, each by a Python of its own. Raises subprocess.SubprocessError."""
    # Not multiprocessing: that runs the caller's main module again, which may well call us, and wait for our lock.
    makers = [_maker(source, weight, folder / f"{FAMILY}-{weight}.ttf") for weight in WEIGHTS]
    try:
        for maker in makers:
            _, said = maker.communicate(timeout=MAKING_TIMEOUT)
            if maker.returncode:
                raise subprocess.CalledProcessError(maker.returncode, maker.args, stderr=said)
    finally:
        for maker in makers:
            _end(maker)


def _maker(source: Path, weight: int, target: Path) -> subprocess.Popen[str]:
    command = f"from {__name__} import make_instance; make_instance({str(source)!r}, {weight}, {str(target)!r})"
    return subprocess.Popen(
        [sys.executable, "-c", command],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def _end(maker: subprocess.Popen[str]) -> None:
    maker.kill()
    maker.wait()
    if maker.stderr:
        maker.stderr.close()


def make_instance(source: str, weight: int, target: str) -> None:
    """Write one static weight of the variable font to the file `target`, down to the disk."""
    with (
        TTFont(source, lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font,
        Path(target).open("wb") as file,
    ):
        instantiateVariableFont(font, {"wght": weight}, inplace=True).save(file)
        file.flush()
        os.fsync(file.fileno())


def _font_set(noto: Path, extra_folders: Sequence[Path], *, static: bool, seconds: float = 0.0) -> FontSet:
    folders = (noto, *_bundled_folders(), *(folder for folder in extra_folders if folder.is_dir()))
    found = typst_fonts(folders).fonts()
    others = sorted({font.family for font in found} - {FAMILY, *OTHER_FAMILIES})
    return FontSet(
        folders=folders,
        families=(FAMILY, *OTHER_FAMILIES, *others),
        coverage=frozenset().union(*(_code_points(Path(font.path), font.index) for font in found if font.path)),
        static=static,
        seconds=seconds,
    )


def typst_fonts(folders: Sequence[Path]) -> typst.Fonts:
    """Exactly the fonts of these folders: with the machine's own beside them a paper would look otherwise elsewhere."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder) for folder in folders]
    )


def _bundled_folders() -> Iterator[Path]:
    for family in OTHER_FAMILIES:
        yield bundled_noto().parent.with_name(family.replace(" ", "").lower())


def _code_points(path: Path, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap())
