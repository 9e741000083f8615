"""`python -m zhunkao.demo`, which `make demo` runs."""

from __future__ import annotations

import os
import signal
import sys

import click

from zhunkao import settings as all_settings
from zhunkao.demo.course import Wish, run
from zhunkao.demo.progress import Progress
from zhunkao.guard import die_with_parent
from zhunkao.in_words import in_words


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--script", is_flag=True, help="Walk the candidates' journeys by itself, on data of its own, and end.")
@click.option("--reset", is_flag=True, help="Forget what former demos have kept.")
@click.option(
    "--port", type=click.IntRange(0, 65524), help="The API's port; the sandbox's and the desk's follow. 0: free ones."
)
def main(script: bool, reset: bool, port: int | None) -> None:
    """Start everything on this machine: database, cache, sandbox, API, worker. Ctrl-C stops it."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)  # make, killed, would leave us behind
    with in_words():
        settings = all_settings.load()
        if settings.environment == "production":
            raise all_settings.SettingsError(["ZHUNKAO_ENVIRONMENT is production: the demo is no part of it"])
        sys.exit(run(Wish(script=script, reset=reset, port=port), settings, Progress()))


if __name__ == "__main__":
    main()
