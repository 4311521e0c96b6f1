"""Learning: children's files, concerns, checks of adults."""

from urllib.parse import urlencode

from django.utils.timezone import now

from education.models import (
    BookCrate,
    Call,
    Campaign,
    ChildFile,
    ClassRun,
    ClassSession,
    Concern,
    ContentPackage,
    Copy,
    Course,
    CourseCertificate,
    Enrolment,
    Handover,
    Hold,
    HomeworkSubmission,
    HomeworkTask,
    KitCrate,
    KitEntitlement,
    KitSettlement,
    Library,
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
from education.tutoring.queries import free_times, tutors
from stations.models import Person
from tests.browser.every_page.page import Pages, Story, one


class Learning(Story):
    """Children, concerns and checked adults of the story's station."""

    def child(self) -> Person:
        return ChildFile.objects.filter(child__home_station=self.station).order_by("pk")[0].child

    def concern(self, status: str) -> Concern:
        return Concern.objects.filter(station=self.station, status=status)[0]

    def vetting(self, status: str) -> Vetting:
        return Vetting.objects.filter(person__home_station=self.station, status=status)[0]

    def tutor(self) -> Tutor:
        return tutors().get(county=self.station.county)

    def tutoring(self, status: str) -> TutoringSession:
        return TutoringSession.objects.filter(station=self.station, booking__status=status).order_by("pk")[0]

    def contested_lesson(self) -> TutoringSession:
        return TutoringSession.objects.filter(station=self.station, contested_by__isnull=False)[0]

    def weeks_of_tutoring(self) -> str:
        first = free_times(self.tutor(), at=now())[0].starts_at
        return "?" + urlencode({"tutor": self.tutor().pk, "subject": "maths", "first": first.isoformat(), "count": 4})

    def class_run(self) -> ClassRun:
        return ClassRun.objects.get(station=self.station, status="running", course__audience="child")

    def training_session(self, status: str) -> ClassSession:
        return ClassSession.objects.filter(run__station=self.station, run__course__audience="farmer", status=status)[0]

    def lesson(self, status: str) -> ClassSession:
        return ClassSession.objects.filter(run__station=self.station, status=status)[0]

    def course_certificate(self) -> CourseCertificate:
        return CourseCertificate.objects.filter(run__station=self.station)[0]

    def course(self, status: str) -> Course:
        return Course.objects.filter(county=self.station.county, status=status)[0]

    def homework(self) -> HomeworkTask:
        return HomeworkTask.objects.filter(station=self.station).order_by("pk")[0]

    def handed_in(self, status: str) -> HomeworkSubmission:
        return HomeworkSubmission.objects.filter(task__station=self.station, status=status).order_by("pk")[0]

    def package(self, status: str) -> ContentPackage:
        packages = ContentPackage.objects.filter(lesson__course__county=self.station.county, status=status)
        return packages.order_by("pk")[0]

    def scorm_state(self) -> ScormState:
        return ScormState.objects.filter(enrolment__run__station=self.station).order_by("pk")[0]

    def roster(self, status: str) -> Roster:
        return Roster.objects.filter(county=self.station.county, status=status).order_by("pk")[0]

    def roster_entry(self, kind: str) -> RosterRecord:
        return RosterRecord.objects.filter(county=self.station.county, kind=kind).undecided().order_by("pk")[0]

    def quiz(self, status: str) -> Quiz:
        return Quiz.objects.filter(lesson__course__county=self.station.county, status=status).order_by("pk")[0]

    def quiz_attempt(self, status: str) -> QuizAttempt:
        return QuizAttempt.objects.filter(enrolment__run__station=self.station, status=status).order_by("pk")[0]

    def library(self) -> Library:
        return Library.objects.get(station=self.station)

    def loan(self, status: str) -> Loan:
        return Loan.objects.filter(library__station=self.station, status=status)[0]


PAGES: Pages = {
    "courses:courses": lambda house: [one("manager", "courses:courses", query="?state=in_review")],
    "courses:new": lambda house: [one("teacher", "courses:new")],
    "courses:course": lambda house: [
        one("teacher", "courses:course", house.course("draft").pk),
        one("manager", "courses:course", house.course("in_review").pk),
        one("partner", "courses:course", house.course("approved").pk),
    ],
    "courses:classes": lambda house: [one("partner", "courses:classes"), one("clerk", "courses:classes")],
    "courses:open-class": lambda house: [
        one("partner", "courses:open-class"),
        one("partner", "courses:open-class", query=f"?course={house.course('approved').pk}"),
    ],
    "courses:join-broadcast": lambda house: [one("partner", "courses:join-broadcast")],
    "courses:rooms": lambda house: [one("manager", "courses:rooms"), one("teacher", "courses:rooms")],
    "courses:enrol": lambda house: [
        one("partner", "courses:enrol"),
        one("partner", "courses:enrol", query=f"?person={house.payer.pk}"),
    ],
    "courses:class": lambda house: [
        one("partner", "courses:class", house.class_run().pk),
        one("manager", "courses:class", house.class_run().pk),
    ],
    "courses:enrolment": lambda house: [
        one("partner", "courses:enrolment", Enrolment.objects.filter(run=house.class_run())[0].pk)
    ],
    "courses:teaching": lambda house: [one("teacher", "courses:teaching")],
    "courses:lessons": lambda house: [one("partner", "courses:lessons")],
    "courses:lesson": lambda house: [
        one("partner", "courses:lesson", house.lesson(status).pk) for status in ("planned", "open", "closed")
    ],
    "courses:certificates": lambda house: [one("partner", "courses:certificates")],
    "courses:certificate": lambda house: [
        one("partner", "courses:certificate", house.course_certificate().pk),
        one("manager", "courses:certificate", house.course_certificate().pk),
    ],
    "courses:print-certificate": lambda house: [
        one("partner", "courses:print-certificate", house.course_certificate().pk)
    ],
    "homework:tasks": lambda house: [one("partner", "homework:tasks"), one("teacher", "homework:tasks")],
    "homework:new": lambda house: [
        one("teacher", "homework:new"),
        one("teacher", "homework:new", query=f"?session={house.homework().session_id}"),
        one("teacher", "homework:new", query=f"?tutoring={house.tutoring('fulfilled').pk}"),
    ],
    "homework:task": lambda house: [
        one("helper", "homework:task", house.homework().pk),
        one("teacher", "homework:task", house.homework().pk),
    ],
    "homework:submissions": lambda house: [one("partner", "homework:submissions")],
    "homework:ungraded": lambda house: [one("manager", "homework:ungraded")],
    "homework:submission": lambda house: [
        one("teacher", "homework:submission", house.handed_in("submitted").pk),
        one("helper", "homework:submission", house.handed_in("returned").pk),
        one("helper", "homework:submission", house.handed_in("graded").pk),
    ],
    "packages:packages": lambda house: [one("teacher", "packages:packages")],
    "packages:results": lambda house: [one("teacher", "packages:results"), one("helper", "packages:results")],
    "packages:new": lambda house: [
        one("teacher", "packages:new"),
        one("teacher", "packages:new", query=f"?course={house.course('approved').pk}"),
    ],
    "packages:package": lambda house: [
        *(one("teacher", "packages:package", house.package(status).pk) for status in ("draft", "offered")),
        *(one("manager", "packages:package", house.package(status).pk) for status in ("in_review", "blocked")),
    ],
    "packages:learner": lambda house: [one("partner", "packages:learner", house.scorm_state().enrolment_id)],
    "packages:state": lambda house: [one("helper", "packages:state", house.scorm_state().pk)],
    "rosters:rosters": lambda house: [one("clerk", "rosters:rosters")],
    "rosters:new": lambda house: [one("clerk", "rosters:new")],
    "rosters:undecided": lambda house: [one("clerk", "rosters:undecided")],
    "rosters:roster": lambda house: [
        one("clerk", "rosters:roster", house.roster(status).pk) for status in ("checked", "faulty", "applied")
    ],
    "rosters:entry": lambda house: [
        one("clerk", "rosters:entry", house.roster_entry(kind).pk) for kind in ("user", "class")
    ],
    "quizzes:quizzes": lambda house: [one("teacher", "quizzes:quizzes"), one("manager", "quizzes:quizzes")],
    "quizzes:new": lambda house: [
        one("teacher", "quizzes:new"),
        one("teacher", "quizzes:new", query=f"?course={house.course('approved').pk}"),
    ],
    "quizzes:quiz": lambda house: [
        one("teacher", "quizzes:quiz", house.quiz("draft").pk),
        one("teacher", "quizzes:quiz", house.quiz("active").pk),
        one("partner", "quizzes:quiz", house.quiz("active").pk),
    ],
    "quizzes:learners": lambda house: [one("partner", "quizzes:learners"), one("teacher", "quizzes:learners")],
    "courses:print-class-list": lambda house: [one("partner", "courses:print-class-list", house.class_run().pk)],
    "learners:classes": lambda house: [one("partner", "learners:classes")],
    "learners:class": lambda house: [one("partner", "learners:class", house.class_run().pk)],
    "learners:class-open": lambda house: [one("helper", "learners:class-open", house.class_run().pk)],
    "learners:screen": lambda house: [
        one("helper", "learners:screen", each.pk) for each in house.class_run().screens.order_by("pk")
    ],
    "learners:learner": lambda house: [one("partner", "learners:learner", house.scorm_state().enrolment_id)],
    "learn:names": lambda house: [one("", "learn:names", status=404)],
    "learn:mine": lambda house: [one("partner", "learn:mine", status=404)],
    "learn:pictures": lambda house: [one("", "learn:pictures", house.scorm_state().enrolment_id, status=404)],
    "learn:attempt": lambda house: [one("", "learn:attempt", house.quiz_attempt("initialized").pk, status=404)],
    "learn:state": lambda house: [one("", "learn:state", house.scorm_state().pk, status=404)],
    "learn:homework": lambda house: [one("", "learn:homework", house.homework().pk, status=404)],
    "quizzes:results": lambda house: [
        one(reader, "quizzes:results", house.quiz_attempt("initialized").enrolment_id)
        for reader in ("partner", "teacher")
    ],
    "quizzes:attempt": lambda house: [
        one("helper", "quizzes:attempt", house.quiz_attempt("initialized").pk),
        one("helper", "quizzes:attempt", house.quiz_attempt("passed").pk),
    ],
    "verify": lambda house: [
        one("partner", "verify", house.course_certificate().token),
        one("partner", "verify", "A" * 26),
    ],
    "hotlines:calls": lambda house: [one("partner", "hotlines:calls"), one("helper", "hotlines:calls")],
    "hotlines:call": lambda house: [
        one("partner", "hotlines:call", Call.objects.filter(booth__station=house.station, **kept)[0].pk)
        for kept in ({"booking__status": "booked"}, {"outcome": "talked"}, {"outcome": "unanswered"})
    ],
    "hotlines:children": lambda house: [one("partner", "hotlines:children")],
    "hotlines:child": lambda house: [
        one("partner", "hotlines:child", house.child().pk),
        one("partner", "hotlines:child", house.payer.pk),
    ],
    "hotlines:booths": lambda house: [one("partner", "hotlines:booths"), one("manager", "hotlines:booths")],
    "hotlines:open-booth": lambda house: [one("partner", "hotlines:open-booth")],
    "tutoring:lessons": lambda house: [one("partner", "tutoring:lessons"), one("teacher", "tutoring:lessons")],
    "tutoring:lesson": lambda house: (
        [
            one("partner", "tutoring:lesson", house.tutoring(status).pk)
            for status in ("booked", "fulfilled", "noshow", "cancelled")
        ]
        + [one("teacher", "tutoring:lesson", house.tutoring("booked").pk)]
    ),
    "tutoring:contested-lessons": lambda house: [one("manager", "tutoring:contested-lessons")],
    "tutoring:contested": lambda house: [one("manager", "tutoring:contested", house.contested_lesson().pk)],
    "tutoring:slip": lambda house: [one("partner", "tutoring:slip", house.tutoring("booked").pk)],
    "tutoring:learners": lambda house: [one("partner", "tutoring:learners", query=f"?person={house.child().pk}")],
    "tutoring:learner": lambda house: [
        one("partner", "tutoring:learner", house.child().pk),
        one("partner", "tutoring:learner", house.payer.pk),
    ],
    "tutoring:book": lambda house: [
        one("partner", "tutoring:book", house.child().pk, query=f"?tutor={house.tutor().pk}&subject=maths")
    ],
    "tutoring:weekly": lambda house: [
        one("partner", "tutoring:weekly", house.child().pk, query=f"?tutor={house.tutor().pk}&subject=maths"),
        one("partner", "tutoring:weekly", house.child().pk, query=house.weeks_of_tutoring()),
    ],
    "tutoring:tutors": lambda house: [one("clerk", "tutoring:tutors"), one("partner", "tutoring:tutors")],
    "tutoring:new-tutor": lambda house: [one("clerk", "tutoring:new-tutor")],
    "tutoring:tutor": lambda house: [
        one("clerk", "tutoring:tutor", house.tutor().pk),
        one("manager", "tutoring:tutor", house.tutor().pk),
    ],
    "learning:figures": lambda house: [one("manager", "learning:figures")],
    "tutoring:figures": lambda house: [one("manager", "tutoring:figures")],
    "libraries:libraries": lambda house: [one("clerk", "libraries:libraries")],
    "libraries:desk": lambda house: [
        one("partner", "libraries:desk"),
        one("partner", "libraries:desk", query=f"?person={house.loan('issued').borrower_id}"),
    ],
    "libraries:reserve": lambda house: [
        one("partner", "libraries:reserve", query=f"?person={house.payer.pk}"),
        one("partner", "libraries:reserve"),
    ],
    "libraries:library": lambda house: [
        one("partner", "libraries:library", house.library().pk),
        one("manager", "libraries:library", house.library().pk),
    ],
    "libraries:copies": lambda house: [one("partner", "libraries:copies"), one("auditor", "libraries:copies")],
    "libraries:copy": lambda house: [
        one("partner", "libraries:copy", Copy.objects.filter(at_library=house.library(), state=state)[0].pk)
        for state in ("available", "on_loan")
    ],
    "libraries:loans": lambda house: [one("partner", "libraries:loans")],
    "libraries:loan": lambda house: [
        one("partner", "libraries:loan", house.loan(status).pk) for status in ("issued", "overdue")
    ],
    "libraries:holds": lambda house: [one("partner", "libraries:holds")],
    "libraries:hold": lambda house: [
        one("partner", "libraries:hold", Hold.objects.filter(pickup_library=house.library(), status="placed")[0].pk)
    ],
    "libraries:crates": lambda house: [one("clerk", "libraries:crates")],
    "libraries:crate": lambda house: [
        one("partner", "libraries:crate", BookCrate.objects.filter(from_library=house.library())[0].pk),
        one(
            "clerk", "libraries:crate", BookCrate.objects.filter(to_library=house.library(), status="in_transit")[0].pk
        ),
        one("clerk", "libraries:crate", BookCrate.objects.filter(status="closed")[0].pk),
    ],
    "libraries:stock-take": lambda house: [
        one("partner", "libraries:stock-take", StockTake.objects.filter(library=house.library(), status=status)[0].pk)
        for status in ("open", "closed")
    ],
    "skills:trainings": lambda house: [one("partner", "skills:trainings"), one("manager", "skills:trainings")],
    "skills:figures": lambda house: [one("manager", "skills:figures"), one("auditor", "skills:figures")],
    "skills:gates": lambda house: [one("partner", "skills:gates")],
    "skills:sessions": lambda house: [one("helper", "skills:sessions")],
    "skills:session": lambda house: [
        one("helper", "skills:session", house.training_session(status).pk) for status in ("open", "planned", "closed")
    ],
    "skills:print-sheet": lambda house: [one("helper", "skills:print-sheet", house.training_session("open").pk)],
    "supplies:campaigns": lambda house: [one("partner", "supplies:campaigns"), one("manager", "supplies:campaigns")],
    "supplies:open-campaign": lambda house: [one("clerk", "supplies:open-campaign")],
    "supplies:campaign": lambda house: [
        one(who, "supplies:campaign", Campaign.objects.get(county=house.station.county).pk)
        for who in ("partner", "clerk")
    ],
    "supplies:labels": lambda house: [
        one("clerk", "supplies:labels", Campaign.objects.get(county=house.station.county).pk)
    ],
    "supplies:entitlements": lambda house: [one("clerk", "supplies:entitlements")],
    "supplies:entitlement": lambda house: [
        one(who, "supplies:entitlement", KitEntitlement.objects.filter(station=house.station, status=status)[0].pk)
        for who, status in (("clerk", "pending"), ("partner", "approved"))
    ],
    "supplies:crates": lambda house: [one("clerk", "supplies:crates")],
    "supplies:crate": lambda house: [
        one("clerk", "supplies:crate", KitCrate.objects.filter(station=house.station)[0].pk)
    ],
    "supplies:settlements": lambda house: [one("clerk", "supplies:settlements")],
    "supplies:settlement": lambda house: [
        one("manager", "supplies:settlement", each.pk) for each in KitSettlement.objects.order_by("pk")
    ],
    "supplies:handovers": lambda house: [one("partner", "supplies:handovers")],
    "supplies:handover": lambda house: [
        one("partner", "supplies:handover", Handover.objects.filter(station=house.station)[0].pk)
    ],
    "supplies:child": lambda house: [
        one("partner", "supplies:child", house.child().pk),
        one("partner", "supplies:child", house.payer.pk),
    ],
    "gift": lambda house: [
        one("partner", "gift", Campaign.objects.get(county=house.station.county).follow_code),
        one("partner", "gift", "A" * 10),
    ],
    "safeguarding:children": lambda house: [
        one("partner", "safeguarding:children"),
        one("manager", "safeguarding:children"),
    ],
    "safeguarding:child": lambda house: [
        one("partner", "safeguarding:child", house.child().pk),
        one("manager", "safeguarding:child", house.child().pk),
        one("partner", "safeguarding:child", house.payer.pk),
    ],
    "safeguarding:report": lambda house: [one("partner", "safeguarding:report", house.child().pk)],
    "safeguarding:reported": lambda house: [one("partner", "safeguarding:reported")],
    "safeguarding:concerns": lambda house: [one("manager", "safeguarding:concerns")],
    "safeguarding:concern": lambda house: [
        one("manager", "safeguarding:concern", house.concern(status).pk) for status in ("open", "acknowledged")
    ],
    "safeguarding:vettings": lambda house: [one("clerk", "safeguarding:vettings")],
    "safeguarding:new-vetting": lambda house: [
        one("clerk", "safeguarding:new-vetting"),
        one("clerk", "safeguarding:new-vetting", query=f"?person={house.payer.pk}"),
    ],
    "safeguarding:vetting": lambda house: [
        one("manager", "safeguarding:vetting", house.vetting(status).pk) for status in ("draft", "valid")
    ],
}
NOT_PAGES: set[str] = {
    *("verify-picture", "supplies:kit-bars"),
    *("learn:leave", "learn:quiz", "learn:play", "learn:save"),
}
