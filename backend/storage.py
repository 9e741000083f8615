"""The object store: pictures and papers, by content. A folder by default, S3 by setting."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from obstore.store import LocalStore, ObjectStore, from_url


class Storage:
    """Immutable objects under the hash of what they hold: written twice is written once. Papers that can be drawn again
    lie under keys that their makers give, until they are removed."""

    def __init__(self, url: str) -> None:
        self._store = _store(url)

    async def put(self, kind: str, data: bytes) -> str:
        """Keep `data`; its key is `kind`/sha256."""
        key = f"{kind}/{hashlib.sha256(data).hexdigest()}"
        await obstore.put_async(self._store, key, data)
        return key

    async def keep(self, key: str, data: bytes) -> None:
        """Keep `data` under this key, in the place of what was there."""
        await obstore.put_async(self._store, key, data)

    async def remove(self, keys: Sequence[str]) -> None:
        """What isn't there is removed already."""
        for key in keys:
            with suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    async def get(self, key: str) -> bytes:
        """What is kept under the key. Raises FileNotFoundError."""
        return bytes(await (await obstore.get_async(self._store, key)).bytes_async())


def _store(url: str) -> ObjectStore:
    if url.startswith("file:"):
        folder = Path(urlsplit(url).path)
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url, client_options={"timeout": timedelta(seconds=10)})
