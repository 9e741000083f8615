"""One trace from a request through its event, its job and the platform's call; to a collector only where one is set."""

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import structlog
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from backend import tracing
from backend.errors import Unavailable
from miniprogram_api.platforms.outbound import Outbound
from tests.api.world import World
from zhunkao.logs import configure_logs
from zhunkao.settings import Settings, check
from zhunkao.trace_export import exported, is_sent

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
HEADERS = {"traceparent": f"00-{TRACE}-{PARENT}-01"}


async def registered(world: World) -> None:
    """Somebody registers, in TRACE, and their job is done."""
    phone = await world.stranger()
    answer = await world.call("POST", "/accounts", body=await phone.account(), headers=HEADERS)
    assert (answer.status, answer.headers["X-Trace-Id"]) == (201, TRACE)
    await world.run_jobs()


async def test_what_a_request_causes_is_told_in_its_trace_the_job_and_the_platform_s_call_too(world: World) -> None:
    with capture_logs(processors=[merge_contextvars]) as logs:
        await registered(world)
    in_it = [(line["event"], line.get("job")) for line in logs if line.get("trace_id") == TRACE]
    assert ("answered", None) in in_it
    assert ("platform_called", "check_candidate") in in_it
    told = await world.built.database.rows("SELECT DISTINCT name FROM event WHERE trace_id = $1 ORDER BY name", TRACE)
    assert [one["name"] for one in told] == ["account:changed", "account:registered"]


async def test_the_reader_of_events_names_the_traces_they_are_of(world: World) -> None:
    await registered(world)
    with capture_logs() as logs:
        await world.built.reminders.outbox.consume()
    (told,) = [line for line in logs if line["event"] == "events_received"]
    assert told["of_traces"] == [TRACE]  # the exams were loaded by nobody's request


@pytest.mark.parametrize(
    "said",
    [
        "nonsense",
        f"00-{TRACE.upper()}-{PARENT}-01",
        f"ff-{TRACE}-{PARENT}-01",
        f"00-{'0' * 32}-{PARENT}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE}-{PARENT}",
    ],
)
async def test_a_traceparent_that_is_none_begins_a_trace_of_our_own(world: World, said: str) -> None:
    answer = await world.call("GET", "/exams", headers={"traceparent": said})
    assert len(answer.headers["X-Trace-Id"]) == 32
    assert answer.headers["X-Trace-Id"] not in said.lower()


async def test_a_read_that_goes_well_leaves_no_line_and_a_refusal_does(world: World) -> None:
    with capture_logs() as logs:
        await world.call("GET", "/exams")
        await world.call("GET", "/exams/health-1999")
    answered = [line for line in logs if line["event"] == "answered"]
    assert [(line["route"], line["status"]) for line in answered] == [("/api/v1/exams/{code}", 404)]


async def test_of_a_platform_s_call_the_path_is_told_and_never_its_parameters(world: World) -> None:
    outbound = Outbound(world.http, world.sandbox_url)
    with capture_logs() as logs:
        await outbound.call("GET", "/sandbox/clock?token=secret", params={"access_token": "secret"}, retry=False)
        with pytest.raises(Unavailable):
            await Outbound(world.http, "http://127.0.0.1:1").call("GET", "/v3/x?token=secret", retry=False)
    told = [(line["path"], line["status"]) for line in logs if line["event"] == "platform_called"]
    assert told == [("/sandbox/clock", "200"), ("/v3/x", "unanswered")]
    assert "secret" not in repr(logs)


def test_lines_are_json_with_the_trace(capsys: pytest.CaptureFixture[str]) -> None:
    before = structlog.get_config()
    try:
        configure_logs()
        with tracing.begun("request", kind="server", caused_by=HEADERS["traceparent"]):
            structlog.get_logger("anything").info("done", 准考="测试")
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.configure(**before)
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["trace_id"], line["准考"]) == ("done", TRACE, "测试")


@asynccontextmanager
async def collector() -> AsyncIterator[tuple[str, list[Span]]]:
    """Its address, and the spans that reached it."""
    spans: list[Span] = []

    async def take(request: web.Request) -> web.Response:
        sent = ExportTraceServiceRequest.FromString(await request.read())
        spans.extend(span for resource in sent.resource_spans for scope in resource.scope_spans for span in scope.spans)
        return web.Response()

    app = web.Application()
    app.router.add_post("/v1/traces", take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None and isinstance(site._server, asyncio.Server)
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/v1/traces", spans
    finally:
        await runner.cleanup()


async def test_a_collector_is_sent_the_request_its_job_and_their_calls_as_one_trace(world: World) -> None:
    async with collector() as (url, spans):
        settings = world.settings.model_copy(update={"traces_url": url})
        async with exported(settings, process="api"):
            await registered(world)
    ours = {span.name: span for span in spans if span.trace_id.hex() == TRACE}
    request, job = ours["POST /api/v1/accounts"], ours["check_candidate"]
    assert request.parent_span_id.hex() == PARENT
    assert job.parent_span_id == request.span_id
    assert any(span.parent_span_id == job.span_id for span in ours.values())
    assert request.start_time_unix_nano <= request.end_time_unix_nano
    assert {one.key: one.value.int_value for one in request.attributes}["http.response.status_code"] == 201


async def test_a_collector_that_is_away_costs_no_request(world: World) -> None:
    settings = world.settings.model_copy(update={"traces_url": "http://127.0.0.1:1/v1/traces"})
    async with exported(settings, process="api"):
        await registered(world)


def test_every_process_sends_the_same_share_of_all_traces() -> None:
    traces = [f"{number * 0x9E3779B1 % (1 << 32):032x}" for number in range(10_000)]
    assert not any(is_sent(trace, 0) for trace in traces)
    assert all(is_sent(trace, 1) for trace in traces)
    assert 900 < sum(is_sent(trace, 0.1) for trace in traces) < 1100


def test_without_a_collector_nothing_of_opentelemetry_need_be_installed() -> None:
    program = "import sys; sys.modules['opentelemetry'] = None; import zhunkao.wiring; print('there')"
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert said.stdout == "there\n"


def test_a_collector_without_what_sends_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert check(Settings(traces_url="http://127.0.0.1:4318/v1/traces")) == []
    monkeypatch.setattr("zhunkao.settings_check.find_spec", lambda name: None)
    (told,) = check(Settings(traces_url="http://127.0.0.1:4318/v1/traces"))
    assert "requirements-traces.in" in told
