"""The operators' work with reminders, in words: what would be told, what is held back, what is sent once more."""

from collections.abc import Sequence
from pathlib import Path

from notifications.preview import Preview
from zhunkao.building import services
from zhunkao.settings import Settings


async def preview(settings: Settings, exam: str, *, files: Sequence[Path], candidates: bool) -> list[str]:
    """What would be told of an exam, once these calendars were loaded; they are not."""
    async with services(settings) as built:
        await built.clock.synchronise()

        async def load() -> None:
            await built.exam_loading.load(files, accept_outside=False)

        found = await built.reminders.previews.of(exam, named=candidates, first=load if files else None)
    return [*lines(found), "Nothing was sent, and nothing was planned."]


async def pause(settings: Settings, kind: str | None) -> list[str]:
    """Hold a kind back, or all of them; what is held back now."""
    async with services(settings) as built:
        await built.clock.synchronise()
        await built.reminders.pauses.pause(kind)
        return _paused(await built.reminders.pauses.paused())


async def resume(settings: Settings, kind: str | None) -> list[str]:
    """Let a kind go out again, or all of them; what is still held back."""
    async with services(settings) as built:
        await built.clock.synchronise()
        await built.reminders.pauses.resume(kind)
        return _paused(await built.reminders.pauses.paused())


async def resend(settings: Settings, kind: str) -> str:
    """Try what every platform refused once more; how many."""
    async with services(settings) as built:
        await built.clock.synchronise()
        return f"{await built.reminders.resending.failed(kind)} of {kind} are tried once more"


def lines(found: Preview) -> list[str]:
    """First the calendar's tellings, then how many people each day, then the people who were asked for."""
    said = ["By the calendar:"]
    said += [f"  {one.at:%Y-%m-%d %H:%M}  {one.kind} ({one.telling}) at {one.places} places" for one in found.told]
    said += ["By day, of the candidates there are:"]
    said += [f"  {one.day}  {one.kind}  {one.reminders}" for one in found.counted]
    said += [
        f"  {one.at:%Y-%m-%d %H:%M}  {one.kind}  {one.registration_number or 'not submitted'}  {one.name}"
        for one in found.named
    ]
    return said


def _paused(kinds: Sequence[str]) -> list[str]:
    if not kinds:
        return ["Nothing is held back."]
    return [f"Held back: {', '.join('everything' if kind == '*' else kind for kind in kinds)}."]
