"""What is taught, lent and handed out at the story's station, an object of each kind."""

from education.models import (
    BookCrate,
    Call,
    CallContact,
    Campaign,
    ClassRun,
    ClassSession,
    ContentPackage,
    Copy,
    CourseCertificate,
    Enrolment,
    Handover,
    Hold,
    HomeworkSubmission,
    HomeworkTask,
    Kit,
    KitCrate,
    KitEntitlement,
    KitSettlement,
    LearnerScreen,
    Loan,
    Quiz,
    QuizAttempt,
    Roster,
    RosterRecord,
    ScormState,
    StockTake,
    Tutor,
    TutoringSession,
    Vetting,
)
from tests.demonstration import World


def campaign_at(world: World) -> Campaign:
    return Campaign.objects.filter(county=world.station.county).order_by("pk")[0]


def kit_at(world: World) -> Kit:
    return Kit.objects.filter(station=world.station, state="in_transit").order_by("pk")[0]


def kit_entitlement_at(world: World) -> KitEntitlement:
    return KitEntitlement.objects.to_decide().filter(station=world.station).order_by("pk")[0]


def kit_crate_at(world: World) -> KitCrate:
    return KitCrate.objects.on_the_way().filter(station=world.station).order_by("pk")[0]


def kit_settlement_at(world: World) -> KitSettlement:
    return KitSettlement.objects.to_decide().filter(kit__campaign__county=world.station.county).order_by("pk")[0]


def kit_handover_at(world: World) -> Handover:
    return Handover.objects.filter(station=world.station, returned_at=None).order_by("pk")[0]


def class_session_at(world: World) -> ClassSession:
    here = ClassSession.objects.filter(run__station=world.station, status="open", run__course__audience="child")
    return here.order_by("pk")[0]


def training_session_at(world: World) -> ClassSession:
    here = ClassSession.objects.filter(run__station=world.station, status="open", run__course__audience="farmer")
    return here.order_by("pk")[0]


def tutor_at(world: World) -> Tutor:
    return Tutor.objects.get(county=world.station.county)


def tutoring_at(world: World) -> TutoringSession:
    here = TutoringSession.objects.filter(station=world.station, booking__status="booked")
    return here.order_by("booking__slot__starts_at")[0]


def contested_lesson_at(world: World) -> TutoringSession:
    here = TutoringSession.objects.filter(station=world.station, contested_by__isnull=False)
    return here.order_by("pk")[0]


def call_at(world: World) -> Call:
    return Call.objects.filter(booth__station=world.station, booking__status="booked").order_by("pk")[0]


def call_contact_at(world: World) -> CallContact:
    return CallContact.objects.filter(child__home_station=world.station, is_active=True).order_by("pk")[0]


def class_at(world: World) -> ClassRun:
    return ClassRun.objects.filter(station=world.station, status="running").order_by("pk")[0]


def class_enrolment_at(world: World) -> Enrolment:
    return Enrolment.objects.filter(run__station=world.station, status="enrolled").order_by("pk")[0]


def homework_task_at(world: World) -> HomeworkTask:
    return HomeworkTask.objects.standing().filter(station=world.station).order_by("pk")[0]


def homework_submission_at(world: World) -> HomeworkSubmission:
    return HomeworkSubmission.objects.to_grade().filter(task__station=world.station).order_by("pk")[0]


def quiz_at(world: World) -> Quiz:
    return Quiz.objects.filter(lesson__course__county=world.station.county, status="active").order_by("pk")[0]


def quiz_attempt_at(world: World) -> QuizAttempt:
    return QuizAttempt.objects.filter(enrolment__run__station=world.station).order_by("pk")[0]


def package_at(world: World) -> ContentPackage:
    return ContentPackage.objects.filter(lesson__course__county=world.station.county, status="offered").order_by("pk")[
        0
    ]


def scorm_state_at(world: World) -> ScormState:
    return ScormState.objects.filter(enrolment__run__station=world.station).order_by("pk")[0]


def learner_screen_at(world: World) -> LearnerScreen:
    return LearnerScreen.objects.open().filter(run__station=world.station).order_by("pk")[0]


def roster_at(world: World) -> Roster:
    return Roster.objects.filter(county=world.station.county, status="checked").order_by("pk")[0]


def roster_entry_at(world: World) -> RosterRecord:
    return RosterRecord.objects.filter(county=world.station.county).undecided().order_by("pk")[0]


def course_certificate_at(world: World) -> CourseCertificate:
    return CourseCertificate.objects.filter(run__station=world.station).order_by("pk")[0]


def vetting_at(world: World) -> Vetting:
    return Vetting.objects.filter(person__home_station=world.station, status="draft")[0]


def shelved_at(world: World) -> Copy:
    return Copy.objects.filter(at_library__station=world.station, state="available").order_by("pk")[0]


def book_loan_at(world: World) -> Loan:
    return Loan.objects.filter(library__station=world.station, status="issued")[0]


def book_hold_at(world: World) -> Hold:
    return Hold.objects.filter(pickup_library__station=world.station, status="placed")[0]


def book_crate_at(world: World) -> BookCrate:
    return BookCrate.objects.filter(from_library__station=world.station, status="packing")[0]


def stock_take_at(world: World) -> StockTake:
    return StockTake.objects.filter(library__station=world.station, status="open")[0]
