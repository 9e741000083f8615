"""The demo, as anybody starts it, while a test drives a browser: processes of its own, a folder of its own."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Self

STOPS_WITHIN = 60.0
ADDRESS = re.compile(r"(http://\S+)/phone/")


class Stack:
    """Runs from `with` to its end; `url` is where the phone page is."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = ""

    def __enter__(self) -> Self:
        self._demo = subprocess.Popen(
            [sys.executable, "-m", "zhunkao.demo", "--port", "0"],
            env=environment(self._folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._demo.stdout is not None
        said = []
        for line in self._demo.stdout:
            said.append(line)
            if found := ADDRESS.search(line):
                self.url = found[1]
                return self
        raise AssertionError("the demo didn't start: " + "".join(said))

    def __exit__(self, *_: object) -> None:
        self._demo.terminate()
        self._demo.communicate(timeout=STOPS_WITHIN)


def environment(folder: Path) -> dict[str, str]:
    """Nothing of this process's own but where programs are found."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(folder), "ZHUNKAO_DATA_FOLDER": str(folder / "demo")}
