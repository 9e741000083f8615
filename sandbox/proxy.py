"""Passes the phone page's `/api/v1` calls on to the candidate API; refuses what a mini-program's runtime can't send."""

import re
from collections.abc import Mapping

import aiohttp
from aiohttp import hdrs, web
from multidict import CIMultiDict
from yarl import URL

from sandbox.faults import hang_up
from sandbox.ground import Ground
from sandbox.problems import Problem

METHODS = ("GET", "POST", "PUT", "DELETE")
LARGEST_UPLOAD = 20 * 1024 * 1024
LONGEST_SILENCE = 60.0
"""Seconds: `wx.request` gives up after as many, and a long poll of 25 fits in."""

# RFC 9110 §7.6.1: they belong to one connection. A mini-program has no cookies and no origin, so neither passes.
NOT_PASSED_ON = {
    "connection",
    "content-length",
    "cookie",
    "host",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "referer",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
}


class ApiProxy:
    """A streaming reverse proxy to the candidate API, or to another service beside the phone, below one path."""

    def __init__(self, ground: Ground, path: str, url: str) -> None:
        self._ground, self._path = ground, path
        self._origin = URL(url)

    def routes(self) -> list[web.RouteDef]:
        return [web.route("*", self._path + "{path:(/.*)?}", self._pass_on)]

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        check(request)
        body = await upload(request) if request.content_type == "multipart/form-data" else json_body(request)
        try:
            answer = await self._ask(request, body)
        except (aiohttp.ClientError, TimeoutError) as error:
            words = f"{self._origin} doesn't answer: {str(error) or 'too late'}."
            raise Problem(502, "api_unreachable", words) from error
        async with answer:
            return await relay(request, answer)

    async def _ask(self, request: web.Request, body: bytes | aiohttp.StreamReader | None) -> aiohttp.ClientResponse:
        headers = passed_on(request.headers)
        headers["X-Forwarded-For"] = request.remote or ""
        if request.content_length:
            headers[hdrs.CONTENT_LENGTH] = str(request.content_length)
        # As it came: decoding and encoding the path again could change it.
        url = URL(f"{self._origin.origin()}{request.raw_path}", encoded=True)
        timeout = aiohttp.ClientTimeout(total=None, connect=5, sock_read=LONGEST_SILENCE)
        return await self._ground.http.request(
            request.method, url, data=body, headers=headers, timeout=timeout, allow_redirects=False
        )


def check(request: web.Request) -> None:
    """Problem 405, 406 or 415 for what neither `wx.request` nor `wx.uploadFile` could send."""
    if request.method not in METHODS:
        words = f"A mini-program can't send {request.method}: wx.request knows GET, POST, PUT and DELETE here."
        raise Problem(405, "method_not_in_a_mini_program", words)
    if "text/event-stream" in request.headers.get(hdrs.ACCEPT, ""):
        words = "A mini-program has no EventSource: ask again with a long poll."
        raise Problem(406, "no_event_source_in_a_mini_program", words)
    if request.body_exists:
        check_body(request)


def check_body(request: web.Request) -> None:
    if request.method == "GET":
        words = "A mini-program can't send a body with GET: wx.request turns its data into the query."
        raise Problem(415, "body_not_in_a_mini_program", words)
    if request.content_type == "application/json":
        return
    if request.content_type == "multipart/form-data" and request.method == "POST":
        return
    words = "A mini-program sends JSON by wx.request, or one file as multipart by wx.uploadFile (POST); nothing else."
    raise Problem(415, "body_not_in_a_mini_program", words)


def json_body(request: web.Request) -> aiohttp.StreamReader | None:
    return request.content if request.body_exists else None


async def upload(request: web.Request) -> bytes:
    """The multipart body, read as a whole to see that it holds exactly one file, as `wx.uploadFile` sends it."""
    body = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        body += chunk
        if len(body) > LARGEST_UPLOAD:
            raise Problem(413, "too_large", f"An upload is at most {LARGEST_UPLOAD} bytes.")
    files = len(re.findall(rb"(?im)^content-disposition:[^\r\n]*;\s*filename\*?=", bytes(body)))
    if files != 1:
        words = f"A mini-program uploads one file at a time by wx.uploadFile; this body holds {files}."
        raise Problem(415, "not_one_file", words)
    return bytes(body)


def passed_on(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """The headers that may travel on."""
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in NOT_PASSED_ON)


async def relay(request: web.Request, answer: aiohttp.ClientResponse) -> web.StreamResponse:
    """The API's answer, chunk by chunk as it comes, still compressed if it is; cut off where the API's was."""
    headers = passed_on(answer.headers)
    response = web.StreamResponse(status=answer.status, reason=answer.reason, headers=headers)
    if length := answer.headers.get(hdrs.CONTENT_LENGTH):
        response.content_length = int(length)
    await response.prepare(request)
    try:
        async for chunk in answer.content.iter_any():
            await response.write(chunk)
        await response.write_eof()
    except (aiohttp.ClientError, TimeoutError):
        hang_up(request)
    return response
