"""Draws docs/personal-data.md from what is held of people: `python scripts/personal_data.py` writes it anew."""

import sys
from collections.abc import Iterable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from backend.privacy.fields import Held, held

PAGE = Path(__file__).parents[1] / "docs" / "personal-data.md"

HEAD = """# What is held of people

Drawn by `scripts/personal_data.py` from `backend/privacy/fields.toml`; a test fails where this page says something
else, or where a table of the database stands in neither.

| table | what | encrypted | for how long | in the candidate's export |
|---|---|---|---|---|
"""
TAIL = """
- A worker purges once an hour (`backend/privacy/purging.py`). `purge_record` says of each day and table how many rows
  went and until when everything older was gone, also where nothing was due; each batch is in the audit log as `purged`,
  in the transaction that removed it.
- `GET /api/v1/account/export` gives a candidate all of it, unmasked; each export is in the audit log as `exported`.
- How long is our choice where no notice says it, and a change is one line of `fields.toml`.

## Keys, replaced while the service runs

Data keys (`ZHUNKAO_DATA_KEYS`: the first encrypts, all decrypt):

1. Put the new key **behind** the old one and restart every process, one after the other: now all can read what it
   encrypts, and none uses it yet.
2. Put it **in front** and restart them again: what is written from now on is under the new key.
3. `zhunkao replace-data-keys` encrypts all the rest anew, in batches, beside the running service. Stopped or killed, it
   goes on where it was; two share the work. It says when nothing is left under another key.
4. Take the old key out and restart.

The blind indexes have a key of their own, which is kept encrypted in the database (`index_key`) and is itself encrypted
anew in step 3; numbers are found, and two accounts for one number refused, all the while. A process whose keys can't
open it does not start. Where the old data key has become known to others, so has the index key of an installation that
was begun with it: who has both it and a copy of the database can try numbers against the indexes.

Signing keys (`ZHUNKAO_SECRET_KEYS`: the first signs, all verify): the same steps 1, 2 and 4. Access tokens last 15
minutes, binding and reset tokens 10; refresh tokens and the staff's sessions are not signed and go on. Seals of printed
admit cards and manifests of seating plans are signed with these keys: keep an old one until the exam it printed for is
over.

WeChat Pay names the key that signed, so both public keys are configured at once while it changes:
`ZHUNKAO_WECHAT_PAY_PUBLIC_KEY` takes a file with one after the other, `ZHUNKAO_WECHAT_PAY_PUBLIC_KEY_ID` their ids in
the same order, commas between. Alipay and Baidu don't name theirs: a file with both keys is tried in order
(`ZHUNKAO_ALIPAY_PUBLIC_KEY`, `ZHUNKAO_BAIDU_PLATFORM_PUBLIC_KEY`). Our own keys and `ZHUNKAO_WECHAT_API_V3_KEY` change
by a restart at the moment the platform's page changes: what it sends meanwhile is refused, and sent again by it.
"""


def page() -> str:
    """The whole page."""
    return HEAD + "".join(f"{row}\n" for row in _rows()) + TAIL


def _rows() -> Iterable[str]:
    for one in held():
        sealed = ", ".join(f"`{column}`" for column in one.sealed)
        yield f"| `{one.table}` | {one.what} | {sealed} | {_how_long(one)} | {'yes' if one.of else ''} |"


def _how_long(one: Held) -> str:
    return f"{one.days} days after `{one.since}`" if one.days is not None else str(one.kept)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
