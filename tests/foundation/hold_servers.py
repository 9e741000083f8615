"""A program for tests: start both servers under a folder, say their process ids and URLs, hold them until killed."""

import json
import signal
import sys
from pathlib import Path

from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey


def main(folder: Path) -> None:
    postgres = EmbeddedPostgres(folder=folder / "postgresql")
    valkey = EmbeddedValkey(folder=folder / "valkey")
    urls = [postgres.start(), valkey.start()]
    print(json.dumps({"pids": [postgres.pid, valkey.pid], "urls": urls}), flush=True)
    signal.pause()


main(Path(sys.argv[1]))
