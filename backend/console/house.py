"""The services the console's pages call, and the address it is reached at."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from backend.clock import Clock
from backend.exams.catalogue import Exams
from backend.registrations.calendar_editing import CalendarEditing
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
    exams: Exams
    calendar_editing: CalendarEditing

    @property
    def origin(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")
