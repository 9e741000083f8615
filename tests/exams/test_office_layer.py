"""An office's own word over its published files: it lasts while files are loaded, and can be taken back."""

from datetime import datetime
from pathlib import Path

import pytest

from backend.audit import Actor
from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.events import Event
from backend.exams.calendar import Window
from backend.exams.catalogue import Exams
from backend.exams.exam_file import FilesRefused
from backend.exams.loading import ExamLoading
from backend.exams.models import Exam
from backend.exams.office_layer import files_word, office_word
from backend.exams.publication import Place
from backend.exams.reference import bundled_files
from backend.exams.stages import Stage
from tests.exams.test_loading import changed, everything

EXAM = "health-2021"
SITE: Place = ("湖南", "湘西")
CLERK = Actor(kind="staff", id="test")
STAGE = Stage.PAYMENT


def window(first: int, last: int) -> Window:
    """From one day of February 2021 to another, both included."""
    return Window(
        opens_at=datetime(2021, 2, first, tzinfo=EXAM_ZONE), closes_at=datetime(2021, 2, last + 1, tzinfo=EXAM_ZONE)
    )


async def yes() -> bool:
    return True


@pytest.fixture
async def loaded(loading: ExamLoading) -> ExamLoading:
    await loading.load(bundled_files(), accept_outside=False)
    return loading


async def amend(loading: ExamLoading, *windows: Window) -> None:
    await loading.amend(EXAM, SITE, STAGE, windows, actor=CLERK, first=yes)


async def test_an_office_s_window_holds_over_its_file_s_and_lasts_when_files_are_loaded_again(
    loaded: ExamLoading, exams: Exams
) -> None:
    before = (await Exam.get(code=EXAM)).version
    await amend(loaded, window(10, 12), window(20, 22))
    assert (await Exam.get(code=EXAM)).version == before + 1
    assert (await exams.calendar(EXAM, *SITE)).stage(STAGE).windows == (window(10, 12), window(20, 22))
    await loaded.load(bundled_files(), accept_outside=False)
    assert (await exams.calendar(EXAM, *SITE)).stage(STAGE).windows == (window(10, 12), window(20, 22))
    assert list((await office_word(EXAM, SITE)).keys()) == [STAGE]
    # The same again is nothing new.
    version, told = (await Exam.get(code=EXAM)).version, await Event.all().count()
    await amend(loaded, window(10, 12), window(20, 22))
    assert ((await Exam.get(code=EXAM)).version, await Event.all().count()) == (version, told)


async def test_taken_back_the_files_word_holds_as_if_nothing_had_been(loaded: ExamLoading, database: Database) -> None:
    before = await everything(database)
    await amend(loaded, window(10, 12))
    assert await everything(database) != before
    assert (await files_word(EXAM, SITE))[STAGE] == (window(9, 26),)
    await amend(loaded)
    assert await everything(database) == before


async def test_an_office_never_reaches_outside_of_the_level_above(loaded: ExamLoading, database: Database) -> None:
    before = await everything(database)
    with pytest.raises(FilesRefused, match="reaches outside"):
        await amend(loaded, window(25, 27))
    assert await everything(database) == before


async def test_who_says_no_first_changes_nothing(loaded: ExamLoading, database: Database) -> None:
    async def no() -> bool:
        return False

    before = await everything(database)
    await loaded.amend(EXAM, SITE, STAGE, [window(10, 12)], actor=CLERK, first=no)
    assert await everything(database) == before


async def test_a_file_that_would_leave_an_office_s_window_outside_is_refused(
    loaded: ExamLoading, tmp_path: Path
) -> None:
    await amend(loaded, window(24, 26))
    said = 'payment               = { end = "2021-02-26" }'
    narrow = changed(tmp_path, "health-2021.toml", said, 'payment = { end = "2021-02-20" }')
    with pytest.raises(FilesRefused, match=r"health-2021-湘西-office\.toml"):
        await loaded.load([narrow], accept_outside=False)


async def test_what_is_supposed_is_seen_by_who_supposes_it_alone(loaded: ExamLoading, exams: Exams) -> None:
    supposed = await exams.supposing(EXAM, SITE, STAGE, [window(10, 12)])
    assert (await supposed.calendar(EXAM, *SITE)).stage(STAGE).windows == (window(10, 12),)
    assert (await exams.calendar(EXAM, *SITE)).stage(STAGE).windows == (window(9, 26),)
    without = await exams.supposing(EXAM, SITE, STAGE, [])
    assert (await without.calendar(EXAM, *SITE)).stage(STAGE).from_layer != "site"
