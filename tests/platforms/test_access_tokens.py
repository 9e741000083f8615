"""The access token: fetched once for all processes, replaced only if it is still the one that failed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count

import aiohttp
import pytest
from wechatpy.exceptions import WeChatClientException

from backend.cache import Cache
from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import AHEAD_SECONDS, TokenStore
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.wechat.api import WeChatApi
from tests.platforms.scripted import Scripted, answer

APP = "wxSAMPLE"


@dataclass(slots=True)
class Issuer:
    """Gives out token-1, token-2, …, slowly."""

    lifetime: int = 7200
    fails: bool = False
    fetched: int = 0
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    async def __call__(self) -> tuple[str, int]:
        self.fetched += 1
        await asyncio.sleep(0.05)
        if self.fails:
            raise Unavailable("platform_unavailable")
        return f"token-{next(self.numbers)}", self.lifetime


@pytest.fixture
async def caches(redis_url: str) -> AsyncIterator[tuple[Cache, Cache]]:
    """Two processes' connections to one Redis."""
    both = Cache(redis_url), Cache(redis_url)
    yield both
    for cache in both:
        await cache.close()


@pytest.fixture
def api(http: aiohttp.ClientSession, scripted: Scripted) -> WeChatApi:
    return WeChatApi(Outbound(http, scripted.url))


@pytest.fixture
async def nowhere() -> AsyncIterator[Cache]:
    """A Redis that is gone."""
    cache = Cache("redis://127.0.0.1:1/0")
    yield cache
    await cache.close()


async def test_fifty_callers_of_two_processes_and_an_expired_token_are_one_fetch(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer()
    stores = [TokenStore(cache, APP, issuer) for cache in caches]
    tokens = await asyncio.gather(*(stores[number % 2].token() for number in range(50)))
    assert (set(tokens), issuer.fetched) == ({"token-1"}, 1)


async def test_a_token_near_its_end_is_renewed_once_by_all(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer(lifetime=AHEAD_SECONDS - 1)
    stores = [TokenStore(cache, APP, issuer) for cache in caches]
    assert await stores[0].token() == "token-1"
    issuer.lifetime = 7200
    tokens = await asyncio.gather(*(stores[number % 2].token() for number in range(50)))
    assert (set(tokens), issuer.fetched) == ({"token-2"}, 2)


async def test_a_token_with_life_in_it_is_used_as_it_is(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer()
    for cache in caches * 2:
        assert await TokenStore(cache, APP, issuer).token() == "token-1"
    assert issuer.fetched == 1


async def test_a_refused_token_is_replaced_once_however_many_were_refused(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer()
    stores = [TokenStore(cache, APP, issuer) for cache in caches]
    stale = await stores[0].token()
    tokens = await asyncio.gather(*(stores[number % 2].replace(stale) for number in range(50)))
    assert (set(tokens), issuer.fetched) == ({"token-2"}, 2)


async def test_a_token_that_another_has_replaced_already_is_not_replaced_again(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer()
    first, second = (TokenStore(cache, APP, issuer) for cache in caches)
    stale = await first.token()
    assert await first.replace(stale) == "token-2"
    assert await second.replace(stale) == "token-2"
    assert issuer.fetched == 2


async def test_one_app_s_token_is_not_another_s(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer()
    assert await TokenStore(caches[0], APP, issuer).token() == "token-1"
    assert await TokenStore(caches[0], "wxOTHER", issuer).token() == "token-2"


async def test_without_redis_each_process_fetches_once_for_itself(nowhere: Cache) -> None:
    issuer = Issuer()
    first, second = TokenStore(nowhere, APP, issuer), TokenStore(nowhere, APP, issuer)
    tokens = await asyncio.gather(*(first.token() for _ in range(50)))
    assert (set(tokens), issuer.fetched) == ({"token-1"}, 1)
    assert await second.token() == "token-2"
    assert await first.replace("token-1") == "token-3"
    assert await first.token() == "token-3"


async def test_a_redis_that_comes_back_with_the_refused_token_costs_one_replacement_more(
    caches: tuple[Cache, Cache], nowhere: Cache
) -> None:
    issuer, cache = Issuer(), caches[0]
    store, redis = TokenStore(cache, APP, issuer), cache.redis
    assert await store.token() == "token-1"
    cache.redis = nowhere.redis
    assert await store.replace("token-1") == "token-2"
    cache.redis = redis
    assert await store.token() == "token-1"
    assert await store.replace("token-1") == "token-3"
    assert (await store.token(), issuer.fetched) == ("token-3", 3)


async def test_callers_of_a_platform_that_is_down_share_one_failure(caches: tuple[Cache, Cache]) -> None:
    issuer = Issuer(fails=True)
    store = TokenStore(caches[0], APP, issuer)
    ends = await asyncio.gather(*(store.token() for _ in range(50)), return_exceptions=True)
    assert all(isinstance(end, Unavailable) for end in ends)
    assert issuer.fetched == 1
    issuer.fails = False
    assert await store.token() == "token-1"


async def test_a_lock_that_a_killed_process_left_behind_ends_by_itself(caches: tuple[Cache, Cache]) -> None:
    await caches[0].put(f"token:{APP}:lock", "of the dead", seconds=1, purpose="test")
    assert await TokenStore(caches[1], APP, Issuer()).token() == "token-1"


async def test_a_call_refused_for_its_token_is_repeated_once_with_another(
    api: WeChatApi, scripted: Scripted, caches: tuple[Cache, Cache]
) -> None:
    tokens = TokenStore(caches[0], APP, Issuer())
    scripted.plays(answer(b'{"errcode":42001,"errmsg":"expired, rid: 1"}'), answer(b'{"errcode":0,"errmsg":"ok"}'))
    assert await api.post_with_token(tokens, "/cgi-bin/message/subscribe/send", {"touser": "o1"}) == {
        "errcode": 0,
        "errmsg": "ok",
    }
    assert [b"access_token=token-" in request for request in scripted.requests] == [True, True]
    assert scripted.requests[0] != scripted.requests[1]


@pytest.mark.parametrize("code", [40001, 40014, 42001])
async def test_a_call_that_is_always_refused_for_its_token_ends(
    api: WeChatApi, scripted: Scripted, caches: tuple[Cache, Cache], code: int
) -> None:
    issuer = Issuer()
    tokens = TokenStore(caches[0], APP, issuer)
    scripted.plays(answer(f'{{"errcode":{code},"errmsg":"no"}}'.encode()))
    with pytest.raises(WeChatClientException):
        await api.post_with_token(tokens, "/cgi-bin/message/subscribe/send", {})
    assert (len(scripted.requests), issuer.fetched) == (2, 2)


async def test_a_call_refused_for_another_reason_keeps_its_token(
    api: WeChatApi, scripted: Scripted, caches: tuple[Cache, Cache]
) -> None:
    issuer = Issuer()
    scripted.plays(answer(b'{"errcode":43101,"errmsg":"refused"}'))
    with pytest.raises(WeChatClientException):
        await api.post_with_token(TokenStore(caches[0], APP, issuer), "/cgi-bin/message/subscribe/send", {})
    assert (len(scripted.requests), issuer.fetched) == (1, 1)


async def test_a_body_is_sent_in_raw_utf8(api: WeChatApi, scripted: Scripted, caches: tuple[Cache, Cache]) -> None:
    scripted.plays(answer(b"{}"))
    await api.post_with_token(TokenStore(caches[0], APP, Issuer()), "/send", {"thing1": {"value": "考试"}})
    assert "考试".encode() in scripted.requests[0]
