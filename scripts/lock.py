"""`make lock`: choose versions anew, with hashes. The lock holds no address of a registry.

The compiler `uv` comes from the package registry into a temporary folder: nothing else here needs it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

COMPILE = ("pip", "compile", "--universal", "--python-version", "3.11", "--quiet")
SHAPE = ("--generate-hashes", "--no-emit-index-url", "--no-header")
FILES = ("requirements-dev.in", "-o", "requirements.lock")


def main(arguments: list[str]) -> int:
    """Compile both `.in` files into the lock; arguments such as `--upgrade` go to uv."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-lock-") as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        if subprocess.run([*pip, "--target", folder, "uv"], check=False).returncode:
            return 1
        uv = Path(folder) / "bin" / "uv"
        return subprocess.run([str(uv), *COMPILE, *SHAPE, *FILES, *arguments], check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
