"""The message templates of the demo's apps: the catalogue's, as if chosen in each platform's console."""

from typing import Final

from notifications.catalogue import catalogue
from sandbox.settings import Template

TITLES: Final = {"to_do": "待办事项提醒", "outcome": "办理结果通知", "exam_day": "考试提醒", "news": "消息通知"}


def template_ids(platform: str) -> dict[str, str]:
    """Our names of the templates → their ids at the platform."""
    return {name: f"{platform}-{name}" for name, at in catalogue().templates.items() if platform in at}


def templates_at(platform: str) -> dict[str, Template]:
    """The same templates as the platform knows them, by id."""
    chosen = catalogue().templates
    return {
        template_id: Template(keys=tuple(chosen[name][platform]), title=TITLES.get(name, name))
        for name, template_id in template_ids(platform).items()
    }
