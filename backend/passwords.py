"""Passwords and recovery answers as argon2id hashes, computed in threads: their CPU would hold every request."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError


class Passwords:
    """Hashes and verifies, as many at once as there are threads; the rest wait in line, not on the event loop."""

    def __init__(self, threads: int = 2) -> None:
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="argon2")
        self._nobody = self._hasher.hash("nobody's password")

    async def hash(self, secret: str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, secret)

    async def verify(self, stored: str | None, secret: str) -> bool:
        """Whether the secret is the stored one. None stands for nobody, takes the same time and is False."""
        matches = await asyncio.get_running_loop().run_in_executor(
            self._threads, self._matches, stored or self._nobody, secret
        )
        return matches and stored is not None

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _matches(self, stored: str, secret: str) -> bool:
        try:
            return self._hasher.verify(stored, secret)
        except (VerificationError, InvalidHashError):
            return False
