"""Table of contents: every noun this app stores."""

from education.courses.models import (
    AttendanceRecord,
    BroadcastLink,
    CertificateCounter,
    ClassRun,
    ClassSession,
    Course,
    CourseCertificate,
    Enrolment,
    LearningEvent,
    Lesson,
)
from education.homework.models import HomeworkPhoto, HomeworkSubmission, HomeworkTask
from education.hotlines.models import Booth, Call, CallAttempt, CallContact, Caller
from education.learners.models import LearnerPictures, LearnerScreen, LearnerVisit
from education.libraries.models import (
    BookCrate,
    BookCrateItem,
    Copy,
    Hold,
    Library,
    Loan,
    LoanRule,
    StockTake,
    StockTakeScan,
    Title,
)
from education.packages.models import ContentPackage, PackageFile, PackageOutcome, ScormState
from education.quizzes.models import Question, Quiz, QuizAnswer, QuizAttempt, QuizWaiver
from education.rosters.models import Roster, RosterRecord, RosterSeat
from education.safeguarding.models import ChildFile, Concern, ConcernNote, Vetting
from education.skills.models import Gate, OutcomeFact, SignIn, SignInSheet
from education.statements.models import LearnerPseudonym, RecordStore, Statement, UntoldFact
from education.supplies.models import Campaign, Handover, Kit, KitCrate, KitEntitlement, KitSettlement, SecondHandover
from education.tutoring.models import SessionLearner, Tutor, TutoringSession
