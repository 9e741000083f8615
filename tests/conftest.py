"""What every test may ask for: a database of its own, an empty Redis, Chromium. Nothing reaches beyond this machine."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests import servers
from tests.loopback import hold_to_loopback
from zhunkao.embedded import EmbeddedValkey

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")

hold_to_loopback()
# A developer's own settings are none of a test's business.
for name in [name for name in os.environ if name.startswith("ZHUNKAO_")]:
    del os.environ[name]


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long the machine-made requests go on."""
    parser.addoption("--fuzz-examples", type=int, default=5, help="requests made up for each operation of the API")


@pytest.fixture(scope="session")
def databases() -> Iterator[servers.Databases]:
    """This process's PostgreSQL, started when the first test asks for it."""
    with servers.databases() as running:
        yield running


@pytest.fixture(scope="session")
def valkey() -> Iterator[EmbeddedValkey]:
    """This process's Valkey, started when the first test asks for it."""
    with servers.valkey() as running:
        yield running


@pytest.fixture
def database_url(databases: servers.Databases) -> Iterator[str]:
    """A database of this test's own, with every table and no row; dropped afterwards, whoever still holds it."""
    with databases.migrated_copy() as url:
        yield url


@pytest.fixture
def empty_database_url(databases: servers.Databases) -> Iterator[str]:
    """A database of this test's own without tables."""
    with databases.empty() as url:
        yield url


@pytest.fixture
def redis_url(valkey: EmbeddedValkey) -> str:
    """A Redis with nothing in it."""
    with redis.Redis.from_url(valkey.url()) as client:
        client.flushall()
    return valkey.url()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser's program. Where there is none, `make test` leaves these tests out and says how many they are."""
    for name in CHROMIUM_NAMES:
        if found := shutil.which(name):
            return Path(found)
    pytest.fail("no Chromium: install it (Debian: apt-get install chromium), or run with -m 'not browser'")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark in the results file which tests were the browser's: `make test` counts them there."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.user_properties.append(("browser", True))
