"""Reminders that all say the same and are always wanted: what they say and when is tested where it is decided."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from notifications.catalogue import catalogue
from notifications.rendering import Message, Rendering
from notifications.still_due import StillDue
from sandbox.settings import SandboxSettings, Template
from zhunkao.settings import Settings

TEMPLATES: Final = {"to_do": "TEMPLATE-TO-DO", "news": "TEMPLATE-NEWS"}
FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "wechat": {"thing1": "请缴费", "time2": "2024-02-08 23:59"},
    "alipay": {"keyword1": "请缴费", "keyword2": "2024-02-08 23:59"},
    "baidu": {"keyword1": "请缴费", "keyword2": "2024-02-08 23:59"},
}
TITLE: Final = "请缴费"


class SameWords(Rendering):
    """`spoilt`: what stands in the first field instead; `unsayable`: reminders of which nothing can be said."""

    def __init__(self) -> None:
        self.spoilt: str | None = None
        self.unsayable: set[int] = set()

    async def messages(self, reminders: Collection[int], platform: str) -> Mapping[int, Message]:
        if self.unsayable & set(reminders):
            raise KeyError("starts_at")
        return {one: self._same(one, platform) for one in reminders}

    def _same(self, reminder_id: int, platform: str) -> Message:
        fields = dict(FIELDS[platform])
        if self.spoilt is not None:
            fields[next(iter(fields))] = self.spoilt
        return Message(
            reminder_id=reminder_id,
            candidate_id=UUID(int=0),
            kind="payment_due",
            template="to_do",
            fields=fields,
            page="pages/steps/steps",
            everywhere=False,
        )


class AlwaysDue(StillDue):
    """`held`: reminders that may not go out now."""

    def __init__(self) -> None:
        self.held: set[int] = set()

    async def among(self, reminders: Collection[int]) -> frozenset[int]:
        return frozenset(reminders) - self.held


def ours(settings: Settings) -> Settings:
    """The service's settings, with templates on every platform; the pace of a test is the machine's."""
    told = {name: getattr(settings, name).model_copy(update={"templates": TEMPLATES}) for name in FIELDS}
    return settings.model_copy(update={**told, "reminders_per_second": 100_000})


def theirs(settings: SandboxSettings) -> SandboxSettings:
    """The platforms' side of it; news of accounts are what the service itself has to tell."""
    assert settings.alipay is not None and settings.baidu is not None

    def chosen(platform: Any) -> dict[str, Template]:
        news = tuple(catalogue().templates["news"][platform])
        return {
            TEMPLATES["to_do"]: Template(keys=tuple(FIELDS[platform]), title="待办提醒"),
            TEMPLATES["news"]: Template(keys=news, title="账号提醒"),
        }

    return replace(
        settings,
        wechat=replace(settings.wechat, templates=chosen("wechat"), push_resends=(0, 0, 0)),
        alipay=replace(settings.alipay, templates=chosen("alipay")),
        baidu=replace(settings.baidu, templates=chosen("baidu")),
    )
