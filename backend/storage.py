"""The object store: pictures and papers, by content. A folder by default, S3 by setting."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import obstore
import structlog
from obstore.exceptions import BaseError
from obstore.store import LocalStore, ObjectStore, from_url

from backend.errors import Unavailable

log = structlog.get_logger(__name__)


class Storage:
    """Immutable objects under the hash of what they hold: written twice is written once. Papers that can be drawn again
    lie under keys that their makers give, until they are removed.

    Every call raises Unavailable `storage_unavailable` where the store is full or doesn't answer; of what was to be
    written then nothing is there.
    """

    def __init__(self, url: str) -> None:
        self._store = _store(url)

    async def put(self, kind: str, data: bytes) -> str:
        """Keep `data`; its key is `kind`/sha256."""
        key = f"{kind}/{hashlib.sha256(data).hexdigest()}"
        await self.keep(key, data)
        return key

    async def keep(self, key: str, data: bytes) -> None:
        """Keep `data` under this key, in the place of what was there."""
        with _in_words("write"):
            await obstore.put_async(self._store, key, data)

    async def remove(self, keys: Sequence[str]) -> None:
        """What isn't there is removed already."""
        for key in keys:
            with _in_words("remove"), suppress(FileNotFoundError):
                await obstore.delete_async(self._store, key)

    async def get(self, key: str) -> bytes:
        """What is kept under the key. Raises FileNotFoundError."""
        with _in_words("read"):
            return bytes(await (await obstore.get_async(self._store, key)).bytes_async())


@contextmanager
def _in_words(act: str) -> Iterator[None]:
    """A full disk and a store that is away are no mistake of ours: people are told to come back, operators why."""
    try:
        yield
    except FileNotFoundError:
        raise
    except (BaseError, OSError) as error:
        log.error("storage_failed", act=act, reason=str(error).partition("\n")[0])
        raise Unavailable("storage_unavailable") from error


def _store(url: str) -> ObjectStore:
    if url.startswith("file:"):
        folder = Path(urlsplit(url).path)
        folder.mkdir(parents=True, exist_ok=True)
        return LocalStore(folder)
    return from_url(url, client_options={"timeout": timedelta(seconds=10)})
