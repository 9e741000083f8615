"""`make sbom` and `make audit`: what requirements.lock is made of, and what is known to be wrong with it.

Both tools come from the package registry into a temporary folder, at these versions: nothing else here needs them.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = "requirements.lock"
TOOLS: Final = {
    "sbom": (
        "cyclonedx-bom==7.5.0",
        ("cyclonedx_py", "requirements", LOCK, "--output-reproducible", "--of", "JSON", "-o", "sbom.cdx.json"),
    ),
    "audit": (
        "pip-audit==2.10.1",
        ("pip_audit", "--requirement", LOCK, "--require-hashes", "--disable-pip", "--strict"),
    ),
}
"""By task: what is installed, and the module that is run with its arguments."""


def main(arguments: list[str]) -> int:
    """Do one of TOOLS; further arguments go to the tool, such as `--osv-url` of a mirror for the audit."""
    package, (module, *given) = TOOLS[arguments[0]]
    with tempfile.TemporaryDirectory(prefix="zhunkao-tool-") as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--target", folder, package], check=False).returncode:
            return 1
        command = [sys.executable, "-m", module, *given, *arguments[1:]]
        environment = os.environ | {"PYTHONPATH": folder}
        return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
