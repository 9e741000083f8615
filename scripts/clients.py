"""Typed clients of the API, drawn from its own OpenAPI document: `make clients` leaves them in clients/.

clients/openapi.json          the document, of the candidates' calls and the staff's programs
clients/python/zhunkao_client attrs and httpx, by openapi-python-client
clients/typescript            types and a client over openapi-fetch, compiled; only where there is npm
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final, cast

from miniprogram_api.app import PREFIX, routes
from miniprogram_api.openapi import document
from miniprogram_api.requests import askable
from zhunkao import __version__

ROOT: Final = Path(__file__).resolve().parent.parent
TOOLS: Final = Path(__file__).parent / "typescript"
PACKAGE: Final = "zhunkao_client"
AS_BYTES: Final = ("application/pdf", "image/jpeg", "text/event-stream")
CLIENT_TS: Final = """/** The API: `const { data, error } = await service(origin, token).GET("/api/v1/exams")`. */
import createClient from "openapi-fetch";
import type { paths } from "./schema.js";

export function service(origin: string, token?: string) {
  return createClient<paths>({ baseUrl: origin, headers: token ? { Authorization: `Bearer ${token}` } : {} });
}
"""


def api_document() -> dict[str, Any]:
    """The document without what only platforms call, each shape under a name that is its own."""
    nobody = cast(Any, None)
    asked = frozenset(askable(nobody, nobody, nobody))  # which kinds there are; none of them is called
    told = dict(document(routes(), asked=asked, title="zhunkao", version=__version__))
    told["paths"] = {path: calls for path, calls in told["paths"].items() if path.startswith(PREFIX)}
    names = {name: plain(name) for name in told["components"]["schemas"]}
    text = json.dumps(told, ensure_ascii=False)
    for name, new in names.items():
        text = text.replace(f'"#/components/schemas/{name}"', f'"#/components/schemas/{new}"')
    told = json.loads(text)
    shapes = told["components"]["schemas"]
    told["components"]["schemas"] = {names[name]: {**shape, "title": names[name]} for name, shape in shapes.items()}
    return cast(dict[str, Any], told)


def plain(name: str) -> str:
    """`miniprogram_api__papers__SittingOut` is `PapersSittingOut`, `Page_ExamOut_` is `PageExamOut`."""
    parts = name.removeprefix("miniprogram_api__").replace("__", "_").split("_")
    return "".join(part[:1].upper() + part[1:] for part in parts)


def draw_python(told: Path, folder: Path) -> Path:
    """The package, in a folder of its own. Raises CalledProcessError."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "config.json"
    config.write_text(
        json.dumps({"content_type_overrides": dict.fromkeys(AS_BYTES, "application/octet-stream")}), encoding="utf-8"
    )
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    arguments = ["--path", told, "--config", config, "--output-path", folder / PACKAGE, "--meta", "none", "--overwrite"]
    tool = [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning"]
    run([*tool, *map(str, arguments)], env=os.environ | {"PATH": path})
    config.unlink()
    return folder / PACKAGE


def draw_typescript(told: Path, folder: Path) -> Path:
    """Types and client, compiled strictly. Raises CalledProcessError, FileNotFoundError where there is no npm."""
    npm = shutil.which("npm")
    if npm is None:
        raise FileNotFoundError("npm")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(TOOLS / name, folder / name)
    run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"], cwd=folder)
    tools = folder / "node_modules" / ".bin"
    run([str(tools / "openapi-typescript"), str(told), "-o", str(folder / "schema.ts")], cwd=folder)
    (folder / "client.ts").write_text(CLIENT_TS, encoding="utf-8")
    shape = ["--strict", "--module", "nodenext", "--target", "es2022", "--declaration", "--outDir", "built"]
    run([str(tools / "tsc"), *shape, "client.ts"], cwd=folder)
    return folder


def run(command: list[str], **where: Any) -> None:
    """A tool to its end, its words shown where it fails."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, **where)
    if done.returncode:
        sys.stderr.write(done.stdout[-4000:] + done.stderr[-4000:])
        done.check_returncode()


def main() -> int:
    folder = ROOT / "clients"
    folder.mkdir(exist_ok=True)
    told = folder / "openapi.json"
    told.write_text(json.dumps(api_document(), ensure_ascii=False, indent=1), encoding="utf-8")
    print(draw_python(told, folder / "python"))
    try:
        print(draw_typescript(told, folder / "typescript"))
    except FileNotFoundError:
        print("no TypeScript client: there is no npm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
