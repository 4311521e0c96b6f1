"""Quizzes: written by a teacher, taken at the station, marked here in whole points, asked for by certificates."""

import datetime as dt
import uuid
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.errors import Refused, SamePerson, WrongState
from core.events.services import publish
from core.language.reasons import ReasonMissing
from education.courses.services import draft_course, end_sessions, withdraw_enrolment
from education.courses.services.courses import CourseDraft, LessonPlan
from education.models import CourseCertificate, Enrolment, Question, Quiz, QuizAnswer, QuizAttempt, QuizWaiver
from education.quizzes import services
from education.quizzes.console import CONSOLE
from education.quizzes.forms import field_of
from education.quizzes.marks import Marks, in_order_of, is_right, number_in
from education.quizzes.queries import lacking_quizzes, results_of
from education.quizzes.services import Answered, QuestionDraft, QuizDraft
from education.safeguarding.services import withdraw_child_consent
from stations.accounts.models import User
from stations.people.models import AccessRead, Person
from tests.factories.education import begun, class_at, course_of, learner_of, teacher_of
from tests.factories.quizzes import CAT, LEGS, RAIN, WEATHER, answered, quiz_of
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    helper_of,
    partner_of,
    send,
)
from tests.jobs import run_jobs

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def station():
    return StationFactory()


def teaching(run) -> User:
    """The login of a class's teacher."""
    user = UserFactory(person=run.teacher)
    PostFactory(user=user, role="teacher", division=run.station.county)
    return user


def taken(quiz, enrolment, *values, at=None):
    """An attempt that was answered and handed in."""
    at, partner = at or now(), partner_of(enrolment.run.station)
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=at)
    answered(attempt, *values, at=at, by=partner)
    return services.finish_quiz(attempt=attempt, by=partner, at=at)


def refusal(act, **given):
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(**given)
    return caught.value.code


RIGHT = (["1"], ["8"], ["A  cat"])


def question(kind, key, **values):
    return Question(kind=kind, key=key, text="?", **values)


def test_marks_are_compared_before_anything_is_rounded_and_shown_rounded_half_up():
    two_of_three = Marks(2, 3)
    assert (two_of_three.passes(6666), two_of_three.passes(6667)) == (True, False)
    assert [Marks(earned, 3).score_bp for earned in range(4)] == [0, 3333, 6667, 10000]
    assert Marks(1, 8).score_bp == 1250
    assert Marks(1, 32).score_bp == 313


@pytest.mark.parametrize(
    ("asked", "value", "right"),
    [
        (question("single", ["2"], options=["a", "b"]), ["2"], True),
        (question("single", ["2"], options=["a", "b"]), ["1"], False),
        (question("single", ["2"], options=["a", "b"]), [], False),
        (question("multiple", ["1", "3"], options=["a", "b", "c"]), ["3", "1"], True),
        (question("multiple", ["1", "3"], options=["a", "b", "c"]), ["1"], False),
        (question("multiple", ["1", "3"], options=["a", "b", "c"]), ["1", "2", "3"], False),
        (question("numeric", ["2.5"], tolerance=Decimal("0.1")), ["2.6"], True),
        (question("numeric", ["2.5"], tolerance=Decimal("0.1")), ["2.4"], True),
        (question("numeric", ["2.5"], tolerance=Decimal("0.1")), ["2.61"], False),
        (question("numeric", ["8"]), ["８.0"], True),
        (question("numeric", ["8"]), ["eight"], False),
        (question("numeric", ["8"]), ["1e9999"], False),
        (question("text", ["apple"]), ["Ａｐｐｌｅ "], True),
        (question("text", ["an apple", "apple"]), [" AN   apple"], True),
        (question("text", ["apple"]), ["aple"], False),
    ],
)
def test_an_answer_is_right_by_the_rule_of_its_kind(asked, value, right):
    assert is_right(asked, value) is right


def test_what_is_no_number_is_none():
    assert [number_in(text) for text in ("NaN", "1,5", "", "1" * 40)] == [None] * 4


