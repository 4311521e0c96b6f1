"""Homework in each state after a lesson of the class that goes on, and one that a tutor has set."""

import datetime as dt
from io import BytesIO

from PIL import Image, ImageDraw

from core.files.models import StoredFile
from core.files.services import store_photo, store_recording
from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from ecomnet.demo_data.voice import silent_voice
from education.courses.models import ClassRun, ClassSession, Enrolment
from education.homework.models import HomeworkSubmission, HomeworkTask
from education.homework.services import (
    HomeworkDraft,
    excuse_from_homework,
    grade_homework,
    return_homework,
    set_homework,
    submit_homework,
    withdraw_homework,
)
from education.tutoring.models import TutoringSession
from stations.models import Person

DAY = dt.timedelta(days=1)


def load_homework(cast: Cast, *, at: dt.datetime) -> None:
    """Three children have handed in what was set five days ago; a fourth has not.

    Another one was handed in again, failed and excused; one was set by mistake.
    """
    run = ClassRun.objects.get(station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2")
    first = run.sessions.order_by("slot__starts_at")[0]
    teacher = cast.teachers[0]
    draft = HomeworkDraft(
        title="写三句话", instructions="用今天学的词写三句话，并朗读录音。", due_at=at + 2 * DAY, is_mandatory=True
    )
    task = set_homework(lesson=first, draft=draft, by=teacher, at=first.slot.ends_at)
    enrolled = Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at", "pk")
    learners = [each.learner for each in enrolled.select_related("learner__home_station__county")[:3]]
    passed, returned, _waiting = [_hand_in(cast, task, each, at=at - 3 * DAY) for each in learners]
    grade_homework(submission=passed, grade="pass", comment="写得很好。", by=teacher, at=at - 2 * DAY)
    return_homework(submission=returned, comment="第三句少了动词，请再写一遍。", by=teacher, at=at - 2 * DAY)
    _words(cast, first, learners, at=at)
    _of_tutor(cast, at=at)


def _words(cast: Cast, lesson: ClassSession, learners: list[Person], *, at: dt.datetime) -> None:
    """One hands it in again, one fails, one is excused; what was set twice is taken back."""
    teacher, set_at = cast.teachers[0], lesson.slot.ends_at
    draft = HomeworkDraft(title="抄写动物单词", instructions="每个单词写两遍。", due_at=at + DAY)
    task, twice = [set_homework(lesson=lesson, draft=draft, by=teacher, at=set_at) for _ in range(2)]
    withdraw_homework(task=twice, reason="布置了两遍", by=teacher, at=set_at + DAY)
    again, failed = [_hand_in(cast, task, each, at=at - 4 * DAY) for each in learners[:2]]
    return_homework(submission=again, comment="有两个单词没有写。", by=teacher, at=at - 3 * DAY)
    _hand_in(cast, task, learners[0], at=at - DAY)
    grade_homework(submission=failed, grade="fail", comment="只写了一半。", by=teacher, at=at - 3 * DAY)
    excuse_from_homework(task=task, learner=learners[2], comment="手受伤了", by=teacher, at=at - 3 * DAY)


def _hand_in(cast: Cast, task: HomeworkTask, learner: Person, *, at: dt.datetime) -> HomeworkSubmission:
    """Each with a photo of the page; what is to be read aloud with a voice note."""
    helper, photo = cast.helpers[task.station_id], _page_of(cast, learner, at=at)
    voice = store_recording(upload=BytesIO(silent_voice(4)), by=helper.pk, at=at) if task.is_mandatory else None
    return submit_homework(task=task, learner=learner, photo=photo, voice=voice, by=helper, at=at)


def _of_tutor(cast: Cast, *, at: dt.datetime) -> HomeworkTask:
    lesson = TutoringSession.objects.filter(station__code=STORY, ended_at__isnull=False).order_by("pk")[0]
    draft = HomeworkDraft(title="分数加减十题", due_at=at + 5 * DAY)
    return set_homework(lesson=lesson, draft=draft, by=cast.teachers[0], at=at - DAY)


def _page_of(cast: Cast, learner: Person, *, at: dt.datetime) -> StoredFile:
    """A page with a line of writing, drawn."""
    page = Image.new("RGB", (480, 640), "white")
    drawing = ImageDraw.Draw(page)
    for number in range(1, 12):
        drawing.line([(40, number * 50), (440, number * 50)], fill="lightgray")
    drawing.text((48, 80), "I have a dog. It is big.", fill="black")
    content = BytesIO()
    page.save(content, "PNG")
    content.seek(0)
    return store_photo(upload=content, by=cast.helpers[learner.home_station_id].pk, at=at)
