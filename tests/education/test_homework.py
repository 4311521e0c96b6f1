"""Homework: set after a lesson, photographed at the station, returned or graded, asked for by certificates."""

import datetime as dt
import io
import uuid
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from core.errors import Refused, SamePerson, WrongState
from core.files.services import store_recording
from core.language.reasons import ReasonMissing
from core.models import Notice, StoredFile
from education.courses.services import Mark, call_roll, end_sessions
from education.file_permissions import may_see
from education.homework import services
from education.homework.console import CONSOLE
from education.homework.lists import SUBMISSIONS
from education.homework.queries import PHOTOS_KEPT, lacking_homework
from education.models import (
    ClassRun,
    CourseCertificate,
    Enrolment,
    HomeworkPhoto,
    HomeworkSubmission,
    HomeworkTask,
    QuizAttempt,
    Vetting,
)
from education.quizzes.services import start_quiz
from education.safeguarding.services import record_vetting, revoke_vetting
from education.tutoring.services import start_tutoring
from stations.hooks import EXPORTED
from stations.models import AccessRead
from tests.factories.claims import picture
from tests.factories.education import begun, child_of, class_at, course_of, learner_of
from tests.factories.homework import handed_in, task_of, teacher_login
from tests.factories.quizzes import quiz_of
from tests.factories.recordings import ogg
from tests.factories.stations import (
    PostFactory,
    StationFactory,
    UserFactory,
    api_client,
    county_manager_of,
    helper_of,
    partner_of,
    send,
)
from tests.factories.tutoring import booked, learner_at, tutor_of

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)


@pytest.fixture
def lesson():
    """A lesson that goes on, with two children."""
    run = class_at(StationFactory(), course=None)
    learner_of(run), learner_of(run)
    return begun(run)


def learners(lesson):
    return [each.learner for each in lesson.run.enrolments.order_by("requested_at")]


def refusal(act, **given):
    with pytest.raises(Refused) as caught, transaction.atomic():
        act(**given)
    return caught.value.code


def waiting(name, user):
    [need] = [each for each in CONSOLE.needs if each.name == name]
    return need.rows(user=user, at=now()).count()


def test_homework_is_handed_in_returned_handed_in_again_and_graded(lesson):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    task, child = task_of(lesson, at=at), learners(lesson)[0]
    first = handed_in(task, child, at=at + DAY)
    assert (first.status, first.photos.count()) == ("submitted", 1)
    returned = services.return_homework(submission=first, comment="第三句少了动词。", by=teacher, at=at + 2 * DAY)
    assert (returned.status, returned.comment) == ("returned", "第三句少了动词。")
    again = handed_in(task, child, at=at + 8 * DAY)
    assert (again.pk, again.status, again.photos.count()) == (first.pk, "resubmitted", 2)
    graded = services.grade_homework(submission=again, grade="pass", comment="好", by=teacher, at=at + 9 * DAY)
    assert (graded.status, graded.grade, graded.decided_by) == ("graded", "pass", teacher)


@pytest.mark.parametrize("state", ["submitted", "graded"])
def test_what_waits_or_is_graded_is_not_handed_in_once_more(lesson, state):
    at, child = lesson.slot.starts_at, learners(lesson)[0]
    task = task_of(lesson, at=at)
    submission = handed_in(task, child, at=at + DAY)
    if state == "graded":
        services.grade_homework(submission=submission, grade="fail", by=teacher_login(lesson), at=at + DAY)
    with pytest.raises(WrongState), transaction.atomic():
        handed_in(task, child, at=at + DAY)
    assert HomeworkPhoto.objects.count() == 1


def test_a_returned_or_graded_homework_is_not_graded(lesson):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    submission = handed_in(task_of(lesson, at=at), learners(lesson)[0], at=at)
    services.return_homework(submission=submission, comment="再写", by=teacher, at=at)
    with pytest.raises(WrongState), transaction.atomic():
        services.grade_homework(submission=submission, grade="pass", by=teacher, at=at)
    with pytest.raises(WrongState), transaction.atomic():
        services.return_homework(submission=submission, comment="再写", by=teacher, at=at)


