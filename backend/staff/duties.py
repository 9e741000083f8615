"""Which staff act is whose: act → office → roles. One table, read by every act and walked by the tests.

The notices name offices, and the finance role of a site ("The site's finance role asks for a refund, the area
approves"); how an office divides its work among its people is our own decision, written down here.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.staff.models import Level, Role


class Duty(StrEnum):
    """A thing staff do or look at, as the rights to it are given."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    REVIEW_AT_SITE = "review_at_site"
    REVIEW_IN_AREA = "review_in_area"
    SEE_MATERIALS = "see_materials"
    SEE_REMINDERS = "see_reminders"
    SEE_OVERDUE_REVIEWS = "see_overdue_reviews"
    REPORT_REVIEWS = "report_reviews"
    LIST_BROUGHT = "list_brought"
    SEE_COMMITMENTS = "see_commitments"
    KEEP_FRONTLINE_LIST = "keep_frontline_list"
    REGISTER_CORRECTION = "register_correction"
    SEE_CORRECTIONS = "see_corrections"
    DECIDE_CORRECTION = "decide_correction"
    RECORD_VIOLATION = "record_violation"
    SEE_VIOLATIONS = "see_violations"
    DECIDE_VIOLATION = "decide_violation"
    REPORT_VIOLATIONS = "report_violations"
    SEE_EXAM_DAY = "see_exam_day"
    MERGE_SCORES = "merge_scores"
    HAND_OUT_CERTIFICATES = "hand_out_certificates"
    SEE_REFUNDS = "see_refunds"
    ASK_REFUND = "ask_refund"
    DECIDE_REFUND = "decide_refund"
    SEND_REFUND_AGAIN = "send_refund_again"
    TAKE_FEE = "take_fee"
    HAND_FEE_BACK = "hand_fee_back"
    KEEP_ROOMS = "keep_rooms"
    ARRANGE_SEATS = "arrange_seats"
    SEE_SEATING = "see_seating"
    CHECK_SEATING = "check_seating"
    PRINT_SHEETS = "print_sheets"
    PRINT_CARDS = "print_cards"
    CHECK_DOOR = "check_door"
    SEE_DOOR = "see_door"
    HAND_OVER = "hand_over"
    SEE_CUSTODY = "see_custody"
    STATE_CUSTODY = "state_custody"
    GIVE_WORD = "give_word"
    KEEP_WATCH = "keep_watch"
    PRINT_RECOVERY = "print_recovery"
    ANSWER = "answer"
    SEE_INBOX = "see_inbox"
    WRITE_CANNED_ANSWERS = "write_canned_answers"
    EXPORT_INQUIRIES = "export_inquiries"
    COUNT_INQUIRIES = "count_inquiries"
    GIVE_ACCOUNT_BACK = "give_account_back"
    SEE_ACCOUNT_CHANGE = "see_account_change"
    FORWARD_ACCOUNT_CHANGE = "forward_account_change"
    DECIDE_ACCOUNT_CHANGE = "decide_account_change"
    PUBLISH_NOTICE = "publish_notice"
    PUBLISH_RESULTS = "publish_results"
    MANAGE_MEMBERS = "manage_members"
    SEE_REGISTRATIONS = "see_registrations"
    SEE_AUDIT = "see_audit"
    SEE_CALENDAR = "see_calendar"
    EDIT_CALENDAR = "edit_calendar"
    SEE_FIGURES = "see_figures"


Whose = Mapping[Level, frozenset[Role]]


def _whose(*roles: Role, offices: tuple[Level, ...]) -> Whose:
    return dict.fromkeys(offices, frozenset(roles))


_SITE: Final = (Level.SITE,)
_AREA: Final = (Level.AREA,)
_REVIEWERS: Final = (Level.SITE, Level.AREA, Level.NATION)
_ASKED: Final = (Level.SITE, Level.NATION)
"""Whom candidates ask: their site, and whoever has not chosen one the centre."""
_CUSTODY: Final[Whose] = {
    Level.SITE: frozenset({Role.SEATING}),
    Level.AREA: frozenset({Role.SEATING}),
    Level.NATION: frozenset({Role.REVIEW}),
}

