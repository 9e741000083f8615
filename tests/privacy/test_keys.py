"""Keys are replaced while people sign in, whoever is killed meanwhile; nothing is lost, nobody gets two accounts."""

import base64
import hashlib
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest

from backend.audit import AuditRecord
from backend.personal_data import PersonalData, fingerprint
from backend.privacy.rekeying import COLUMNS, Sealed
from tests.api.staff_people import colleague
from tests.api.test_duties import one_of_everything
from tests.api.world import JIA, PASSWORD, YI, Phone, World
from tests.foundation.other_processes import end_of, python
from tests.privacy.conftest import Under
from tests.worker.waiting import until
from zhunkao.settings import as_environment

OLD: Final = "dGVzdHMgZW5jcnlwdCB3aXRoIHRoaXMgMzIgYnl0ZXM="
NEW: Final = base64.b64encode(hashlib.sha256(b"a newer data key").digest()).decode()
FOREIGN: Final = base64.b64encode(hashlib.sha256(b"another installation's").digest()).decode()
SIGNED: Final = "tests sign with this and nothing else does"
SIGNS_NOW: Final = "tests sign with this one from now on, and no other"
COMMAND: Final = ("-m", "zhunkao", "replace-data-keys")


def new_mark() -> bytes:
    return fingerprint(base64.b64decode(NEW))


async def ciphertexts(world: World, column: Sealed) -> dict[Any, bytes]:
    """Past everything of ours."""
    sql = f'SELECT id, "{column.column}" AS sealed FROM "{column.table}" WHERE "{column.column}" IS NOT NULL'
    connection = await asyncpg.connect(world.settings.database_url)
    try:
        return {row["id"]: bytes(row["sealed"]) for row in await connection.fetch(sql)}
    finally:
        await connection.close()


async def plain(world: World, *keys: str) -> dict[str, dict[Any, str]]:
    """Everything encrypted, as it reads with these keys."""
    read = PersonalData(keys)
    return {
        str(column): {
            row: read.decrypt(sealed, about=column.about) for row, sealed in (await ciphertexts(world, column)).items()
        }
        for column in COLUMNS
    }


async def filled(world: World, folder: Path) -> None:
    """One of everything that holds something encrypted."""
    await world.last_year(folder / "last-year.csv")
    await one_of_everything(world)
    await colleague(world)
    person = await world.person(YI)
    body = {"kind": "account_change", "text": "示例", "area": "河北", "site": "示例市"}
    number = {"id_type": "passport", "id_number": "E12345678"}
    answer = await person.call("POST", "/inquiries", body=body | number)
    assert answer.status == 201, answer.body


async def signs_in(world: World, login: str = JIA.id_number) -> int:
    return (await world.call("POST", "/sessions/password", body={"login": login, "password": PASSWORD})).status


async def opens_another(world: World, phone: Phone) -> str:
    """What somebody is told who opens a second account for JIA's number."""
    body = await phone.account(username="ceshi_again")
    answer = await world.call("POST", "/accounts", body=body)
    return answer.code if answer.status != 201 else "opened"


