"""Violations: written down by the site, decided by the area, lifted where a decision was wrong."""

from collections.abc import Mapping
from typing import Final

from aiohttp import web

from backend.clock import EXAM_ZONE
from backend.console.downloads import whole
from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, instant_of, registration_of, row_key
from backend.errors import Fault, Faulty
from backend.staff.duties import Duty
from backend.violations.models import Violation, ViolationState
from backend.violations.offences import Severity, offences
from backend.violations.records import Record, Thing

pages = Pages()
PDF: Final = "application/pdf"
PAGE: Final = 50
THINGS: Final = 5
"""Lines for things that were taken."""


@pages.add("GET", "/violations", Duty.SEE_VIOLATIONS)
async def list_violations(visit: Visit) -> web.StreamResponse:
    asked = visit.request.query.get("state", ViolationState.RECORDED)
    state = ViolationState(asked) if asked in list(ViolationState) else None
    found = await visit.house.violations.page(visit.clerk, state=state, after=after_of(visit), limit=PAGE + 1)
    violations, after = paged(found, PAGE, lambda one: one.id)
    return visit.page(
        "violations.html",
        violations=violations,
        after=after,
        state=state or "",
        states=list(ViolationState),
        offences=offences(),
    )


@pages.add("GET", "/violations/{violation}", Duty.SEE_VIOLATIONS)
async def show_violation(visit: Visit) -> web.StreamResponse:
    violation = await visit.house.violations.one(visit.clerk, _violation(visit))
    subjects = violation.registration.form.get("registration", {}).get("subjects") or ()
    return visit.page(
        "violation.html",
        violation=violation,
        offence=offences()[violation.severity, violation.item],
        offences=offences(),
        subjects=subjects,
        written=_written(violation),
        things=THINGS,
        waits=violation.state is ViolationState.RECORDED,
        upheld=violation.state is ViolationState.UPHELD,
    )


# What is printed has document numbers whole, and that is written down: no address that only looks does that.
@pages.add("POST", "/violations/{violation}/record", Duty.REPORT_VIOLATIONS)
async def print_record(visit: Visit) -> web.StreamResponse:
    number = _violation(visit)
    return whole(await visit.house.violation_papers.record(visit.clerk, number), f"违纪记录单-{number}.pdf", PDF)


@pages.add("POST", "/reports/{exam}/violations", Duty.REPORT_VIOLATIONS)
async def print_list(visit: Visit) -> web.StreamResponse:
    exam = visit.request.match_info["exam"]
    return whole(await visit.house.violation_papers.list_of(visit.clerk, exam), f"违纪名册-{exam}.pdf", PDF)


@pages.add("POST", "/violations/{violation}/amend", Duty.RECORD_VIOLATION)
async def amend(visit: Visit) -> web.StreamResponse:
    violation, sent = _violation(visit), await visit.sent()
    record = _record(sent)
    await visit.house.violation_recording.amend(visit.clerk, violation, record, version=_version(sent))
    return see_other(f"/violations/{violation}")


@pages.add("POST", "/violations/{violation}/uphold", Duty.DECIDE_VIOLATION)
async def uphold(visit: Visit) -> web.StreamResponse:
    violation, sent = _violation(visit), await visit.sent()
    await visit.house.violation_deciding.uphold(visit.clerk, violation, version=_version(sent))
    return see_other(f"/violations/{violation}")


@pages.add("POST", "/violations/{violation}/dismiss", Duty.DECIDE_VIOLATION)
async def dismiss(visit: Visit) -> web.StreamResponse:
    violation, sent = _violation(visit), await visit.sent()
    reason = sent.get("reason", "")
    await visit.house.violation_deciding.dismiss(visit.clerk, violation, reason=reason, version=_version(sent))
    return see_other(f"/violations/{violation}")


@pages.add("POST", "/violations/{violation}/lift", Duty.DECIDE_VIOLATION)
async def lift(visit: Visit) -> web.StreamResponse:
    violation, reason = _violation(visit), (await visit.sent()).get("reason", "")
    await visit.house.violation_deciding.lift(visit.clerk, violation, reason=reason)
    return see_other(f"/violations/{violation}")


@pages.add("GET", "/registrations/{registration}/violations", Duty.RECORD_VIOLATION)
async def show_form(visit: Visit) -> web.StreamResponse:
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    subjects = row.form.get("registration", {}).get("subjects") or ()
    return visit.page("violation_form.html", row=row, subjects=subjects, offences=offences(), written={}, things=THINGS)


@pages.add("POST", "/registrations/{registration}/violations", Duty.RECORD_VIOLATION)
async def record(visit: Visit) -> web.StreamResponse:
    registration, sent = registration_of(visit), await visit.sent()
    violation = await visit.house.violation_recording.record(visit.clerk, registration, _record(sent))
    return see_other(f"/violations/{violation.id}")


def _record(sent: Mapping[str, str]) -> Record:
    """Raises Faulty where something is no time or no offence; the rest is the rule's to say."""
    seen_at, told_at = instant_of(sent.get("seen_at", ""), "seen_at"), instant_of(sent.get("told_at", ""), "told_at")
    severity, _, item = sent.get("offence", "").partition("-")
    faults = [] if seen_at else [Fault("seen_at", "missing")]
    faults += [] if told_at else [Fault("told_at", "missing")]
    faults += [] if severity in list(Severity) and item.isdecimal() else [Fault("item", "not_in_list")]
    if faults or seen_at is None or told_at is None:
        raise Faulty("violation_faulty", faults=faults)
    things = [
        {name: sent.get(f"{name}.{line}", "").strip() for name in ("name", "quantity", "remark")}
        for line in range(THINGS)
    ]
    return Record(
        subject=sent.get("subject", ""),
        severity=Severity(severity),
        item=int(item),
        what=sent.get("what", ""),
        seen_at=seen_at,
        told_at=told_at,
        unsigned_because=sent.get("unsigned_because") or None,
        taken=tuple(
            Thing(name=one["name"], quantity=one["quantity"], remark=one["remark"] or None)
            for one in things
            if any(one.values())
        ),
        receipt_number=sent.get("receipt_number") or None,
    )


def _written(violation: Violation) -> dict[str, str]:
    """The fields of the form as they would be sent to say what the record says."""
    fields = {
        "subject": violation.subject,
        "offence": f"{violation.severity}-{violation.item}",
        "what": violation.what,
        "seen_at": f"{violation.seen_at.astimezone(EXAM_ZONE):%Y-%m-%dT%H:%M}",
        "told_at": f"{violation.told_at.astimezone(EXAM_ZONE):%Y-%m-%dT%H:%M}",
        "unsigned_because": violation.unsigned_because or "",
        "receipt_number": violation.receipt_number or "",
    }
    things = {f"{name}.{line}": value or "" for line, one in enumerate(violation.taken) for name, value in one.items()}
    return fields | things


def _version(sent: Mapping[str, str]) -> int:
    """Which version was read; 0, which none is, where it isn't said."""
    return int(text) if (text := sent.get("version", "")).isdecimal() and len(text) < 9 else 0


def _violation(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["violation"], "violation_unknown")