ROLES_OF: Final[Mapping[Level, tuple[Role, ...]]] = {
    Level.POINT: (Role.CONFIRM, Role.FINANCE, Role.READ),
    Level.SITE: tuple(Role),
    Level.AREA: (Role.REVIEW, Role.SEATING, Role.DESK, Role.FINANCE, Role.READ),
    Level.NATION: (Role.REVIEW, Role.DESK, Role.FINANCE, Role.READ),
}
"""What there is to do for a level: whoever is made without roles has all of these."""

WHOSE: Final[Mapping[Duty, Whose]] = {
    Duty.CONFIRM: _whose(Role.CONFIRM, offices=(Level.POINT, Level.SITE)),
    Duty.REFUSE: _whose(Role.CONFIRM, offices=_SITE),
    Duty.REVIEW_AT_SITE: _whose(Role.REVIEW, offices=_SITE),
    Duty.REVIEW_IN_AREA: _whose(Role.REVIEW, offices=_AREA),
    Duty.SEE_MATERIALS: {
        Level.POINT: frozenset({Role.CONFIRM, Role.READ}),
        Level.SITE: frozenset({Role.CONFIRM, Role.REVIEW, Role.READ}),
        Level.AREA: frozenset({Role.REVIEW, Role.READ}),
        Level.NATION: frozenset({Role.REVIEW, Role.READ}),
    },
    Duty.SEE_OVERDUE_REVIEWS: _whose(Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.SEE_REMINDERS: _whose(Role.REVIEW, Role.DESK, Role.READ, offices=_REVIEWERS),
    Duty.REPORT_REVIEWS: _whose(Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.LIST_BROUGHT: _whose(Role.CONFIRM, Role.READ, offices=(Level.POINT, Level.SITE)),
    Duty.SEE_COMMITMENTS: _whose(Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.KEEP_FRONTLINE_LIST: _whose(Role.REVIEW, offices=_SITE),
    Duty.REGISTER_CORRECTION: _whose(Role.REVIEW, offices=_SITE),
    Duty.SEE_CORRECTIONS: _whose(Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.DECIDE_CORRECTION: _whose(Role.REVIEW, offices=_AREA),
    Duty.RECORD_VIOLATION: _whose(Role.REVIEW, offices=_SITE),
    Duty.SEE_VIOLATIONS: _whose(Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.DECIDE_VIOLATION: _whose(Role.REVIEW, offices=_AREA),
    # What is printed has document numbers whole.
    Duty.REPORT_VIOLATIONS: _whose(Role.REVIEW, offices=(Level.SITE, Level.AREA)),
    Duty.SEE_EXAM_DAY: _whose(Role.SEATING, Role.READ, offices=(Level.SITE, Level.AREA)),
    Duty.MERGE_SCORES: _whose(Role.REVIEW, offices=_SITE),
    Duty.HAND_OUT_CERTIFICATES: _whose(Role.CONFIRM, Role.REVIEW, offices=_SITE),
    Duty.SEE_REFUNDS: _whose(Role.FINANCE, Role.READ, offices=(Level.SITE, Level.AREA)),
    Duty.ASK_REFUND: _whose(Role.FINANCE, offices=_SITE),
    # Money is let go by those who answer for money, also where the one who reviews is another.
    Duty.DECIDE_REFUND: _whose(Role.FINANCE, offices=_AREA),
    Duty.SEND_REFUND_AGAIN: _whose(Role.FINANCE, offices=(Level.SITE, Level.AREA)),
    # Where fees are paid on site they are paid at confirmation, to whoever confirms.
    Duty.TAKE_FEE: _whose(Role.FINANCE, Role.CONFIRM, offices=(Level.POINT, Level.SITE)),
    Duty.HAND_FEE_BACK: _whose(Role.FINANCE, offices=_SITE),
    Duty.KEEP_ROOMS: _whose(Role.SEATING, offices=_SITE),
    Duty.ARRANGE_SEATS: _whose(Role.SEATING, offices=_SITE),
    Duty.SEE_SEATING: _whose(Role.SEATING, Role.READ, offices=(Level.SITE, Level.AREA)),
    Duty.CHECK_SEATING: _whose(Role.SEATING, offices=_AREA),
    # They carry whole document numbers and photos: who only reads the office's lists does not print them.
    Duty.PRINT_SHEETS: _whose(Role.SEATING, offices=_SITE),
    # Who gives the seats prints what tells of them; the desk has those before it who can't print.
    Duty.PRINT_CARDS: _whose(Role.SEATING, Role.DESK, offices=_SITE),
    Duty.CHECK_DOOR: _whose(Role.SEATING, offices=_SITE),
    Duty.SEE_DOOR: {
        Level.SITE: frozenset({Role.SEATING, Role.READ}),
        Level.AREA: frozenset({Role.SEATING, Role.READ}),
        Level.NATION: frozenset({Role.READ}),
    },
    # Materials are the work of those who seat; at the centre, which seats nobody, of those who review.
    Duty.HAND_OVER: _CUSTODY,
    Duty.SEE_CUSTODY: {level: roles | {Role.READ} for level, roles in _CUSTODY.items()},
    Duty.STATE_CUSTODY: _whose(Role.SEATING, offices=(Level.SITE, Level.AREA)),
    Duty.GIVE_WORD: {Level.AREA: frozenset({Role.SEATING}), Level.NATION: frozenset({Role.REVIEW})},
    Duty.KEEP_WATCH: _whose(Role.SEATING, offices=_SITE),
    Duty.PRINT_RECOVERY: _whose(Role.SEATING, offices=_SITE),
    Duty.ANSWER: _whose(Role.DESK, offices=_ASKED),
    Duty.SEE_INBOX: _whose(Role.DESK, Role.READ, offices=_ASKED),
    Duty.WRITE_CANNED_ANSWERS: _whose(Role.DESK, offices=_ASKED),
    Duty.EXPORT_INQUIRIES: _whose(Role.DESK, offices=_ASKED),
    # Who answers for a level's work sees how the desks below keep up, and nothing of what was asked.
    Duty.COUNT_INQUIRIES: _whose(Role.DESK, Role.REVIEW, Role.READ, offices=_REVIEWERS),
    Duty.GIVE_ACCOUNT_BACK: _whose(Role.DESK, offices=_SITE),
    # The desk has the person before it, the area's reviewers decide what papers prove.
    Duty.SEE_ACCOUNT_CHANGE: {Level.SITE: frozenset({Role.DESK}), Level.AREA: frozenset({Role.REVIEW})},
    Duty.FORWARD_ACCOUNT_CHANGE: _whose(Role.DESK, offices=_SITE),
    Duty.DECIDE_ACCOUNT_CHANGE: _whose(Role.REVIEW, offices=_AREA),
    Duty.PUBLISH_NOTICE: _whose(Role.DESK, offices=_REVIEWERS),
    Duty.PUBLISH_RESULTS: _whose(Role.REVIEW, offices=(Level.NATION,)),
    # Of the level below: who answers for what it decides answers for who decides it.
    Duty.MANAGE_MEMBERS: _whose(Role.REVIEW, offices=_REVIEWERS),
    # Who reviews answers for what was done.
    Duty.SEE_AUDIT: _whose(Role.REVIEW, offices=_REVIEWERS),
    # It is published; who sets the windows is who answers for the reviews in them.
    Duty.SEE_CALENDAR: {level: frozenset(ROLES_OF[level]) for level in _REVIEWERS},
    Duty.EDIT_CALENDAR: _whose(Role.REVIEW, offices=_REVIEWERS),
    Duty.SEE_FIGURES: _whose(Role.REVIEW, Role.DESK, Role.FINANCE, Role.READ, offices=_REVIEWERS),
    # Nobody can work for candidates without finding them.
    Duty.SEE_REGISTRATIONS: {level: frozenset(roles) for level, roles in ROLES_OF.items()},
}