async def test_data_keys_are_replaced_beside_the_running_service_and_a_killed_command_is_gone_on_with(
    world: World, under: Under, tmp_path: Path
) -> None:
    await filled(world, tmp_path)
    before = await plain(world, OLD)
    assert {name for name, rows in before.items() if not rows} <= {"face_login.id_number"}
    environment = as_environment(world.settings) | {"ZHUNKAO_DATA_KEYS": f"{NEW},{OLD}"}
    holder = await asyncpg.connect(world.settings.database_url)
    async with under(data_keys=(NEW, OLD)) as now:
        async with holder.transaction():
            await holder.execute("SELECT 1 FROM candidate WHERE username = $1 FOR UPDATE", JIA.username)
            with python(*COMMAND, folder=tmp_path, **environment) as first:
                await until(lambda: some_are_new(world))
                first.kill()
                first.wait()
        marks = {sealed[:4] for column in COLUMNS for sealed in (await ciphertexts(world, column)).values()}
        assert len(marks) == 2, "it was killed in the middle"
        for served in (world, now):
            assert await opens_another(served, await world.stranger(JIA)) == "account_exists"
        assert await signs_in(now) == 200
        with python(*COMMAND, folder=tmp_path, **environment) as second:
            status, out, err = end_of(second)
        assert status == 0, err
        assert "Everything is under the newest data key" in out
    await holder.close()
    after = await plain(world, NEW)
    assert after == before
    async with under(data_keys=(NEW,)) as later:
        assert await signs_in(later) == 200
        assert await opens_another(later, await world.stranger(JIA)) == "account_exists"
        signed_in = {"login": JIA.username, "password": PASSWORD}
        token = (await later.call("POST", "/sessions/password", body=signed_in)).json["access_token"]
        shown = (await later.call("GET", "/account", token=token)).json
        assert (shown["id_number"][-4:], shown["phone"]) == (JIA.id_number[-4:], "138****0000")
        record = await AuditRecord.get(act="encrypted_anew")
        assert record.after["key"] == new_mark().hex()


async def some_are_new(world: World) -> bool:
    """Whether it has come past the candidates: every other column of them is done, and one row is held."""
    phones = [column for column in COLUMNS if str(column) == "candidate.id_number"]
    return any(sealed[:4] == new_mark() for sealed in (await ciphertexts(world, phones[0])).values())


async def test_again_it_finds_nothing_to_do(world: World, under: Under) -> None:
    await world.person()
    async with under(data_keys=(NEW, OLD)) as now:
        assert any((await now.built.rekeying.run()).values())
        assert not any((await now.built.rekeying.run()).values())
        assert await now.built.rekeying.left() == 0


async def test_a_statement_is_encrypted_anew_and_never_said_otherwise(world: World) -> None:
    await one_of_everything(world)
    connection = await asyncpg.connect(world.settings.database_url)
    for allowed, statement in (
        (False, "UPDATE office_statement SET content = 'x'"),
        (True, "UPDATE office_statement SET batch = batch + 1"),
        (True, "DELETE FROM office_statement"),
        (True, "UPDATE item_count SET counted = 1"),
    ):
        with pytest.raises(asyncpg.RaiseError, match="only grows"):
            async with connection.transaction():
                await connection.execute("SELECT set_config('zhunkao.rekeying', $1, true)", "on" if allowed else "")
                await connection.execute(statement)
    await connection.close()


async def test_a_process_without_the_keys_of_the_database_does_not_start(world: World, tmp_path: Path) -> None:
    environment = as_environment(world.settings) | {"ZHUNKAO_DATA_KEYS": FOREIGN}
    with python(*COMMAND, folder=tmp_path, **environment) as process:
        status, _, err = end_of(process)
    assert status == 1
    assert err.startswith("Error: ZHUNKAO_DATA_KEYS: none of the data keys is one that this database was written with")
    assert "Traceback" not in err


async def test_a_new_key_behind_the_old_one_changes_no_index(world: World, under: Under) -> None:
    await world.person()
    async with under(data_keys=(OLD, NEW)) as now:
        assert await signs_in(now) == 200
        await now.built.accounts.view((await AuditRecord.get(act="registered")).subject_id)  # type: ignore[arg-type]


async def test_sessions_go_on_while_signing_keys_are_replaced_and_the_old_key_s_tokens_end_with_it(
    world: World, under: Under
) -> None:
    phone = await world.person()
    async with under(secret_keys=(SIGNS_NOW, SIGNED)) as now:
        assert (await now.call("GET", "/account", token=phone.token)).status == 200
        refreshed = await now.call("POST", "/sessions/refresh", body={"refresh_token": phone.refresh_token})
        assert refreshed.status == 200
        newer = refreshed.json
    async with under(secret_keys=(SIGNS_NOW,)) as later:
        assert (await later.call("GET", "/account", token=phone.token)).code == "session_ended"
        assert (await later.call("GET", "/account", token=newer["access_token"])).status == 200
        again = await later.call("POST", "/sessions/refresh", body={"refresh_token": newer["refresh_token"]})
        assert again.status == 200
