"""A candidate is given all that is held of them, in the clear, and nothing of anybody else."""

from pathlib import Path
from typing import Any

from backend.audit import AuditRecord
from tests.api.test_duties import one_of_everything
from tests.api.test_inquiries import asked
from tests.api.world import JIA, PASSWORD, YI, Phone, World


async def export(phone: Phone) -> dict[str, Any]:
    answer = await phone.call("GET", "/account/export")
    assert answer.status == 200, answer.body
    return {part["table"]: part["rows"] for part in answer.json["items"]}


async def signed_in(world: World) -> Phone:
    """JIA, whose things somebody else has made."""
    phone = await world.stranger()
    answer = await world.call("POST", "/sessions/password", body={"login": JIA.username, "password": PASSWORD})
    phone.token = answer.json["access_token"]
    return phone


async def test_everything_of_theirs_is_in_it_unmasked(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "last-year.csv")
    target = await one_of_everything(world)
    held = await export(await signed_in(world))
    [account] = held["candidate"]
    assert (account["id_number"], account["phone"], account["name"]) == (JIA.id_number, "13800000000", JIA.name)
    [registration] = held["registration"]
    assert registration["registration_number"] == target.number
    assert registration["form"]["basic"] and registration["photo"]
    assert {"binding", "session", "form_version", "inquiry", "inquiry_message", "violation", "correction"} <= set(held)
    assert {"account_change", "refund", "payment", "payment_order", "audit_record"} <= set(held)
    assert {"registered", "submitted"} <= {record["act"] for record in held["audit_record"]}
    assert held["account_change"][0]["name"] == "测试䶮"


async def test_nothing_in_it_is_a_secret_or_somebody_else_s(world: World) -> None:
    mine, other = await world.person(), await world.person(YI)
    for phone in (mine, other):
        await phone.submitted()
        await asked(phone)
    answer = await mine.call("GET", "/account/export")
    text = answer.body.decode()
    theirs = (YI.name, YI.id_number, YI.username, other.open_id, str(other.candidate_id), other.registration)
    for secret in (*theirs, "$argon2", "_hash", "\\\\x", mine.token, mine.refresh_token):
        assert secret not in text, secret
    assert JIA.id_number in text


async def test_each_one_is_on_record_and_says_how_long_things_are_kept(world: World) -> None:
    phone = await world.person()
    answer = await phone.call("GET", "/account/export", headers={"Accept-Language": "en"})
    parts = {part["table"]: part for part in answer.json["items"]}
    assert (parts["session"]["title"], parts["session"]["days"]) == ("Sessions", 180)
    assert (parts["candidate"]["title"], parts["candidate"]["days"]) == ("The account", None)
    record = await AuditRecord.get(act="exported")
    assert (record.actor_id, record.subject_id) == (str(phone.candidate_id), str(phone.candidate_id))
