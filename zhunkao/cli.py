"""The command `zhunkao`: one process each, and the operators' work. What goes wrong is told in words."""

from __future__ import annotations

import os
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zhunkao import __version__
from zhunkao import settings as all_settings
from zhunkao.in_words import in_words
from zhunkao.installation import services
from zhunkao.running import Interrupted, run
from zhunkao.settings import Settings, SettingsError

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

# The wiring is imported inside the commands: it brings every capability along, which `--help` and `check` don't need.

MOMENT = click.DateTime(formats=["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"])
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="zhunkao")
def cli() -> None:
    """Health professional qualification exams: the candidates' API and the work around it.

    Everything is set by variables ZHUNKAO_…, in the environment or in .env; .env.example lists them.
    """


@cli.command()
def api() -> None:
    """Serve the candidates. Any number of these may run side by side."""
    from zhunkao import wiring

    with ready() as settings:
        serve(wiring.serve_api(settings), leave=settings.leave_seconds)


@cli.command()
def console() -> None:
    """Serve the staff's pages. Any number of these may run side by side."""
    from zhunkao import wiring

    with ready() as settings:
        serve(wiring.serve_console(settings), leave=settings.leave_seconds)


@cli.command()
def worker() -> None:
    """Do what happens later: reminders, deadlines, refunds. Any number of these may run side by side."""
    from zhunkao import wiring

    with ready() as settings:
        serve(wiring.run_worker(settings))


@cli.command()
def sandbox() -> None:
    """Play the platforms and the state's systems on this machine, for the demo and for trying things out."""
    from zhunkao.demo import sandbox as played

    with in_words():
        serve(played.serve(readable_settings()))


@cli.command(hidden=True)
def demo_desk() -> None:
    """Play the offices beside the demo's phone."""
    from zhunkao.demo import desk

    with ready() as settings:
        serve(desk.serve(settings))


@cli.command()
def migrate() -> None:
    """Bring the database's schema up to date."""
    from zhunkao import wiring

    with ready() as settings:
        run(wiring.migrate(settings))


@cli.command()
@click.argument("files", nargs=-1, required=True, type=FILE)
@click.option("--accept-outside", is_flag=True, help="Also where registrations would then lie outside their windows.")
def load_exam(files: tuple[Path, ...], accept_outside: bool) -> None:
    """Load exams, their calendars and places, or new versions of them."""
    from zhunkao import wiring

    with ready() as settings:
        say(run(wiring.load_exams(settings, list(files), accept_outside=accept_outside)))


@cli.command("import")
@click.argument("kind")
@click.argument("file", type=FILE)
@click.option("--exam", required=True, help="The exam it is imported for, by its code.")
@click.option("--by", default=None, help="The member of a site whose list it is, by user name, for frontline.")
def import_(kind: str, file: Path, exam: str, by: str | None) -> None:
    """Import a FILE (CSV or XLSX) of one KIND.

    last-year: the registrations and marks of the year before; military: the military's candidates; frontline: a site's
    list of frontline staff; results; venues: where a site's candidates sit, room by room.
    """
    from zhunkao import wiring

    with ready() as settings:
        say(run(wiring.import_file(settings, kind, file, exam, by=by)))


@cli.command()
@click.argument("file", type=FILE)
def verify_manifest(file: Path) -> None:
    """Check the manifest of a seating plan: who signed it, and whether the seats are still those."""
    from zhunkao import wiring

    with ready() as settings:
        say(run(wiring.verify_manifest(settings, file)))


@cli.command()
@click.argument("exam")
@click.option("--at", required=True, type=MOMENT, help="From when they may be seen, in China's time.")
@click.option("--report-until", type=MOMENT, default=None, help="Until when the score report may be downloaded.")
@click.option("--by", required=True, help="The member of the centre who decides it, by user name.")
def publish_results(exam: str, at: datetime, report_until: datetime | None, by: str) -> None:
    """Set the instant at which the results of an EXAM come out. Once it has come, it is final."""
    from zhunkao import wiring

    with ready() as settings:
        say([run(wiring.publish_results(settings, exam, at=at, report_until=report_until, by=by))])


@cli.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The newest one that is due, if left out.")
@click.option("--platform", default=None, help="wechat, alipay or baidu; all of them, if left out.")
def reconcile(day: datetime | None, platform: str | None) -> None:
    """Print each platform's bill of a day beside our books; status 1 where anything differs or isn't there yet."""
    from zhunkao import wiring

    with ready() as settings:
        found = run(wiring.reconcile(settings, day=day.date() if day else None, platform=platform))
    say(list(found.lines))
    if not found.clean:
        raise SystemExit(1)


@cli.command()
@click.argument("username")
@click.option("--name", required=True, help="What colleagues read.")
@click.option("--level", required=True, help="How far the account reaches: national, area or site.")
@click.option("--area", default=None, help="The exam area, by its name, for the levels area and site.")
@click.option("--site", default=None, help="The exam site, by its name, for the level site.")
@click.option(
    "--role",
    "roles",
    multiple=True,
    help="What they do there: confirm, review, seating, desk, finance or read; may be repeated. "
    "Without any: all that the level has.",
)
def create_staff(
    username: str, name: str, level: str, area: str | None, site: str | None, roles: tuple[str, ...]
) -> None:
    """Make an account for a member of the staff, and print the invitation they set a password with."""
    from zhunkao import wiring

    with ready() as settings:
        made = wiring.create_staff(
            settings, username=username, name=name, level=level, area=area, site=site, roles=roles
        )
        say(run(made))


