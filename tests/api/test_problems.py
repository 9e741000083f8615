"""Errors: one shape, stable codes, the reader's words, a trace id that finds them in the log, nothing of ours told."""

import json
from typing import Any

import aiohttp
import pytest
from psycopg import sql
from structlog.testing import capture_logs

from tests.api.world import API, JIA, World
from tests.servers import Databases
from zhunkao.journey.people import EXAM


async def raw(world: World, method: str, path: str, **sent: Any) -> tuple[int, Any, Any]:
    """Status, headers and JSON of a call that may be none of the document's."""
    async with world.http.request(method, world.api_url + path, **sent) as answer:
        return answer.status, answer.headers, json.loads(await answer.read())


def cut_off(databases: Databases, name: str) -> None:
    """End every connection to the database, and let nobody in again."""
    databases.connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    databases.connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


async def test_a_problem_has_one_shape(world: World) -> None:
    answer = await world.call("GET", "/exams/health-1999")
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.headers["Content-Language"] == "zh-CN"
    assert answer.json == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "exam_unknown",
        "detail": "没有这场考试。",
        "errors": [],
        "trace_id": answer.headers["X-Trace-Id"],
    }


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "zh-CN"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en", "en"),
        ("en-US,en;q=0.9,zh-CN;q=0.8", "en"),
        ("fr-FR,en;q=0.5", "en"),
        ("*", "zh-CN"),
        (";;;,,,q=", "zh-CN"),
    ],
)
async def test_a_problem_speaks_the_readers_language(world: World, accepted: str, language: str) -> None:
    answer = await world.call("GET", "/exams/health-1999", headers={"Accept-Language": accepted})
    assert answer.headers["Content-Language"] == language
    assert answer.json["detail"] == {"zh-CN": "没有这场考试。", "en": "There is no such exam."}[language]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "path_unknown"),
        ("GET", f"{API}/nothing", 404, "path_unknown"),
        ("GET", f"{API}/exams/%00", 404, "exam_unknown"),
        ("GET", f"{API}/exams/{'x' * 3000}", 404, "exam_unknown"),
        ("PATCH", f"{API}/account", 405, "method_not_allowed"),
        ("DELETE", f"{API}/exams", 405, "method_not_allowed"),
    ],
)
async def test_what_is_no_call_is_a_problem_too(world: World, method: str, path: str, status: int, code: str) -> None:
    found, headers, problem = await raw(world, method, path)
    assert (found, problem["code"]) == (status, code)
    assert (status == 405) == ("Allow" in headers)


@pytest.mark.parametrize(
    ("kind", "body", "code", "faults"),
    [
        ("text/plain", "{}", "not_json", {"body": "not_json"}),
        ("application/json", "", "request_faulty", {"body": "not_json"}),
        ("application/json", "{", "request_faulty", {"body": "not_json"}),
        ("application/json", "[]", "request_faulty", {"body": "malformed"}),
        ("application/json", "null", "request_faulty", {"body": "malformed"}),
        ("application/json", '{"platform":"\\ud800","code":"x"}', "request_faulty", {"body": "not_json"}),
        ("application/json", "{}", "request_faulty", {"platform": "missing", "code": "missing"}),
        (
            "application/json",
            '{"platform":"telegram","code":"","more":1}',
            "request_faulty",
            {"platform": "not_in_list", "code": "too_short", "more": "not_a_field"},
        ),
    ],
)
async def test_a_body_that_can_be_none_is_refused_naming_every_fault(
    world: World, kind: str, body: str, code: str, faults: dict[str, str]
) -> None:
    answer = await world.call("POST", "/sessions", data=body.encode(), headers={"Content-Type": kind})
    assert (answer.status, answer.code, answer.faults) == (422, code, faults)
    assert all(fault["message"] for fault in answer.json["errors"])


async def test_a_fault_never_repeats_what_was_typed(world: World) -> None:
    phone = await world.stranger()
    body = await phone.account(id_number="440106199901010000", phone="1380000")
    answer = await world.call("POST", "/accounts", body={**body, "gender": "secret"})
    for typed in ("440106199901010000", "1380000", "secret", body["password"], body["binding_token"]):
        assert typed not in answer.body.decode()


async def test_a_body_too_large_is_refused(world: World) -> None:
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": "x" * 300_000})
    assert (answer.status, answer.code) == (413, "body_too_large")


async def test_every_answer_forbids_what_a_browser_might_do_with_it(world: World) -> None:
    for path in ("/exams", "/exams/health-1999"):
        answer = await world.call("GET", path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"


async def test_every_answer_has_a_trace_id_of_its_own(world: World) -> None:
    answers = [await world.call("GET", "/exams") for _ in range(3)]
    assert len({answer.headers["X-Trace-Id"] for answer in answers}) == 3


async def test_a_mistake_of_ours_is_told_without_a_word_of_it_and_logged_with_its_trace(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError(f"a secret of {JIA.id_number}")

    monkeypatch.setattr(world.built.exams, "exam", broken)
    with capture_logs() as logs:
        answer = await world.call("GET", f"/exams/{EXAM}")
    assert (answer.status, answer.code) == (500, "unexpected")
    assert "secret" not in answer.body.decode() and "RuntimeError" not in answer.body.decode()
    (told,) = [entry for entry in logs if entry["event"] == "unexpected"]
    assert told["path"] == "/api/v1/exams/{code}"


async def test_without_the_database_people_are_told_to_come_back_and_readiness_says_no(
    world: World, databases: Databases
) -> None:
    phone = await world.person()
    cut_off(databases, world.settings.database_url.rpartition("/")[2])
    answer = await phone.call("GET", "/account")
    assert (answer.status, answer.code) == (503, "try_later")
    assert "没有保存" in answer.json["detail"]
    status, _, ready = await raw(world, "GET", "/readyz")
    assert (status, ready["status"], ready["database"]) == (503, "not_ready", False)
    status, _, alive = await raw(world, "GET", "/healthz")
    assert (status, alive) == (200, {"status": "alive"})


async def test_where_all_is_there_readiness_says_so(world: World) -> None:
    status, _, ready = await raw(world, "GET", "/readyz")
    assert (status, ready) == (200, {"status": "ready", "database": True, "cache": True})


async def test_answers_are_counted_by_route_and_status_never_by_path(world: World) -> None:
    await world.call("GET", "/exams/health-1999")
    async with world.http.get(f"{world.api_url}/metrics", timeout=aiohttp.ClientTimeout(total=10)) as answer:
        text = await answer.text()
    assert 'zhunkao_requests_total{method="GET",route="/api/v1/exams/{code}",status="404"}' in text
    assert "health-1999" not in text
