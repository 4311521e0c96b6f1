"""Homework after a lesson of the class that goes on: graded, returned, waiting, and one that a tutor has set."""

import datetime as dt
from io import BytesIO

from PIL import Image, ImageDraw

from core.files.models import StoredFile
from core.files.services import store_photo
from ecomnet.demo_data.education import STORY
from ecomnet.demo_data.stations import Cast
from education.courses.models import ClassRun, Enrolment
from education.homework.models import HomeworkTask
from education.homework.services import (
    HomeworkDraft,
    grade_homework,
    return_homework,
    set_homework,
    submit_homework,
)
from education.tutoring.models import TutoringSession
from stations.models import Person

DAY = dt.timedelta(days=1)


def load_homework(cast: Cast, *, at: dt.datetime) -> None:
    """Three children have handed in what was set five days ago; a fourth has not."""
    run = ClassRun.objects.get(station__code=STORY, status=ClassRun.Status.RUNNING, course__code="ENG2")
    first = run.sessions.order_by("slot__starts_at")[0]
    teacher = cast.teachers[0]
    draft = HomeworkDraft(
        title="写三句话", instructions="用今天学的词写三句话。", due_at=at + 2 * DAY, is_mandatory=True
    )
    task = set_homework(lesson=first, draft=draft, by=teacher, at=first.slot.ends_at)
    learners = list(Enrolment.objects.filter(run=run, status=Enrolment.Status.ENROLLED).order_by("requested_at")[:3])
    passed, returned, _waiting = [
        submit_homework(
            task=task,
            learner=each.learner,
            photo=_page_of(cast, each.learner, at=at - 3 * DAY),
            by=cast.helpers[run.station_id],
            at=at - 3 * DAY,
        )
        for each in learners
    ]
    grade_homework(submission=passed, grade="pass", comment="写得很好。", by=teacher, at=at - 2 * DAY)
    return_homework(submission=returned, comment="第三句少了动词，请再写一遍。", by=teacher, at=at - 2 * DAY)
    _of_tutor(cast, at=at)


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
