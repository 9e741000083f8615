"""The course of a demo: what is started after what, what is said, how it ends."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from zhunkao import installation
from zhunkao.demo import folder as kept
from zhunkao.demo.programs import exam_files, program
from zhunkao.demo.sandbox import product_settings, sandbox_keys
from zhunkao.demo.supervisor import Stopped, Supervisor
from zhunkao.embedded.places import free_port, is_taken
from zhunkao.journey.people import SITE_CLERK
from zhunkao.processes import ProcessError, tail

if TYPE_CHECKING:
    from zhunkao.demo.progress import Progress
    from zhunkao.processes import Program
    from zhunkao.settings import Settings

INTERRUPTED = 130
OUTPUT = Path("demo-output")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    script: bool = False
    reset: bool = False
    port: int | None = None  # of the API; sandbox, desk and console are 10, 11, 12 further. 0: free ports


def run(wish: Wish, settings: Settings, progress: Progress) -> int:
    """Play the demo until it is stopped, or its script to its end; return the exit status."""
    if wish.script:
        settings = settings.model_copy(update={"data_folder": settings.data_folder / kept.SCRIPT})
        wish = replace(wish, reset=True, port=0 if wish.port is None else wish.port)
    settings = settings.model_copy(update={"data_folder": settings.data_folder.absolute()})
    try:
        with installation.ownership(settings.data_folder):
            return _play(wish, with_ports(settings, wish.port), progress)
    except installation.Owned as owned:
        raise ProcessError(
            f"a demo is running on {settings.data_folder} already (process {owned.owner}): "
            "use it, or end it there with Ctrl-C"
        ) from None


def with_ports(settings: Settings, port: int | None) -> Settings:
    """The settings with the ports that the demo listens on. Raises ProcessError when one is taken."""
    if port == 0:
        return settings.model_copy(
            update={name: free_port() for name in ("api_port", "sandbox_port", "desk_port", "console_port")}
        )
    if port is not None:
        beside = {"sandbox_port": port + 10, "desk_port": port + 11, "console_port": port + 12}
        settings = settings.model_copy(update={"api_port": port, **beside})
    wanted = {
        "ZHUNKAO_API_PORT": settings.api_port,
        "ZHUNKAO_SANDBOX_PORT": settings.sandbox_port,
        "ZHUNKAO_DESK_PORT": settings.desk_port,
        "ZHUNKAO_CONSOLE_PORT": settings.console_port,
    }
    for setting, number in wanted.items():
        if is_taken(settings.host, number):
            raise ProcessError(
                f"port {number} is taken on this machine: free it, or choose another by {setting}, "
                "or all of them by `make demo ARGS='--port 9000'`"
            )
    return settings


def _play(wish: Wish, settings: Settings, progress: Progress) -> int:
    if wish.reset:
        kept.empty(settings.data_folder)
    ready = False
    try:
        with Supervisor() as supervisor:
            settings = start(supervisor, settings, progress)
            ready = True
            if wish.script:
                return asyncio.run(walk(supervisor, settings))
            tell_addresses(settings, progress, invitation(supervisor, settings))
            supervisor.watch_until_stopped()
    except Stopped:
        progress.say("\nStopped. What you did is kept for the next start." if ready else "\nStopped.")
        return 0 if ready else INTERRUPTED
    return 0


def start(supervisor: Supervisor, settings: Settings, progress: Progress) -> Settings:
    """Start everything; return the settings that all of it has been given."""
    keys = sandbox_keys(settings.data_folder)
    settings = product_settings(settings, keys)
    database, cache = installation.embedded_servers(settings)
    with progress.stage("PostgreSQL"):
        database_url = supervisor.start(database, by=database.start)
    with progress.stage("Valkey"):
        redis_url = supervisor.start(cache, by=cache.start)
    settings = installation.complete(settings, database_url=database_url, redis_url=redis_url)
    sandbox = program("The sandbox", settings, "sandbox")
    supervisor.start(sandbox, by=sandbox.start)
    with progress.stage("Schema"):
        supervisor.run(program("The migration", settings, "migrate"))
    with progress.stage("Exams"):
        supervisor.run(program("Loading the exams", settings, "load-exam", *exam_files()))
    serve(supervisor, settings, progress, sandbox)
    installation.tell(settings.data_folder, settings)
    return settings


def serve(supervisor: Supervisor, settings: Settings, progress: Progress, sandbox: Program) -> None:
    """Start what serves, and wait until all of it takes requests."""
    with progress.stage("Sandbox, API, console, worker"):
        api, worker = program("The API", settings, "api"), program("The worker", settings, "worker")
        desk = program("The desk", settings, "demo-desk")
        console = program("The console", settings, "console")
        for one in (api, worker, desk, console):
            supervisor.start(one, by=one.start)
        supervisor.wait_until_ready(sandbox, settings.sandbox_port, "/sandbox/clock")
        supervisor.wait_until_ready(api, settings.api_port, "/readyz")
        supervisor.wait_until_ready(desk, settings.desk_port, "/desk")
        supervisor.wait_until_ready(console, settings.console_port, "/healthz")


def invitation(supervisor: Supervisor, settings: Settings) -> str:
    """What the sample site's clerk sets a password with, in the command's words; what they had goes on till then."""
    inviting = program("The invitation", settings, "invite-staff", SITE_CLERK)
    supervisor.run(inviting)
    return "".join(tail(inviting.log, 1))


async def walk(supervisor: Supervisor, settings: Settings) -> int:
    """Walk the candidates' journeys over HTTP, everything watched meanwhile; return the exit status."""
    from zhunkao.journey.walk import run as walk_by_itself

    walking = asyncio.ensure_future(
        walk_by_itself(settings, f"http://127.0.0.1:{settings.sandbox_port}", settings.public_url, OUTPUT)
    )
    try:
        while not (await asyncio.wait({walking}, timeout=0.2))[0]:
            supervisor.watch()
    finally:
        walking.cancel()
    return await walking


def tell_addresses(settings: Settings, progress: Progress, invited: str) -> None:
    """Where everything is, and how one gets in."""
    api, sandbox = settings.public_url, f"http://127.0.0.1:{settings.sandbox_port}"
    addresses = {
        "Phone (try it here)": f"{sandbox}/phone/",
        "Staff console": f"{settings.console_url}/invitation ({invited})",
        "Candidate API": f"{api}/api/v1, described at {api}/docs",
        "Sandbox": f"{sandbox}/sandbox/…, the platforms under /wechat, /wechatpay, /alipay and /baidu",
        "Database": settings.database_url,
        "Redis": settings.redis_url,
        "Logs": str(settings.data_folder / "logs"),
    }
    progress.say()
    for name, address in addresses.items():
        progress.say(f"  {name:<22}{address}")
    progress.say("\nCtrl-C stops everything and keeps what you did; `make demo ARGS=--reset` begins anew.")
