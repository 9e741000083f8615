"""Every service of a process, handed to whoever needs it; `building` puts them together."""

from dataclasses import dataclass, fields

from backend.cache import Cache
from backend.candidates.accounts import Accounts
from backend.candidates.bindings import Bindings
from backend.candidates.checks import Checks
from backend.candidates.face_logins import FaceLogins
from backend.candidates.phone_index import PhoneIndex
from backend.candidates.recovery import Recovery
from backend.candidates.resets import Resets
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import Tokens
from backend.clock import Clock
from backend.console.house import House
from backend.custody.declaring import Declaring
from backend.custody.duty_board import DutyBoard
from backend.custody.hand_overs import HandOvers
from backend.custody.incidents import Incidents
from backend.custody.statements import Statements
from backend.custody.watches import Watches
from backend.database import Database
from backend.documents.batch_drawing import BatchDrawing
from backend.documents.batches import Batches
from backend.documents.correction_reports import CorrectionReports
from backend.documents.custody_papers import CustodyPapers
from backend.documents.inquiry_lists import InquiryLists
from backend.documents.kept_cards import KeptCards
from backend.documents.papers import Papers
from backend.documents.recovery_papers import RecoveryPapers
from backend.documents.review_reports import ReviewReports
from backend.documents.score_reports import ScoreReports
from backend.documents.site_sheets import SiteSheets
from backend.documents.violation_papers import ViolationPapers
from backend.exams.catalogue import Exams
from backend.exams.loading import ExamLoading
from backend.inquiries.absences import Absences
from backend.inquiries.account_changes import AccountChanges
from backend.inquiries.account_recoveries import AccountRecoveries
from backend.inquiries.answers import Answers
from backend.inquiries.beside import Besides
from backend.inquiries.canned import CannedAnswers
from backend.inquiries.chats import Chats
from backend.inquiries.claims import Claims
from backend.inquiries.counts import Counts
from backend.inquiries.deliveries import Deliveries
from backend.inquiries.desk_following import DeskFollowing
from backend.inquiries.desk_log import DeskLog
from backend.inquiries.drafts import Drafts
from backend.inquiries.figures import QuestionFigures
from backend.inquiries.following import Following
from backend.inquiries.inbox import Inbox
from backend.inquiries.pushes import Pushes
from backend.inquiries.questions import Questions
from backend.inquiries.search import Search
from backend.inquiries.streams import Streams
from backend.inquiries.wakes import Wakes
from backend.leaving import Leaving
from backend.notices.board import NoticeBoard
from backend.payments.callbacks import Callbacks
from backend.payments.figures import MoneyFigures
from backend.payments.onsite import OnsitePayments
from backend.payments.orders import Payments
from backend.payments.reconciliation import Reconciliations
from backend.payments.refund_audits import RefundAudits
from backend.payments.refund_desk import RefundDesk
from backend.payments.refund_tracking import RefundTracking
from backend.payments.refunds import Refunds
from backend.payments.settlement import Settlement
from backend.payments.unpaid import Unpaid
from backend.payments.unsettled import Unsettled
from backend.privacy.export import Exporting
from backend.privacy.purging import Purging
from backend.privacy.rekeying import Rekeying
from backend.registrations.asking_again import AskingAgain
from backend.registrations.audit_log import AuditLog
from backend.registrations.bulk_review import BulkReview
from backend.registrations.calendar_editing import CalendarEditing
from backend.registrations.cases import Cases
from backend.registrations.commitment import Commitments
from backend.registrations.correcting import Correcting
from backend.registrations.figures import RegistrationFigures
from backend.registrations.forfeitures import Forfeitures
from backend.registrations.frontline import FrontlineList
from backend.registrations.lifecycle import Lifecycle
from backend.registrations.materials import Materials
from backend.registrations.military import MilitaryHandover
from backend.registrations.office import Office
from backend.registrations.overdue_reviews import OverdueReviews
from backend.registrations.past import PastRegistrations
from backend.registrations.progress import Progress
from backend.registrations.reading import Reading
from backend.registrations.score_merging import ScoreMerging
from backend.registrations.supplements import Supplements
from backend.registrations.work_list import WorkList
from backend.reminders.consents import Consents
from backend.reminders.counts import ReminderCounts
from backend.reminders.todos import Todos
from backend.results.certificates import Certificates
from backend.results.importing import ResultImports
from backend.results.publication import Publications
from backend.results.reading import Results
from backend.seating.area_checks import SeatingChecks
from backend.seating.candidate_seats import CandidateSeats
from backend.seating.door import Door
from backend.seating.door_lists import DoorLists
from backend.seating.door_marks import DoorMarks
from backend.seating.exam_day import ExamDay
from backend.seating.manifest_check import ManifestChecks
from backend.seating.needs import SeatingNeeds
from backend.seating.plans import Seating
from backend.seating.reseating import Reseating
from backend.seating.venues import Venues
from backend.staff.appointing import Appointments
from backend.staff.credentials import Credentials
from backend.staff.members import Members
from backend.staff.sessions import StaffSessions
from backend.staff.signing_in import SigningIn
from backend.storage import Storage
from backend.violations.deciding import ViolationDeciding
from backend.violations.reading import Violations
from backend.violations.recording import ViolationRecording
from miniprogram_api.sign_in import Platforms
from notifications.reminders import Reminders
from notifications.routing import Routing
from notifications.sending import Sending


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """One process's services; each is found by its type where a handler asks for it."""

    clock: Clock
    leaving: Leaving
    cache: Cache
    database: Database
    storage: Storage
    exams: Exams
    exam_loading: ExamLoading
    calendar_editing: CalendarEditing
    registration_figures: RegistrationFigures
    money_figures: MoneyFigures
    question_figures: QuestionFigures
    tokens: Tokens
    sessions: Sessions
    bindings: Bindings
    accounts: Accounts
    phone_index: PhoneIndex
    rekeying: Rekeying
    purging: Purging
    exporting: Exporting
    resets: Resets
    recovery: Recovery
    face_logins: FaceLogins
    account_recoveries: AccountRecoveries
    account_changes: AccountChanges
    questions: Questions
    answers: Answers
    claims: Claims
    absences: Absences
    inbox: Inbox
    besides: Besides
    canned_answers: CannedAnswers
    drafts: Drafts
    inquiry_search: Search
    inquiry_counts: Counts
    inquiry_lists: InquiryLists
    streams: Streams
    following: Following
    desk_following: DeskFollowing
    desk_log: DeskLog
    pushes: Pushes
    chats: Chats
    deliveries: Deliveries
    wakes: Wakes
    consents: Consents
    routing: Routing
    sending: Sending
    checks: Checks
    lifecycle: Lifecycle
    materials: Materials
    office: Office
    work_list: WorkList
    cases: Cases
    correcting: Correcting
    bulk_review: BulkReview
    supplements: Supplements
    commitments: Commitments
    frontline_list: FrontlineList
    forfeitures: Forfeitures
    overdue_reviews: OverdueReviews
    past_registrations: PastRegistrations
    asking_again: AskingAgain
    military_handover: MilitaryHandover
    score_merging: ScoreMerging
    certificates: Certificates
    progress: Progress
    reading: Reading
    settlement: Settlement
    unpaid: Unpaid
    unsettled: Unsettled
    payments: Payments
    onsite_payments: OnsitePayments
    callbacks: Callbacks
    reconciliations: Reconciliations
    refunds: Refunds
    refund_desk: RefundDesk
    refund_tracking: RefundTracking
    refund_audits: RefundAudits
    venues: Venues
    seating: Seating
    exam_day: ExamDay
    reseating: Reseating
    seating_checks: SeatingChecks
    seating_needs: SeatingNeeds
    candidate_seats: CandidateSeats
    manifest_checks: ManifestChecks
    door: Door
    door_lists: DoorLists
    door_marks: DoorMarks
    declaring: Declaring
    hand_overs: HandOvers
    incidents: Incidents
    statements: Statements
    watches: Watches
    duty_board: DutyBoard
    custody_papers: CustodyPapers
    recovery_papers: RecoveryPapers
    result_imports: ResultImports
    publications: Publications
    results: Results
    reminders: Reminders
    todos: Todos
    violations: Violations
    violation_recording: ViolationRecording
    violation_deciding: ViolationDeciding
    reminder_counts: ReminderCounts
    members: Members
    staff_sessions: StaffSessions
    signing_in: SigningIn
    credentials: Credentials
    appointments: Appointments
    notice_board: NoticeBoard
    papers: Papers
    score_reports: ScoreReports
    violation_papers: ViolationPapers
    kept_cards: KeptCards
    batches: Batches
    batch_drawing: BatchDrawing
    review_reports: ReviewReports
    correction_reports: CorrectionReports
    site_sheets: SiteSheets
    audit_log: AuditLog
    platforms: Platforms

    def by_type(self) -> dict[type, object]:
        found = {type(service): service for service in (getattr(self, name) for name in self.__slots__)}
        return {**found, Clock: self.clock}

    def house(self, console_url: str) -> House:
        """What the console's pages call: of each name the service that has it here; the sessions are the staff's."""
        named = {one.name: getattr(self, one.name) for one in fields(House) if one.name not in ("url", "sessions")}
        return House(url=console_url, sessions=self.staff_sessions, **named)