def test_each_learner_has_an_order_of_questions_that_stays(station):
    quiz = quiz_of(course_of(station.county), [RAIN, WEATHER, LEGS, CAT])
    questions, learners = list(quiz.questions.all()), [uuid.UUID(int=number) for number in range(20)]
    orders = {tuple(each.pk for each in in_order_of(learner, 7, questions)) for learner in learners}
    assert len(orders) > 5
    assert in_order_of(learners[0], 7, questions) == in_order_of(learners[0], 7, reversed(questions))


def test_a_quiz_is_taken_answered_and_marked_and_the_best_attempt_counts(station):
    run = class_at(station)
    enrolment, quiz = learner_of(run), quiz_of(run.course, max_attempts=2)
    first = taken(quiz, enrolment, *RIGHT)
    assert (first.status, first.earned, first.possible) == ("passed", 3, 3)
    second = taken(quiz, enrolment, ["2"], None, ["a cat"])
    assert (second.number, second.status, second.earned) == (2, "failed", 1)
    [result] = results_of(enrolment)
    assert (result.best, result.is_satisfied, result.left) == (Marks(3, 3), True, 0)
    by = partner_of(station)
    assert refusal(services.start_quiz, quiz=quiz, enrolment=enrolment, by=by, at=now()) == "attempts_used"


def test_an_attempt_that_goes_on_is_taken_up_again_and_an_answer_sent_twice_is_one(station):
    run = class_at(station)
    enrolment, quiz, partner = learner_of(run), quiz_of(run.course), partner_of(station)
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=now())
    assert services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=now()) == attempt
    asked = list(quiz.questions.all())
    wrong = Answered(uuid.uuid4(), asked[0].pk, ["2"], now())
    for _ in range(2):
        services.answer_quiz(attempt=attempt, answers=[wrong], by=partner, at=now())
    later = Answered(uuid.uuid4(), asked[0].pk, ["1"], now())
    services.answer_quiz(attempt=attempt, answers=[later], by=partner, at=now() + MINUTE)
    assert QuizAnswer.objects.count() == 2
    assert services.finish_quiz(attempt=attempt, by=partner, at=now() + 2 * MINUTE).earned == 1
    with pytest.raises(WrongState):
        services.finish_quiz(attempt=attempt, by=partner, at=now())
    with pytest.raises(WrongState):
        services.answer_quiz(attempt=attempt, answers=[later], by=partner, at=now())


def test_who_does_not_learn_there_or_has_no_consent_takes_no_quiz(station):
    run = class_at(station)
    enrolment, quiz, partner, at = learner_of(run), quiz_of(run.course), partner_of(station), now()
    other = quiz_of(course_of(station.county))
    assert refusal(services.start_quiz, quiz=other, enrolment=enrolment, by=partner, at=at) == "not_learning"
    draft = quiz_of(run.course, offered=False)
    assert refusal(services.start_quiz, quiz=draft, enrolment=enrolment, by=partner, at=at) == "quiz_closed"
    later = at + 400 * DAY
    assert refusal(services.start_quiz, quiz=quiz, enrolment=enrolment, by=partner, at=later) == (
        "child_consent_missing"
    )
    withdraw_enrolment(enrolment=enrolment, by=partner, at=at)
    assert refusal(services.start_quiz, quiz=quiz, enrolment=enrolment, by=partner, at=at) == "not_learning"
    assert not QuizAttempt.objects.exists()


def test_a_consent_that_ends_while_a_quiz_goes_on_keeps_no_further_answer(station):
    run = class_at(station)
    enrolment, quiz, partner, at = learner_of(run), quiz_of(run.course), partner_of(station), now()
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=at)
    answered(attempt, ["1"], at=at, by=partner)
    further = [Answered(uuid.uuid4(), quiz.questions.all()[1].pk, ["8"], at)]
    answer = {"attempt": attempt, "answers": further, "by": partner}
    assert refusal(services.answer_quiz, **answer, at=at + 400 * DAY) == "child_consent_missing"
    withdraw_child_consent(child=enrolment.learner, purpose="education_record", reason="搬家", by=partner, at=at)
    attempt = QuizAttempt.objects.get()
    assert refusal(services.answer_quiz, **{**answer, "attempt": attempt}, at=at + MINUTE) == "not_learning"
    assert attempt.answers.count() == 1


