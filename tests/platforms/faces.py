"""Whose face the platforms' clients are asked about in these tests."""

from uuid import uuid4

from backend.candidates.faces import FaceSubject
from backend.candidates.tokens import PlatformUser

NUMBER = "11010119900307000X"


def subject(platform: str, open_id: str = "oSAMPLE", **changed: str) -> FaceSubject:
    """测试甲, under a number of ours that was never used."""
    user = PlatformUser(platform=platform, app_id="SAMPLE", open_id=open_id)
    return FaceSubject(**{"number": uuid4().hex, "name": "测试甲", "id_number": NUMBER, **changed}, user=user)
