"""WeChat Pay's notifications acknowledged by one API process: verified, decrypted, kept, answered, a job put beside.

Each is signed and sealed as WeChat Pay does it and speaks of an order of its own; repeats are the same few again and
again. A worker acts on them meanwhile, on the same machine, as it would.
"""

import asyncio
import base64
import json
import secrets
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from backend.clock import EXAM_ZONE
from backend.database import Database
from benchmarks.load import Measured, figures, load, request
from benchmarks.running import Running, entered, running, stage
from sandbox.keys import SandboxKeys
from sandbox.wechatpay.signing import PlatformSigner
from zhunkao.demo.sandbox import sandbox_keys

CLIENTS: Final = 64
COUNT, ROUNDS, REPEATED = 2_000, 3, 16
FEN: Final = 26000
DOOR: Final = "/callbacks/wechat/payments"
PAID_AT: Final = datetime(2024, 1, 29, 9, 10, tzinfo=EXAM_ZONE)
PEOPLE: Final = """
WITH people AS (
    INSERT INTO candidate SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'username', 'clone_' || number, 'username_key', 'clone_' || number,
        'id_number_index', '\\x' || encode(number::text::bytea, 'hex')))).*
    FROM candidate one, generate_series(1, $2::int) number WHERE one.id = $1 RETURNING id
), registrations AS (
    INSERT INTO registration SELECT (jsonb_populate_record(one, jsonb_build_object(
        'id', gen_random_uuid(), 'candidate_id', people.id, 'registration_number', NULL, 'state', 'draft'))).*
    FROM registration one, people WHERE one.candidate_id = $1 RETURNING id
)
INSERT INTO payment_order (order_number, registration_id, platform, open_id, amount_fen, state, idempotency_key,
                           opened_at, expires_at)
SELECT 'ZKBENCH' || row_number() OVER (), id, 'wechat', 'oBENCH', $3, 'open', 'bench', now(), now() + interval '1 day'
FROM registrations
"""
"""As many candidates ($2) as the one ($1), each with an open order of $3 fen."""


def measure() -> dict[str, Any]:
    """Acknowledged a second and latencies, medians of the rounds, and how many were kept."""
    with running() as one:
        return asyncio.run(_measured(one))


async def _measured(one: Running) -> dict[str, Any]:
    async with stage(one) as made:
        (phone,) = await entered(made, 1)
        await _orders(made.built.database, phone.registration)
        keys = await asyncio.to_thread(sandbox_keys, one.settings.data_folder)
        rounds = await _rounds(one.api_port, keys)
        (row,) = await made.built.database.rows("SELECT count(*) AS kept FROM callback")
    return {name: figures(measured) for name, measured in rounds.items()} | {"kept": row["kept"]}


async def _orders(database: Database, registration: str) -> None:
    (row,) = await database.rows("SELECT candidate_id FROM registration WHERE id = $1::uuid", registration)
    await database.execute(PEOPLE, row["candidate_id"], COUNT * ROUNDS, FEN)


async def _rounds(port: int, keys: SandboxKeys) -> dict[str, list[Measured]]:
    found: dict[str, list[Measured]] = {"notification": [], "repeated notification": []}
    for number in range(ROUNDS):
        orders = range(number * COUNT + 1, (number + 1) * COUNT + 1)
        letters = await asyncio.to_thread(_letters, keys, orders)
        found["notification"].append(await load("127.0.0.1", port, letters, connections=CLIENTS, count=COUNT))
        again = letters[:REPEATED]
        found["repeated notification"].append(await load("127.0.0.1", port, again, connections=CLIENTS, count=COUNT))
    return found


def _letters(keys: SandboxKeys, orders: range) -> list[bytes]:
    signer = PlatformSigner(keys.merchant())
    return [_letter(keys, signer, order) for order in orders]


def _letter(keys: SandboxKeys, signer: PlatformSigner, order: int) -> bytes:
    """One notification as a request. Signed now: an old one is refused."""
    amount = {"total": FEN, "payer_total": FEN, "currency": "CNY", "payer_currency": "CNY"}
    plain = {
        "appid": keys.app_id,
        "mchid": keys.mchid,
        "out_trade_no": f"ZKBENCH{order}",
        "transaction_id": f"4200000{order:021d}",
        "trade_type": "JSAPI",
        "trade_state": "SUCCESS",
        "success_time": PAID_AT.isoformat(),
        "amount": amount,
    }
    nonce = secrets.token_hex(6)
    sealed = AESGCM(keys.api_v3_key.encode()).encrypt(nonce.encode(), json.dumps(plain).encode(), b"transaction")
    resource = {
        "original_type": "transaction",
        "algorithm": "AEAD_AES_256_GCM",
        "ciphertext": base64.b64encode(sealed).decode(),
        "associated_data": "transaction",
        "nonce": nonce,
    }
    envelope = {"id": f"BENCH-{order}", "event_type": "TRANSACTION.SUCCESS", "resource": resource}
    body = json.dumps(envelope).encode()
    return request("POST", DOOR, body=body, headers=signer.headers(body))
