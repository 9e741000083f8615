"""What sends reminders on, put together: consents, routes, each platform's lane, and what platforms tell afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.cache import Cache
from backend.clock import Clock
from backend.database import Database
from backend.reminders.asking import KINDS_AT, AskingStep
from backend.reminders.consents import App, Consents
from miniprogram_api.platforms import Platform
from notifications.catalogue import catalogue
from notifications.lane import Lane
from notifications.pace import Pace
from notifications.pushed_events import SubscriptionEvents
from notifications.rendering import Rendering
from notifications.routing import Routing
from notifications.sending import Sending
from notifications.settling import Settling
from notifications.still_due import StillDue
from zhunkao.settings import Settings

EVERYWHERE: Final = frozenset(name for name, kind in catalogue().kinds.items() if kind.everywhere)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminding:
    """What follows once reminders were handed out."""

    consents: Consents
    sending: Sending
    events: SubscriptionEvents


def route(settings: Settings, database: Database, platforms: Mapping[str, Platform]) -> Routing:
    """The channel that reminders are handed to: to the platforms that have templates."""
    offered = [name for name in platforms if _templates(settings)[name]]
    return Routing(database, platforms=offered, everywhere=EVERYWHERE)


def reminding(
    settings: Settings,
    *,
    database: Database,
    clock: Clock,
    cache: Cache,
    platforms: Mapping[str, Platform],
    routing: Routing,
    still_due: StillDue,
    rendering: Rendering,
) -> Reminding:
    """Of the platforms those that have templates."""
    templates = _templates(settings)
    lasting = {"wechat": settings.wechat.lasting_templates, "alipay": settings.alipay.lasting_templates}
    senders = {name: platform.reminders for name, platform in platforms.items() if templates[name]}
    apps = {
        name: App(
            app_id=sender.app_id,
            rules=sender.consents,
            steps=steps_of(templates[name]),
            lasting=frozenset(templates[name][one] for one in lasting.get(name, ()) if one in templates[name]),
        )
        for name, sender in senders.items()
    }
    consents = Consents(database, apps)
    lanes = {
        name: Lane(
            database=database,
            clock=clock,
            platform=sender,
            templates=templates[name],
            still_due=still_due,
            rendering=rendering,
            routing=routing,
            pace=Pace(cache, name, settings.reminders_per_second),
        )
        for name, sender in senders.items()
    }
    events = SubscriptionEvents(consents, Settling(database, routing))
    return Reminding(consents=consents, sending=Sending(database, lanes), events=events)


def _templates(settings: Settings) -> dict[str, Mapping[str, str]]:
    """By platform: our names of its templates → their ids there."""
    return {
        "wechat": settings.wechat.templates,
        "alipay": settings.alipay.templates,
        "baidu": settings.baidu.templates,
    }


def steps_of(templates: Mapping[str, str]) -> dict[AskingStep, tuple[str, ...]]:
    """The ids of the templates that are asked for at each step: those of the kinds that come next from there."""
    kinds = catalogue().kinds
    return {
        step: tuple(
            templates[kinds[kind].template] for kind in names if kind in kinds and kinds[kind].template in templates
        )
        for step, names in KINDS_AT.items()
    }
