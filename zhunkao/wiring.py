"""Each process of the service: put together, run until it is told to stop, taken apart in order."""

import asyncio
import gc
import socket
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import start_http_server

from backend.clock import EXAM_ZONE
from backend.console.app import create_console
from backend.errors import Fault, Faulty
from backend.inquiries.intents import vocabulary
from backend.proxies import Proxies
from backend.registrations.military import HandedOver
from backend.registrations.past import Imported
from backend.results.importing import ResultsImported
from backend.seating.manifest_check import read_manifest
from backend.seating.venues import VenuesImported
from backend.staff.appointing import Invitation
from backend.staff.duties import ROLES_OF
from backend.staff.models import Level, Role
from backend.staff.scope import clerk
from miniprogram_api.app import create_app
from zhunkao import __version__
from zhunkao.bill_report import Report, report
from zhunkao.building import services
from zhunkao.logs import configure_logs
from zhunkao.loop_lag import watched
from zhunkao.migrating import migrate as migrate_database
from zhunkao.services import Services
from zhunkao.settings import Settings
from zhunkao.trace_export import exported
from zhunkao.worker import work

log = structlog.get_logger(__name__)
KINDS: Final = ("last-year", "military", "frontline", "results", "venues")


async def serve_api(settings: Settings) -> None:
    """Serve candidates until cancelled, and a little longer; several processes may share the port."""
    configure_logs()
    async with exported(settings, process="api"), services(settings) as built, watched():
        await built.exams.prepare()
        await asyncio.to_thread(vocabulary)  # what questions are heard with, before the first of them comes
        runner = web.AppRunner(api_app(settings, built), access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, settings.host, settings.api_port, reuse_port=hasattr(socket, "SO_REUSEPORT"))
            settle_memory()
            await site.start()
            log.info("api_ready", host=settings.host, port=settings.api_port)
            await built.leaving.when_told(after=settings.leave_seconds)
        finally:
            await runner.cleanup()


async def serve_console(settings: Settings) -> None:
    """Serve the staff's pages until cancelled, and a little longer; several processes may share the port."""
    configure_logs()
    async with exported(settings, process="console"), services(settings) as built, watched():
        await built.exams.prepare()
        pages = create_console(built.house(settings.console_url), Proxies(settings.proxies))
        runner = web.AppRunner(pages, access_log=None)
        await runner.setup()
        try:
            site = web.TCPSite(runner, settings.host, settings.console_port, reuse_port=hasattr(socket, "SO_REUSEPORT"))
            settle_memory()
            await site.start()
            log.info("console_ready", host=settings.host, port=settings.console_port)
            await built.leaving.when_told(after=settings.leave_seconds)
        finally:
            await runner.cleanup()


def api_app(settings: Settings, built: Services) -> web.Application:
    """The candidates' API as these settings have it."""
    secure = settings.public_url.startswith("https://")
    return create_app(built.by_type(), version=__version__, proxies=Proxies(settings.proxies), secure=secure)


def settle_memory() -> None:
    """What was made at start stays until the end: the collector need not walk through it again and again.

    Fonts' coverage, calendars and schemas are hundreds of thousands of objects; a full collection over them would hold
    every request for about a tenth of a second.
    """
    gc.collect()
    gc.freeze()


async def run_worker(settings: Settings) -> None:
    """Do what happens later until cancelled, and tell the figures of it where a port is set for that."""
    configure_logs()
    if settings.worker_port:
        start_http_server(settings.worker_port, settings.host)  # a thread of its own: nothing here waits for it
    async with exported(settings, process="worker"), services(settings) as built, watched():
        await built.exams.prepare()
        await work(built, settings.database_url)


async def migrate(settings: Settings) -> None:
    """Bring the schema up to date."""
    await migrate_database(settings.database_url)


async def load_exams(settings: Settings, files: list[Path], *, accept_outside: bool) -> list[str]:
    """Load calendars; what was done, one line a file. Raises backend.exams' BadExamFile where any of them is bad."""
    async with services(settings) as built:
        return await built.exam_loading.load(files, accept_outside=accept_outside)


async def import_file(settings: Settings, kind: str, file: Path, exam_code: str, *, by: str | None = None) -> list[str]:
    """Import a file of one of KINDS for an exam; what became of it, in words. `by`: whose a `frontline` list is."""
    if kind not in KINDS:
        raise Faulty("import_kind_unknown", faults=[Fault("kind", "not_in_list")])
    async with services(settings) as built:
        await built.clock.synchronise()
        exam = await built.exams.exam(exam_code)
        done: Imported | HandedOver | ResultsImported | VenuesImported
        if kind == "last-year":
            done = await built.past_registrations.load(file, kind=exam.kind, year=exam.year - 1)
        elif kind == "military":
            done = await built.military_handover.load(file, exam.code)
        elif kind == "frontline":
            done = await built.frontline_list.load(await clerk(by or ""), file, exam.code)
        elif kind == "venues":
            done = await built.venues.load(file, exam.code)
        else:
            done = await built.result_imports.load(file, exam.code)
    return [f"{file.name}: {done.rows} rows, {done.added} new, {done.changed} changed"]


