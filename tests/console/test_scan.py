"""What offices look up and are shown stands in no log, no event and no audit record."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.api.staff_people import PASSWORD, colleague, wrong
from tests.api.test_registrations_privacy import PHONE, rows
from tests.api.world import JIA, YI
from tests.console.conftest import Console
from tests.foundation.other_processes import end_of, python

FAILS = """
import logging
from zhunkao.logs import configure_logs
import structlog
configure_logs()
try:
    raise ValueError("invalid input for query argument $1: '{number}' {phone}")
except ValueError:
    structlog.get_logger().exception("unexpected", said="{number}")
    logging.getLogger("asyncio").exception("never retrieved %s", "{phone}")
"""


async def test_a_clerk_s_day_leaves_no_number_no_phone_and_no_password_anywhere(
    console: Console, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    world = console.world
    with capture_logs() as logs:
        phone = await world.person()
        await phone.submitted()
        await world.clerks()
        clerk = await colleague(world)
        typed = "a wrong sample phrase"
        for secret, code in ((typed, await clerk.code()), (PASSWORD, wrong(await clerk.code()))):
            body = {"username": clerk.username, "password": secret, "code": code}
            assert (await world.call("POST", "/staff/sessions", body=body)).status == 401
        token = await console.token(clerk)
        for text in (JIA.id_number, YI.id_number, PHONE, JIA.name):
            await console.call("POST", "/search", token=token, sent={"text": text})
        for path in ("", "/document-number"):
            method = "POST" if path else "GET"
            answer, _ = await console.call(method, f"/registrations/{phone.registration}{path}", token=token)
            assert answer.status == 200
        await console.call("GET", f"/registrations/{JIA.id_number}", token=token)
    said = {
        "logs": "\n".join(map(str, logs)),
        "library logs": caplog.text,
        "output": "".join(capfd.readouterr()),
        **rows(world.settings.database_url),
    }
    for place, text in said.items():
        for secret in (JIA.id_number, YI.id_number, PHONE, PASSWORD, typed, clerk.secret):
            assert secret not in text, f"{secret} stands in {place}"


def test_a_number_that_an_error_repeats_is_masked_in_the_log(tmp_path: Path) -> None:
    code = FAILS.format(number=JIA.id_number, phone=PHONE)
    with python("-c", code, folder=tmp_path) as process:
        status, out, err = end_of(process)
    assert status == 0, err
    assert out.count("ValueError") == 1 and "never retrieved" in err
    for text in (out, err):
        assert JIA.id_number not in text and PHONE not in text
        assert "138****0000" in text
