"""The services of a process, built once from the settings, opened, and closed again in order."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import aiohttp

from backend.cache import Cache
from backend.candidates.accounts import Accounts
from backend.candidates.bindings import Bindings
from backend.candidates.checks import Checks
from backend.candidates.face_logins import FaceLogins
from backend.candidates.logins import Logins
from backend.candidates.phone_index import PhoneIndex
from backend.candidates.recovery import Recovery
from backend.candidates.resets import Resets
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import Tokens
from backend.clock import Clock, SettableClock, SystemClock
from backend.custody.declaring import Declaring
from backend.custody.duty_board import DutyBoard
from backend.custody.hand_overs import HandOvers
from backend.custody.incidents import Incidents
from backend.custody.statements import Statements
from backend.custody.watches import Watches
from backend.database import Database
from backend.documents.batch_drawing import BatchDrawing
from backend.documents.batches import Batches
from backend.documents.card_reading import CardReading
from backend.documents.correction_reports import CorrectionReports
from backend.documents.custody_papers import CustodyPapers
from backend.documents.fonts import bundled_fonts, instances_ready, prepare_fonts
from backend.documents.inquiry_lists import InquiryLists
from backend.documents.kept_cards import KeptCards
from backend.documents.papers import Papers
from backend.documents.recovery_papers import RecoveryPapers
from backend.documents.rendering import Renderer
from backend.documents.review_reports import ReviewReports
from backend.documents.score_reports import ScoreReports
from backend.documents.site_sheets import SiteSheets
from backend.documents.venue_rooms import VenueRooms
from backend.documents.violation_papers import ViolationPapers
from backend.exams.catalogue import Exams
from backend.exams.loading import ExamLoading
from backend.guesses import Guesses
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
from backend.inquiries.first_answers import FirstAnswers
from backend.inquiries.following import Following
from backend.inquiries.inbox import Inbox
from backend.inquiries.pushes import Pushes
from backend.inquiries.questions import Questions
from backend.inquiries.search import Search
from backend.inquiries.streams import Streams
from backend.inquiries.wakes import Wakes
from backend.inquiries.wanted_change import WantedChanges
from backend.leaving import Leaving
from backend.notices.board import NoticeBoard
from backend.passwords import Passwords
from backend.payments.books import OwnBooks
from backend.payments.callbacks import PAYMENTS, REFUNDS, Callbacks, Receiver
from backend.payments.figures import MoneyFigures
from backend.payments.onsite import OnsitePayments
from backend.payments.orders import Payments
from backend.payments.platforms import CallbackDoor, PlatformOrder
from backend.payments.reconciliation import Reconciliations
from backend.payments.refund_audits import RefundAudits
from backend.payments.refund_desk import RefundDesk
from backend.payments.refund_platforms import PlatformRefund, RefundAuditor
from backend.payments.refund_tracking import RefundTracking
from backend.payments.refunds import Refunds
from backend.payments.settlement import Settlement
from backend.payments.unpaid import Unpaid
from backend.payments.unsettled import Unsettled
from backend.personal_data import PersonalData
from backend.pictures import Pictures, accept_picture
from backend.privacy.export import Exporting
from backend.privacy.index_key import personal_data
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
from backend.registrations.photos import accept_photo
from backend.registrations.progress import Progress
from backend.registrations.reading import Reading
from backend.registrations.score_merging import ScoreMerging
from backend.registrations.supplements import Supplements
from backend.registrations.work_list import WorkList
from backend.reminders.counts import ReminderCounts
from backend.reminders.todos import Todos
from backend.results.certificates import Certificates
from backend.results.guessing import Guessing
from backend.results.importing import ResultImports
from backend.results.publication import Publications
from backend.results.reading import Results
from backend.results.rejudging import Rejudging
from backend.seating.adopting import Adoption
from backend.seating.area_checks import SeatingChecks
from backend.seating.candidate_seats import CandidateSeats
from backend.seating.door import Door
from backend.seating.door_lists import DoorLists
from backend.seating.door_marks import DoorMarks
from backend.seating.entering import Entering
from backend.seating.exam_day import ExamDay
from backend.seating.manifest_check import ManifestChecks
from backend.seating.manifests import ManifestKeys
from backend.seating.needs import SeatingNeeds
from backend.seating.plans import Seating
from backend.seating.reseating import Reseating
from backend.seating.seals import Seals
from backend.seating.venues import Venues
from backend.staff.appointing import Appointments
from backend.staff.codes import StaffCodes
from backend.staff.credentials import Credentials
from backend.staff.members import Members
from backend.staff.security_keys import relying_party
from backend.staff.sessions import StaffSessions
from backend.staff.signing_in import SigningIn
from backend.storage import Storage
from backend.violations.deciding import ViolationDeciding
from backend.violations.reading import Violations
from backend.violations.recording import ViolationRecording
from miniprogram_api.platforms import Platform
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.state_systems import HttpStateSystems
from miniprogram_api.sign_in import Platforms
from notifications.catalogue import catalogue
from notifications.forecast import Forecast
from notifications.reminders import reminders
from zhunkao.platforms import configured_platforms
from zhunkao.reminding import reminding, route
from zhunkao.services import Services
from zhunkao.settings import Settings
from zhunkao.tables import MODELS


@asynccontextmanager
async def services(settings: Settings, *, pool: int = 10) -> AsyncIterator[Services]:
    """Opened, and closed again when the process ends."""
    database, cache = Database(settings.database_url, MODELS, pool=pool), Cache(settings.redis_url)
    passwords = Passwords()
    # Static instances draw faster; `zhunkao prepare-fonts` makes them once, and nothing waits for them.
    fonts = settings.data_folder / "fonts"
    renderer = Renderer(prepare_fonts(fonts) if instances_ready(fonts) else bundled_fonts())
    # How many calls run at once is each Outbound's to say.
    connections = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connections, cookie_jar=aiohttp.DummyCookieJar()) as http:
        await database.open()
        known = await personal_data(database, [key.get_secret_value() for key in settings.data_keys])
        wakes = Wakes(cache)
        try:
            yield _built(settings, database, cache, known, passwords, renderer, http, wakes)
        finally:
            await wakes.close()
            await database.close()
            await cache.close()
            passwords.close()
            renderer.close()


def _built(
    settings: Settings,
    database: Database,
    cache: Cache,
    personal_data: PersonalData,
    passwords: Passwords,
    renderer: Renderer,
    http: aiohttp.ClientSession,
    wakes: Wakes,
) -> Services:
    clock: Clock = SettableClock(settings.clock_url, http=http) if settings.clock == "settable" else SystemClock()
    secret_keys = [key.get_secret_value() for key in settings.secret_keys]
    tokens, seals = Tokens(secret_keys), Seals(secret_keys)
    exams, exam_loading, storage = Exams(database), ExamLoading(database, clock), Storage(settings.storage)
    photos = Pictures(storage, "photos", accept_photo)
    shown = Pictures(storage, "inquiry-pictures", accept_picture)
    papers = Pictures(storage, "materials", accept_picture)
    materials = Materials(database=database, clock=clock, exams=exams, pictures=papers)
    sessions, bindings = Sessions(database, tokens), Bindings(database, clock)
    logins = Logins(cache=cache, personal_data=personal_data, passwords=passwords)
    platforms = configured_platforms(settings, cache, http)
    payment_ports = {name: platform.payments for name, platform in platforms.items()}
    chats = {name: one.chat for name, one in platforms.items() if one.chat}
    routing = route(settings, database, platforms)
    planned = reminders(database=database, clock=clock, exams=exams, channel=routing)
    reminded = reminding(
        settings,
        database=database,
        clock=clock,
        cache=cache,
        platforms=platforms,
        routing=routing,
        still_due=planned.still_due,
        rendering=planned.rendering,
    )
    accounts = Accounts(
        database=database,
        clock=clock,
        cache=cache,
        personal_data=personal_data,
        passwords=passwords,
        sessions=sessions,
        bindings=bindings,
        logins=logins,
    )
    resets = Resets(
        database=database, clock=clock, tokens=tokens, passwords=passwords, sessions=sessions, logins=logins
    )
    recovery = Recovery(
        database=database, personal_data=personal_data, passwords=passwords, logins=logins, resets=resets
    )
    card_reading = CardReading(
        database=database, clock=clock, exams=exams, personal_data=personal_data, storage=storage, seals=seals
    )
    kept_cards = KeptCards(
        database=database, clock=clock, exams=exams, reading=card_reading, storage=storage, renderer=renderer
    )
    batch_drawing = BatchDrawing(
        database=database, clock=clock, reading=card_reading, storage=storage, renderer=renderer
    )
    forfeitures = Forfeitures(database=database, clock=clock, exams=exams)
    manifest_keys = ManifestKeys([key.get_secret_value() for key in settings.secret_keys])
    adoption = Adoption(database=database, clock=clock, exams=exams, keys=manifest_keys)
    seating = Seating(database=database, clock=clock, exams=exams, adoption=adoption)
    entering = Entering(database=database, clock=clock, personal_data=personal_data, seals=seals)
    refund_ports = {name: platform.refunds for name, platform in platforms.items()}
    refunds = Refunds(
        database=database,
        clock=clock,
        exams=exams,
        seats=seating,
        rests={name: port.surplus_rests for name, port in refund_ports.items()},
    )
    office = Office(database=database, clock=clock, exams=exams, money_back=refunds)
    refund_tracking = RefundTracking(database=database, clock=clock, refunds=refunds, platforms=refund_ports)
    settlement = Settlement(database=database, clock=clock, exams=exams, platforms=payment_ports, refunds=refunds)
    results = Results(
        database=database, clock=clock, exams=exams, personal_data=personal_data, guessing=Guessing(cache)
    )
    hand_overs, incidents = HandOvers(database=database, clock=clock), Incidents(database=database, clock=clock)
    statements = Statements(database=database, clock=clock, exams=exams, personal_data=personal_data)
    staff_sessions, staff_codes, guesses = StaffSessions(database, clock), StaffCodes(personal_data), Guesses(cache)
    party = relying_party(settings.console_url)
    progress = Progress(database, clock, exams)
    first_answers, streams = FirstAnswers(progress, exams), Streams(wakes)
    chat_limits = {name: chat.limits for name, chat in chats.items()}
    inbox = Inbox(database=database, clock=clock, exams=exams, pictures=shown, limits=chat_limits)
    state_systems = HttpStateSystems(Outbound(http, settings.state_systems_url))
    return Services(
        clock=clock,
        leaving=Leaving(),
        cache=cache,
        database=database,
        storage=storage,
        exams=exams,
        exam_loading=exam_loading,
        calendar_editing=CalendarEditing(
            database=database,
            clock=clock,
            exams=exams,
            loading=exam_loading,
            forecast=Forecast(database=database, clock=clock, exams=exams, catalogue=catalogue()),
        ),
        registration_figures=RegistrationFigures(database=database, clock=clock, cache=cache, exams=exams),
        money_figures=MoneyFigures(database=database, cache=cache, exams=exams),
        question_figures=QuestionFigures(database=database, clock=clock),
        tokens=tokens,
        sessions=sessions,
        bindings=bindings,
        accounts=accounts,
        phone_index=PhoneIndex(database, personal_data),
        rekeying=Rekeying(database, clock, personal_data),
        purging=Purging(database, clock, storage),
        exporting=Exporting(database, clock, personal_data),
        resets=resets,
        recovery=recovery,
        account_recoveries=AccountRecoveries(
            database=database, clock=clock, exams=exams, personal_data=personal_data, recovery=recovery
        ),
        account_changes=AccountChanges(
            database=database, clock=clock, personal_data=personal_data, pictures=shown, wakes=wakes
        ),
        questions=Questions(
            database=database,
            clock=clock,
            cache=cache,
            exams=exams,
            pictures=shown,
            wakes=wakes,
            changes=WantedChanges(database, clock, personal_data),
            first_answers=first_answers,
        ),
        desk_log=DeskLog(database),
        answers=Answers(database=database, clock=clock, wakes=wakes, pictures=shown),
        claims=Claims(database=database, clock=clock, wakes=wakes),
        absences=Absences(database=database, clock=clock, wakes=wakes),
        inbox=inbox,
        besides=Besides(database=database, clock=clock, exams=exams, progress=progress),
        canned_answers=CannedAnswers(database=database, clock=clock),
        drafts=Drafts(database=database, cache=cache, wakes=wakes),
        inquiry_search=Search(database),
        inquiry_counts=Counts(database, clock),
        inquiry_lists=InquiryLists(database=database, clock=clock),
        streams=streams,
        following=Following(database, wakes, streams),
        desk_following=DeskFollowing(inbox=inbox, sessions=staff_sessions, wakes=wakes, streams=streams),
        pushes=Pushes(database, cache, chats),
        chats=Chats(
            database=database,
            clock=clock,
            exams=exams,
            pictures=shown,
            wakes=wakes,
            platforms=chats,
            events=reminded.events,
            first_answers=first_answers,
        ),
        deliveries=Deliveries(database, chats),
        wakes=wakes,
        consents=reminded.consents,
        routing=routing,
        sending=reminded.sending,
        face_logins=FaceLogins(
            database=database,
            cache=cache,
            personal_data=personal_data,
            tokens=tokens,
            resets=resets,
            platforms={name: one.faces for name, one in platforms.items() if one.faces},
        ),
        checks=Checks(database=database, clock=clock, personal_data=personal_data, state_systems=state_systems),
        lifecycle=Lifecycle(
            database=database,
            clock=clock,
            exams=exams,
            personal_data=personal_data,
            photos=photos,
            materials=materials,
        ),
        materials=materials,
        office=office,
        work_list=WorkList(database=database, clock=clock, exams=exams, personal_data=personal_data),
        cases=Cases(
            database=database,
            clock=clock,
            exams=exams,
            personal_data=personal_data,
            materials=materials,
            photos=photos,
        ),
        correcting=Correcting(database=database, clock=clock, exams=exams, photos=photos),
        bulk_review=BulkReview(database=database, exams=exams, office=office),
        supplements=Supplements(database=database, clock=clock, exams=exams),
        commitments=Commitments(database=database, clock=clock, exams=exams),
        frontline_list=FrontlineList(database=database, clock=clock, exams=exams),
        forfeitures=forfeitures,
        overdue_reviews=OverdueReviews(database=database, clock=clock, exams=exams),
        past_registrations=PastRegistrations(clock, exams, personal_data),
        asking_again=AskingAgain(database=database, clock=clock, exams=exams),
        military_handover=MilitaryHandover(clock, exams, personal_data),
        certificates=Certificates(database=database, clock=clock),
        score_merging=ScoreMerging(database=database, clock=clock, exams=exams, personal_data=personal_data),
        progress=progress,
        reading=Reading(accounts, exams, materials),
        settlement=settlement,
        unpaid=Unpaid(database=database, clock=clock, exams=exams, settlement=settlement, forfeitures=forfeitures),
        unsettled=Unsettled(database, clock),
        onsite_payments=OnsitePayments(database=database, clock=clock, exams=exams),
        payments=Payments(
            database=database, clock=clock, bindings=bindings, platforms=payment_ports, settlement=settlement
        ),
        reconciliations=Reconciliations(
            database=database,
            clock=clock,
            settlement=settlement,
            platforms={name: platform.bills for name, platform in platforms.items()},
            books=OwnBooks(database),
        ),
        callbacks=Callbacks(
            database,
            _doors(platforms),
            {
                PlatformOrder: Receiver(act=settlement.apply, unwanted=settlement.unwanted),
                PlatformRefund: Receiver(act=refund_tracking.apply),
            },
        ),
        refunds=refunds,
        refund_desk=RefundDesk(database),
        refund_tracking=refund_tracking,
        refund_audits=RefundAudits(
            database, {name: port for name, port in refund_ports.items() if isinstance(port, RefundAuditor)}
        ),
        venues=Venues(database, clock, exams),
        seating=seating,
        exam_day=ExamDay(clock, exams),
        reseating=Reseating(database=database, clock=clock, exams=exams, seating=seating, adoption=adoption),
        seating_checks=SeatingChecks(database=database, clock=clock, exams=exams),
        seating_needs=SeatingNeeds(database=database, clock=clock, exams=exams),
        candidate_seats=CandidateSeats(database),
        door_marks=DoorMarks(database=database, exams=exams),
        manifest_checks=ManifestChecks(database, manifest_keys),
        door=Door(database=database, clock=clock, storage=storage, entering=entering),
        door_lists=DoorLists(
            database=database, clock=clock, personal_data=personal_data, seals=seals, entering=entering
        ),
        declaring=Declaring(database=database, clock=clock, exams=exams),
        hand_overs=hand_overs,
        incidents=incidents,
        statements=statements,
        watches=Watches(database=database, clock=clock, exams=exams),
        duty_board=DutyBoard(database=database, clock=clock, exams=exams),
        custody_papers=CustodyPapers(
            clock=clock,
            exams=exams,
            renderer=renderer,
            hand_overs=hand_overs,
            incidents=incidents,
            statements=statements,
        ),
        recovery_papers=RecoveryPapers(
            database=database, clock=clock, exams=exams, personal_data=personal_data, renderer=renderer
        ),
        result_imports=ResultImports(database, clock, exams),
        publications=Publications(database, clock, exams),
        results=results,
        violations=Violations(database, exams),
        violation_recording=ViolationRecording(database=database, clock=clock, exams=exams),
        violation_deciding=ViolationDeciding(
            database=database, clock=clock, exams=exams, rejudging=Rejudging(database, exams)
        ),
        reminders=planned,
        todos=Todos(database),
        reminder_counts=ReminderCounts(exams),
        members=Members(database, clock, exams),
        staff_sessions=staff_sessions,
        signing_in=SigningIn(
            database=database,
            clock=clock,
            personal_data=personal_data,
            passwords=passwords,
            guesses=guesses,
            sessions=staff_sessions,
            codes=staff_codes,
            party=party,
        ),
        credentials=Credentials(
            database=database,
            clock=clock,
            personal_data=personal_data,
            passwords=passwords,
            guesses=guesses,
            sessions=staff_sessions,
            codes=staff_codes,
            party=party,
        ),
        appointments=Appointments(database=database, clock=clock, sessions=staff_sessions, codes=staff_codes),
        notice_board=NoticeBoard(database=database, clock=clock, exams=exams),
        papers=Papers(
            database=database,
            clock=clock,
            exams=exams,
            personal_data=personal_data,
            storage=storage,
            renderer=renderer,
            cards=kept_cards,
        ),
        score_reports=ScoreReports(database=database, clock=clock, results=results, storage=storage, renderer=renderer),
        violation_papers=ViolationPapers(
            database=database, clock=clock, exams=exams, personal_data=personal_data, renderer=renderer
        ),
        kept_cards=kept_cards,
        batches=Batches(database=database, clock=clock, exams=exams, drawing=batch_drawing),
        batch_drawing=batch_drawing,
        review_reports=ReviewReports(clock=clock, exams=exams, personal_data=personal_data),
        correction_reports=CorrectionReports(clock=clock, exams=exams, personal_data=personal_data),
        site_sheets=SiteSheets(
            database=database,
            clock=clock,
            exams=exams,
            rooms=VenueRooms(database, exams, personal_data, storage),
            renderer=renderer,
        ),
        audit_log=AuditLog(database, clock),
        platforms=Platforms(platforms, guesses),
    )


def _doors(platforms: Mapping[str, Platform]) -> dict[tuple[str, str], CallbackDoor]:
    """Where platforms notify us: of payments all of them, of refunds those that do so at an address of its own."""
    doors: dict[tuple[str, str], CallbackDoor] = {
        (name, PAYMENTS): platform.payments for name, platform in platforms.items()
    }
    for name, platform in platforms.items():
        if isinstance(platform.refunds, CallbackDoor):
            doors[name, REFUNDS] = platform.refunds
    return doors
