"""The services the console's pages call, and the address it is reached at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.clock import Clock
from backend.documents.inquiry_lists import InquiryLists
from backend.inquiries.absences import Absences
from backend.inquiries.answers import Answers
from backend.inquiries.beside import Besides
from backend.inquiries.canned import CannedAnswers
from backend.inquiries.claims import Claims
from backend.inquiries.counts import Counts
from backend.inquiries.desk_following import DeskFollowing
from backend.inquiries.drafts import Drafts
from backend.inquiries.inbox import Inbox
from backend.inquiries.search import Search
from backend.inquiries.wakes import Wakes
from backend.registrations.cases import Cases
from backend.registrations.materials import Materials
from backend.registrations.office import Office
from backend.registrations.work_list import WorkList
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

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")