def test_answers_count_until_the_time_limit_and_the_clock_marks_what_is_there(station):
    run = class_at(station)
    enrolment, quiz, partner, at = learner_of(run), quiz_of(run.course, time_limit_s=60), partner_of(station), now()
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=at)
    answered(attempt, ["1"], at=at + MINUTE + 30 * dt.timedelta(seconds=1), by=partner)
    late = [Answered(uuid.uuid4(), quiz.questions.all()[1].pk, ["8"], at)]
    after = at + MINUTE + dt.timedelta(seconds=31)
    assert refusal(services.answer_quiz, attempt=attempt, answers=late, by=partner, at=after) == "quiz_time_over"
    assert services.end_attempts(at=at + MINUTE + dt.timedelta(seconds=30)) == 0
    assert (services.end_attempts(at=after), services.end_attempts(at=after)) == (1, 0)
    attempt.refresh_from_db()
    assert (attempt.status, attempt.earned, attempt.possible) == ("failed", 1, 3)


def test_an_attempt_without_a_limit_is_given_up_after_a_day_and_counts_as_one(station):
    run = class_at(station)
    enrolment, quiz, at = learner_of(run), quiz_of(run.course, max_attempts=1), now()
    partner = partner_of(station)
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner, at=at)
    assert services.end_attempts(at=at + DAY - MINUTE) == 0
    assert services.end_attempts(at=at + DAY) == 1
    attempt.refresh_from_db()
    assert (attempt.status, attempt.earned) == ("abandoned", None)
    assert refusal(services.start_quiz, quiz=quiz, enrolment=enrolment, by=partner, at=at + DAY) == "attempts_used"


def test_closing_a_quiz_marks_what_goes_on_as_it_stands(station):
    run = class_at(station)
    enrolment, quiz = learner_of(run), quiz_of(run.course)
    attempt = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner_of(station), at=now())
    answered(attempt, ["1"], ["8"])
    closed = services.close_quiz(quiz=quiz, by=quiz.author, at=now())
    attempt.refresh_from_db()
    assert (closed.status, attempt.status, attempt.earned) == ("closed", "passed", 2)
    by = partner_of(station)
    assert refusal(services.start_quiz, quiz=quiz, enrolment=enrolment, by=by, at=now()) == "quiz_closed"


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "single", "options": ("a",), "right_answers": ("1",)},
        {"kind": "single", "options": ("a", "b"), "right_answers": ("1", "2")},
        {"kind": "single", "options": ("a", "b"), "right_answers": ("3",)},
        {"kind": "multiple", "options": ("a", "b"), "right_answers": ()},
        {"kind": "numeric", "right_answers": ("eight",)},
        {"kind": "numeric", "right_answers": ("1", "2")},
        {"kind": "text", "right_answers": ("a",), "options": ("a", "b")},
        {"kind": "text", "right_answers": ("a",), "tolerance": Decimal(1)},
    ],
)
def test_a_question_without_a_right_answer_of_its_kind_is_refused(station, values):
    quiz = quiz_of(course_of(station.county), [], offered=False)
    draft = QuestionDraft(text="?", **values)
    assert refusal(services.add_question, quiz=quiz, question=draft, by=quiz.author, at=now()) == "question_invalid"
    assert not quiz.questions.exists()


