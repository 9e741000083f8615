"""Face logins as a mini-program makes them, on whichever platform: begun, the face shown, completed."""

from typing import Any

from tests.api.world import JIA, Answer, Phone, World
from zhunkao.journey.people import Person

NEW_PASSWORD = "another-2024"
PLATFORMS = ("wechat", "alipay", "baidu")
WENT_WELL = {
    "wechat": {"errCode": 0, "errMsg": "requestFacialVerify:ok"},
    "alipay": {"resultStatus": "9000"},
    "baidu": {"redirect": "https://exam.example.cn/success"},
}
"""What a client says that would have us believe it."""
BEGINS = {
    "wechat": ("/cityservice/face/identify/getverifyid",),
    "alipay": ("/gateway.do/alipay.user.certify.open.initialize",),
    "baidu": tuple(f"/rpc/2.0/brain/solution/faceprint/{name}" for name in ("verifyToken/generate", "idcard/submit")),
}
ASKS = {
    "wechat": "/cityservice/face/identify/queryverifyinfo",
    "alipay": "/gateway.do/alipay.user.certify.open.query",
    "baidu": "/rpc/2.0/brain/solution/faceprint/result/getall",
}
"""The paths of the platforms' own calls."""


async def begin(phone: Phone, who: Person | None = None, **changed: Any) -> Answer:
    who = who or phone.who
    body = {"platform": phone.platform, "code": await phone.code(), "name": who.name, "id_type": "resident_id_card"}
    return await phone.world.call("POST", "/face-logins", body={**body, "id_number": who.id_number, **changed})


async def complete(phone: Phone, begun: Answer, **changed: Any) -> Answer:
    body = {"code": await phone.code(), **changed}
    return await phone.world.call("POST", f"/face-logins/{begun.json['id']}/complete", body=body)


async def shown(phone: Phone, outcome: str = "pass", who: Person | None = None) -> Answer:
    """Begun, the face shown, completed."""
    begun = await begin(phone, who)
    assert begun.status == 201, begun.body
    await phone.face(begun.json["client"], outcome)
    return await complete(phone, begun)


async def reset(world: World, token: str) -> Answer:
    return await world.call("POST", "/password-resets", body={"reset_token": token, "new_password": NEW_PASSWORD})


async def sign_in(world: World, password: str) -> Answer:
    return await world.call("POST", "/sessions/password", body={"login": JIA.username, "password": password})


def told(answer: Answer) -> object:
    """All of an answer but what finds it in the log."""
    return answer.status, {**answer.json, "trace_id": None}, answer.headers.get("Retry-After")


def shape(answer: Answer) -> object:
    return {
        key: sorted(value) if isinstance(value, dict) else type(value).__name__ for key, value in answer.json.items()
    }