def test_what_was_withdrawn_is_graded_and_not_returned_since_nobody_can_hand_it_in_again(lesson, client):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    task = task_of(lesson, at=at)
    submission = handed_in(task, learners(lesson)[0], at=at)
    services.withdraw_homework(task=task, reason="布置错了", by=teacher, at=at)
    given = {"submission": submission, "comment": "再写", "by": teacher, "at": at}
    assert refusal(services.return_homework, **given) == "wrong_state"
    assert not Notice.objects.filter(template="homework_returned").exists()
    client.force_login(teacher)
    page = client.get(reverse("homework:submission", args=[submission.pk]))
    assert (page.context["grade"] is None, page.context["return"] is None) == (False, True)
    assert services.grade_homework(submission=submission, grade="not_graded", by=teacher, at=at).status == "graded"


def test_only_those_who_learn_there_hand_in_and_a_minor_with_consent(lesson):
    at, helper = lesson.slot.starts_at, helper_of(lesson.run.station)
    task, child = task_of(lesson, at=at), learners(lesson)[0]
    stranger = child_of(lesson.run.station)
    given = {"task": task, "photo": picture(helper), "by": helper}
    assert refusal(services.submit_homework, **given, learner=stranger, at=at) == "not_their_homework"
    assert refusal(services.submit_homework, **given, learner=child, at=at + 400 * DAY) == "child_consent_missing"
    services.withdraw_homework(task=task, reason="布置错了", by=teacher_login(lesson), at=at)
    assert refusal(services.submit_homework, **given, learner=child, at=at) == "wrong_state"
    with pytest.raises(WrongState), transaction.atomic():
        services.withdraw_homework(task=task, reason="布置错了", by=teacher_login(lesson), at=at)
    with pytest.raises(WrongState), transaction.atomic():
        services.excuse_from_homework(task=task, learner=child, comment="住院", by=teacher_login(lesson), at=at)
    assert not HomeworkSubmission.objects.exists()


def test_one_photo_shows_one_homework(lesson):
    at, helper = lesson.slot.starts_at, helper_of(lesson.run.station)
    task, (first, second) = task_of(lesson, at=at), learners(lesson)
    photo = picture(helper)
    services.submit_homework(task=task, learner=first, photo=photo, by=helper, at=at)
    given = {"task": task, "learner": second, "photo": photo, "by": helper, "at": at}
    assert refusal(services.submit_homework, **given) == "homework_photo_used"


def test_homework_follows_a_lesson_that_has_begun_and_is_due_later():
    run = class_at(StationFactory())
    session = run.sessions.order_by("slot__starts_at")[0]
    at, teacher = now(), teacher_login(session)
    draft = services.HomeworkDraft(title="写三句话", due_at=at + DAY)
    assert refusal(services.set_homework, lesson=session, draft=draft, by=teacher, at=at) == "lesson_not_held"
    learner_of(run)
    open_one = begun(run)
    assert refusal(services.set_homework, lesson=open_one, draft=draft, by=teacher, at=at + DAY) == (
        "homework_due_in_the_past"
    )


def test_what_a_certificate_needs_is_due_while_the_class_waits_for_it():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    learner_of(run)
    lesson = begun(run)
    at, teacher, last = lesson.slot.starts_at, teacher_login(lesson), lesson.slot.ends_at + 14 * DAY
    late = services.HomeworkDraft(title="写三句话", due_at=last + MINUTE, is_mandatory=True)
    given = {"lesson": lesson, "by": teacher}
    assert refusal(services.set_homework, **given, draft=late, at=at) == "homework_due_too_late"
    assert not services.set_homework(**given, draft=replace(late, is_mandatory=False), at=at).is_mandatory
    in_time = replace(late, due_at=last)
    withdrawn = services.set_homework(**given, draft=in_time, at=at)
    services.withdraw_homework(task=withdrawn, reason="布置错了", by=teacher, at=at)
    over = held(run)
    end_sessions(at=over)
    assert refusal(services.set_homework, **given, draft=in_time, at=over) == "homework_due_too_late"