async def publish_results(
    settings: Settings, exam: str, *, at: datetime, report_until: datetime | None, by: str
) -> str:
    """Set when results come out; in words, when that is. Times without a zone are China's."""
    until = report_until.replace(tzinfo=EXAM_ZONE) if report_until else None
    async with services(settings) as built:
        await built.clock.synchronise()
        row = await built.publications.publish(
            await clerk(by), exam, at=at.replace(tzinfo=EXAM_ZONE), report_until=until
        )
    return f"the results of {exam} come out at {row.publish_at.astimezone(EXAM_ZONE):%Y-%m-%d %H:%M}"


async def verify_manifest(settings: Settings, file: Path) -> list[str]:
    """Whether a seating plan's manifest is true; what it says, in words. Raises BadManifest."""
    async with services(settings) as built:
        text = await asyncio.to_thread(read_manifest, file)
        confirmed = await built.manifest_checks.verify(text)
    one = confirmed.manifest
    counted = f"{one.candidates} candidates in {one.rooms} rooms, {one.seat_rows} seats"
    apart = f"{one.neighbours} pairs of neighbours, at least {one.least_neighbours} unavoidable"
    now = "it has been withdrawn since" if confirmed.withdrawn else "its seats stand as they were signed"
    return [
        f"{file.name}: signed by this service; {now}",
        f"{one.exam} {one.area} {one.site}, plan {one.plan}, seed {one.seed}: {counted}, {apart}",
    ]


async def publish_notice(settings: Settings, *, username: str, name: str, words: str) -> str:
    """Put up a notice for a staff member's office: its first line is the title; what was done, in words."""
    title, _, text = words.partition("\n")
    async with services(settings) as built:
        number = await built.notice_board.publish(await clerk(username), name, title=title.strip(), text=text.strip())
    return f"{name} hangs in version {number}"


async def withdraw_notice(settings: Settings, *, username: str, name: str) -> str:
    """Take down a notice of a staff member's office; what was done, in words."""
    async with services(settings) as built:
        await built.notice_board.withdraw(await clerk(username), name)
    return f"{name} is taken down"


async def reconcile(settings: Settings, *, day: date | None, platform: str | None) -> Report:
    """Read the bills that are not read yet, of one day (None: the newest that is due) and of one platform or of all."""
    configure_logs(sys.stderr)
    async with services(settings) as built:
        await built.clock.synchronise()
        bills = built.reconciliations
        asked = day or bills.newest_day()
        names = (platform,) if platform else bills.platforms
        return report([await bills.reconcile(name, asked) for name in names])


async def create_staff(
    settings: Settings,
    *,
    username: str,
    name: str,
    level: str,
    area: str | None,
    site: str | None,
    roles: Sequence[str] = (),
) -> list[str]:
    """Make a staff member and invite them; what was made, in words."""
    levels = {"national": Level.NATION, **{str(one): one for one in Level}}
    faults = [] if level in levels else [Fault("level", "not_in_list")]
    faults += [Fault("role", "not_in_list") for role in roles if role not in list(Role)]
    if faults:
        raise Faulty("staff_incomplete", faults=faults)
    scope, given = levels[level], [Role(role) for role in roles]
    async with services(settings) as built:
        member = await built.members.create(
            username=username, name=name, level=scope, area=area, site=site, roles=given
        )
        invitation = await built.appointments.invite_by_operator(username)
    held = ", ".join(given or ROLES_OF[scope])
    return [f"{username} ({scope.value}: {held}) is {member}", _told(invitation)]


async def invite_staff(settings: Settings, *, username: str) -> str:
    """Invite a member of the staff again, who can't sign in any more; the invitation, in words."""
    async with services(settings) as built:
        return _told(await built.appointments.invite_by_operator(username))


async def index_phones(settings: Settings) -> str:
    """Make phones searchable that were kept before they could be; how many, in words."""
    async with services(settings) as built:
        return f"phones indexed: {await built.phone_index.fill()}"


async def replace_data_keys(settings: Settings) -> list[str]:
    """Encrypt everything anew with the newest data key; what was done and what is left, in words."""
    async with services(settings) as built:
        await built.clock.synchronise()
        done = await built.rekeying.run()
        left = await built.rekeying.left()
    told = [f"{name}: {rows} encrypted anew" for name, rows in done.items() if rows]
    if left:
        return [*told, f"{left} rows are being changed by somebody: run it again"]
    return [*told, "Everything is under the newest data key: the others may be taken out of ZHUNKAO_DATA_KEYS."]


def _told(invitation: Invitation) -> str:
    until = invitation.expires_at.astimezone(EXAM_ZONE)
    return f"{invitation.username} sets a password with {invitation.code}, once, until {until:%Y-%m-%d %H:%M}"
