"""What learners of a class have made of its quizzes, and who lacks one that the certificate asks for."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Min, QuerySet

from core.database.db import present
from education.courses.models import ClassRun, Enrolment
from education.courses.queries import people_in
from education.quizzes.marks import Marks, in_order_of
from education.quizzes.models import Question, Quiz, QuizAttempt, QuizWaiver


@dataclass(frozen=True, slots=True)
class QuizResult:
    """A quiz, and what one learner of a class has made of it."""

    enrolment: UUID
    quiz: Quiz
    attempts: Sequence[QuizAttempt]
    waiver: QuizWaiver | None
    is_required: bool

    @property
    def going_on(self) -> QuizAttempt | None:
        """The attempt that is not over."""
        return next((each for each in self.attempts if each.status == QuizAttempt.Status.INITIALIZED), None)

    @property
    def best(self) -> Marks | None:
        """The marks of the best attempt: that one counts, not the last."""
        marked = [marks for each in self.attempts if (marks := marks_of_attempt(each))]
        return max(marked, key=lambda marks: marks.earned, default=None)

    @property
    def left(self) -> int:
        """How many attempts are left."""
        return max(0, self.quiz.max_attempts - len(self.attempts))

    @property
    def is_satisfied(self) -> bool:
        """Whether the learner has passed it or is excused."""
        return self.waiver is not None or any(each.status == QuizAttempt.Status.PASSED for each in self.attempts)

    @property
    def can_be_taken(self) -> bool:
        """Whether an attempt goes on or is left."""
        return self.quiz.status == Quiz.Status.ACTIVE and (self.left > 0 or self.going_on is not None)


def marks_of_attempt(attempt: QuizAttempt) -> Marks | None:
    """The marks of an attempt, once it is marked."""
    if attempt.status not in QuizAttempt.MARKED:
        return None
    return Marks(present(attempt.earned), present(attempt.possible))


def quizzes() -> QuerySet[Quiz]:
    """Quizzes with their lesson and course."""
    return Quiz.objects.select_related("lesson__course__county", "author")


def attempts() -> QuerySet[QuizAttempt]:
    """Attempts with quiz, class and learner."""
    return QuizAttempt.objects.select_related(
        "quiz__lesson", "enrolment__run__course", "enrolment__run__station__county", "enrolment__learner"
    )


def results_of(*enrolments: Enrolment) -> list[QuizResult]:
    """For each learner of a class each quiz of the course that was ever offered, in the order of lessons.

    Four statements for any number of classes.
    """
    offered = Quiz.objects.filter(lesson__course__in={each.run.course_id for each in enrolments})
    offered = offered.exclude(status=Quiz.Status.DRAFT).select_related("lesson").order_by("lesson__position", "pk")
    needed = Quiz.objects.required_in(*{each.run_id for each in enrolments})
    required = set(needed.values_list("run", "pk"))  # type: ignore[misc]  # `run` is an annotation of the query
    made: dict[tuple[UUID, UUID], list[QuizAttempt]] = {}
    for attempt in QuizAttempt.objects.filter(enrolment__in=enrolments).order_by("number"):
        made.setdefault((attempt.enrolment_id, attempt.quiz_id), []).append(attempt)
    waivers = QuizWaiver.objects.filter(enrolment__in=enrolments)
    excused = {(row.enrolment_id, row.quiz_id): row for row in waivers}
    quizzes_of: dict[UUID, list[Quiz]] = {}
    for quiz in offered:
        quizzes_of.setdefault(quiz.lesson.course_id, []).append(quiz)
    return [
        QuizResult(
            enrolment=each.pk,
            quiz=quiz,
            attempts=made.get((each.pk, quiz.pk), []),
            waiver=excused.get((each.pk, quiz.pk)),
            is_required=(each.run_id, quiz.pk) in required,
        )
        for each in enrolments
        for quiz in quizzes_of.get(each.run.course_id, [])
    ]


def lacking_quizzes(*, run: ClassRun, is_over: bool) -> set[UUID]:
    """The enrolments of a class that lack a quiz which its certificate asks for; four statements for any number.

    A quiz is marked as it is handed in: whether the class still waits makes no difference.
    """
    required = set(Quiz.objects.required_in(run.pk).values_list("pk", flat=True))
    if not required:
        return set()
    seated = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED)
    passed = QuizAttempt.objects.filter(enrolment__run=run, quiz__in=required, status=QuizAttempt.Status.PASSED)
    excused = QuizWaiver.objects.filter(enrolment__run=run, quiz__in=required)
    pairs = passed.values_list("enrolment", "quiz").union(excused.values_list("enrolment", "quiz"))
    done: dict[UUID, set[UUID]] = {}
    people = people_in(run)
    for enrolment, quiz in pairs:
        done.setdefault(people[enrolment], set()).add(quiz)
    return {pk for pk in seated.values_list("pk", flat=True) if done.get(people[pk], set()) != required}


def learners_who_need(quiz: Quiz, *, at: dt.datetime) -> QuerySet[Enrolment]:
    """Those in classes that have begun who lack this mandatory quiz, neither passed nor excused."""
    if not quiz.is_mandatory:
        return Enrolment.objects.none()
    begun = ClassRun.objects.live().filter(course=quiz.lesson.course_id)
    begun = begun.annotate(first=Min("sessions__slot__starts_at"))
    binding = begun.filter(first__gte=quiz.activated_at, first__lte=at)
    passed = quiz.attempts.filter(status=QuizAttempt.Status.PASSED)
    seated = Enrolment.objects.filter(run__in=binding.values("pk"), status=Enrolment.Status.ENROLLED)
    return seated.exclude(pk__in=passed.values("enrolment")).exclude(pk__in=quiz.waivers.values("enrolment"))


def questions_for(attempt: QuizAttempt) -> list[Question]:
    """The questions in the order of the learner; one statement."""
    return in_order_of(attempt.enrolment.learner_id, attempt.quiz.seed, attempt.quiz.questions.all())


def last_answers(attempt: QuizAttempt) -> dict[UUID, list[str]]:
    """What counts as answered, by question; one statement."""
    rows = attempt.answers.order_by("received_at", "made_at", "op_id")
    return {answer.question_id: answer.value for answer in rows}
