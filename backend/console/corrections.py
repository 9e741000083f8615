"""Corrections of what is confirmed: registered by the site with its evidence, decided by the area."""

from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, registration_of, row_key, texts
from backend.console.uploads import uploaded
from backend.errors import Fault, Faulty
from backend.pictures import MAX_BYTES
from backend.registrations.corrections import Correctable
from backend.registrations.models import CorrectionState
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50


@pages.add("GET", "/corrections", Duty.SEE_CORRECTIONS)
async def list_corrections(visit: Visit) -> web.StreamResponse:
    """Those that wait for the area, or were decided on."""
    asked = visit.request.query.get("state", "")
    state = CorrectionState(asked) if asked in list(CorrectionState) else CorrectionState.REGISTERED
    found = await visit.house.correcting.waiting(visit.clerk, state=state, after=after_of(visit), limit=PAGE + 1)
    corrections, after = paged(found, PAGE, lambda one: one.id)
    return visit.page(
        "corrections.html", corrections=corrections, after=after, state=state, states=list(CorrectionState)
    )


@pages.add("GET", "/corrections/{correction}", Duty.SEE_CORRECTIONS)
async def show_correction(visit: Visit) -> web.StreamResponse:
    correction = await visit.house.correcting.one(visit.clerk, _correction(visit))
    waits = correction.state is CorrectionState.REGISTERED
    return visit.page("correction.html", correction=correction, waits=waits)


@pages.add("GET", "/corrections/{correction}/photo/{which}", Duty.SEE_CORRECTIONS)
async def show_photo(visit: Visit) -> web.StreamResponse:
    which = visit.request.match_info["which"]
    picture = await visit.house.correcting.photo(visit.clerk, _correction(visit), which)
    return web.Response(body=picture, content_type="image/jpeg")


@pages.add("POST", "/corrections/{correction}/approve", Duty.DECIDE_CORRECTION)
async def approve(visit: Visit) -> web.StreamResponse:
    correction = await visit.house.correcting.approve(visit.clerk, _correction(visit))
    return see_other(f"/corrections/{correction.id}")


@pages.add("POST", "/corrections/{correction}/decline", Duty.DECIDE_CORRECTION)
async def decline(visit: Visit) -> web.StreamResponse:
    reason = (await visit.sent()).get("reason", "")
    correction = await visit.house.correcting.decline(visit.clerk, _correction(visit), reason=reason)
    return see_other(f"/corrections/{correction.id}")


@pages.add("GET", "/registrations/{registration}/corrections", Duty.SEE_CORRECTIONS)
async def show_corrections_of(visit: Visit) -> web.StreamResponse:
    """What was corrected of one registration, and the form that registers another."""
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    exam = await visit.house.exams.by_id(row.exam_id)
    specialities = await visit.house.exams.specialities(exam.code)
    chosen = row.form.get("registration", {})
    mine = next((one for one in specialities if one.code == chosen.get("speciality")), None)
    return visit.page(
        "corrections_of.html",
        row=row,
        corrections=await visit.house.correcting.of_registration(visit.clerk, row.id),
        specialities=specialities,
        subjects=mine.subjects if mine else (),
        chosen=chosen,
    )


@pages.add("POST", "/registrations/{registration}/corrections", Duty.REGISTER_CORRECTION)
async def register(visit: Visit) -> web.StreamResponse:
    registration = registration_of(visit)
    # A photo is larger than any other form of ours; nobody else's request may be.
    photo = await uploaded(visit, "photo", most=MAX_BYTES)
    sent = await visit.posted()
    said = texts(sent)
    what = _what(said.get("what", ""))
    evidence = said.get("evidence", "")
    if what is Correctable.PHOTO:
        if photo is None:
            raise Faulty("correction_faulty", faults=[Fault("photo", "missing")])
        await visit.house.correcting.register_photo(visit.clerk, registration, photo.content, evidence=evidence)
    else:
        subjects = [str(one) for one in sent.getall("subjects", [])]
        value = subjects if what is Correctable.SUBJECTS else said.get("value", "")
        await visit.house.correcting.register(visit.clerk, registration, what, value, evidence=evidence)
    return see_other(f"/registrations/{registration}/corrections")


def _what(text: str) -> Correctable:
    try:
        return Correctable(text)
    except ValueError as error:
        raise Faulty("correction_faulty", faults=[Fault("what", "not_in_list")]) from error


def _correction(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["correction"], "correction_unknown")
