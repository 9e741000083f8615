"""Keys for the demo and the tests, and the process that serves."""

import asyncio
import re
from dataclasses import replace

import pytest
from aiohttp import ClientConnectionError, ClientSession
from aiohttp.test_utils import unused_port

from sandbox.app import serve
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings


def test_keys_survive_json(keys: SandboxKeys) -> None:
    assert SandboxKeys.from_json(keys.to_json()) == keys


def test_keys_have_the_forms_the_platform_gives_them(keys: SandboxKeys) -> None:
    assert re.fullmatch(r"wx[0-9a-f]{16}", keys.app_id)
    assert len(keys.api_v3_key) == 32
    assert len(keys.encoding_aes_key) == 43
    assert keys.platform_key_id.startswith("PUB_KEY_ID_")
    assert re.fullmatch(r"[0-9A-F]{40}", keys.merchant_serial)


def test_two_keys_are_never_the_same(keys: SandboxKeys) -> None:
    other = SandboxKeys.generate()
    assert other.merchant_private_key_pem != keys.merchant_private_key_pem
    assert other.api_v3_key != keys.api_v3_key


def test_secrets_stay_out_of_the_repr(keys: SandboxKeys) -> None:
    shown = repr(keys) + repr(keys.wechat_app()) + repr(keys.merchant())
    for secret in (keys.app_secret, keys.push_token, keys.encoding_aes_key, keys.api_v3_key, "PRIVATE KEY"):
        assert secret not in shown


async def test_it_serves_until_cancelled(settings: SandboxSettings) -> None:
    port = unused_port()
    serving = asyncio.create_task(serve(replace(settings, port=port)))
    async with asyncio.timeout(10), ClientSession() as session:
        while True:
            try:
                async with session.get(f"http://127.0.0.1:{port}/sandbox/clock") as response:
                    assert response.status == 200
                    break
            except ClientConnectionError:
                await asyncio.sleep(0.01)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