@cli.command()
@click.argument("username")
def invite_staff(username: str) -> None:
    """Invite a member of the staff again: a new password, and everything they signed in with set up anew."""
    from zhunkao import wiring

    with ready() as settings:
        say([run(wiring.invite_staff(settings, username=username))])


@cli.command()
@click.argument("username")
@click.argument("name")
@click.argument("file", type=FILE)
def publish_notice(username: str, name: str, file: Path) -> None:
    """Put up the notice NAME of the office of USERNAME, or word it anew: FILE's first line is the title."""
    from zhunkao import wiring

    with ready() as settings:
        words = file.read_text(encoding="utf-8")
        say([run(wiring.publish_notice(settings, username=username, name=name, words=words))])


@cli.command()
@click.argument("username")
@click.argument("name")
def withdraw_notice(username: str, name: str) -> None:
    """Take down the notice NAME of the office of USERNAME; what it said is kept."""
    from zhunkao import wiring

    with ready() as settings:
        say([run(wiring.withdraw_notice(settings, username=username, name=name))])


@cli.group()
def reminders() -> None:
    """Look at reminders before they go out, hold them back, and send again what failed."""


@reminders.command()
@click.argument("exam")
@click.option("--file", "files", multiple=True, type=FILE, help="A calendar that is not loaded yet; it stays so.")
@click.option("--candidates", is_flag=True, help="Also the first hundred, their names masked.")
def preview(exam: str, files: tuple[Path, ...], candidates: bool) -> None:
    """Print what would be told of an EXAM, when, and to how many; nothing is sent."""
    from zhunkao import reminder_desk

    with ready() as settings:
        say(run(reminder_desk.preview(settings, exam, files=files, candidates=candidates)))


@reminders.command()
@click.argument("kind", required=False)
def pause(kind: str | None) -> None:
    """Hold back reminders of a KIND, or all; what falls due waits, and goes out later if it is still of use."""
    from zhunkao import reminder_desk

    with ready() as settings:
        say(run(reminder_desk.pause(settings, kind)))


@reminders.command()
@click.argument("kind", required=False)
def resume(kind: str | None) -> None:
    """Let reminders of a KIND go out again, or all that is held back."""
    from zhunkao import reminder_desk

    with ready() as settings:
        say(run(reminder_desk.resume(settings, kind)))


@reminders.command()
@click.argument("kind")
@click.option("--only-failed", is_flag=True, help="There is no other way: nothing is sent twice.")
def resend(kind: str, only_failed: bool) -> None:
    """Try reminders of a KIND once more that every platform refused and that are still due."""
    from zhunkao import reminder_desk

    if not only_failed:
        raise click.UsageError("say --only-failed: what reached anybody is not sent again")
    with ready() as settings:
        say([run(reminder_desk.resend(settings, kind))])


@cli.command()
def index_phones() -> None:
    """Make phones searchable that were kept before they could be; once after an update, again is harmless."""
    from zhunkao import wiring

    with ready() as settings:
        say([run(wiring.index_phones(settings))])


@cli.command()
def replace_data_keys() -> None:
    """Encrypt everything anew with the newest data key, while the service runs; stopped, it goes on where it was."""
    from zhunkao import wiring

    with ready() as settings:
        say(run(wiring.replace_data_keys(settings)))


@cli.command()
def prepare_fonts() -> None:
    """Make the fonts that papers are drawn from fastest, once a machine (about 15 s)."""
    from backend.documents import fonts

    with in_words():
        made = fonts.prepare_fonts(readable_settings().data_folder / "fonts")
        say([f"Made in {made.seconds:.1f} s." if made.seconds else "They are there already."])


@cli.command()
def check() -> None:
    """Say in words what is misconfigured."""
    with in_words():
        settings = all_settings.load()
        if faults := all_settings.unknown(os.environ) + all_settings.check(settings):
            raise SettingsError(faults)
        say([f"Nothing is misconfigured ({settings.environment}).", *all_settings.left_out(settings)])
        urls = {"PostgreSQL": settings.database_url, "Redis": settings.redis_url}
        if embedded := [part for part, url in urls.items() if not url]:
            say([f"Embedded in {settings.data_folder}: {', '.join(embedded)}."])


@contextmanager
def ready() -> Iterator[Settings]:
    """Settings to work with: in order, and with a database and a Redis, embedded ones started where none is given."""
    with in_words():
        settings = readable_settings()
        if faults := all_settings.check(settings):
            raise SettingsError(faults)
        with services(settings) as complete:
            yield complete


def readable_settings() -> Settings:
    """The settings of the environment and `.env`; variables that are none of ours are told on standard error."""
    for sentence in all_settings.unknown(os.environ):
        click.echo(f"zhunkao: {sentence}", err=True)
    return all_settings.load()


def serve(work: Coroutine[object, object, None], *, leave: int = 0) -> None:
    """Run a service. To be stopped is its ordinary end, for which it takes `leave` seconds."""
    try:
        run(work, leave=leave)
    except Interrupted:
        return


def say(lines: list[str]) -> None:
    """Print one line each."""
    for line in lines:
        click.echo(line)


def main() -> None:
    """Entry point of the console script."""
    cli()
