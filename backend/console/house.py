"""The services the console's pages call, and the address it is reached at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.clock import Clock
from backend.custody.declaring import Declaring
from backend.custody.duty_board import DutyBoard
from backend.custody.hand_overs import HandOvers
from backend.custody.incidents import Incidents
from backend.custody.statements import Statements
from backend.custody.watches import Watches
from backend.database import Database
from backend.documents.batches import Batches
from backend.documents.correction_reports import CorrectionReports
from backend.documents.custody_papers import CustodyPapers
from backend.documents.inquiry_lists import InquiryLists
from backend.documents.recovery_papers import RecoveryPapers
from backend.documents.review_reports import ReviewReports
from backend.documents.site_sheets import SiteSheets
from backend.documents.violation_papers import ViolationPapers
from backend.exams.catalogue import Exams
from backend.inquiries.absences import Absences
from backend.inquiries.account_changes import AccountChanges
from backend.inquiries.account_recoveries import AccountRecoveries
from backend.inquiries.answers import Answers
from backend.inquiries.beside import Besides
from backend.inquiries.canned import CannedAnswers
from backend.inquiries.claims import Claims
from backend.inquiries.counts import Counts
from backend.inquiries.desk_following import DeskFollowing
from backend.inquiries.drafts import Drafts
from backend.inquiries.figures import QuestionFigures
from backend.inquiries.inbox import Inbox
from backend.inquiries.search import Search
from backend.inquiries.wakes import Wakes
from backend.leaving import Leaving
from backend.notices.board import NoticeBoard
from backend.payments.figures import MoneyFigures
from backend.payments.onsite import OnsitePayments
from backend.payments.refund_desk import RefundDesk
from backend.payments.refunds import Refunds
from backend.registrations.audit_log import AuditLog
from backend.registrations.bulk_review import BulkReview
from backend.registrations.calendar_editing import CalendarEditing
from backend.registrations.cases import Cases
from backend.registrations.commitment import Commitments
from backend.registrations.correcting import Correcting
from backend.registrations.figures import RegistrationFigures
from backend.registrations.frontline import FrontlineList
from backend.registrations.materials import Materials
from backend.registrations.office import Office
from backend.registrations.overdue_reviews import OverdueReviews
from backend.registrations.score_merging import ScoreMerging
from backend.registrations.work_list import WorkList
from backend.reminders.counts import ReminderCounts
from backend.results.certificates import Certificates
from backend.results.publication import Publications
from backend.seating.area_checks import SeatingChecks
from backend.seating.candidate_seats import CandidateSeats
from backend.seating.door import Door
from backend.seating.door_lists import DoorLists
from backend.seating.door_marks import DoorMarks
from backend.seating.exam_day import ExamDay
from backend.seating.needs import SeatingNeeds
from backend.seating.plans import Seating
from backend.seating.reseating import Reseating
from backend.seating.venues import Venues
from backend.staff.appointing import Appointments
from backend.staff.credentials import Credentials
from backend.staff.sessions import StaffSessions
from backend.staff.signing_in import SigningIn
from backend.violations.deciding import ViolationDeciding
from backend.violations.reading import Violations
from backend.violations.recording import ViolationRecording


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`url`: as browsers have it; its scheme decides whether cookies are for https alone."""

    url: str
    clock: Clock
    database: Database
    leaving: Leaving
    sessions: StaffSessions
    signing_in: SigningIn
    credentials: Credentials
    appointments: Appointments
    work_list: WorkList
    cases: Cases
    materials: Materials
    office: Office
    overdue_reviews: OverdueReviews
    inbox: Inbox
    answers: Answers
    claims: Claims
    absences: Absences
    besides: Besides
    canned_answers: CannedAnswers
    drafts: Drafts
    desk_following: DeskFollowing
    inquiry_search: Search
    inquiry_counts: Counts
    inquiry_lists: InquiryLists
    wakes: Wakes
    bulk_review: BulkReview
    correcting: Correcting
    correction_reports: CorrectionReports
    score_merging: ScoreMerging
    refunds: Refunds
    refund_desk: RefundDesk
    onsite_payments: OnsitePayments
    violations: Violations
    violation_recording: ViolationRecording
    violation_deciding: ViolationDeciding
    account_changes: AccountChanges
    account_recoveries: AccountRecoveries
    commitments: Commitments
    frontline_list: FrontlineList
    review_reports: ReviewReports
    notice_board: NoticeBoard
    exams: Exams
    audit_log: AuditLog
    publications: Publications
    certificates: Certificates
    violation_papers: ViolationPapers
    calendar_editing: CalendarEditing
    registration_figures: RegistrationFigures
    money_figures: MoneyFigures
    question_figures: QuestionFigures
    reminder_counts: ReminderCounts
    venues: Venues
    seating: Seating
    seating_checks: SeatingChecks
    seating_needs: SeatingNeeds
    candidate_seats: CandidateSeats
    reseating: Reseating
    door: Door
    door_lists: DoorLists
    door_marks: DoorMarks
    recovery_papers: RecoveryPapers
    exam_day: ExamDay
    batches: Batches
    site_sheets: SiteSheets
    custody_papers: CustodyPapers
    declaring: Declaring
    hand_overs: HandOvers
    incidents: Incidents
    statements: Statements
    duty_board: DutyBoard
    watches: Watches

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")
