"""Document numbers and phones: in no log line, no error, no list, and in no row of the database."""

import re
from typing import Any

import psycopg
import pytest
from psycopg import sql
from structlog.testing import capture_logs

from tests.api.world import JIA, PASSWORD, YI, World

PHONE = "13800000000"
ANSWER = "示例小学"
TYPED = {"password": PASSWORD, "wrong password": "wrong-2024", "answer": ANSWER}
SECRETS = {"document": JIA.id_number, "birth and order": JIA.id_number[6:], "phone": PHONE}


async def journey(world: World) -> list[bytes]:
    """From nobody to paid, with some of what goes wrong on the way; every answer that was given."""
    phone = await world.person()
    answers = [await phone.call("GET", "/account")]
    for login, secret in ((JIA.id_number, PASSWORD), (JIA.id_number, "wrong-2024"), (YI.id_number, "wrong-2024")):
        answers.append(await world.call("POST", "/sessions/password", body={"login": login, "password": secret}))
    other = await world.stranger()
    answers.append(await world.call("POST", "/accounts", body=await other.account(username="ceshi_again")))
    answers.append(await world.call("POST", "/accounts", body=await other.account(id_number=JIA.id_number[:-1] + "9")))
    await phone.submitted()
    answers += [await phone.mine("GET"), await phone.mine("GET", "/steps"), await phone.call("GET", "/registrations")]
    await world.approved(phone)
    await world.at("2024-01-29 00:00")
    order = await phone.order()
    await phone.pay(order.json["client"])
    await phone.paid()
    changed = {"password": PASSWORD, "phone": "13800000001"}
    answers += [order, await phone.mine("GET", "/payment"), await phone.call("PUT", "/account/phone", body=changed)]
    return [answer.body for answer in answers]


def rows(database_url: str) -> dict[str, str]:
    """Every table as text, binary columns in hexadecimal and as what they would read as."""
    found = {}
    with psycopg.connect(database_url) as connection:
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            statement = sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
            found[name] = "\n".join(_readable(value) for row in connection.execute(statement) for value in row)
    return found


def _readable(value: Any) -> str:
    return bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)


async def test_no_answer_no_log_line_and_no_row_holds_a_document_number_or_a_phone(
    world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with capture_logs() as logs:
        answers = await journey(world)
    async with world.http.get(f"{world.api_url}/metrics") as answer:
        metrics = await answer.text()
    assert "zhunkao_requests_total" in metrics
    for place, text in {"metrics": metrics, "logs": "\n".join(map(str, logs)), "library logs": caplog.text}.items():
        named = {"name": JIA.name, "user name": JIA.username} if place != "library logs" else {}
        for what, secret in {**named, **TYPED}.items():
            assert secret not in text, f"the {what} stands in the {place}"
    said = {
        "metrics": metrics,
        "answers": b"\n".join(answers).decode(),
        "logs": "\n".join(map(str, logs)),
        "library logs": caplog.text,
        "output": "".join(capfd.readouterr()),
        **rows(world.settings.database_url),
    }
    assert {"candidate", "registration", "audit_record", "callback", "payment_order", "procrastinate_jobs"} <= set(said)
    assert JIA.username in said["candidate"]
    for place, text in said.items():
        for what, secret in SECRETS.items():
            assert secret not in text, f"the {what} stands in {place}"


async def test_neither_passwords_nor_answers_nor_tokens_are_kept_readable(world: World) -> None:
    phone = await world.person()
    kept = "\n".join(rows(world.settings.database_url).values())
    for secret in (PASSWORD, ANSWER, phone.token, phone.refresh_token, phone.refresh_token.partition(".")[2]):
        assert secret not in kept
    assert len(re.findall(r"\$argon2id\$", kept)) == 2


async def test_two_ciphertexts_of_one_number_have_nothing_in_common_but_their_index(world: World) -> None:
    await world.person()
    stored = await world.built.database.rows("SELECT id_number, id_number_index, phone FROM candidate")
    assert bytes(stored[0]["id_number"])[4:] != bytes(stored[0]["phone"])[4:]
    assert len(stored[0]["id_number_index"]) == 32
