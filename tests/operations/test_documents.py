"""Every command, setting, figure, path and query that operators are told of exists and does something."""

import re
import tomllib
from collections.abc import Iterator
from configparser import RawConfigParser
from pathlib import Path

import click
import pytest
import yaml

from scripts.runtime_lock import runtime
from scripts.sizing import BEGIN, END, page, tables
from tests.api.world import World
from tests.operations.test_watching import told
from zhunkao.cli import cli
from zhunkao.settings import names

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/operations/*.md"), *ROOT.glob("docs/clients/*.md"), *ROOT.glob("README*.md")])
DEPLOYED = sorted(path for path in (ROOT / "deploy").rglob("*") if path.is_file())
each_page = pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
each_file = pytest.mark.parametrize("path", [*PAGES, *DEPLOYED], ids=lambda path: str(path.relative_to(ROOT)))


def code(text: str) -> Iterator[str]:
    """What is set as code, in lines or between them."""
    yield from re.findall(r"^ *```\w*\n(.*?)^ *```", text, re.M | re.S)
    yield from re.findall(r"`([^`]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S))


def commands(text: str) -> Iterator[tuple[str, list[str]]]:
    """`zhunkao reminders pause KIND --x`: its words after the name, and the rest of the line."""
    for part in code(text):
        for line in part.splitlines():
            for found in re.finditer(r"(?:^|\s|bin/)zhunkao ([a-z][a-z-]+(?: [a-z][a-z-]*)?)([^#|;]*)", line):
                yield found[1], re.findall(r"--[a-z-]+", found[2])


def command(words: str) -> click.Command:
    first, *rest = words.split()
    found = cli.commands[first]
    return found.commands[rest[0]] if isinstance(found, click.Group) and rest else found


@each_page
def test_every_command_and_option_is_there(path: Path) -> None:
    for words, options in commands(path.read_text(encoding="utf-8")):
        known = {option for parameter in command(words).params for option in parameter.opts}
        assert set(options) <= known, f"zhunkao {words}"


@each_file
def test_every_setting_is_there(path: Path) -> None:
    named = set(re.findall(r"ZHUNKAO_[A-Z_]*[A-Z]", path.read_text(encoding="utf-8")))
    assert named <= set(names())


@each_page
def test_every_figure_is_there(path: Path) -> None:
    named = {name for part in code(path.read_text(encoding="utf-8")) for name in re.findall(r"zhunkao_\w+", part)}
    known = told().keys() | {name.removesuffix("_bucket") for name in told()}
    assert named - {"zhunkao_backup", "zhunkao_client"} <= known


@each_page
def test_every_link_leads_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        if target.startswith("http"):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name) if name else path
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, target


@each_page
def test_every_file_of_ours_that_is_named_is_there(path: Path) -> None:
    for part in code(path.read_text(encoding="utf-8")):
        for named in re.findall(r"(?<![\w/.])(?:deploy|scripts|docs|benchmarks)/[\w./@-]+\w", part):
            assert (ROOT / named).exists() or named.endswith("zhunkao.env"), named


async def test_every_query_of_the_runbooks_is_one(world: World) -> None:
    text = (ROOT / "docs/operations/runbooks.md").read_text(encoding="utf-8")
    queries = [query for part in code(text) for query in re.findall(r'psql -c "([^"]+)"', part)]
    assert len(queries) >= 4
    for query in queries:
        await world.built.database.rows(query)


def test_every_unit_starts_a_command_with_the_settings_of_production() -> None:
    units = sorted((ROOT / "deploy/systemd").glob("*.service"))
    started = set()
    for unit in units:
        parser = RawConfigParser(strict=False)
        parser.optionxform = str  # type: ignore[assignment,method-assign]
        parser.read_string(unit.read_text(encoding="utf-8"))
        program, name = parser["Service"]["ExecStart"].split()
        assert program == "/opt/zhunkao/.venv/bin/zhunkao"
        assert parser["Service"]["EnvironmentFile"] == "/etc/zhunkao/zhunkao.env"
        started.add(name)
        assert name in cli.commands
    assert started == {"api", "console", "worker", "migrate"}


def test_the_containers_start_commands_and_the_schema_comes_first() -> None:
    services = yaml.safe_load((ROOT / "deploy/compose.yaml").read_text(encoding="utf-8"))["services"]
    ours = {name: one for name, one in services.items() if one["image"] == "zhunkao"}
    assert {one["command"][0] for one in ours.values()} == {"api", "console", "worker", "migrate"}
    for name, one in ours.items():
        waits = one["depends_on"]
        assert name == "migrate" or waits == {"migrate": {"condition": "service_completed_successfully"}}


def test_an_image_is_given_what_runs_and_nothing_that_tests() -> None:
    lock = runtime((ROOT / "requirements.lock").read_text(encoding="utf-8"))
    packed = set(re.findall(r"^([a-z0-9._-]+)==", lock, re.M))
    wanted = re.findall(r"^([a-z0-9-]+)", (ROOT / "requirements.in").read_text(encoding="utf-8"), re.M)
    assert set(wanted) <= packed
    assert packed.isdisjoint({"pytest", "mypy", "ruff", "playwright", "hypothesis", "openapi-python-client"})
    assert all("--hash=sha256:" in entry for entry in re.split(r"^(?=[a-z])", lock, flags=re.M) if entry)
    assert "opentelemetry-sdk" not in packed
    assert "\nopentelemetry-sdk==" in runtime((ROOT / "requirements.lock").read_text(encoding="utf-8"), traces=True)
    copied = re.findall(r"^COPY (\w+) \1$", (ROOT / "deploy/Containerfile").read_text(encoding="utf-8"), re.M)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(copied) == set(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])


def test_the_tables_of_sizes_are_drawn_from_what_was_measured() -> None:
    machine = {"cores": 2, "python": "3.11"}
    figures = {"machine": machine, "serving": {"status read (steps)": {"per_second": 3000}}}
    drawn = tables(figures)
    assert "| reads of where a registration stands | 3,000 a second |" in drawn
    assert "| looks 20 times | 1,667 | 0.6 |" in drawn
    assert "cards" not in drawn.split("| when |")[0]  # nobody has measured them
    assert page(f"before\n{BEGIN}\nold\n{END}\nafter", figures) == f"before\n{BEGIN}\n{drawn}\n{END}\nafter"
