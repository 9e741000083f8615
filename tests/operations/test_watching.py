"""What watches the service asks for figures that the service tells, and leads to words that are there."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import backend.console.app
import miniprogram_api.app
import zhunkao.wiring
from tests.api.world import World
from zhunkao.job_figures import show_jobs

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/prometheus/zhunkao.rules.yml").read_text(encoding="utf-8"))
DASHBOARD = json.loads((ROOT / "deploy/grafana/zhunkao.json").read_text(encoding="utf-8"))
OF_TARGETS = {"job", "instance", "le"}
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
PROCESSES = (backend.console.app, miniprogram_api.app, zhunkao.wiring)  # their figures are there once these are


def alerts() -> list[dict[str, Any]]:
    return [rule for group in RULES["groups"] for rule in group["rules"]]


def asked() -> Iterator[str]:
    """Every expression."""
    yield from (rule["expr"] for rule in alerts())
    yield from (target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ()))


def told() -> dict[str, set[str]]:
    """Each figure by the name it is asked for, with its labels."""
    found: dict[str, set[str]] = {}
    for collector in set(REGISTRY._collector_to_names):
        for family in collector.describe() if hasattr(collector, "describe") else ():
            for suffix in SUFFIXES.get(family.type, ()):
                found[family.name + suffix] = set(getattr(collector, "_labelnames", ()))
    return found


@pytest.mark.parametrize("expression", sorted(set(asked())))
def test_every_figure_and_label_that_is_asked_for_is_told(expression: str) -> None:
    figures, names = told(), set(re.findall(r"zhunkao_\w+", expression))
    assert names <= figures.keys()
    by = {name.strip() for group in re.findall(r"by \(([^)]*)\)", expression) for name in group.split(",")}
    selected = set(re.findall(r"[{,]\s*(\w+)(?:=|!=|=~|!~)\"", expression))
    assert by | selected <= OF_TARGETS.union(*(figures[name] for name in names))


def test_every_figure_of_ours_is_on_the_dashboard() -> None:
    shown = " ".join(asked())
    ours = {name for name in told() if name.startswith("zhunkao_")}
    families = {re.sub("_(bucket|sum|count|total)$", "", name) for name in ours}
    assert {name for name in families if name not in shown} == set()


def test_every_alert_leads_to_a_chapter_that_is_there() -> None:
    for rule in alerts():
        path, _, anchor = rule["annotations"]["runbook"].partition("#")
        text = (ROOT / path).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", text, re.M)
        anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
        assert anchor in anchors, rule["alert"]


async def test_a_worker_s_figures_of_the_database_are_read_from_it(world: World) -> None:
    await world.built.reminders.outbox.consume()
    phone = await world.stranger()
    await world.call("POST", "/accounts", body=await phone.account())
    await show_jobs(world.built.database)
    await world.built.unsettled.show()
    await world.built.reminders.figures.show()
    value = REGISTRY.get_sample_value
    assert value("zhunkao_jobs", {"status": "todo"}) == 1
    assert value("zhunkao_events_waiting") == 2
    assert (value("zhunkao_jobs_lag_seconds") or 0) > 0
    await world.run_jobs()
    await show_jobs(world.built.database)
    assert value("zhunkao_jobs", {"status": "todo"}) == 0
    assert value("zhunkao_jobs_lag_seconds") == 0


async def test_the_pool_tells_how_many_connections_there_are_and_may_be(world: World) -> None:
    value = REGISTRY.get_sample_value
    await world.call("GET", "/exams")
    assert value("zhunkao_pool_connections", {"state": "most"}) == 20
    assert 1 <= (value("zhunkao_pool_connections", {"state": "open"}) or 0) <= 20
    waited = value("zhunkao_transaction_wait_seconds_count") or 0
    phone = await world.stranger()
    await world.call("POST", "/accounts", body=await phone.account())
    assert (value("zhunkao_transaction_wait_seconds_count") or 0) > waited
