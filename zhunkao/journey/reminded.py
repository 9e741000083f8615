"""A reminder: agreed to on the platform, pushed when it is due, listed as a to-do until that is done."""

from typing import Final

from zhunkao.journey.phone import Phone

PUSHED: Final = "subscribe_message"


async def agree(phone: Phone, *, step: str) -> None:
    """To every template that the service asks for at this step."""
    path = f"/subscriptions?step={step}"
    asked = await phone.api("GET", path, does="问可以请求哪些提醒", expect=200, keep=("items",))
    templates = [one["template_id"] for one in asked.json["items"]]
    phone.record.insist(bool(templates), "there is no template to ask for")
    for template in templates:
        await phone.sandbox(
            "POST",
            f"/sandbox/users/{phone.user_id}/subscribe",
            does="wx.requestSubscribeMessage：允许",
            json_body={"template_id": template, "answer": "accept"},
            must={"errMsg": "requestSubscribeMessage:ok"},
        )
    said = {"platform": phone.platform, "answers": dict.fromkeys(templates, "accept")}
    await phone.api("POST", "/subscriptions", does="告知所选的提醒", expect=204, json_body=said)


async def is_reminded_to_confirm(phone: Phone) -> None:
    """As soon as confirmation is open: in the platform's inbox, and on the list."""
    page = f"pages/steps/steps?registration={phone.registration}"
    await phone.arrives(PUSHED, does="微信收到“报名确认”提醒", must={"title": "待办事项提醒", "page": page})
    await phone.todo("confirm_due", "open", does="待办事项中有“报名确认”")


async def has_nothing_to_confirm(phone: Phone) -> None:
    await phone.todo("confirm_due", "done", does="确认后这一待办自动办结")
