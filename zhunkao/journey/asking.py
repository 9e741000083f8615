"""A question to the test site: answered from the records at once, marked so; then a person is asked for."""

from typing import Final

from zhunkao.journey.phone import Phone

QUESTION: Final = "我的报名成功了吗"


async def ask(phone: Phone) -> None:
    answer = await phone.api(
        "POST",
        "/inquiries",
        does=f"咨询考点：{QUESTION}",
        expect=201,
        json_body={"kind": "question", "text": QUESTION},
        keep=("state",),
        must={"state": "answered"},
    )
    inquiry = f"/inquiries/{answer.json['id']}"
    await _last_said(phone, inquiry, by="automatic", does="立即得到自动答复")
    await phone.api("POST", f"{inquiry}/ask-person", does="转人工", expect=200, keep=("state",), must={"state": "open"})
    await _last_said(phone, inquiry, by="system", does="已转给考点工作人员")


async def _last_said(phone: Phone, inquiry: str, *, by: str, does: str) -> None:
    answer = await phone.api("GET", f"{inquiry}/messages", does=does, expect=200, keep=("items",))
    author = answer.json["items"][-1]["author"]
    phone.record.insist(author == by, f"expected {by} to have said something last, not {author}")