def test_the_database_knows_one_lesson_one_grade_and_what_was_set(lesson):
    at = lesson.slot.starts_at
    task = task_of(lesson, at=at)
    submission = handed_in(task, learners(lesson)[0], at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        HomeworkTask.objects.filter(pk=task.pk).update(session=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        HomeworkTask.objects.filter(pk=task.pk).update(due_at=at + DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        HomeworkSubmission.objects.filter(pk=submission.pk).update(grade="pass")
    with pytest.raises(DatabaseError), transaction.atomic():
        HomeworkSubmission.objects.filter(pk=submission.pk).update(learner=learners(lesson)[1])


def held(run):
    """The one lesson of a class with everybody there; half an hour after it."""
    session = run.sessions.get()
    at = session.slot.starts_at
    marks = [Mark(uuid.uuid4(), each.learner_id, "present", at) for each in run.enrolments.all()]
    call_roll(session=session, marks=marks, by=partner_of(run.station), at=at)
    return session.slot.ends_at + 30 * MINUTE


def test_rule_8_a_certificate_asks_for_each_mandatory_homework_passed_or_excused():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    passing, excused, failing, ungraded, nothing, unseen, tardy = [learner_of(run) for _ in range(7)]
    lesson = begun(run)
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    task = task_of(lesson, at=at, is_mandatory=True)
    mistaken = task_of(lesson, at=at, is_mandatory=True)
    services.withdraw_homework(task=mistaken, reason="布置错了", by=teacher, at=at)
    task_of(lesson, at=at)
    for enrolment, grade in ((passing, "pass"), (failing, "fail"), (ungraded, "not_graded")):
        submission = handed_in(task, enrolment.learner, at=at)
        services.grade_homework(submission=submission, grade=grade, by=teacher, at=at)
    services.excuse_from_homework(task=task, learner=excused.learner, comment="住院", by=teacher, at=at)
    handed_in(task, unseen.learner, at=task.due_at)
    handed_in(task, tardy.learner, at=task.due_at + MINUTE)
    lacking = {failing.pk, ungraded.pk, nothing.pk, tardy.pk}
    assert lacking_homework(run=run, is_over=False) == lacking | {unseen.pk}, "the teacher has time to look"
    assert lacking_homework(run=run, is_over=True) == lacking, "then nobody pays for a teacher's silence"
    over = held(run)
    end_sessions(at=over)
    assert not CourseCertificate.objects.exists()
    end_sessions(at=over + 14 * DAY)
    done = Enrolment.objects.filter(status="completed").values_list("pk", flat=True)
    assert set(done) == {passing.pk, excused.pk, unseen.pk}
    assert CourseCertificate.objects.count() == 3


def test_the_county_hears_after_two_weeks_which_teacher_has_not_looked_and_reads_no_learner(lesson, client):
    at, (first, second) = lesson.slot.starts_at, learners(lesson)
    manager = county_manager_of(lesson.run.station.county)
    seen = handed_in(task_of(lesson, at=at, title="看过的"), first, at=at)
    services.return_homework(submission=seen, comment="再写", by=teacher_login(lesson), at=at)
    again = handed_in(seen.task, first, at=seen.task.due_at + DAY)
    assert not again.is_late, "it came in time at first"
    handed_in(task_of(lesson, at=at, title="没看的"), second, at=at)
    need = next(each for each in CONSOLE.needs if each.name == "homework.ungraded")
    assert [need.rows(user=manager, at=at + days * DAY).count() for days in (13, 14)] == [0, 1]
    assert not need.rows(user=county_manager_of(StationFactory().county), at=at + 14 * DAY).exists()
    HomeworkSubmission.objects.update(first_submitted_at=now() - 15 * DAY, submitted_at=now() - 15 * DAY)
    client.force_login(manager)
    page = client.get(reverse("homework:ungraded")).content.decode()
    assert ("没看的" in page, "看过的" in page, second.full_name in page) == (True, True, False)


def test_a_learner_is_excused_with_a_reason_and_what_was_handed_in_is_graded_instead(lesson):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    task, (first, second) = task_of(lesson, at=at), learners(lesson)
    with pytest.raises(ReasonMissing):
        services.excuse_from_homework(task=task, learner=first, comment=" ", by=teacher, at=at)
    services.excuse_from_homework(task=task, learner=first, comment="住院", by=teacher, at=at)
    handed_in(task, second, at=at)
    with pytest.raises(WrongState), transaction.atomic():
        services.excuse_from_homework(task=task, learner=second, comment="住院", by=teacher, at=at)
    stranger = child_of(lesson.run.station)
    given = {"task": task, "learner": stranger, "comment": "住院", "by": teacher, "at": at}
    assert refusal(services.excuse_from_homework, **given) == "not_their_homework"


def test_nobody_looks_at_their_own_homework(lesson):
    at, child = lesson.slot.starts_at, learners(lesson)[0]
    task = task_of(lesson, at=at)
    own = UserFactory(person=child)
    with pytest.raises(SamePerson), transaction.atomic():
        services.excuse_from_homework(task=task, learner=child, comment="忙", by=own, at=at)
    submission = handed_in(task, child, at=at)
    with pytest.raises(SamePerson), transaction.atomic():
        services.grade_homework(submission=submission, grade="pass", by=own, at=at)
    with pytest.raises(SamePerson), transaction.atomic():
        services.return_homework(submission=submission, comment="忙", by=own, at=at)


def test_a_tutor_sets_homework_for_those_who_learn_in_the_lesson():
    station = StationFactory()
    tutor, child = tutor_of(station), learner_at(station)
    session = booked(tutor, child)
    at = session.booking.slot.starts_at
    draft = services.HomeworkDraft(title="十题", due_at=at + DAY, is_mandatory=True)
    assert refusal(services.set_homework, lesson=session, draft=draft, by=tutor.login, at=at) == "lesson_not_held"
    [adult] = [each.guardian for each in child.guardianships.all()][:1]
    start_tutoring(session=session, adult=adult, by=partner_of(station), at=at)
    session.refresh_from_db()
    task = services.set_homework(lesson=session, draft=draft, by=tutor.login, at=at)
    assert not task.is_mandatory, "what a tutor sets is needed for no certificate"
    submission = handed_in(task, child, at=at)
    services.grade_homework(submission=submission, grade="pass", by=tutor.login, at=at)
    client = api_client(tutor.login)
    assert client.get(f"/api/v1/homework-submissions/{submission.pk}/").json()["grade"] == "pass"


def test_homework_and_its_photos_are_seen_at_the_station_and_by_its_teacher_and_each_reading_is_recorded(
    lesson, client
):
    at, station = lesson.slot.starts_at, lesson.run.station
    submission = handed_in(task_of(lesson, at=at), learners(lesson)[0], at=at)
    photo = submission.photos.get().photo_id
    stranger = PostFactory(role="teacher", division=station.county).user
    clerk = PostFactory(role="county_clerk", division=station.county).user
    expected = [
        (helper_of(station), 200),
        (teacher_login(lesson), 200),
        (stranger, 404),
        (partner_of(StationFactory()), 404),
        (clerk, 404),
    ]
    for user, status in expected:
        assert api_client(user).get(f"/api/v1/homework-submissions/{submission.pk}/").status_code == status
        client.force_login(user)
        assert client.get(reverse("core:file", args=[photo])).status_code == status
    assert AccessRead.objects.filter(person=submission.learner, what="homework").count() == 4, "both, and both photos"
    refused = AccessRead.objects.filter(person=submission.learner, what="refused")
    assert refused.count() == 3, "whoever was told that there is no such thing"
    client.force_login(stranger)
    assert client.get(reverse("homework:submission", args=[submission.pk])).status_code == 404
    graded = send(api_client(stranger), f"/api/v1/homework-submissions/{submission.pk}/grade/", grade="pass")
    assert (graded.status_code, refused.filter(user=stranger).count()) == (404, 3)
    child = submission.learner
    client.force_login(teacher_login(lesson))
    page = client.get(reverse("homework:submission", args=[submission.pk])).content.decode()
    assert child.full_name not in page


def test_a_teacher_sets_and_grades_on_pages_and_a_helper_hands_in_a_photo(lesson, client):
    station, child, teacher = lesson.run.station, learners(lesson)[0], teacher_login(lesson)
    client.force_login(teacher)
    assert reverse("homework:new") in client.get(reverse("homework:tasks")).content.decode()
    assert client.get(reverse("homework:new")).status_code == 200
    due = (now() + 3 * DAY).date().isoformat()
    sent = {"title": "写三句话", "due_date": due, "key": "set-the-homework-now"}
    made = client.post(reverse("homework:new") + f"?session={lesson.pk}", sent)
    assert made.status_code == 303
    task = HomeworkTask.objects.get()
    helper = helper_of(station)
    client.force_login(helper)
    page = reverse("homework:task", args=[task.pk])
    assert child.full_name in client.get(page).content.decode()
    assert reverse("homework:new") not in client.get(reverse("homework:tasks")).content.decode()
    for _ in range(2):
        photo = SimpleUploadedFile("page.jpg", picture(helper, seed=3).content.read(), "image/jpeg")
        body = {"learner": child.pk, "photo": photo, "key": "hand-in-the-page-now"}
        assert client.post(reverse("homework:task-submit", args=[task.pk]), body).status_code == 303
    submission = HomeworkSubmission.objects.get()
    assert submission.photos.count() == 1
    assert submission.photos.get().photo.content.size <= 200_000
    assert (waiting("homework.grade", teacher), waiting("homework.returned", helper)) == (1, 0)
    client.force_login(teacher)
    back = {"comment": "再写一遍", "key": "return-the-homework"}
    assert client.post(reverse("homework:submission-return", args=[submission.pk]), back).status_code == 303
    assert (waiting("homework.grade", teacher), waiting("homework.returned", helper)) == (0, 1)
    assert client.get(reverse("homework:submissions") + "?state=returned").status_code == 200


def test_the_api_sets_hands_in_and_grades_and_a_repeated_key_does_it_once(lesson):
    helper, teacher, child = helper_of(lesson.run.station), teacher_login(lesson), learners(lesson)[0]
    body = {"session": str(lesson.pk), "title": "写三句话", "due_at": (now() + 3 * DAY).isoformat()}
    made = send(api_client(teacher), "/api/v1/homework-assignments/", **body)
    assert made.status_code == 201
    path = f"/api/v1/homework-tasks/{made.json()['id']}/submissions/"
    given = {"learner": str(child.pk), "photo": str(picture(helper).pk)}
    door = api_client(helper)
    once = {"Idempotency-Key": "hand-in-one-photo-once"}
    answers = [door.post(path, given, format="json", headers=once) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    submission = f"/api/v1/homework-submissions/{answers[0].json()['id']}/"
    assert send(door, f"{submission}grade/", grade="pass").status_code == 403
    assert send(api_client(teacher), f"{submission}grade/", grade="pass").json()["status"] == "graded"
    assert send(api_client(teacher), f"{submission}return/", comment="再写").json()["code"] == "wrong_state"
    foreign = {"learner": str(child.pk), "photo": str(picture(teacher).pk)}
    assert send(door, path, **foreign).json()["code"] == "file_unknown"
    voice = store_recording(upload=io.BytesIO(ogg(10)), by=helper.pk, at=now())
    assert "photo" in send(door, path, **given | {"photo": str(voice.pk)}).json()["errors"]
    both = send(api_client(teacher), "/api/v1/homework-assignments/", **body, tutoring=str(uuid.uuid4()))
    assert both.status_code == 400
    not_own = send(api_client(PostFactory(role="teacher", division=lesson.run.station.county).user),
                   "/api/v1/homework-assignments/", **body)  # fmt: skip
    assert not_own.status_code == 400


def test_the_family_hears_once_that_homework_was_returned(lesson):
    at, child = lesson.slot.starts_at, learners(lesson)[0]
    guardian = child.guardianships.get().guardian
    guardian.phone = "+8613900001234"
    guardian.save()
    submission = handed_in(task_of(lesson, at=at), child, at=at)
    services.return_homework(submission=submission, comment="再写一遍", by=teacher_login(lesson), at=at)
    assert Notice.objects.filter(template="homework_returned").count() == 1
    assert "再写一遍" not in str(Notice.objects.get(template="homework_returned").params)


def test_photos_are_deleted_half_a_year_after_the_class_and_grades_stay():
    station = StationFactory()
    run = class_at(station, course=course_of(station.county, minutes=(40,)))
    enrolment = learner_of(run)
    lesson = begun(run)
    at = lesson.slot.starts_at
    submission = handed_in(task_of(lesson, at=at), enrolment.learner, at=at)
    services.grade_homework(submission=submission, grade="pass", by=teacher_login(lesson), at=at)
    assert services.forget_photos(at=at + PHOTOS_KEPT + 3 * DAY) == 0, "the class goes on"
    end_sessions(at=held(run))
    assert services.forget_photos(at=at + PHOTOS_KEPT - DAY) == 0
    stored = HomeworkPhoto.objects.get().photo_id
    assert services.forget_photos(at=at + PHOTOS_KEPT + 2 * DAY) == 1
    assert services.forget_photos(at=at + PHOTOS_KEPT + 2 * DAY) == 0
    assert not StoredFile.objects.filter(pk=stored).exists()
    submission.refresh_from_db()
    assert submission.grade == "pass"


def test_a_photo_that_is_also_something_else_stays_there_and_holds_up_no_other(lesson):
    at, children = lesson.slot.starts_at, learners(lesson)
    task = task_of(lesson, at=at)
    shared, other = [handed_in(task, child, at=at).photos.get().photo for child in children]
    teacher = lesson.run.teacher
    record_vetting(
        person=teacher,
        kind="teaching_qualification",
        issued_date=dt.date(2020, 1, 1),
        valid_to_date=dt.date(2040, 1, 1),
        document=shared,
        by=UserFactory(),
        at=at,
    )
    ClassRun.objects.filter(pk=lesson.run_id).update(status="completed")
    assert services.forget_photos(at=at + 2 * PHOTOS_KEPT) == 2
    assert not HomeworkPhoto.objects.exists()
    assert list(StoredFile.objects.filter(pk__in=[shared.pk, other.pk])) == [shared]
    assert shared.content.storage.exists(shared.content.name)


def test_with_a_learner_who_is_erased_photos_and_comments_go(lesson):
    at, (child, other) = lesson.slot.starts_at, learners(lesson)
    task = task_of(lesson, at=at)
    for learner in (child, other):
        submission = handed_in(task, learner, at=at)
        services.grade_homework(submission=submission, grade="pass", comment="好", by=teacher_login(lesson), at=at)
    assert services.forget_homework(learner=child, at=at) == 1
    left = {row.learner: (row.grade, row.comment, row.photos.count()) for row in HomeworkSubmission.objects.all()}
    assert left == {child: ("pass", "", 0), other: ("pass", "好", 1)}


def test_a_teacher_whose_check_was_revoked_reads_nothing_of_learners_from_that_request_on(lesson, client):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    child, _other = learners(lesson)
    submission = handed_in(task_of(lesson, at=at), child, at=at)
    seat = Enrolment.objects.get(learner=child)
    start_quiz(quiz=quiz_of(lesson.run.course), enrolment=seat, by=partner_of(lesson.run.station), at=at)
    rows = (
        HomeworkTask.objects.open_to(teacher, "education.read_homework"),
        HomeworkSubmission.objects.open_to(teacher, "education.read_homework"),
        QuizAttempt.objects.open_to(teacher, "education.read_quiz_result"),
        Enrolment.objects.open_to(teacher, "education.read_package_result"),
    )
    address, photo = f"/api/v1/homework-submissions/{submission.pk}/", submission.photos.get().photo
    device = api_client(teacher)
    assert [each.exists() for each in rows] == [True] * 4
    assert device.get(address).status_code == 200
    assert may_see(teacher, photo)
    [police] = Vetting.objects.filter(person=lesson.run.teacher, kind="police_record")
    manager = county_manager_of(lesson.run.station.county)
    revoke_vetting(vetting=police, reason="有疑问", by=manager, at=now())
    assert [each.exists() for each in rows] == [False] * 4
    assert not may_see(teacher, photo)
    grade = send(device, f"{address}grade/", grade="pass")
    assert (device.get(address).status_code, grade.status_code) == (404, 404)
    assert refusal(task_of, lesson=lesson, at=at) == "vetting_expired", "nor sets what nobody would look at"
    helper = helper_of(lesson.run.station)
    assert HomeworkSubmission.objects.open_to(helper, "education.read_homework").get() == submission


def test_a_persons_copy_holds_classes_homework_and_quizzes_and_nobody_elses(lesson):
    at, (child, other) = lesson.slot.starts_at, learners(lesson)
    submission = handed_in(task_of(lesson, at=at), child, at=at)
    services.grade_homework(submission=submission, grade="pass", comment="好", by=teacher_login(lesson), at=at)
    enrolment = Enrolment.objects.get(learner=child)
    start_quiz(quiz=quiz_of(lesson.run.course), enrolment=enrolment, by=partner_of(lesson.run.station), at=at)
    copy = {name: rows(child) for name, rows in EXPORTED.items() if name in {"classes", "homework", "quiz_results"}}
    assert [row["comment"] for row in copy["homework"]] == ["好"]
    assert [row["quiz__title"] for row in copy["quiz_results"]] == ["天气词汇"]
    assert [(row["run__course__title"], row["status"]) for row in copy["classes"]] == [
        (lesson.run.course.title, "enrolled")
    ]
    assert [EXPORTED[name](other) for name in ("homework", "quiz_results")] == [[], []]
    for name in ("roll_calls", "course_certificates", "tutoring_lessons"):
        assert EXPORTED[name](child) == []


def test_who_is_excused_and_handed_in_nothing_stands_on_a_page_of_the_list_of_all(lesson, client, monkeypatch):
    at, teacher = lesson.slot.starts_at, teacher_login(lesson)
    first, second = learners(lesson)
    task = task_of(lesson, at=at)
    services.excuse_from_homework(task=task, learner=first, comment="住院", by=teacher, at=at)
    handed_in(task, second, at=at)
    services.excuse_from_homework(task=task_of(lesson, at=at), learner=first, comment="住院", by=teacher, at=at)
    monkeypatch.setattr(type(SUBMISSIONS), "size", 1)
    client.force_login(teacher)
    older, seen = "?state=all", []
    for _page in range(3):
        shown = client.get(reverse("homework:submissions") + older).context["list"]
        seen += [row.href for row in shown.rows]
        older = shown.older
    assert (len(set(seen)), older) == (3, "")


def test_the_list_of_homework_asks_as_many_statements_for_many_as_for_few(lesson, client):
    at = lesson.slot.starts_at
    task_of(lesson, at=at)
    client.force_login(helper_of(lesson.run.station))
    client.get(reverse("homework:tasks"))

    def statements():
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse("homework:tasks")).status_code == 200
        return len([query for query in asked if "education_" in query["sql"]])

    few = statements()
    for _ in range(5):
        task_of(lesson, at=at)
    assert statements() == few
