"""Whose face the platforms' clients are asked about in these tests."""

import json
from typing import Any
from uuid import uuid4

from backend.candidates.faces import FaceOutcome, FaceSubject
from backend.candidates.tokens import PlatformUser
from tests.platforms.scripted import answer

NUMBER = "11010119900307000X"
OUTCOMES = [
    ("pass", FaceOutcome.PASSED),
    ("no_match", FaceOutcome.NO_MATCH),
    ("not_in_records", FaceOutcome.NOT_IN_RECORDS),
    ("cancelled", FaceOutcome.NOT_COMPLETED),
]
"""What somebody does before the phone, and what every client must make of it."""


def subject(platform: str, open_id: str = "oSAMPLE", **changed: str) -> FaceSubject:
    """测试甲, under a number of ours that was never used."""
    user = PlatformUser(platform=platform, app_id="SAMPLE", open_id=open_id)
    return FaceSubject(**{"number": uuid4().hex, "name": "测试甲", "id_number": NUMBER, **changed}, user=user)


def says(**body: Any) -> bytes:
    """A platform's answer: this, as JSON."""
    return answer(json.dumps(body).encode())
