"""Signed tokens: each for its use, each to its end, under every key that is still configured."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.candidates.tokens import ACCESS_SECONDS, BINDING_SECONDS, PlatformUser, Tokens
from backend.clock import real_now
from backend.errors import NotSignedIn

OLD, NEW, FOREIGN = (f"the {age} key, which is long enough for HS256" for age in ("old", "new", "foreign"))
SESSION, CANDIDATE = uuid4(), uuid4()
USER = PlatformUser(platform="wechat", app_id="wx-sample", open_id="o-sample", union_id=None)


def access(tokens: Tokens) -> str:
    return tokens.access(session_id=SESSION, candidate_id=CANDIDATE)


def refused(tokens: Tokens, token: str, *, binding: bool = False) -> str:
    with pytest.raises(NotSignedIn) as found:
        tokens.read_binding(token) if binding else tokens.read_access(token)
    return found.value.code


def test_an_access_token_says_whose_session_it_is() -> None:
    claims = Tokens([OLD]).read_access(access(Tokens([OLD])))
    assert (claims.session_id, claims.candidate_id) == (SESSION, CANDIDATE)
    assert abs(claims.expires_at - real_now().timestamp() - ACCESS_SECONDS) < 60


@given(st.text(max_size=40), st.none() | st.text(max_size=40))
def test_a_binding_token_says_whom_the_platform_named(open_id: str, union_id: str | None) -> None:
    tokens = Tokens([OLD])
    user = PlatformUser(platform="wechat", app_id="wx-sample", open_id=open_id, union_id=union_id)
    assert tokens.read_binding(tokens.binding(user)).user == user


def test_each_binding_token_is_another_one() -> None:
    tokens = Tokens([OLD])
    assert len({tokens.read_binding(tokens.binding(USER)).token_id for _ in range(5)}) == 5


def test_a_token_of_an_old_key_is_read_while_the_key_is_configured() -> None:
    token = access(Tokens([OLD]))
    assert Tokens([NEW, OLD]).read_access(token).session_id == SESSION
    assert refused(Tokens([NEW]), token) == "session_ended"


def test_the_key_in_front_signs() -> None:
    token = access(Tokens([NEW, OLD]))
    assert Tokens([NEW]).read_access(token).session_id == SESSION
    assert refused(Tokens([OLD]), token) == "session_ended"


def test_a_token_is_only_for_its_use() -> None:
    tokens = Tokens([OLD])
    assert refused(tokens, tokens.binding(USER)) == "session_ended"
    assert refused(tokens, access(tokens), binding=True) == "binding_token_expired"


@pytest.mark.parametrize(("binding", "seconds"), [(False, ACCESS_SECONDS), (True, BINDING_SECONDS)])
def test_a_token_is_read_to_its_last_second_also_once_it_was_verified(
    monkeypatch: pytest.MonkeyPatch, binding: bool, seconds: int
) -> None:
    tokens, now = Tokens([OLD]), real_now()
    monkeypatch.setattr("backend.candidates.tokens.real_now", lambda: now)
    token = tokens.binding(USER) if binding else access(tokens)
    read = tokens.read_binding if binding else tokens.read_access
    read(token)
    monkeypatch.setattr("backend.candidates.tokens.real_now", lambda: now + timedelta(seconds=seconds - 1))
    read(token)
    monkeypatch.setattr("backend.candidates.tokens.real_now", lambda: now + timedelta(seconds=seconds))
    assert refused(tokens, token, binding=binding) == ("binding_token_expired" if binding else "session_ended")


@given(st.text(max_size=60))
def test_what_never_was_a_token_is_refused(text: str) -> None:
    assert refused(Tokens([OLD]), text) == "session_ended"


@given(st.integers(0, 400), st.characters(codec="ascii", categories=["L", "N"]))
def test_a_token_with_one_character_changed_is_refused(place: int, character: str) -> None:
    tokens = Tokens([OLD])
    token = access(tokens)
    place %= token.rindex(".")  # the last characters of a signature may hold bits nobody reads
    changed = token[:place] + character + token[place + 1 :]
    if changed != token:
        assert refused(tokens, changed) == "session_ended"


@pytest.mark.parametrize("header", [{}, {"kid": "unknown"}, {"kid": ""}])
def test_a_token_signed_by_somebody_else_is_refused(header: dict[str, Any]) -> None:
    claims = {"use": "access", "exp": real_now() + timedelta(hours=1), "sid": str(SESSION), "sub": str(CANDIDATE)}
    own_key = jwt.get_unverified_header(access(Tokens([OLD])))["kid"]
    for headers in (header, {"kid": own_key}):
        assert (
            refused(Tokens([OLD]), jwt.encode(claims, FOREIGN, algorithm="HS256", headers=headers)) == "session_ended"
        )
        assert refused(Tokens([OLD]), jwt.encode(claims, "", algorithm="none", headers=headers)) == "session_ended"


def test_without_a_key_nothing_starts() -> None:
    with pytest.raises(ValueError):
        Tokens([])
