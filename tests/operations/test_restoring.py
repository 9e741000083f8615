"""A database that is killed and whose data is gone comes back from its backup, for real."""

from scripts.restore_drill import drill
from tests.servers import fresh_folder


def test_nothing_committed_is_lost_with_the_server_and_an_instant_before_can_be_had_too() -> None:
    with fresh_folder() as folder:
        done = drill(folder, commits=60)
    assert done.committed >= 180
    assert done.lost == 0
    assert done.unanswered <= 1
    assert done.restored_to_instant == done.committed_at_instant < done.committed