def test_a_quiz_is_written_for_lessons_that_stay_and_offered_with_questions(station):
    teacher = PostFactory(role="teacher", division=station.county).user
    plan = CourseDraft(code="NEW1", title="新", subject="english", audience="child", lessons=[LessonPlan("一", 40)])
    course = draft_course(county=station.county, draft=plan, by=teacher, at=now())
    about = {"draft": QuizDraft(title="测验", purpose="graded"), "by": teacher, "at": now()}
    assert refusal(services.draft_quiz, lesson=course.lessons.get(), **about) == "course_may_change"
    lesson = course_of(station.county).lessons.all()[0]
    wanted = QuizDraft(title="测验", purpose="practice", is_mandatory=True)
    assert refusal(services.draft_quiz, lesson=lesson, draft=wanted, by=teacher, at=now()) == (
        "quiz_not_to_be_mandatory"
    )
    quiz = services.draft_quiz(lesson=lesson, **about)
    assert refusal(services.activate_quiz, quiz=quiz, by=teacher, at=now()) == "quiz_without_questions"
    services.add_question(quiz=quiz, question=RAIN, by=teacher, at=now())
    services.remove_question(quiz=quiz, position=1, by=teacher, at=now())
    assert not quiz.questions.exists()


def test_the_database_keeps_what_was_asked_and_answered(station):
    run = class_at(station)
    enrolment, quiz = learner_of(run), quiz_of(run.course)
    done = taken(quiz, enrolment, *RIGHT)
    with pytest.raises(DatabaseError), transaction.atomic():
        quiz.questions.update(points=100)
    with pytest.raises(DatabaseError), transaction.atomic():
        quiz.questions.all()[0].delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        Quiz.objects.filter(pk=quiz.pk).update(pass_mark_bp=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        QuizAnswer.objects.update(value=["1"])
    with pytest.raises(DatabaseError), transaction.atomic():
        QuizAttempt.objects.filter(pk=done.pk).update(earned=4)
    foreign = quiz_of(run.course).questions.all()[0]
    going = services.start_quiz(quiz=quiz, enrolment=enrolment, by=partner_of(station), at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        QuizAnswer.objects.create(
            op_id=uuid.uuid4(), attempt=going, question=foreign, value=["1"], recorded_by=quiz.author,
            made_at=now(), received_at=now(),
        )  # fmt: skip
    stray = [Answered(uuid.uuid4(), foreign.pk, ["1"], now())]
    by = partner_of(station)
    assert refusal(services.answer_quiz, attempt=going, answers=stray, by=by, at=now()) == "question_unknown"


def held(run):
    """All lessons of a class with everybody there; when the last was over."""
    partner = partner_of(run.station)
    for number in range(run.course.lessons.count()):
        session = begun(run, number=number)
        marks = [
            {"op_id": str(uuid.uuid4()), "learner": str(each.learner_id), "presence": "present",
             "made_at": session.slot.starts_at.isoformat()}
            for each in run.enrolments.all()
        ]  # fmt: skip
        answer = send(api_client(partner), f"/api/v1/class-sessions/{session.pk}/attendance/", records=marks)
        assert answer.status_code == 200, answer.content
    return session.slot.ends_at + 30 * MINUTE


def test_rule_8_a_certificate_asks_for_each_mandatory_quiz_passed_or_excused(station):
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    passing, excused, missing = learner_of(run), learner_of(run), learner_of(run)
    quiz = quiz_of(run.course, is_mandatory=True)
    taken(quiz, passing, *RIGHT)
    taken(quiz, missing, ["2"], ["9"], None)
    services.waive_quiz(enrolment=excused, quiz=quiz, reason="住院", by=teaching(run), at=now())
    assert lacking_quizzes(run=run, is_over=True) == {missing.pk}
    over = held(run)
    end_sessions(at=over)
    assert not CourseCertificate.objects.exists(), "the class waits for who can still take the quiz"
    end_sessions(at=over + 14 * DAY - 31 * MINUTE)
    assert not CourseCertificate.objects.exists()
    end_sessions(at=over + 14 * DAY)
    statuses = dict(Enrolment.objects.values_list("pk", "status"))
    assert statuses == {passing.pk: "completed", excused.pk: "completed", missing.pk: "expired"}
    assert set(CourseCertificate.objects.values_list("learner", flat=True)) == {
        passing.learner_id, excused.learner_id,
    }  # fmt: skip


def test_a_quiz_that_was_offered_after_the_first_lesson_or_closed_before_it_is_not_asked_for(station):
    run = class_at(station)
    enrolment = learner_of(run)
    first = run.sessions.order_by("slot__starts_at")[0].slot.starts_at
    in_time = quiz_of(run.course, is_mandatory=True, at=first)
    quiz_of(run.course, is_mandatory=True, at=first + MINUTE)
    closed = quiz_of(run.course, is_mandatory=True)
    services.close_quiz(quiz=closed, by=closed.author, at=now())
    assert {each.quiz for each in results_of(enrolment) if each.is_required} == {in_time}
    taken(in_time, enrolment, *RIGHT, at=first)
    assert lacking_quizzes(run=run, is_over=True) == set()


def test_a_quiz_that_learners_still_need_for_their_certificate_is_not_closed(station):
    run = class_at(station)
    passing, excused = learner_of(run), learner_of(run)
    quiz, other = quiz_of(run.course, is_mandatory=True), quiz_of(run.course)
    first = run.sessions.order_by("slot__starts_at")[0].slot.starts_at
    given = {"quiz": quiz, "by": quiz.author, "at": first}
    assert refusal(services.close_quiz, **given) == "quiz_needed"
    assert services.close_quiz(**given | {"quiz": other}).status == "closed"
    taken(quiz, passing, *RIGHT)
    assert refusal(services.close_quiz, **given) == "quiz_needed"
    services.waive_quiz(enrolment=excused, quiz=quiz, reason="住院", by=teaching(run), at=first)
    assert services.close_quiz(**given).status == "closed"


def test_a_teacher_excuses_with_a_reason_once_and_never_themselves(station):
    run = class_at(station)
    enrolment, quiz, teacher = learner_of(run), quiz_of(run.course), teaching(run)
    about = {"enrolment": enrolment, "quiz": quiz, "at": now()}
    with pytest.raises(ReasonMissing):
        services.waive_quiz(**about, reason=" ", by=teacher)
    with pytest.raises(SamePerson):
        services.waive_quiz(**about, reason="住院", by=UserFactory(person=enrolment.learner))
    services.waive_quiz(**about, reason="住院", by=teacher)
    assert refusal(services.waive_quiz, **about, reason="住院", by=teacher) == "quiz_already_waived"


def test_results_are_seen_at_the_station_and_by_the_teacher_of_the_class_and_each_reading_is_recorded(station, client):
    run = class_at(station)
    enrolment, quiz = learner_of(run), quiz_of(run.course)
    attempt = taken(quiz, enrolment, *RIGHT)
    stranger = PostFactory(role="teacher", division=station.county).user
    other = UserFactory(person=teacher_of(station))
    PostFactory(user=other, role="teacher", division=station.county)
    clerk = PostFactory(role="county_clerk", division=station.county).user
    paths = [f"/api/v1/quiz-results/{enrolment.pk}/", f"/api/v1/quiz-attempts/{attempt.pk}/"]
    told = {
        user: [api_client(user).get(path).status_code for path in paths]
        for user in (helper_of(station), teaching(run), stranger, other, partner_of(StationFactory()), clerk)
    }
    assert list(told.values()) == [[200] * 2, [200] * 2, [404] * 2, [404] * 2, [404] * 2, [404] * 2]
    reads = AccessRead.objects.filter(person=enrolment.learner, what="quiz_results")
    assert reads.count() >= 2
    client.force_login(stranger)
    pages = [reverse("quizzes:results", args=[enrolment.pk]), reverse("quizzes:attempt", args=[attempt.pk])]
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert send(api_client(other), f"{paths[0]}waivers/", quiz=str(quiz.pk), reason="病").status_code == 404
    refused = AccessRead.objects.filter(person=enrolment.learner, what="refused").values_list("user", flat=True)
    assert (list(refused).count(stranger.pk), list(refused).count(other.pk), len(refused)) == (4, 3, 11)


def test_of_a_learner_who_is_erased_the_words_go_and_the_marks_stay(station):
    run = class_at(station)
    enrolment, other = learner_of(run), learner_of(run)
    quiz, excused = quiz_of(run.course), quiz_of(run.course)
    attempts = [taken(quiz, each, *RIGHT) for each in (enrolment, other)]
    teacher = teaching(run)
    for each in (enrolment, other):
        services.waive_quiz(enrolment=each, quiz=excused, reason="住院", by=teacher, at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        services.forget_answers(person=enrolment.learner_id, at=now())
    Person.objects.filter(pk=enrolment.learner_id).update(erased_at=now(), birth_date=None, birth_precision="unknown")
    publish("stations.person_erased", at=now(), person=str(enrolment.learner_id), station=0, county=0)
    run_jobs()
    left = [sorted(attempt.answers.values_list("value", flat=True)) for attempt in attempts]
    assert left == [[[], [], ["1"]], sorted(RIGHT)]
    assert list(QuizWaiver.objects.order_by("pk").values_list("reason", flat=True)) == ["–", "住院"]
    assert {(each.earned, each.status) for each in QuizAttempt.objects.all()} == {(attempts[0].earned, "passed")}
    with pytest.raises(DatabaseError), transaction.atomic():
        attempts[0].answers.update(value=["neu"])


def test_no_answer_of_the_api_and_no_page_for_learners_holds_a_key(station, client):
    run = class_at(station)
    secret = QuestionDraft(kind="text", text="猫？", right_answers=("geheimkatze",))
    enrolment, quiz, helper = learner_of(run), quiz_of(run.course, [secret, RAIN]), helper_of(station)
    door = api_client(helper)
    begun_one = send(door, f"/api/v1/quiz-results/{enrolment.pk}/attempts/", quiz=str(quiz.pk))
    assert begun_one.status_code == 201
    attempt = begun_one.json()
    assert [set(each) for each in attempt["questions"]] == [{"id", "kind", "text", "options", "points"}] * 2
    sent = [
        {"op_id": str(uuid.uuid4()), "question": attempt["questions"][0]["id"], "given": [],
         "made_at": "2020-01-01T00:00:00Z"},
    ]  # fmt: skip
    path = f"/api/v1/quiz-attempts/{attempt['id']}/"
    assert send(door, f"{path}answers/", answers=sent).status_code == 200
    finished = send(door, f"{path}finish/").json()
    assert (finished["status"], finished["earned"], finished["score_bp"]) == ("failed", 0, 0)
    client.force_login(helper)
    shown = [door.get(path), door.get("/api/v1/quizzes/"), door.get(f"/api/v1/quiz-results/{enrolment.pk}/")]
    shown += [client.get(reverse("quizzes:attempt", args=[attempt["id"]]))]
    shown += [client.get(reverse("quizzes:quiz", args=[quiz.pk]))]
    assert all(each.status_code == 200 and b"geheimkatze" not in each.content for each in shown)
    client.force_login(quiz.author)
    assert b"geheimkatze" in client.get(reverse("quizzes:quiz", args=[quiz.pk])).content


def test_whoever_writes_a_quiz_reads_every_option_and_the_tolerance_before_it_is_offered(station, client):
    course = course_of(station.county)
    number = QuestionDraft(kind="numeric", text="多高？", right_answers=("1.5",), tolerance=Decimal("0.2500"))
    quiz = quiz_of(course, [WEATHER, number, CAT], offered=False)
    client.force_login(quiz.author)
    page = client.get(reverse("quizzes:quiz", args=[quiz.pk])).content.decode()
    assert all(words in page for words in ("*rain · apple · *wind", "1.5 ± 0.25", "a cat"))
    client.force_login(partner_of(station))
    page = client.get(reverse("quizzes:quiz", args=[quiz.pk])).content.decode()
    assert not any(words in page for words in ("*rain", "1.5 ±", "a cat"))


def test_a_quiz_is_written_on_pages_and_taken_on_the_screen_of_the_station(station, client):
    run = class_at(station)
    enrolment, teacher = learner_of(run), teaching(run)
    client.force_login(teacher)
    new = reverse("quizzes:new") + f"?course={run.course_id}"
    assert reverse("quizzes:new") in client.get(reverse("quizzes:quizzes")).content.decode()
    assert client.get(reverse("quizzes:new")).status_code == 200
    typed = {"lesson": run.course.lessons.all()[0].pk, "title": "天气", "purpose": "graded", "pass_percent": "60",
             "max_attempts": "3", "minutes": "20", "key": "a-new-quiz-of-a-teacher"}  # fmt: skip
    made = client.post(new, typed)
    assert made.status_code == 303
    quiz = Quiz.objects.get()
    assert (quiz.time_limit_s, quiz.pass_mark_bp) == (1200, 6000)
    for number, (kind, lines) in enumerate(
        [("multiple", "*rain\nsnow\n＊wind"), ("single", "rain\n*snow"), ("numeric", "8"), ("text", "cat\na cat")]
    ):
        sent = {
            "kind": kind,
            "text": f"问{number}",
            "right_answers": lines,
            "points": "2",
            "key": f"question-of-the-quiz-{number}",
        }
        assert client.post(reverse("quizzes:quiz-add", args=[quiz.pk]), sent).status_code == 303
    assert [each.key for each in quiz.questions.all()] == [["1", "3"], ["2"], ["8"], ["a cat", "cat"]]
    assert (
        client.post(reverse("quizzes:quiz-activate", args=[quiz.pk]), {"key": "offer-the-quiz-now"}).status_code == 303
    )
    client.force_login(helper_of(station))
    results = reverse("quizzes:results", args=[enrolment.pk])
    assert client.get(results).status_code == 200
    started = client.post(
        reverse("quizzes:results-start", args=[enrolment.pk]), {"quiz": quiz.pk, "key": "begin-the-quiz-now"}
    )
    assert started.status_code == 303
    attempt = QuizAttempt.objects.get()
    assert started.headers["location"] == reverse("quizzes:attempt", args=[attempt.pk])
    page = client.get(started.headers["location"]).content.decode()
    assert all(f'name="{field_of(each)}"' in page for each in quiz.questions.all())
    fields = dict(zip(map(field_of, quiz.questions.all()), (["1", "3"], "2", "８", "CAT"), strict=True))
    done = client.post(reverse("quizzes:attempt-finish", args=[attempt.pk]), fields | {"key": "hand-in-the-answers"})
    assert done.status_code == 303
    attempt.refresh_from_db()
    assert (attempt.status, attempt.earned, attempt.possible) == ("passed", 8, 8)
    again = client.post(reverse("quizzes:attempt-finish", args=[attempt.pk]), fields | {"key": "hand-in-the-answers"})
    assert again.status_code == 303
    assert QuizAnswer.objects.count() == 4


def test_whoever_waits_for_a_seat_has_no_link_to_quizzes(station, client):
    run = class_at(station, seats=1)
    seated, waiting = learner_of(run), learner_of(run)
    client.force_login(helper_of(station))
    for enrolment, leads in ((seated, True), (waiting, False)):
        page = client.get(reverse("courses:enrolment", args=[enrolment.pk])).content.decode()
        assert (reverse("quizzes:results", args=[enrolment.pk]) in page) is leads


def test_what_goes_on_leads_to_those_who_take_a_quiz_now(station, client):
    run = class_at(station)
    quiz, other = quiz_of(run.course), quiz_of(run.course)
    enrolment, helper = learner_of(run), helper_of(station)
    taken(quiz, learner_of(run), *RIGHT)
    for each in (quiz, other):
        services.start_quiz(quiz=each, enrolment=enrolment, by=helper, at=now())
    [need] = [each for each in CONSOLE.needs if each.name == "quizzes.going_on"]
    assert need.rows(user=helper, at=now()).count() == 2
    client.force_login(helper)
    shown = client.get(need.href).context["list"]
    assert [row.href for row in shown.rows] == [reverse("quizzes:results", args=[enrolment.pk])]


def test_the_list_of_learners_asks_as_many_statements_for_many_as_for_few(station, client):
    run = class_at(station)
    quiz_of(run.course)
    learner_of(run)
    client.force_login(helper_of(station))
    client.get(reverse("quizzes:learners"))

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("quizzes:learners")).status_code == 200
        return len([query for query in asked if "education_" in query["sql"]])

    few = statements()
    for _ in range(5):
        learner_of(run)
    assert statements() == few
