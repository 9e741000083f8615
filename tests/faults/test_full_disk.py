"""The disk of the object store is full: people are told so, nothing is half there, and the same works once it isn't."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Final
from uuid import uuid4

import aiohttp
import pytest
from PIL import Image

from tests.faults.ground import Ground, held_port
from tests.faults.journey import API, Traveller, somebody
from tests.faults.told import Told
from tests.faults.walking import town_of
from zhunkao.journey.people import AREA, SITE

pytestmark = [
    pytest.mark.xdist_group("faults"),
    pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux limits another process's files"),
]
LARGEST: Final = 400_000
"""Bytes: the process's log goes on, a picture of this test does not fit."""


def noise() -> bytes:
    """A picture that no JPEG makes small."""
    file = BytesIO()
    side = 1200
    Image.frombytes("RGB", (side, side), Random(1).randbytes(side * side * 3)).save(file, "JPEG", quality=95)
    return file.getvalue()


@contextmanager
def full(pid: int) -> Iterator[None]:
    """No file of this process grows beyond LARGEST, as if the disk ended there."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (LARGEST, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


def kept(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


async def test_a_picture_that_finds_no_room_is_refused_in_words_and_leaves_nothing(
    one: Ground, people: list[int]
) -> None:
    store, picture = one.settings.data_folder / "storage", noise()
    assert len(picture) > 2 * LARGEST
    with held_port() as port:
        api = one.start("api", log="api-full", ZHUNKAO_API_PORT=str(port))
        try:
            one.ready("api-full", port, "/readyz")
            assert api.pid is not None
            async with aiohttp.ClientSession() as http:
                url = f"http://127.0.0.1:{port}"
                someone = Traveller(
                    town=town_of(one, Told(), http, url), person=somebody(people[0]), dice=Random(people[0])
                )
                await someone.open_account()
                headers = {"Authorization": f"Bearer {someone.token}"}
                asked = {"kind": "question", "text": "示例问题", "area": AREA, "site": SITE}
                answer = await someone.town.api.ask("POST", f"{API}/inquiries", body=asked, headers=headers)
                inquiry = f"{API}/inquiries/{answer.json['id']}"
                shown = f"{inquiry}/pictures?client_message_id={uuid4().hex}"

                def form() -> aiohttp.FormData:
                    made = aiohttp.FormData()
                    made.add_field("file", BytesIO(picture), filename="picture.jpg", content_type="image/jpeg")
                    return made

                before = kept(store)
                with full(api.pid):
                    refused = await someone.town.api.once("POST", shown, headers=headers, data=form())
                    assert refused is not None
                    assert (refused.status, refused.code) == (503, "storage_unavailable")
                    assert "没有保存" in refused.json["detail"]
                    messages = await someone.town.api.ask("GET", f"{inquiry}/messages", headers=headers)
                    assert not any(one["picture"] for one in messages.json["items"])
                    assert kept(store) == before
                for _ in range(2):
                    taken = await someone.town.api.ask("POST", shown, headers=headers, form=form)
                    assert taken.status == 201
                messages = await someone.town.api.ask("GET", f"{inquiry}/messages", headers=headers)
                assert sum(one["picture"] for one in messages.json["items"]) == 1
                assert len(kept(store) - before) == 1
        finally:
            api.stop()
            del one.programs["api-full"]
