"""One decision on many registrations: first what it would come to, then what became of each. Safe to repeat."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from aiohttp import web
from multidict import MultiDictProxy

from backend.console.case import PAPER, papers_of
from backend.console.pages import Handler, Pages, Visit
from backend.console.registrations import FILTERS, wanted_of
from backend.console.sent import a_key_of, instant_of, lines_of, texts
from backend.errors import Faulty
from backend.registrations.bulk_review import Outcome
from backend.registrations.moves import Act
from backend.registrations.office import DUTIES, REASONED, RETURNS
from backend.wording import Language, say

pages = Pages()
MOST: Final = 2000
"""Registrations decided on in one go: they take some seconds. Whoever has more goes on with the rest."""
OTHER_FIELDS: Final = 100
SHOWN: Final = 20
"""Numbers told of those that can't be done for one reason; of the others, how many."""


def chosen(sent: MultiDictProxy[Any]) -> list[UUID]:
    """The registrations ticked. Raises Faulty `nothing_chosen`; NotFound for what is no key."""
    ids = [a_key_of(UUID, str(one), "registration_unknown") for one in sent.getall("id", [])]
    if not ids:
        raise Faulty("nothing_chosen")
    return ids[:MOST]


async def _posted(visit: Visit) -> MultiDictProxy[Any]:
    """A form with a field for every registration: longer than others may be."""
    return await visit.request.clone(client_max_fields=MOST + OTHER_FIELDS).post()


def by_refusal(outcomes: Iterable[Outcome], language: Language) -> dict[str, list[Outcome]]:
    """Those that can't be done, by why, in words."""
    found: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.refusal is not None:
            found.setdefault(say("errors", one.refusal.code, language, **one.refusal.values), []).append(one)
    return found


def _previewing(act: Act) -> Handler:
    async def preview(visit: Visit) -> web.StreamResponse:
        """How many can be done, and which can't and why. Either those that are ticked, or all that a list shows."""
        sent = await _posted(visit)
        filters = {name: texts(sent).get(name, "") for name in FILTERS}
        if "all" in sent:
            ids = await visit.house.work_list.ids(visit.clerk, wanted_of(filters), limit=MOST)
        else:
            ids = chosen(sent)
        found = await visit.house.bulk_review.preview(visit.clerk, act, ids)
        return visit.page(
            "bulk_preview.html",
            act=act,
            ready=[one for one in found.outcomes if one.refusal is None],
            refused=by_refusal(found.outcomes, visit.language),
            papers=found.papers,
            paper_field=PAPER,
            back=_list_of(filters),
            filters=filters,
            is_full=len(ids) == MOST,
            most=MOST,
            shown=SHOWN,
            reasoned=act in REASONED,
            returns=act in RETURNS,
        )

    return preview


def _carrying_out(act: Act) -> Handler:
    async def carry_out(visit: Visit) -> web.StreamResponse:
        """What became of each. One that is where the act leads was done, now or by the same form sent before."""
        sent = await _posted(visit)
        said = texts(sent)
        outcomes: Sequence[Outcome] = await visit.house.bulk_review.act(
            visit.clerk,
            act,
            chosen(sent),
            reasons=lines_of(said, "reasons"),
            until=instant_of(said.get("until", ""), "until"),
            papers=papers_of(said),
        )
        left = [one for one in outcomes if one.refusal is not None and not one.is_done(act)]
        return visit.page(
            "bulk_outcome.html",
            act=act,
            outcomes=outcomes,
            done=len(outcomes) - len(left),
            refused=by_refusal(left, visit.language),
            back=_list_of({name: said.get(name, "") for name in FILTERS}),
            shown=SHOWN,
        )

    return carry_out


for one in DUTIES:
    pages.add("POST", f"/bulk/{one}/preview", DUTIES[one])(_previewing(one))
    pages.add("POST", f"/bulk/{one}", DUTIES[one])(_carrying_out(one))


def _list_of(filters: Mapping[str, str]) -> str:
    """The list that it was chosen from: its filters are words of ours, or they are none."""
    wanted = wanted_of(filters)
    given = {name: getattr(wanted, name) for name in FILTERS if getattr(wanted, name)}
    return "/registrations" + ("?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else "")
