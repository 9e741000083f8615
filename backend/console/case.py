"""One registration with everything beside it: form, last year, papers, what was done; and the acts on it."""

from collections.abc import Mapping

from aiohttp import web

from backend.console.pages import Handler, Pages, Visit, see_other
from backend.console.sent import instant_of, lines_of, registration_of
from backend.registrations.moves import Act
from backend.registrations.office import DUTIES, REASONED, RETURNS
from backend.staff.duties import Duty

pages = Pages()
PAPER = "paper."


def papers_of(sent: Mapping[str, str]) -> dict[str, str]:
    """Of each paper that is refused, why: what was written beside it."""
    return {name.removeprefix(PAPER): why for name, why in sent.items() if name.startswith(PAPER) and why.strip()}


@pages.add("GET", "/registrations/{registration}", Duty.SEE_REGISTRATIONS)
async def show_registration(visit: Visit) -> web.StreamResponse:
    return await _shown(visit)


@pages.add("POST", "/registrations/{registration}/document-number", Duty.SEE_REGISTRATIONS)
async def show_document_number(visit: Visit) -> web.StreamResponse:
    number = await visit.house.cases.document_number(visit.clerk, registration_of(visit))
    return await _shown(visit, whole_number=number)


@pages.add("GET", "/registrations/{registration}/photo", Duty.SEE_MATERIALS)
async def show_photo(visit: Visit) -> web.StreamResponse:
    picture = await visit.house.cases.photo(visit.clerk, registration_of(visit))
    return web.Response(body=picture, content_type="image/jpeg")


@pages.add("GET", "/registrations/{registration}/materials/{kind}", Duty.SEE_MATERIALS)
async def show_material(visit: Visit) -> web.StreamResponse:
    kind = visit.request.match_info["kind"]
    picture = await visit.house.materials.picture_for(visit.clerk, registration_of(visit), kind)
    return web.Response(body=picture, content_type="image/jpeg")


def _acting(act: Act) -> Handler:
    async def carry_out(visit: Visit) -> web.StreamResponse:
        """One of the offices' acts on one registration."""
        sent, registration = await visit.sent(), registration_of(visit)
        await visit.house.office.act(
            visit.clerk,
            act,
            registration,
            verification_code=sent.get("code") or None,
            reasons=lines_of(sent, "reasons"),
            until=instant_of(sent.get("until", ""), "until"),
            despite=sent.get("despite") or None,
            papers=papers_of(sent),
        )
        return see_other(f"/registrations/{registration}")

    return carry_out


for one in DUTIES:
    pages.add("POST", f"/registrations/{{registration}}/acts/{one}", DUTIES[one])(_acting(one))


async def _shown(visit: Visit, *, whole_number: str | None = None) -> web.StreamResponse:
    case = await visit.house.cases.open(visit.clerk, registration_of(visit), visit.language)
    code = visit.request.query.get("code", "")
    return visit.page(
        "registration.html",
        case=case,
        whole_number=whole_number,
        code=code,
        outdated=bool(code) and code.upper() != case.row.verification_code,
        acts=[act for act in case.acts if act is not Act.REFUSE or case.materials],
        papers=[one.kind for one in case.materials],
        paper_field=PAPER,
        reasoned=REASONED,
        returns=RETURNS,
    )
