"""The services the console's pages call, and the address it is reached at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.clock import Clock
from backend.custody.declaring import Declaring
from backend.custody.duty_board import DutyBoard
from backend.custody.hand_overs import HandOvers
from backend.custody.incidents import Incidents
from backend.custody.watches import Watches
from backend.documents.batches import Batches
from backend.documents.custody_papers import CustodyPapers
from backend.documents.site_sheets import SiteSheets
from backend.exams.catalogue import Exams
from backend.inquiries.figures import QuestionFigures
from backend.payments.figures import MoneyFigures
from backend.registrations.calendar_editing import CalendarEditing
from backend.registrations.cases import Cases
from backend.registrations.figures import RegistrationFigures
from backend.registrations.materials import Materials
from backend.registrations.office import Office
from backend.registrations.work_list import WorkList
from backend.reminders.counts import ReminderCounts
from backend.seating.area_checks import SeatingChecks
from backend.seating.exam_day import ExamDay
from backend.seating.plans import Seating
from backend.seating.venues import Venues
from backend.staff.appointing import Appointments
from backend.staff.credentials import Credentials
from backend.staff.sessions import StaffSessions
from backend.staff.signing_in import SigningIn


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """`url`: as browsers have it; its scheme decides whether cookies are for https alone."""

    url: str
    clock: Clock
    sessions: StaffSessions
    signing_in: SigningIn
    credentials: Credentials
    appointments: Appointments
    work_list: WorkList
    cases: Cases
    materials: Materials
    office: Office
    exams: Exams
    calendar_editing: CalendarEditing
    registration_figures: RegistrationFigures
    money_figures: MoneyFigures
    question_figures: QuestionFigures
    reminder_counts: ReminderCounts
    venues: Venues
    seating: Seating
    seating_checks: SeatingChecks
    exam_day: ExamDay
    batches: Batches
    site_sheets: SiteSheets
    custody_papers: CustodyPapers
    declaring: Declaring
    hand_overs: HandOvers
    incidents: Incidents
    duty_board: DutyBoard
    watches: Watches

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")
